package roofline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// modelNotes appends what is to be said of a model, whatever the device: the notes of its inference and the
// operators that are not known.
func modelNotes(notes []note.Note, res *infer.Result, c *Coverage) []note.Note {
	notes = append(notes, res.Notes...)
	if len(c.UnknownOps) > 0 {
		notes = append(notes, note.New(note.UnknownOperators, c.UnknownOps))
	}
	return append(notes, packedNotes(c)...)
}

// Notes returns what the expectation rests on.
func (t *Tuning) Notes() []note.Note {
	notes := append([]note.Note{t.Basis()}, t.Adapted...)
	if c := t.Correction; c != nil && math.Abs(math.Log(c.Factor)) > notable {
		switch {
		case len(c.Alike) > 0:
			notes = append(notes, note.New(note.Alike, c.Factor, sources(c.Alike)))
		case c.Model != "": // else it is the user's own, of which the basis speaks
			notes = append(notes, note.New(note.Correction, c.Factor, c.Model, sources(c.Where)))
		}
	}
	if t.TF32 {
		notes = append(notes, note.New(note.TF32Default, t.Runtime.ID))
	}
	return notes
}

// notable gives the logarithm of a correction that is worth a note.
const notable = 0.01

// Basis returns the note on what the latency rests on.
func (t *Tuning) Basis() note.Note {
	if c := t.Correction; c != nil && c.Here > 0 {
		return note.New(note.NetworkMeasured, c.Here, t.Slice)
	}
	if e := &t.Evidence; t.Foreign {
		return note.New(note.OtherNetworks, e.Samples, t.Slice, sources(e.Sources))
	}
	return t.SliceBasis()
}

// SliceBasis returns the note on what the latency of any network rests on.
func (t *Tuning) SliceBasis() note.Note {
	e := &t.Evidence
	switch {
	case t.Stored != dtype.Undefined:
		return note.New(note.OtherWeights, e.Samples, t.Slice, sources(e.Sources), t.Stored.Short())
	case t.Tier == TierSlice:
		return note.New(note.Calibrated, e.Samples, t.Slice, sources(e.Sources))
	case t.Tier == TierClass && e.Samples > 0 && len(e.Related) > 0:
		return note.New(note.FewMeasured, e.Samples, t.Slice, sources(e.Related))
	case t.Tier == TierClass && e.Samples > 0:
		return note.New(note.Calibrated, e.Samples, t.Slice, sources(e.Sources))
	case t.Tier == TierClass:
		return note.New(note.DeviceClass, t.Slice, t.Runtime.ID, sources(e.Related))
	}
	return note.New(note.PriorOnly, t.Slice, t.Runtime.ID)
}

// boundNote appends that a runtime was wanted, and none is known for the device.
func (m *Machine) boundNote(notes []note.Note, opt *Options) []note.Note {
	if m.tuning != nil || opt.Tuner == nil {
		return notes
	}
	return append(slices.Clip(notes), note.New(note.Runtimeless, m.device.ID))
}

// hostNote returns the note that the host, not the device, sets the pace.
func (s *Spent) hostNote(t *Tuning) note.Note {
	return note.New(note.HostBound, s.Kernels, s.Host, t.Values[params.Dispatch], s.Device)
}

// sources are names of what a figure rests on.
type sources []string

// maxSources gives the most sources that a text names.
const maxSources = 3

// String names the first, such as rpi-5/onnxruntime-cpu.
func (s sources) String() string {
	names := slices.Clone([]string(s))
	if len(names) > maxSources {
		names = append(names[:maxSources], fmt.Sprintf("%d more", len(names)-maxSources))
	}
	return strings.Join(names, ", ")
}
