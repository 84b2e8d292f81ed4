package tfliteread

import (
	"math"
	"math/bits"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// view writes other dimensions of the same elements.
func view(o *op) {
	if !o.has(1, 1) {
		return
	}
	v := o.in(0)
	if !o.outs[0].holds(graph.Shape(v.dims).Elems()) {
		if v.open == 0 {
			o.broken("turns %v into %v", v.dims, o.outs[0].dims)
		} else {
			o.unknown() // the size is run-time data: what the file states of the result is all that is known
		}
		return
	}
	to := o.outs[0].dims
	in := o.plain(0)
	if len(v.forms) > 0 {
		in = v.forms[0].id
	}
	from := v.dims
	if len(v.forms) > 0 {
		from = v.forms[0].dims
	}
	o.node("Reshape", []graph.ID{in, o.b.Ints(target(from, to)...)}, []graph.ID{o.same(0, false)})
}

// holds reports whether a value has so many elements. The last dimension that is left open takes what the others leave.
func (v *value) holds(elems int64) bool {
	have := graph.Shape(v.dims).Elems()
	if have == elems || v.open == 0 {
		return have == elems
	}
	at := bits.Len32(v.open) - 1
	others := int64(1)
	for i, n := range v.dims {
		if i != at {
			others *= n
		}
	}
	if others == 0 || elems%others != 0 {
		return false
	}
	v.dims = slices.Clone(v.dims)
	v.dims[at] = elems / others
	return true
}

// concat writes a join along an axis.
func concat(o *op) {
	if !o.has(1, 1) {
		return
	}
	ins, image := []graph.ID{}, o.images()
	for i, v := range o.ins {
		if v == nil || len(v.dims) != len(o.outs[0].dims) {
			o.broken("joins %d dimensions to %d", rankOf(v), len(o.outs[0].dims))
			return
		}
		ins = append(ins, o.form(i, image))
	}
	out, done := o.activated(o.result(image), image, o.options.byte(6, 0))
	o.node("Concat", ins, []graph.ID{out}, compose.Int("axis", axisOf(o.options.int(4, 0), len(o.outs[0].dims), image)))
	done()
}

// pack writes a join along a new axis.
func pack(o *op) {
	if !o.has(1, 1) || len(o.outs[0].dims) == 0 {
		return
	}
	axis := axisOf(o.options.int(6, 0), len(o.outs[0].dims), false)
	if axis < 0 || axis >= int64(len(o.outs[0].dims)) {
		o.broken("has the axis %d for %d dimensions", axis, len(o.outs[0].dims))
		return
	}
	one := slices.Clone(o.outs[0].dims)
	one[axis] = 1
	var ins []graph.ID
	for _, v := range o.ins {
		if v == nil || graph.Shape(v.dims).Elems() != graph.Shape(one).Elems() {
			o.broken("joins what has no size %v", one)
			return
		}
		ins = append(ins, o.as(v, one))
	}
	o.node("Concat", ins, []graph.ID{o.same(0, false)}, compose.Int("axis", axis))
}

// split returns the writer of a cut along an axis, which is the constant input at.
func split(data, at int) func(*op) {
	return func(o *op) {
		if !o.has(max(data, at)+1, 1) {
			return
		}
		axis := o.numbers(o.in(at))
		if len(axis) != 1 {
			o.unknown()
			return
		}
		o.cut(data, axis[0], func(v *value, _ int64) []int64 { return v.dims })
	}
}

// unpack writes a cut into slices without the axis.
func unpack(o *op) {
	if !o.has(1, 1) {
		return
	}
	o.cut(0, o.options.int(6, 0), func(v *value, axis int64) []int64 {
		if axis > int64(len(v.dims)) {
			return v.dims
		}
		return slices.Insert(slices.Clone(v.dims), int(axis), 1)
	})
}

// cut writes a Split of an input into the outputs, whose sizes with the axis sized returns.
func (o *op) cut(data int, axis int64, sized func(*value, int64) []int64) {
	in := o.in(data)
	rank := len(in.dims)
	if axis = axisOf(axis, rank, false); axis < 0 || axis >= int64(rank) {
		o.broken("has the axis %d for %d dimensions", axis, rank)
		return
	}
	var outs []graph.ID
	var sizes []int64
	for k, v := range o.outs {
		if v == nil {
			o.broken("leaves out its output %d", k)
			return
		}
		dims := sized(v, axis)
		if len(dims) != rank {
			o.broken("cuts %d dimensions out of %d", len(dims), rank)
			return
		}
		sizes = append(sizes, dims[axis])
		image := in.image && len(v.dims) == rank
		if in.image {
			dims = channelsFirst(dims)
		}
		outs = append(outs, o.put(k, dims, image))
	}
	o.node("Split", []graph.ID{o.form(data, in.image), o.b.Ints(sizes...)}, outs, compose.Int("axis", axisOf(axis,
		rank, in.image)))
}

// slice writes a range along axes: what it takes follows from the sizes. shrunk are the axes of one element that the
// result leaves out.
func (o *op) slice(shrunk int64) {
	if !o.has(1, 1) {
		return
	}
	in, to := o.in(0), o.outs[0].dims
	kept := make([]int64, 0, len(in.dims))
	next := 0
	for i := range in.dims {
		switch {
		case shrunk>>i&1 == 1:
			kept = append(kept, 1)
		case next < len(to):
			kept = append(kept, to[next])
			next++
		}
	}
	if len(kept) != len(in.dims) || next != len(to) {
		o.own("STRIDED_SLICE")
		return
	}
	from, image := in.dims, in.image
	if image {
		from, kept = channelsFirst(from), channelsFirst(kept)
	}
	var starts, ends, axes []int64
	for i := range from {
		if kept[i] > from[i] {
			o.own("STRIDED_SLICE")
			return
		}
		if kept[i] != from[i] {
			starts, ends, axes = append(starts, 0), append(ends, kept[i]), append(axes, int64(i))
		}
	}
	ins, out := o.form(0, image), o.put(0, kept, image && len(to) == len(from))
	if len(axes) == 0 {
		o.node("Identity", []graph.ID{ins}, []graph.ID{out})
		return
	}
	o.node("Slice", []graph.ID{ins, o.b.Ints(starts...), o.b.Ints(ends...), o.b.Ints(axes...)}, []graph.ID{out})
}

// plainSlice makes a Slice whose begin and size are inputs.
func plainSlice(o *op) { o.slice(0) }

// stridedSlice writes a range. New axes and an ellipsis are rare, and leave it visibly unknown.
func stridedSlice(o *op) {
	if o.options.int(8, 0) != 0 || o.options.int(10, 0) != 0 {
		o.unknown()
		return
	}
	o.slice(o.options.int(12, 0))
}

// pad writes a border.
func pad(mode string) func(*op) {
	return func(o *op) {
		if !o.has(1, 1) || len(o.outs[0].dims) != len(o.in(0).dims) {
			o.has(1, 1)
			return
		}
		image := o.in(0).image
		from, to := o.in(0).dims, o.result(image)
		if image {
			from = channelsFirst(from)
		}
		pads := make([]int64, 2*len(from))
		for i := range from {
			pads[len(from)+i] = to[i] - from[i]
		}
		o.node("Pad", []graph.ID{o.form(0, image), o.b.Ints(pads...)}, []graph.ID{o.same(0, image)}, compose.Str("mode",
			mode))
	}
}

// transpose writes a change of the order of dimensions.
func transpose(o *op) {
	if !o.has(2, 1) {
		return
	}
	perm := o.numbers(o.in(1))
	if len(perm) != len(o.in(0).dims) {
		o.own("TRANSPOSE")
		return
	}
	o.node("Transpose", []graph.ID{o.plain(0)}, []graph.ID{o.same(0, false)}, compose.Ints("perm", perm...))
}

// gather writes the picking of entries along an axis.
func gather(o *op) {
	if !o.has(2, 1) {
		return
	}
	if o.options.int(6, 0) != 0 {
		o.own("GATHER")
		return
	}
	o.pick(0, 1, o.options.int(4, 0))
}

// pick makes a Gather along an axis.
func (o *op) pick(data, index int, axis int64) {
	o.node("Gather", []graph.ID{o.plain(data), o.plain(index)}, []graph.ID{o.same(0, false)}, compose.Int("axis", axis))
}

// embedding writes a lookup of rows: the table is input 1.
func embedding(o *op) {
	if o.has(2, 1) {
		o.pick(1, 0, 0)
	}
}

// direct returns the writer of an operator whose inputs and outputs are those of ONNX in order.
func direct(typ string, ins int, attrs ...graph.Attr) func(*op) {
	return func(o *op) {
		if !o.has(ins, 1) {
			return
		}
		var from, to []graph.ID
		for i := range o.ins {
			from = append(from, o.plain(i))
		}
		for k, v := range o.outs {
			if v == nil {
				to = append(to, graph.None)
				continue
			}
			to = append(to, o.same(k, false))
		}
		o.node(typ, from, to, attrs...)
	}
}

// tile writes repetitions along axes, or a spread of axes of one.
func tile(o *op) {
	if !o.has(1, 1) {
		return
	}
	o.node("Expand", []graph.ID{o.plain(0), o.b.Ints(o.outs[0].dims...)}, []graph.ID{o.same(0, false)})
}

// repeat makes a Tile; how often follows from the declared shapes.
func repeat(o *op) {
	if !o.has(1, 1) || len(o.outs[0].dims) != len(o.in(0).dims) {
		o.has(1, 1)
		return
	}
	times := slices.Clone(o.outs[0].dims)
	for i, d := range o.in(0).dims {
		if d == 0 || times[i]%d != 0 {
			o.broken("repeats %v to %v", o.in(0).dims, o.outs[0].dims)
			return
		}
		times[i] /= d
	}
	o.node("Tile", []graph.ID{o.plain(0), o.b.Ints(times...)}, []graph.ID{o.same(0, false)})
}

// fill writes a tensor of one value.
func fill(o *op) {
	if o.has(1, 1) {
		o.node("ConstantOfShape", []graph.ID{o.b.Ints(o.outs[0].dims...)}, []graph.ID{o.same(0, false)})
	}
}

// rank writes the number of dimensions.
func rank(o *op) {
	if !o.has(1, 1) {
		return
	}
	mid := o.temp("/shape", dtype.Int64, []int64{int64(len(o.in(0).dims))})
	o.node("Shape", []graph.ID{o.plain(0)}, []graph.ID{mid})
	o.node("Size", []graph.ID{mid}, []graph.ID{o.same(0, false)})
}

// extreme returns the writer of the position of an extreme along an axis.
func extreme(typ string) func(*op) {
	return func(o *op) {
		if !o.has(2, 1) {
			return
		}
		axis := o.numbers(o.in(1))
		if len(axis) != 1 {
			o.unknown()
			return
		}
		keep := int64(0)
		if len(o.outs[0].dims) == len(o.in(0).dims) {
			keep = 1
		}
		o.node(typ, []graph.ID{o.plain(0)}, []graph.ID{o.same(0, false)}, compose.Int("axis", axis[0]),
			compose.Int("keepdims", keep))
	}
}

// topK writes the largest along the last axis.
func topK(o *op) {
	if !o.has(1, 2) || len(o.outs[0].dims) == 0 {
		o.has(1, 2)
		return
	}
	k := o.outs[0].dims[len(o.outs[0].dims)-1]
	o.node("TopK", []graph.ID{o.plain(0), o.b.Ints(k)}, []graph.ID{o.same(0, false), o.same(1, false)})
}

// oneHot writes one-hot vectors of indices.
func oneHot(o *op) {
	if !o.has(1, 1) || len(o.outs[0].dims) == 0 {
		o.has(1, 1)
		return
	}
	dims, axis := o.outs[0].dims, o.options.int(4, -1)
	at := axisOf(axis, len(dims), false)
	if at < 0 || at >= int64(len(dims)) {
		o.broken("has the axis %d for %d dimensions", axis, len(dims))
		return
	}
	o.node("OneHot", []graph.ID{o.plain(0), o.b.Ints(dims[at]), o.b.Const(o.name+"/values", pair(o.outs[0].typ))},
		[]graph.ID{o.same(0, false)}, compose.Int("axis", axis))
}

// pair returns a constant of two numbers of type t, whose values do not matter.
func pair(t dtype.Type) *graph.Const {
	return &graph.Const{Type: t, Shape: graph.Shape{2}, Stored: int64(t.Bits() / 4)}
}

// nonZero writes the positions of what is not zero, one in a row.
func nonZero(o *op) {
	if !o.has(1, 1) || len(o.ins) != 1 {
		o.unknown()
		return
	}
	elems := graph.Shape(o.in(0).dims).Elems()
	if elems > math.MaxInt32 {
		elems = math.MaxInt32
	}
	mid := o.temp("/columns", dtype.Int64, []int64{int64(len(o.in(0).dims)), elems})
	o.node("NonZero", []graph.ID{o.plain(0)}, []graph.ID{mid})
	o.node("Transpose", []graph.ID{mid}, []graph.ID{o.same(0, false)}, compose.Ints("perm", 1, 0))
}

// reverseSequence writes the reversal of the beginnings of sequences.
func reverseSequence(o *op) {
	direct("ReverseSequence", 2, compose.Int("time_axis", o.options.int(4, 0)), compose.Int("batch_axis",
		o.options.int(6, 0)))(o)
}

// own returns the writer of an operator of TensorFlow Lite's own.
func own(name string) func(*op) { return func(o *op) { o.own(name) } }
