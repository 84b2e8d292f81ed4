package ops

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

var signalSpecs = []Spec{
	{Op: onnx("DFT"), Since: 17, Class: cost.Opaque, Doc: "discrete Fourier transform along an axis", MinIn: 1, Infer: inferDFT, Work: dftWork},
	{Op: onnx("STFT"), Since: 17, Class: cost.Opaque, Doc: "short-time Fourier transform", MinIn: 2, Infer: inferSTFT, Work: stftWork},
	{Op: onnx("MelWeightMatrix"), Since: 17, Class: cost.Opaque, Doc: "matrix from frequency bins to mel bands", MinIn: 5, Infer: inferMel, Work: perElement(cost.Vector, 4), Bytes: noBytes},
	windowSpec("HannWindow"), windowSpec("HammingWindow"), windowSpec("BlackmanWindow"),
}

func windowSpec(name string) Spec {
	return Spec{Op: onnx(name), Since: 17, Class: cost.Elementwise, Doc: "a window function of a given length", MinIn: 1, Infer: inferWindow, Work: perElement(cost.Special, 1), Bytes: noBytes}
}

// fftFLOPs is the usual count of a radix-2 transform of n points: 5 n log2 n FLOP.
func fftFLOPs(n int64) int64 { return toInt(5 * float64(n) * math.Log2(float64(max(n, 2)))) }

// dftAxis is an attribute in opset 17 and input 2 from opset 20 on.
func dftAxis(c *Call) (int, bool, error) {
	axis := c.Int("axis", 1)
	if c.Node.Version >= 20 {
		axis = -2
		if c.Has(2) {
			v, ok := scalarValue(c, 2)
			if !ok {
				return 0, false, nil
			}
			axis = v
		}
	}
	a, err := Axis(axis, c.Rank(0))
	return a, true, err
}

func inferDFT(c *Call) error {
	in := c.Shape(0)
	axis, known, err := dftAxis(c)
	if err != nil {
		return err
	}
	if !known || len(in) < 2 {
		unknownOut(c, 0)
		return nil
	}
	out := append(c.NewShape(len(in))[:0], in...)
	if c.Has(1) {
		n, ok := scalarValue(c, 1)
		if !ok {
			unknownOut(c, 0)
			return nil
		}
		out[axis] = n
	}
	if c.Int("onesided", 0) != 0 {
		if c.Int("inverse", 0) != 0 {
			out[len(out)-1] = 1
			if !c.Has(1) {
				out[axis] = 2 * (in[axis] - 1)
			}
			c.SetOut(0, c.Type(0), out...)
			return nil
		}
		out[axis] = out[axis]/2 + 1
	}
	out[len(out)-1] = 2
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func dftWork(c *Call, k *cost.Cost) {
	axis, known, err := dftAxis(c)
	if err != nil || !known {
		return
	}
	in := c.Shape(0)
	n := max(in[axis], 1)
	k.AddWork(cost.Vector, c.Type(0), graph.Mul(fftFLOPs(n), in[:len(in)-1].Elems()/n))
}

// stftSizes are the frames and bins of a short-time transform.
func stftSizes(c *Call) (frames, length int64, known bool) {
	step, ok := scalarValue(c, 1)
	if !ok || step < 1 || c.Rank(0) < 2 {
		return 0, 0, false
	}
	length, ok = scalarValue(c, 3)
	if !ok {
		if !c.Has(2) {
			return 0, 0, false
		}
		length = c.Shape(2).Elems()
	}
	return max((c.Shape(0)[1]-length)/step+1, 0), length, true
}

func inferSTFT(c *Call) error {
	frames, length, known := stftSizes(c)
	if !known {
		unknownOut(c, 0)
		return nil
	}
	bins := length
	if c.Int("onesided", 1) != 0 {
		bins = length/2 + 1
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], frames, bins, 2)
	return nil
}

func stftWork(c *Call, k *cost.Cost) {
	frames, length, known := stftSizes(c)
	if known {
		k.AddWork(cost.Vector, c.Type(0), graph.Mul(graph.Mul(c.Shape(0)[0], frames), fftFLOPs(length)+length))
	}
}

func outputType(c *Call) (dtype.Type, error) {
	t := dtype.Type(c.Int("output_datatype", int64(dtype.Float32)))
	if !t.Valid() {
		return t, fmt.Errorf("attribute output_datatype is no element type")
	}
	return t, nil
}

func inferMel(c *Call) error {
	t, err := outputType(c)
	if err != nil {
		return err
	}
	bins, ok1 := scalarValue(c, 0)
	length, ok2 := scalarValue(c, 1)
	if !ok1 || !ok2 {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, t, length/2+1, bins)
	return nil
}

func inferWindow(c *Call) error {
	t, err := outputType(c)
	if err != nil {
		return err
	}
	n, ok := scalarValue(c, 0)
	if !ok {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, t, n)
	return nil
}
