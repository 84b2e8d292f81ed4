package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
)

const profiles = root + "/roofline/trace/testdata/"

// TestMeasureFrom lays a recorded profile of ResNet-18 beside its prediction, twice, with a table and a picture.
func TestMeasureFrom(t *testing.T) {
	dir := t.TempDir()
	table, picture := filepath.Join(dir, "t.csv"), filepath.Join(dir, "p.png")
	for range 2 {
		out, errs, code := run(t, "", "measure", "zoo:resnet18", "--from", profiles+"ort-resnet18.json", "--device", "xeon-8480plus", "--csv", table, "--plot", picture)
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, errs)
		}
		for _, want := range []string{"resnet18 in ONNX Runtime profile, fp32, batch 1", "median of 2 runs", "expected on Intel Xeon Platinum 8480+", "conv ", "in no kernel: the runtime's own"} {
			if !strings.Contains(out, want) {
				t.Errorf("found no %q in\n%s", want, out)
			}
		}
	}
	rows, err := measured.ReadFile(table)
	if err != nil || len(rows) != 2 {
		t.Fatalf("found %d rows, %v; expected 2: one appended to the other", len(rows), err)
	}
	if r := rows[1]; r.Graph != "zoo:resnet18" || r.Precision != "fp32" || r.Batch != 1 || r.InputShape != "1x3x224x224" || r.Latency < 1e-3 || r.Latency > 1 || r.Work < 1.8e9 || r.Work > 1.83e9 || r.Note("runs") != "2" {
		t.Errorf("found %+v", r)
	}
	if st, err := os.Stat(picture); err != nil || st.Size() < 10_000 {
		t.Errorf("the picture: %v, %v", st, err)
	}
}

func TestMeasureWholeModels(t *testing.T) {
	sampling.Alone(t)
	table := filepath.Join(t.TempDir(), "t.csv")
	if out, errs, code := run(t, "", "measure", "--from", profiles+"ncnn.txt", "--device", "rpi-4", "--csv", table); code != exitOK || !strings.Contains(out, "squeezenet_int8") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	rows, err := measured.ReadFile(table)
	if err != nil || len(rows) != 5 || rows[0].Class != "rpi" || rows[0].Runtime != "ncnn" {
		t.Errorf("found %+v, %v", rows, err)
	}
}

func TestMeasureErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "takes a MODEL, or --from FILE"},
		{[]string{"zoo:resnet18", "--threads", "-1"}, exitUsage, "--threads -1: expected 0 or more"},
		{[]string{"zoo:resnet18", "--precision", "fp16"}, exitUsage, "--precision goes with --from"},
		{[]string{"--from", "absent.json"}, exitUsage, "absent.json"},
		{[]string{"--from", profiles + "ncnn.txt", "--csv", "x.csv"}, exitUsage, "does not say which machine"},
		{[]string{"--from", profiles + "openvino-average.csv", "--csv", "x.csv"}, exitUsage, "which model it is of"},
		{[]string{"--from", profiles + "ncnn.txt", "--plot", "x.png"}, exitUsage, "--plot needs a MODEL"},
		{[]string{"zoo:resnet18", "--from", profiles + "ncnn.txt"}, exitUsage, "leave the model out"},
		{[]string{"zoo:resnet18", "--from", profiles + "ort-resnet18.json", "--plot", "x.png"}, exitUsage, "a picture needs a device"},
		{[]string{"zoo:resnet18", "--ort", "absent"}, exitUsage, ""},
	} {
		_, errs, code := run(t, "", append([]string{"measure"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || strings.Count(errs, "error:") != 1 {
			t.Errorf("measure %v: exit %d, %s; expected %d and %q", c.args, code, errs, c.code, c.want)
		}
	}
	if _, err := ort.Load(""); errors.Is(err, ort.ErrNoCgo) {
		if _, errs, _ := run(t, "", "measure", "zoo:resnet18"); !strings.Contains(errs, "CGO_ENABLED=1 go build") {
			t.Errorf("without cgo: found %s, expected how to build with it", errs)
		}
	} else if _, errs, _ := run(t, "", "measure", "zoo:resnet18", "--ort", "absent"); !strings.Contains(errs, "found no ONNX Runtime library at absent") {
		t.Errorf("without the library: found %s, expected what to name", errs)
	}
}

// TestMeasureRun runs a small built-in model, where ONNX Runtime is there.
func TestMeasureRun(t *testing.T) {
	lib := filepath.Join(root, "third_party", "onnxruntime")
	if _, err := ort.Find(lib, os.Getenv); err != nil {
		t.Skip("ONNX Runtime is not there: run make ort")
	}
	if _, err := ort.Load(""); errors.Is(err, ort.ErrNoCgo) {
		t.Skip("cgo is missing: run with CGO_ENABLED=1 and a C compiler")
	}
	out, errs, code := run(t, "", "measure", "zoo:mobilenetv3-small?size=64", "--ort", lib, "--threads", "1", "--limit", "200ms")
	if code != exitOK || !strings.Contains(out, "median of") || !strings.Contains(out, "depthwise") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
