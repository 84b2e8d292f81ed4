package advice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// adviceOn returns the advice of a rule on a plan on a device, nil where there is none.
func adviceOn(t *testing.T, p *infer.Plan, device, id string, how func(*Question)) *Advice {
	t.Helper()
	q := question(t, "zoo:alexnet", device)
	q.Spec, q.Plan = "net.onnx", p
	if how != nil {
		how(q)
	}
	a, err := q.Answer(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Advice {
		if a.Advice[i].ID == id {
			return &a.Advice[i]
		}
	}
	return nil
}

// convolutions returns a plan of two dense 3x3 convolutions of images of a side, with so many channels between them.
func convolutions(t *testing.T, channels, side int64) *infer.Plan {
	t.Helper()
	w := func(in, out int64) *graph.Const { return &graph.Const{Type: 1, Shape: graph.Shape{out, in, 3, 3}} }
	return plan(t, []graph.Tensor{{Name: "x", Decl: declared(1, 64, side, side)}, {Name: "w", Init: w(64, channels)},
		{Name: "h"}, {Name: "r"}, {Name: "v", Init: w(channels, 64)}, {Name: "y"}, {Name: "z"}},
		[]graph.Node{op("Conv", []graph.ID{0, 1}, []graph.ID{2}), op("Relu", []graph.ID{2}, []graph.ID{3}),
			op("Conv", []graph.ID{3, 4}, []graph.ID{5}), op("Relu", []graph.ID{5}, []graph.ID{6})}, 6)
}

// TestKernelRules: rules about what kernels are made of speak where that is so, and are silent elsewhere.
func TestKernelRules(t *testing.T) {
	for _, c := range []struct {
		id, device string
		channels   int64
		side       int64
		speaks     bool
	}{
		{"aligned-channels", "t4", 100, 448, true}, {"aligned-channels", "t4", 96, 448, false},
		{"aligned-channels", "rpi-5", 100, 8, false}, // cores have no matrix units
		{"aligned-channels", "t4", 12, 448, false},   // a third of the channels would go
		{"few-channels", "t4", 8, 448, true}, {"few-channels", "t4", 64, 448, false}, {"few-channels", "rpi-5", 8, 8, false},
		{"cached-weights", "rpi-5", 2048, 8, true}, {"cached-weights", "rpi-5", 16, 8, false},
		{"cached-weights", "t4", 2048, 448, false},
	} {
		x := adviceOn(t, convolutions(t, c.channels, c.side), c.device, c.id, func(q *Question) {
			if c.device != "rpi-5" {
				q.Options.Precision = dtype.Float16
			}
		})
		if (x != nil) != c.speaks {
			t.Errorf("%s on %s with %d channels: found advice %t, expected %t", c.id, c.device, c.channels, x != nil, c.speaks)
		}
	}
}

// TestSparse: tensor cores of an architecture that has them take sparse weights faster, and no others do.
func TestSparse(t *testing.T) {
	for device, has := range map[string]bool{"a10g": true, "t4": false} {
		q := question(t, "zoo:resnet50", device)
		q.Options.Precision = dtype.Float16
		base, err := q.Run()
		if err != nil {
			t.Fatal(err)
		}
		found := sparse(q, base)
		if (len(found) == 1) != has {
			t.Fatalf("%s: found %d trials", device, len(found))
		}
		if !has {
			continue
		}
		s, err := found[0].change(q.Setup)
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Run()
		if err != nil {
			t.Fatal(err)
		}
		if r := e.Latency.Best() / base.Latency.Best(); r >= 1 || r < 0.5 || e.Total.Weights >= base.Total.Weights {
			t.Errorf("%s: sparse weights take %g of the time, and %d bytes of %d",
				device, r, e.Total.Weights, base.Total.Weights)
		}
	}
}

// TestAlignedScales: rounding down scales the work of both convolutions by their channels, and leaves the first input.
func TestAlignedScales(t *testing.T) {
	x := adviceOn(t, convolutions(t, 100, 448), "t4", "aligned-channels", func(q *Question) {
		q.Options.Precision = dtype.Float16
	})
	if x == nil {
		t.Fatal("found no advice")
	}
	want := int64(64 * 96 * 9 * (446*446 + 444*444))
	if got := x.Estimate.Total.MACs; got != want || x.Estimate.Params != 2*64*100*9 {
		t.Errorf("found %d multiply-adds, expected %d", got, want)
	}
}

// TestDuplicates takes out a node that repeats another one, and keeps one of another attribute or of a graph's output.
func TestDuplicates(t *testing.T) {
	p := plan(t, []graph.Tensor{{Name: "x", Decl: declared(4, 8)}, {Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "y"},
		{Name: "z"}},
		[]graph.Node{op("Relu", []graph.ID{0}, []graph.ID{1}), op("Relu", []graph.ID{0}, []graph.ID{2}),
			op("LeakyRelu", []graph.ID{0}, []graph.ID{3}, graph.Attr{Name: "alpha", Kind: graph.AttrFloat, Float: 0.1}),
			op("Add", []graph.ID{1, 2}, []graph.ID{4}), op("Relu", []graph.ID{0}, []graph.ID{5})}, 4, 5, 3)
	res, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := duplicates(&Question{Setup: Setup{Plan: p}}, &roofline.Estimate{Inferred: res})
	if len(found) != 1 {
		t.Fatalf("found %d trials, expected one", len(found))
	}
	s, err := found[0].change(Setup{Plan: p})
	if err != nil {
		t.Fatal(err)
	}
	if got := types(s.Plan); !slices.Equal(got, []string{"Relu", "LeakyRelu", "Add", "Relu"}) {
		t.Errorf("found %q", got)
	}
}

func types(p *infer.Plan) (out []string) {
	for i := range p.Model.Main.Nodes {
		out = append(out, p.Model.Main.Nodes[i].Op.Type)
	}
	return out
}

// TestIslands leaves a product in floating point that is quantised for itself alone, and not one that stays in int8.
func TestIslands(t *testing.T) {
	scale := &graph.Const{Type: 1, Shape: graph.Shape{}}
	build := func(back bool) *infer.Plan {
		tensors := []graph.Tensor{{Name: "x", Decl: declared(4, 8)}, {Name: "s", Init: scale}, {Name: "q"}, {Name: "d"},
			{Name: "w", Init: &graph.Const{Type: 1, Shape: graph.Shape{8, 8}}}, {Name: "h"}, {Name: "y"}}
		last := op("Relu", []graph.ID{5}, []graph.ID{6})
		if back {
			last = op("QuantizeLinear", []graph.ID{5, 1}, []graph.ID{6})
		}
		return plan(t, tensors, []graph.Node{op("QuantizeLinear", []graph.ID{0, 1}, []graph.ID{2}),
			op("DequantizeLinear", []graph.ID{2, 1}, []graph.ID{3}), op("MatMul", []graph.ID{3, 4}, []graph.ID{5}), last}, 6)
	}
	for _, back := range []bool{false, true} {
		p := build(back)
		res, err := p.Run(infer.Bindings{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		found := islands(&Question{Setup: Setup{Plan: p}}, &roofline.Estimate{Inferred: res})
		if (len(found) == 1) == back {
			t.Fatalf("quantised again: %t, found %d trials", back, len(found))
		}
		if back {
			continue
		}
		s, err := found[0].change(Setup{Plan: p})
		if err != nil {
			t.Fatal(err)
		}
		if got := types(s.Plan); !slices.Equal(got, []string{"MatMul", "Relu"}) {
			t.Errorf("found %q", got)
		}
	}
}

// TestUnfused writes attention as one operator where something between scores and softmax keeps the runtime from it.
func TestUnfused(t *testing.T) {
	shape := declared(1, 8, 512, 64)
	build := func(between string) *infer.Plan {
		g := []graph.Tensor{{Name: "x", Decl: shape}, {Name: "w", Init: &graph.Const{Type: 1, Shape: graph.Shape{64, 64}}},
			{Name: "q"}, {Name: "v"}, {Name: "kt"}, {Name: "s"}, {Name: "c"}, {Name: "p"}, {Name: "y"}}
		perm := graph.Attr{Name: "perm", Kind: graph.AttrInts, Ints: []int64{0, 1, 3, 2}}
		return plan(t, g, []graph.Node{op("MatMul", []graph.ID{0, 1}, []graph.ID{2}),
			op("MatMul", []graph.ID{0, 1}, []graph.ID{3}), op("Transpose", []graph.ID{2}, []graph.ID{4}, perm),
			op("MatMul", []graph.ID{2, 4}, []graph.ID{5}), op(between, []graph.ID{5}, []graph.ID{6}),
			op("Softmax", []graph.ID{6}, []graph.ID{7}), op("MatMul", []graph.ID{7, 3}, []graph.ID{8})}, 8)
	}
	for between, speaks := range map[string]bool{"Tanh": false, "LpNormalization": true} {
		x := adviceOn(t, build(between), "t4", "unfused-attention", nil)
		if (x != nil) != speaks {
			t.Errorf("%s between scores and softmax: found advice %t, expected %t", between, x != nil, speaks)
		}
		if x != nil && !strings.Contains(strings.Join(types(x.Setup.Plan), " "), "Attention") {
			t.Errorf("found %q", types(x.Setup.Plan))
		}
	}
}

// TestCheapest finds the device of the least price among those that meet a target, and none without a price.
func TestCheapest(t *testing.T) {
	prices := map[string]float64{"t4": 0.5, "rtx3090": 0.3, "rpi-5": 0.01}
	for _, c := range []struct {
		fps  float64
		want string
	}{{300, "rtx3090"}, {2, "rpi-5"}, {1e7, ""}, {0, ""}} {
		q := question(t, "zoo:resnet50", "t4")
		q.FPS, q.Elsewhere = c.fps, q.Options
		for _, id := range []string{"rtx4090", "t4", "rpi-5", "rtx3090"} {
			q.Devices = append(q.Devices, question(t, "zoo:alexnet", id).Device)
		}
		q.Price = func(e *roofline.Estimate) *Price {
			if h := prices[e.Device.ID]; h > 0 {
				return &Price{Hour: h, Currency: "USD", Assumes: "made up"}
			}
			return nil
		}
		base, err := q.Run()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if best := q.cheapest(base); best != nil {
			got = best.Device.ID
		}
		if got != c.want {
			t.Errorf("%g FPS: found %q, expected %q", c.fps, got, c.want)
		}
	}
}

// TestCasts leaves what is between two casts in the type that came in, and keeps casts of inputs and of outputs.
func TestCasts(t *testing.T) {
	to := func(t int64) graph.Attr { return graph.Attr{Name: "to", Kind: graph.AttrInt, Int: t} }
	p := plan(t, []graph.Tensor{{Name: "x", Decl: declared(1, 64, 56, 56)}, {Name: "half"}, {Name: "a"}, {Name: "wide"},
		{Name: "b"}, {Name: "back"}, {Name: "c"}, {Name: "y"}},
		[]graph.Node{op("Cast", []graph.ID{0}, []graph.ID{1}, to(10)), op("Relu", []graph.ID{1}, []graph.ID{2}),
			op("Cast", []graph.ID{2}, []graph.ID{3}, to(1)), op("Sigmoid", []graph.ID{3}, []graph.ID{4}),
			op("Cast", []graph.ID{4}, []graph.ID{5}, to(10)), op("Relu", []graph.ID{5}, []graph.ID{6}),
			op("Cast", []graph.ID{6}, []graph.ID{7}, to(1))}, 7)
	q := question(t, "zoo:alexnet", "rpi-5")
	q.Plan, q.Spec = p, "net.onnx"
	a, err := q.Answer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Advice, func(x Advice) bool { return x.ID == "casts" })
	if i < 0 {
		t.Fatalf("found no advice on casts among %d", len(a.Advice))
	}
	x := &a.Advice[i]
	if got := types(x.Setup.Plan); !slices.Equal(got, []string{"Cast", "Relu", "Sigmoid", "Relu", "Cast"}) {
		t.Errorf("found %q", got)
	}
	if before, after := a.Base.Total.Bytes(), x.Estimate.Total.Bytes(); after >= before || x.Saved.Expected <= 0 {
		t.Errorf("found %d bytes of traffic after %d, and %g s saved", after, before, x.Saved.Expected)
	}
	holds(t, "casts", a)
}
