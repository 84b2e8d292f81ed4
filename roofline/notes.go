package roofline

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// modelNotes appends what is to be said of a model, whatever the device: the notes of its inference and the
// operators that are not known.
func modelNotes(notes []note.Note, res *infer.Result, c *Coverage) []note.Note {
	notes = append(notes, res.Notes...)
	if len(c.UnknownOps) > 0 {
		notes = append(notes, note.New(note.UnknownOperators, c.UnknownOps))
	}
	return notes
}

// Notes returns what the expectation rests on.
func (t *Tuning) Notes() []note.Note {
	notes := append([]note.Note{t.Basis()}, t.Adapted...)
	if c := t.Correction; c != nil {
		notes = append(notes, note.New(note.Correction, c.Factor, c.From[0].Model, sources(c.From), c.Kinship.Weight()))
	}
	if t.TF32 {
		notes = append(notes, note.New(note.TF32Default, t.Runtime.ID))
	}
	return notes
}

// Basis returns the note on the calibration, or what stands in for it; corrections are notes of their own.
func (t *Tuning) Basis() note.Note {
	switch t.Tier {
	case TierSlice:
		c := t.Calibration
		return note.New(note.Calibrated, c.N, t.Slice, c.Source, c.Median, c.P90)
	case TierClass:
		return note.New(note.DeviceClass, t.Slice, t.Runtime.ID, t.Devices)
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

// sources are the residuals that a correction rests on.
type sources []runtimes.Residual

// maxSources is how many slices a note names.
const maxSources = 3

// String names the slices, such as rpi-5/onnxruntime-cpu.
func (s sources) String() string {
	var names []string
	for i := range s {
		names = append(names, s[i].Slice.Device+"/"+s[i].Slice.Runtime)
	}
	if names = slices.Compact(names); len(names) > maxSources {
		names = append(names[:maxSources], "…")
	}
	return strings.Join(names, ", ")
}
