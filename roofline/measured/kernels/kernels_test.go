package kernels

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

const bench = "../../../bench/gpu/"

// TestSample reads the hand-made sample of what bench/gpu/measure.py writes.
func TestSample(t *testing.T) {
	data, err := os.ReadFile(bench + "testdata/kernels-sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 8 {
		t.Fatalf("found %d rows, expected 8", len(rows))
	}
	g := rows[1]
	if want := (Row{Source: "HAND-MADE SAMPLE, not measured", Ref: "bench/gpu/measure.py", Device: "Example GPU",
		Class: "gpu", Framework: "PyTorch 0.0, CUDA 0.0, driver 0", Precision: "fp16",
		Op: "gemm", Batch: 1, M: 4096, N: 4096, K: 4096, ElementsIn: 33554432, ElementsOut: 16777216, Bytes: 100663296,
		FLOPs: 137438953472, Latency: g.Latency, Notes: "timing=graph; repeats=10; p10_us=199; p90_us=203"}); g != want {
		t.Errorf("found %+v, expected %+v", g, want)
	}
	if rate := g.FLOPs / g.Latency; rate < 687e12 || rate > 688e12 { // 137.4 GFLOP in 200 µs
		t.Errorf("found %g FLOP/s, expected 687.2e12: a unit is wrong", rate)
	}
	for _, r := range rows { // what the script derives must follow from the sizes
		switch r.Op {
		case "gemm":
			if want := 2 * float64(r.M) * float64(r.N) * float64(r.K); r.FLOPs != want {
				t.Errorf("gemm %dx%dx%d: found %g FLOP, expected %g", r.M, r.N, r.K, r.FLOPs, want)
			}
		case "conv2d", "dwconv":
			if want := 2 * float64(r.Batch*r.M*r.N*r.K/r.Groups*r.KernelH*r.KernelW); r.FLOPs != want {
				t.Errorf("%s: found %g FLOP, expected %g", r.Op, r.FLOPs, want)
			}
		case "attention":
			if want := 4 * float64(r.Batch*r.Groups*r.M*r.N*r.K); r.FLOPs != want {
				t.Errorf("attention: found %g FLOP, expected %g", r.FLOPs, want)
			}
		}
	}
}

func TestModelSample(t *testing.T) {
	rows, err := measured.ReadFile(bench + "testdata/models-sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Runtime != "PyTorch eager" || rows[1].Latency < 2.2e-3 || rows[1].Latency > 2.3e-3 {
		t.Errorf("found %+v, expected two rows, the second of 2.25 ms", rows)
	}
}

// TestScriptColumns holds the script's columns to those that are read.
func TestScriptColumns(t *testing.T) {
	script, err := os.ReadFile(bench + "measure.py")
	if err != nil {
		t.Fatal(err)
	}
	list := func(name string) []string {
		m := regexp.MustCompile(`(?s)` + name + ` = \((.*?)\)\.split`).FindSubmatch(script)
		if m == nil {
			t.Fatalf("found no %s in the script", name)
		}
		return strings.Split(strings.Join(regexp.MustCompile(`[a-z_0-9,]+`).FindAllString(string(m[1]), -1), ""), ",")
	}
	var want []string
	for _, c := range columns {
		want = append(want, c.name)
	}
	if got := list("KERNEL_COLUMNS"); !slices.Equal(got, want) {
		t.Errorf("kernels: found %v, expected %v", got, want)
	}
	if got := list("MODEL_COLUMNS"); !slices.Equal(got, measured.Columns()) {
		t.Errorf("models: found %v, expected %v", got, measured.Columns())
	}
}

func TestReadErrors(t *testing.T) {
	const head = "device,precision,op,bytes_moved_min,flops,latency_us,m\n"
	for _, c := range []struct{ in, want string }{
		{"", "no header line"},
		{"device,op\n", "no column precision"},
		{head + "d,fp16,warp,1,1,1,1\n", `line 2: op: found "warp"`},
		{head + "d,fp16,gemm,1,1,0,1\n", "line 2: latency_us: found"},
		{head + "d,fp16,gemm,1,1,,1\n", "line 2: latency_us: found"},
		{head + "d,fp16,gemm,1,-1,1,1\n", `line 2: flops: found "-1"`},
		{head + "d,fp16,gemm,1,1,1,x\n", `line 2: m: found "x"`},
		{head + ",fp16,gemm,1,1,1,1\n", "line 2: device: found an empty cell"},
	} {
		if _, err := Read(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Read(%q): found the error %v, expected %q", c.in, err, c.want)
		}
	}
}

// reading bounds what reading a table may allocate.
var reading = allocated.Bound{PerByte: 2000, AtLeast: 1 << 20}

func FuzzRead(f *testing.F) {
	f.Add("device,precision,op,bytes_moved_min,flops,latency_us\nd,fp16,gemm,1,1,1\n")
	f.Fuzz(func(t *testing.T, in string) {
		var rows []Row
		var err error
		reading.Hold(t, len(in), func() { rows, err = Read(strings.NewReader(in)) })
		for _, r := range rows {
			if err == nil && !(r.Latency > 0 && r.FLOPs >= 0 && r.Bytes >= 0) {
				t.Fatalf("accepted %+v", r)
			}
		}
	})
}
