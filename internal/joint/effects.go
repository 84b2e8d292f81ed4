package joint

import (
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// The sets of parameters that one effect moves together. They describe a device by four numbers: its arithmetic, its
// memory, its launch overhead, and all of them.
var (
	setKind    = []params.Param{params.EffMatrix, params.EffGroup, params.EffDepthwise}
	setCompute = []params.Param{params.EffMatrix, params.EffGroup, params.EffDepthwise, params.EffVector}
	setMemory  = []params.Param{
		params.BandMatrix, params.BandDepthwise, params.BandPointwise, params.BandNorm, params.BandMove,
		params.BandBatchNorm, params.Repack,
	}
	setLaunch   = []params.Param{params.Launch, params.Step}
	setHost     = []params.Param{params.Dispatch}
	setScale    = []params.Param{params.Scale}
	setFixed    = []params.Param{params.Fixed}
	setParallel = []params.Param{params.Parallel}
)

// A level is one kind of effect: what shares it, what it moves and how far.
type level struct {
	name  string
	set   []params.Param // moved together; nil: every parameter by an effect of its own
	by    func(*Setting) string
	kinds bool               // one effect for every kind of precision
	rich  bool               // only where a device and runtime have many samples
	each  float64            // standard deviation of each parameter in units of its Specs' sigma; 0: sd
	sd    float64            // standard deviation of the logarithm
	of    map[string]float64 // sd, or each, of a family of runtimes where it differs
}

// byRuntimes returns the group of all runtimes of a family.
func byRuntimes(s *Setting) string { return s.RuntimeFamily }

// byRuntime returns the group of a runtime on a class of devices.
func byRuntime(s *Setting) string { return s.Runtime + "/" + string(s.Class) }

// byArch returns the group of a family of runtimes on an architecture.
func byArch(s *Setting) string { return s.RuntimeFamily + "/" + string(s.Class) + "/" + s.Arch }

// byGeForce tells GeForce cards apart. They run above the clock of their peaks where power and cooling let them,
// those of data centres at it or below.
func byGeForce(s *Setting) string {
	if !s.GeForce {
		return ""
	}
	return s.RuntimeFamily + "/" + string(s.Class)
}

// byDevice returns the group of a family of runtimes on a device.
func byDevice(s *Setting) string { return s.RuntimeFamily + "/" + s.Device }

// byDeviceRuntime returns the group of a runtime on a device.
func byDeviceRuntime(s *Setting) string { return s.Runtime + "/" + s.Device }

// byOneOfMany tells runtimes of a family apart on a device; one that is alone is no other than its family there.
func byOneOfMany(s *Setting) string {
	if s.RuntimeFamily == s.Runtime {
		return ""
	}
	return byDeviceRuntime(s)
}

// byThreads returns the group of a device with a number of threads; none where all work.
func byThreads(s *Setting) string {
	if s.Threads == 0 {
		return ""
	}
	return s.RuntimeFamily + "/" + s.Device + "/t" + strconv.Itoa(s.Threads)
}

// bySource returns the group of a runtime in one table of measurements; limits are of no table.
func bySource(s *Setting) string {
	if s.Source == "" || s.Source == Limit {
		return ""
	}
	return s.Runtime + "/" + strings.ReplaceAll(s.Source, ",", " ")
}

// Limit gives the source of samples that nobody measured: they have no cost of a source.
const Limit = "limit"

// byHost returns the group of the host that issues kernels: that of whoever measured where the device is a card in it,
// of which a forecast knows nothing; else the device's own.
func byHost(s *Setting) string {
	switch {
	case s.Class != hwprofiles.GPU:
		return byDevice(s)
	case s.Source == Limit:
		return ""
	case s.Source == "":
		return byDevice(s) + "/anyone's"
	}
	return byDevice(s) + "/" + strings.ReplaceAll(s.Source, ",", " ")
}

// byMachine tells the machine that a forecast is for apart from those that were measured. Its power, cooling, drivers
// and versions are its own. No fit has it: it adds to the variance of a forecast, until the machine is measured too.
func byMachine(s *Setting) string {
	if s.Source != "" {
		return ""
	}
	return byDevice(s)
}

// byVariant tells a variant of a device, which a user describes, apart from the device. No fit has it.
func byVariant(s *Setting) string {
	if !s.variant() {
		return ""
	}
	return s.RuntimeFamily + "/" + s.MeasuredAs
}

// levels lists the effects of every setting.
var levels = []level{
	{
		name: "runtimes", by: byRuntimes, each: 0.1,
		of: map[string]float64{"pytorch": 1, "pytorch-cpu": 1, "tensorrt": 0.3},
	},
	{name: "runtime", by: byRuntime, sd: 0.05, of: map[string]float64{"pytorch": 0.22, "pytorch-cpu": 0.1}},
	{name: "runtime-scale", set: setScale, by: byRuntime, sd: 0.6},
	{name: "runtime-fixed", set: setFixed, by: byRuntime, sd: 0.7},
	{name: "kind", set: setKind, by: byRuntime, kinds: true, sd: 0.15, of: map[string]float64{"openvino": 0.3}},
	{
		name: "kind-arch", set: setKind, by: byArch, kinds: true, sd: 0.1,
		of: map[string]float64{"ncnn": 0.4, "openvino": 0.3, "tensorrt": 0.16, "pytorch": 0.08},
	},
	{
		name: "kind-device", set: setKind, by: byDevice, kinds: true, sd: 0.1,
		of: map[string]float64{"ncnn": 0.2, "tensorrt": 0.15},
	},
	{name: "geforce-scale", set: setScale, by: byGeForce, sd: 0.2},
	{name: "arch-compute", set: setCompute, by: byArch, sd: 0.09},
	{name: "arch-memory", set: setMemory, by: byArch, sd: 0.11},
	{name: "arch-launch", set: setLaunch, by: byArch, sd: 0.3},
	{name: "arch-scale", set: setScale, by: byArch, sd: 0.1},
	{name: "device-compute", set: setCompute, by: byDevice, sd: 0.09},
	{name: "device-memory", set: setMemory, by: byDevice, sd: 0.08},
	{name: "device-launch", set: setLaunch, by: byDevice, sd: 0.25},
	{name: "device-scale", set: setScale, by: byDevice, sd: 0.08},
	{name: "device-runtime-launch", set: setLaunch, by: byOneOfMany, sd: 0.22},
	{name: "device-runtime-scale", set: setScale, by: byOneOfMany, sd: 0.085},
	{name: "device-runtime-fixed", set: setFixed, by: byDeviceRuntime, sd: 0.68},
	{name: "threads", set: setScale, by: byThreads, sd: 0.13},
	{name: "parallel", set: setParallel, by: byDevice, sd: 0.18},
	{name: "host", set: setHost, by: byHost, sd: 0.4},
	{name: "rich", by: byDeviceRuntime, rich: true, sd: 0.14},
	{name: "source", set: setFixed, by: bySource, sd: 1.3},
	{name: "machine", set: setScale, by: byMachine, sd: 0.15}, // docs/experiments.md
	{name: "variant", set: setScale, by: byVariant, sd: 0.1},  // as arch-scale: what siblings differ by
}

// A use is an effect of a setting: its name and the parameters that it moves.
type use struct {
	name  string
	group string // of effects that share a variance
	sd    float64
	set   []params.Param
	rich  string // device and runtime that must have many samples; empty: no matter
}

// A design lists the effects that make the parameters of a setting.
type design struct {
	shared []use
	kinds  [NumKinds][]use
}

// designOf returns the effects of a setting in the order of levels.
func designOf(s *Setting) *design {
	d := &design{}
	family := s.RuntimeFamily
	for i := range levels {
		l := &levels[i]
		by := l.by(s)
		if by == "" {
			continue
		}
		if l.kinds {
			for k := range s.Kind + 1 { // wider ones set limits, narrower ones say nothing
				d.kinds[k] = append(d.kinds[k], l.use(family, by+"/"+kindNames[k], l.set))
			}
			continue
		}
		if l.set != nil {
			d.shared = append(d.shared, l.use(family, by, l.set))
			continue
		}
		for p := range params.NumParams { // a runtime on a device has no host of its own
			if params.Specs[p].Sigma > 0 && p != params.Scale && isFree(s, p) && !(l.rich && p == params.Dispatch) {
				d.shared = append(d.shared, l.one(family, by, p))
			}
		}
	}
	return d
}

var kindNames = [NumKinds]string{"32", "16", "8"}

// isFree reports whether a parameter means something to the runtime of a setting.
func isFree(s *Setting, p params.Param) bool {
	v := s.Prior[p]
	return !s.Held[p] && v > 0 && v < 1e300
}

// use returns an effect that moves a set of parameters together.
func (l *level) use(family, by string, set []params.Param) use {
	return use{name: l.name + ":" + by, group: l.name + "|" + family, sd: l.deviation(family), set: set}
}

// one returns an effect that moves one parameter.
func (l *level) one(family, by string, p params.Param) use {
	u := l.use(family, by+"/"+params.Specs[p].Key, []params.Param{p})
	if l.each > 0 {
		u.sd *= params.Specs[p].Sigma
		u.group = "" // the spread of a prior is not estimated
	}
	if l.rich {
		u.rich = by
	}
	return u
}

// deviation returns the standard deviation of the level's effects for a family of runtimes, in
// logarithms.
func (l *level) deviation(family string) float64 {
	if v, ok := l.of[family]; ok {
		return v
	}
	if l.each > 0 {
		return l.each
	}
	return l.sd
}
