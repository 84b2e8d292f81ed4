package report

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// LatencyJSON is a latency in milliseconds; null where a slice is not calibrated.
type LatencyJSON struct {
	SpeedOfLight float64  `json:"speed_of_light"`
	Expected     *float64 `json:"expected"`
	Low          *float64 `json:"low"`
	High         *float64 `json:"high"`
}

func latency(l *roofline.Latency) LatencyJSON {
	ms := func(s *float64) *float64 {
		if s == nil {
			return nil
		}
		v := 1e3 * *s
		return &v
	}
	return LatencyJSON{1e3 * l.SpeedOfLight, ms(l.Expected), ms(l.Low), ms(l.High)}
}

// latencyColumns are the columns of latencies of which some are expected (tuned), or all at the speed of light.
func latencyColumns(tuned bool) []Column {
	light := Column{"speed of light", Quantity, units.Seconds}
	if !tuned {
		return []Column{light}
	}
	return []Column{{"expected", Quantity, units.Seconds}, {"low", Quantity, units.Seconds}, {"high", Quantity, units.Seconds}, light}
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
