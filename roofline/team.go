package roofline

import (
	"math"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// adaptedSpread is 90 % of measured over predicted where parameters of all threads or of the default power mode stand
// in for others (assumed).
var adaptedSpread = [2]float64{0.75, 1.35}

// adapt makes parameters that were found for other threads or another power mode serve the device. Peaks and bandwidth
// scale by themselves; what is a time is scaled by the clock that sets it. A GPU's host has a clock of its own.
func (t *Tuning) adapt(d *hwprofiles.Device, threads int) {
	if t.Slice.Threads != threads {
		t.Adapted = append(t.Adapted, note.New(note.ThreadsShared, d.Units, d.ID, threads))
	}
	if d.Slowed > 0 && t.Slice.Device != d.ID {
		slower := []params.Param{params.Launch, params.Step}
		if d.Class.Cores() {
			slower = append(slower, params.Dispatch, params.Fixed)
		}
		for _, p := range slower {
			t.Values[p] /= d.Slowed
		}
		t.Adapted = append(t.Adapted, note.New(note.ModeScaled, 1/d.Slowed))
	}
}

// widen makes the interval as wide as adapted parameters are unsure.
func (t *Tuning) widen() {
	if len(t.Adapted) > 0 {
		t.Low, t.High = min(t.Low, adaptedSpread[0]), max(t.High, adaptedSpread[1])
	}
}

// slower returns a tuning of which everything takes f times as long.
func (t *Tuning) slower(f float64) *Tuning {
	c := *t
	for _, p := range []params.Param{params.Scale, params.Dispatch, params.Fixed} {
		c.Values[p] *= f
	}
	return &c
}

// bandwidth returns what the threads reach of the main memory, in B/s: by the profile's mode of as many threads, such as
// 1t. Without one they are taken to fill it, as one core of a small machine nearly does.
func bandwidth(d *hwprofiles.Device, threads int) float64 {
	name := strconv.Itoa(threads) + "t"
	i := slices.IndexFunc(d.Modes, func(mode hwprofiles.Mode) bool { return mode.ID == name && mode.Bandwidth != nil })
	if i < 0 {
		return d.DRAM().Bandwidth.Value
	}
	return d.Modes[i].Bandwidth.Value
}

// cores returns the number of cores that parameters count the loss of sharing work for: of the threads that they were
// fitted to.
func (m *Machine) cores() int {
	n := m.threads
	if m.tuning != nil {
		n = m.tuning.Slice.Threads
	}
	if n == 0 {
		return m.device.Units
	}
	return n
}

// undisturbed returns what fewer threads than those of the parameters gain in compute, since they share less: their
// share of the peak to the power of parallel. What memory and launches take stays as with all threads.
func (m *Machine) undisturbed(r *rate) float64 {
	if m.tuning == nil || m.tuning.Slice.Threads == m.threads || r.share == 1 {
		return 1
	}
	return math.Pow(r.share, m.tuning.Values[params.Parallel])
}

// held returns a machine of some threads that is no faster than one of more: slices of fewer and of more threads are
// fitted apart, and nothing else keeps them in order.
func (s *session) held(t *target, m *Machine) (*Machine, error) {
	_, own := m.Total(s.kernels)
	longest := own.Total()
	for _, n := range t.tuner.teams(m) {
		whole, err := newMachine(m.device, t.runtime, m.precision.want, n)
		if err != nil {
			return nil, err
		}
		of := m.subject
		of.threads = whole.threads
		tuning, err := t.tuner.tune(t.runtime, m.device, of)
		if err != nil {
			return nil, err
		}
		l, _ := whole.tuned(tuning, of).Total(s.kernels)
		longest = max(longest, l.Best())
	}
	if f := longest / own.Total(); f > 1 {
		return m.tuned(m.tuning.slower(f), m.subject), nil
	}
	return m, nil
}

// teams returns the numbers of threads above those of a machine that may take longest: all (0), those that calibrations
// are of, and the fewest of the others, whose times fall with every thread.
func (t *Tuner) teams(m *Machine) []int {
	teams := []int{0}
	for _, n := range t.Calibrations.Threads(m.tuning.Runtime.ID, m.tuning.Slice.Precision) {
		if n > m.threads && n < m.device.Units {
			teams = append(teams, n)
		}
	}
	next := m.threads + 1
	for slices.Contains(teams, next) {
		next++
	}
	return append(teams, next)
}
