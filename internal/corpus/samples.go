package corpus

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// Samples lowers cases for the joint model. It leaves out those that the device has no rate for.
func Samples(cases []*validate.Case) []*joint.Sample {
	out := make([]*joint.Sample, len(cases))
	parallel.Do(len(cases), func(i int) {
		if s, err := validate.Prepare(cases[i]); err == nil {
			out[i] = s.Joint(s.Row.Source)
		}
	})
	return slices.DeleteFunc(out, func(s *joint.Sample) bool { return s == nil })
}
