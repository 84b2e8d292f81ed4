package roofline

import (
	"errors"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

// oneNode returns a network of one operator on fp32 tensors of 1000 elements.
func oneNode(t *testing.T, op graph.OpID) *infer.Result {
	t.Helper()
	typ := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
		Dims: []graph.Dim{{Value: 1}, {Value: 1000}}}
	m := &graph.Model{Name: "one", IRVersion: 8, Opsets: []graph.Opset{{Version: 17}, {Domain: op.Domain, Version: 1}},
		Tensors: []graph.Tensor{{Name: "x", Kind: graph.FromInput, Decl: typ}, {Name: "y", Decl: typ}},
		Main: &graph.Graph{Inputs: []graph.ID{0}, Outputs: []graph.ID{1}, Nodes: []graph.Node{
			{Name: "n", Op: op, Version: 17, Inputs: []graph.ID{0}, Outputs: []graph.ID{1}}}}}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestFloatFallsBack: an operator that falls back needs no rate of the device in its type, as the float end of a
// quantised detector; one that does not fall back needs one.
func TestFloatFallsBack(t *testing.T) {
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		device, op string
		falls      bool
	}{{"stm32n6570-dk", "Erf", true}, {"coral-edgetpu-usb", "Erf", true}, {"coral-edgetpu-usb", "Relu", false}} {
		d, err := hwprofiles.NewCatalog().Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		for _, opt := range []Options{{Tuner: &Tuner{Runtimes: rs}}, {}} {
			e, err := Run(oneNode(t, graph.OpID{Type: c.op}), d, opt)
			missing := new(TypeError)
			if !c.falls {
				if !errors.As(err, &missing) {
					t.Errorf("%s on %s: found %v, want that there is no peak", c.op, c.device, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s on %s: %v", c.op, c.device, err)
				continue
			}
			if s := e.Latency.Best(); !(s > 0) || math.IsInf(e.Latency.SpeedOfLight, 0) || e.Latency.SpeedOfLight > s {
				t.Errorf("%s on %s takes %g s, %g at least", c.op, c.device, s, e.Latency.SpeedOfLight)
			}
		}
	}
}

// TestCompiled: a file that a vendor's compiler has been over says so, whatever the device; an unknown operator does
// not.
func TestCompiled(t *testing.T) {
	for op, want := range map[string]string{"edgetpu-custom-op": "edgetpu-custom-op", "ethos-u": "ethos-u", "MyOp": ""} {
		for _, device := range []string{"coral-edgetpu-usb", "rpi-5"} {
			d, err := hwprofiles.NewCatalog().Get(device)
			if err != nil {
				t.Fatal(err)
			}
			e, err := Run(oneNode(t, graph.OpID{Domain: "tflite", Type: op}), d, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Compiled(); got != want {
				t.Errorf("%s on %s: found %q compiled, want %q", op, device, got, want)
			}
			unknown := false
			for i := range e.Notes {
				unknown = unknown || e.Notes[i].Code == note.UnknownOperators
			}
			if !unknown {
				t.Errorf("%s on %s: nothing says that the operator is not known", op, device)
			}
		}
	}
}
