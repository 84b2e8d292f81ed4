package lower_test

import (
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// fuzzOps are operators that keep or reduce a 4 x 4 matrix, so that any of them can follow any other.
var fuzzOps = []struct {
	op string
	in int
}{
	{"Add", 2}, {"Mul", 2}, {"Sub", 2}, {"Div", 2}, {"MatMul", 2}, {"Pow", 2}, {"Sigmoid", 1}, {"Erf", 1}, {"Tanh", 1},
	{"Sqrt", 1},
	{"Exp", 1}, {"Softmax", 1}, {"Relu", 1}, {"Transpose", 1}, {"Identity", 1}, {"ReduceMean", 1}, {"ReduceMax", 1},
	{"NoSuchOperator", 1},
	{"QuantizeLinear", -1}, {"DequantizeLinear", -1},
}

// wire builds a graph from bytes: an operator and its operands each time. The first two tensors are an input and a
// weight.
func wire(data []byte) *graph.Model {
	matrix := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
		Dims: []graph.Dim{{Value: 4}, {Value: 4}}}
	m := &graph.Model{Name: "fuzz", Opsets: []graph.Opset{{Version: 17}}, Main: &graph.Graph{Inputs: []graph.ID{0}}}
	m.Tensors = []graph.Tensor{
		{Name: "x", Kind: graph.FromInput, Decl: matrix},
		{Name: "w", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Float32, Shape: graph.Shape{4, 4}}},
		{Name: "scale", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Float32}},
		{Name: "zero", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Int8}},
	}
	for i := 0; i+2 < len(data) && i < 3*64; i += 3 {
		op := fuzzOps[int(data[i])%len(fuzzOps)]
		out := graph.ID(len(m.Tensors))
		pick := func(b byte) graph.ID {
			if id := graph.ID(int(b) % int(out)); id != 2 && id != 3 {
				return id
			}
			return 0
		}
		n := graph.Node{Name: fmt.Sprint("n", out), Op: graph.OpID{Type: op.op}, Version: 17,
			Inputs: []graph.ID{pick(data[i+1])}, Outputs: []graph.ID{out}}
		switch op.in {
		case 2:
			n.Inputs = append(n.Inputs, pick(data[i+2]))
		case -1:
			n.Inputs = append(n.Inputs, 2, 3)
		}
		m.Tensors = append(m.Tensors, graph.Tensor{Name: n.Name})
		m.Main.Nodes = append(m.Main.Nodes, n)
		if data[i+2]%7 == 0 {
			m.Main.Outputs = append(m.Main.Outputs, out)
		}
	}
	return m
}

// FuzzLower holds the invariants of fusion on any wiring.
func FuzzLower(f *testing.F) {
	f.Add([]byte{4, 0, 1, 6, 4, 1, 1, 4, 5})
	f.Add([]byte{18, 0, 0, 19, 4, 0, 4, 5, 1, 18, 6, 0, 19, 7, 0})
	f.Add([]byte{15, 0, 0, 2, 0, 4, 5, 5, 1, 15, 6, 0, 9, 7, 0, 3, 5, 8})
	f.Add([]byte{13, 0, 0, 4, 4, 0, 11, 5, 0, 4, 6, 4, 0, 7, 1})
	_, all := recipes(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := infer.Prepare(wire(data))
		if err != nil {
			return
		}
		res, err := p.Run(infer.Bindings{}, nil)
		if err != nil {
			return
		}
		var l lower.Lowerer
		last := int64(-1)
		for _, level := range []lower.Level{lower.None, lower.Epilogue, lower.Full} {
			kernels := l.Lower(res, level.Recipe())
			checkPartition(t, l.Flow, kernels)
			total := sum(kernels)
			if want := liveWork(res, l.Flow); total.FLOPs() != want {
				t.Errorf("%v: kernels do %d FLOP, steps %d", level, total.FLOPs(), want)
			}
			if last >= 0 && total.Bytes() > last {
				t.Errorf("%v moves %d B, less fusion %d B", level, total.Bytes(), last)
			}
			last = total.Bytes()
		}
		for _, recipe := range all {
			checkPartition(t, l.Flow, l.Lower(res, recipe))
		}
	})
}
