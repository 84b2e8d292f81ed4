package ops_test

import (
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// dice draws numbers from a string of bytes, zeros when it runs out.
type dice struct {
	data []byte
	at   int
}

func (d *dice) roll(n int) int {
	if d.at >= len(d.data) {
		return 0
	}
	v := int(d.data[d.at]) % n
	d.at++
	return v
}

// fuzzTypes and fuzzDims are what operands of random nodes are made of.
var (
	fuzzTypes = []dtype.Type{dtype.Float32, dtype.Int64, dtype.Float16, dtype.Bool, dtype.Uint8, dtype.String, dtype.Int4,
		dtype.Int32}
	fuzzDims  = []int64{1, 2, 3, 4, 8, 0, 1 << 20, 1 << 40}
	fuzzNames = []string{
		"axis", "axes", "kernel_shape", "strides", "pads", "dilations", "group", "num_heads", "q_num_heads", "kv_num_heads",
		"keepdims", "to", "perm", "blocksize", "block_size", "bits", "K", "N", "transA", "transB", "size", "batch_dims",
		"split", "num_outputs", "shape", "starts", "ends", "mode", "equation", "auto_pad", "output_shape", "hidden_size",
		"to",
	}
	fuzzWords = []string{"SAME_UPPER", "VALID", "linear", "cubic", "ij,jk->ik", "...i,i->...", "LEFT", "none", "constant",
		"not_larger"}
)

// operand draws one input.
func (d *dice) operand() operand {
	if d.roll(8) == 7 {
		return operand{omitted: true}
	}
	info := graph.Info{Kind: graph.KindTensor, Type: fuzzTypes[d.roll(len(fuzzTypes))], Shape: graph.Shape{},
		Upper: d.roll(8) == 7}
	switch d.roll(16) {
	case 14:
		return operand{info: graph.Info{Kind: graph.KindSequence}}
	case 15:
		return operand{info: graph.Info{Kind: graph.KindOptional}}
	}
	for range d.roll(6) {
		info.Shape = append(info.Shape, fuzzDims[d.roll(len(fuzzDims))])
	}
	if n := info.Shape.Elems(); n <= 16 && info.Type != dtype.String && d.roll(2) == 1 {
		info.Value = &graph.Value{Ints: []int64{}}
		if info.Type.IsFloat() {
			info.Value = &graph.Value{Floats: []float64{}}
		}
		for range n {
			v := int64(d.roll(7)) - 2
			if info.Type.IsFloat() {
				info.Value.Floats = append(info.Value.Floats, float64(v)/2)
			} else {
				info.Value.Ints = append(info.Value.Ints, v)
			}
		}
	}
	return operand{info: info, weight: d.roll(2) == 1}
}

// attr draws one attribute.
func (d *dice) attr() graph.Attr {
	a := graph.Attr{Name: fuzzNames[d.roll(len(fuzzNames))]}
	switch d.roll(4) {
	case 0:
		a.Kind, a.Int = graph.AttrInt, int64(d.roll(12))-4
	case 1:
		a.Kind, a.Ints = graph.AttrInts, []int64{}
		for range d.roll(5) {
			a.Ints = append(a.Ints, int64(d.roll(8))-2)
		}
	case 2:
		a.Kind, a.Str = graph.AttrString, fuzzWords[d.roll(len(fuzzWords))]
	case 3:
		a.Kind, a.Float = graph.AttrFloat, float64(d.roll(9))-4
	}
	return a
}

// randomCase draws a node for a row.
func randomCase(s *ops.Spec, d *dice) *testCase {
	c := &testCase{op: s.Op, version: s.Since}
	for range max(s.MinIn, 1) + d.roll(4) {
		c.in = append(c.in, d.operand())
	}
	for range 1 + d.roll(3) {
		c.out = append(c.out, operand{omitted: d.roll(8) == 7})
	}
	for range d.roll(4) {
		c.attrs = append(c.attrs, d.attr())
	}
	return c
}

// survives infers and costs a node that may make no sense: an error is fine, a panic or a negative cost is not.
func survives(c *testCase) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("%s v%d panics: %v\n%s", c.op, c.version, e, describe(c))
		}
	}()
	spec, call, err := c.infer()
	if err != nil {
		return nil
	}
	for i := range c.out {
		if o := call.Out(i); o != nil && !o.Known() {
			return nil
		}
	}
	k := ops.Cost(spec, call)
	for _, n := range []int64{k.MACs, k.Read, k.Weights, k.Written, k.Work[cost.Matrix].Ops, k.Work[cost.Vector].Ops,
		k.Work[cost.Special].Ops} {
		if n < 0 {
			return fmt.Errorf("%s v%d has a negative cost %+v\n%s", c.op, c.version, k, describe(c))
		}
	}
	return nil
}

func describe(c *testCase) string {
	s := "in"
	for _, o := range c.in {
		s += " " + format(&o.info, true)
	}
	for _, a := range c.attrs {
		s += fmt.Sprintf(" %s=%d,%v,%v,%s", a.Name, a.Int, a.Ints, a.Float, a.Str)
	}
	return s
}

// TestNothingPanics throws nodes that make no sense at every row.
func TestNothingPanics(t *testing.T) {
	sampling.Alone(t)
	state := uint64(1)
	next := func() byte { // xorshift64, Marsaglia 2003
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return byte(state >> 32)
	}
	data := make([]byte, 160)
	for _, f := range ops.Families() {
		for i := range f.Specs {
			for range 500 {
				for k := range data {
					data[k] = next()
				}
				if err := survives(randomCase(&f.Specs[i], &dice{data: data})); err != nil {
					t.Error(err)
					break
				}
			}
		}
	}
}

// FuzzRow is TestNothingPanics with nodes that the fuzzer draws.
func FuzzRow(f *testing.F) {
	f.Add(uint16(0), []byte{})
	f.Add(uint16(40), []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Add(uint16(90), []byte{3, 0, 0, 0, 4, 1, 2, 3, 4, 0, 0, 1, 0, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1})
	var rows []*ops.Spec
	for _, family := range ops.Families() {
		for i := range family.Specs {
			rows = append(rows, &family.Specs[i])
		}
	}
	f.Fuzz(func(t *testing.T, row uint16, data []byte) {
		if err := survives(randomCase(rows[int(row)%len(rows)], &dice{data: data})); err != nil {
			t.Error(err)
		}
	})
}
