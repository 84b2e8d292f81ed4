package tfliteread

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// types lists the element types by their number in the file.
var types = []dtype.Type{
	dtype.Float32, dtype.Float16, dtype.Int32, dtype.Uint8, dtype.Int64, dtype.String, dtype.Bool, dtype.Int16,
	dtype.Complex64,
	dtype.Int8, dtype.Float64, dtype.Complex128, dtype.Uint64, dtype.Int32, dtype.Int32, dtype.Uint32, dtype.Uint16,
	dtype.Int4,
	dtype.BFloat16, dtype.Int2, dtype.Uint4,
}

// maxRank bounds the dimensions of a tensor.
const maxRank = 16

// A value is a tensor of the file. Operators of images take it with its channels in front, others as it is stored.
// Nothing moves between the two: a view renames the dimensions.
type value struct {
	name   string     // of the tensor
	typ    dtype.Type // of its elements
	dims   []int64    // -1 where one is not known
	buffer int64      // of a constant, else 0
	stored int64      // bytes of the constant
	image  bool       // it was made with its channels in front
	open   uint32     // the dimensions that are left open, a bit for each: the file states 1 in their place
	forms  []form     // in other orders of dimensions
}

// A form is a value under other dimensions.
type form struct {
	dims []int64  // of the form
	id   graph.ID // of the tensor
}

// A scope holds the values of one use of a subgraph, made when they are first met.
type scope struct {
	r       *reader          // the file's
	g       *graph.Graph     // the graph in the making
	tensors vector           // of the subgraph
	values  map[int64]*value // by index
}

// value returns tensor i, nil if it is left out.
func (s *scope) value(i int64) *value {
	if i == -1 {
		return nil
	}
	if v, ok := s.values[i]; ok {
		return v
	}
	if i < 0 || i >= s.tensors.n {
		s.r.f.fail(s.tensors.at, "a use of tensor %d of %d", i, s.tensors.n)
		return &value{}
	}
	s.r.b.Spend(200)
	v := s.r.tensor(s.tensors.table(i))
	s.values[i] = v
	return v
}

// tensor reads the facts of a tensor.
func (r *reader) tensor(t table) *value {
	v := &value{name: t.text(10), buffer: t.int(8, 0)}
	kind := t.byte(6, 0)
	if kind < 0 || kind >= int64(len(types)) {
		r.f.fail(t.at, "element type %d of tensor %q", kind, v.name)
		kind = 0
	}
	v.typ, v.dims = types[kind], r.shape(t)
	if sign := t.vector(18, 4); sign.n == int64(len(v.dims)) {
		for i := range v.dims {
			if sign.int(int64(i)) < 0 {
				v.open |= 1 << i
			}
		}
	}
	if v.buffer != 0 {
		data := r.buffer(v.buffer)
		if v.stored = data.n; data.n == 0 {
			v.buffer = 0
		}
	}
	return v
}

// shape returns the dimensions of a tensor, at most maxRank.
func (r *reader) shape(t table) []int64 {
	v := t.vector(4, 4)
	if v.n > maxRank {
		r.f.fail(v.at, "a tensor of %d dimensions", v.n)
		return []int64{}
	}
	dims := make([]int64, v.n)
	for i := range dims {
		if dims[i] = v.int(int64(i)); dims[i] < 0 {
			r.f.fail(v.at, "a dimension of %d", dims[i])
		}
	}
	if graph.Shape(dims).Elems() > graph.MaxElems {
		r.f.fail(v.at, "a tensor of %v, more than 2^46 elements", dims)
	}
	return dims
}

// buffer returns the content of a buffer.
func (r *reader) buffer(i int64) vector {
	if i < 0 || i >= r.buffers.n {
		r.f.fail(r.buffers.at, "a use of buffer %d of %d", i, r.buffers.n)
		return vector{}
	}
	t := r.buffers.table(i)
	v := t.vector(4, 1)
	if off := t.long(6); off > 1 { // beside the tables, in files of more than 2 GB
		v = vector{f: r.f, at: off, n: t.long(8), size: 1}
		if !r.f.has(v.at, v.n) {
			return vector{}
		}
	}
	return v
}

// mostNumbers bounds the numbers that are read from a constant: axes, permutations and sizes.
const mostNumbers = 64

// numbers returns the whole numbers of a constant, nil if they are not known.
func (s *scope) numbers(v *value) []int64 {
	if v == nil || v.buffer == 0 || v.typ != dtype.Int32 && v.typ != dtype.Int64 {
		return nil
	}
	data := s.r.buffer(v.buffer)
	data.size = int64(v.typ.Bits() / 8)
	data.n /= data.size
	if data.n > mostNumbers {
		return nil
	}
	out := make([]int64, data.n)
	for i := range out {
		out[i] = data.int(int64(i))
	}
	return out
}

// as returns a value under other dimensions of as many elements: constants are stored so, others get a view.
func (s *scope) as(v *value, dims []int64) graph.ID {
	if v == nil {
		return graph.None
	}
	for _, f := range v.forms {
		if slices.Equal(f.dims, dims) {
			return f.id
		}
	}
	b := s.r.b
	if !b.Spend(int64(60 + 8*len(dims))) {
		return graph.None
	}
	name := v.name
	if len(v.forms) > 0 {
		name = fmt.Sprint(v.name, ":", dims)
	}
	id := graph.None
	switch {
	case v.buffer != 0:
		c := &graph.Const{Type: v.typ, Shape: dims, Stored: v.stored}
		if n := s.numbers(v); n != nil && int64(len(n)) == graph.Shape(dims).Elems() {
			c.Value = &graph.Value{Ints: n}
		}
		id = b.Const(name, c)
	case len(v.forms) == 0: // nothing makes it: a variable, or an input that the file does not list
		id = b.Input(name, v.typ, v.dims, "")
		v.forms = append(v.forms, form{v.dims, id})
		return s.as(v, dims)
	default:
		id = b.Value(name, v.typ, dims)
		from := v.forms[0]
		b.Node(s.g, graph.OpID{Type: "Reshape"}, name, []graph.ID{from.id, b.Ints(target(from.dims, dims)...)},
			[]graph.ID{id})
	}
	v.forms = append(v.forms, form{dims, id})
	return id
}

// target returns the shape that a Reshape is told: a first dimension that stays is copied, so that it may change.
func target(from, to []int64) []int64 {
	out := slices.Clone(to)
	if len(from) > 0 && len(to) > 0 && from[0] == to[0] && to[0] != 0 {
		out[0] = 0
	}
	return out
}

// channelsFirst returns the dimensions of an image with its channels in front.
func channelsFirst(dims []int64) []int64 {
	n := len(dims)
	if n < 3 {
		return dims
	}
	return append([]int64{dims[0], dims[n-1]}, dims[1:n-1]...)
}

// An op is one use of an operator, being written.
type op struct {
	*scope
	b         *compose.Builder // the graph in the making
	code      *opcode          // the operator
	name      string           // of its first output
	ins, outs []*value         // in order; nil: omitted
	options   table            // its settings
}

// in returns input i, nil where it is omitted.
func (o *op) in(i int) *value {
	if i >= len(o.ins) {
		return nil
	}
	return o.ins[i]
}

// has reports whether there are inputs and outputs as an operator needs.
func (o *op) has(ins, outs int) bool {
	for i := range ins {
		if o.in(i) == nil {
			return o.broken("has no input %d; the operator needs %d", i, ins)
		}
	}
	for i := range outs {
		if i >= len(o.outs) || o.outs[i] == nil {
			return o.broken("has no output %d; the operator makes %d", i, outs)
		}
	}
	return true
}

// broken keeps the first error, with the operator's name, and returns false.
func (o *op) broken(format string, args ...any) bool {
	if o.r.f.err == nil {
		o.r.f.err = fmt.Errorf("%s: %s %q: %s", o.r.f.name, o.code.name, o.name, fmt.Sprintf(format, args...))
	}
	return false
}

// plain returns an input as it is stored.
func (o *op) plain(i int) graph.ID {
	if v := o.in(i); v != nil {
		return o.as(v, v.dims)
	}
	return graph.None
}

// first returns an input with its channels in front.
func (o *op) first(i int) graph.ID {
	if v := o.in(i); v != nil {
		return o.as(v, channelsFirst(v.dims))
	}
	return graph.None
}

// put makes output k under dims, with its channels in front or not.
func (o *op) put(k int, dims []int64, image bool) graph.ID {
	v := o.outs[k]
	id := o.b.Value(v.name, v.typ, dims)
	v.image, v.forms = image, append(v.forms, form{dims, id})
	return id
}

// same makes output k in the order that an image has or in its own.
func (o *op) same(k int, image bool) graph.ID {
	if image {
		return o.put(k, channelsFirst(o.outs[k].dims), true)
	}
	return o.put(k, o.outs[k].dims, false)
}

// temp makes a value between two nodes.
func (o *op) temp(suffix string, t dtype.Type, dims []int64) graph.ID {
	return o.b.Value(o.name+suffix, t, dims)
}

// node writes a node of ONNX.
func (o *op) node(typ string, ins, outs []graph.ID, attrs ...graph.Attr) {
	o.b.Node(o.g, graph.OpID{Type: typ}, o.name, ins, outs, attrs...)
}

// activation says how an activation that is fused into another operator is written.
var activations = map[int64]struct {
	typ      string
	from, to float64
}{1: {typ: "Relu"}, 2: {"Clip", -1, 1}, 3: {"Clip", 0, 6}, 4: {typ: "Tanh"}, 5: {typ: "Sign"}}

// activated makes output 0 with a fused activation. The caller writes its node with the result, then calls done.
func (o *op) activated(dims []int64, image bool, act int64) (id graph.ID, done func()) {
	a, ok := activations[act]
	if !ok {
		if act != 0 {
			o.broken("has the activation %d, known are 0 to 5", act)
		}
		return o.put(0, dims, image), func() {}
	}
	t := o.outs[0].typ
	id = o.temp("/linear", t, dims)
	return id, func() {
		ins := []graph.ID{id}
		if a.typ == "Clip" {
			ins = append(ins, o.b.Scalar(t, a.from), o.b.Scalar(t, a.to))
		}
		o.node(a.typ, ins, []graph.ID{o.put(0, dims, image)})
	}
}
