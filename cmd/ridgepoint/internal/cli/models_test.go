package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
)

// TestModelsUsage: what cannot be meant is one clear error, and nothing is written.
func TestModelsUsage(t *testing.T) {
	out := filepath.Join(t.TempDir(), "model.onnx")
	for args, want := range map[string]string{
		"list --family yolo99":                             "did you mean YOLO",
		"list --task singing":                              "tasks are classification, detection",
		"list --family resnet --task detection":            "found no built-in model of both the task",
		"show zoo:resnet51":                                "the nearest are resnet51q, resnet50",
		"export resnet51 -o " + out:                        "the nearest are resnet51q, resnet50",
		"export resnet18?size=7 -o " + out:                 "expected a whole number from 32",
		"export resnet18 --random-weights":                 "give the file to write with -o",
		"export llama3-8b --random-weights -o " + out:      "GiB",
		"export resnet18 --random-weights -o /absent/a.on": "/absent",
	} {
		_, stderr, code := run(t, "", append([]string{"models"}, strings.Fields(args)...)...)
		if code == exitOK || !strings.Contains(stderr, want) {
			t.Errorf("models %s: exit code %d, %s; want an error that says %q", args, code, stderr, want)
		}
		if files, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); len(files) > 0 {
			t.Fatalf("models %s left %v", args, files)
		}
	}
}

// TestModelsExport: what is exported is read as the built-in model is, and twice the same.
func TestModelsExport(t *testing.T) {
	dir := t.TempDir()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(dir, "squeezenet.onnx")
		if _, stderr, code := run(t, "", "models", "export", "zoo:squeezenet1.1?size=64", "--random-weights", "-o", path); code != exitOK {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two exports of one model differ")
	}
	want, _, _ := run(t, "", "shapes", "zoo:squeezenet1.1?size=64", "-o", "csv")
	got, _, _ := run(t, "", "shapes", filepath.Join(dir, "squeezenet.onnx"), "-o", "csv")
	if unnamed(got) != unnamed(want) || unnamed(want) == "" {
		t.Error("the export has other tensors than the model")
	}
}

// mostRun is how many multiply-adds a model may have to be executed by a test: about a second on two cores.
const mostRun = 5e9

// TestExportsRun executes the lightest model of each family and task in ONNX Runtime, where it is there.
func TestExportsRun(t *testing.T) {
	sampling.Alone(t)
	path, err := ort.Find(filepath.Join("..", "..", "..", "..", "third_party", "onnxruntime"), os.Getenv)
	if err != nil {
		t.Skip("ONNX Runtime is not there: run make ort")
	}
	if _, err := ort.Load(path); errors.Is(err, ort.ErrNoCgo) {
		t.Skip("cgo is missing: run with CGO_ENABLED=1 and a C compiler")
	} else if err != nil {
		t.Fatal(err)
	}
	lightest := map[string]zoo.Entry{}
	for _, e := range zoo.Entries() {
		if l, ok := lightest[e.Family+e.Task]; (!ok || e.MACs < l.MACs) && e.Params < 40e6 && e.MACs < mostRun {
			lightest[e.Family+e.Task] = e
		}
	}
	for _, e := range lightest {
		t.Run(e.Name, func(t *testing.T) {
			_, stderr, code := run(t, "", "measure", zoo.Prefix+e.Name, "--ort", path, "--limit", "1ms", "-o", "json")
			if code != exitOK {
				t.Errorf("exit code %d: %s", code, stderr)
			}
		})
	}
}
