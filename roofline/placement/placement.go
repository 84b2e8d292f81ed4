// Package placement says where the kernels of an estimate run: on an accelerator, or on the unit that takes what the
// accelerator does not.
package placement

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Run is a number of kernels, one after the other, on one unit.
type Run struct {
	Unit     string   // that runs it
	Falls    bool     // on the fallback unit
	Kernels  int64    // executions
	First    string   // kernel of the run
	Last     string   // names of kernels
	Seconds  float64  // expected
	Bytes    int64    // that are handed over to the next run: the output of the last kernel
	Why      []string // of a run that falls back, each reason once
	Operator []string // that are the reason
}

// A Placement says whether a model runs on a device, and where.
type Placement struct {
	Of        *roofline.Estimate // the estimate
	Listed    bool               // the profile lists what falls back
	Runs      []Run              // in order
	Fallen    int64              // kernels on the fallback unit
	Seconds   float64            // expected, of all kernels there
	Segments  int                // runs on the device itself
	Transfers int                // changes of the unit
	Spilled   int64              // B of weights that cross the link at every inference
	RAM       int64              // B that activations can have beside weights in flash; 0: no flash, or not known
	Flash     int64              // B of flash; 0: none
	Scratch   int64              // B of memory on the chip; 0: none, or not known
	Packed    bool               // a vendor's compiler packed the network into an operator
}

// Of returns the placement of the kernels of an estimate.
func Of(e *roofline.Estimate) *Placement {
	d := e.Device
	p := &Placement{Of: e, Listed: d.Fallback != nil && len(d.Fallback.Operators) > 0}
	p.memories(d)
	for i := range e.Layers {
		if l := &e.Layers[i]; l.Times > 0 {
			p.add(d, l)
		}
	}
	p.Transfers = max(len(p.Runs)-1, 0)
	return p
}

// memories sets what weights and activations can have.
func (p *Placement) memories(d *hwprofiles.Device) {
	if d.Flash != nil {
		p.Flash, p.RAM = int64(d.Flash.Capacity.Value), int64(d.UsableMemory().Value)
	}
	chip := d.Scratch()
	if d.Streams() {
		chip = d.DRAM()
		if room := int64(chip.Capacity.Value); room > 0 {
			p.Spilled = max(p.Of.WeightBytes-room, 0)
		}
	}
	if chip != nil {
		p.Scratch = int64(chip.Capacity.Value)
	}
}

// add adds a kernel to the last run, or begins one.
func (p *Placement) add(d *hwprofiles.Device, l *roofline.Layer) {
	if n := len(p.Runs); n == 0 || p.Runs[n-1].Falls != l.Falls {
		r := Run{Unit: d.Name, Falls: l.Falls, First: l.Name}
		if l.Falls {
			r.Unit = d.Fallback.Unit
		} else {
			p.Segments++
		}
		p.Runs = append(p.Runs, r)
	}
	p.Packed = p.Packed || roofline.IsPacked(l.Operator)
	r := &p.Runs[len(p.Runs)-1]
	r.Last, r.Bytes = l.Name, l.Cost.Written
	r.Kernels += l.Times
	r.Seconds += l.Seconds()
	if !l.Falls {
		return
	}
	p.Fallen += l.Times
	p.Seconds += l.Seconds()
	why, operator := reason(d.Fallback, l)
	r.Why, r.Operator = once(r.Why, why), once(r.Operator, operator)
}

// behind says why a kernel falls back that its device could run.
const behind = "what comes before it fell back, and the compiler leaves no more runs on the device"

// isPacked says why a kernel of such an operator has no place.
const isPacked = "a compiler packed the network into it: give the file from before that compiler"

// reason returns why a kernel falls back, and the operator that does.
func reason(f *hwprofiles.Fallback, l *roofline.Layer) (why, operator string) {
	if roofline.IsPacked(l.Operator) {
		return isPacked, l.Operator
	}
	class, weights := l.Class.String(), l.Cost.Weights > 0
	if o := f.Takes(class, l.Operator, weights, l.Elements()); o != nil {
		return o.Why, l.Operator
	}
	for op := range strings.SplitSeq(l.Op, "+") {
		if o := f.Takes("", op, true, l.Elements()); o != nil {
			return o.Why, op
		}
	}
	return behind, ""
}

// once appends a text that a list does not have yet.
func once(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// InRuns returns the seconds that all runs take; what the latency has beyond them is the host's, the link's or fixed.
func (p *Placement) InRuns() (seconds float64) {
	for i := range p.Runs {
		seconds += p.Runs[i].Seconds
	}
	return seconds
}

// Verdict returns in a sentence whether the model runs on the device, and where.
func (p *Placement) Verdict() string {
	e := p.Of
	switch {
	case e.Room == roofline.RoomNone && p.Flash > 0 && e.WeightBytes > p.Flash:
		return "does not fit: more weights than flash"
	case e.Room == roofline.RoomNone && p.Flash > 0:
		return "does not fit: more activations than RAM"
	case e.Room == roofline.RoomNone:
		return "does not fit in memory"
	case p.Packed:
		return "not known: the file is compiled, give the one from before its compiler"
	case p.Fallen > 0 && p.Segments == 0:
		return "runs on the fallback unit alone"
	case p.Fallen > 0:
		return "runs in part: some kernels fall back"
	case !p.Listed:
		return "runs whole, as far as is known: no list of what falls back"
	}
	return "runs whole"
}
