package report

import (
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// deviceRef names a device.
func deviceRef(d *hwprofiles.Device) schema.DeviceRef {
	return schema.DeviceRef{ID: d.ID, Name: d.Name, Hash: d.Hash}
}

// conditions returns what figures hold for: types as labelled, asked for and run, and the tuning, nil without one.
func conditions(label, asked, ran dtype.Type, t *roofline.Tuning) schema.Conditions {
	basis := basisOf(t)
	out := schema.Conditions{Precision: label.Short(), PrecisionAsked: askedFor(asked), PrecisionRun: ran.Short(),
		Basis: &basis}
	if t != nil {
		tier := string(t.Tier)
		out.Runtime, out.Tier = &t.Runtime.ID, &tier
	}
	return out
}

// askedFor returns the name of a precision that was asked for, nil for the model's own.
func askedFor(t dtype.Type) *string {
	if t == dtype.Undefined {
		return nil
	}
	name := t.Short()
	return &name
}

// basisOf returns what an expected latency rests on.
func basisOf(t *roofline.Tuning) string {
	switch {
	case t == nil:
		return schema.BasisLight
	case t.Correction != nil && t.Correction.Kinship == runtimes.SameSlice:
		return schema.BasisMeasured
	}
	return basisOfTier[t.Tier]
}

var basisOfTier = map[roofline.Tier]string{
	roofline.TierSlice: schema.BasisCalibrated, roofline.TierClass: schema.BasisRelated, roofline.TierPrior: schema.BasisPrior,
}

// The levels of notes.
const (
	levelInfo    = "info"
	levelWarning = "warning"
)

// remarks returns what is to be said about a result as data: warnings about the model, and what its figures rest on.
func remarks(warnings, rests []string) schema.Remarks {
	out := schema.Remarks{Warnings: list(warnings), Notes: []schema.Note{}}
	for _, w := range warnings {
		out.Notes = append(out.Notes, schema.Note{Code: "model", Level: levelWarning, Text: w})
	}
	for _, r := range rests {
		out.Notes = append(out.Notes, schema.Note{Code: "basis", Level: levelInfo, Text: r})
	}
	return out
}

// remarksOf returns notes as data, and their texts as warnings.
func remarksOf(notes []note.Note) schema.Remarks {
	out := schema.Remarks{Warnings: note.Texts(notes), Notes: []schema.Note{}}
	for _, n := range notes {
		out.Notes = append(out.Notes, schema.Note{Code: string(n.Code), Level: n.Level().String(), Text: n.Text()})
	}
	return out
}

// tuningNotes returns what an expected latency rests on in words, nothing for the speed of light.
func tuningNotes(t *roofline.Tuning) []string {
	if t == nil {
		return nil
	}
	return t.Notes()
}
