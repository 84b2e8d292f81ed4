package hwprofiles

import (
	"fmt"
	"slices"
)

// NormalThreads returns a number of threads as slices have it, 0 for all: one a core, or up to all hardware threads.
// It fails for more, and on devices whose work is not shared by threads. Flags and measurements are read by it.
func (d *Device) NormalThreads(n int) (int, error) {
	most := max(d.Threads, d.Units)
	switch {
	case n == 0:
		return 0, nil
	case n < 0:
		return 0, fmt.Errorf("found %d threads, expected a positive number, or 0 for all", n)
	case !slices.Contains(coreClasses, d.Class):
		return 0, fmt.Errorf("found %d threads for %s, expected none: threads are of CPUs, and its class is %s",
			n, d.ID, d.Class)
	case d.Units == 0:
		return 0, fmt.Errorf("found %d threads for %s, expected none: its profile does not give its cores; add units",
			n, d.ID)
	case n > most:
		return 0, fmt.Errorf("found %d threads for %s, expected at most its %s", n, d.ID, d.threadsText())
	case n >= d.Units:
		return 0, nil
	}
	return n, nil
}

// threadsText counts the cores, and the hardware threads where they are more.
func (d *Device) threadsText() string {
	if d.Threads > d.Units {
		return fmt.Sprintf("%d hardware threads (%d cores)", d.Threads, d.Units)
	}
	return fmt.Sprintf("%d cores", d.Units)
}

// Boosted returns how many times the clock of the profile cores may run at while so many threads are busy: at boost
// with one, at the clock with all. It is 1 where the profile gives no boost.
func (d *Device) Boosted(threads int) float64 {
	most := d.MaxBoost()
	if d.Units < 2 || threads == 0 || threads >= d.Units {
		return 1
	}
	return most - (most-1)*float64(threads-1)/float64(d.Units-1)
}

// MaxBoost returns how many times the clock of the profile no core exceeds, at least 1.
func (d *Device) MaxBoost() float64 {
	if d.Boost == nil || d.Clock == nil {
		return 1
	}
	return max(1, d.Boost.Value/d.Clock.Value)
}
