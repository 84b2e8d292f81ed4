package ops

import "github.com/ridgepoint/ridgepoint/graph"

// Folding of data movement: every output element is one input element, so each rule
// only says where it comes from.

// strides returns the row-major strides of a shape.
func strides(s graph.Shape) []int64 {
	out := make([]int64, len(s))
	step := int64(1)
	for i := len(s) - 1; i >= 0; i-- {
		out[i] = step
		step *= s[i]
	}
	return out
}

// eachIndex calls f with the index tuple of every element of a shape, in order.
func eachIndex(s graph.Shape, f func(flat int, idx []int64)) {
	idx := make([]int64, len(s))
	for flat := range int(s.Elems()) {
		f(flat, idx)
		for d := len(s) - 1; d >= 0; d-- {
			if idx[d]++; idx[d] < s[d] {
				break
			}
			idx[d] = 0
		}
	}
}

// foldFrom sets output 0 from input 0 by a map of index tuples to flat positions.
func foldFrom(c *Call, from func(idx []int64) int64) error {
	v := c.Value(0)
	if v == nil {
		return nil
	}
	src := make([]int, c.Out(0).Shape.Elems())
	ok := true
	eachIndex(c.Out(0).Shape, func(flat int, idx []int64) {
		k := from(idx)
		ok = ok && k >= 0 && k < int64(v.Len())
		src[flat] = int(k)
	})
	if ok {
		fill(c, 0, len(src), func(i int) (*graph.Value, int) { return v, src[i] })
	}
	return nil
}

// foldTranspose permutes the elements of a known value.
func foldTranspose(c *Call) error {
	if c.Value(0) == nil {
		return nil
	}
	perm, err := permutation(c, c.Rank(0))
	if err != nil {
		return err
	}
	st := strides(c.Shape(0))
	return foldFrom(c, func(idx []int64) (k int64) {
		for i, p := range perm {
			k += idx[i] * st[p]
		}
		return k
	})
}

// foldSlice picks the elements of a known value.
func foldSlice(c *Call) error {
	if c.Value(0) == nil {
		return nil
	}
	cs, known, err := cuts(c)
	if err != nil || !known {
		return err
	}
	st := strides(c.Shape(0))
	return foldFrom(c, func(idx []int64) (k int64) {
		for i, cut := range cs {
			k += (cut.start + idx[i]*cut.step) * st[i]
		}
		return k
	})
}

// foldTile repeats the elements of a known value.
func foldTile(c *Call) error {
	in := c.Shape(0)
	st := strides(in)
	return foldFrom(c, func(idx []int64) (k int64) {
		for i := range in {
			k += idx[i] % in[i] * st[i]
		}
		return k
	})
}

// foldExpand broadcasts a known value to the output's shape.
func foldExpand(c *Call) error {
	v := c.Value(0)
	if v == nil {
		return nil
	}
	shape := c.Out(0).Shape
	r := newReader(v, c.Shape(0), shape)
	fill(c, 0, int(shape.Elems()), func(i int) (*graph.Value, int) { return v, r.at(i, shape) })
	return nil
}

// foldGather picks slices of a known value along an axis by known indices; negative ones count from
// the end.
func foldGather(c *Call) error {
	idx := c.Value(1)
	if idx == nil || c.Value(0) == nil {
		return nil
	}
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", 0), len(in))
	if err != nil {
		return err
	}
	inner := in[axis+1:].Elems()
	picks := int64(idx.Len())
	flat := int64(0)
	return foldFrom(c, func([]int64) int64 {
		i := flat
		flat++
		at := idx.Int(int(i / inner % picks))
		if at < 0 {
			at += in[axis]
		}
		if at < 0 || at >= in[axis] {
			return -1
		}
		return (i/(inner*picks)*in[axis]+at)*inner + i%inner
	})
}

// foldConcat joins known values along an axis. One unknown operand leaves the output's value
// unknown.
func foldConcat(c *Call) error {
	for i := range c.Node.Inputs {
		if c.Value(i) == nil {
			return nil
		}
	}
	axis, err := Axis(c.Int("axis", 1), c.Rank(0))
	if err != nil {
		return err
	}
	out := c.Out(0).Shape
	if out.Elems() == 0 { // the outer dims may be large all the same
		fill(c, 0, 0, nil)
		return nil
	}
	outer := out[:axis].Elems()
	type place struct {
		v *graph.Value
		k int
	}
	var places []place
	for o := range outer {
		for i := range c.Node.Inputs {
			v := c.Value(i)
			run := c.Shape(i)[axis:].Elems()
			for k := range run {
				places = append(places, place{v, int(o*run + k)})
			}
		}
	}
	fill(c, 0, len(places), func(i int) (*graph.Value, int) { return places[i].v, places[i].k })
	return nil
}

// foldSplit cuts a known list into parts. Values of more dimensions stay unknown: shape arithmetic
// has lists.
func foldSplit(c *Call) error {
	v := c.Value(0)
	if v == nil || c.Rank(0) != 1 {
		return nil
	}
	if _, known, err := splitSizes(c, c.Shape(0)[0]); !known || err != nil {
		return err
	}
	start := 0
	for o := range c.NumOut() {
		if c.Out(o) == nil {
			return nil
		}
		n := int(c.Out(o).Shape.Elems())
		from := start
		fill(c, o, n, func(i int) (*graph.Value, int) { return v, from + i })
		start += n
	}
	return nil
}

// foldPad folds constant borders of vectors, as exporters use them to build pad lists.
func foldPad(c *Call) error {
	v := c.Value(0)
	if v == nil || c.Rank(0) != 1 || c.Str("mode", "constant") != "constant" {
		return nil
	}
	pads, known, err := padAmounts(c, 1)
	if err != nil || !known {
		return err
	}
	edge := &graph.Value{Ints: []int64{0}}
	if given := c.Value(2); given != nil && given.Len() == 1 {
		edge = given
	} else if c.Has(2) {
		return nil
	}
	fill(c, 0, int(OutElems(c, 0)), func(i int) (*graph.Value, int) {
		if k := int64(i) - pads[0]; k >= 0 && k < int64(v.Len()) {
			return v, int(k)
		}
		return edge, 0
	})
	return nil
}

// foldScatterND folds writes of slices into a known tensor.
func foldScatterND(c *Call) error {
	data, idx, upd := c.Value(0), c.Value(1), c.Value(2)
	if data == nil || idx == nil || upd == nil || c.Rank(1) == 0 || c.Str("reduction", "none") != "none" {
		return nil
	}
	in := c.Shape(0)
	width := int(c.Shape(1)[c.Rank(1)-1])
	if width > len(in) || width == 0 {
		return nil
	}
	st := strides(in)
	run := int(in[width:].Elems())
	from := make(map[int]int)
	for t := range idx.Len() / width {
		at := int64(0)
		for d := range width {
			k := idx.Int(t*width + d)
			if k < 0 {
				k += in[d]
			}
			at += k * st[d]
		}
		for i := range run {
			from[int(at)+i] = t*run + i
		}
	}
	fill(c, 0, data.Len(), func(i int) (*graph.Value, int) {
		if k, ok := from[i]; ok && k < upd.Len() {
			return upd, k
		}
		return data, i
	})
	return nil
}
