package advice

import (
	"bytes"
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// question returns a question about a model on a device, with the built-in runtimes.
func question(t *testing.T, spec, device string) *Question {
	t.Helper()
	load := func(spec string) (*infer.Plan, error) {
		m, err := readers.Open(spec)
		if err != nil {
			return nil, err
		}
		return infer.Prepare(m)
	}
	plan, err := load(spec)
	if err != nil {
		t.Fatal(err)
	}
	set, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	catalog := hwprofiles.NewCatalog()
	d, err := catalog.Get(device)
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(d.ID, "@")
	whole, err := catalog.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	tuner := &roofline.Tuner{Runtimes: set, Model: joint.Shipped()}
	q := &Question{Spec: spec, Load: load,
		Setup:  Setup{Plan: plan, Device: d, Options: roofline.Options{Tuner: tuner}},
		InMode: func(mode string) (*hwprofiles.Device, error) { return catalog.Get(whole.ID + "@" + mode) },
		Modes:  whole.Modes,
		With: func(id string) (*roofline.Tuner, error) {
			named, err := set.Named(id)
			if err != nil {
				return nil, err
			}
			other := *tuner
			other.Runtime = named[0]
			return &other, nil
		}}
	for _, r := range set.On(d) {
		q.Runtimes = append(q.Runtimes, r.ID)
	}
	return q
}

// TestAnswer holds what every answer keeps: savings are differences, in order, none below the least, with an interval
// around them, and what is combined saves more than its best part.
func TestAnswer(t *testing.T) {
	for _, c := range []struct{ spec, device, wants string }{
		{"zoo:resnet50", "t4", "precision"}, {"zoo:mobilenetv2", "rpi-5", "size"},
		{"zoo:yolo11n", "jetson-agx-orin-64@30W", "power-mode"}, {"zoo:mobilenetv2", "rtx4090", "batch"},
		{"zoo:bert-base", "rpi-5", "precision"},
	} {
		a, err := question(t, c.spec, c.device).Answer(context.Background())
		if err != nil {
			t.Fatalf("%s on %s: %v", c.spec, c.device, err)
		}
		if !slices.ContainsFunc(a.Advice, func(x Advice) bool { return x.ID == c.wants }) {
			t.Errorf("%s on %s: found no advice on %s", c.spec, c.device, c.wants)
		}
		holds(t, c.spec+" on "+c.device, a)
	}
}

// holds holds what every answer keeps.
func holds(t *testing.T, what string, a *Answer) {
	t.Helper()
	base, last := a.Base.Latency.Best(), math.Inf(1)
	for i := range a.Advice {
		x := &a.Advice[i]
		per := float64(max(a.Base.Batch, 1)) / float64(x.Samples)
		if x.Samples == 1 {
			per = 1
		}
		again, err := x.Setup.Run()
		if err != nil {
			t.Fatalf("%s, %s: %v", what, x.What, err)
		}
		if got := base - per*again.Latency.Best(); math.Abs(got-x.Saved.Expected) > 1e-12 {
			t.Errorf("%s, %s: states %g s, the difference is %g", what, x.What, x.Saved.Expected, got)
		}
		s := x.Saved
		if s.Expected > last || s.Expected < Least*base || s.Low > s.Expected || s.High < s.Expected || s.High > base {
			t.Errorf("%s, %s: found %+v of %g s after %g", what, x.What, s, base, last)
		}
		if r := roofline.RatioOf(a.Base, x.Estimate); r.Low != nil && math.Abs(base-per**r.High*base-s.Low) > 1e-12 {
			t.Errorf("%s, %s: found the low end %g, that of the ratio is %g", what, x.What, s.Low, base-per**r.High*base)
		}
		last = s.Expected
	}
	if b := a.Combined; b != nil && (b.Saved.Expected <= a.Together[0].Saved.Expected || len(a.Together) < 2) {
		t.Errorf("%s: %s saves %g s together, the first alone %g", what, b.What, b.Saved.Expected,
			a.Together[0].Saved.Expected)
	}
}

// TestCorpus gives advice on exported models: what is said to be saved is the difference of two estimates.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*.onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	const most = 20
	tried, advised := 0, map[string]int{}
	for i, path := range files {
		if tried == most || testing.Short() && tried == 4 {
			break
		}
		data := reference.Gunzip(t, path)
		if len(data) > 1<<20 {
			continue
		}
		m, err := onnxread.Read(path, bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		q := question(t, "zoo:alexnet", []string{"rpi-5", "t4", "rtx3090", "coral-edgetpu-usb"}[i%4])
		q.Spec, q.Plan = path, p
		a, err := q.Answer(context.Background())
		if err != nil {
			continue // the device has no peak in a type of the model
		}
		tried++
		holds(t, filepath.Base(path)+" on "+q.Device.ID, a)
		for k := range a.Advice {
			advised[a.Advice[k].ID]++
		}
	}
	t.Logf("%d models, advice %v", tried, advised)
	if len(advised) < 3 || !testing.Short() && tried < most {
		t.Errorf("found advice %v on %d models, expected several kinds on %d", advised, tried, most)
	}
}

// plan returns a plan of a graph of nodes over tensors: an input x, weights, and what nodes make.
func plan(t *testing.T, tensors []graph.Tensor, nodes []graph.Node, outputs ...graph.ID) *infer.Plan {
	t.Helper()
	g := &graph.Graph{Nodes: nodes, Inputs: []graph.ID{0}, Outputs: outputs}
	for i := range tensors {
		if tensors[i].Init != nil {
			tensors[i].Kind = graph.FromInitializer
			g.Initializers = append(g.Initializers, graph.ID(i))
		}
	}
	tensors[0].Kind = graph.FromInput
	p, err := infer.Prepare(&graph.Model{Name: "net", IRVersion: 8, Opsets: []graph.Opset{{Version: 17}}, Tensors: tensors,
		Main: g})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func declared(dims ...int64) *graph.Type {
	out := &graph.Type{Kind: graph.KindTensor, Elem: 1, HasShape: true}
	for _, d := range dims {
		out.Dims = append(out.Dims, graph.Dim{Value: d})
	}
	return out
}

func op(typ string, in, out []graph.ID, attrs ...graph.Attr) graph.Node {
	return graph.Node{Name: typ, Op: graph.OpID{Type: typ}, Version: 17, Inputs: in, Outputs: out, Attrs: attrs}
}

// TestDense makes a grouped convolution dense: as many groups times the work, and the same output.
func TestDense(t *testing.T) {
	p := plan(t, []graph.Tensor{{Name: "x", Decl: declared(1, 8, 16, 16)},
		{Name: "w", Init: &graph.Const{Type: 1, Shape: graph.Shape{8, 1, 3, 3}}}, {Name: "y"}},
		[]graph.Node{op("Conv", []graph.ID{0, 1}, []graph.ID{2}, graph.Attr{Name: "group", Kind: graph.AttrInt, Int: 8})}, 2)
	s, err := dense(func(*graph.Node) bool { return true })(Setup{Plan: p})
	if err != nil {
		t.Fatal(err)
	}
	count := func(p *infer.Plan) int64 {
		res, err := p.Run(infer.Bindings{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return res.Steps[0].Cost.MACs
	}
	if was, is := count(p), count(s.Plan); is != 8*was || was == 0 || !s.Changed.Graph {
		t.Errorf("found %d multiply-adds, %d before", is, was)
	}
	if _, err := dense(func(*graph.Node) bool { return false })(Setup{Plan: p}); err == nil {
		t.Error("a change of nothing is no error")
	}
}

// TestWithout ends a graph early: what was dropped and what only it needs are gone, its inputs are outputs.
func TestWithout(t *testing.T) {
	p := plan(t, []graph.Tensor{{Name: "x", Decl: declared(4, 8)}, {Name: "w", Init: &graph.Const{Type: 1,
		Shape: graph.Shape{8, 8}}}, {Name: "h"}, {Name: "r"}, {Name: "y"}, {Name: "z"}},
		[]graph.Node{op("MatMul", []graph.ID{0, 1}, []graph.ID{2}), op("Relu", []graph.ID{2}, []graph.ID{3}),
			op("Sigmoid", []graph.ID{3}, []graph.ID{4}), op("Tanh", []graph.ID{2}, []graph.ID{5})}, 4, 5)
	cutAt := func(typ string) []string {
		s, err := cut(func(n *graph.Node) bool { return n.Op.Type == typ })(Setup{Plan: p})
		if err != nil {
			return []string{err.Error()}
		}
		var out []string
		for _, n := range s.Plan.Model.Main.Nodes {
			out = append(out, n.Name)
		}
		return out
	}
	for typ, want := range map[string][]string{"Relu": {"MatMul", "Tanh"}, "Sigmoid": {"MatMul", "Relu", "Tanh"},
		"MatMul": {errNothing.Error()}} {
		if got := cutAt(typ); !slices.Equal(got, want) {
			t.Errorf("before %s: found %q, expected %q", typ, got, want)
		}
	}
}

// TestDangling takes out a pair that feeds no matrix work, and keeps one that does.
func TestDangling(t *testing.T) {
	scale := &graph.Const{Type: 1, Shape: graph.Shape{}}
	p := plan(t, []graph.Tensor{{Name: "x", Decl: declared(4, 8)}, {Name: "s", Init: scale}, {Name: "q"}, {Name: "d"},
		{Name: "r"},
		{Name: "w", Init: &graph.Const{Type: 1, Shape: graph.Shape{8, 8}}}, {Name: "q2"}, {Name: "d2"}, {Name: "y"}},
		[]graph.Node{op("QuantizeLinear", []graph.ID{0, 1}, []graph.ID{2}),
			op("DequantizeLinear", []graph.ID{2, 1}, []graph.ID{3}),
			op("Relu", []graph.ID{3}, []graph.ID{4}), op("QuantizeLinear", []graph.ID{4, 1}, []graph.ID{6}),
			op("DequantizeLinear", []graph.ID{6, 1}, []graph.ID{7}), op("MatMul", []graph.ID{7, 5}, []graph.ID{8})}, 8)
	res, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := &Question{Setup: Setup{Plan: p}}
	found := dangling(q, &roofline.Estimate{Inferred: res})
	if len(found) != 1 {
		t.Fatalf("found %d trials, expected one", len(found))
	}
	s, err := found[0].change(q.Setup)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range s.Plan.Model.Main.Nodes {
		got = append(got, n.Op.Type)
	}
	if want := []string{"Relu", "QuantizeLinear", "DequantizeLinear", "MatMul"}; !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}

// TestRules demands words of every row, and an id of its own.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] || r.ID == "" || r.Category == "" || r.Doc == "" || r.Source == "" || r.Effort == "" || r.try == nil {
			t.Errorf("found the row %+v", r)
		}
		seen[r.ID] = true
	}
}
