package roofline

import (
	"cmp"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// Options say how a model is to be run.
type Options struct {
	Precision dtype.Type  // Undefined: the model's own
	Fusion    lower.Level // the zero Level is Full
	Causal    bool        // attention is causal: the scores above the diagonal are not computed
	Threads   int         // of a CPU; 0: as many as the runtime takes, which are all unless its profile says
	Transfers bool        // inputs and outputs are copied between the host and a device that is no CPU
	Outside   float64     // seconds before and after each inference, such as resizing and NMS: part of its latency
	Tuner     *Tuner      // nil: the speed of light only, fused by Fusion
	// Change changes each kernel after lowering, for questions about a network that nobody has built; nil: none changes.
	Change func(*infer.Result, *kernel.Kernel)
	// Like is the fingerprint of the network that this one is a variant of, whose measurements hold for it; "": its own.
	Like string
}

// Run estimates an inferred model on a device.
func Run(res *infer.Result, dev *hwprofiles.Device, opt Options) (*Estimate, error) {
	s, e := new(session), new(Estimate)
	m, err := s.prepare(res, dev, &opt)
	if err != nil {
		return nil, err
	}
	s.estimate(m, e)
	e.Frames, err = inFlight(res, dev, opt, e.Tuning)
	return e, err
}

// inFlight returns how often batches come out where the runtime that a tuning is of has several in flight, else nil.
func inFlight(res *infer.Result, dev *hwprofiles.Device, opt Options, of *Tuning) (*Frames, error) {
	if of == nil || of.Runtime.Frames(dev.Class) == nil {
		return nil, nil
	}
	tuner := *opt.Tuner
	tuner.Runtime, tuner.Namesakes = of.Runtime.Frames(dev.Class), nil
	opt.Tuner, opt.Outside = &tuner, 0
	s, e := new(session), new(Estimate)
	m, err := s.prepare(res, dev, &opt)
	if err != nil {
		return nil, err
	}
	s.estimate(m, e)
	return &Frames{e.Latency, e.Tuning}, nil
}

// Kernels returns the kernels of an inferred model, what they cost and what memory the model takes, without a device:
// Device is nil, and all times are 0. It takes a precision as a device does that has every type.
func Kernels(res *infer.Result, opt Options) (*Estimate, error) {
	s, e := new(session), new(Estimate)
	if err := s.open(res, &opt); err != nil {
		return nil, err
	}
	p, err := precisionOf(nil, nil, opt.Precision)
	if err != nil {
		return nil, err
	}
	runtime, recipe, err := opt.recipe(nil)
	if err != nil {
		return nil, err
	}
	s.lowerBy(recipe)
	s.describe(&p, runtime != nil, e)
	return e, nil
}

// estimate estimates the result that was prepared on a machine into e, whose storage is reused.
func (s *session) estimate(m *Machine, e *Estimate) {
	work := s.describe(&m.precision, m.tuning != nil, e)
	e.Device, e.Tuning, e.Ran = m.device, m.tuning, m.ran(work)
	e.TakenBytes = m.taken
	e.Room, e.UsableBytes = m.fit(e.WeightBytes, e.PeakActivationBytes)
	e.Notes = m.boundNote(e.Notes, s.opt)
	e.timeLayers(s.kernels, m, s.copied(m))
	e.Notes = m.besideNotes(e.Notes, e.WeightBytes, e.PeakActivationBytes, s.kernels)
	e.Outside = s.opt.Outside
	e.Latency.add(e.Outside)
	e.Notes = s.opt.outsideNote(e.Notes)
	e.finish(m)
}

// describe fills e with all that no device changes at a precision: the kernels, their cost and the model's memory. It
// returns the type of most of the work.
func (s *session) describe(p *precision, runtime bool, e *Estimate) (work dtype.Type) {
	layers, notes, steps, alive := e.Layers[:0], e.Notes[:0], e.steps[:0], e.Alive[:0]
	*e = Estimate{
		Model: s.res.Plan.Model.Name, Inferred: s.res, Fusion: s.opt.Fusion.String(), Batch: s.res.Batch,
		Layers: layers, Notes: notes, steps: steps, Alive: slices.Grow(alive, len(s.res.Steps))[:len(s.res.Steps)],
	}
	if runtime {
		e.Fusion = "runtime"
	}
	e.Coverage = s.res.Coverage()
	e.Notes = modelNotes(e.Notes, s.res, &e.Coverage)
	if e.ConstantMACs, e.ConstantFLOPs = constants(s.res, s.macs, s.flops); e.ConstantMACs > 0 {
		e.Notes = append(e.Notes, note.New(note.ConstantWork, e.ConstantMACs))
	}
	e.Notes = append(e.Notes, p.notes...)
	if s.opt.Causal {
		e.Notes = append(e.Notes, note.New(note.CausalAttention, s.causal))
	}
	e.Layers = slices.Grow(e.Layers, len(s.kernels))
	for i := range s.kernels {
		e.addLayer(&s.kernels[i], p, s.res)
	}
	work = cmp.Or(heaviest(e.Layers), p.matrix, dtype.Float32)
	e.Asked, e.Precision, e.Ran = p.asked, p.label(work), p.label(work)
	e.Params, e.WeightBytes = weights(s.res.Plan.Model, p)
	e.PeakActivationBytes, e.CacheBytes = s.foot.peak(s.lower.Flow, p, e.Alive)
	e.MemoryBytes = e.WeightBytes + e.PeakActivationBytes
	return work
}

// constants returns the work of constant expressions: what the graph's nodes count beyond its kernels, since fusion
// leaves work as it is.
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

// addLayer appends a kernel at a precision, without times.
func (e *Estimate) addLayer(k *kernel.Kernel, p *precision, res *infer.Result) {
	l := Layer{Kernel: *k, Module: moduleOf(res, k)}
	l.Cost = p.cost(k)
	l.Type = p.work(mainEngine(&k.Cost), k.Type)
	from := len(e.steps) // a layer outlives the lowering that made its kernel: the steps are copied
	e.steps = append(e.steps, k.Steps...)
	l.Steps = e.steps[from:len(e.steps):len(e.steps)]
	e.Layers = append(e.Layers, l)
	total := l.Cost.Times(k.Times)
	e.Total.Add(&total)
}

// finish finds the weakest figure used, and says what the latency rests on and which types run as others.
func (e *Estimate) finish(m *Machine) {
	if t := m.tuning; t != nil {
		if s := &e.Spent; s.hostBound() {
			e.Notes = append(e.Notes, s.hostNote(t))
		}
		e.Notes = append(e.Notes, t.Notes()...)
	}
	e.Weakest = &m.device.DRAM().Bandwidth
	var seen [cost.NumEngines][numTypes]bool
	for i := range e.Layers {
		for eng := range e.Layers[i].Cost.Work {
			w := &e.Layers[i].Cost.Work[eng]
			if w.Ops == 0 || seen[eng][w.Type] {
				continue
			}
			seen[eng][w.Type] = true
			p, ok := m.device.Peak(cost.Engine(eng), w.Type)
			if !ok {
				p = m.rates[eng][w.Type].peak
				ok = p != nil
			}
			if ok && weaker(&p.Rate, e.Weakest) {
				e.Weakest = &p.Rate
			}
			if ok && cost.Engine(eng) == cost.Matrix && p.Type != w.Type && p.Type.Bits() != w.Type.Bits() {
				e.Notes = append(e.Notes, note.New(note.PeakMissing, m.device.ID, w.Type.Short(), p.Type.Short()))
			}
		}
	}
}

// weaker reports whether the source of a is weaker than that of b.
func weaker(a, b *hwprofiles.Quantity) bool {
	return a.Source != nil && (b.Source == nil || a.Source.Kind > b.Source.Kind)
}

// heaviest returns the type of most of the matrix work, of the other work where there is none, and Undefined where
// nothing is computed.
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

// mainEngine returns the first engine that work is of, the vector unit where there is none.
func mainEngine(c *cost.Cost) cost.Engine {
	for e := range c.Work {
		if c.Work[e].Ops > 0 {
			return cost.Engine(e)
		}
	}
	return cost.Vector
}
