package roofline

import (
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
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
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
	Precision   dtype.Type // of the matrix work, int4 and fp4 by their weights
	Asked       dtype.Type // the precision asked for; Undefined for the model's own
	Ran         dtype.Type // what the device or the runtime makes of Precision, such as TF32
	MACs, FLOPs int64
	Params      int64
	Latency     Latency
	BoundShare  [NumBounds]float64
	MemoryBytes int64
	FitsMemory  bool
	Coverage    Coverage
	Warnings    []string // about the model and its precision
	Tuning      *Tuning  // what the expected latency rests on; nil without one
	Err         error    // why there is no outcome
}

// Throughput is samples per second, 0 where there is no outcome.
func (c *Cell) Throughput() float64 {
	if c.Err != nil || c.Latency.Best() <= 0 {
		return 0
	}
	return float64(max(c.Batch, 1)) / c.Latency.Best()
}

// Bound is what most of the time is spent on.
func (c *Cell) Bound() Bound {
	best := Compute
	for b := range NumBounds {
		if c.BoundShare[b] > c.BoundShare[best] {
			best = b
		}
	}
	return best
}

// Grid estimates every job on every device: cell [i][j] is job i on device j.
// A job is inferred and lowered once for all devices; jobs are spread over the
// processors, and jobs of one plan that follow each other share their storage.
// A job or device that fails has Err in its cells. Grid itself fails only when ctx is done.
func Grid(ctx context.Context, jobs []Job, devices []*hwprofiles.Device, opt Options) ([][]Cell, error) {
	machines := make([]*Machine, len(devices))
	errs := make([]error, len(devices))
	for i, d := range devices {
		machines[i], errs[i] = NewMachine(d, opt.Precision)
	}
	cells := make([][]Cell, len(jobs))
	for i := range cells {
		cells[i] = make([]Cell, len(devices))
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			g := gridWorker{machines: own(machines, opt.Tuner != nil), errs: errs, opt: opt}
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

// own are copies of the machines where they are going to be tuned, so that workers do not share them.
func own(machines []*Machine, tuned bool) []*Machine {
	if !tuned {
		return machines
	}
	out := make([]*Machine, len(machines))
	for i, m := range machines {
		if m != nil {
			c := *m
			out[i] = &c
		}
	}
	return out
}

type gridWorker struct {
	machines []*Machine
	errs     []error
	opt      Options
	session  Session
	res      *infer.Result
	// What the machine before was given for this result.
	kernels []kernel.Kernel
	recipe  lower.Recipe
	own     dtype.Type
	last    *Precision
	params  int64
	memory  int64
	// What holds on every machine.
	covered  Coverage
	warnings []string
}

func (g *gridWorker) run(job *Job, cells []Cell) {
	for i := range cells {
		cells[i].Asked = g.opt.Precision
	}
	res, err := job.Plan.Run(job.Bindings, g.res)
	if err != nil {
		g.res = nil
		for i := range cells {
			cells[i].Err = err
		}
		return
	}
	g.res = res
	var of subject
	if g.opt.Tuner != nil {
		of = g.session.subject(res)
	}
	g.kernels, g.last = nil, nil
	g.covered, g.warnings = coverage(res), note.Texts(res.Notes)
	for i, m := range g.machines {
		err := g.errs[i]
		if err == nil && g.opt.Tuner != nil {
			err = m.adopt(g.opt.Tuner, of)
		}
		if err != nil {
			cells[i].Err = err
			continue
		}
		g.lower(m)
		g.cell(&cells[i], m)
	}
}

// lower makes the kernels of a machine, and the memory that they take, unless those of the machine before are the same.
func (g *gridWorker) lower(m *Machine) {
	if r := g.opt.recipe(m); g.kernels == nil || r != g.recipe {
		g.kernels, _ = g.session.kernels(g.res, m, g.opt)
		g.recipe, g.last = r, nil
		g.own = mostOf(g.kernels)
	}
	if g.last == nil || g.last.acts != m.Precision.acts || g.last.weights != m.Precision.weights {
		var bytes int64
		g.params, bytes = weights(g.res.Plan.Model, &m.Precision)
		g.last, g.memory = &m.Precision, bytes+g.session.foot.peak(&g.session.lower.Flow, &m.Precision)
	}
}

func (g *gridWorker) cell(c *Cell, m *Machine) {
	*c = Cell{Batch: g.res.Batch, Asked: g.opt.Precision, MACs: g.session.macs, FLOPs: g.session.flops, Params: g.params, MemoryBytes: g.memory, Coverage: g.covered, Warnings: g.warnings, Tuning: m.tuning}
	c.Precision, c.Ran = m.types(m.Precision.work(cost.Matrix, g.own))
	if n := m.Precision.Note; n != "" {
		c.Warnings = append(slices.Clip(c.Warnings), n)
	}
	capacity := m.Device.DRAM().Capacity.Value
	c.FitsMemory = capacity == 0 || float64(c.MemoryBytes) <= capacity
	c.Latency, c.BoundShare = m.Total(g.kernels)
	if c.Latency.SpeedOfLight > maxSeconds {
		c.Err = m.Check(g.kernels)
		if c.Err == nil {
			c.Err = errors.New("the time overflows")
		}
	}
}

// maxSeconds is above any real latency: three hundred years. What is above it met a rate that is missing.
const maxSeconds = 1e10
