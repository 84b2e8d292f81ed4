package report

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// latency returns a latency in milliseconds; expected, low and high are absent where only the lower
// bound is known.
func latency(l *roofline.Latency) schema.Latency {
	ms := func(s *float64) *float64 {
		if s == nil {
			return nil
		}
		v := 1e3 * *s
		return &v
	}
	return schema.Latency{SpeedOfLight: 1e3 * l.SpeedOfLight, Expected: ms(l.Expected), Low: ms(l.Low),
		High: ms(l.High)}
}

// latencyColumns returns the columns of latencies of which some are expected (tuned), or all are lower bounds.
func latencyColumns(tuned bool) []Column {
	light := quantities(units.Seconds, "lower bound")
	if !tuned {
		return light
	}
	return append(quantities(units.Seconds, "latency"), light...)
}

// latencyCells returns the cells of those columns.
func latencyCells(tuned bool, l *roofline.Latency) []any {
	if !tuned {
		return []any{l.SpeedOfLight}
	}
	return []any{Span{l.Expected, l.Low, l.High, l.SpeedOfLight}, l.SpeedOfLight}
}

// latencyMembers returns the latency columns for programs, whose names never change.
func latencyMembers() []Column {
	return quantities(units.Seconds, "expected", "low", "high", "speed of light")
}

// latencyValues returns the values of those columns; nil where nothing is expected.
func latencyValues(l *roofline.Latency) []any {
	var out []any
	for _, v := range []*float64{l.Expected, l.Low, l.High} {
		if v == nil {
			out = append(out, nil)
			continue
		}
		out = append(out, *v)
	}
	return append(out, l.SpeedOfLight)
}

// throughput returns the rate at which a model reads at its best latency known.
func throughput(r roofline.Reading, l *roofline.Latency) Rate { return Rate{r.Rate(l.Best()), r.Unit} }

// Milliseconds returns a latency in seconds as people read it, such as 4.7 ms.
func Milliseconds(seconds float64) string { return units.Short(seconds, units.Seconds) }
