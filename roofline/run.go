package roofline

import (
	"fmt"
	"sort"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// Options say how a model is to be run.
type Options struct {
	Precision dtype.Type  // Undefined: the model's own
	Fusion    lower.Level // the zero Level is Full
	Causal    bool        // attention is causal: the scores above the diagonal are not computed
	Tuner     *Tuner      // nil: the speed of light only, fused by Fusion
}

// recipe is what is done to a graph on a machine: what its runtime does, else the level of fusion asked for.
func (o *Options) recipe(m *Machine) lower.Recipe {
	if m != nil && m.tuning != nil {
		return m.tuning.recipe
	}
	return o.Fusion.Recipe()
}

// Run estimates an inferred model on a device.
func Run(res *infer.Result, dev *hwprofiles.Device, opt Options) (*Estimate, error) {
	m, err := NewMachine(dev, opt.Precision)
	if err != nil {
		return nil, err
	}
	e := new(Estimate)
	s := new(Session)
	if opt.Tuner != nil {
		if err := m.adopt(opt.Tuner, s.subject(res)); err != nil {
			return nil, err
		}
	}
	return e, s.Run(res, m, opt, e)
}

// A Session estimates one result after another in the same storage. It must not
// be used by two goroutines at once. The zero Session is ready.
type Session struct {
	lower lower.Lowerer
	foot  footprint
	macs  int64 // of the last result's kernels, before anything is halved
	flops int64
}

// Run estimates a model on a machine into e, whose storage is reused.
func (s *Session) Run(res *infer.Result, m *Machine, opt Options, e *Estimate) error {
	kernels, halved := s.kernels(res, m, opt)
	macs, flops := s.macs, s.flops
	if err := m.Check(kernels); err != nil {
		return err
	}
	layers, warnings, steps := e.Layers[:0], e.Warnings[:0], e.steps[:0]
	*e = Estimate{Model: res.Plan.Model.Name, Device: m.Device, Fusion: opt.Fusion.String(), Batch: res.Batch, Layers: layers, Warnings: warnings, steps: steps}
	e.Warnings = append(e.Warnings, note.Texts(res.Notes)...)
	if e.ConstantMACs, e.ConstantFLOPs = constants(res, macs, flops); e.ConstantMACs > 0 {
		e.Warnings = append(e.Warnings, fmt.Sprintf("%d MACs are in constant expressions, done once when the model is loaded: they are counted and take no time", e.ConstantMACs))
	}
	if m.Precision.Note != "" {
		e.Warnings = append(e.Warnings, m.Precision.Note)
	}
	if opt.Causal {
		e.Warnings = append(e.Warnings, fmt.Sprintf("attention is taken as causal in %d kernels: scores above the diagonal are neither computed nor counted", halved))
	}
	for i := range kernels {
		e.addLayer(&kernels[i], m, res)
	}
	e.Asked = m.Precision.Want
	e.Precision, e.Ran = m.types(heaviest(e.Layers))
	e.Coverage = coverage(res)
	e.Params, e.WeightBytes = weights(res.Plan.Model, &m.Precision)
	e.PeakActivationBytes = s.foot.peak(&s.lower.Flow, &m.Precision)
	e.MemoryBytes = e.WeightBytes + e.PeakActivationBytes
	capacity := m.Device.DRAM().Capacity.Value
	e.FitsMemory = capacity == 0 || float64(e.MemoryBytes) <= capacity
	e.finish(m)
	return nil
}

// constants is what the graph's nodes count beyond its kernels: fusion leaves work as it is, so that is the constant expressions.
func constants(res *infer.Result, macs, flops int64) (int64, int64) {
	var allMACs, allFLOPs int64
	for i := range res.Steps {
		if s := &res.Steps[i]; !s.Folded && s.Times > 0 {
			allMACs = sat.Add(allMACs, sat.Mul(s.Cost.MACs, s.Times))
			allFLOPs = sat.Add(allFLOPs, sat.Mul(s.Cost.FLOPs(), s.Times))
		}
	}
	return max(allMACs-macs, 0), max(allFLOPs-flops, 0)
}

// kernels lowers a result; they are valid until the next call. It reports how many were made causal.
func (s *Session) kernels(res *infer.Result, m *Machine, opt Options) (kernels []kernel.Kernel, causal int) {
	kernels = s.lower.Lower(res, opt.recipe(m))
	s.macs, s.flops = 0, 0
	var stored int64
	for i := range kernels {
		stored = sat.Add(stored, kernels[i].Cost.Weights)
	}
	for i := range kernels {
		k := &kernels[i]
		k.ModelWeights = stored
		s.macs = sat.Add(s.macs, sat.Mul(k.Cost.MACs, k.Times))
		s.flops = sat.Add(s.flops, sat.Mul(k.Cost.FLOPs(), k.Times))
	}
	if opt.Causal {
		for i := range kernels {
			if lower.Causal(&kernels[i]) {
				causal++
			}
		}
	}
	return kernels, causal
}

func (e *Estimate) addLayer(k *kernel.Kernel, m *Machine, res *infer.Result) {
	l := Layer{Kernel: *k, Timing: m.Time(k)}
	l.SpeedOfLight = l.Timing.Total
	if m.tuning != nil {
		l.term = m.term(k)
		l.Timing = m.tuning.time(&l.term)
	}
	l.Cost = m.Precision.cost(k)
	l.Type = m.Precision.work(mainEngine(&k.Cost), k.Type)
	l.Attainable = m.attainable(&l.Cost, k)
	l.Module = moduleOf(res, k)
	from := len(e.steps) // a layer outlives the lowering that made its kernel: the steps are copied
	e.steps = append(e.steps, k.Steps...)
	l.Steps = e.steps[from:len(e.steps):len(e.steps)]
	e.Layers = append(e.Layers, l)
	total := l.Cost.Times(k.Times)
	e.Total.Add(&total)
	time := l.Timing.Total * float64(k.Times)
	e.Latency.SpeedOfLight += l.SpeedOfLight * float64(k.Times)
	e.spent += time
	e.BoundShare[l.Bound] += time
}

// finish turns times per bound into shares, finds the weakest figure used and says which types run as others.
func (e *Estimate) finish(m *Machine) {
	if m.tuning != nil {
		e.expect(m)
	}
	if t := e.spent; t > 0 {
		for b := range e.BoundShare {
			e.BoundShare[b] /= t
		}
	}
	e.Weakest = &m.Device.DRAM().Bandwidth
	var seen [cost.NumEngines][numTypes]bool
	for i := range e.Layers {
		for eng := range e.Layers[i].Cost.Work {
			w := &e.Layers[i].Cost.Work[eng]
			if w.Ops == 0 || seen[eng][w.Type] {
				continue
			}
			seen[eng][w.Type] = true
			p, ok := m.Device.Peak(cost.Engine(eng), w.Type)
			if ok && weaker(&p.Rate, e.Weakest) {
				e.Weakest = &p.Rate
			}
			if ok && cost.Engine(eng) == cost.Matrix && p.Type != w.Type && p.Type.Bits() != w.Type.Bits() {
				e.Warnings = append(e.Warnings, fmt.Sprintf("%s has no %s peak: that work is taken at the rate of %s", m.Device.ID, w.Type.Short(), p.Type.Short()))
			}
		}
	}
}

// expect sets the expected latency and its interval, and says what they rest on.
func (e *Estimate) expect(m *Machine) {
	t := m.tuning
	launches := 0.0
	for i := range e.Layers {
		launches += float64(e.Layers[i].Times)
	}
	device := e.spent
	e.spent = t.Values.Whole(device, launches)
	e.BoundShare[Overhead] += e.spent - device
	if each := t.Values[params.Dispatch]; t.hostBound(device, launches) {
		e.Warnings = append(e.Warnings, fmt.Sprintf("the host sets the pace: it takes %.3g ms to issue %.0f kernels at %.3g µs each, which keep the device busy for %.3g ms; hosts differ, and the interval is wider for it", 1e3*each*launches, launches, 1e6*each, 1e3*device))
	}
	e.Latency = t.latency(e.Latency.SpeedOfLight, device, launches)
	e.Tuning = t
	e.Fusion = "runtime"
	e.Warnings = append(e.Warnings, t.Notes()...)
}

func weaker(a, b *hwprofiles.Quantity) bool {
	return a.Source != nil && (b.Source == nil || a.Source.Kind > b.Source.Kind)
}

// heaviest is the type of most of the matrix work, of the other work where there is none.
func heaviest(layers []Layer) dtype.Type {
	for e := range cost.NumEngines {
		var ops [numTypes]int64
		best := dtype.Undefined
		for i := range layers {
			w := layers[i].Cost.Work[e]
			ops[w.Type] += w.Ops
			if w.Ops > 0 && ops[w.Type] > ops[best] {
				best = w.Type
			}
		}
		if best != dtype.Undefined {
			return best
		}
	}
	return dtype.Undefined
}

func mainEngine(c *cost.Cost) cost.Engine {
	for e := range c.Work {
		if c.Work[e].Ops > 0 {
			return cost.Engine(e)
		}
	}
	return cost.Vector
}

// coverage counts the steps whose operators are known.
func coverage(res *infer.Result) Coverage {
	var c Coverage
	var unknown map[string]int
	for i := range res.Steps {
		s := &res.Steps[i]
		if s.Times == 0 {
			continue
		}
		c.Nodes++
		if !s.Unknown {
			c.Known++
			continue
		}
		if unknown == nil {
			unknown = make(map[string]int)
		}
		unknown[s.Node.Op.String()]++
	}
	for op, n := range unknown {
		c.UnknownOps = append(c.UnknownOps, fmt.Sprintf("%s x%d", op, n))
	}
	sort.Strings(c.UnknownOps)
	return c
}
