package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var convSpecs = []Spec{
	{Op: onnx("Conv"), Since: 1, Kind: Conv, Doc: "convolution, grouped and dilated", MinIn: 2, Bias: 2,
		Infer: func(c *Call) error { return inferConv(c, c.Type(0), 0, 1) },
		Work:  func(c *Call, k *cost.Cost) { convWork(c, k, 1, c.Has(2)) }},
	{Op: onnx("ConvTranspose"), Since: 1, Kind: TransposedConv, Doc: "transposed convolution", MinIn: 2, Bias: 2,
		Infer: inferConvTranspose, Work: convTransposeWork(2)},
	{Op: onnx("DeformConv"), Since: 19, Kind: DeformableConv,
		Doc:   "deformable convolution: sampling positions are an input",
		MinIn: 3, Bias: 3,
		Infer: func(c *Call) error { return inferConv(c, c.Type(0), 0, 1) },
		Work:  deformWork},
}

// convShape returns the output shape of a convolution of x by weights of shape w.
func convShape(c *Call, x, w graph.Shape) (graph.Shape, error) {
	if len(x) < 3 || len(w) != len(x) {
		return nil, fmt.Errorf("a convolution of %v by weights %v: expected [batch, channels, …] and [out, in/group, …] of "+
			"one rank", x, w)
	}
	if g := c.Int("group", 1); g < 1 || sat.Mul(w[1], g) != x[1] && !c.upper {
		return nil, fmt.Errorf("weights %v in %d groups take %d channels, the input %v has %d", w, g,
			sat.Mul(w[1], max(g, 1)), x, x[1])
	}
	win, err := newWindow(c, w[2:], len(x)-2)
	if err != nil {
		return nil, err
	}
	out := c.NewShape(len(x))
	out[0], out[1] = x[0], w[0]
	for i := range win.kernel {
		if out[2+i], err = win.out(i, x[2+i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inferConv infers a convolution of input x by weights in input w.
func inferConv(c *Call, t dtype.Type, x, w int) error {
	out, err := convShape(c, c.Shape(x), c.Shape(w))
	if err != nil {
		return err
	}
	c.SetOut(0, t, out...)
	return nil
}

// convMACs returns output elements x input channels of a group x kernel taps: weights without their first dim.
func convMACs(out, w graph.Shape) int64 { return sat.Mul(out.Elems(), w[1:].Elems()) }

// convWork adds the matrix work of a convolution by weights in input w, and its bias.
func convWork(c *Call, k *cost.Cost, w int, bias bool) {
	k.AddMACs(c.Type(0), convMACs(c.Out(0).Shape, c.Shape(w)))
	if bias {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

// inferConvTranspose sets the output of ConvTranspose: (in - 1) x stride + window - pads, unless
// output_shape says otherwise.
func inferConvTranspose(c *Call) error {
	win, err := transposedWindow(c)
	if err != nil {
		return err
	}
	return setTransposed(c, win)
}

// transposedWindow returns the window of a transposed convolution of input 0 by weights in input 1.
func transposedWindow(c *Call) (*window, error) {
	x, w := c.Shape(0), c.Shape(1)
	if len(x) < 3 || len(w) != len(x) || w[0] != x[1] && !c.upper {
		return nil, fmt.Errorf("a transposed convolution of %v by weights %v: expected [batch, channels, …] and [channels, "+
			"out/group, …]", x, w)
	}
	return newWindow(c, w[2:], len(x)-2)
}

// setTransposed sets the output of a transposed convolution.
func setTransposed(c *Call, win *window) error {
	x, spatial := c.Shape(0), c.Rank(0)-2
	extra, err := listOf(c, "output_padding", spatial, 0)
	if err != nil {
		return err
	}
	out := c.NewShape(len(x))
	out[0], out[1] = x[0], sat.Mul(c.Shape(1)[1], c.Int("group", 1))
	for i := range spatial {
		out[2+i] = win.inverse(i, x[2+i], extra[i])
	}
	if given := c.Ints("output_shape"); len(given) >= spatial {
		copy(out[2:], given[len(given)-spatial:])
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// convTransposeWork returns the work of a transposed convolution with a bias in an input:
// every input element meets each of its output channels and taps once.
func convTransposeWork(bias int) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		x := c.Shape(0) // its channels may be a bound: the weights have them exactly
		k.AddMACs(c.Type(0), sat.Mul(sat.Mul(x[0], x[2:].Elems()), c.Shape(1).Elems()))
		if c.Has(bias) {
			k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
		}
	}
}

// deformWork adds to the convolution the bilinear sampling of every tap: 4 products and 3 sums for
// each input channel, and a mask product where there is one.
func deformWork(c *Call, k *cost.Cost) {
	convWork(c, k, 1, c.Has(3))
	out, w := c.Out(0).Shape, c.Shape(1)
	samples := sat.Mul(sat.Mul(out[0], c.Shape(0)[1]), sat.Mul(out[2:].Elems(), w[2:].Elems()))
	per := int64(7)
	if c.Has(4) {
		per++
	}
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(per, samples))
}
