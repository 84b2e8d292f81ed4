package report

import (
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// deviceRef names a device.
func deviceRef(d *hwprofiles.Device) schema.DeviceRef {
	return schema.DeviceRef{ID: d.ID, Name: d.Name, Hash: d.Hash}
}

// conditions returns what figures hold for: types as labelled, asked for and run, and the tuning, nil without one.
func conditions(label, asked, ran dtype.Type, t *roofline.Tuning) schema.Conditions {
	basis := Basis(t)
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

// Basis returns what an expected latency rests on, as JSON says it.
func Basis(t *roofline.Tuning) string {
	switch {
	case t == nil:
		return schema.BasisLight
	case t.Correction != nil && t.Correction.Here > 0:
		return schema.BasisMeasured
	}
	return basisOfTier[t.Tier]
}

var basisOfTier = map[roofline.Tier]string{
	roofline.TierSlice: schema.BasisCalibrated, roofline.TierClass: schema.BasisRelated, roofline.TierPrior: schema.BasisPrior,
}
