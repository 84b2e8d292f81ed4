package runtimes

import (
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A TypeUse is what a runtime does with an element type for which it has no fast kernels on some devices.
type TypeUse struct {
	Where      Condition // the zero Condition: everywhere
	Type       dtype.Type
	RunsAs     dtype.Type // the type that its work runs in; Undefined: in its own
	Efficiency float64    // of matrix work in it, times that of the priors; 0 where it is not said
	Source     *provenance.Source
}

var typeFields = []strictyaml.Field[TypeUse]{
	{Key: "where", Read: func(v strictyaml.Value, u *TypeUse) { u.Where = readCondition(v) }},
	{Key: "type", Read: func(v strictyaml.Value, u *TypeUse) { u.Type = readType(v) }},
	{Key: "runs_as", Read: func(v strictyaml.Value, u *TypeUse) { u.RunsAs = readType(v) }},
	{Key: "efficiency", Read: func(v strictyaml.Value, u *TypeUse) {
		text, _ := v.Scalar()
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= 0.05 && x <= 2) {
			v.Errorf("", "found %s, expected a number from 0.05 to 2: times the efficiencies of the priors", v)
		}
		u.Efficiency = x
	}},
	{Key: "source", Read: func(v strictyaml.Value, u *TypeUse) {
		if id, ok := v.Text("default"); ok {
			u.Source = v.Source(id)
		}
	}},
}

// readType reads the name of an element type.
func readType(v strictyaml.Value) dtype.Type {
	text, _ := v.Scalar()
	t, ok := dtype.Parse(text)
	if !ok {
		v.Errorf("", "found %q, expected an element type such as fp16", spelling.Clip(text))
	}
	return t
}

// readTypes reads `types`, which have no fast kernels: each runs as another or at an efficiency.
func readTypes(v strictyaml.Value, r *Runtime) {
	for item := range v.Items() {
		u := TypeUse{}
		strictyaml.Fields(item, typeFields, &u)
		if v.Sound() && (u.Type == dtype.Undefined || (u.RunsAs == dtype.Undefined) == (u.Efficiency == 0)) {
			item.Errorf("write it as in {type: fp16, runs_as: fp32}", "found %s, expected a type with runs_as or efficiency",
				item)
		}
		if u.Source == nil {
			u.Source = item.Source("default")
		}
		r.Types = append(r.Types, u)
	}
}

// typeOn returns what the runtime does with a type on a device, nil where it has fast kernels.
func (r *Runtime) typeOn(d *hwprofiles.Device, t dtype.Type) *TypeUse {
	i := slices.IndexFunc(r.Types, func(u TypeUse) bool { return u.Type == t && u.Where.Holds(d) })
	if i < 0 {
		return nil
	}
	return &r.Types[i]
}

// RunsAs returns the type that work of a type runs in on a device; that is mostly the type itself. A narrower one needs
// a device with arithmetic in it.
func (r *Runtime) RunsAs(d *hwprofiles.Device, t dtype.Type) dtype.Type {
	u := r.typeOn(d, t)
	if u == nil || u.RunsAs == dtype.Undefined {
		return t
	}
	if p, ok := d.Peak(cost.Matrix, u.RunsAs); u.RunsAs.Bits() < t.Bits() && !(ok && p.Type == u.RunsAs) {
		return t
	}
	return u.RunsAs
}

// efficiencies lists the parameters that the efficiency of a type applies to; that of products follows dense
// convolutions.
var efficiencies = []params.Param{params.EffMatrix, params.EffGroup, params.EffDepthwise}

// EfficiencyOn returns how efficient matrix work in a type is on a device, in times the efficiencies of the priors.
func (r *Runtime) EfficiencyOn(d *hwprofiles.Device, t dtype.Type) float64 {
	if u := r.typeOn(d, t); u != nil && u.Efficiency != 0 {
		return u.Efficiency
	}
	return 1
}

// PriorOn returns the prior of a device for work that runs in a type, nil where there is none of its class.
func (r *Runtime) PriorOn(d *hwprofiles.Device, t dtype.Type) *ClassPrior {
	prior, by := r.Prior(d.Class), r.EfficiencyOn(d, t)
	if prior == nil || by == 1 {
		return prior
	}
	c := *prior
	for _, p := range efficiencies {
		c.Values[p] = p.Clamp(by * c.Values[p])
	}
	return &c
}
