package roofline

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A Budget is what a model may use; a zero limit is none. The device's memory always is one.
type Budget struct {
	Latency float64 // seconds for one inference of the whole batch
	FPS     float64 // samples per second at least
	Memory  int64   // bytes
}

// Fits reports whether an estimate is within the budget.
func (b Budget) Fits(e *Estimate) bool {
	latency, memory := b.Over(e)
	return latency <= 0 && memory <= 0 && e.FitsMemory
}

// Over is by how much an estimate exceeds the budget, in seconds and bytes; negative where it is within, 0 where there is no limit.
func (b Budget) Over(e *Estimate) (seconds float64, bytes int64) {
	limit := b.limit(e)
	if !math.IsInf(limit, 1) {
		seconds = e.Latency.Best() - limit
	}
	if b.Memory > 0 {
		bytes = e.MemoryBytes - b.Memory
	}
	return seconds, bytes
}

// limit is the largest latency allowed, in seconds.
func (b Budget) limit(e *Estimate) float64 {
	limit := math.Inf(1)
	if b.Latency > 0 {
		limit = b.Latency
	}
	if b.FPS > 0 {
		limit = min(limit, float64(max(e.Batch, 1))/b.FPS)
	}
	return limit
}

// A Change is a way to make a model cheaper.
type Change struct {
	What string // such as "batch 1" or "fp16"
	Run  func() (*Estimate, error)
}

// A Candidate is a model that may be picked, and what could be changed about it.
type Candidate struct {
	Estimate *Estimate
	Changes  []Change // tried in order if it does not fit
}

// A Choice is the verdict on one candidate.
type Choice struct {
	Estimate    *Estimate
	Fits        bool
	OverSeconds float64   // latency over the budget, positive where it does not fit
	OverBytes   int64     // memory over the budget or the device, positive where it does not fit
	Remedy      string    // the first change that makes it fit, "" if none does
	Remedied    *Estimate // with that change
}

// Pick ranks candidates: those that fit before those that do not, the one with
// the most multiply-adds first since it is likely the most capable, then the faster; those that do not fit by how far they are off.
func Pick(candidates []Candidate, b Budget) []Choice {
	choices := make([]Choice, len(candidates))
	for i, c := range candidates {
		choices[i] = judge(c, b)
	}
	sort.SliceStable(choices, func(i, j int) bool { return better(&choices[i], &choices[j]) })
	return choices
}

func judge(c Candidate, b Budget) Choice {
	out := Choice{Estimate: c.Estimate, Fits: b.Fits(c.Estimate)}
	out.OverSeconds, out.OverBytes = b.Over(c.Estimate)
	if !c.Estimate.FitsMemory {
		out.OverBytes = max(out.OverBytes, c.Estimate.MemoryBytes-int64(c.Estimate.Device.DRAM().Capacity.Value))
	}
	if out.Fits {
		return out
	}
	for _, change := range c.Changes {
		if e, err := change.Run(); err == nil && b.Fits(e) {
			out.Remedy, out.Remedied = change.What, e
			break
		}
	}
	return out
}

func better(a, b *Choice) bool {
	if a.Fits != b.Fits {
		return a.Fits
	}
	if !a.Fits {
		return a.Estimate.Latency.Best() < b.Estimate.Latency.Best()
	}
	if a.Estimate.MACs() != b.Estimate.MACs() {
		return a.Estimate.MACs() > b.Estimate.MACs()
	}
	return a.Estimate.Latency.Best() < b.Estimate.Latency.Best()
}

// narrower lists the precisions worth trying, widest first.
var narrower = []dtype.Type{dtype.TF32, dtype.BFloat16, dtype.Float16, dtype.Float8E4M3FN, dtype.Int8}

// sizeSteps are the fractions of an image's side worth trying, and sideMultiple
// what detectors' strides need a side to be a multiple of, in pixels.
var sizeSteps = []float64{0.75, 0.5, 0.375, 0.25}

const sideMultiple = 32

// Changes lists what could make a model fit: a batch of one, the narrower
// precisions that the device has, then smaller images at its own precision.
func Changes(plan *infer.Plan, b infer.Bindings, dev *hwprofiles.Device, opt Options) []Change {
	run := func(b infer.Bindings, opt Options) func() (*Estimate, error) {
		return func() (*Estimate, error) {
			res, err := plan.Run(b, nil)
			if err != nil {
				return nil, err
			}
			return Run(res, dev, opt)
		}
	}
	var out []Change
	if b.Batch > 1 {
		one := b
		one.Batch = 1
		out = append(out, Change{"batch 1", run(one, opt)})
	}
	for _, t := range narrower {
		if slices.Contains(Runs(dev), t) && t != opt.Precision {
			o := opt
			o.Precision = t
			out = append(out, Change{"precision " + t.Short(), run(b, o)})
		}
	}
	height, width := imageSize(plan, b)
	for _, f := range sizeSteps {
		h, w := shrink(height, f), shrink(width, f)
		if h == 0 || w == 0 {
			continue
		}
		if s, err := SizeBindings(plan, b, h, w); err == nil {
			out = append(out, Change{fmt.Sprintf("size %dx%d", h, w), run(s, opt)})
		}
	}
	return out
}

// shrink is a side times a fraction, down to a multiple of 32; 0 if nothing is left.
func shrink(side int64, f float64) int64 {
	return int64(float64(side)*f) / sideMultiple * sideMultiple
}

// imageSize is the height and width of the first image input, 0 if there is none or they are free.
func imageSize(plan *infer.Plan, b infer.Bindings) (height, width int64) {
	for _, id := range plan.Model.Main.Inputs {
		t := &plan.Model.Tensors[id]
		if t.Decl == nil || len(t.Decl.Dims) != 4 {
			continue
		}
		shape := b.Shapes[t.Name]
		if len(shape) != 4 {
			shape = graph.Shape{fixed(t.Decl.Dims[0]), fixed(t.Decl.Dims[1]), fixed(t.Decl.Dims[2]), fixed(t.Decl.Dims[3])}
		}
		if channels(t.Decl.Dims[1]) {
			return shape[2], shape[3]
		}
		if channels(t.Decl.Dims[3]) {
			return shape[1], shape[2]
		}
	}
	return 0, 0
}
