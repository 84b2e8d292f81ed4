package ops

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Work on strings is counted as one vector operation an element: their lengths are run-time data.
var textSpecs = []Spec{
	{Op: onnx("StringNormalizer"), Since: 10, Kind: Opaque, Doc: "change case and drop stop words", MinIn: 1,
		Infer: inferStringNormalizer, Work: perInput(1)},
	{Op: onnx("StringConcat"), Since: 20, Kind: Opaque, Doc: "join strings element by element", MinIn: 2,
		Infer: func(c *Call) error { return inferBroadcast(c, dtype.String) }, Work: perElement(cost.Vector, 1)},
	{Op: onnx("StringSplit"), Since: 20, Kind: Opaque, Doc: "split strings at a delimiter", MinIn: 1,
		Infer: inferStringSplit, Work: perInput(1)},
	{Op: onnx("RegexFullMatch"), Since: 20, Kind: Opaque, Doc: "whether a regular expression matches", MinIn: 1,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Bool, c.Shape(0)...); return nil }, Work: perElement(cost.Vector, 1)},
	{Op: onnx("TfIdfVectorizer"), Since: 9, Kind: Opaque, Doc: "counts or weights of n-grams", MinIn: 1,
		Infer: inferTfIdf, Work: perInput(1)},
}

// inferStringNormalizer sets the outputs: how many stop words are dropped is run-time data; at least one string is
// left.
func inferStringNormalizer(c *Call) error {
	x := c.Shape(0)
	if c.Node.Attr("stopwords") == nil {
		c.SetOut(0, dtype.String, x...)
		return nil
	}
	out := append(c.NewShape(len(x))[:0], x...)
	if len(out) > 0 {
		out[len(out)-1] = max(out[len(out)-1], 1)
	}
	c.SetOutUpper(0, dtype.String, out...)
	return nil
}

// inferStringSplit sets the outputs: the number of parts is bounded only by attribute maxsplit.
func inferStringSplit(c *Call) error {
	x := c.Shape(0)
	c.SetOut(1, dtype.Int64, x...)
	n := c.Int("maxsplit", -1)
	if n < 0 {
		return inferUntold(c)
	}
	c.SetOutUpper(0, dtype.String, append(append(c.NewShape(len(x) + 1)[:0], x...), n+1)...)
	return nil
}

// inferTfIdf replaces the last dim by the number of n-grams counted.
func inferTfIdf(c *Call) error {
	x, at := c.Shape(0), c.Ints("ngram_indexes")
	if len(x) < 1 || len(x) > 2 || len(at) == 0 {
		return fmt.Errorf("takes [items] or [batch, items] and attribute ngram_indexes, got %v and %d indexes", x, len(at))
	}
	out := append(c.NewShape(len(x))[:0], x[:len(x)-1]...)
	c.SetOut(0, dtype.Float32, append(out, slices.Max(at)+1)...)
	return nil
}
