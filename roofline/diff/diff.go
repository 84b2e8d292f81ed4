// Package diff compares two estimates kernel by kernel: what was added and removed, what got slower and faster.
package diff

import (
	"cmp"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Kind says what became of a kernel.
type Kind uint8

// The kinds.
const (
	Same     Kind = iota // in both, as long
	Slower               // in both, longer in the new one
	Faster               // in both, shorter in the new one
	Added                // in the new one alone
	Removed              // in the old one alone
	NumKinds             // how many kinds there are
)

// String returns same, slower, faster, added or removed.
func (k Kind) String() string {
	return [NumKinds]string{"same", "slower", "faster", "added", "removed"}[k]
}

// A Row is a kernel of one estimate, of the other, or of both.
type Row struct {
	Kind     Kind            // what became of the kernel
	SameWork bool            // both sides do it in the same setting, though not as fast
	Old, New *roofline.Layer // nil where it has none
}

// Name returns the name of the kernel, the new one where it has another.
func (r *Row) Name() string {
	if r.New != nil {
		return r.New.Name
	}
	return r.Old.Name
}

// Renamed reports whether the kernel is in both under two names.
func (r *Row) Renamed() bool { return r.Old != nil && r.New != nil && r.Old.Name != r.New.Name }

// Delta returns by how much the kernel takes longer, in seconds: all of its time where it was added.
func (r *Row) Delta() float64 { return seconds(r.New) - seconds(r.Old) }

// seconds returns the time of a kernel in seconds, 0 where there is none.
func seconds(l *roofline.Layer) float64 {
	if l == nil {
		return 0
	}
	return l.Seconds()
}

// A Diff is a new estimate beside an old one.
type Diff struct {
	Old, New *roofline.Estimate // the estimates compared
	Ratio    roofline.Ratio     // of the new latency to the old
	Rows     []Row              // in execution order, what was removed where it was
	Count    [NumKinds]int      // rows by kind
	Renamed  int                // kernels in both under two names
	SameWork Moved              // kernels that did not change, whose time what is known of the networks moves
	Host     float64            // seconds by which host and fixed time are longer
}

// A Moved is the time of several kernels in both estimates, in seconds.
type Moved struct {
	Kernels  int
	Old, New float64
}

// add adds a kernel.
func (m *Moved) add(r *Row) {
	m.Kernels++
	m.Old += seconds(r.Old)
	m.New += seconds(r.New)
}

// Compare compares two estimates.
func Compare(old, new *roofline.Estimate) *Diff {
	d := &Diff{Old: old, New: new, Ratio: roofline.RatioOf(old, new)}
	one := oneSetting(old, new)
	for _, p := range align(kernelsOf(old), kernelsOf(new)) {
		r := Row{}
		if p.old >= 0 {
			r.Old = &old.Layers[p.old]
		}
		if p.new >= 0 {
			r.New = &new.Layers[p.new]
		}
		r.Kind = kindOf(&r)
		d.Count[r.Kind]++
		if r.SameWork = one && r.sameWork(); r.SameWork {
			d.SameWork.add(&r)
		}
		if r.Renamed() {
			d.Renamed++
		}
		d.Rows = append(d.Rows, r)
	}
	d.Host = hostTime(new) - hostTime(old)
	return d
}

// oneSetting reports whether two estimates are of the same device, runtime and precision, so that a kernel of the same
// work takes as long in both but for what is known of the two networks.
func oneSetting(a, b *roofline.Estimate) bool {
	if a.Tuning == nil || b.Tuning == nil {
		return false
	}
	return a.Device.Hash == b.Device.Hash && a.Device.ID == b.Device.ID && a.Precision == b.Precision &&
		a.Tuning.Slice == b.Tuning.Slice
}

// sameWork reports whether a kernel that takes longer or shorter does what it did.
func (r *Row) sameWork() bool {
	if r.Kind != Slower && r.Kind != Faster {
		return false
	}
	a, b := r.Old, r.New
	return a.Cost == b.Cost && a.Times == b.Times && a.Op == b.Op &&
		math.Abs(a.SpeedOfLight-b.SpeedOfLight) <= alike*a.SpeedOfLight
}

// alike gives the share of a kernel's time below which a change is none: what rounding leaves.
const alike = 1e-9

// kindOf returns what became of a kernel.
func kindOf(r *Row) Kind {
	switch a, b := seconds(r.Old), seconds(r.New); {
	case r.Old == nil:
		return Added
	case r.New == nil:
		return Removed
	case math.Abs(b-a) <= alike*max(a, b):
		return Same
	case b > a:
		return Slower
	}
	return Faster
}

// hostTime returns the time in which no kernel runs.
func hostTime(e *roofline.Estimate) float64 { return e.Latency.Best() - e.Spent.Device }

// Heaviest returns the rows that change the latency, the largest change first, without those of SameWork.
func (d *Diff) Heaviest() []Row {
	out := slices.DeleteFunc(slices.Clone(d.Rows), func(r Row) bool { return r.Kind == Same || r.SameWork })
	slices.SortStableFunc(out, func(a, b Row) int { return -cmp.Compare(math.Abs(a.Delta()), math.Abs(b.Delta())) })
	return out
}
