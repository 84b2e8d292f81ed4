package explore

import (
	"context"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Sweep estimates one model at every value of an axis on every device.
type Sweep struct {
	Load     Loader               // reads a model
	Bindings infer.Bindings       // of the other dimensions
	Options  roofline.Options     // of the estimates
	Devices  []*hwprofiles.Device // that are compared
	Axis     roofline.Axis        // what varies
	Values   []int64              // along the axis
	Sizes    []roofline.Size      // in the place of Values where the axis is the image size
}

// Run sweeps the model that spec names.
func (s *Sweep) Run(ctx context.Context, spec string) ([]roofline.SweepPoint, error) {
	if s.Axis.Kind == roofline.SizeAxis {
		return s.resized(ctx, spec)
	}
	p, err := s.Load(spec)
	if err != nil {
		return nil, err
	}
	points, err := roofline.Sweep(ctx, p, s.Bindings, s.Devices, s.Axis, s.Values, s.Options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return points, nil
}

// resized sweeps over image sizes.
func (s *Sweep) resized(ctx context.Context, spec string) ([]roofline.SweepPoint, error) {
	jobs, steps := make([]roofline.Job, len(s.Sizes)), make([]roofline.Step, len(s.Sizes))
	var given *infer.Plan
	for i, size := range s.Sizes {
		sized, ok := zoo.Resized(spec, size.Height, size.Width)
		p, b := given, s.Bindings
		var err error
		if !ok {
			sized = spec
		}
		if p == nil || ok {
			if p, err = s.Load(sized); err != nil {
				return nil, err
			}
		}
		if err = p.KnowsAll(&b); err == nil && !ok {
			given = p
			b, err = roofline.SizeBindings(p, b, size.Height, size.Width)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sized, err)
		}
		jobs[i], steps[i] = roofline.Job{Plan: p, Bindings: b}, roofline.SizeStep(size)
	}
	points, err := roofline.SweepJobs(ctx, jobs, s.Devices, s.Axis, steps, s.Options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return points, nil
}
