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
	Load     Loader
	Bindings infer.Bindings
	Options  roofline.Options
	Devices  []*hwprofiles.Device
	Axis     roofline.Axis
	Values   []int64
}

// Run sweeps the model that spec names. A built-in model is built anew for each image size, because its graph fixes it.
func (s *Sweep) Run(ctx context.Context, spec string) ([]roofline.SweepPoint, error) {
	if s.Axis.Kind == roofline.SizeAxis && len(s.Values) > 0 {
		if _, ok := zoo.With(spec, "size", s.Values[0]); ok {
			return s.resized(ctx, spec)
		}
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

func (s *Sweep) resized(ctx context.Context, spec string) ([]roofline.SweepPoint, error) {
	jobs := make([]roofline.Job, len(s.Values))
	for i, v := range s.Values {
		sized, _ := zoo.With(spec, "size", v)
		p, err := s.Load(sized)
		if err != nil {
			return nil, err
		}
		if err := p.KnowsAll(&s.Bindings); err != nil {
			return nil, fmt.Errorf("%s: %w", sized, err)
		}
		jobs[i] = roofline.Job{Plan: p, Bindings: s.Bindings}
	}
	return roofline.SweepJobs(ctx, jobs, s.Devices, s.Axis, s.Values, s.Options)
}
