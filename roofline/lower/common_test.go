package lower_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// everyRecipe returns those of all levels of fusion and of all runtimes on all classes of devices, each once.
func everyRecipe(t *testing.T) (out []lower.Recipe) {
	t.Helper()
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	add := func(r lower.Recipe) {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, l := range []lower.Level{lower.None, lower.Epilogue, lower.Full} {
		add(l.Recipe())
	}
	for _, r := range rs.List() {
		for _, c := range []hwprofiles.Class{hwprofiles.GPU, hwprofiles.CPU, hwprofiles.NPU} {
			recipe, err := lower.NewRecipe(r.RuleNames(c))
			if err != nil {
				t.Fatal(err)
			}
			add(recipe)
		}
	}
	return out
}

// TestCommonAgrees: lowerings of a result that share what they find are those that each finds by itself, in any order
// and after other results.
func TestCommonAgrees(t *testing.T) {
	all := everyRecipe(t)
	var results []*infer.Result
	for _, name := range samples {
		results = append(results, load(t, name))
	}
	for _, spec := range []string{"zoo:mobilenetv2", "zoo:bert-base", "zoo:vit_b_16", "zoo:yolo11n"} {
		m, err := zoo.Open(spec)
		if err != nil {
			t.Fatal(err)
		}
		p, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range []int64{1, 8} {
			res, err := p.Run(infer.Bindings{Batch: batch}, nil)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, res)
		}
	}
	random := rand.New(rand.NewPCG(5, 6))
	lowerers := make([]lower.Lowerer, len(all))
	var common lower.Common
	for _, res := range results {
		common.Open(res)
		for _, i := range random.Perm(len(all)) {
			got, want := lowerers[i].LowerIn(&common, all[i]), lower.Lower(res, all[i])
			if len(got) != len(want) {
				t.Fatalf("%s, recipe %d: found %d kernels, alone %d", res.Plan.Model.Name, i, len(got), len(want))
			}
			for k := range got {
				if !reflect.DeepEqual(got[k], want[k]) {
					t.Fatalf("%s, recipe %d: found kernel %+v, alone %+v", res.Plan.Model.Name, i, got[k], want[k])
				}
			}
		}
	}
}
