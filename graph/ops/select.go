package ops

import (
	"fmt"
	"math/bits"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var selectSpecs = []Spec{
	{Op: onnx("TopK"), Since: 1, Kind: Opaque, Doc: "the k largest along an axis, and where", MinIn: 1,
		Infer: inferTopK, Work: sortWork},
	{Op: onnx("Unique"), Since: 11, Kind: Opaque, Doc: "the distinct elements", MinIn: 1, Infer: inferUnique,
		Work: sortWork},
	{Op: onnx("NonMaxSuppression"), Since: 10, Kind: Opaque, Doc: "boxes that do not overlap a better one",
		MinIn: 2,
		Infer: inferNMS, Work: nmsWork},
}

// sortWork counts n log2 n comparisons over the elements of input 0, an upper bound for selecting k of them.
func sortWork(c *Call, k *cost.Cost) {
	n := c.Shape(0).Elems()
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(n, int64(max(bits.Len64(uint64(n))-1, 1))))
}

// inferTopK sets the outputs: a k that is run-time data is at most the whole axis.
func inferTopK(c *Call) error {
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", -1), len(in))
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(in))[:0], in...)
	known := true
	if c.Has(1) {
		var k int64
		if k, known = scalarValue(c, 1); known {
			out[axis] = k
		}
	} else {
		out[axis] = c.Int("k", 0)
	}
	if out[axis] > in[axis] && !c.upper {
		return fmt.Errorf("cannot take the %d largest of %d", out[axis], in[axis])
	}
	for i, t := range []dtype.Type{c.Type(0), dtype.Int64} {
		c.setOut(i, t, out, c.upper || !known)
	}
	return nil
}

// inferUnique sets the outputs: how many elements are distinct is run-time data, at most all.
func inferUnique(c *Call) error {
	in := c.Shape(0)
	n := in.Elems()
	if a := c.Node.Attr("axis"); a != nil {
		axis, err := Axis(a.Int, len(in))
		if err != nil {
			return err
		}
		n = in[axis]
		c.SetOutUpper(0, c.Type(0), in...)
	} else {
		c.SetOutUpper(0, c.Type(0), n)
	}
	c.SetOutUpper(1, dtype.Int64, n)
	c.SetOut(2, dtype.Int64, n)
	c.SetOutUpper(3, dtype.Int64, n)
	return nil
}

// inferNMS sets the outputs: at most max_output boxes for each class of each sample are kept.
func inferNMS(c *Call) error {
	boxes, scores := c.Shape(0), c.Shape(1)
	if len(boxes) != 3 || len(scores) != 3 {
		return fmt.Errorf("NonMaxSuppression takes [batch, boxes, 4] and [batch, classes, boxes], got %v and %v", boxes,
			scores)
	}
	keep := boxes[1]
	if c.Has(2) {
		if v, ok := scalarValue(c, 2); ok {
			keep = min(keep, max(v, 0))
		}
	} else {
		keep = 0
	}
	c.SetOutUpper(0, dtype.Int64, sat.Mul(sat.Mul(scores[0], scores[1]), keep), 3)
	return nil
}

// nmsWork counts work: a threshold test and a sort of the scores of every class; overlaps of kept boxes are few beside
// them.
func nmsWork(c *Call, k *cost.Cost) {
	n := c.Shape(1).Elems()
	per := int64(bits.Len64(uint64(c.Shape(0)[1])))
	k.AddWork(cost.Vector, c.Type(1), sat.Mul(n, 1+per))
}
