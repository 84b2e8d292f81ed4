package graph_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/internal/room"
)

func op(name string) graph.OpID { return graph.OpID{Domain: "local", Type: name} }

// twice is a function of two nodes: Scale(Scale(x)), each with the function's attribute by, 3 by default.
func twice() graph.Function {
	by := []graph.Attr{{Name: "factor", RefName: "by", Kind: graph.AttrInt}}
	scale := func(name string, in, out graph.ID) graph.Node {
		return graph.Node{Name: name, Op: graph.OpID{Type: "Scale"}, Inputs: []graph.ID{in}, Outputs: []graph.ID{out},
			Attrs: by}
	}
	return graph.Function{
		Op: op("Twice"), Defaults: []graph.Attr{{Name: "by", Kind: graph.AttrInt, Int: 3}},
		Tensors: []graph.Tensor{{Name: "x"}, {Name: "t"}, {Name: "y"}},
		Body: &graph.Graph{Inputs: []graph.ID{0}, Outputs: []graph.ID{2},
			Nodes: []graph.Node{scale("a", 0, 1), scale("b", 1, 2)}},
	}
}

func caller(fns []graph.Function, nodes ...graph.Node) *graph.Model {
	return &graph.Model{Functions: fns, Tensors: []graph.Tensor{{Name: "in"}, {Name: "out"}},
		Main: &graph.Graph{Inputs: []graph.ID{0}, Outputs: []graph.ID{1}, Nodes: nodes}}
}

func call(name string, attrs ...graph.Attr) graph.Node {
	return graph.Node{Name: name, Op: op("Twice"), Inputs: []graph.ID{0}, Outputs: []graph.ID{1}, Attrs: attrs}
}

func always(graph.OpID, int) bool { return true }

// TestInline: a call becomes the body, with fresh tensors between, the call's at its ends, attributes from the
// call or the default, and names below the call's.
func TestInline(t *testing.T) {
	m := caller([]graph.Function{twice()}, call("f", graph.Attr{Name: "by", Kind: graph.AttrInt, Int: 5}))
	out, err := m.Inline(always)
	if err != nil {
		t.Fatal(err)
	}
	n := out.Main.Nodes
	if len(n) != 2 || n[0].Name != "f/a" || n[0].Inputs[0] != 0 || n[1].Outputs[0] != 1 ||
		n[0].Outputs[0] != n[1].Inputs[0] || n[0].Outputs[0] < 2 {
		t.Fatalf("inlined as %+v", n)
	}
	if a := n[0].Attr("factor"); a == nil || a.Int != 5 {
		t.Errorf("attribute %+v, want the call's 5", a)
	}
	if len(m.Tensors) != 2 || len(m.Main.Nodes) != 1 {
		t.Error("the original was changed")
	}
	out, err = caller([]graph.Function{twice()}, call("f")).Inline(always)
	if err != nil {
		t.Fatal(err)
	}
	if a := out.Main.Nodes[0].Attr("factor"); a == nil || a.Int != 3 {
		t.Errorf("attribute %+v, want the default 3", a)
	}
}

// TestInlineWanted: an operator that has a row of its own stays a node.
func TestInlineWanted(t *testing.T) {
	out, err := caller([]graph.Function{twice()}, call("f")).Inline(func(graph.OpID, int) bool { return false })
	if err != nil || len(out.Main.Nodes) != 1 {
		t.Errorf("%d nodes, %v; want the call kept", len(out.Main.Nodes), err)
	}
}

// TestInlineLimits: functions that call themselves, or each other many times over, end in an error.
func TestInlineLimits(t *testing.T) {
	self := twice()
	self.Body.Nodes[0].Op = op("Twice")
	if _, err := caller([]graph.Function{self}, call("f")).Inline(always); err == nil ||
		!strings.Contains(err.Error(), "calls itself") {
		t.Errorf("a function that calls itself: %v", err)
	}
	fns := []graph.Function{twice()}
	for i := range 40 { // each calls the one before twice: 2^40 nodes
		f := twice()
		f.Op = op("Level" + string(rune('A'+i)))
		for k := range f.Body.Nodes {
			f.Body.Nodes[k].Op = fns[len(fns)-1].Op
		}
		fns = append(fns, f)
	}
	top := call("f")
	top.Op = fns[len(fns)-1].Op
	if _, err := caller(fns, top).Inline(always); err == nil {
		t.Error("2^40 nodes were inlined")
	}
	top.Op = fns[8].Op // 2^9 nodes, whose tensors count as well
	if _, err := caller(fns, top).Inline(always); err != nil {
		t.Error(err)
	}
	t.Cleanup(func() { room.Bound(1 << 40) })
	room.Bound(100 << 10)
	if _, err := caller(fns, top).Inline(always); err == nil || !strings.Contains(err.Error(), "more than 182 nodes") {
		t.Errorf("2^9 nodes in 100 KiB: found %v", err)
	}
}
