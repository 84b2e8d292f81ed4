package roofline

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A Change is a way to make a model cheaper.
type Change struct {
	What string                    // such as "batch 1" or "fp16"
	Run  func() (*Estimate, error) // estimates with the change
}

// sizeSteps lists the fractions of an image's side worth trying, and sideMultiple
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
	for _, t := range Narrower(dev, opt.Precision) {
		o := opt
		o.Precision = t
		out = append(out, Change{"precision " + t.Short(), run(b, o)})
	}
	for _, size := range SmallerImages(plan, b) {
		if s, err := SizeBindings(plan, b, size.Height, size.Width); err == nil {
			out = append(out, Change{size.What, run(s, opt)})
		}
	}
	return out
}

// Narrower returns the precisions of a device that are worth trying where a model is too slow, other than one.
func Narrower(dev *hwprofiles.Device, other dtype.Type) (out []dtype.Type) {
	have := Runs(dev)
	for _, row := range precisionRows {
		if row.narrower && slices.Contains(have, row.want) && row.want != other {
			out = append(out, row.want)
		}
	}
	return out
}

// An ImageSize is a size of images that is worth trying.
type ImageSize struct {
	What          string // such as size 480x480
	Height, Width int64  // in pixels
}

// SmallerImages returns smaller sizes of a model's image input; none if there is none or its size is free.
func SmallerImages(plan *infer.Plan, b infer.Bindings) (out []ImageSize) {
	height, width := ImageExtent(plan, b)
	for _, f := range sizeSteps {
		if h, w := shrink(height, f), shrink(width, f); h > 0 && w > 0 {
			out = append(out, ImageSize{fmt.Sprintf("size %dx%d", h, w), h, w})
		}
	}
	return out
}

// shrink returns a side times a fraction, down to a multiple of 32; 0 if nothing is left.
func shrink(side int64, f float64) int64 {
	return int64(float64(side)*f) / sideMultiple * sideMultiple
}

// ImageExtent returns the height and width of the first image input, 0 if there is none or they are free.
func ImageExtent(plan *infer.Plan, b infer.Bindings) (height, width int64) {
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
