package roofline

import (
	"context"
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// chainModel has n nodes: blocks of a convolution, SiLU written out and a residual addition.
func chainModel(n int) *graph.Model {
	m := &graph.Model{Name: fmt.Sprintf("chain%d", n), Opsets: []graph.Opset{{Version: 17}}, Main: &graph.Graph{}}
	tensor := func(t graph.Tensor) graph.ID {
		m.Tensors = append(m.Tensors, t)
		return graph.ID(len(m.Tensors) - 1)
	}
	decl := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
		Dims: []graph.Dim{{Symbol: "batch"}, {Value: 64}, {Value: 56}, {Value: 56}}}
	x := tensor(graph.Tensor{Name: "x", Kind: graph.FromInput, Decl: decl})
	m.Main.Inputs = []graph.ID{x}
	node := func(op string, attrs []graph.Attr, in ...graph.ID) graph.ID {
		out := tensor(graph.Tensor{Name: fmt.Sprintf("t%d", len(m.Main.Nodes))})
		m.Main.Nodes = append(m.Main.Nodes, graph.Node{Name: fmt.Sprintf("/block.%d/%s", len(m.Main.Nodes)/4, op),
			Op: graph.OpID{Type: op}, Version: 17, Inputs: in, Outputs: []graph.ID{out}, Attrs: attrs})
		return out
	}
	pads := []graph.Attr{{Name: "pads", Kind: graph.AttrInts, Ints: []int64{1, 1, 1, 1}}}
	for len(m.Main.Nodes) < n {
		w := tensor(graph.Tensor{Name: fmt.Sprintf("w%d", len(m.Main.Nodes)), Kind: graph.FromInitializer,
			Init: &graph.Const{Type: dtype.Float32, Shape: graph.Shape{64, 64, 3, 3}}})
		m.Main.Initializers = append(m.Main.Initializers, w)
		y := node("Conv", pads, x, w)
		x = node("Add", nil, node("Mul", nil, y, node("Sigmoid", nil, y)), x)
	}
	m.Main.Outputs = []graph.ID{x}
	return m
}

func plan(b testing.TB, m *graph.Model) *infer.Plan {
	b.Helper()
	p, err := infer.Prepare(m)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkReestimate infers, lowers and times a 1,000-node graph at another batch in storage that is reused.
func BenchmarkReestimate(b *testing.B) {
	p := plan(b, chainModel(1000))
	m, err := NewMachine(testDevice(), dtype.Undefined, nil)
	if err != nil {
		b.Fatal(err)
	}
	var s session
	var e Estimate
	var opt Options
	var res *infer.Result
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if res, err = p.Run(infer.Bindings{Batch: int64(1 + i%8)}, res); err != nil {
			b.Fatal(err)
		}
		if err := s.open(res, &opt); err != nil {
			b.Fatal(err)
		}
		s.lowerBy(lower.Full.Recipe())
		s.estimate(m, &e)
	}
}

// BenchmarkLower lowers an inferred 1,000-node graph.
func BenchmarkLower(b *testing.B) {
	res := inferred(b, chainModel(1000), infer.Bindings{})
	var l lower.Lowerer
	b.ReportAllocs()
	for b.Loop() {
		l.Lower(res, lower.Full.Recipe())
	}
}

// BenchmarkTotal times 250 kernels on a device.
func BenchmarkTotal(b *testing.B) {
	kernels := lower.Lower(inferred(b, chainModel(1000), infer.Bindings{}), lower.Full.Recipe())
	m, err := NewMachine(testDevice(), dtype.Undefined, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Total(kernels)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(kernels)), "ns/kernel")
}

// BenchmarkGrid is a sweep of 200 graphs of 800 nodes (200 kernels) on 30 devices at 8 batches.
func BenchmarkGrid(b *testing.B) {
	var jobs []Job
	for i := range 200 {
		p := plan(b, chainModel(760+i%100))
		for batch := int64(1); batch <= 128; batch *= 2 {
			jobs = append(jobs, Job{p, infer.Bindings{Batch: batch}})
		}
	}
	devices := make([]*hwprofiles.Device, 30)
	for i := range devices {
		devices[i] = testDevice()
	}
	for b.Loop() {
		if _, err := Grid(context.Background(), jobs, devices, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
