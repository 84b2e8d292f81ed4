package judge

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// A compared counts pairs of measurements and those whose ratio is in its interval.
type compared struct {
	pairs, inside int
	reach         float64 // sum of the interval's reach over that of two independent forecasts
}

func (c *compared) coverage() float64 { return float64(c.inside) / float64(c.pairs) }

// ratioTables are tables with several networks of one family on one device. The share of the variance of parameters
// that two networks do not share was chosen on other tables (docs/experiments.md).
var ratioTables = []string{"gpu_vision_misc", "extra", "paddle", "qengineering", "opencv_zoo"}

// TestRatioCoverage fits models without a fifth of the families of networks each, and holds the ratios of two networks
// left out, of one family and one slice, to their 90 % intervals.
func TestRatioCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("fits models")
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
	samples := corpus.Samples(cases)
	var all compared
	sum, groups := 0.0, 0
	for _, group := range split(samples, Family) {
		m, err := without(samples, group, joint.Shipped())
		if err != nil {
			t.Fatal(err)
		}
		var own compared
		own.count(m, group)
		if own.pairs < 10 {
			continue
		}
		t.Logf("%s: %d samples left out, %d pairs, coverage %.3f, reach %.2f of independent", group[0].RuntimeFamily,
			len(group), own.pairs, own.coverage(), own.reach/float64(own.pairs))
		all.pairs, all.inside, all.reach = all.pairs+own.pairs, all.inside+own.inside, all.reach+own.reach
		sum, groups = sum+own.coverage(), groups+1
	}
	if groups == 0 {
		t.Fatal("found no pairs, expected some")
	}
	mean, reach := sum/float64(groups), all.reach/float64(all.pairs)
	t.Logf("%d pairs, coverage %.3f, mean of %d groups %.3f, reach %.2f of independent", all.pairs, all.coverage(), groups,
		mean, reach)
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
