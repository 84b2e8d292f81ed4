package roofline

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// TestKernels: a model's kernels, work and memory are the same without a device, and they take no time.
func TestKernels(t *testing.T) {
	sampling.Alone(t)
	d, err := hwprofiles.NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	tuner := engines(t)
	if tuner.Runtime, err = tuner.Runtimes.Get("tensorrt"); err != nil {
		t.Fatal(err)
	}
	res := built(t, "zoo:vit-b-16", 2)
	for _, opt := range []Options{{}, {Precision: dtype.BFloat16, Fusion: lower.None, Causal: true},
		{Precision: dtype.Float16, Tuner: tuner}} {
		e, err := Run(res, d, opt)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Kernels(res, opt)
		if err != nil {
			t.Fatal(err)
		}
		if k.Device != nil || k.Spent.Device != 0 || k.Latency.Best() != 0 || k.Figures() != nil {
			t.Errorf("%+v: the kernels take %g s on %v", opt, k.Latency.Best(), k.Device)
		}
		if k.Total != e.Total || k.MemoryBytes != e.MemoryBytes || k.Precision != e.Precision || k.Fusion != e.Fusion ||
			len(k.Layers) != len(e.Layers) {
			t.Errorf("%+v: %d kernels, %+v, %d B; on a device %d, %+v, %d B", opt, len(k.Layers), k.Total, k.MemoryBytes,
				len(e.Layers), e.Total, e.MemoryBytes)
		}
		for i := range k.Layers {
			if !reflect.DeepEqual(k.Layers[i].Kernel, e.Layers[i].Kernel) {
				t.Fatalf("%+v: kernel %d is %+v, on a device %+v", opt, i, k.Layers[i].Kernel, e.Layers[i].Kernel)
			}
		}
	}
}

// TestWorkType: no recipe changes the type of most of a model's matrix work, so that a tuning may be looked up by it
// after any lowering.
func TestWorkType(t *testing.T) {
	sampling.Alone(t)
	if testing.Short() {
		t.Skip("all models are not lowered in short mode: run without -short")
	}
	all := recipes(t)
	const sampled = 20
	for _, e := range sampling.Every(sampled, zoo.Entries()) {
		m, err := zoo.Open(zoo.Prefix + e.Name)
		if err != nil {
			t.Fatal(err)
		}
		sameType(t, e.Name, m, all)
	}
	paths, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*.onnx.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d models: %v", len(paths), err)
	}
	for _, p := range sampling.Every(sampled, paths) {
		m, err := readers.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		sameType(t, filepath.Base(p), m, all)
	}
}

// recipes are those of all levels of fusion and of all runtimes, by what they are of.
func recipes(t *testing.T) map[string]lower.Recipe {
	out := map[string]lower.Recipe{"none": lower.None.Recipe(), "epilogue": lower.Epilogue.Recipe()}
	for _, r := range engines(t).Runtimes.List() {
		for _, class := range []hwprofiles.Class{hwprofiles.GPU, hwprofiles.CPU} {
			recipe, err := lower.NewRecipe(r.RuleNames(class))
			if err != nil {
				t.Fatal(err)
			}
			out[r.ID+" on a "+string(class)] = recipe
		}
	}
	return out
}

// sameType lowers a model, free dimensions taken as 64, by all recipes.
func sameType(t *testing.T, name string, m *graph.Model, all map[string]lower.Recipe) {
	b := infer.Bindings{Trip: 4}
	p := plan(t, m)
	res, err := p.Run(b, nil)
	if u, ok := err.(*infer.UnboundError); ok {
		b.Dims = make(map[string]int64)
		for _, s := range u.Symbols {
			b.Dims[s] = 64
		}
		res, err = p.Run(b, nil)
	}
	if err != nil {
		return // 64 does not fit
	}
	var l lower.Lowerer
	want := mostOf(l.Lower(res, lower.Full.Recipe()))
	done := map[lower.Recipe]bool{}
	for id, r := range all {
		if done[r] {
			continue
		}
		done[r] = true
		if got := mostOf(l.Lower(res, r)); got != want {
			t.Errorf("%s: most matrix work is %v as %s lowers it, %v fully fused", name, got, id, want)
		}
	}
}
