package roofline

import (
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// bandwidth returns what the threads reach of the main memory, in B/s: by the profile's mode of as many threads, such
// as 1t. Without one they are taken to fill it, as one core of a small machine nearly does.
func bandwidth(d *hwprofiles.Device, threads int) float64 {
	name := strconv.Itoa(threads) + "t"
	i := slices.IndexFunc(d.Modes, func(mode hwprofiles.Mode) bool { return mode.ID == name && mode.Bandwidth != nil })
	if i < 0 {
		return d.DRAM().Bandwidth.Value
	}
	return d.Modes[i].Bandwidth.Value
}

// cores returns the number of cores that work.
func (m *Machine) cores() int {
	if m.threads == 0 {
		return m.device.Units
	}
	return m.threads
}

// held returns a machine of some threads that is no faster than one of more: slices of fewer and of more threads are
// fitted apart, and nothing else keeps them in order.
func (s *session) held(t *target, m *Machine) (*Machine, error) {
	_, own := s.total(m)
	longest := own.Total()
	for _, n := range teams(m) {
		whole, err := t.crewed(m.precision.want, n)
		if err != nil {
			return nil, err
		}
		of := m.subject
		of.threads = whole.threads
		tuning, err := t.tune(of, s.made)
		if err != nil {
			return nil, err
		}
		l, _ := s.total(whole.tuned(tuning, of))
		longest = max(longest, l.Best())
	}
	if f := longest / own.Total(); f > 1 {
		return m.tuned(m.tuning.slower(f), m.subject), nil
	}
	return m, nil
}

// A crew is a number of threads, 0 for all, that work in a type.
type crew struct {
	want    dtype.Type
	threads int
}

// crewed returns the target's machine of a number of threads, without a tuning.
func (t *target) crewed(want dtype.Type, threads int) (*Machine, error) {
	of := crew{want, threads}
	if m := t.crews[of]; m != nil {
		return m, nil
	}
	m, err := newMachine(t.device, t.runtime, want, threads)
	if err != nil {
		return nil, err
	}
	if t.crews == nil {
		t.crews = make(map[crew]*Machine)
	}
	t.crews[of] = m
	return m, nil
}

// teams returns the numbers of threads above those of a machine that may take longest: all (0), those that were
// measured, and the fewest of the others, whose times fall with every thread.
func teams(m *Machine) []int {
	teams := []int{0}
	if m.tuning.known != nil {
		for _, n := range m.tuning.known.Teams() {
			if n > m.threads && n < m.device.Units {
				teams = append(teams, n)
			}
		}
	}
	next := m.threads + 1
	for slices.Contains(teams, next) {
		next++
	}
	return append(teams, next)
}
