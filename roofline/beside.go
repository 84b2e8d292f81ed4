package roofline

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A placer says of one kernel after the other, in their order, where it runs.
type placer struct {
	fallback *hwprofiles.Fallback // nil: everything runs on the device
	fell     bool                 // the kernel before
	ran      bool                 // a kernel ran on the device
	runs     int                  // of kernels on the device that have ended
}

// A place is where a kernel runs.
type place struct {
	falls  bool               // on the fallback unit
	begins bool               // the kernel before it, if any, does not
	partly bool               // an operator that is fused into it does, and the rest does not
	why    *hwprofiles.Fallen // that its operator is one of; nil: what comes before it fell
}

// placer returns what places the kernels of a network on the machine's device.
func (m *Machine) placer() placer { return placer{fallback: m.device.Fallback} }

// next returns where the next kernel runs.
func (p *placer) next(k *kernel.Kernel) (at place) {
	f := p.fallback
	if f == nil {
		return at
	}
	at.why = f.Takes(k.Class.String(), k.Operator, k.Cost.Weights > 0, k.Elements())
	at.falls = at.why != nil || f.Segments > 0 && p.runs >= f.Segments
	at.begins = at.falls && !p.fell
	if at.begins && p.ran {
		p.runs++
	}
	if !at.falls {
		at.why = fusedFalls(f, k)
		at.partly = at.why != nil
	}
	if at.partly {
		p.runs++
	}
	p.fell, p.ran = at.falls, p.ran || !at.falls
	return at
}

// fusedFalls returns the group that an operator fused into a kernel falls back with, nil where none does.
func fusedFalls(f *hwprofiles.Fallback, k *kernel.Kernel) *hwprofiles.Fallen {
	if len(k.Steps) < 2 {
		return nil
	}
	for op := range strings.SplitSeq(k.Op, "+") {
		if why := f.Takes("", op, true, k.Elements()); why != nil && op != k.Operator {
			return why
		}
	}
	return nil
}

// handedOver returns how long the output of a kernel takes to the fallback unit, through it and back.
func (m *Machine) handedOver(b traffic) float64 {
	f := m.device.Fallback
	return f.Handover.Value + 2*float64(b.written)/f.Bandwidth.Value
}

// fallen returns the term of a kernel on the fallback unit: what its rates make of the work and of the traffic, the
// longer of the two, and the handover where a run of such kernels begins. A special function is so many operations as
// where a profile has no rate of them.
func (m *Machine) fallen(k *kernel.Kernel, b traffic, at place) timing.Term {
	f := m.device.Fallback
	var work float64
	for e := range k.Cost.Work {
		ops := float64(k.Cost.Work[e].Ops)
		if cost.Engine(e) == cost.Special {
			ops *= hwprofiles.VectorPerSpecial
		}
		work += ops
	}
	bytes := float64(b.read) + float64(b.weights) + float64(b.written)
	t := timing.Term{Eff: params.EffMatrix, Band: params.BandMove, Times: float64(k.Times),
		Wait: max(work/f.Rate.Value, bytes/f.Bandwidth.Value)}
	if at.begins {
		t.Wait += f.Handover.Value
	}
	return t
}

// spilled returns the share of the weights of a kernel that does not stay on the chip of a device that streams them
// from its host.
func (m *Machine) spilled(k *kernel.Kernel, b traffic) float64 {
	if !m.looked.streams || b.weights == 0 {
		return 0
	}
	narrower := float64(b.weights) / float64(max(k.Cost.Weights, 1)) // bytes at the precision of those of the model
	all := max(float64(k.ModelWeights)*narrower, float64(b.weights))
	return max(0, 1-m.device.DRAM().Capacity.Value/all)
}

// placedWeights returns the bytes of weights that take as long from the main memory as a kernel's weights take from
// where they lie: in flash, or beyond a link.
func (m *Machine) placedWeights(k *kernel.Kernel, b traffic) float64 {
	bytes, band := float64(b.weights), m.device.DRAM().Bandwidth.Value
	if f := m.device.Flash; f != nil {
		return bytes * band / f.Bandwidth.Value
	}
	if far := m.spilled(k, b); far > 0 {
		if m.runtime != nil && m.runtime.Contexts {
			far = 1
		}
		return bytes * (1 - far + far*band/m.device.Link.Bandwidth.Value)
	}
	return bytes
}

// placedTensors returns the bytes that take as long in the main memory as so many bytes of tensors between kernels do:
// fewer where they lie in memory on the chip.
func (m *Machine) placedTensors(bytes float64) float64 {
	s := m.device.Scratch()
	if s == nil || m.looked.cpu || bytes > s.Capacity.Value {
		return bytes
	}
	return bytes * min(1, m.device.DRAM().Bandwidth.Value/s.Bandwidth.Value)
}

// fit returns the verdict on a model's weights and activations, and the bytes of both together that a model of these
// weights or of these activations can have; 0 where that is not known. Where weights lie in flash, each has memory of
// its own.
func (m *Machine) fit(weights, activations int64) (Room, int64) {
	f := m.device.Flash
	if f == nil || m.usable == 0 {
		return room(sat.Add(weights, activations), m.usable), m.usable
	}
	flash := int64(f.Capacity.Value)
	return max(room(weights, flash), room(activations, m.usable)),
		min(sat.Add(weights, m.usable), sat.Add(flash, activations))
}

// besideNotes appends what is to be said of where a model's weights and activations lie and of kernels that fall back.
func (m *Machine) besideNotes(notes []note.Note, weights, activations int64, kernels []kernel.Kernel) []note.Note {
	d := m.device
	if f := d.Flash; f != nil && m.usable > 0 {
		notes = append(notes, note.New(note.FlashAndRAM, weights, f.Capacity.Value, activations, m.usable))
	}
	if far := weights - int64(d.DRAM().Capacity.Value); d.Streams() && d.DRAM().Capacity.Value > 0 && far > 0 {
		notes = append(notes, note.New(note.WeightsStreamed, far, weights, d.DRAM().Capacity.Value, d.Link.Kind,
			float64(far)/d.Link.Bandwidth.Value))
	}
	if s := d.Scratch(); s != nil && !d.Class.Cores() && float64(activations) > s.Capacity.Value {
		notes = append(notes, note.New(note.ActivationsSpill, activations, s.Capacity.Value, d.DRAM().Kind))
	}
	if m.tuning == nil {
		return notes
	}
	fell, segments, names := m.whatFalls(kernels)
	if fell > 0 {
		notes = append(notes, note.New(note.FallsBack, fell, segments, d.Fallback.Unit, names))
	}
	return notes
}

// whatFalls counts the kernels that run on the fallback unit and their runs, and names their operators.
func (m *Machine) whatFalls(kernels []kernel.Kernel) (fell, segments int, names []string) {
	p, seen := m.placer(), map[string]bool{}
	if p.fallback == nil {
		return 0, 0, nil
	}
	for i := range kernels {
		at := p.next(&kernels[i])
		if !at.falls && !at.partly || kernels[i].Times == 0 {
			continue
		}
		fell++
		if at.begins || at.partly {
			segments++
		}
		if at.why != nil && !seen[kernels[i].Operator] {
			seen[kernels[i].Operator] = true
			names = append(names, kernels[i].Operator)
		}
	}
	return fell, segments, names
}
