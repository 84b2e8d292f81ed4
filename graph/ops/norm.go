package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// normalise returns a row for a normalisation whose output has the input's shape: vector and
// special operations an element.
func normalise(k Kind, name string, since, minIn int, vector, special int64, doc string) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: k, Doc: doc, MinIn: minIn, Infer: inferSame,
		Work: work(vector, special)}
}

// Operations an element: a mean costs 1 addition; a variance a subtraction, a product and a sum; the
// result a product with the reciprocal deviation (one special evaluation a row, left out as it is one in hundreds),
// then scale and shift.
var normSpecs = []Spec{
	{Op: onnx("BatchNormalization"), Since: 1, Kind: BatchNorm, Doc: "scale and shift by channel statistics",
		MinIn: 5,
		Infer: inferBatchNorm, Work: batchNormWork},
	{Op: onnx("InstanceNormalization"), Since: 1, Kind: InstanceNorm, Doc: "normalise each channel of each sample",
		MinIn: 3, Infer: inferOver(1, 1), Work: work(7, 0)},
	{Op: onnx("LayerNormalization"), Since: 1, Kind: LayerNorm, Doc: "normalise over the last axes", MinIn: 2,
		Autocast: Lowers,
		Infer:    inferLayerNorm, Work: work(7, 0)},
	{Op: onnx("GroupNormalization"), Since: 18, Kind: GroupNorm, Doc: "normalise over groups of channels", MinIn: 3,
		Autocast: Lowers, Infer: inferGroups, Work: work(7, 0)},
	{Op: onnx("RMSNormalization"), Since: 23, Kind: RMSNorm, Doc: "divide by the root mean square over the last axes",
		MinIn: 2, Autocast: Widens,
		Infer: inferOver(1, last), Work: work(4, 0)},
	{Op: onnx("SimplifiedLayerNormalization"), Since: 1, Kind: RMSNorm,
		Doc:   "RMS normalisation, as ONNX Runtime names it",
		MinIn: 2,
		Infer: inferLayerNorm, Work: work(4, 0)},
	normalise(OtherNorm, "LpNormalization", 1, 1, 3, 0, "divide by the p-norm along an axis").withAutocast(Widens),
	{Op: onnx("LRN"), Since: 1, Kind: OtherNorm, Doc: "normalise over neighbouring channels", MinIn: 1,
		Infer: inferSame, Work: lrnWork},
	normalise(OtherNorm, "MeanVarianceNormalization", 9, 1, 6, 1, "subtract the mean, divide by the deviation"),
	normalise(Softmax, "Softmax", 1, 1, 4, 1,
		"exponentials normalised to sum to one: max, subtract, exp, sum, scale").withAutocast(Fuses),
	normalise(Softmax, "LogSoftmax", 1, 1, 4, 1, "logarithm of softmax").withAutocast(Fuses),
	normalise(OtherNorm, "Hardmax", 1, 1, 2, 0, "one at the maximum, else zero"),
}

// inferGroups sets the normalised tensor. From version 21 on the parameters have a size for each channel, before for
// each group.
func inferGroups(c *Call) error {
	if c.Node.Version < 21 {
		return inferSame(c)
	}
	c.setExtent(0, c.Type(0), c.normalised(1, 1))
	return nil
}

// inferBatchNorm sets the normalised tensor and, in training mode, the statistics that the node's version returns.
func inferBatchNorm(c *Call) error {
	c.setExtent(0, c.Type(0), c.normalised(1, 1))
	for i := 1; i < c.NumOut(); i++ {
		c.SetOut(i, c.Type(min(i+2, 4)), c.Shape(3)...)
	}
	return nil
}

// batchNormWork counts work: the statistics are constants, so scale and shift are all; in training mode they are
// computed, which takes five operations more (sum; subtract, square, sum; subtract).
func batchNormWork(c *Call, k *cost.Cost) {
	per := int64(2)
	if c.Int("training_mode", 0) != 0 {
		per += 5
	}
	work(per, 0)(c, k)
}

// inferLayerNorm infers the output and the optional mean and inverse deviation, reduced over the normalised axes, in
// stash_type.
func inferLayerNorm(c *Call) error {
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", -1), len(in))
	if err != nil {
		return fmt.Errorf("attribute axis: %w", err)
	}
	t := c.Type(0)
	if c.Has(1) && c.Type(1).IsFloat() && c.Node.Op.Type == "SimplifiedLayerNormalization" {
		t = c.Type(1)
	}
	c.setExtent(0, t, c.normalised(1, last))
	stats := append(c.NewShape(len(in))[:0], in...)
	for i := axis; i < len(in); i++ {
		stats[i] = 1
	}
	for i := 1; i < c.NumOut(); i++ {
		c.SetOut(i, dtype.Type(c.Int("stash_type", int64(dtype.Float32))), stats...)
	}
	return nil
}

// lrnWork sums size squares for each element, then scales by a power.
func lrnWork(c *Call, k *cost.Cost) {
	n := OutElems(c, 0)
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(n, 2*max(c.Int("size", 1), 1)+3))
	k.AddWork(cost.Special, c.Type(0), n)
}
