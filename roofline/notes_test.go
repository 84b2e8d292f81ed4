package roofline

import (
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// codes returns the codes of notes.
func codes(notes []note.Note) (out []note.Code) {
	for _, n := range notes {
		out = append(out, n.Code)
	}
	return out
}

// TestNotes: an estimate says what its figures rest on, corrections apart; a grid says the same of its cells.
func TestNotes(t *testing.T) {
	devices, res := hwprofiles.NewCatalog(), built(t, "zoo:yolo11n", 1)
	const none = ""
	for _, c := range []struct {
		device, runtime string
		opt             Options
		want            []note.Code
	}{
		{"rpi-5", none, Options{}, nil},
		{"rpi-5", none, Options{Precision: dtype.Int8}, []note.Code{note.ByteWeights}},
		{"rpi-5", none, Options{Causal: true}, []note.Code{note.CausalAttention}},
		{"rtx4090", none, Options{Precision: dtype.Int4}, []note.Code{note.NibbleWeights}},
		{"rpi-5", "onnxruntime-cpu", Options{Precision: dtype.Float32}, []note.Code{note.NetworkMeasured}},
		{"t4", "tensorrt", Options{Precision: dtype.Int4}, []note.Code{note.NibbleWeights, note.OtherWeights}},
		{"t4", "tensorrt", Options{Precision: dtype.Float4E2M1}, []note.Code{note.NibbleWeights, note.OtherWeights}},
		{"rpi-5", "onnxruntime-cpu", Options{Precision: dtype.Int4}, []note.Code{note.NibbleWeights, note.OtherWeights}},
		{"l40s", "torch-compile", Options{Precision: dtype.Float16}, []note.Code{note.HostBound, note.DeviceClass}},
		{"mi300x", "migraphx", Options{Precision: dtype.Float16}, []note.Code{note.PriorOnly}},
		{"a100-sxm4-40", "tensorrt", Options{Precision: dtype.Float32},
			[]note.Code{note.FewMeasured, note.TF32Default}},
		{"rpi-4b", none, Options{Precision: dtype.Float16}, []note.Code{note.PeakMissing}},
		{"rpi-5", "onnxruntime-cpu", Options{Precision: dtype.Float32, Transfers: true}, []note.Code{note.NetworkMeasured}},
		{"mi300x", "migraphx", Options{Precision: dtype.Float16, Transfers: true},
			[]note.Code{note.HostTransfers, note.PriorOnly}},
	} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		if c.runtime != none {
			c.opt.Tuner = engines(t)
			if c.opt.Tuner.Runtime, err = c.opt.Tuner.Runtimes.Get(c.runtime); err != nil {
				t.Fatal(err)
			}
		}
		e, err := Run(res, d, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.DeleteFunc(codes(e.Notes), func(c note.Code) bool { return c == note.Correction })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s/%s: notes %v, want %v", c.device, c.runtime, note.Texts(e.Notes), c.want)
		}
	}
}

// TestCorrectionNote: the text names what was measured, where, and which way the correction goes.
func TestCorrectionNote(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	e, err := Run(built(t, "zoo:yolo11n", 1), d, Options{Tuner: engines(t)})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(e.Notes, func(n note.Note) bool { return n.Code == note.Correction })
	if i < 0 {
		t.Fatalf("found %v, want a correction", note.Texts(e.Notes))
	}
	const way, where = "YOLO11n measured slower than predicted on ", "rpi-5/onnxruntime-cpu/fp32"
	if got := e.Notes[i].Text(); !strings.Contains(got, way) || !strings.Contains(got, where) {
		t.Errorf("found %q, want %q and %q in it", got, way, where)
	}
}

// TestModelNotes: unknown operators and constant work are said of the model, in an estimate and in a grid alike.
func TestModelNotes(t *testing.T) {
	m := reluModel()
	w := graph.ID(len(m.Tensors))
	square := &graph.Const{Type: dtype.Float32, Shape: graph.Shape{64, 64}}
	m.Tensors = append(m.Tensors, graph.Tensor{Kind: graph.FromInitializer, Init: square}, graph.Tensor{})
	m.Main.Nodes = append(m.Main.Nodes,
		graph.Node{Op: graph.OpID{Type: "MatMul"}, Version: 17, Inputs: []graph.ID{w, w}, Outputs: []graph.ID{w + 1}},
		graph.Node{Op: graph.OpID{Domain: "acme", Type: "Mystery"}, Version: 1, Inputs: []graph.ID{w}})
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []note.Code{note.BatchDefault, note.UnknownOperators, note.ConstantWork}
	e, err := Run(res, testDevice(), Options{})
	if err != nil || !slices.Equal(codes(e.Notes), want) {
		t.Errorf("%v, notes %v, want %v", err, e.Notes, want)
	}
	cells, err := Grid(t.Context(), []Job{{Plan: plan}}, []*hwprofiles.Device{testDevice()}, Options{})
	if want = want[:2]; err != nil || !slices.Equal(codes(cells[0][0].Notes), want) {
		t.Errorf("%v, notes of the cell %v, want %v", err, cells[0][0].Notes, want)
	}
}

// TestOtherNetworks: detectors do not calibrate a language model.
func TestOtherNetworks(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("rtx3090")
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Precision: dtype.Float16, Tuner: engines(t)}
	if opt.Tuner.Runtime, err = opt.Tuner.Runtimes.Get("tensorrt"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]note.Code{"zoo:bert-base": note.OtherNetworks, "zoo:yolov5n": note.Calibrated} {
		e, err := Run(built(t, name, 1), d, opt)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Tuning.Basis().Code; got != want {
			t.Errorf("%s: the basis is %s, expected %s", name, got, want)
		}
		if foreign := want == note.OtherNetworks; (e.Tuning.Tier == TierSlice) == foreign {
			t.Errorf("%s: the tier is %s", name, e.Tuning.Tier)
		}
	}
}
