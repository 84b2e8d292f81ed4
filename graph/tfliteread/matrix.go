package tfliteread

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// padding returns the attribute of the two ways of padding.
func padding(code int64) graph.Attr {
	if code == 0 {
		return compose.Str("auto_pad", "SAME_UPPER")
	}
	return compose.Str("auto_pad", "VALID")
}

// image reports whether input i is an image of the wanted rank, and says so where it is not.
func (o *op) image(i, rank int) bool {
	if v := o.in(i); v == nil || len(v.dims) != rank {
		return o.broken("has an input %d of %d dimensions; expected %d", i, rankOf(v), rank)
	}
	return true
}

// rankOf returns the number of dimensions, 0 of an omitted value.
func rankOf(v *value) int {
	if v == nil {
		return 0
	}
	return len(v.dims)
}

// conv returns the writer of a convolution whose weights are [out, …, in/group]. steps are the slots of strides, then
// of dilations, in the order of the axes.
func conv(rank int, act int64, steps ...int64) func(*op) {
	return func(o *op) {
		if !o.has(2, 1) || !o.image(0, rank) || !o.image(1, rank) {
			return
		}
		x, w := o.in(0).dims, o.in(1).dims
		if w[rank-1] < 1 || x[rank-1]%w[rank-1] != 0 {
			o.broken("has weights of %d input channels for an image of %d", w[rank-1], x[rank-1])
			return
		}
		o.convolve(o.first(1), x[rank-1]/w[rank-1], act, steps)
	}
}

// depthwise writes a convolution of each channel by itself: weights are [1, height, width, out].
func depthwise(o *op) {
	if !o.has(2, 1) || !o.image(0, 4) || !o.image(1, 4) {
		return
	}
	x, w := o.in(0).dims, o.in(1).dims
	if w[0] != 1 {
		o.broken("has weights of %d by first dimension; expected 1", w[0])
		return
	}
	o.convolve(o.as(o.in(1), []int64{w[3], 1, w[1], w[2]}), x[3], 12, []int64{8, 6, 16, 14})
}

// convolve writes a convolution by weights that have their channels in front.
func (o *op) convolve(w graph.ID, group, act int64, slots []int64) {
	spatial := len(slots) / 2
	steps := make([]int64, len(slots))
	for i, slot := range slots {
		steps[i] = o.options.int(slot, 1)
	}
	ins := []graph.ID{o.first(0), w}
	if o.in(2) != nil {
		ins = append(ins, o.plain(2))
	}
	out, done := o.activated(channelsFirst(o.outs[0].dims), true, o.options.byte(act, 0))
	o.node("Conv", ins, []graph.ID{out}, padding(o.options.byte(4, 0)), compose.Int("group", group),
		compose.Ints("strides", steps[:spatial]...), compose.Ints("dilations", steps[spatial:]...))
	done()
}

// transposed returns the writer of a transposed convolution with its data and bias at inputs. Its weights are
// [out, …, in].
func transposed(rank int, bias int, act int64, strides ...int64) func(*op) {
	return func(o *op) {
		if !o.has(3, 1) || !o.image(1, rank) || !o.image(2, rank) || len(o.outs[0].dims) != rank {
			return
		}
		w := slices.Clone(o.in(1).dims)
		dims := append([]int64{w[rank-1], w[0]}, w[1:rank-1]...)
		steps := make([]int64, len(strides))
		for i, slot := range strides {
			steps[i] = o.options.int(slot, 1)
		}
		ins := []graph.ID{o.first(2), o.as(o.in(1), dims)}
		if o.in(bias) != nil {
			ins = append(ins, o.plain(bias))
		}
		to := channelsFirst(o.outs[0].dims)
		out, done := o.activated(to, true, o.options.byte(act, 0))
		o.node("ConvTranspose", ins, []graph.ID{out}, compose.Ints("strides", steps...), compose.Ints("output_shape",
			to[2:]...))
		done()
	}
}

// pool returns the writer of a pool. A window as large as the image is a global pool.
func pool(typ string, attrs ...graph.Attr) func(*op) {
	return func(o *op) {
		if !o.has(1, 1) || !o.image(0, 4) {
			return
		}
		x := o.in(0).dims
		kernel := []int64{o.options.int(12, 1), o.options.int(10, 1)}
		out, done := o.activated(channelsFirst(o.outs[0].dims), true, o.options.byte(14, 0))
		if slices.Equal(kernel, x[1:3]) && o.options.byte(4, 0) == 1 {
			o.node("Global"+typ, []graph.ID{o.first(0)}, []graph.ID{out}, attrs...)
		} else {
			o.node(typ, []graph.ID{o.first(0)}, []graph.ID{out}, append([]graph.Attr{padding(o.options.byte(4, 0)),
				compose.Ints("kernel_shape", kernel...), compose.Ints("strides", o.options.int(8, 1), o.options.int(6, 1))},
				attrs...)...)
		}
		done()
	}
}

// fullyConnected writes a product of rows with weights [out, in].
func fullyConnected(o *op) {
	if !o.has(2, 1) || !o.image(1, 2) {
		return
	}
	w := o.in(1).dims
	n := graph.Shape(o.in(0).dims).Elems()
	if w[1] < 1 || n%w[1] != 0 {
		o.broken("has %d numbers for weights of %d inputs", n, w[1])
		return
	}
	rows := n / w[1]
	if !o.outs[0].holds(rows * w[0]) {
		o.broken("has the result %v for %d rows of %d", o.outs[0].dims, rows, w[0])
		return
	}
	ins := []graph.ID{o.as(o.in(0), []int64{rows, w[1]}), o.plain(1)}
	if o.in(2) != nil {
		ins = append(ins, o.plain(2))
	}
	out, done := o.activated([]int64{rows, w[0]}, false, o.options.byte(4, 0))
	o.node("Gemm", ins, []graph.ID{out}, compose.Int("transB", 1))
	done()
}

// batchMatMul writes a product of two tensors, either of which may be transposed.
func batchMatMul(o *op) {
	if !o.has(2, 1) {
		return
	}
	ins, out := []graph.ID{o.plain(0), o.plain(1)}, []graph.ID{o.same(0, false)}
	if a, b := o.options.byte(4, 0), o.options.byte(6, 0); a|b != 0 {
		o.b.Node(o.g, graph.OpID{Domain: "com.microsoft", Type: "FusedMatMul"}, o.name, ins, out,
			compose.Int("transA", a), compose.Int("transB", b))
		return
	}
	o.node("MatMul", ins, out)
}

// resize returns the writer of a change of resolution.
func resize(mode string) func(*op) {
	return func(o *op) {
		if !o.has(1, 1) || !o.image(0, 4) || len(o.outs[0].dims) != 4 {
			return
		}
		to := o.outs[0].dims
		o.node("Resize", []graph.ID{o.first(0), graph.None, graph.None, o.b.Ints(to[1], to[2])}, []graph.ID{o.same(0,
			true)},
			compose.Str("mode", mode), compose.Ints("axes", 2, 3))
	}
}

// blocks returns the writer of an exchange of channels and blocks of pixels.
func blocks(typ string) func(*op) {
	return func(o *op) {
		if o.has(1, 1) && o.image(0, 4) {
			o.node(typ, []graph.ID{o.first(0)}, []graph.ID{o.same(0, true)}, compose.Int("blocksize", o.options.int(4, 1)))
		}
	}
}

// quantize writes the storing of numbers as integers with a scale, and the change of a scale.
func quantize(o *op) {
	if !o.has(1, 1) {
		return
	}
	if !o.in(0).typ.IsFloat() {
		o.own("REQUANTIZE")
		return
	}
	image := o.in(0).image
	o.node("QuantizeLinear", []graph.ID{o.form(0, image), o.b.Scalar(dtype.Float32, 1), o.b.Scalar(o.outs[0].typ, 0)},
		[]graph.ID{o.same(0, image)})
}

// dequantize writes the widening of stored numbers.
func dequantize(o *op) {
	if !o.has(1, 1) {
		return
	}
	image := o.in(0).image
	in, out := o.form(0, image), o.same(0, image)
	if o.in(0).typ.IsFloat() {
		o.node("Cast", []graph.ID{in}, []graph.ID{out}, compose.Int("to", int64(o.outs[0].typ)))
		return
	}
	o.node("DequantizeLinear", []graph.ID{in, o.b.Scalar(dtype.Float32, 1)}, []graph.ID{out})
}

// fakeQuant writes the rounding of numbers to integers and back.
func fakeQuant(o *op) {
	if !o.has(1, 1) {
		return
	}
	image := o.in(0).image
	in := o.form(0, image)
	dims := o.in(0).dims
	if image {
		dims = channelsFirst(dims)
	}
	mid, one := o.temp("/quantised", dtype.Int8, dims), o.b.Scalar(dtype.Float32, 1)
	o.node("QuantizeLinear", []graph.ID{in, one, o.b.Scalar(dtype.Int8, 0)}, []graph.ID{mid})
	o.node("DequantizeLinear", []graph.ID{mid, one}, []graph.ID{o.same(0, image)})
}

// form returns an input with its channels in front or as it is stored.
func (o *op) form(i int, image bool) graph.ID {
	if image {
		return o.first(i)
	}
	return o.plain(i)
}

// transposed3D writes a transposed convolution of a volume by weights [depth, height, width, out, in].
func transposed3D(o *op) {
	if !o.has(3, 1) || !o.image(1, 5) || !o.image(2, 5) || len(o.outs[0].dims) != 5 {
		return
	}
	w := o.in(1).dims
	to := channelsFirst(o.outs[0].dims)
	out, done := o.activated(to, true, o.options.byte(12, 0))
	o.node("ConvTranspose", []graph.ID{o.first(2), o.as(o.in(1), []int64{w[4], w[3], w[0], w[1], w[2]})},
		[]graph.ID{out},
		compose.Ints("strides", o.options.int(6, 1), o.options.int(10, 1), o.options.int(8, 1)),
		compose.Ints("output_shape", to[2:]...))
	done()
}

// conv3D writes a convolution of a volume by weights [depth, height, width, in, out].
func conv3D(o *op) {
	if o.has(2, 1) && o.image(0, 5) && o.image(1, 5) {
		w := o.in(1).dims
		o.convolve(o.as(o.in(1), []int64{w[4], w[3], w[0], w[1], w[2]}), 1, 12, []int64{6, 10, 8, 14, 18, 16})
	}
}
