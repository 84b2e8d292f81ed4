package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var poolSpecs = []Spec{
	{Op: onnx("MaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum over a sliding window", MinIn: 1, Infer: inferPool,
		Work: poolWork(1, 0)},
	{Op: onnx("AveragePool"), Since: 1, Kind: AveragePool, Doc: "mean over a sliding window", MinIn: 1,
		Infer: inferPool, Work: poolWork(1, 0)},
	{Op: onnx("LpPool"), Since: 1, Kind: OtherPool, Doc: "p-norm over a sliding window", MinIn: 1, Infer: inferPool,
		Work: poolWork(2, 1)},
	{Op: onnx("GlobalAveragePool"), Since: 1, Kind: GlobalAveragePool, Doc: "mean over all spatial positions",
		MinIn: 1, Infer: inferGlobalPool, Work: perInput(1)},
	{Op: onnx("GlobalMaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum over all spatial positions", MinIn: 1,
		Infer: inferGlobalPool, Work: perInput(1)},
	{Op: onnx("GlobalLpPool"), Since: 1, Kind: OtherPool, Doc: "p-norm over all spatial positions", MinIn: 1,
		Infer: inferGlobalPool, Work: perInput(2)},
	{Op: onnx("MaxUnpool"), Since: 9, Kind: Move, Doc: "scatter pooled values back to their positions", MinIn: 2,
		Infer: inferUnpool},
	{Op: onnx("MaxRoiPool"), Since: 1, Kind: RegionPool, Doc: "maximum pool over regions of interest", MinIn: 2,
		Infer: inferMaxRoiPool, Work: perInput(1)},
	{Op: onnx("RoiAlign"), Since: 10, Kind: RegionPool, Doc: "bilinear samples of regions of interest, pooled",
		MinIn: 3, Infer: inferRoiAlign, Work: roiAlignWork},
}

// inferPool sets the output of a pool, and MaxPool's indices of the same shape.
func inferPool(c *Call) error {
	out, err := poolShape(c, c.Shape(0))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), out...)
	c.SetOut(1, dtype.Int64, out...) // MaxPool's indices
	return nil
}

// poolShape returns the output shape of a pool over a channels-first input.
func poolShape(c *Call, in graph.Shape) (graph.Shape, error) {
	if len(in) < 3 {
		return nil, fmt.Errorf("a pool over %v: expected [batch, channels, …]", in)
	}
	w, err := newWindow(c, nil, len(in)-2)
	if err != nil {
		return nil, err
	}
	out := append(c.NewShape(len(in))[:0], in...)
	for i := range w.kernel {
		if out[2+i], err = w.out(i, in[2+i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// poolWork returns vector operations a tap of the window and special ones an output element.
func poolWork(perTap, perOut int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		n := OutElems(c, 0)
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(perTap, sat.Mul(n, graph.Shape(c.Ints("kernel_shape")).Elems())))
		if perOut > 0 {
			k.AddWork(cost.Special, c.Type(0), sat.Mul(perOut, n))
		}
	}
}

// inferGlobalPool sets an output [batch, channels, 1, …].
func inferGlobalPool(c *Call) error {
	in := c.Shape(0)
	if len(in) < 2 {
		return fmt.Errorf("a global pool over %v: expected [batch, channels, …]", in)
	}
	out := append(c.NewShape(len(in))[:0], in[:2]...)
	for range in[2:] {
		out = append(out, 1)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferUnpool sets the output of MaxUnpool: the shape of input 2, or that which the window came
// from.
func inferUnpool(c *Call) error {
	in := c.Shape(0)
	if v := c.Value(2); v != nil {
		c.SetOut(0, c.Type(0), v.Ints...)
		return nil
	}
	if c.Has(2) { // the shape is run-time data
		return inferUntold(c)
	}
	w, err := newWindow(c, nil, len(in)-2)
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(in))[:0], in...)
	for i := range w.kernel {
		out[2+i] = w.inverse(i, in[2+i], 0)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferMaxRoiPool sets one [channels, height, width] for each region; the size is pooled_shape.
func inferMaxRoiPool(c *Call) error {
	in, size := c.Shape(0), c.Ints("pooled_shape")
	if len(in) != 4 || len(size) != 2 || c.Rank(1) != 2 {
		return fmt.Errorf("MaxRoiPool takes [batch, channels, height, width], [rois, 5] and a pooled_shape of 2")
	}
	c.SetOut(0, c.Type(0), c.Shape(1)[0], in[1], size[0], size[1])
	return nil
}

// inferRoiAlign sets one [channels, output_height, output_width] for each region.
func inferRoiAlign(c *Call) error {
	in := c.Shape(0)
	if len(in) != 4 || c.Rank(1) != 2 {
		return fmt.Errorf("RoiAlign takes [batch, channels, height, width] and [rois, 4], got %v and %v", in, c.Shape(1))
	}
	c.SetOut(0, c.Type(0), c.Shape(1)[0], in[1], c.Int("output_height", 1), c.Int("output_width", 1))
	return nil
}

// roiAlignWork counts work: each output averages ratio^2 bilinear samples of 7 operations. A ratio of 0 adapts to
// the region's size, which is run-time data; 2 is what detectors are trained with.
func roiAlignWork(c *Call, k *cost.Cost) {
	ratio := c.Int("sampling_ratio", 0)
	if ratio <= 0 {
		ratio = 2
	}
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(8*sat.Mul(ratio, ratio), OutElems(c, 0)))
}
