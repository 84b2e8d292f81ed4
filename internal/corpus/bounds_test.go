package corpus

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// sampled is of every how many networks at a batch and size the bounds are tested, unless RIDGEPOINT_LAWS=all asks for
// all.
const sampled = 25

// unexplained are networks on slices that lie 2 to 5 % under their bound for a reason that was not found: 8 of 17,900
// cases. They are faults of the bound, and the list must not grow.
var unexplained = []struct{ slice, model string }{
	{"rtx4090/torch-compile/fp16", "eca_nfnet_l2"}, {"rtx4090/torch-compile/fp16", "eca_nfnet_l3"},
	{"rtx4090/torch-compile/fp16", "gmlp_b16_224"}, {"phytium-ft2000-4/ncnn/int8/t1", "mobilenet_int8"},
	{"snapdragon-7gen4-npu/qnn/int8", "GoogLeNet"}, {"snapdragon-7gen4-npu/tflite-qnn/int8", "GoogLeNet"},
	{"cix-p1/ncnn/fp16/t1", "resnet50"},
}

func isUnexplained(c *validate.Case) bool {
	for _, u := range unexplained {
		if c.Slice().String() == u.slice && c.Row.Model == u.model {
			return true
		}
	}
	return false
}

// TestBoundsAreBounds holds that no published latency that is not flagged lies more than 2 % under its lower bound.
func TestBoundsAreBounds(t *testing.T) {
	const slack = 0.02
	shared := reference.Path(t, ".")
	if testing.Short() || sampling.Race {
		t.Skip("the tables are not read in short mode and under the race detector: run without both")
	}
	every := sampled
	if sampling.All() {
		every = 1
	}
	files, err := filepath.Glob(filepath.Join(shared, "measured", "*.csv.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d tables (%v), expected some", len(files), err)
	}
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	cases, _, err := Read(NewMatcher(shared, "", rs), files...)
	if err != nil {
		t.Fatal(err)
	}
	graphs := fastest(cases, every)
	parallel.Do(len(graphs), func(i int) {
		res, err := graphs[i][0].Run()
		if err != nil {
			return // the graph does not take this size
		}
		for _, c := range graphs[i] {
			opt := c.Options()
			opt.Tuner = &roofline.Tuner{Runtimes: rs, Runtime: c.Runtime, Uncorrected: true}
			e, err := roofline.Run(res, c.Device, opt)
			if err != nil {
				continue // the device has no rate for a type
			}
			if light := e.Latency.SpeedOfLight; c.Measured() < (1-slack)*light && !isUnexplained(c) {
				t.Errorf("%s, %s %s at batch %d (%s %s): measured %.4g ms, the lower bound is %.4g ms", c.Slice(), c.Row.Model,
					c.Row.InputShape, c.Row.Batch, c.Row.Source, c.Row.Version, 1e3*c.Measured(), 1e3*light)
			}
		}
	})
	t.Logf("%d cases of %d networks, batches and sizes", rows(graphs), len(graphs))
}

func rows(graphs [][]*validate.Case) (n int) {
	for _, g := range graphs {
		n += len(g)
	}
	return n
}

// fastest returns the fastest case of every slice, of every so many networks at a batch and size, together by the
// latter.
func fastest(cases []*validate.Case, every int) [][]*validate.Case {
	by := map[string]map[string]*validate.Case{}
	for _, c := range cases {
		key := fmt.Sprint(c.Plan.Model.Name, " ", c.Row.Graph, " ", c.Row.Model, " ", c.Shapes, " ", c.Row.Batch)
		if by[key] == nil {
			by[key] = map[string]*validate.Case{}
		}
		slice := c.Slice().String()
		if b := by[key][slice]; b == nil || c.Row.Latency < b.Row.Latency {
			by[key][slice] = c
		}
	}
	var out [][]*validate.Case
	for i, key := range slices.Sorted(maps.Keys(by)) {
		if i%every == 0 {
			out = append(out, slices.SortedFunc(maps.Values(by[key]), func(a, b *validate.Case) int {
				return cmp.Or(strings.Compare(a.Runtime.ID, b.Runtime.ID), strings.Compare(a.Slice().String(), b.Slice().String()))
			}))
		}
	}
	return out
}
