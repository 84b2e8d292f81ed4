package roofline

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ridgepoint/ridgepoint/graph/infer"
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
	Latency     float64 // seconds, at the speed of light
	BoundShare  [NumBounds]float64
	MemoryBytes int64
	FitsMemory  bool
	Err         error // why there is no outcome
}

// Throughput is samples per second, 0 where there is no outcome.
func (c *Cell) Throughput() float64 {
	if c.Err != nil || c.Latency <= 0 {
		return 0
	}
	return float64(max(c.Batch, 1)) / c.Latency
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
}

func (g *gridWorker) run(job *Job, cells []Cell) {
	res, err := job.Plan.Run(job.Bindings, g.res)
	if err != nil {
		g.res = nil
		for i := range cells {
			cells[i].Err = err
		}
		return
	}
	g.res = res
	var kernels []kernel.Kernel
	lowered := false
	var recipe lower.Recipe
	var last *Machine // whose memory was computed last
	var memory int64
	for i, m := range g.machines {
		if g.errs[i] != nil {
			cells[i].Err = g.errs[i]
			continue
		}
		if g.opt.Tuner != nil {
			if err := g.session.tune(res, m, &g.opt); err != nil {
				cells[i].Err = err
				continue
			}
		}
		if r := g.opt.recipe(m); !lowered || r != recipe || g.opt.Tuner != nil {
			kernels, _ = g.session.kernels(res, m, g.opt)
			lowered, recipe, last = true, r, nil
		}
		if last == nil || last.Precision.acts != m.Precision.acts || last.Precision.weights != m.Precision.weights {
			_, weights := weights(res.Plan.Model, &m.Precision)
			last, memory = m, weights+g.session.foot.peak(&g.session.lower.Flow, &m.Precision)
		}
		g.cell(&cells[i], m, kernels, memory)
	}
}

func (g *gridWorker) cell(c *Cell, m *Machine, kernels []kernel.Kernel, memory int64) {
	c.Batch, c.MemoryBytes = g.res.Batch, memory
	capacity := m.Device.DRAM().Capacity.Value
	c.FitsMemory = capacity == 0 || float64(memory) <= capacity
	c.Latency, c.BoundShare = m.Total(kernels)
	if c.Latency > maxSeconds {
		c.Err = m.Check(kernels)
		if c.Err == nil {
			c.Err = errors.New("the time overflows")
		}
	}
}

// maxSeconds is above any real latency: three hundred years. What is above it met a rate that is missing.
const maxSeconds = 1e10
