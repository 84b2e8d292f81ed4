package judge

import (
	"math"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// A compared counts pairs of measurements and those whose ratio is in its interval.
type compared struct {
	pairs, inside int
	reach         float64 // sum of the interval's reach over that of two independent forecasts
}

func (c *compared) coverage() float64 { return float64(c.inside) / float64(c.pairs) }

// ratioTables are tables with several networks of one family on one device, of few runtimes.
var ratioTables = []string{"gpu_vision_misc", "extra", "paddle", "qengineering", "opencv_zoo", "openvino", "ultralytics"}

// ratioBusy lists families of runtimes with so many rows in those tables that fitting them takes minutes.
var ratioBusy = []string{"tensorrt", "ncnn", "pytorch", "tflite-cpu"}

// ratioLeast gives the share of a family's ratios that lies inside, where it has fifty pairs or more.
const ratioLeast = 0.7

// TestRatioCoverage fits models without a fifth of the families of networks each, and holds the ratios of two networks
// left out, of one family and one slice, to their 90 % intervals.
func TestRatioCoverage(t *testing.T) {
	if testing.Short() || sampling.Race {
		t.Skip("fits models: run without -short and without the race detector")
	}
	shared := reference.Path(t, ".")
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	cases, _, err := corpus.Read(corpus.NewMatcher(shared, "", rs), corpus.Files(shared, ratioTables...)...)
	if err != nil {
		t.Fatal(err)
	}
	samples := slices.DeleteFunc(corpus.Samples(corpus.Medians(corpus.Fit(cases))), func(s *joint.Sample) bool {
		return slices.Contains(ratioBusy, s.RuntimeFamily)
	})
	var all compared
	families := map[string]*compared{}
	for _, group := range split(samples, Family) {
		m, err := without(samples, group, joint.Shipped())
		if err != nil {
			t.Fatal(err)
		}
		name := group[0].RuntimeFamily
		if families[name] == nil {
			families[name] = &compared{}
		}
		families[name].count(m, group)
	}
	for name, own := range families {
		if own.pairs == 0 {
			continue
		}
		t.Logf("%s: %d pairs, coverage %.3f, reach %.2f of independent", name, own.pairs, own.coverage(),
			own.reach/float64(own.pairs))
		all.pairs, all.inside, all.reach = all.pairs+own.pairs, all.inside+own.inside, all.reach+own.reach
		if own.pairs >= 50 && own.coverage() < ratioLeast {
			t.Errorf("%s: found %.3f of %d ratios inside their 90 %% intervals", name, own.coverage(), own.pairs)
		}
	}
	if all.pairs == 0 {
		t.Fatal("found no pairs, expected some")
	}
	reach := all.reach / float64(all.pairs)
	t.Logf("%d pairs, coverage %.3f, reach %.2f of independent", all.pairs, all.coverage(), reach)
	if c := all.coverage(); c < 0.85 || c > 0.99 {
		t.Errorf("found %.3f of %d ratios inside their 90 %% intervals", c, all.pairs)
	}
	if reach >= 1 {
		t.Errorf("found intervals %.2f times as wide as those of independent forecasts, expected narrower ones", reach)
	}
}

// count compares every two samples of a group that are of one slice and one family of networks.
func (c *compared) count(m *joint.Model, group []*joint.Sample) {
	for i, a := range group {
		for _, b := range group[i+1:] {
			if a.Setting != b.Setting || siblings(a.Family) != siblings(b.Family) || a.Network == b.Network {
				continue
			}
			k := m.Known(&a.Setting)
			x, y := k.Forecast(a.Terms, a.Asked()), k.Forecast(b.Terms, b.Asked())
			reach := joint.Reach(joint.Difference(k.Side(a.Terms, a.Asked()), k.Side(b.Terms, b.Asked())))
			c.pairs++
			if math.Abs(math.Log(b.Measured/a.Measured)-(y.Log-x.Log)) <= reach {
				c.inside++
			}
			c.reach += reach / joint.Reach(x.Variance+y.Variance)
		}
	}
}
