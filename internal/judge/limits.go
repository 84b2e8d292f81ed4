package judge

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TensorRT chooses among kernels of which the compiler of PyTorch has a part, so on one card a CNN takes no longer in
// the engine than when compiled. The fit of the engine is told so of some networks, others than those that judge the
// law.
const (
	engine   = "tensorrt"
	compiled = "torch-compile"
)

var (
	limitNetworks   = []string{"zoo:vgg16", "zoo:resnet34", "zoo:yolov5s", "zoo:yolov5n"}
	limitBatches    = []int64{1, 16}
	limitPrecisions = []dtype.Type{dtype.Float32, dtype.Float16}
)

// Fit fits a model to samples, with what is known of the engine where it was not measured. It returns the model, and
// the samples that it is fitted to: those given and the limits. Variances are estimated from measurements alone.
func Fit(samples []*joint.Sample, rs *runtimes.Set, rounds int) (*joint.Model, []*joint.Sample, error) {
	var ours, others []*joint.Sample
	for _, s := range samples {
		if s.RuntimeFamily == engine {
			ours = append(ours, s)
		} else {
			others = append(others, s)
		}
	}
	rest, err := joint.Fit(others, joint.Options{Rounds: rounds})
	if err != nil {
		return nil, nil, err
	}
	measured, err := joint.Fit(ours, joint.Options{Rounds: rounds})
	if err != nil {
		return nil, nil, err
	}
	limits, err := engineLimits(rest, rs)
	if err != nil {
		return nil, nil, err
	}
	limited, err := joint.Fit(slices.Concat(ours, limits), joint.Options{Variances: measured.Variances()})
	if err != nil {
		return nil, nil, err
	}
	return joint.Join(rest, limited), slices.Concat(samples, limits), nil
}

// engineLimits returns samples that say which time TensorRT takes at most on each card of the catalogue, by what a
// model says of PyTorch's compiler there.
func engineLimits(m *joint.Model, rs *runtimes.Set) ([]*joint.Sample, error) {
	devices, err := hwprofiles.NewCatalog().List()
	if err != nil {
		return nil, err
	}
	ours, err := rs.Get(engine)
	if err != nil {
		return nil, err
	}
	theirs, err := rs.Get(compiled)
	if err != nil {
		return nil, err
	}
	var out []*joint.Sample
	for _, name := range limitNetworks {
		for _, batch := range limitBatches {
			res, err := inferred(name, batch)
			if err != nil {
				return nil, err
			}
			parts := make([][]*joint.Sample, len(devices))
			parallel.Do(len(devices), func(i int) {
				l := limiter{m, rs, devices[i], ours, theirs}
				parts[i] = l.of(res, name, batch)
			})
			out = append(out, slices.Concat(parts...)...)
		}
	}
	return out, nil
}

// A limiter makes the limits of one device.
type limiter struct {
	model        *joint.Model
	runtimes     *runtimes.Set
	device       *hwprofiles.Device
	ours, theirs *runtimes.Runtime
}

// of returns the limits of one network. Precisions that the device or a runtime lacks have none.
func (l *limiter) of(res *infer.Result, name string, batch int64) []*joint.Sample {
	var out []*joint.Sample
	for _, p := range limitPrecisions {
		e, err := roofline.Run(res, l.device, l.options(p, l.theirs))
		if err != nil {
			continue
		}
		terms, _, err := roofline.Terms(res, l.device, l.options(p, l.ours))
		if err != nil {
			continue
		}
		out = append(out, &joint.Sample{
			Setting: joint.SettingOf(l.device, l.ours, p, 0, joint.Limit), Network: name, Model: name, Family: name,
			Precision: p.Short(), Batch: batch, Terms: joint.Merge(terms), Measured: *e.Latency.Expected, AtMost: true,
		})
	}
	return out
}

// options returns the options of an estimate in a precision with a runtime.
func (l *limiter) options(p dtype.Type, r *runtimes.Runtime) roofline.Options {
	return roofline.Options{Precision: p, Tuner: &roofline.Tuner{Runtimes: l.runtimes, Model: l.model, Runtime: r}}
}
