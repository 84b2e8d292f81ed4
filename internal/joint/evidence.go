package joint

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

// A Slice is the samples of one slice, in a mode where that is not the device's default one.
type Slice struct {
	runtimes.Slice
	Arch, Class       string
	Kind              int
	Samples, Networks int
	Sources           []string
}

// Evidence lists the measurements that a setting's parameters rest on.
type Evidence struct {
	// Slice names the slice of Samples: the setting's own or, where that was not measured, the one that stands for it, of
	// the default mode or of all threads. Without samples it has no precision.
	Slice    runtimes.Slice
	Samples  int
	Networks int      // among them
	Sources  []string // of them
	Related  []string // devices of the class with the runtime, of the same architecture where there are any
	Sibling  bool     // Related are of the same architecture, or the device itself in another setting
}

// Slices returns the slices that a model was fitted to, in the order of their names.
func (m *Model) Slices() []Slice {
	var out []Slice
	for _, family := range m.families() {
		out = append(out, m.part(family).slices...)
	}
	slices.SortFunc(out, func(a, b Slice) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// isOf reports whether a slice is of a setting but for the device's mode and the number of threads.
func (s *Slice) isOf(o *Setting, device string, threads int) bool {
	return s.Device == device && s.Runtime == o.Runtime && s.Kind == o.Kind && s.Threads == threads
}

// A spot is a device in a mode and a number of threads.
type spot struct {
	device  string
	threads int
}

// places returns where measurements stand for a setting, the best first.
func (s *Setting) places() []spot {
	return []spot{{s.MeasuredAs, s.Threads}, {s.Device, s.Threads}, {s.Device, 0}}
}

// nearest returns the device and the number of threads of the measured slices that are nearest to a setting: its own;
// those of the default mode; those of all threads.
func (p *part) nearest(s *Setting) (device string, threads int) {
	for _, at := range s.places() {
		if s.variant() && at.device != s.MeasuredAs {
			break
		}
		found := func(o Slice) bool { return o.isOf(s, at.device, at.threads) }
		if slices.ContainsFunc(p.slices, found) {
			return at.device, at.threads
		}
	}
	return s.MeasuredAs, s.Threads
}

// evidence returns what is known of a setting.
func (p *part) evidence(s *Setting) Evidence {
	var e Evidence
	var kin, others []string
	var most int
	e.Slice.Runtime = s.Runtime
	e.Slice.Device, e.Slice.Threads = p.nearest(s)
	for i := range p.slices {
		o := &p.slices[i]
		switch {
		case o.isOf(s, e.Slice.Device, e.Slice.Threads):
			if o.Samples > most { // types of one kind of precision run alike; the most measured one names them
				most, e.Slice.Precision = o.Samples, o.Precision
			}
			e.Samples += o.Samples
			e.Networks = max(e.Networks, o.Networks)
			e.Sources = append(e.Sources, o.Sources...)
		case o.Class != string(s.Class):
		case o.Device == s.MeasuredAs || o.Device == s.Device || s.Arch != "" && o.Arch == s.Arch:
			kin = append(kin, o.Device)
		case o.Runtime == s.Runtime:
			others = append(others, o.Device)
		}
	}
	if s.variant() && slices.Contains(kin, s.Device) {
		kin = []string{s.Device}
	}
	e.Related, e.Sibling = kin, len(kin) > 0
	if !e.Sibling {
		e.Related = others
	}
	slices.Sort(e.Related)
	slices.Sort(e.Sources)
	e.Related, e.Sources = slices.Compact(e.Related), slices.Compact(e.Sources)
	return e
}

// A residual is what is left of the measurements of one network in one setting, in logarithms.
type residual struct {
	slice     int // in part.slices
	mean      float64
	n         int
	same      int     // of n: in the kind of precision that is asked for
	low, high float64 // logarithms of the smallest and the largest batch
}

// near returns how much of a residual holds at a batch: all of it between those that were measured, half of it at a
// quarter of the smallest or four times the largest.
func (r *residual) near(batch int64) float64 {
	b := math.Log(float64(max(batch, 1)))
	far := max(0, r.low-b, b-r.high) / math.Log(4)
	return 1 / (1 + far*far)
}

// here returns what is left of a network's measurements in a setting, or in the measured ones that stand for it: a mode
// of less power is as far off as the default one, and so is another kind of precision.
func (p *part) here(s *Setting, network string) (residual, bool) {
	for _, at := range s.places() {
		var out residual
		for _, r := range p.left[network] {
			o := &p.slices[r.slice]
			if o.Device == at.device && o.Runtime == s.Runtime && o.Threads == at.threads && alike(s, o.Kind) {
				r.same = 0
				if o.Kind == s.Kind {
					r.same = r.n
				}
				out.add(r)
			}
		}
		if out.n > 0 {
			return out, true
		}
	}
	return residual{}, false
}

// alike reports whether a network is as far off in two kinds of precision: what is left of the one is left of the
// other, so that a narrower type is no slower for it. Where 8 bits may be slower, they stand apart.
func alike(s *Setting, kind int) bool {
	return s.Kind == kind || !slow8[s.Runtime] || s.Kind != Kind8 && kind != Kind8
}

// add joins other measurements of the network.
func (r *residual) add(o residual) {
	if r.n == 0 {
		*r = o
		return
	}
	n := r.n + o.n
	r.mean = (r.mean*float64(r.n) + o.mean*float64(o.n)) / float64(n)
	r.n, r.same, r.low, r.high = n, r.same+o.same, min(r.low, o.low), max(r.high, o.high)
}

// measured returns the names of the slices on which a network was measured, those of a device first.
func (p *part) measured(network, device string) []string {
	var out, others []string
	for _, r := range p.left[network] {
		s := &p.slices[r.slice]
		if s.Device == device {
			out = append(out, s.String())
		} else {
			others = append(others, s.String())
		}
	}
	return append(out, others...)
}

// record lists the slices of the samples, and what is left of each network there.
func (f *fitter) record(p *part) {
	at := map[runtimes.Slice]*Slice{}
	of := func(s *Sample) runtimes.Slice {
		return runtimes.Slice{Device: s.MeasuredAs, Runtime: s.Runtime, Precision: s.Precision, Threads: s.Threads}
	}
	networks := map[runtimes.Slice]map[string]bool{}
	for _, s := range f.samples {
		if s.AtMost {
			continue
		}
		k := of(s)
		if at[k] == nil {
			at[k] = &Slice{Slice: k, Arch: s.Arch, Class: string(s.Class), Kind: s.Kind}
			networks[k] = map[string]bool{}
		}
		at[k].Samples++
		networks[k][s.Network] = true
		if !slices.Contains(at[k].Sources, s.Source) {
			at[k].Sources = append(at[k].Sources, s.Source)
		}
	}
	place := map[runtimes.Slice]int{}
	byName := func(a, b runtimes.Slice) int { return cmp.Compare(a.String(), b.String()) }
	for i, k := range slices.SortedFunc(maps.Keys(at), byName) {
		place[k] = i
		at[k].Networks = len(networks[k])
		slices.Sort(at[k].Sources)
		p.slices = append(p.slices, *at[k])
	}
	p.left, p.models = map[string][]residual{}, map[string]string{}
	for i, s := range f.samples {
		if s.AtMost {
			continue
		}
		p.left[s.Network] = addResidual(p.left[s.Network], newResidual(place[of(s)], f.left(i), s.Batch))
		p.models[s.Network] = s.Model
	}
}

// newResidual returns what is left of one measurement on a slice.
func newResidual(slice int, left float64, batch int64) residual {
	b := math.Log(float64(max(batch, 1)))
	return residual{slice, left, 1, 1, b, b}
}

// addResidual adds one measurement to the residuals of a network.
func addResidual(to []residual, one residual) []residual {
	i := slices.IndexFunc(to, func(r residual) bool { return r.slice == one.slice })
	if i < 0 {
		return append(to, one)
	}
	to[i].add(one)
	return to
}

// Teams returns the numbers of threads, below all, that were measured on the device with runtimes of the family.
func (k *Known) Teams() []int {
	var out []int
	for i := range k.part.slices {
		if s := &k.part.slices[i]; s.Device == k.MeasuredAs && s.Threads > 0 && !slices.Contains(out, s.Threads) {
			out = append(out, s.Threads)
		}
	}
	return out
}
