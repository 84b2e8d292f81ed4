package tfliteread_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/tfliteread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/twins"
)

// A twin is an ONNX model being rewritten as TensorFlow Lite.
type twin struct {
	*lite
	g    *liteGraph
	res  *infer.Result
	kind int8
	ids  map[graph.ID]int32
}

func last(dims graph.Shape) []int64 {
	if len(dims) != 4 {
		return dims
	}
	return []int64{dims[0], dims[2], dims[3], dims[1]}
}

// value returns the tensor of an activation.
func (w *twin) value(id graph.ID) int32 {
	if i, ok := w.ids[id]; ok {
		return i
	}
	i := w.tensor(w.g, fmt.Sprint("t", id), w.kind, nil, last(w.res.Infos[id].Shape)...)
	w.ids[id] = i
	return i
}

// weights adds a constant of one byte or four for each element; of the floats only the first four bytes are stored.
func (w *twin) weights(dims ...int64) int32 {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	if w.kind == float32s {
		n = 4
	}
	return w.tensor(w.g, "w", w.kind, make([]byte, n), dims...)
}

func (w *twin) bias(n int64) int32 {
	kind := int8(float32s)
	if w.kind == int8s {
		kind = int32s
	}
	return w.tensor(w.g, "b", kind, make([]byte, 4*n), n)
}

func first(n *graph.Node, name string, def int64) int32 {
	if a := n.Attr(name); a != nil && len(a.Ints) > 0 {
		return int32(a.Ints[0])
	}
	return int32(def)
}

// node rewrites one node.
func (w *twin) node(t *testing.T, n *graph.Node) {
	t.Helper()
	shape := func(i int) graph.Shape { return w.res.Infos[n.Inputs[i]].Shape }
	in, out := w.value(n.Inputs[0]), w.value(n.Outputs[0])
	stride := first(n, "strides", 1)
	padding := int8(0)
	if a := n.Attr("pads"); a == nil || len(a.Ints) == 0 || a.Ints[0] == 0 && first(n, "kernel_shape", 1) > 1 {
		padding = 1
	}
	switch n.Op.Type {
	case "Conv":
		k, o := shape(1), shape(1)[0]
		dims := []int64{o, k[2], k[3], k[1]}
		options := tab{4: padding, 6: stride, 8: stride}
		code := 3
		if k[1] == 1 && o == shape(0)[1] && o > 1 {
			code, dims = 4, []int64{1, k[2], k[3], o}
			options[10] = int32(1)
		}
		w.op(w.g, code, []int32{in, w.weights(dims...), w.bias(o)}, []int32{out}, options)
	case "Relu", "Clip":
		w.op(w.g, map[string]int{"Relu": 19, "Clip": 21}[n.Op.Type], []int32{in}, []int32{out}, nil)
	case "Add":
		w.op(w.g, 0, []int32{in, w.value(n.Inputs[1])}, []int32{out}, tab{})
	case "Concat":
		var ins []int32
		for _, id := range n.Inputs {
			ins = append(ins, w.value(id))
		}
		w.op(w.g, 2, ins, []int32{out}, tab{4: int32(3)})
	case "MaxPool":
		k := first(n, "kernel_shape", 1)
		w.op(w.g, 17, []int32{in}, []int32{out}, tab{4: padding, 6: stride, 8: stride, 10: k, 12: k})
	case "GlobalAveragePool":
		w.op(w.g, 40, []int32{in, w.tensor(w.g, "axes", int32s, int32Bytes(1, 2), 2)}, []int32{out}, tab{4: int8(1)})
	case "Flatten", "Reshape":
		w.op(w.g, 22, []int32{in}, []int32{out}, tab{})
	case "Gemm":
		w.op(w.g, 9, []int32{in, w.weights(shape(1)...), w.bias(shape(1)[0])}, []int32{out}, tab{})
	case "Softmax":
		w.op(w.g, 25, []int32{in}, []int32{out}, tab{4: float32(1)})
	default:
		t.Fatalf("no way to write %s", n.Label())
	}
}

// write rewrites a built-in model.
func write(t *testing.T, spec string, kind int8) ([]byte, *infer.Result) {
	t.Helper()
	res := twins.Run(t, open(t, spec))
	w := &twin{lite: newLite(), res: res, kind: kind, ids: map[graph.ID]int32{}}
	w.g = w.graphs[0]
	m := res.Plan.Model
	w.g.inputs = []int32{w.value(m.Main.Inputs[0])}
	for i := range m.Main.Nodes {
		if n := &m.Main.Nodes[i]; n.Op.Type != "Constant" {
			w.node(t, n)
		}
	}
	w.g.outputs = []int32{w.value(m.Main.Outputs[0])}
	return w.bytes(), res
}

func open(t *testing.T, spec string) *graph.Model {
	t.Helper()
	m, err := zoo.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func read(data []byte) (*graph.Model, error) {
	return tfliteread.Read("m.tflite", bytes.NewReader(data), int64(len(data)))
}

// TestTwins holds that a network counts the same in ONNX and in TensorFlow Lite, at its own batch and at another.
func TestTwins(t *testing.T) {
	for _, spec := range []string{"zoo:mobilenetv1?batch=1", "zoo:mobilenetv2?batch=1", "zoo:resnet18?batch=1",
		"zoo:squeezenet1.1?batch=1"} {
		for _, kind := range []int8{float32s, int8s} {
			data, want := write(t, spec, kind)
			m, err := read(data)
			if err != nil {
				t.Errorf("%s: %v", spec, err)
				continue
			}
			res := twins.Run(t, m)
			have, unknown := twins.Sum(res)
			expect, _ := twins.Sum(want)
			if have.MACs != expect.MACs || off(have.FLOPs(), expect.FLOPs()) > 0.01 || len(unknown) > 0 {
				t.Errorf("%s, type %d: %d MACs and %d FLOP, want %d and %d; unknown are %v", spec, kind, have.MACs, have.FLOPs(),
					expect.MACs, expect.FLOPs(), unknown)
			}
			if kind == float32s && (off(have.Weights, expect.Weights) > 0.01 || off(have.Read+have.Written,
				expect.Read+expect.Written) > 0.01) {
				t.Errorf("%s: reads %d of weights and moves %d, want %d and %d", spec, have.Weights, have.Read+have.Written,
					expect.Weights,
					expect.Read+expect.Written)
			}
			if quantised := strings.Contains(m.Producer, "for each channel"); quantised != (kind == int8s) {
				t.Errorf("%s, type %d: made by %s", spec, kind, m.Producer)
			}
			at, err := res.Plan.Run(infer.Bindings{Batch: 3}, nil)
			if err != nil || at.Scale != 1 || at.MACs() != 3*have.MACs {
				t.Errorf("%s at batch 3: %v", spec, err)
			}
		}
	}
}

func off(a, b int64) float64 { return math.Abs(float64(a)/float64(b) - 1) }
