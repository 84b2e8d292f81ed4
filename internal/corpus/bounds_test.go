package corpus

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// otherNetworks are rows whose network is not that of the graph that they name.
var otherNetworks = []struct{ source, version, models, why string }{
	{
		"timm", "torch 2.9.1", "repvgg fastvit repghostnet mobileone",
		"re-parameterised before it was timed: published activations and multiply-adds are fewer than the graph's",
	},
	{
		"timm", "", "ese_vovnet39b_evos regnetz_d8_evos",
		"timm casts the parameters of EvoNorm to the type of its input, which the graph does not show",
	},
}

func otherNetwork(c *validate.Case) bool {
	for _, o := range otherNetworks {
		if c.Row.Source != o.source || !strings.HasPrefix(c.Row.Version, o.version) {
			continue
		}
		for _, m := range strings.Fields(o.models) {
			if strings.HasPrefix(c.Row.Model, m) {
				return true
			}
		}
	}
	return false
}

// TestBoundsAreBounds holds that no published latency lies more than 2 % under its lower bound.
func TestBoundsAreBounds(t *testing.T) {
	const slack = 0.02
	shared := reference.Path(t, ".")
	if testing.Short() {
		t.Skip("lowers thousands of models")
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
	graphs := fastest(cases)
	parallel.Do(len(graphs), func(i int) {
		res, err := graphs[i][0].Run()
		if err != nil {
			return // the graph does not take this size
		}
		for _, c := range graphs[i] {
			opt := c.Options()
			opt.Tuner = &roofline.Tuner{Runtimes: rs, Runtime: c.Runtime}
			e, err := roofline.Run(res, c.Device, opt)
			if err != nil {
				continue // the device has no rate for a type
			}
			if light := e.Latency.SpeedOfLight; c.Row.Latency < (1-slack)*light {
				t.Errorf("%s, %s %s at batch %d (%s %s): measured %.4g ms, the lower bound is %.4g ms", c.Slice(), c.Row.Model,
					c.Row.InputShape, c.Row.Batch, c.Row.Source, c.Row.Version, 1e3*c.Row.Latency, 1e3*light)
			}
		}
	})
}

// fastest returns the fastest case of every slice, graph and batch, together by graph and batch.
func fastest(cases []*validate.Case) [][]*validate.Case {
	best := map[string]*validate.Case{}
	for _, c := range cases {
		if otherNetwork(c) {
			continue
		}
		key := fmt.Sprintf("%p %d %v\n%s", c.Plan, c.Row.Batch, c.Shapes, c.Slice())
		if b := best[key]; b == nil || c.Row.Latency < b.Row.Latency {
			best[key] = c
		}
	}
	by := map[string][]*validate.Case{}
	for key, c := range best {
		graph, _, _ := strings.Cut(key, "\n")
		by[graph] = append(by[graph], c)
	}
	return slices.Collect(maps.Values(by))
}
