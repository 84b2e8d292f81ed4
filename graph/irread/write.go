package irread

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A writer writes a net as a graph.
type writer struct {
	*reader
	g      *graph.Graph   // the graph in the making
	net    *net           // that is written
	values map[end]*value // by the port that makes them
	free   []string       // symbols of the inputs' free dimensions, each once
}

// A value is a tensor of a net. Constants are added to the graph when they are first read, in the form that is wanted.
type value struct {
	id       graph.ID   // of the tensor
	name     string     // of the tensor
	typ      dtype.Type // of its elements
	dims     []int64    // -1 where one is not known
	constant bool       // its layer holds numbers
	stored   int64      // bytes of a constant
}

// main writes the net of the file.
func (w *writer) main(n *net) error {
	w.net, w.values = n, map[end]*value{}
	seen := map[string]bool{}
	for _, l := range n.layers {
		if seen[l.id] {
			return fmt.Errorf("found two layers with the id %.20q", l.id)
		}
		seen[l.id] = true
		w.declare(l)
		if err := w.b.Err(); err != nil {
			return err
		}
	}
	for _, l := range n.layers {
		if err := w.layer(l); err != nil {
			return fmt.Errorf("layer %.100q (%.40s): %w", l.name, l.typ, err)
		}
		if err := w.b.Err(); err != nil {
			return err
		}
	}
	return nil
}

// declare makes the values of a layer's outputs, so that layers may stand in any order.
func (w *writer) declare(l *layer) {
	for i, p := range l.outs {
		if !w.b.Spend(100 + int64(len(l.name))) {
			return
		}
		v := &value{typ: p.typ, dims: p.dims}
		if v.dims == nil {
			v.dims = []int64{}
		}
		name := l.name
		if i > 0 {
			name += ":" + strconv.Itoa(i)
		}
		switch {
		case l.typ == "Const":
			w.constant(l, v)
		case l.typ == "Parameter":
			symbol := ""
			dims := slices.Clone(v.dims)
			if len(dims) > 0 && dims[0] < 0 {
				symbol = batch
			}
			v.id = w.b.Input(name, v.typ, dims, symbol)
			w.symbols(v.id)
		default:
			v.id = w.b.Value(name, v.typ, v.dims)
		}
		w.values[end{l.id, p.id}] = v
	}
}

// symbols names the dimensions of an input that are left open.
func (w *writer) symbols(id graph.ID) {
	if id == graph.None {
		return
	}
	dims := w.b.Model.Tensors[id].Decl.Dims
	for i := range dims {
		if dims[i].Symbol == "" && dims[i].Value < 0 {
			dims[i] = graph.Dim{Symbol: fmt.Sprint("dim", i)}
		}
		if s := dims[i].Symbol; s != "" && !slices.Contains(w.free, s) {
			w.free = append(w.free, s)
		}
	}
}

// assume gives the free dimensions of what no operator has sizes for the symbols of the inputs: the first is the batch,
// and the others are the one further symbol that inputs have, such as the length of a text. With several they stay
// open.
func (w *writer) assume(v *value) {
	further := slices.DeleteFunc(slices.Clone(w.free), func(s string) bool { return s == batch })
	if len(further) != 1 || v.id == graph.None || v.constant {
		return
	}
	dims := w.b.Model.Tensors[v.id].Decl.Dims
	for i := range dims {
		if dims[i].Value >= 0 || dims[i].Symbol != "" {
			continue
		}
		dims[i] = graph.Dim{Symbol: further[0]}
		if i == 0 && len(dims) > 1 && len(w.free) > 1 {
			dims[i].Symbol = batch
		}
	}
}

// batch names the first dimension of inputs where it is free.
const batch = "batch"

// constant notes a constant: its content is in another file.
func (w *writer) constant(l *layer, v *value) {
	if t, ok := types[strings.ToLower(l.data["element_type"])]; ok {
		v.typ = t
	}
	for i, d := range v.dims {
		v.dims[i] = max(d, 0)
	}
	stored, _ := strconv.ParseInt(l.data["size"], 10, 64)
	v.id, v.name, v.constant, v.stored = graph.None, l.name, true, max(stored, 0)
}

// use returns the tensor of a value.
func (w *writer) use(v *value) graph.ID {
	if v.constant && v.id == graph.None {
		v.id = w.b.Const(v.name, &graph.Const{Type: v.typ, Shape: v.dims, External: true, Stored: v.stored})
	}
	return v.id
}

// layer writes one layer.
func (w *writer) layer(l *layer) error {
	o := &op{writer: w, layer: l}
	for _, p := range l.ins {
		from, ok := w.net.from[end{l.id, p.id}]
		v := w.values[from]
		if !ok || v == nil {
			return fmt.Errorf("found nothing at its input %d", p.id)
		}
		o.in = append(o.in, v)
	}
	for _, p := range l.outs {
		o.out = append(o.out, w.values[end{l.id, p.id}])
	}
	switch l.typ {
	case "Const", "Parameter":
		return nil
	case "Result":
		if len(o.in) == 1 && w.b.Spend(4) {
			w.g.Outputs = append(w.g.Outputs, w.use(o.in[0]))
		}
		return nil
	}
	r, ok := rows[l.typ]
	if !ok {
		o.unknown()
		return nil
	}
	if len(o.in) < r.ins || len(o.out) < 1 {
		return fmt.Errorf("found %d inputs and %d outputs, expected at least %d and 1", len(o.in), len(o.out), r.ins)
	}
	return r.write(o)
}

// An op is one layer, being written.
type op struct {
	*writer
	*layer
	in, out []*value // values in order
}

// ids returns the tensors of values.
func (w *writer) ids(list []*value) []graph.ID {
	out := make([]graph.ID, len(list))
	for i, v := range list {
		out[i] = w.use(v)
	}
	return out
}

// node writes a node of ONNX that makes output 0.
func (o *op) node(typ string, ins []graph.ID, attrs ...graph.Attr) {
	o.b.Node(o.g, graph.OpID{Type: typ}, o.layer.name, ins, o.ids(o.out[:1]), attrs...)
}

// unknown writes a layer that has no row: it is listed, and charged for its operands.
func (o *op) unknown() {
	for _, v := range o.out {
		o.assume(v)
	}
	o.b.Node(o.g, graph.OpID{Domain: "openvino", Type: o.typ}, o.layer.name, o.ids(o.in), o.ids(o.out))
}

// list reads numbers that are separated by commas.
func (o *op) list(key string) ([]int64, error) {
	text := o.data[key]
	if text == "" {
		return nil, nil
	}
	var out []int64
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(word), 10, 64)
		if err != nil || len(out) == mostRank {
			return nil, fmt.Errorf("%s: found %.40q, expected up to %d numbers", key, text, mostRank)
		}
		out = append(out, n)
	}
	return out, nil
}

// int returns a whole number of the layer's data, def where there is none.
func (o *op) int(key string, def int64) int64 {
	if n, err := strconv.ParseInt(o.data[key], 10, 64); err == nil {
		return n
	}
	return def
}

// yes reports whether a flag of the layer's data is set.
func (o *op) yes(key string) bool { v := strings.ToLower(o.data[key]); return v == "true" || v == "1" }

// view returns a value under other dimensions. A constant that is read for the first time is stored so.
func (o *op) view(v *value, dims []int64) graph.ID {
	if v.constant && v.id == graph.None {
		return o.b.Const(v.name, &graph.Const{Type: v.typ, Shape: dims, External: true, Stored: v.stored})
	}
	id := o.b.Value(o.layer.name+"/view", v.typ, dims)
	o.b.Node(o.g, graph.OpID{Type: "Reshape"}, o.layer.name, []graph.ID{o.use(v), o.b.Ints(target(v.dims, dims)...)},
		[]graph.ID{id})
	return id
}

// target returns the shape that a Reshape is told: a first dimension that stays is copied, so that it may change, and
// so are free ones that stand in the same place, as long as several are free.
func target(from, to []int64) []int64 {
	out := slices.Clone(to)
	if len(from) > 0 && len(to) > 0 && from[0] == to[0] && to[0] != 0 {
		out[0] = 0
	}
	for i := range out {
		others := slices.ContainsFunc(out[i+1:], func(d int64) bool { return d < 0 })
		if out[i] < 0 && others && i < len(from) && from[i] < 0 {
			out[i] = 0
		}
	}
	return out
}

// known reports whether no dimension is free but the first.
func known(v *value) bool {
	return len(v.dims) == 0 || !slices.ContainsFunc(v.dims[1:], func(d int64) bool { return d < 0 })
}

// window returns the attributes that convolutions and pools share.
func (o *op) window(keys ...[2]string) ([]graph.Attr, error) {
	var attrs []graph.Attr
	for _, k := range keys {
		v, err := o.list(k[0])
		if err != nil {
			return nil, err
		}
		if v != nil {
			attrs = append(attrs, compose.Ints(k[1], v...))
		}
	}
	switch strings.ToLower(o.data["auto_pad"]) {
	case "same_upper":
		return append(attrs, compose.Str("auto_pad", "SAME_UPPER")), nil
	case "same_lower":
		return append(attrs, compose.Str("auto_pad", "SAME_LOWER")), nil
	case "valid":
		return append(attrs, compose.Str("auto_pad", "VALID")), nil
	}
	begin, err := o.list("pads_begin")
	if err != nil {
		return nil, err
	}
	last, err := o.list("pads_end")
	if err == nil && begin != nil {
		attrs = append(attrs, compose.Ints("pads", append(begin, last...)...))
	}
	return attrs, err
}
