package ops

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// move returns a row for an operator that only copies elements.
func move(k Kind, name string, since, minIn int, doc string, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: k, Doc: doc, MinIn: minIn, Infer: infer}
}

// with sets the byte rule and the folding of a row.
func (s Spec) with(bytes func(*Call, *cost.Cost), fold func(*Call) error) Spec {
	s.Bytes, s.Fold = bytes, fold
	return s
}

var movementSpecs = []Spec{
	move(Transpose, "Transpose", 1, 1, "permute the dimensions", inferTranspose).with(nil, foldTranspose),
	move(Concat, "Concat", 1, 1, "join tensors along an axis", inferConcat).with(nil, foldConcat),
	move(Split, "Split", 1, 1, "cut a tensor along an axis", inferSplit).with(bytesTouched, foldSplit),
	move(Slice, "Slice", 1, 1, "take a strided range along axes", inferSlice).with(bytesTouched, foldSlice),
	move(Gather, "Gather", 1, 2, "pick entries along an axis by index", inferGather).with(bytesTouched, foldGather),
	move(Move, "GatherElements", 11, 2, "pick single elements along an axis by index",
		inferGatherElements).with(bytesTouched, nil),
	move(Move, "GatherND", 11, 2, "pick slices by index tuples", inferGatherND).with(bytesTouched, nil),
	move(Move, "Scatter", 9, 3, "write single elements along an axis by index", inferSame),
	move(Move, "ScatterElements", 11, 3, "write single elements along an axis by index", inferSame),
	move(Move, "ScatterND", 11, 3, "write slices by index tuples", inferSame).with(nil, foldScatterND),
	move(Move, "TensorScatter", 24, 2, "write a block into a cache", inferSame).with(bytesInPlace, nil),
	move(Pad, "Pad", 1, 1, "add a border", inferPad).with(nil, foldPad),
	move(Tile, "Tile", 1, 2, "repeat along axes", inferTile).with(nil, foldTile),
	move(Expand, "Expand", 8, 2, "broadcast to a shape", inferExpand).with(nil, foldExpand),
	move(Move, "ReverseSequence", 10, 2, "reverse the beginnings of sequences", inferSame),
	move(Move, "Compress", 9, 2, "keep the entries where a condition holds", inferCompress),
	move(Move, "Trilu", 14, 1, "upper or lower triangle", inferSame),
	{Op: onnx("OneHot"), Since: 9, Kind: Move, Doc: "one-hot vectors of indices", MinIn: 3, Infer: inferOneHot,
		Type: typeOf(2)},
}

// bytesTouched counts what is touched: what is written is read once, and the indices; the rest of the data stays where
// it is.
func bytesTouched(c *Call, k *cost.Cost) {
	var written cost.Cost
	WriteAll(c, &written)
	k.Written = sat.Add(k.Written, written.Written)
	ReadBytes(c, k, 0, min(written.Written, c.In(0).Bytes()))
	for i := 1; i < c.NumIn(); i++ {
		ReadAll(c, k, i)
	}
}

// bytesInPlace counts the updates alone: the updates are read and written into a tensor that stays where it is.
func bytesInPlace(c *Call, k *cost.Cost) {
	for i := 1; i < c.NumIn(); i++ {
		ReadAll(c, k, i)
	}
	k.Written = sat.Add(k.Written, c.In(1).Bytes())
}

// permutation reads attribute perm, by default the reversal.
func permutation(c *Call, rank int) ([]int64, error) {
	perm := c.Ints("perm")
	if perm == nil {
		perm = c.NewShape(rank)
		for i := range perm {
			perm[i] = int64(rank - 1 - i)
		}
	}
	if len(perm) != rank {
		return nil, fmt.Errorf("perm %v does not fit a tensor of rank %d", perm, rank)
	}
	seen := c.NewShape(rank)
	for _, p := range perm {
		if p < 0 || p >= int64(rank) || seen[p] != 0 {
			return nil, fmt.Errorf("perm %v is not a permutation of %d dimensions", perm, rank)
		}
		seen[p] = 1
	}
	return perm, nil
}

// inferTranspose permutes the dimensions; without the attribute perm it reverses them.
func inferTranspose(c *Call) error {
	in := c.Shape(0)
	perm, err := permutation(c, len(in))
	if err != nil {
		return err
	}
	out := c.NewShape(len(in))
	for i, p := range perm {
		out[i] = in[p]
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferConcat adds up the sizes along the axis. The other dimensions must agree.
func inferConcat(c *Call) error {
	axis, err := Axis(c.Int("axis", 1), c.Rank(0))
	if err != nil {
		return err
	}
	inputs := make([]int, 0, 8)
	for i := range c.Node.Inputs {
		if c.Has(i) {
			inputs = append(inputs, i)
		}
	}
	out, err := c.join(axis, inputs)
	if err != nil {
		return err
	}
	c.setExtent(0, c.Type(0), out)
	return nil
}

// join returns the shape of inputs joined along an axis.
func (c *Call) join(axis int, inputs []int) (extent, error) {
	first := c.extent(inputs[0])
	out := extent{append(c.NewShape(len(first.shape))[:0], first.shape...), first.upper}
	known := !first.upper // whether all dimensions but the axis are exact
	for _, i := range inputs[1:] {
		s := c.extent(i)
		if len(s.shape) != len(out.shape) {
			return out, fmt.Errorf("cannot join %v and %v: their ranks differ", first.shape, s.shape)
		}
		for d := range s.shape {
			if d == axis {
				out.shape[d] = sat.Add(out.shape[d], s.shape[d])
				continue
			}
			both, ok := agree(size{out.shape[d], !known}, s.size(d))
			if !ok {
				return out, fmt.Errorf("cannot join %v and %v along axis %d: dimension %d differs", first.shape, s.shape, axis, d)
			}
			out.shape[d] = both.n
		}
		known, out.upper = known || !s.upper, out.upper || s.upper
	}
	return out, nil
}

// splitSizes returns how an axis of n is cut: by attribute or input, else evenly over num_outputs, the last one
// smaller.
func splitSizes(c *Call, n int64) ([]int64, bool, error) {
	parts := int64(c.NumOut())
	if parts == 0 {
		return nil, true, nil
	}
	sizes := c.Ints("split")
	if c.Has(1) {
		v := c.Value(1)
		if v == nil {
			return nil, false, nil
		}
		sizes = v.Ints
	}
	if sizes == nil {
		each := ceilDiv(n, parts)
		sizes = c.NewShape(int(parts))
		left := n
		for i := range sizes {
			sizes[i] = min(each, left)
			left -= sizes[i]
		}
	}
	sum := int64(0)
	for _, s := range sizes {
		sum += s
	}
	if int64(len(sizes)) != parts || sum != n && !c.upper {
		return nil, false, fmt.Errorf("sizes %v do not cut %d into %d parts", sizes, n, parts)
	}
	return sizes, true, nil
}

// inferSplit cuts the axis into parts: by the sizes given, or evenly with a smaller last one.
func inferSplit(c *Call) error {
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", 0), len(in))
	if err != nil {
		return err
	}
	sizes, known, err := splitSizes(c, in[axis])
	if err != nil {
		return err
	}
	for i := range c.NumOut() {
		out := append(c.NewShape(len(in))[:0], in...)
		if !known { // the sizes are run-time data: each part is at most the whole
			c.SetOutUpper(i, c.Type(0), out...)
			continue
		}
		out[axis] = sizes[i]
		c.SetOut(i, c.Type(0), out...)
	}
	return nil
}

// inferGather replaces the axis by the dimensions of the indices.
func inferGather(c *Call) error {
	in, idx := c.Shape(0), c.Shape(1)
	axis, err := Axis(c.Int("axis", 0), len(in))
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(in) + len(idx))[:0], in[:axis]...)
	out = append(append(out, idx...), in[axis+1:]...)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferGatherElements sets an output of the indices' shape.
func inferGatherElements(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(1)...)
	return nil
}

// inferGatherND sets an output of the indices' dimensions but the last, which counts the dimensions
// of the data that a tuple picks.
func inferGatherND(c *Call) error {
	in, idx := c.Shape(0), c.Shape(1)
	batch := int(c.Int("batch_dims", 0))
	if len(idx) == 0 || batch < 0 || batch >= len(idx) || int64(batch)+idx[len(idx)-1] > int64(len(in)) {
		return fmt.Errorf("index tuples of shape %v with %d batch dimensions do not fit data %v", idx, batch, in)
	}
	out := append(c.NewShape(len(in) + len(idx))[:0], idx[:len(idx)-1]...)
	out = append(out, in[batch+int(idx[len(idx)-1]):]...)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// padAmounts returns the borders of every dim, begins then ends; known is false where they are run-time data.
func padAmounts(c *Call, rank int) (pads []int64, known bool, err error) {
	pads = c.Ints("pads")
	if pads == nil {
		pads = c.Ints("paddings") // opset 1
	}
	if c.Has(1) {
		v := c.Value(1)
		if v == nil {
			return nil, false, nil
		}
		pads = v.Ints
	}
	axes := make([]int64, rank)
	for i := range axes {
		axes[i] = int64(i)
	}
	if c.Has(3) {
		v := c.Value(3)
		if v == nil {
			return nil, false, nil
		}
		axes = v.Ints
	}
	if len(pads) != 2*len(axes) {
		return nil, false, fmt.Errorf("%d pads for %d dimensions; expected a begin and an end for each", len(pads), len(axes))
	}
	full := make([]int64, 2*rank)
	for i, a := range axes {
		k, err := Axis(a, rank)
		if err != nil {
			return nil, false, err
		}
		full[k], full[rank+k] = pads[i], pads[len(axes)+i]
	}
	return full, true, nil
}

// inferPad adds the amounts before and behind to each dimension. Amounts that only run time knows
// leave the output unknown.
func inferPad(c *Call) error {
	in := c.Shape(0)
	pads, known, err := padAmounts(c, len(in))
	if err != nil {
		return err
	}
	if !known {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	out := c.NewShape(len(in))
	for i := range in {
		out[i] = in[i] + pads[i] + pads[len(in)+i]
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferTile multiplies each dimension by its repeats.
func inferTile(c *Call) error {
	in := c.Shape(0)
	v := c.Value(1)
	if v == nil {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	out := append(c.NewShape(len(in))[:0], in...)
	switch {
	case c.Node.Version < 6 && c.NumIn() == 3: // tiles and axis as scalars
		axis := c.Value(2)
		if axis == nil || v.Len() != 1 || axis.Len() != 1 {
			c.SetInfo(0, graph.Info{})
			return nil
		}
		a, err := Axis(axis.Int(0), len(in))
		if err != nil {
			return err
		}
		out[a] = sat.Mul(out[a], max(v.Int(0), 0))
	case v.Len() != len(in):
		return fmt.Errorf("%d repeats for a tensor of rank %d", v.Len(), len(in))
	default:
		for i := range out {
			out[i] = sat.Mul(out[i], max(v.Int(i), 0))
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferExpand broadcasts the input's shape with the one of input 1.
func inferExpand(c *Call) error {
	v := c.Value(1)
	if v == nil {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	out, err := c.broadcast(c.extent(0), extentOf(v))
	if err != nil {
		return err
	}
	c.setExtent(0, c.Type(0), out)
	return nil
}

// inferCompress sets the outputs: how many entries are kept is run-time data unless the condition is known.
func inferCompress(c *Call) error {
	in := c.Shape(0)
	kept, exact := c.Shape(1).Elems(), false
	if v := c.Value(1); v != nil {
		kept, exact = 0, true
		for i := range v.Len() {
			kept += boolToInt(v.Int(i) != 0)
		}
	}
	out := graph.Shape{kept}
	if a := c.Node.Attr("axis"); a != nil {
		axis, err := Axis(a.Int, len(in))
		if err != nil {
			return err
		}
		out = append(c.NewShape(len(in))[:0], in...)
		out[axis] = kept
	}
	c.setOut(0, c.Type(0), out, c.upper || !exact)
	return nil
}

// inferOneHot inserts a dimension of depth elements at the axis.
func inferOneHot(c *Call) error {
	idx := c.Shape(0)
	depth := c.Value(1)
	if depth == nil || depth.Len() != 1 {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	axis, err := Axis(c.Int("axis", -1), len(idx)+1)
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(idx) + 1)[:0], idx[:axis]...)
	out = append(append(out, depth.Int(0)), idx[axis:]...)
	c.SetOut(0, c.Type(2), out...)
	return nil
}

// A cut is the range that Slice takes along one axis.
type cut struct{ start, step, n int64 }

// clampCut applies the clamping rules of Slice to one axis of size dim.
func clampCut(start, end, step, dim int64) (cut, error) {
	if step == 0 {
		return cut{}, fmt.Errorf("a slice with step 0")
	}
	if start < 0 {
		start += dim
	}
	if end < 0 && end > math.MinInt64+dim {
		end += dim
	}
	if step > 0 {
		start, end = min(max(start, 0), dim), min(max(end, 0), dim)
		return cut{start, step, max(ceilDiv(end-start, step), 0)}, nil
	}
	start, end = min(max(start, 0), dim-1), min(max(end, -1), dim-1)
	return cut{start, step, max(ceilDiv(end-start, step), 0)}, nil
}

// cuts returns the ranges of every axis; known is false where they are run-time data.
func cuts(c *Call) (out []cut, known bool, err error) {
	in := c.Shape(0)
	lists := [4][]int64{c.Ints("starts"), c.Ints("ends"), c.Ints("axes"), nil}
	for i := 1; i < min(c.NumIn(), 5); i++ {
		if !c.Has(i) {
			continue
		}
		v := c.Value(i)
		if v == nil {
			return nil, false, nil
		}
		lists[i-1] = v.Ints
	}
	starts, ends, axes, steps := lists[0], lists[1], lists[2], lists[3]
	if len(starts) != len(ends) || axes != nil && len(axes) != len(starts) || steps != nil && len(steps) != len(starts) ||
		axes == nil && len(starts) > len(in) {
		return nil, false, fmt.Errorf("starts %v, ends %v, axes %v and steps %v do not fit a tensor of rank %d", starts, ends,
			axes, steps, len(in))
	}
	out = make([]cut, len(in))
	for i, d := range in {
		out[i] = cut{0, 1, d}
	}
	for i := range starts {
		axis, step := int64(i), int64(1)
		if axes != nil {
			axis = axes[i]
		}
		if steps != nil {
			step = steps[i]
		}
		a, err := Axis(axis, len(in))
		if err != nil {
			return nil, false, err
		}
		if out[a], err = clampCut(starts[i], ends[i], step, in[a]); err != nil {
			return nil, false, err
		}
	}
	return out, true, nil
}

// inferSlice sets the outputs: where the range is run-time data, the whole input is its bound.
func inferSlice(c *Call) error {
	cs, known, err := cuts(c)
	if err != nil {
		return err
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	if !known {
		c.SetOutUpper(0, c.Type(0), out...)
		return nil
	}
	for i, cut := range cs {
		out[i] = cut.n
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}
