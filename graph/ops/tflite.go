package ops

import (
	"fmt"
	"math/bits"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// tflite returns a row of an operator that TensorFlow Lite has and ONNX has not. Its results have the sizes that the
// file states, in the attributes shape, shape1, shape2, …, and the types in to, to1, …
func tflite(k Kind, name, doc string, work func(*Call, *cost.Cost)) Spec {
	return Spec{Op: graph.OpID{Domain: "tflite", Type: name}, Since: 1, Kind: k, Doc: doc, MinIn: 1,
		Infer: inferStated, Work: work}
}

var tfliteSpecs = []Spec{
	tflite(Move, "BATCH_TO_SPACE_ND", "samples into blocks of pixels", nil),
	tflite(Move, "SPACE_TO_BATCH_ND", "blocks of pixels into samples", nil),
	tflite(Move, "REVERSE_V2", "reverse along axes", nil),
	tflite(Move, "SCATTER_ND", "write slices by index tuples into zeros", nil),
	tflite(Move, "SPARSE_TO_DENSE", "write single elements by index into one value", nil),
	tflite(Move, "DYNAMIC_UPDATE_SLICE", "write a block into a tensor", nil),
	tflite(Move, "MATRIX_DIAG", "vectors on the diagonals of matrices", nil),
	tflite(Move, "MATRIX_SET_DIAG", "replace the diagonals of matrices", nil),
	tflite(Move, "DILATE", "put gaps between elements", nil),
	tflite(Move, "DENSIFY", "unpack a sparse constant", nil),
	tflite(Move, "REAL", "real parts", nil),
	tflite(Move, "IMAG", "imaginary parts", nil),
	tflite(Move, "HASHTABLE_LOOKUP", "pick rows by key", nil),
	tflite(View, "BITCAST", "the same bytes as another type", nil),
	tflite(Metadata, "BROADCAST_ARGS", "the shape that two shapes broadcast to", nil),
	tflite(Quantize, "REQUANTIZE", "change scale and zero point of integers", perElement(cost.Vector, 2)),
	tflite(Elementwise, "ATAN2", "angle of a point", perElement(cost.Special, 1)),
	tflite(Elementwise, "COMPLEX_ABS", "absolute values of complex numbers", work(3, 1)),
	tflite(Reduction, "SEGMENT", "sum, product or extreme of the rows of each segment", perInput(1)),
	tflite(Recurrent, "RECURRENT", "recurrent layer of one matrix for each gate", statedRecurrentWork),
	tflite(Opaque, "RFFT2D", "Fourier transform of real images", fourierWork),
	tflite(Opaque, "NON_MAX_SUPPRESSION", "boxes that do not overlap a better one", statedNMSWork),
	tflite(Opaque, "TFLite_Detection_PostProcess",
		"decode boxes, sort them, and keep those that do not overlap a better one",
		detectionWork),
}

// inferStated sets the outputs to what the file states of them.
func inferStated(c *Call) error {
	for i := range c.Node.Outputs {
		shape, to := "shape", "to"
		if i > 0 {
			shape, to = fmt.Sprint(shape, i), fmt.Sprint(to, i)
		}
		a := c.Node.Attr(shape)
		if a == nil {
			return fmt.Errorf("states no %s of output %d", shape, i)
		}
		c.SetOut(i, dtype.Type(c.Int(to, int64(c.Type(0)))), a.Ints...)
	}
	return nil
}

// statedRecurrentWork counts every matrix among the weights once a step and sample, and for each row of the matrices
// that meet the input three sums and one nonlinearity, as for the recurrent layers of ONNX. Half of the rows meet the
// state.
func statedRecurrentWork(c *Call, k *cost.Cost) {
	x := c.Shape(0)
	if len(x) == 0 || x[len(x)-1] == 0 {
		return
	}
	steps := x.Elems() / x[len(x)-1]
	var macs, rows int64
	for i := 1; i < c.NumIn(); i++ {
		if w := c.Shape(i); c.IsInit(i) && len(w) == 2 {
			macs, rows = sat.Add(macs, w.Elems()), sat.Add(rows, w[0])
		}
	}
	k.AddMACs(c.Type(0), sat.Mul(steps, macs))
	cells := sat.Mul(steps, (rows+1)/2)
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(3, cells))
	k.AddWork(cost.Special, c.Type(0), cells)
}

// log2 returns the bits of a number, at least 1.
func log2(n int64) int64 { return int64(max(bits.Len64(uint64(n))-1, 1)) }

// fourierWork counts 5/2 n log2 n operations for each image of n pixels.
func fourierWork(c *Call, k *cost.Cost) {
	x := c.Shape(0)
	if len(x) < 2 {
		return
	}
	n := sat.Mul(x[len(x)-1], x[len(x)-2])
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(x.Elems(), 5*log2(n))/2)
}

// statedNMSWork counts one comparison with a threshold and a sort for each of the scores, input 1.
func statedNMSWork(c *Call, k *cost.Cost) {
	n := c.Shape(1).Elems()
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(n, 1+log2(n)))
}

// detectionWork counts the decoding of boxes (12 operations and two exponentials each) and a sort of the scores.
func detectionWork(c *Call, k *cost.Cost) {
	boxes := c.Shape(0).Elems() / 4
	n := c.Shape(1).Elems()
	k.AddWork(cost.Vector, c.Type(0), sat.Add(sat.Mul(12, boxes), sat.Mul(n, 1+log2(n))))
	k.AddWork(cost.Special, c.Type(0), sat.Mul(2, boxes))
}
