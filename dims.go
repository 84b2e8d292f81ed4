package ridgepoint

import (
	"fmt"
	"maps"
	"slices"
)

// LoadAll reads models, and returns the options for each: what opt says of dimensions and inputs goes to the models
// that have those. A name that no model has is an error.
func (e *Estimator) LoadAll(specs []string, opt *Options) ([]*Model, []*Options, error) {
	models := make([]*Model, len(specs))
	for i, spec := range specs {
		var err error
		if models[i], err = e.Load(spec); err != nil {
			return nil, nil, err
		}
	}
	opts, err := optionsFor(models, opt)
	return models, opts, err
}

// optionsFor returns the options for each of several models. One model gets them as they are.
func optionsFor(models []*Model, opt *Options) ([]*Options, error) {
	out := make([]*Options, len(models))
	for i := range out {
		out[i] = opt
	}
	if len(models) < 2 || opt == nil || len(opt.Dims)+len(opt.Shapes) == 0 {
		return out, nil
	}
	for i := range out {
		own := *opt
		own.Dims, own.Shapes = maps.Clone(opt.Dims), maps.Clone(opt.Shapes)
		out[i] = &own
	}
	for _, name := range slices.Sorted(maps.Keys(opt.Dims)) {
		err := keep(models, func(m *Model) error { return m.plan.Knows(name) }, func(i int) { delete(out[i].Dims, name) })
		if err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(opt.Shapes)) {
		err := keep(models, func(m *Model) error { return m.plan.Takes(name) }, func(i int) { delete(out[i].Shapes, name) })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keep drops a name from the options of those models that lack it. Where all lack it, it returns the error of the first
// model that has names to choose from.
func keep(models []*Model, knows func(*Model) error, drop func(int)) error {
	var first error
	lacking, bare := 0, false
	for i, m := range models {
		err := knows(m)
		if err == nil {
			continue
		}
		drop(i)
		if lacking++; first == nil || bare && len(m.plan.Names()) > 0 {
			first, bare = fmt.Errorf("%s: %w", m.Spec, err), len(m.plan.Names()) == 0
		}
	}
	if lacking < len(models) {
		return nil
	}
	return first
}

// sizedAs returns options under which inputs of a model have the shapes that inputs of their names have in an estimate
// of another version of it, whose file may fix what this one leaves free.
func sizedAs(opt *Options, m *Model, like *Estimate) *Options {
	own := *opt
	own.Shapes = maps.Clone(opt.Shapes)
	other := like.Inferred.Plan.Model
	for _, id := range other.Main.Inputs {
		name, shape := other.Tensors[id].Name, like.Inferred.Infos[id].Shape
		if own.Shapes[name] != nil || m.plan.Takes(name) != nil {
			continue
		}
		if own.Shapes == nil {
			own.Shapes = map[string][]int64{}
		}
		own.Shapes[name] = shape
	}
	return &own
}
