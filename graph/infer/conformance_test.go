package infer_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestNodes infers every single-operator case of ONNX's backend tests and compares
// type and shape of each output with those that the test's data have.
func TestNodes(t *testing.T) {
	sampling.Alone(t)
	dir := reference.Path(t, "corpus", "nodes", "dev")
	except := exceptions(t, filepath.Join("testdata", "node_exceptions.txt"))
	models := untar(t, filepath.Join(dir, "nodes.tar.gz"))
	failures := map[string][]string{}
	for _, row := range readCSV(t, filepath.Join(dir, "expected.csv")) {
		name := row["name"]
		err := checkNode(name, models[name+".onnx"], row["outputs"])
		switch reason, known := except[name]; {
		case err != nil && !known:
			op := mainOp(name, row["ops"])
			failures[op] = append(failures[op], fmt.Sprintf("%s: %v", name, err))
		case err == nil && known:
			t.Errorf("%s is listed as an exception (%s) but passes; remove it from the list", name, reason)
		}
		delete(except, name)
	}
	for name := range except {
		t.Errorf("%s is listed as an exception but is no case", name)
	}
	report(t, failures)
}

// mainOp is the operator to group a case under: the one its test is named after, if it has several.
func mainOp(name, ops string) string {
	if !strings.Contains(ops, "|") {
		return ops
	}
	return "expanded " + strings.Join(strings.SplitN(name, "_", 4)[:2], "_")
}

// report prints failures by group, the largest group first, some of each.
func report(t *testing.T, failures map[string][]string) {
	t.Helper()
	var groups []string
	for g := range failures {
		groups = append(groups, g)
	}
	sort.Slice(groups, func(i, j int) bool {
		a, b := groups[i], groups[j]
		if len(failures[a]) != len(failures[b]) {
			return len(failures[a]) > len(failures[b])
		}
		return a < b
	})
	for _, g := range groups {
		lines := failures[g]
		t.Errorf("%s: %d failures\n\t%s", g, len(lines), strings.Join(lines[:min(len(lines), 4)], "\n\t"))
	}
}

func checkNode(name string, model []byte, outputs string) (err error) {
	m, err := onnxread.Read(name, bytes.NewReader(model), int64(len(model)))
	if err != nil {
		return err
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		return err
	}
	r, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		return err
	}
	for i := range r.Steps {
		if r.Steps[i].Unknown {
			return fmt.Errorf("%s is unknown", r.Steps[i].Node.Op)
		}
	}
	var want [][4]any
	if err := json.Unmarshal([]byte(outputs), &want); err != nil {
		return err
	}
	byName := outputsByName(m, r)
	for _, w := range want {
		if err := checkOutput(byName[w[0].(string)], w); err != nil {
			return fmt.Errorf("output %v: %w", w[0], err)
		}
	}
	return nil
}

func outputsByName(m *graph.Model, r *infer.Result) map[string]*graph.Info {
	out := make(map[string]*graph.Info)
	for _, id := range m.Main.Outputs {
		out[m.Tensors[id].Name] = &r.Infos[id]
	}
	return out
}

// wantKinds maps the reference's words to kinds.
var wantKinds = map[string]graph.TypeKind{
	"tensor": graph.KindTensor, "sequence": graph.KindSequence, "optional_type": graph.KindOptional, "map": graph.KindMap,
}

// checkOutput compares with [name, kind, type, shape]; of containers only the kind.
func checkOutput(got *graph.Info, want [4]any) error {
	kind := wantKinds[want[1].(string)]
	if got == nil || got.Kind != kind {
		return fmt.Errorf("is not a %v: %+v", want[1], got)
	}
	if kind != graph.KindTensor {
		return nil
	}
	typ, _ := dtype.Parse(oldName(want[2].(string)))
	var shape graph.Shape
	for _, d := range want[3].([]any) {
		shape = append(shape, int64(d.(float64)))
	}
	return sameTensor(got, typ, shape)
}

func oldName(s string) string {
	switch s = strings.ToLower(s); s {
	case "float":
		return "float32"
	case "double":
		return "float64"
	}
	return s
}

// sameTensor checks type and shape: equal, or an upper bound where the shape is marked one.
func sameTensor(got *graph.Info, typ dtype.Type, shape graph.Shape) error {
	if got.Type != typ {
		return fmt.Errorf("is %v%v, want %v%v", got.Type, got.Shape, typ, shape)
	}
	if !got.Known() {
		return fmt.Errorf("has an unknown shape, want %v", shape)
	}
	same := len(got.Shape) == len(shape)
	for i := range shape {
		same = same && (got.Shape[i] == shape[i] || got.Upper && got.Shape[i] > shape[i])
	}
	if !same {
		return fmt.Errorf("has shape %v (upper bound: %v), want %v", got.Shape, got.Upper, shape)
	}
	return nil
}

// untar reads the files of a .tar.gz.
func untar(t testing.TB, path string) map[string][]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if out[filepath.Base(h.Name)], err = io.ReadAll(tr); err != nil {
			t.Fatal(err)
		}
	}
}
