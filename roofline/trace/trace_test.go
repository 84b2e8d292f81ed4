package trace

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/roofline"
)

func read(t *testing.T, name string) *Trace {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// near reports whether two times agree to a millionth.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), math.Abs(b)) }

// TestNodes reads a file of each tool that measures nodes. Totals are added up by hand, in ms.
func TestNodes(t *testing.T) {
	for _, c := range []struct {
		file, format string
		nodes        int
		name, op     string
		ms, total    float64
		runs         int
	}{
		{"trtexec-profile.json", "trtexec --exportProfile", 5, "/conv1/Conv + /relu/Relu", "", 0.0203201, 0.05806449, 0},
		{"openvino-average.csv", "OpenVINO benchmark_app counters", 4, "/maxpool/MaxPool", "MaxPool", 0.055, 0.617, 0},
		{"openvino-detailed.csv", "OpenVINO benchmark_app counters", 2, "/conv1/Conv", "Convolution", 0.310, 0.365, 0},
		{"torch-gpu.json", "PyTorch profiler trace", 2, "sm80_xmma_fprop_implicit_gemm_f16f16",
			"sm80_xmma_fprop_implicit_gemm_f16f16", 0.105, 0.127, 2},
		{"torch-cpu.json", "PyTorch profiler trace", 5, "aten::addmm", "aten::addmm", 0.060, 0.104, 0},
	} {
		p := read(t, c.file)
		if p.Format != c.format || len(p.Nodes) != c.nodes || len(p.Times) != c.runs || !near(p.Total, c.total/1e3) {
			t.Errorf("%s: found %s, %d nodes, %d runs, %g s; expected %s, %d, %d, %g", c.file, p.Format, len(p.Nodes),
				len(p.Times), p.Total, c.format, c.nodes, c.runs, c.total/1e3)
		}
		found := false
		for _, n := range p.Nodes {
			if n.Name == c.name {
				found = n.Op == c.op && near(n.Seconds, c.ms/1e3)
			}
		}
		if !found {
			t.Errorf("%s: found %+v, expected %s (%s) with %g ms", c.file, p.Nodes, c.name, c.op, c.ms)
		}
	}
}

func TestTimes(t *testing.T) {
	p := read(t, "trtexec-times.json")
	if len(p.Times) != 3 || !near(p.Times[1], 1.026e-3) {
		t.Errorf("found %v, expected the three compute times, the second 1.026 ms", p.Times)
	}
}

func TestWholeModels(t *testing.T) {
	p := read(t, "ncnn.txt")
	if len(p.Rows) != 5 {
		t.Fatalf("ncnn: found %d rows, expected 5", len(p.Rows))
	}
	if r := p.Rows[1]; r.Model != "squeezenet_int8" || r.Precision != "int8" || !near(r.Latency, 15.57e-3) ||
		r.Note("threads") != "4" || r.Note("min_ms") != "15.38" {
		t.Errorf("ncnn: found %+v", r)
	}
	p = read(t, "llama-bench.md")
	if len(p.Rows) != 3 {
		t.Fatalf("llama-bench: found %d rows, expected 3", len(p.Rows))
	}
	if r := p.Rows[1]; r.Model != "llama 7B Q4_0" || r.Throughput != 10.12 || r.Latency != 0 || r.Params != 6.74e9 ||
		r.Note("test") != "tg128" || r.Note("threads") != "8" || r.Version != "3f96aeff (4912)" {
		t.Errorf("llama-bench: found %+v", r)
	}
	if r := p.Rows[2]; !near(r.Params, 494.03e6) {
		t.Errorf("llama-bench: found %g parameters, expected 494.03e6", r.Params)
	}
	p = read(t, "llama-bench.json")
	if r := p.Rows[0]; len(p.Rows) != 1 || r.Device != "AMD Ryzen 9 7950X 16-Core Processor" || r.Throughput != 35.84 ||
		!near(r.Latency, 14.285714286) || r.Note("test") != "pp512+tg0" {
		t.Errorf("llama-bench -o json: found %+v", r)
	}
}

// TestKernels maps a real profile of ResNet-18 in ONNX Runtime 1.30, with its layout changes and fused nodes, to the
// kernels.
func TestKernels(t *testing.T) {
	m, err := zoo.Open("zoo:resnet18")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dev, err := hwprofiles.NewCatalog().Get("xeon-8480plus")
	if err != nil {
		t.Fatal(err)
	}
	e, err := roofline.Run(res, dev, roofline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := read(t, "ort-resnet18.json")
	if len(p.Times) != 2 {
		t.Errorf("found %d inferences, expected 2: the first of 3 warms up", len(p.Times))
	}
	match := Kernels(e, res, p.Nodes)
	for _, n := range match.Outside {
		if !strings.HasPrefix(n.Name, "Reorder") && n.Op != "Flatten" { // a view is no kernel
			t.Errorf("found no kernel for %s (%s)", n.Name, n.Op)
		}
	}
	if share := match.Measured() / p.Total; share < 0.97 {
		t.Errorf("found kernels for %.1f %% of the time, expected 97 %% or more", 100*share)
	}
	for i := range e.Layers {
		if l := &e.Layers[i]; l.Cost.MACs > 0 && match.Layers[i] == 0 {
			t.Errorf("found no time for %s, which ran", l.Name)
		}
	}
	if p.Total > p.Times[0]*1.5 || p.Total < p.Times[0]*0.5 {
		t.Errorf("nodes add up to %g s, an inference took %g s: a unit or a count of runs is wrong", p.Total, p.Times[0])
	}
}

// TestFind looks up the names that runtimes make of a node's.
func TestFind(t *testing.T) {
	layerOf := map[string]int{"/a/Conv": 0, "/b/Gemm": 1, "/c/Mul": 2}
	for name, want := range map[string]int{"/a/Conv": 0, "/a/Conv_output_0_nchwc": 0, "fused /b/Gemm": 1,
		"/c/Mul/QuickGeluFusion/": 2, "/x/Relu + /b/Gemm": 1, "": -1, "fused ": -1, "/d/Add": -1} {
		i, ok := find(layerOf, name)
		if !ok {
			i = -1
		}
		if i != want {
			t.Errorf("%q is of layer %d, expected %d", name, i, want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "found no profile that can be read, expected one of trtexec"},
		{"hello", "found no profile"},
		{`[{"count":3},{"name":"a","averageMs":-1}]`, "found the time -1"},
		{`[{"count":3},{"name":"a","averageMs":`, "cut short or damaged"},
		{`[{"count":3}]`, "found no measurement"},
		{"layerName;execStatus;layerType;execType;realTime (ms);cpuTime (ms);\na;EXECUTED;Conv;x;fast;1;\n",
			`line 2: found the time "fast"`},
		{"net  min = 1 max = 2 avg = x\n", `line 1: found the mean "x"`},
		{"| model | test | t/s |\n| --- | --- | --- |\n| m | pp1 | much |\n", `line 3: found the rate "much"`},
		{"| model | test | t/s |\n| m | pp1 |\n", "line 2: found 2 cells, expected 3"},
		{`{"traceEvents": []}`, "found no measurement"},
	} {
		if _, err := Read("file", strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Read(%q): found the error %v, expected %q", c.in, err, c.want)
		}
	}
}

// reading bounds what reading a profile may allocate. The shortest record has three bytes.
var reading = allocated.Bound{PerByte: 1000, AtLeast: 2 << 20}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, in string) {
		var p *Trace
		var err error
		reading.Hold(t, len(in), func() { p, err = Read("fuzz", strings.NewReader(in)) })
		if err != nil {
			return
		}
		for _, n := range p.Nodes {
			if !(n.Seconds >= 0) {
				t.Fatalf("accepted the time %g of %q", n.Seconds, n.Name)
			}
		}
	})
}

// TestNotes: what a format's figures leave out is said.
func TestNotes(t *testing.T) {
	for file, want := range map[string]note.Code{
		"trtexec-profile.json": note.ProfilingSlows, "trtexec-times.json": note.ComputeTimeOnly,
		"llama-bench.md": note.TokenRates,
	} {
		if p := read(t, file); len(p.Notes) != 1 || p.Notes[0].Code != want {
			t.Errorf("%s: notes %v, want %s", file, p.Notes, want)
		}
	}
}

// TestFormatRuntimes holds that the runtimes that formats name exist.
func TestFormatRuntimes(t *testing.T) {
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formats {
		for _, id := range f.runtimes {
			if r, err := rs.Get(id); err != nil || r.ID != id {
				t.Errorf("%s names the runtime %q: %v", f.Name, id, err)
			}
		}
	}
}
