package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// noTraffic counts no bytes: a constant is there before the model runs; its consumer pays for reading it.
func noTraffic(*Call, *cost.Cost) {}

// random returns a row for a source of random numbers: about ten integer operations a draw for the generator
// (Philox, Salmon et al. 2011) and the given special evaluations to shape it.
func random(name string, since, minIn int, special int64, doc string, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: Random, Doc: doc, MinIn: minIn, Infer: infer, Work: work(10, special),
		Bytes: noBytes}
}

var generateSpecs = []Spec{
	{Op: onnx("Constant"), Since: 1, Kind: Metadata, Doc: "a constant held by the node", Infer: inferConstant,
		Bytes: noTraffic},
	random("RandomNormal", 1, 0, 2, "normally distributed numbers", inferRandom),
	random("RandomUniform", 1, 0, 0, "uniformly distributed numbers", inferRandom),
	random("RandomNormalLike", 1, 1, 2, "normally distributed numbers of a tensor's shape", inferRandomLike),
	random("RandomUniformLike", 1, 1, 0, "uniformly distributed numbers of a tensor's shape", inferRandomLike),
	random("Bernoulli", 15, 1, 0, "zeros and ones by probabilities", inferRandomLike),
	random("Multinomial", 7, 1, 0, "samples of a categorical distribution", inferMultinomial),
}

// inferConstant reads whichever of the value attributes is there.
func inferConstant(c *Call) error {
	for i := range c.Node.Attrs {
		a := &c.Node.Attrs[i]
		switch a.Name {
		case "value", "sparse_value":
			if a.Tensor == nil {
				return fmt.Errorf("attribute %s holds no tensor", a.Name)
			}
			c.SetOut(0, a.Tensor.Type, a.Tensor.Shape...)
			if c.Out(0) != nil {
				c.Out(0).Value = a.Tensor.Value
			}
		case "value_int":
			c.SetOut(0, dtype.Int64)
			c.SetInts(0, []int64{a.Int})
		case "value_ints":
			c.SetOut(0, dtype.Int64, int64(len(a.Ints)))
			c.SetInts(0, append([]int64{}, a.Ints...))
		case "value_float":
			c.SetOut(0, dtype.Float32)
			c.SetFloats(0, []float64{a.Float})
		case "value_floats":
			c.SetOut(0, dtype.Float32, int64(len(a.Floats)))
			c.SetFloats(0, append([]float64{}, a.Floats...))
		case "value_string":
			c.SetOut(0, dtype.String)
		case "value_strings":
			c.SetOut(0, dtype.String, int64(len(a.Strs)))
		default:
			continue
		}
		return nil
	}
	return fmt.Errorf("a Constant needs one of value, value_int, value_ints, value_float, value_floats, value_string, " +
		"value_strings or sparse_value")
}

// inferRandom sets an output of the shape and type that attributes give.
func inferRandom(c *Call) error {
	t := dtype.Type(c.Int("dtype", int64(dtype.Float32)))
	if !t.Valid() {
		return fmt.Errorf("attribute dtype %d is no element type", t)
	}
	c.SetOut(0, t, c.Ints("shape")...)
	return nil
}

// inferRandomLike sets an output of the input's shape, in its type unless the attribute dtype names
// another.
func inferRandomLike(c *Call) error {
	t := dtype.Type(c.Int("dtype", int64(c.Type(0))))
	if !t.Valid() {
		return fmt.Errorf("attribute dtype %d is no element type", t)
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// inferMultinomial sets the samples [batch, sample_size] of [batch, classes].
func inferMultinomial(c *Call) error {
	if c.Rank(0) != 2 {
		return fmt.Errorf("operator Multinomial takes [batch, classes], got %v", c.Shape(0))
	}
	t := dtype.Type(c.Int("dtype", int64(dtype.Int32)))
	c.SetOut(0, t, c.Shape(0)[0], c.Int("sample_size", 1))
	return nil
}

// scalarValue returns the single known value of input i.
func scalarValue(c *Call, i int) (int64, bool) {
	if v := c.Value(i); v != nil && v.Len() == 1 {
		return v.Int(0), true
	}
	return 0, false
}

// unknownOut leaves output i unknown.
func unknownOut(c *Call, i int) { c.SetInfo(i, graph.Info{}) }
