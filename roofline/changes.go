package roofline

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A Change is a way to make a model cheaper.
type Change struct {
	What string // such as "batch 1" or "fp16"
	Run  func() (*Estimate, error)
}

// sizeSteps are the fractions of an image's side worth trying, and sideMultiple
// what detectors' strides need a side to be a multiple of, in pixels.
var sizeSteps = []float64{0.75, 0.5, 0.375, 0.25}

const sideMultiple = 32

// Changes lists what could make a model fit: a batch of one, the narrower
// precisions that the device has, then smaller images at its own precision. Without a plan or a device there is nothing
// to change.
func Changes(plan *infer.Plan, b infer.Bindings, dev *hwprofiles.Device, opt Options) []Change {
	if plan == nil || dev == nil {
		return nil
	}
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
	for _, row := range precisionRows {
		if t := row.want; row.narrower && slices.Contains(Runs(dev), t) && t != opt.Precision {
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

// shrink returns a side times a fraction, down to a multiple of 32; 0 if nothing is left.
func shrink(side int64, f float64) int64 {
	return int64(float64(side)*f) / sideMultiple * sideMultiple
}

// imageSize returns the height and width of the first image input, 0 if there is none or they are free.
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
