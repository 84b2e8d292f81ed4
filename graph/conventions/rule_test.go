package conventions

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// TestEveryKind checks that every kind of operator has a group and that every tool has a rule for every group.
func TestEveryKind(t *testing.T) {
	for k := ops.NoKind; k < ops.NumKinds; k++ {
		if groups[k] == 0 {
			t.Errorf("kind %s has no group: add it to groups in group.go", k)
		}
	}
	for i := range Conventions {
		v := &Conventions[i]
		for g := other; g < numGroups; g++ {
			if r := v.rules[g]; (r.formula == nil) != (r.why != "") {
				t.Errorf("%s has no rule for %s: give a formula or the reason why the tool counts nothing", v.Name, g)
			}
		}
	}
}

// TestMatrixWork checks that every tool counts all multiply-adds of every kind of matrix work, or says why not.
func TestMatrixWork(t *testing.T) {
	f := &fact{macs: 1000, walked: 1000, in: 10, out: 20, cell: cell{states: 20, directions: 1, gates: 4}}
	for k := ops.NoKind; k < ops.NumKinds; k++ {
		if !k.Matrix() {
			continue
		}
		variants := []group{groups[k]}
		if groups[k] == linear {
			variants = append(variants, product)
		}
		for i := range Conventions {
			for _, g := range variants {
				r := Conventions[i].rules[g]
				if r.formula == nil && r.why == skips.why {
					t.Errorf("%s leaves out %s, which is matrix work: say why", Conventions[i].Name, k)
				}
				if r.formula != nil && r.formula(f) < f.macs {
					t.Errorf("%s counts %d for 1000 multiply-adds of %s", Conventions[i].Name, r.formula(f), k)
				}
			}
		}
	}
}

// An operand is an input of a node under test; weights are constant.
type operand struct {
	shape  graph.Shape
	weight bool
}

func in(shape ...int64) operand     { return operand{shape: shape} }
func weight(shape ...int64) operand { return operand{shape, true} }

// one infers a model of one node.
func one(t *testing.T, domain, op string, attrs []graph.Attr, operands ...operand) *infer.Result {
	t.Helper()
	m := &graph.Model{Opsets: []graph.Opset{{Version: 24}, {Domain: domain, Version: 1}}, Main: &graph.Graph{}}
	n := graph.Node{Op: graph.OpID{Domain: domain, Type: op}, Version: m.Opset(domain), Attrs: attrs}
	for _, o := range operands {
		id := graph.ID(len(m.Tensors))
		n.Inputs = append(n.Inputs, id)
		if o.weight {
			c := &graph.Const{Type: dtype.Float32, Shape: o.shape}
			m.Tensors = append(m.Tensors, graph.Tensor{Kind: graph.FromInitializer, Init: c})
			continue
		}
		var dims []graph.Dim
		for _, d := range o.shape {
			dims = append(dims, graph.Dim{Value: d})
		}
		decl := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true, Dims: dims}
		m.Tensors = append(m.Tensors, graph.Tensor{Kind: graph.FromInput, Decl: decl})
		m.Main.Inputs = append(m.Main.Inputs, id)
	}
	n.Outputs = []graph.ID{graph.ID(len(m.Tensors))}
	m.Tensors = append(m.Tensors, graph.Tensor{Kind: graph.FromNode})
	m.Main.Outputs, m.Main.Nodes = n.Outputs, []graph.Node{n}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func integer(name string, v int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInt, Int: v}
}

// TestOperators checks counts of single operators by hand-made arithmetic.
func TestOperators(t *testing.T) {
	heads := []graph.Attr{integer("num_heads", 2)}
	linear := []graph.Attr{integer("q_num_heads", 2), integer("kv_num_heads", 2),
		{Name: "update_rule", Kind: graph.AttrString, Str: "linear"}}
	for _, tc := range []struct {
		name string
		res  *infer.Result
		want map[string]int64
	}{
		// 8 x 8 x 8 results of 4 x 9 products each.
		{"blocked convolution", one(t, "com.microsoft.nchwc", "Conv", nil, in(1, 4, 10, 10), weight(8, 4, 3, 3), weight(8)),
			map[string]int64{"fvcore": 18432, "thop": 18432, "ptflops": 18944, "ultralytics": 36864, "torchvision": 18432,
				"deepspeed": 37376}},
		// Input 2 of a transposed convolution with dynamic pads is no bias: 4 x 25 elements meet 8 x 9 weights each.
		{"transposed convolution", one(t, "com.microsoft", "ConvTransposeWithDynamicPads", nil, in(1, 4, 5, 5),
			weight(4, 8, 3, 3)),
			map[string]int64{"fvcore": 7200, "ptflops": 7200, "thop": 14112, "ultralytics": 14400, "deepspeed": 14400}},
		{"causal convolution", one(t, "com.microsoft", "CausalConvWithState", nil, in(1, 4, 6), weight(4, 1, 3), weight(4)),
			map[string]int64{"fvcore": 72, "ptflops": 96, "deepspeed": 168}},
		// 2 steps of 2 heads: an update and a query of a 4 x 3 state each.
		{"linear attention", one(t, "com.microsoft", "LinearAttention", linear, in(1, 2, 8), in(1, 2, 8), in(1, 2, 6)),
			map[string]int64{"torchvision": 96, "ptflops": 96, "deepspeed": 192, "onnx-tool": 96, "fvcore": 0}},
		{"packed attention", one(t, "com.microsoft", "PackedAttention", heads, in(6, 8), weight(8, 24), weight(24), in(2, 3),
			in(3)),
			map[string]int64{"torchvision": 6*8*24 + 2*2*9*8, "thop": 0}},
		// 10 steps and samples of 4 gates for 4 states: 12 products, 2 biases.
		{"LSTM", one(t, "", "LSTM", nil, in(5, 2, 8), weight(1, 16, 8), weight(1, 16, 4), weight(1, 32)),
			map[string]int64{"thop": 2560, "ultralytics": 5120, "ptflops": 2640, "deepspeed": 4240, "onnx-tool": 9440,
				"torchvision": 1920, "fvcore": 0}},
		{"GRU", one(t, "", "GRU", nil, in(5, 2, 8), weight(1, 12, 8), weight(1, 12, 4), weight(1, 24)),
			map[string]int64{"thop": 1960, "ptflops": 1960, "deepspeed": 2*(1440-120) + 280 + 240, "onnx-tool": 6080}},
		{"RNN", one(t, "", "RNN", nil, in(5, 2, 8), weight(1, 4, 8), weight(1, 4, 4), weight(1, 8)),
			map[string]int64{"thop": 600, "ptflops": 600, "deepspeed": 2*(480-40) + 40 + 80, "onnx-tool": 480 + 80 + 40*39}},
	} {
		for name, want := range tc.want {
			v, err := Find(name)
			if err != nil {
				t.Fatal(err)
			}
			got := v.Of(tc.res, AsIs)
			if got.Total != want {
				t.Errorf("%s as %s: %d, want %d: %+v", tc.name, name, got.Total, want, got.Lines)
			}
			if got.Total == 0 && len(got.Notes) == 0 {
				t.Errorf("%s as %s counts nothing, and no note says so: %q", tc.name, name, got.Notes)
			}
		}
	}
}

// TestUntoldShapes checks that matrix work of shapes that only a run knows is said by every convention, not counted 0
// in silence.
func TestUntoldShapes(t *testing.T) {
	for op, operands := range map[string][]operand{
		"Conv": {in(1, 4, 8), in(4, 4, 3)}, "ConvTranspose": {in(1, 4, 8), in(4, 4, 3)}, "MatMul": {in(2, 3), in(3, 4)},
		"Gemm": {in(2, 3), in(3, 4)}, "LSTM": {in(5, 2, 8), in(1, 16, 8), in(1, 16, 4)},
	} {
		res := one(t, "", op, nil, operands...)
		s := &res.Steps[0]
		s.Unknown, s.Cost = true, cost.Cost{Read: 8}
		for i := range Conventions {
			got := Conventions[i].Of(res, AsIs)
			if got.Total != 0 || len(got.Notes) != 1 || got.Notes[0].Code != note.ShapesUntold {
				t.Errorf("%s as %s: %d, notes %q", op, Conventions[i].Name, got.Total, note.Texts(got.Notes))
			}
		}
	}
}
