package ncnnread

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A dim is a size of an input that its users tell: a number, or the name of a free one.
type dim struct {
	n    int64
	name string
}

// The free sizes of language models.
var (
	tokens = dim{name: "tokens"}
	cached = dim{name: "past"}
	all    = dim{name: "past + tokens"}
)

// declare gives an input without stated sizes those that the layer that reads it tells. An input counts as an image
// until then; the first layer that tells holds.
func (o *op) declare(i int, dims ...dim) {
	if i >= len(o.in) {
		return
	}
	id, ok := o.free[o.in[i]]
	if !ok || o.told[id] {
		return
	}
	o.told[id] = true
	decl := &o.b.Model.Tensors[id].Decl.Dims
	*decl = append((*decl)[:1:1], make([]graph.Dim, len(dims))...)
	for k, d := range dims {
		to := &(*decl)[k+1]
		if *to = (graph.Dim{Value: -1, Symbol: d.name}); d.name == "" {
			*to = graph.Dim{Value: d.n}
		}
	}
	o.ranks[o.in[i]] = len(dims)
}

// rmsNorm makes a normalisation by the root mean square of the last numbers.
func rmsNorm(o *op) error {
	n := o.int(0, 0)
	if n < 1 {
		return fmt.Errorf("%.60q: found %d numbers to normalise", o.layer.name, n)
	}
	o.declare(0, tokens, dim{n: n})
	o.keep()
	o.node("SimplifiedLayerNormalization", []graph.ID{o.in[0], o.weight(".scale", n)}, compose.Int("axis", -1))
	return nil
}

// groupNorm makes a normalisation over groups of channels.
func groupNorm(o *op) error {
	groups, c := o.int(0, 1), o.int(1, 0)
	if groups < 1 || c < groups || c%groups != 0 {
		return fmt.Errorf("%.60q: found %d groups of %d channels", o.layer.name, groups, c)
	}
	o.keep()
	o.node("GroupNormalization", []graph.ID{o.in[0], o.weight(".scale", c), o.weight(".shift", c)},
		compose.Int("num_groups", groups))
	return nil
}

// keep says that a result has the sizes of the first operand.
func (o *op) keep() { o.ranks[o.out[0]], o.known[o.out[0]] = o.ranks[o.in[0]], o.known[o.in[0]] }

// gemm makes a product of matrices, each an operand or a weight, and adds a third one where there is one.
func gemm(o *op) error {
	m, n, k := o.int(7, 0), o.int(8, 0), o.int(9, 0)
	ins := o.in
	operand := func(key int, suffix string, rows, columns int64, turnKey int) (id graph.ID, err error) {
		switch {
		case o.int(key, 0) != 0 && (rows < 1 || columns < 1):
			return id, fmt.Errorf("%.60q: found a weight of %d x %d", o.layer.name, rows, columns)
		case o.int(key, 0) != 0:
			return o.weight(suffix, rows, columns), nil // as it is read, turned or not
		case len(ins) == 0:
			return id, fmt.Errorf("%.60q: found %d inputs, expected one for each operand", o.layer.name, len(o.in))
		}
		id, ins = ins[0], ins[1:]
		if o.int(turnKey, 0) != 0 {
			id = o.value(suffix, "Transpose", []graph.ID{id}, compose.Ints("perm", 0, 2, 1))
		}
		return id, nil
	}
	if o.int(4, 0) == 0 && k > 0 && o.int(2, 0) == 0 {
		o.declare(0, tokens, dim{n: k})
	}
	a, err := operand(4, ".a", m, k, 2)
	if err != nil {
		return err
	}
	b, err := operand(5, ".b", k, n, 3)
	if err != nil {
		return err
	}
	o.ranks[o.out[0]] = 2
	kind := o.int(10, 0)
	if o.int(6, 0) != 0 && kind < 0 || o.int(6, 0) == 0 && len(ins) == 0 {
		return o.turned("MatMul", a, b)
	}
	c := graph.None
	switch shapes := map[int64][]int64{0: {1}, 1: {m, 1}, 2: {m, 1}, 3: {m, n}, 4: {n}}; {
	case o.int(6, 0) == 0:
		c = ins[0]
	case shapes[kind] == nil || shapes[kind][0] < 1:
		return fmt.Errorf("%.60q: found the kind of sum %d for %d x %d", o.layer.name, kind, m, n)
	default:
		c = o.weight(".c", shapes[kind]...)
	}
	return o.turned("Add", o.through("MatMul", []graph.ID{a, b}), c)
}

// turned writes a node of two operands, whose result is transposed where the layer says so.
func (o *op) turned(typ string, a, b graph.ID) error {
	if o.int(14, 0) == 0 {
		o.node(typ, []graph.ID{a, b})
		return nil
	}
	o.node("Transpose", []graph.ID{o.value("Result", typ, []graph.ID{a, b})}, compose.Ints("perm", 0, 2, 1))
	return nil
}

// rotary makes a rotation by position of heads x tokens x numbers, with the cosines and sines of half of the numbers.
func rotary(o *op) error {
	if len(o.in) < 3 {
		return fmt.Errorf("%.60q: found %d inputs, expected 3", o.layer.name, len(o.in))
	}
	half := dim{name: "half"}
	if s := o.known[o.in[0]]; len(s) == 3 && s[2] > 0 {
		half = dim{n: s[2] / 2}
	}
	o.declare(1, tokens, half)
	o.declare(2, tokens, half)
	o.keep()
	o.node("RotaryEmbedding", o.in[:3], compose.Int("interleaved", o.int(0, 0)))
	return nil
}

// attention makes attention of heads x tokens x numbers, with a mask and cached keys and values where the layer has
// them. How many heads the caches have follows from keys and values.
func attention(o *op) error {
	ins, masked, caches := o.in, o.int(5, 0) != 0, o.int(7, 0) != 0
	want := map[bool]int{true: 1}[masked] + 2*map[bool]int{true: 1}[caches] + 3
	if len(ins) != want || caches && len(o.out) != 3 {
		return fmt.Errorf("%.60q: found %d inputs and %d outputs, expected %d inputs", o.layer.name, len(ins), len(o.out),
			want)
	}
	to := append(ins[:3:3], graph.None, graph.None, graph.None)
	next := 3
	if masked {
		o.declare(3, tokens, all)
		to[3] = o.value("Mask", "Unsqueeze", []graph.ID{ins[3], o.b.Ints(1)})
		next++
	}
	o.ranks[o.out[0]] = 3
	if !caches {
		o.node("Attention", to[:3+map[bool]int{true: 1}[masked]])
		return nil
	}
	for i := range 2 {
		s := o.known[ins[1+i]]
		if len(s) != 3 || s[0] < 1 || s[2] < 1 {
			o.unknown()
			return nil
		}
		o.declare(next+i, dim{n: s[0]}, cached, dim{n: s[2]})
		to[4+i] = ins[next+i]
	}
	o.b.Node(o.b.Model.Main, graph.OpID{Type: "Attention"}, o.layer.name, to, o.out)
	return nil
}

// projected makes attention with the projections of queries, keys, values and of the result, over tokens x numbers.
func projected(o *op) error {
	width, heads := o.int(0, 0), o.int(1, 0)
	if width < 1 || heads < 1 || width%heads != 0 || o.int(2, 0)%width != 0 || len(o.in) > 4 {
		return fmt.Errorf("%.60q: found %d heads of %d numbers and %d weights", o.layer.name, heads, width, o.int(2, 0))
	}
	kdim, vdim := o.int(3, width), o.int(4, width)
	side := max(o.int(2, 0)/width, 1) // of queries
	project := func(name string, x graph.ID, from, to int64) graph.ID {
		y := o.value(name, "MatMul", []graph.ID{x, o.weight("."+name, from, to)})
		return o.value(name+"+", "Add", []graph.ID{y, o.weight("."+name+".bias", to)})
	}
	k, v := o.in[0], o.in[0]
	if len(o.in) > 1 {
		k, v = o.in[1], o.in[1]
	}
	if len(o.in) > 2 {
		v = o.in[2]
	}
	x := o.b.Value(o.layer.name+"/Attention", dtype.Float32, nil)
	o.b.Node(o.b.Model.Main, graph.OpID{Domain: "com.microsoft", Type: "MultiHeadAttention"}, o.layer.name,
		[]graph.ID{project("q", o.in[0], side, width), project("k", k, kdim, width), project("v", v, vdim, width)},
		[]graph.ID{x}, compose.Int("num_heads", heads))
	o.ranks[o.out[0]] = 2
	y := o.value("o", "MatMul", []graph.ID{x, o.weight(".o", width, side)})
	o.node("Add", []graph.ID{y, o.weight(".o.bias", side)})
	return nil
}
