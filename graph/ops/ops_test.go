package ops_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestCases runs the single-node cases of testdata/*.txt. A case is one line:
//
//	Conv v11 in f32[1,3,224,224] w:f32[64,3,7,7] attr strides=2,2 pads=3,3,3,3 -> f32[1,64,112,112] macs=118013952
//
// that is operator (domain::type outside the default domain), opset version, inputs,
// attributes, and what is expected: the outputs and any of macs, vector, special (operations),
// read, weights, written (bytes), or "error" and words that the message must hold.
//
// A tensor is type[dims], then ={values} if its contents are known and ? if the shape, and the values, are an
// upper bound; w: marks an initializer and _ an omitted operand. seq(a;b) and opt(a)
// are containers. An attribute is an integer, a number with a point, a list with commas or in brackets, or a string,
// in single quotes where it could be taken for one of those. A line that ends in a backslash goes on in the next.
func TestCases(t *testing.T) {
	sampling.Alone(t)
	for _, c := range allCases(t) {
		t.Run(c.where, func(t *testing.T) {
			if err := c.run(); err != nil {
				t.Errorf("%v\n%s", err, c.text)
			}
		})
	}
}

// A testCase is one parsed line.
type testCase struct {
	where, text string
	op          graph.OpID
	version     int
	in, out     []operand
	attrs       []graph.Attr
	costs       map[string]int64
	failure     []string // words of the expected error
	wantsError  bool
}

// An operand is one input or expected output.
type operand struct {
	info    graph.Info
	omitted bool
	weight  bool
}

func allCases(t testing.TB) []*testCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files in testdata: %v", err)
	}
	var cases []*testCase
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(strings.ReplaceAll(string(data), "\\\n", " "), "\n") {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			c, err := parseCase(line)
			if err != nil {
				t.Fatalf("%s: case %q: %v", file, line, err)
			}
			c.where = fmt.Sprintf("%s/%s_%d", strings.TrimSuffix(filepath.Base(file), ".txt"), c.op.Type, n+1)
			cases = append(cases, c)
		}
	}
	return cases
}

// noBodies is a Runner for nodes that hold no subgraphs.
type noBodies struct{}

func (noBodies) Body(*graph.Graph, []graph.Info, int64) (ops.Span, error) {
	return ops.Span{}, fmt.Errorf("this test runs no bodies")
}
func (noBodies) SpanCost(ops.Span) cost.Cost { return cost.Cost{} }
func (noBodies) Discard(ops.Span)            {}
func (noBodies) Doubt(ops.Span)              {}
func (noBodies) TripCount() int64            { return 0 }
func (noBodies) Note(note.Code, ...any)      {}

// call builds the node of a case and a call on it.
func (c *testCase) call() (*ops.Call, *graph.Node) {
	m := &graph.Model{Main: &graph.Graph{}}
	var infos []graph.Info
	n := &graph.Node{Op: c.op, Version: c.version, Attrs: c.attrs}
	add := func(o operand, ids *[]graph.ID, known bool) {
		if o.omitted {
			*ids = append(*ids, graph.None)
			return
		}
		kind, info := graph.FromNode, graph.Info{}
		if known {
			info = o.info
		}
		if o.weight {
			kind = graph.FromInitializer
		}
		*ids = append(*ids, graph.ID(len(infos)))
		m.Tensors = append(m.Tensors, graph.Tensor{Kind: kind})
		infos = append(infos, info)
	}
	for _, o := range c.in {
		add(o, &n.Inputs, true)
	}
	for _, o := range c.out {
		add(o, &n.Outputs, false)
	}
	if c.wantsError && len(c.out) == 0 {
		add(operand{}, &n.Outputs, false)
	}
	call := ops.NewCall(m, infos, &ops.Arena{}, noBodies{})
	call.Reset(n)
	return call, n
}

// infer does what package infer does with one node.
func (c *testCase) infer() (*ops.Spec, *ops.Call, error) {
	spec := ops.Lookup(c.op, c.version)
	if spec == nil {
		return nil, nil, fmt.Errorf("%s has no row at opset %d", c.op, c.version)
	}
	call, n := c.call()
	for i := range spec.MinIn {
		if !call.Has(i) {
			return nil, nil, fmt.Errorf("the row wants %d inputs", spec.MinIn)
		}
	}
	if err := spec.Infer(call); err != nil {
		return spec, call, err
	}
	if call.Failed() != nil {
		return spec, call, call.Failed()
	}
	call.Reset(n)
	if spec.Fold != nil && c.small(call) {
		if err := spec.Fold(call); err != nil {
			return spec, call, err
		}
	}
	return spec, call, nil
}

// small reports whether every output is a tensor of few enough elements to be folded, and the first is wanted.
func (c *testCase) small(call *ops.Call) bool {
	if !call.HasOut(0) {
		return false
	}
	for i := range c.out {
		if o := call.Out(i); o != nil && (o.Kind != graph.KindTensor || o.Shape.Elems() > graph.MaxFold) {
			return false
		}
	}
	return true
}

func (c *testCase) run() error {
	spec, call, err := c.infer()
	if c.wantsError {
		return c.checkError(err)
	}
	if err != nil {
		return err
	}
	for i, want := range c.out {
		if want.omitted {
			continue
		}
		got := call.Out(i)
		if g, w := format(got, want.info.Value != nil), format(&want.info, true); g != w {
			return fmt.Errorf("output %d is %s, want %s", i, g, w)
		}
	}
	k := ops.Cost(spec, call)
	got := map[string]int64{
		"macs": k.MACs, "vector": k.Work[cost.Vector].Ops, "special": k.Work[cost.Special].Ops, "flops": k.FLOPs(),
		"read": k.Read, "weights": k.Weights, "written": k.Written, "bytes": k.Bytes(),
	}
	for name, want := range c.costs {
		if have, ok := got[name]; !ok || have != want {
			return fmt.Errorf("%s is %d, want %d (known: %v)", name, have, want, ok)
		}
	}
	return nil
}

func (c *testCase) checkError(err error) error {
	if err == nil {
		return fmt.Errorf("no error, want one with the words %q", c.failure)
	}
	for _, w := range c.failure {
		if !strings.Contains(err.Error(), w) {
			return fmt.Errorf("error %q, want one with the words %q", err, c.failure)
		}
	}
	return nil
}

// TestCaseFormat holds that a case that expects the wrong thing fails.
func TestCaseFormat(t *testing.T) {
	good := "Relu v13 in f32[2,3] -> f32[2,3] vector=6 read=24 written=24"
	bad := []string{
		"Relu v13 in f32[2,3] -> f32[3,2]",
		"Relu v13 in f32[2,3] -> f16[2,3]",
		"Relu v13 in f32[2,3] -> f32[2,3]?",
		"Relu v13 in f32[2,3] -> f32[2,3] vector=7",
		"Relu v13 in i64[2]={-1,2} -> i64[2]={-1,2}",
		"Relu v13 in f32[2,3] -> error",
		"Nonesuch v13 in f32[2,3] -> f32[2,3]",
	}
	for _, line := range append([]string{good}, bad...) {
		c, err := parseCase(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if err := c.run(); (err == nil) != (line == good) {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, line := range []string{"Relu", "Relu 13 in f32[2]", "Relu v13 in f33[2] -> f32[2]", "Relu v13 in f32[2",
		"Relu v13 in f32[2] -> f32[2] macs=x"} {
		if _, err := parseCase(line); err == nil {
			t.Errorf("%q was accepted", line)
		}
	}
}

// TestRowsComplete checks that each row says all that a row must say, and has a case.
// Control flow needs subgraphs, which package infer's tests run.
func TestRowsComplete(t *testing.T) {
	tested := make(map[graph.OpID]bool)
	for _, c := range allCases(t) {
		tested[c.op] = true
	}
	type version struct {
		op    graph.OpID
		since int
	}
	seen := make(map[version]string)
	for _, f := range ops.Families() {
		var missing []string
		for i := range f.Specs {
			s := &f.Specs[i]
			name := s.Op.String() + " v" + strconv.Itoa(s.Since)
			if other, dup := seen[version{s.Op, s.Since}]; dup {
				t.Errorf("%s is in family %s and in %s", name, other, f.Name)
			}
			seen[version{s.Op, s.Since}] = f.Name
			for _, msg := range rowFaults(s) {
				t.Errorf("%s: %s", name, msg)
			}
			if !tested[s.Op] && s.Kind != ops.Control {
				missing = append(missing, s.Op.String())
			}
		}
		if len(missing) > 0 {
			t.Errorf("family %s: no case in testdata for %s", f.Name, strings.Join(slices.Compact(missing), ", "))
		}
	}
}

func rowFaults(s *ops.Spec) []string {
	var faults []string
	fault := func(bad bool, msg string) {
		if bad {
			faults = append(faults, msg)
		}
	}
	fault(s.Op.Type == "", "has no operator type")
	fault(s.Op.Domain == "ai.onnx", "the default domain is written as the empty string")
	fault(s.Since < 1, "Since must be at least 1")
	fault(s.Kind == ops.NoKind || s.Kind >= ops.NumKinds, "has no kind")
	fault(s.Doc == "" || strings.ContainsAny(s.Doc, "\n\t") || strings.HasSuffix(s.Doc, "."),
		"Doc must be one line without a full stop")
	fault(len(s.Doc) > 100, "Doc is longer than 100 bytes")
	fault(s.MinIn < 0 || s.MinIn > 16, "MinIn is out of range")
	fault(s.Infer == nil, "has no Infer")
	class := s.Class()
	workless := class == cost.View || class == cost.Injective || class == cost.Metadata
	fault(s.Work == nil && !workless, "has no Work, and operators of kind "+s.Kind.String()+" compute")
	return faults
}

// TestMatrixKinds checks that kinds tell which operators do matrix work: all that the cases count multiply-adds for,
// and each of them in some case. Counting and lowering rely on it.
func TestMatrixKinds(t *testing.T) {
	counted := make(map[*ops.Spec]bool)
	for _, c := range allCases(t) {
		spec, call, err := c.infer()
		if err != nil || c.wantsError {
			continue
		}
		if out := call.Out(0); out != nil && out.Known() && ops.Cost(spec, call).MACs > 0 {
			counted[spec] = true
			if !spec.Kind.Matrix() {
				t.Errorf("%s does matrix work, and kind %s does none", c.where, spec.Kind)
			}
		}
	}
	for _, f := range ops.Families() {
		for i := range f.Specs {
			if s := &f.Specs[i]; s.Kind.Matrix() && !counted[s] {
				t.Errorf("%s is of kind %s, and no case counts multiply-adds for it", s.Op, s.Kind)
			}
		}
	}
}

// TestKinds checks that every kind has a name, a class and operators.
func TestKinds(t *testing.T) {
	used := map[ops.Kind]bool{ops.NoKind: true}
	for _, f := range ops.Families() {
		for i := range f.Specs {
			used[f.Specs[i].Kind] = true
		}
	}
	for k := ops.NoKind; k < ops.NumKinds; k++ {
		if k.String() == "" || k.Matrix() != (k.Class() == cost.Anchor || k == ops.Recurrent) {
			t.Errorf("kind %d (%s) has no name, or its class %s is at odds with whether it does matrix work", k, k, k.Class())
		}
		if !used[k] {
			t.Errorf("no operator is of kind %s", k)
		}
	}
}

// TestLookup holds that the newest row not above the opset is found.
func TestLookup(t *testing.T) {
	sum := graph.OpID{Type: "ReduceSum"}
	for _, tc := range []struct{ opset, since int }{{1, 1}, {12, 1}, {13, 13}, {24, 13}} {
		if s := ops.Lookup(sum, tc.opset); s == nil || s.Since != tc.since {
			t.Errorf("ReduceSum at opset %d: row %+v, want that since %d", tc.opset, s, tc.since)
		}
	}
	if s := ops.Lookup(graph.OpID{Type: "Attention"}, 22); s != nil {
		t.Errorf("Attention at opset 22 found the row since %d", s.Since)
	}
	if s := ops.Lookup(graph.OpID{Domain: "nowhere", Type: "Conv"}, 24); s != nil {
		t.Error("an operator of another domain was found")
	}
}
