package roofline

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A Job is one model under one binding.
type Job struct {
	Plan     *infer.Plan    // of the model
	Bindings infer.Bindings // of its dimensions
}

// A Cell is the outcome of one job on one device.
type Cell struct {
	Batch       int64       // samples of an inference
	Reads       Reading     // what a sample is
	Precision   dtype.Type  // of the matrix work, int4 and fp4 by their weights
	Asked       dtype.Type  // the precision asked for; Undefined for the model's own
	Ran         dtype.Type  // what the device or the runtime makes of Precision, such as TF32
	MACs, FLOPs int64       // of the kernels, attention taken as not causal
	Whole       Whole       // sums over the graph
	Params      int64       // weights
	Latency     Latency     // of the whole batch
	Spent       Spent       // what the best latency known is spent on
	MemoryBytes int64       // weights and activations
	UsableBytes int64       // as Estimate.UsableBytes
	Room        Room        // MemoryBytes in UsableBytes
	Coverage    Coverage    // share of nodes whose cost is known
	Notes       []note.Note // on the model and its precision; Tuning has those on the expected latency
	Tuning      *Tuning     // what the expected latency rests on; nil without one
	Err         error       // why there is no outcome
}

// A Whole is what an inference of the whole graph computes and moves at a precision, as an Estimate counts it.
type Whole struct {
	MACs, FLOPs         int64 // constant expressions included
	Bytes               int64 // of traffic
	WeightBytes         int64 // as stored on the device
	PeakActivationBytes int64 // the most that is alive at once
}

// whole returns the work and the traffic of the result's kernels at a precision, and of what is constant.
func (s *session) whole(p *precision) (w Whole) {
	w.MACs, w.FLOPs = constants(s.res, s.macs, s.flops)
	for i := range s.kernels {
		k := &s.kernels[i]
		b := p.traffic(k)
		w.MACs = sat.Add(w.MACs, sat.Mul(k.Cost.MACs, k.Times))
		w.FLOPs = sat.Add(w.FLOPs, sat.Mul(k.Cost.FLOPs(), k.Times))
		w.Bytes = sat.Add(w.Bytes, sat.Mul(sat.Add(sat.Add(b.read, b.written), b.weights), k.Times))
	}
	return w
}

// Throughput returns samples per second, 0 where there is no outcome.
func (c *Cell) Throughput() float64 {
	if c.Err != nil || c.Latency.Best() <= 0 {
		return 0
	}
	return float64(max(c.Batch, 1)) / c.Latency.Best()
}

// Grid estimates every job on every device: cell [i][j] is job i on device j.
// A job is inferred once for all devices and lowered once for all that want the same kernels; jobs are spread over the
// processors, and jobs of one plan that follow each other share their storage.
// A job or device that fails has Err in its cells. Grid itself fails only when ctx is done.
func Grid(ctx context.Context, jobs []Job, devices []*hwprofiles.Device, opt Options) ([][]Cell, error) {
	all := NewEvaluator(devices, opt)
	cells := make([][]Cell, len(jobs))
	for i := range cells {
		cells[i] = make([]Cell, len(devices))
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			e := all.Another()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) {
					return
				}
				e.Run(&jobs[i], cells[i])
			}
		})
	}
	workers.Wait()
	return cells, ctx.Err()
}

// An Evaluator estimates one job after another on the same devices in the same way, in storage that is reused. Two
// goroutines must not use it at once: each takes Another.
type Evaluator struct {
	targets  []target      // devices with their machines
	errs     []error       // by target: why it has no outcome
	opt      Options       // of the estimates
	session  session       // memory that is used again
	res      *infer.Result // shapes that are used again
	machines []*Machine    // by target: that of the job before, which serves while the network is the same
	// What holds for the result on every machine.
	covered Coverage
	notes   []note.Note // on the last job
	stores  []store     // that the result was found to take so far
	moves   []move      // and that its lowerings were found to move
}

// A storage is what a model's memory depends on: how its tensors flow and what bits it is stored in.
type storage struct {
	flow          *dataflow.Flow
	acts, weights int  // bits of an element
	inPlace       bool // functions of one tensor write over what they read
}

// A store is what a model takes in a storage.
type store struct {
	storage
	params      int64 // weights
	weightBytes int64 // as stored on the device
	peak        int64 // bytes of activations that are alive at once at most
}

// A move is the work and the traffic of a lowering at a precision.
type move struct {
	recipe        lower.Recipe
	acts, weights int // bits of an element
	whole         Whole
}

// NewEvaluator returns an evaluator for devices. A device that cannot run what the options ask for has Err in its
// cells.
func NewEvaluator(devices []*hwprofiles.Device, opt Options) *Evaluator {
	e := &Evaluator{targets: make([]target, len(devices)), errs: make([]error, len(devices)), opt: opt,
		machines: make([]*Machine, len(devices))}
	e.session.common = new(lower.Common)
	for i, d := range devices {
		e.targets[i], e.errs[i] = opt.target(d)
	}
	return e
}

// Another returns an evaluator as e is, with storage of its own.
func (e *Evaluator) Another() *Evaluator {
	out := &Evaluator{targets: slices.Clone(e.targets), errs: e.errs, opt: e.opt,
		machines: make([]*Machine, len(e.targets))}
	out.session.common = new(lower.Common)
	for i := range out.targets {
		t := &out.targets[i]
		t.owns, t.crews, t.rests = nil, nil, nil
	}
	return out
}

// Run estimates a job on every device: cells has one for each.
func (e *Evaluator) Run(job *Job, cells []Cell) {
	res, err := job.Plan.Run(job.Bindings, e.res)
	if err == nil {
		err = e.session.open(res, &e.opt)
	}
	if err != nil {
		e.res = nil
		for i := range cells {
			cells[i] = Cell{Asked: e.opt.Precision, Err: err}
		}
		return
	}
	e.res, e.stores, e.moves = res, e.stores[:0], e.moves[:0]
	e.covered = res.Coverage()
	e.notes = e.opt.outsideNote(modelNotes(nil, res, &e.covered))
	for i := range e.targets {
		m, err := e.machines[i], e.errs[i]
		if err == nil {
			m, err = e.session.machine(&e.targets[i], m)
		}
		if err != nil {
			cells[i] = Cell{Asked: e.opt.Precision, Err: err}
			continue
		}
		e.machines[i] = m
		e.cell(&cells[i], m)
	}
}

// store returns what the result takes at a precision.
func (e *Evaluator) store(p *precision) *store {
	s := &e.session
	how := storage{s.lower.Flow, p.acts, p.weights, p.inPlace}
	for i := range e.stores {
		if e.stores[i].storage == how {
			return &e.stores[i]
		}
	}
	out := store{storage: how}
	out.params, out.weightBytes = weights(e.res.Plan.Model, p)
	out.peak, _ = s.foot.peak(s.lower.Flow, p, nil)
	e.stores = append(e.stores, out)
	return &e.stores[len(e.stores)-1]
}

// whole returns the sums over the graph at a precision, with what the result takes.
func (e *Evaluator) whole(p *precision, takes *store) Whole {
	i := slices.IndexFunc(e.moves, func(m move) bool {
		return m.recipe == e.session.recipe && m.acts == p.acts && m.weights == p.weights
	})
	if i < 0 {
		i = len(e.moves)
		e.moves = append(e.moves, move{e.session.recipe, p.acts, p.weights, e.session.whole(p)})
	}
	w := e.moves[i].whole
	w.WeightBytes, w.PeakActivationBytes = takes.weightBytes, takes.peak
	return w
}

// cell fills in the outcome of the result on a machine.
func (e *Evaluator) cell(c *Cell, m *Machine) {
	s := &e.session
	work, takes := m.precision.work(cost.Matrix, s.own), e.store(&m.precision)
	*c = Cell{
		Batch: e.res.Batch, Reads: Read(e.res), Precision: m.precision.label(work), Asked: m.precision.asked,
		Ran: m.ran(work), MACs: s.macs, FLOPs: s.flops, Whole: e.whole(&m.precision, takes),
		Params: takes.params, MemoryBytes: takes.weightBytes + takes.peak, Coverage: e.covered, Notes: e.notes,
		Tuning: m.tuning,
	}
	if more := m.precision.notes; len(more) > 0 {
		c.Notes = append(slices.Clip(c.Notes), more...)
	}
	c.Room, c.UsableBytes = m.fit(takes.weightBytes, takes.peak)
	c.Notes = m.boundNote(c.Notes, s.opt)
	var sum tally
	s.run(m, &sum)
	if copied := s.copied(m); copied > 0 && m.tuning != nil {
		sum.slope.Add(&m.tuning.Values, m.copying(copied))
		c.Notes = append(slices.Clip(c.Notes), copiesNote(copied, &sum.slope, &m.tuning.Values))
	}
	c.Latency, c.Spent = sum.done(m.tuning)
	c.Latency.add(s.opt.Outside)
	if c.Latency.SpeedOfLight > maxSeconds {
		c.Err = cmp.Or(m.check(s.kernels), errors.New("the time overflows"))
	}
}

// maxSeconds stands above any real latency: three hundred years. What is above it met a rate that is missing.
const maxSeconds = 1e10
