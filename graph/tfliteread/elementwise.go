package tfliteread

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// unary returns the writer of a function of one element.
func unary(typ string, attrs ...graph.Attr) func(*op) {
	return func(o *op) {
		if o.has(1, 1) {
			image := o.in(0).image
			o.node(typ, []graph.ID{o.form(0, image)}, []graph.ID{o.same(0, image)}, attrs...)
		}
	}
}

// leaky writes a rectifier with a slope.
func leaky(o *op) { unary("LeakyRelu", compose.Float("alpha", o.options.float(4)))(o) }

// clip returns the writer of a clamp between two bounds.
func clip(from, to float64) func(*op) {
	return func(o *op) {
		if o.has(1, 1) {
			image, t := o.in(0).image, o.in(0).typ
			o.node("Clip", []graph.ID{o.form(0, image), o.b.Scalar(t, from), o.b.Scalar(t, to)}, []graph.ID{o.same(0, image)})
		}
	}
}

// clampBetween writes a clamp whose bounds are inputs.
func clampBetween(o *op) {
	if o.has(3, 1) {
		o.node("Clip", []graph.ID{o.plain(1), o.plain(0), o.plain(2)}, []graph.ID{o.same(0, false)})
	}
}

// images reports whether any input is an image of the rank of output 0.
func (o *op) images() bool {
	rank := len(o.outs[0].dims)
	for _, v := range o.ins {
		if v != nil && v.image && len(v.dims) == rank {
			return true
		}
	}
	return false
}

// operand returns input i laid over an image of a rank: of lower ranks, ones are put in front.
func (o *op) operand(i, rank int) graph.ID {
	v := o.in(i)
	if v == nil || len(v.dims) == 0 {
		return o.plain(i)
	}
	dims := v.dims
	for len(dims) < rank {
		dims = append([]int64{1}, dims...)
	}
	return o.as(v, channelsFirst(dims))
}

// over returns the inputs of an operator that broadcasts, and whether they are images.
func (o *op) over() (ins []graph.ID, image bool) {
	image = o.images()
	for i := range o.ins {
		if image {
			ins = append(ins, o.operand(i, len(o.outs[0].dims)))
		} else {
			ins = append(ins, o.plain(i))
		}
	}
	return ins, image
}

// result returns the sizes of output 0.
func (o *op) result(image bool) []int64 {
	if image {
		return channelsFirst(o.outs[0].dims)
	}
	return o.outs[0].dims
}

// none stands for an operator that fuses no activation.
const none = 0

// pairwise returns the writer of an operator of two or more inputs that broadcast, with an activation in a slot.
func pairwise(typ string, n int, act int64, attrs ...graph.Attr) func(*op) {
	return func(o *op) {
		if !o.has(n, 1) {
			return
		}
		ins, image := o.over()
		code := int64(0)
		if act != none {
			code = o.options.byte(act, 0)
		}
		out, done := o.activated(o.result(image), image, code)
		o.node(typ, ins, []graph.ID{out}, attrs...)
		done()
	}
}

// chained returns the writer of two operators, the second on the result of the first, given twice where square.
func chained(first, second string, n int, square bool) func(*op) {
	return func(o *op) {
		if !o.has(n, 1) {
			return
		}
		ins, image := o.over()
		t := o.in(0).typ
		if first == "Equal" {
			t = dtype.Bool
		}
		mid := o.temp("/"+first, t, o.result(image))
		o.node(first, ins, []graph.ID{mid})
		again := []graph.ID{mid}
		if square {
			again = append(again, mid)
		}
		o.node(second, again, []graph.ID{o.same(0, image)})
	}
}

// square writes a product of a tensor with itself.
func square(o *op) {
	if o.has(1, 1) {
		image := o.in(0).image
		x := o.form(0, image)
		o.node("Mul", []graph.ID{x, x}, []graph.ID{o.same(0, image)})
	}
}

// cast writes a change of the element type.
func cast(o *op) {
	if o.has(1, 1) {
		unary("Cast", compose.Int("to", int64(o.outs[0].typ)))(o)
	}
}

// selectBy writes a choice between two tensors by a condition, whose rank may be lower.
func selectBy(o *op) {
	if !o.has(3, 1) {
		return
	}
	if c := o.in(0); len(c.dims) == 1 && len(o.outs[0].dims) > 1 { // of rows
		dims := []int64{c.dims[0]}
		for range o.outs[0].dims[1:] {
			dims = append(dims, 1)
		}
		o.node("Where", []graph.ID{o.as(c, dims), o.plain(1), o.plain(2)}, []graph.ID{o.same(0, false)})
		return
	}
	pairwise("Where", 3, none)(o)
}

// normalised returns the writer of an operator along the channels.
func normalised(typ string, attrs ...graph.Attr) func(*op) {
	return func(o *op) {
		if !o.has(1, 1) {
			return
		}
		image, axis := o.in(0).image, int64(-1)
		if image {
			axis = 1
		}
		o.node(typ, []graph.ID{o.form(0, image)}, []graph.ID{o.same(0, image)}, append([]graph.Attr{compose.Int("axis",
			axis)}, attrs...)...)
	}
}

// localResponse writes a normalisation over neighbouring channels.
func localResponse(o *op) {
	if o.has(1, 1) && o.image(0, 4) {
		o.node("LRN", []graph.ID{o.first(0)}, []graph.ID{o.same(0, true)}, compose.Int("size", 2*o.options.int(4, 0)+1))
	}
}

// axisOf returns an axis in the order that an image has.
func axisOf(axis int64, rank int, image bool) int64 {
	if axis < 0 {
		axis += int64(rank)
	}
	switch {
	case !image || axis == 0:
		return axis
	case axis == int64(rank-1):
		return 1
	}
	return axis + 1
}

// reduce returns the writer of a reduction over the axes of input 1.
func reduce(typ string) func(*op) {
	return func(o *op) {
		if !o.has(2, 1) {
			return
		}
		axes := o.numbers(o.in(1))
		if axes == nil {
			o.own("REDUCE")
			return
		}
		image, rank := o.in(0).image, len(o.in(0).dims)
		kept := append([]int64{}, o.in(0).dims...)
		mapped := make([]int64, len(axes))
		for i, a := range axes {
			if a < -int64(rank) || a >= int64(rank) {
				o.broken("has the axis %d for %d dimensions", a, rank)
				return
			}
			kept[axisOf(a, rank, false)] = 1
			mapped[i] = axisOf(a, rank, image)
		}
		if image {
			kept = channelsFirst(kept)
		}
		in := o.form(0, image)
		if graph.Shape(kept).Elems() != graph.Shape(o.outs[0].dims).Elems() {
			o.broken("has the result %v, the axes make %v", o.outs[0].dims, kept)
			return
		}
		out := []graph.ID{o.put(0, kept, image && len(o.outs[0].dims) == rank)}
		if typ == "ReduceMean" && image && len(axes) == 2 && mapped[0]+mapped[1] == 5 && rank == 4 { // axes 2 and 3
			o.node("GlobalAveragePool", []graph.ID{in}, out)
			return
		}
		o.node(typ, []graph.ID{in, o.b.Ints(mapped...)}, out, compose.Int("keepdims", 1))
	}
}
