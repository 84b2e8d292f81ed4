package hwprofiles

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Throttle returns how many times slower than its peak matrix work of an element type is in the long run, and the
// figure that says so: the rate sustained for that type, else that of another of its kind, integer or floating-point,
// whose share of its peak counts for all of them. A rate of fp32 or fp64 counts for itself alone: other lanes do that
// work. It returns 1 and nil where nothing is known.
func (d *Device) Throttle(t dtype.Type) (float64, *Peak) {
	var best *Peak
	for i := range d.Sustained {
		p := &d.Sustained[i]
		alone := p.Type == dtype.Float32 || p.Type == dtype.Float64
		if p.Type == t || best == nil && !alone && p.Type.IsInteger() == t.IsInteger() {
			best = p
		}
	}
	if best == nil {
		return 1, nil
	}
	peak, ok := d.Peak(cost.Matrix, best.Type)
	if !ok || best.Rate.Value <= 0 {
		return 1, nil
	}
	return max(1, peak.Rate.Value/best.Rate.Value), best
}

// sustained holds that a device sustains no more than its peak.
func (l *linter) sustained() {
	for i := range l.device.Sustained {
		s := &l.device.Sustained[i]
		if p, ok := l.device.Peak(cost.Matrix, s.Type); !ok || s.Rate.Value > p.Rate.Value {
			l.report(s.Rate.Path, "found %s, expected a peak for %s of at least that", s.Rate.Text, s.Type.Short())
		}
	}
}
