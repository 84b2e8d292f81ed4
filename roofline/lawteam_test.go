package roofline

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// brokenOrder says how few break the order with many: they may be faster in neither the latency nor the lower bound.
func brokenOrder(few, many *Estimate) string {
	const slack = 1 - 1e-9
	a, b := &few.Latency, &many.Latency
	if a.SpeedOfLight >= slack*b.SpeedOfLight && a.Best() >= slack*b.Best() {
		return ""
	}
	return fmt.Sprintf("%g s, lower bound %g s; with more %g s, lower bound %g s",
		a.Best(), a.SpeedOfLight, b.Best(), b.SpeedOfLight)
}

// sameLatency reports whether latencies and lower bounds are the same to the last digit.
func sameLatency(a, b *Estimate) bool {
	return a.Latency.SpeedOfLight == b.Latency.SpeedOfLight && a.Latency.Best() == b.Latency.Best()
}

// fewerThreads holds that fewer threads are never faster: one against half, half against all. Where a runtime has no
// number of its own, all are the same as none given, else that number is.
func fewerThreads(w *world, s setting) string {
	if s.threads == 0 {
		return ""
	}
	own, err := w.estimate(s)
	if err != nil {
		return ""
	}
	more := s
	if more.threads = s.device.Units; s.threads == 1 {
		more.threads = max(1, s.device.Units/2)
	}
	many, err := w.estimate(more)
	if err != nil {
		return err.Error()
	}
	if n := usual(s.runtime, s.device); s.threads == s.device.Units && n == 0 || s.threads == n {
		none := s
		none.threads = 0
		if given, err := w.estimate(none); err != nil {
			return err.Error()
		} else if !sameLatency(own, given) {
			return fmt.Sprintf("%g s, %g s without a number of threads", own.Latency.Best(), given.Latency.Best())
		}
	}
	return brokenOrder(own, many)
}

// countedThreads holds that more threads than a device has, and threads of no CPU, are errors.
func countedThreads(w *world, s setting) string {
	if s.threads != 0 {
		return ""
	}
	most := max(s.device.Threads, s.device.Units)
	if s.threads = most + 1; !onCores(s.device) {
		s.threads = 1
	}
	if _, err := w.estimate(s); err == nil {
		return fmt.Sprintf("%d threads: found no error", s.threads)
	}
	return ""
}

// perUnit returns the vector peak of one unit, FLOP/s.
func perUnit(d *hwprofiles.Device) float64 {
	p, ok := d.Peak(cost.Vector, dtype.Float32)
	if !ok {
		return 0
	}
	return p.Rate.Value / float64(max(d.Units, 1))
}

// lowerModes holds that a default mode is the device, and that a mode of more power is never slower. One with a slower
// clock and more units may be: kernels too small for all units take longer.
func lowerModes(w *world, s setting) string {
	id, mode, ok := strings.Cut(s.device.ID, "@")
	if !ok {
		return ""
	}
	own, err := w.estimate(s)
	if err != nil {
		return ""
	}
	base, err := hwprofiles.NewCatalog().Get(id)
	if err != nil {
		return err.Error()
	}
	if mode == base.DefaultMode {
		s.device = base
		whole, err := w.estimate(s)
		if err != nil {
			return err.Error()
		}
		if !sameLatency(own, whole) {
			return fmt.Sprintf("%g s, the device without a mode %g s", own.Latency.Best(), whole.Latency.Best())
		}
	}
	for i := range base.Modes {
		m := &base.Modes[i]
		if !m.Known() || m.TDP == nil || own.Device.TDP == nil || m.TDP.Value <= own.Device.TDP.Value {
			continue
		}
		higher, err := hwprofiles.NewCatalog().Get(id + "@" + m.ID)
		if err != nil {
			return err.Error()
		}
		if perUnit(higher) < perUnit(own.Device) {
			continue
		}
		s.device = higher
		more, err := w.estimate(s)
		if err != nil {
			return err.Error()
		}
		if why := brokenOrder(own, more); why != "" {
			return why + " at " + m.ID
		}
	}
	return ""
}
