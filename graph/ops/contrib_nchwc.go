package ops

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// nchwc names an operator of ONNX Runtime's blocked CPU layout: channels in blocks of 8 or 16, shapes as if
// channels first.
func nchwc(name string) graph.OpID {
	return graph.OpID{Domain: "com.microsoft.nchwc", Type: name}
}

var nchwcSpecs = []Spec{
	{Op: nchwc("Conv"), Since: 1, Kind: Conv, Doc: "convolution in blocked layout, residual sum and activation",
		MinIn: 2, Bias: 2, Infer: inferBlockedConv,
		Work: fusedConvWork},
	{Op: nchwc("MaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum pool in blocked layout", MinIn: 1,
		Infer: inferPool, Work: poolWork(1, 0)},
	{Op: nchwc("AveragePool"), Since: 1, Kind: AveragePool, Doc: "mean pool in blocked layout", MinIn: 1,
		Infer: inferPool, Work: poolWork(1, 0)},
	{Op: nchwc("GlobalMaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum over all positions in blocked layout",
		MinIn: 1, Infer: inferGlobalPool, Work: perInput(1)},
	{Op: nchwc("GlobalAveragePool"), Since: 1, Kind: GlobalAveragePool, Doc: "mean over all positions in blocked layout",
		MinIn: 1, Infer: inferGlobalPool, Work: perInput(1)},
	{Op: nchwc("ReorderInput"), Since: 1, Kind: Move, Doc: "into blocked layout", MinIn: 1,
		Infer: inferReorderInput},
	{Op: nchwc("ReorderOutput"), Since: 1, Kind: Move, Doc: "out of blocked layout", MinIn: 1,
		Infer: inferReorderOutput},
	{Op: nchwc("Upsample"), Since: 1, Kind: Resize, Doc: "resample by whole scales in blocked layout", MinIn: 1,
		Infer: inferBlockedUpsample, Work: resizeWork},
}

// inferBlockedConv sets the outputs: weights may be padded to whole blocks, so their channels need not match the
// input's.
func inferBlockedConv(c *Call) error {
	x, w := c.Shape(0), c.Shape(1)
	if len(x) < 3 || len(w) != len(x) {
		return c.Errorf("a blocked convolution of %v by weights %v: their ranks differ", x, w)
	}
	win, err := newWindow(c, w[2:], len(x)-2)
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(x))[:0], x...)
	out[1] = w[0]
	for i := range win.kernel {
		if out[2+i], err = win.out(i, x[2+i]); err != nil {
			return err
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferReorderInput sets the output of a copy to ONNX Runtime's blocked layout. The shape stays in
// the order of ONNX.
func inferReorderInput(c *Call) error {
	if c.Int("channels_last", 0) != 0 {
		c.SetOut(0, c.Type(0), toFirst(c, c.Shape(0))...)
		return nil
	}
	return inferSame(c)
}

// inferReorderOutput drops the padding channels and may put the channels last.
func inferReorderOutput(c *Call) error {
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	if n := c.Int("channels", 0); n > 0 && len(out) > 1 {
		out[1] = n
	}
	if c.Int("channels_last", 0) != 0 && len(out) > 2 {
		out = toLast(c, out)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferBlockedUpsample multiplies each dimension by its scale, a whole number.
func inferBlockedUpsample(c *Call) error {
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	for i, s := range c.Ints("scales") {
		if i < len(out) {
			out[i] = sat.Mul(out[i], max(s, 0))
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}
