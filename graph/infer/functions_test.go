package infer_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// asFunction makes what a maker has built a function of its model's, called "local::name", with the input x and the
// output y.
func asFunction(b *maker, name string, defaults ...graph.Attr) graph.Function {
	b.m.Main.Inputs, b.m.Main.Outputs = []graph.ID{b.id("x")}, []graph.ID{b.id("y")}
	return graph.Function{Op: graph.OpID{Domain: "local", Type: name}, Tensors: b.m.Tensors, Body: b.m.Main,
		Defaults: defaults}
}

// weightAttr returns an attribute that holds 64 × 64 numbers.
func weightAttr(name string) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrTensor, Tensor: &graph.Const{Type: f32, Shape: graph.Shape{64, 64}}}
}

// TestFunctionWeights holds that a function's weights count once however often it is called, directly or by another,
// and its work each time; weights that a call hands over are the call's.
func TestFunctionWeights(t *testing.T) {
	dense := newMaker(17).node("Constant", "", "w", weightAttr("value")).node("MatMul", "x w", "y")
	scale := graph.Attr{Name: "value_floats", Kind: graph.AttrFloats, Floats: make([]float64, 64)}
	norm := newMaker(17).node("Constant", "", "s", scale).node("LayerNormalization", "x s", "y")
	given := newMaker(17).node("Constant", "", "w", graph.Attr{Name: "value", RefName: "of"}).node("MatMul", "x w", "y")
	branch := newMaker(17)
	branch.weight("w", 64, 64).node("MatMul", "x w", "z")
	then := branch.m.Main
	then.Outputs = []graph.ID{branch.id("z")}
	branch.m.Main = &graph.Graph{}
	yes := &graph.Const{Type: dtype.Bool, Shape: graph.Shape{}, Value: &graph.Value{Ints: []int64{1}}}
	branch.node("Constant", "", "c", graph.Attr{Name: "value", Kind: graph.AttrTensor, Tensor: yes}).node("If", "c", "y",
		graph.Attr{Name: "then_branch", Kind: graph.AttrGraph, Graph: then},
		graph.Attr{Name: "else_branch", Kind: graph.AttrGraph, Graph: then})
	twice := newMaker(17).node("local::Dense", "x", "h").node("local::Dense", "h", "y")
	functions := []graph.Function{asFunction(dense, "Dense"), asFunction(norm, "Norm"), asFunction(branch, "Branch"),
		asFunction(twice, "Twice"), asFunction(given, "Given", weightAttr("of"))}
	call := func(n int, op string, attrs ...func() graph.Attr) *maker {
		b := newMaker(17).input("x", f32, 1, 64)
		last := "x"
		for i := range n {
			var own []graph.Attr
			for _, a := range attrs {
				own = append(own, a())
			}
			next := string(rune('a' + i))
			b.node("local::"+op, last, next, own...)
			last = next
		}
		b.m.Functions = functions
		return b.output(last, f32)
	}
	for _, c := range []struct {
		name         string
		model        *maker
		params, macs int64
	}{
		{"called once", call(1, "Dense"), 4096, 4096},
		{"called three times", call(3, "Dense"), 4096, 3 * 4096},
		{"called by another one", call(2, "Twice"), 4096, 4 * 4096},
		{"numbers in a list", call(2, "Norm"), 64, 0},
		{"initializers of a branch", call(2, "Branch"), 4096, 2 * 4096},
		{"a default", call(2, "Given"), 4096, 2 * 4096},
		{"weights of the calls", call(2, "Given", func() graph.Attr { return weightAttr("of") }), 2 * 4096, 2 * 4096},
	} {
		r, err := c.model.run(t, infer.Bindings{})
		if err != nil || unknown(r) != 0 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var params, macs int64
		for w := range r.Plan.Model.Weights() {
			params += w.Init.Shape.Elems()
		}
		for i := range r.Steps {
			macs += r.Steps[i].Cost.MACs * r.Steps[i].Times
		}
		if params != c.params || macs != c.macs {
			t.Errorf("%s: found %d parameters and %d MACs, expected %d and %d", c.name, params, macs, c.params, c.macs)
		}
	}
}
