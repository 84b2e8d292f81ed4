package ops

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var signalSpecs = []Spec{
	{Op: onnx("DFT"), Since: 17, Kind: Opaque, Doc: "discrete Fourier transform along an axis", MinIn: 1,
		Infer: inferDFT, Work: dftWork},
	{Op: onnx("STFT"), Since: 17, Kind: Opaque, Doc: "short-time Fourier transform", MinIn: 2, Infer: inferSTFT,
		Work: stftWork},
	{Op: onnx("MelWeightMatrix"), Since: 17, Kind: Move, Doc: "matrix from a spectrum to mel bands", MinIn: 5,
		Infer: inferMel, Type: outputDatatype, Work: perElement(cost.Vector, 4)},
	windowFunction("HannWindow", 2, 1, "Hann window: a raised cosine"),
	windowFunction("HammingWindow", 2, 1, "Hamming window: a raised cosine on a pedestal"),
	windowFunction("BlackmanWindow", 4, 2, "Blackman window: a sum of two cosines"),
}

// outputDatatype returns the type that the attribute of that name gives, float32 by default.
func outputDatatype(c *Call) dtype.Type {
	return dtype.Type(c.Int("output_datatype", int64(dtype.Float32)))
}

// windowFunction returns a row for a window of a given length: a product and a sum for each cosine.
func windowFunction(name string, vector, special int64, doc string) Spec {
	return Spec{Op: onnx(name), Since: 17, Kind: Move, Doc: doc, MinIn: 1, Type: outputDatatype,
		Infer: func(c *Call) error {
			t, err := outType(c, "output_datatype", dtype.Float32)
			if err != nil {
				return err
			}
			n := c.Value(0)
			if n == nil || n.Len() != 1 {
				return inferUntold(c)
			}
			c.SetOut(0, t, n.Int(0))
			return nil
		},
		Work: func(c *Call, k *cost.Cost) {
			k.AddWork(cost.Vector, c.Out(0).Type, sat.Mul(vector, OutElems(c, 0)))
			k.AddWork(cost.Special, c.Out(0).Type, sat.Mul(special, OutElems(c, 0)))
		}}
}

// scalarOr returns the one known integer of input i, def if the input is absent; ok is false where it is run-time data.
func scalarOr(c *Call, i int, def int64) (v int64, ok bool) {
	if !c.Has(i) {
		return def, true
	}
	return scalarValue(c, i)
}

// dftAxis returns the transformed axis: an attribute, from opset 20 an input.
func dftAxis(c *Call) (axis int, known bool, err error) {
	a, known := c.Int("axis", 1), true
	if c.Node.Version >= 20 {
		if a, known = scalarOr(c, 2, -2); !known {
			return 0, false, nil
		}
	}
	axis, err = Axis(a, c.Rank(0))
	if err == nil && axis == c.Rank(0)-1 {
		err = fmt.Errorf("axis %d is the one of real and imaginary parts", a)
	}
	return axis, true, err
}

// inferDFT sets the outputs: the axis takes the transform's length, or half of it and one if one-sided; the last axis
// becomes complex.
func inferDFT(c *Call) error {
	x := c.Shape(0)
	axis, known, err := dftAxis(c)
	if err != nil {
		return err
	}
	if !known {
		return inferUntold(c)
	}
	n, known := scalarOr(c, 1, x[axis])
	if !known {
		return inferUntold(c)
	}
	out := append(c.NewShape(len(x))[:0], x...)
	out[axis], out[len(x)-1] = n, 2
	if c.Int("onesided", 0) != 0 {
		out[axis] = n/2 + 1
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// fftOps returns the work of one complex transform of length n: 5 n log2 n, the count of
// radix-2 Cooley-Tukey (10 operations for each of n/2 log2 n butterflies); half of it for real input.
func fftOps(n int64, complexInput bool) int64 {
	if n < 2 || n > graph.MaxElems {
		return max(n, 0)
	}
	ops := int64(math.Ceil(5 * float64(n) * math.Log2(float64(n))))
	if !complexInput {
		ops /= 2
	}
	return ops
}

// dftWork counts one Fourier transform along the axis for each element of the other dimensions, by
// fftOps. The last dimension is 2 of complex data, 1 of real ones.
func dftWork(c *Call, k *cost.Cost) {
	x := c.Shape(0)
	axis, known, err := dftAxis(c)
	if err != nil || !known || x[axis] == 0 || x[len(x)-1] == 0 {
		return
	}
	n, ok := scalarOr(c, 1, x[axis])
	if !ok {
		n = x[axis]
	}
	transforms := x.Elems() / x[axis] / x[len(x)-1]
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(transforms, fftOps(n, x[len(x)-1] == 2)))
}

// stftFrame returns the length of a frame and the step between frames.
func stftFrame(c *Call) (length, step int64, known bool, err error) {
	step, stepKnown := scalarOr(c, 1, 0)
	def := int64(0)
	if x := c.Shape(0); len(x) > 1 {
		def = x[1]
	}
	if c.Has(2) && c.Rank(2) == 1 {
		def = c.Shape(2)[0]
	}
	length, lengthKnown := scalarOr(c, 3, def)
	if !stepKnown || !lengthKnown {
		return 0, 0, false, nil
	}
	if step < 1 || length < 1 {
		err = fmt.Errorf("frames of %d every %d: both must be positive", length, step)
	}
	return length, step, true, err
}

// inferSTFT sets the outputs: [batch, samples, 1 or 2] gives [batch, frames, bins, 2].
func inferSTFT(c *Call) error {
	x := c.Shape(0)
	length, step, known, err := stftFrame(c)
	if err != nil {
		return err
	}
	if !known {
		return inferUntold(c)
	}
	if len(x) < 2 || length > x[1] {
		return fmt.Errorf("frames of %d do not fit a signal %v; expected [batch, samples, 1 or 2]", length, x)
	}
	bins := length
	if c.Int("onesided", 1) != 0 {
		bins = length/2 + 1
	}
	c.SetOut(0, c.Type(0), x[0], (x[1]-length)/step+1, bins, 2)
	return nil
}

// stftWork counts one transform and one product with the window a sample for each frame.
func stftWork(c *Call, k *cost.Cost) {
	length, _, known, err := stftFrame(c)
	x, out := c.Shape(0), c.Out(0).Shape
	if err != nil || len(out) != 4 {
		return
	}
	if !known { // the file declares the frames, and their length by the number of bins
		if length = out[2]; c.Int("onesided", 1) != 0 {
			length = 2 * (out[2] - 1)
		}
	}
	ops := fftOps(length, len(x) == 3 && x[2] == 2)
	if c.Has(2) {
		ops = sat.Add(ops, length)
	}
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(sat.Mul(out[0], out[1]), ops))
}

// inferMel sets the matrix [spectrum bins, bands]; sizes that only run time knows leave it unknown.
func inferMel(c *Call) error {
	t, err := outType(c, "output_datatype", dtype.Float32)
	if err != nil {
		return err
	}
	bands, ok1 := scalarOr(c, 0, 0)
	length, ok2 := scalarOr(c, 1, 0)
	if !ok1 || !ok2 {
		return inferUntold(c)
	}
	c.SetOut(0, t, length/2+1, bands)
	return nil
}
