package roofline

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// testDevice has round rates: 1 TFLOP/s in fp32, 100 GB/s, 1 GB.
func testDevice() *hwprofiles.Device {
	q := func(v float64) hwprofiles.Quantity {
		return hwprofiles.Quantity{Value: v, Source: &provenance.Source{Kind: provenance.Assumed, Title: "made up"}}
	}
	return &hwprofiles.Device{
		ID: "toy", Name: "Toy", Units: 1,
		Peaks: []hwprofiles.Peak{
			{Engine: cost.Matrix, Type: dtype.Float32, Rate: q(1e12)},
			{Engine: cost.Vector, Type: dtype.Float32, Rate: q(1e11)},
			{Engine: cost.Special, Type: dtype.Float32, Rate: q(1e10)},
		},
		Memory: []hwprofiles.MemoryLevel{{Name: "dram", Capacity: q(1e9), Bandwidth: q(1e11)}},
	}
}

// reluModel is two Relus in a row over 1 x 1000 floats.
func reluModel() *graph.Model {
	x := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
		Dims: []graph.Dim{{Symbol: "batch"}, {Value: 1000}}}
	relu := graph.OpID{Type: "Relu"}
	return &graph.Model{
		Name:    "relus",
		Opsets:  []graph.Opset{{Version: 17}},
		Tensors: []graph.Tensor{{Name: "x", Kind: graph.FromInput, Decl: x}, {Name: "y"}, {Name: "z"}},
		Main: &graph.Graph{
			Nodes: []graph.Node{
				{Name: "/a/Relu", Op: relu, Version: 17, Inputs: []graph.ID{0}, Outputs: []graph.ID{1}},
				{Name: "/b/Relu", Op: relu, Version: 17, Inputs: []graph.ID{1}, Outputs: []graph.ID{2}},
			},
			Inputs: []graph.ID{0}, Outputs: []graph.ID{2},
		},
	}
}

func inferred(t testing.TB, m *graph.Model, b infer.Bindings) *infer.Result {
	t.Helper()
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRun(t *testing.T) {
	e, err := Run(inferred(t, reluModel(), infer.Bindings{Batch: 4}), testDevice(), Options{Fusion: lower.None})
	if err != nil {
		t.Fatal(err)
	}
	// Each Relu reads and writes 4 x 1000 floats of 4 bytes: 32 kB at 100 GB/s is 320 ns, more than 4000 FLOP at 100
	// GFLOP/s.
	if len(e.Layers) != 2 || e.Latency.SpeedOfLight != 2*32000/1e11 || e.Spent.Share(Memory) != 1 {
		t.Errorf("%d layers, %g s, %+v; want 2 layers, 6.4e-07 s, all memory", len(e.Layers), e.Latency.SpeedOfLight, e.Spent)
	}
	if e.PeakActivationBytes != 32000 || e.Total.FLOPs() != 8000 || e.Batch != 4 || e.Precision != dtype.Float32 {
		t.Errorf("peak %d B, %d FLOP, batch %d, %v", e.PeakActivationBytes, e.Total.FLOPs(), e.Batch, e.Precision)
	}
	if e.Layers[0].Module != "a" {
		t.Errorf("module %q", e.Layers[0].Module)
	}
}

func TestMissingPeak(t *testing.T) {
	res := inferred(t, reluModel(), infer.Bindings{})
	for _, want := range []dtype.Type{dtype.Int8, dtype.BFloat16, dtype.Float64, dtype.String} {
		_, err := Run(res, testDevice(), Options{Precision: want})
		if err == nil || !strings.Contains(err.Error(), want.Short()) {
			t.Errorf("%v: %v", want, err)
		}
	}
}
