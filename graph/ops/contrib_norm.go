package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// groupNormWork counts work: 7 operations an element as for other normalisations, and those of a sigmoid and a product
// for attribute activation 1; extra ones for residual and bias.
func groupNormWork(extra int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		vector, special := int64(7)+extra, int64(0)
		if c.Has(4) {
			vector++
		}
		if c.Int("activation", 0) == 1 {
			vector, special = vector+2, 2
		}
		work(vector, special)(c, k)
	}
}

// inferGroupNorm sets the normalised tensor and, of a row with a residual sum, that sum. Channels come last by default.
func inferGroupNorm(c *Call) error {
	axis := 1
	if c.Int("channels_last", 1) != 0 {
		axis = last
	}
	c.setExtent(0, c.Type(0), c.normalised(1, axis))
	c.setExtent(1, c.Type(0), c.normalised(1, axis))
	return nil
}

// skipNorm returns a row of a normalisation with a residual: output 0 normalised, 1 and 2 mean and deviation, 3 the
// sum. Input bias is optional.
func skipNorm(k Kind, name string, vector int64, bias int, doc string) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: k, Doc: doc, MinIn: 3, Work: biased(bias, vector, 0),
		Infer: func(c *Call) error {
			in := c.Shape(0)
			if len(in) == 0 {
				return fmt.Errorf("%s takes [batch, seq, hidden], got a scalar", name)
			}
			whole := c.normalised(2, last)
			c.setExtent(0, c.Type(0), whole)
			stats := append(append(c.NewShape(len(in))[:0], in[:len(in)-1]...), 1)
			c.SetOut(1, dtype.Float32, stats...)
			c.SetOut(2, dtype.Float32, stats...)
			c.setExtent(3, c.Type(0), whole)
			return nil
		}}
}

// inferEmbedNorm sets the outputs: output 0 embeddings, 1 the mask index, 2 the sum before normalisation. Quantised
// tables give the type of their scale, input 8.
func inferEmbedNorm(c *Call) error {
	ids, word := c.Shape(0), c.Shape(2)
	if len(ids) != 2 || len(word) != 2 {
		return fmt.Errorf("%s takes ids [batch, seq] and embeddings [words, hidden], got %v and %v", c.Node.Op.Type, ids,
			word)
	}
	t := c.Type(2)
	if c.Node.Op.Type == "QEmbedLayerNormalization" {
		t = c.Type(8)
	}
	if !t.IsFloat() {
		return fmt.Errorf("%s gives floating-point embeddings, got type %s", c.Node.Op.Type, t)
	}
	c.SetOut(0, t, ids[0], ids[1], word[1])
	c.SetOut(1, dtype.Int32, ids[0])
	c.SetOut(2, t, ids[0], ids[1], word[1])
	return nil
}

// embedWork counts work: a sum for the positions and one for the segments, if any, then layer normalisation; tables
// stored as integers are shifted and scaled first.
func embedWork(c *Call, k *cost.Cost) {
	n, t := OutElems(c, 0), c.Out(0).Type
	tables := int64(2)
	if c.Has(4) {
		tables++
	}
	k.AddWork(cost.Vector, t, sat.Mul(n, tables-1+7))
	if c.Type(2).IsInteger() {
		k.AddWork(cost.Vector, t, sat.Mul(n, 2*tables))
	}
}

// embedBytes counts bytes: of each embedding table only the rows named are read.
func embedBytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		if i >= 2 && i <= 4 && c.Has(i) {
			ReadBytes(c, k, i, min(c.Type(i).Bytes(OutElems(c, 0)), c.In(i).Bytes()))
		} else {
			ReadAll(c, k, i)
		}
	}
	WriteAll(c, k)
}
