package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// How long strings are is run-time data; their work is counted an element.
var textSpecs = []Spec{
	{Op: onnx("StringNormalizer"), Since: 10, Class: cost.Opaque, Doc: "change case and drop stop words", MinIn: 1, Infer: inferStringNormalizer, Work: perElement(cost.Vector, 1)},
	{Op: onnx("StringConcat"), Since: 20, Class: cost.Opaque, Doc: "join strings element by element", MinIn: 2,
		Infer: func(c *Call) error { return inferBroadcast(c, dtype.String) }, Work: perElement(cost.Vector, 1)},
	{Op: onnx("StringSplit"), Since: 20, Class: cost.Opaque, Doc: "cut strings at a delimiter", MinIn: 1, Infer: inferStringSplit, Work: perElement(cost.Vector, 1)},
	{Op: onnx("RegexFullMatch"), Since: 20, Class: cost.Opaque, Doc: "whether strings match a pattern", MinIn: 1,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Bool, c.Shape(0)...); return nil }, Work: perElement(cost.Vector, 1)},
	{Op: onnx("TfIdfVectorizer"), Since: 9, Class: cost.Opaque, Doc: "weighted counts of n-grams", MinIn: 1, Infer: inferTfIdf, Work: perInput(1)},
}

// inferStringNormalizer: stop words may drop any number of elements, and one empty string is left of none.
func inferStringNormalizer(c *Call) error {
	if a := c.Node.Attr("stopwords"); a == nil || len(a.Strs) == 0 {
		return inferSame(c)
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	if len(out) == 0 {
		return fmt.Errorf("StringNormalizer takes [strings] or [1, strings], got a scalar")
	}
	out[len(out)-1] = max(out[len(out)-1], 1)
	c.SetOutUpper(0, c.Type(0), out...)
	return nil
}

// inferStringSplit: how many pieces there are is run-time data; attribute maxsplit bounds it, else 64 is taken.
func inferStringSplit(c *Call) error {
	in := c.Shape(0)
	pieces := c.Int("maxsplit", 63) + 1
	out := append(c.NewShape(len(in) + 1)[:0], in...)
	c.SetOutUpper(0, dtype.String, append(out, pieces)...)
	c.SetOut(1, dtype.Int64, in...)
	return nil
}

func inferTfIdf(c *Call) error {
	width := int64(0)
	for _, i := range c.Ints("ngram_indexes") {
		width = max(width, i+1)
	}
	in := c.Shape(0)
	if len(in) > 0 {
		in = in[:len(in)-1]
	}
	out := append(c.NewShape(len(in) + 1)[:0], in...)
	c.SetOut(0, dtype.Float32, append(graph.Shape(out), width)...)
	return nil
}
