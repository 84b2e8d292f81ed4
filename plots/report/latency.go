package report

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

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

// latencyColumns are the columns of latencies of which some are expected (tuned), or all lower bounds.
func latencyColumns(tuned bool) []Column {
	light := Column{"lower bound", Quantity, units.Seconds}
	if !tuned {
		return []Column{light}
	}
	return []Column{{"expected", Quantity, units.Seconds}, {"low", Quantity, units.Seconds}, {"high", Quantity, units.Seconds}, light}
}

// latencyMembers returns the latency columns for programs, whose names never change.
func latencyMembers() []Column {
	out := latencyColumns(true)
	out[len(out)-1].Name = "speed of light"
	return out
}

// latencyValues are the values of those columns; nil where nothing is expected.
func latencyValues(tuned bool, l *roofline.Latency) []any {
	if !tuned {
		return []any{l.SpeedOfLight}
	}
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
