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
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A Job is one model under one binding.
type Job struct {
	Plan     *infer.Plan
	Bindings infer.Bindings
}

// A Cell is the outcome of one job on one device.
type Cell struct {
	Batch       int64
	Reads       Reading
	Precision   dtype.Type // of the matrix work, int4 and fp4 by their weights
	Asked       dtype.Type // the precision asked for; Undefined for the model's own
	Ran         dtype.Type // what the device or the runtime makes of Precision, such as TF32
	MACs, FLOPs int64
	Params      int64
	Latency     Latency
	Spent       Spent // what the best latency known is spent on
	MemoryBytes int64
	UsableBytes int64 // as Estimate.UsableBytes
	Room        Room  // MemoryBytes in UsableBytes
	Coverage    Coverage
	Notes       []note.Note // on the model and its precision; Tuning has those on the expected latency
	Tuning      *Tuning     // what the expected latency rests on; nil without one
	Err         error       // why there is no outcome
}

// Throughput returns samples per second, 0 where there is no outcome.
func (c *Cell) Throughput() float64 {
	if c.Err != nil || c.Latency.Best() <= 0 {
		return 0
	}
	return float64(max(c.Batch, 1)) / c.Latency.Best()
}

// Grid estimates every job on every device: cell [i][j] is job i on device j.
// A job is inferred and lowered once for all devices; jobs are spread over the
// processors, and jobs of one plan that follow each other share their storage.
// A job or device that fails has Err in its cells. Grid itself fails only when ctx is done.
func Grid(ctx context.Context, jobs []Job, devices []*hwprofiles.Device, opt Options) ([][]Cell, error) {
	targets := make([]target, len(devices))
	errs := make([]error, len(devices))
	for i, d := range devices {
		targets[i], errs[i] = opt.target(d)
	}
	cells := make([][]Cell, len(jobs))
	for i := range cells {
		cells[i] = make([]Cell, len(devices))
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			g := gridWorker{targets: targets, errs: errs, opt: &opt, machines: make([]*Machine, len(targets))}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) {
					return
				}
				g.run(&jobs[i], cells[i])
			}
		})
	}
	workers.Wait()
	return cells, ctx.Err()
}

// A gridWorker runs one job after another on all targets.
type gridWorker struct {
	targets  []target
	errs     []error // by target: why it has no outcome
	opt      *Options
	session  session
	res      *infer.Result
	machines []*Machine // by target: that of the job before, which serves while the network is the same
	// What holds for the result on every machine.
	covered Coverage
	notes   []note.Note
	// The memory that the result takes on the machine before, if any.
	occupied      bool
	stored        storage
	params, bytes int64
}

// A storage is what a model's memory depends on: how it is lowered and what bits it is stored in.
type storage struct {
	recipe        lower.Recipe
	acts, weights int
}

func (g *gridWorker) run(job *Job, cells []Cell) {
	for i := range cells {
		cells[i].Asked = g.opt.Precision
	}
	res, err := job.Plan.Run(job.Bindings, g.res)
	if err == nil {
		err = g.session.open(res, g.opt)
	}
	if err != nil {
		g.res = nil
		for i := range cells {
			cells[i].Err = err
		}
		return
	}
	g.res, g.occupied = res, false
	g.covered = res.Coverage()
	g.notes = modelNotes(nil, res, &g.covered)
	for i := range g.targets {
		m, err := g.machines[i], g.errs[i]
		if err == nil {
			m, err = g.session.machine(&g.targets[i], m)
		}
		if err != nil {
			cells[i].Err = err
			continue
		}
		g.machines[i] = m
		g.occupy(storage{g.session.recipe, m.precision.acts, m.precision.weights}, &m.precision)
		g.cell(&cells[i], m)
	}
}

// occupy finds the memory that the result takes at a precision, unless it took the same on the machine before.
func (g *gridWorker) occupy(how storage, p *precision) {
	if g.occupied && g.stored == how {
		return
	}
	var bytes int64
	g.params, bytes = weights(g.res.Plan.Model, p)
	peak, _ := g.session.foot.peak(&g.session.lower.Flow, p)
	g.bytes = bytes + peak
	g.stored, g.occupied = how, true
}

// cell fills in the outcome of the result on a machine.
func (g *gridWorker) cell(c *Cell, m *Machine) {
	s := &g.session
	work := m.precision.work(cost.Matrix, s.own)
	*c = Cell{
		Batch: g.res.Batch, Reads: Read(g.res), Precision: m.precision.label(work), Asked: m.precision.asked,
		Ran: m.ran(work), MACs: s.macs, FLOPs: s.flops,
		Params: g.params, MemoryBytes: g.bytes, Coverage: g.covered, Notes: g.notes, Tuning: m.tuning,
	}
	if more := m.precision.notes; len(more) > 0 {
		c.Notes = append(slices.Clip(c.Notes), more...)
	}
	c.UsableBytes, c.Room = m.usable, room(c.MemoryBytes, m.usable)
	c.Notes = m.boundNote(c.Notes, s.opt)
	c.Latency, c.Spent = m.Total(s.kernels)
	if c.Latency.SpeedOfLight > maxSeconds {
		c.Err = cmp.Or(m.check(s.kernels), errors.New("the time overflows"))
	}
}

// maxSeconds is above any real latency: three hundred years. What is above it met a rate that is missing.
const maxSeconds = 1e10
