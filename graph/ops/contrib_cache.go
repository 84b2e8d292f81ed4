package ops

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A cached attention may project its inputs and keeps keys and values of earlier positions. Scores of masked
// positions are counted like others: no half for a causal mask.
type cached struct {
	heads
	kvHeads int64
	outType dtype.Type
	project int64 // multiply-adds of the projections
	bias    int64 // additions of the projections' bias
	window  int64 // keys that a query meets at most, 0 for all

	pastRows  int64  // positions of the past that are read
	buffer    int64  // positions that the past tensor holds
	pastIn    [2]int // inputs that hold the past; 0 for none, as input 0 is the query
	shared    bool   // past and present are one buffer as long as the longest sequence
	inPlace   bool   // new rows are written into the cache; else past and new rows are copied to the present
	cacheSize int64  // last dim of the cache, 0 for the head size
	stacked   bool   // keys and values are one tensor [2, …]
	timeFirst bool   // the output is [seq, batch, hidden]
	masked    bool   // a mask or bias is added to the scores
	rotary    bool   // queries and keys are rotated here
	softcap   bool   // scores are bounded by a tanh
	tables    int    // input of the cosines, that of the sines behind it; 0 for none
}

// addPast takes account of a past tensor of buffer positions in inputs first and last. One that is shared with the
// present has room for the new rows; input length, if not 0, says how much of it is filled; else it is taken to be
// full.
func (a *cached) addPast(c *Call, buffer int64, first, last int, shared bool, length int) {
	a.buffer, a.pastIn, a.shared = buffer, [2]int{first, last}, shared
	a.pastRows = buffer
	if shared {
		a.inPlace = true
		a.pastRows = max(buffer-a.skv, 0)
		if length > 0 {
			if filled, ok := scalarValue(c, length); ok && filled >= 0 && filled < a.pastRows {
				a.pastRows = filled
			}
		}
	}
	a.skv = sat.Add(a.skv, a.pastRows)
}

// added returns the number of new key positions.
func (a *cached) added() int64 { return a.skv - a.past() }

// past returns the number of earlier key positions, whether or not a window hides some.
func (a *cached) past() int64 {
	if a.pastIn[0] == 0 {
		return 0
	}
	if a.shared {
		return min(a.pastRows, a.skv)
	}
	return min(a.buffer, a.skv)
}

// setOutputs sets the result, the present keys and values, and the scores where they are wanted.
func (a *cached) setOutputs(c *Call) {
	hidden, present, size := sat.Mul(a.count, a.dv), a.skv, a.dqk
	if a.timeFirst {
		c.SetOut(0, a.outType, a.sq, a.batch, hidden)
	} else {
		c.SetOut(0, a.outType, a.batch, a.sq, hidden)
	}
	if a.shared {
		present = a.buffer
	}
	t, valueSize := a.outType, a.dv
	if a.pastIn[0] != 0 {
		t = c.Type(a.pastIn[0])
	}
	if a.cacheSize != 0 {
		size, valueSize = a.cacheSize, a.cacheSize
	}
	if a.stacked {
		c.SetOut(1, t, 2, a.batch, a.kvHeads, present, size)
		return
	}
	c.SetOut(1, t, a.batch, a.kvHeads, present, size)
	c.SetOut(2, t, a.batch, a.kvHeads, present, valueSize)
	c.SetOut(3, a.outType, a.batch, a.count, a.sq, a.skv)
}

// work adds projections, rotation, scores, softmax and the product with the values.
func (a *cached) work(c *Call, k *cost.Cost) {
	t, met := c.Type(0), a.heads
	if a.window > 0 {
		met.skv = min(met.skv, a.window)
	}
	k.AddMACs(t, a.project)
	met.addWork(t, k)
	vector := a.bias
	if a.masked {
		vector = sat.Add(vector, met.scores())
	}
	if a.softcap {
		vector = sat.Add(vector, sat.Mul(2, met.scores()))
		k.AddWork(cost.Special, t, met.scores())
	}
	if a.rotary { // two products and a sum for each feature of queries and new keys
		rows := sat.Add(sat.Mul(a.sq, a.count), sat.Mul(a.added(), a.kvHeads))
		vector = sat.Add(vector, sat.Mul(3, sat.Mul(sat.Mul(a.batch, rows), a.dqk)))
	}
	k.AddWork(cost.Vector, t, vector)
}

// bytes counts bytes: of the past only what is filled and met is read, of the tables only the rows of the new
// positions; of a cache written in place only the new rows are written.
func (a *cached) bytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		switch {
		case i > 0 && (i == a.pastIn[0] || i == a.pastIn[1]) && c.Has(i):
			ReadBytes(c, k, i, share(c.In(i).Bytes(), a.pastRows, a.buffer))
		case a.tables > 0 && (i == a.tables || i == a.tables+1) && c.Rank(i) == 2:
			ReadBytes(c, k, i, share(c.In(i).Bytes(), sat.Mul(a.batch, a.sq), c.Shape(i)[0]))
		default:
			ReadAll(c, k, i)
		}
	}
	for o := range c.Node.Outputs {
		out := c.Out(o)
		if out == nil {
			continue
		}
		n := out.Bytes()
		if a.inPlace && (o == 1 || o == 2) && len(out.Shape) > 2 {
			n = share(n, a.added(), out.Shape[len(out.Shape)-2])
		}
		k.Written = sat.Add(k.Written, n)
	}
}

// share returns part/whole of a number of bytes, and all of it if part is not less than whole.
func share(bytes, part, whole int64) int64 {
	if part >= whole || whole <= 0 {
		return bytes
	}
	part = max(part, 0)
	return sat.Add(sat.Mul(bytes/whole, part), sat.Mul(bytes%whole, part)/whole)
}
