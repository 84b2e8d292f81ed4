package infer_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// A run is what a real runtime produced for one binding of a model's dimensions.
type run struct {
	Binding map[string]any               `json:"binding"`
	Tensors map[string][]json.RawMessage `json:"tensors"` // [type, shape] and the values of small integer tensors
}

// TestCorpus compares every tensor of every reference run of the real graphs with what is
// inferred, and the multiply-adds and parameters of each graph with the reference counts.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("400 graphs are not read in short mode: run without -short")
	}
	dir := reference.Path(t, "corpus", "dev")
	except := exceptions(t, filepath.Join("testdata", "corpus_exceptions.txt"))
	failures := &failureList{by: map[string][]string{}, seen: map[string]bool{}, except: except,
		unused: maps.Clone(except)}
	t.Run("graphs", func(t *testing.T) {
		for _, row := range readCSV(t, filepath.Join(dir, "references.csv")) {
			t.Run(row["id"], func(t *testing.T) {
				t.Parallel()
				checkGraph(dir, row, failures)
			})
		}
	})
	report(t, failures.by)
	for key := range failures.unused {
		if !reference.Whole(t) {
			break // the sample has no graph for some of the list
		}
		t.Errorf("%s is listed as an exception but agrees; remove it from the list", key)
	}
	t.Logf("%d tensors compared, %d of them upper bounds, %d not in the graph", failures.compared, failures.upper,
		failures.missing)
}

// failureList collects failures from parallel tests, by the operator they began at.
type failureList struct {
	sync.Mutex
	by                       map[string][]string
	seen                     map[string]bool
	except, unused           map[string]string // by graph:operator
	compared, upper, missing int
}

// add records one failure for each operator of a graph: the rest follows from it or is alike.
func (f *failureList) add(op, id, format string, args ...any) {
	f.Lock()
	defer f.Unlock()
	key := id + ":" + op
	if _, known := f.except[key]; known {
		delete(f.unused, key)
		return
	}
	if !f.seen[key] {
		f.seen[key] = true
		f.by[op] = append(f.by[op], id+": "+fmt.Sprintf(format, args...))
	}
}

func checkGraph(dir string, row map[string]string, f *failureList) {
	id := row["id"]
	m, err := readers.Open(filepath.Join(dir, id+".onnx.gz"))
	if err != nil {
		f.add("reading", id, "%v", err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		f.add("preparing", id, "%v", err)
		return
	}
	if n := elements(m); strconv.FormatInt(n, 10) != row["initializer_elems"] {
		f.add("initializers", id, "%d elements, the reference has %s", n, row["initializer_elems"])
	}
	runs, err := readRuns(filepath.Join(dir, "shapes", id+".json.gz"))
	if err != nil {
		return // a graph without reference run
	}
	var macs []int64
	var byOp []map[string]int64
	_ = json.Unmarshal([]byte(row["onnx_macs_true"]), &macs)
	_ = json.Unmarshal([]byte(row["onnx_macs_by_op"]), &byOp)
	for i, ref := range runs {
		r, err := plan.Run(bindings(ref.Binding), nil)
		if err != nil {
			f.add("inferring", id, "%v %v", ref.Binding, err)
			continue
		}
		checkTensors(id, plan.Model, r, ref, f)
		if i < len(macs) && i < len(byOp) && r.MACs() != macs[i] {
			checkMACs(id, r, byOp[i], row["onnx_macs_uncounted"] != "0", f)
		}
	}
}

func bindings(b map[string]any) infer.Bindings {
	dims := make(map[string]int64)
	for name, v := range b {
		if n, ok := v.(float64); ok {
			dims[name] = int64(n)
		}
	}
	return infer.Bindings{Dims: dims}
}

// elements counts the elements of the main graph's initializers.
func elements(m *graph.Model) int64 {
	var n int64
	for _, id := range m.Main.Initializers {
		n += m.Tensors[id].Init.Shape.Elems()
	}
	return n
}

func readRuns(path string) ([]run, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var file struct{ Runs []run }
	return file.Runs, json.NewDecoder(z).Decode(&file)
}

// checkTensors compares in execution order, and blames the first operator that goes wrong on each path.
func checkTensors(id string, m *graph.Model, r *infer.Result, ref run, f *failureList) {
	bad := make(map[graph.ID]bool)
	compared, upper := 0, 0
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Depth > 0 {
			continue
		}
		inherited := false
		for _, in := range s.Node.Inputs {
			inherited = inherited || bad[in]
		}
		for _, out := range s.Node.Outputs {
			if out == graph.None {
				continue
			}
			want, ok := ref.Tensors[m.Tensors[out].Name]
			if !ok || len(want) < 2 {
				bad[out] = inherited
				continue
			}
			compared++
			if r.Infos[out].Upper {
				upper++
			}
			err := sameAsRun(&r.Infos[out], want)
			if bad[out] = err != nil; bad[out] && !inherited {
				f.add(s.Node.Op.String(), id, "%v %s: %v", ref.Binding, s.Node.Label(), err)
			}
		}
	}
	f.Lock()
	defer f.Unlock()
	f.compared += compared
	f.upper += upper
	f.missing += len(ref.Tensors) - compared
}

func sameAsRun(got *graph.Info, want []json.RawMessage) error {
	var name string
	var shape graph.Shape
	if err := json.Unmarshal(want[0], &name); err != nil {
		return err
	}
	if err := json.Unmarshal(want[1], &shape); err != nil {
		return err
	}
	typ, ok := dtype.Parse(name)
	if !ok {
		return fmt.Errorf("reference type %q is not known", name)
	}
	if err := sameTensor(got, typ, shape); err != nil {
		return err
	}
	if len(want) < 3 || got.Value == nil || got.Value.Upper || typ == dtype.String {
		return nil
	}
	return sameValues(got.Value, want[2])
}

// sameValues checks values carried through inference against those of the run.
func sameValues(got *graph.Value, want json.RawMessage) error {
	var vals []int64
	if err := json.Unmarshal(want, &vals); err != nil || len(vals) != got.Len() {
		return nil // not a list of integers
	}
	for i, v := range vals {
		if got.Int(i) != v {
			return fmt.Errorf("value %d is taken to be %d, is %d", i, got.Int(i), v)
		}
	}
	return nil
}

// checkMACs names the operators whose multiply-adds differ from the reference. Those over a
// shape that is an upper bound may be more, and a reference that left nodes out counts less.
func checkMACs(id string, r *infer.Result, want map[string]int64, uncounted bool, f *failureList) {
	got, bound := make(map[string]int64), make(map[string]bool)
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Cost.MACs == 0 {
			continue
		}
		op := s.Node.Op.Type
		got[op] += s.Cost.MACs * s.Times
		for _, in := range s.Node.Inputs {
			bound[op] = bound[op] || in != graph.None && r.Infos[in].Upper
		}
	}
	for op, n := range want {
		if got[op] != n && !(bound[op] && got[op] > n) {
			f.add("MACs-of-"+op, id, "%d, the reference has %d", got[op], n)
		}
	}
	for op, n := range got {
		if _, ok := want[op]; !ok && !uncounted {
			f.add("MACs-of-"+op, id, "%d, the reference has none", n)
		}
	}
}
