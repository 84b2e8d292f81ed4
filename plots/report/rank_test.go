package report_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/prices"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// choiceOf returns a choice of a latency in seconds on a device.
func choiceOf(t testing.TB, model, device string, seconds float64, v roofline.Verdict) roofline.Choice {
	c := roofline.Choice{Candidate: &roofline.Candidate{Model: model, Device: get(t, device)}, Verdict: v}
	low, high := 0.9*seconds, 1.1*seconds
	c.Batch = 1
	c.Latency = roofline.Latency{SpeedOfLight: seconds / 4, Expected: &seconds, Low: &low, High: &high}
	c.Spent = roofline.Spent{Device: seconds, ByBound: [roofline.NumBounds]float64{seconds}}
	return c
}

// TestRanking holds that what fits is in the order of its energy or cost, what does not fit stays behind, and what is
// not known comes last of what fits.
func TestRanking(t *testing.T) {
	table := must(prices.BuiltIn())(t)
	for _, c := range []struct {
		by   report.Order
		want string
	}{{report.Usual, "slow over unknown fast"}, {report.ByEnergy, "fast slow unknown over"},
		{report.ByCost, "fast slow unknown over"}} {
		choices := []roofline.Choice{choiceOf(t, "slow", "t4", 0.02, roofline.Sure), choiceOf(t, "over", "t4", 0.001, roofline.TooMuch),
			choiceOf(t, "unknown", "rk3588", 0.001, roofline.Sure), choiceOf(t, "fast", "t4", 0.01, roofline.Likely)}
		rank := report.Ranking{Prices: table, By: c.by}
		rank.Sort(choices)
		var got []string
		for i := range choices {
			got = append(got, choices[i].Model)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("by %d: found %s, want %s", c.by, text, c.want)
		}
	}
}

// TestMoney holds that a cost is the price of an hour over what is done in it, and comes with what it assumes.
func TestMoney(t *testing.T) {
	table := must(prices.BuiltIn())(t)
	c := choiceOf(t, "net", "t4", 0.036, roofline.Sure)
	m := report.ChoiceMoney(table, &c)
	if m.Cost == nil || m.CO2 != nil || m.Cost.Assumes == "" {
		t.Fatalf("found %+v, expected a cost and no CO2", m)
	}
	if want := 0.526 * 0.036 / 3600 * 1e6; m.Cost.PerMillion < 0.999*want || m.Cost.PerMillion > 1.001*want {
		t.Errorf("found %g a million, want %g", m.Cost.PerMillion, want)
	}
	table.Grid = 300
	if m = report.ChoiceMoney(table, &c); m.CO2 == nil {
		t.Error("found no CO2 with an intensity of the grid")
	}
	if m = report.ChoiceMoney(nil, &c); m != (schema.Money{}) {
		t.Errorf("found %+v without a table", m)
	}
}
