package ncnnread

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A size is one dimension of the target of a reshape: a number, or the size of a blob's axis.
type size struct {
	n    int64 // where axis is 0
	blob int   // whose dimension it is
	axis byte  // w, h, d or c
}

// reshape writes a view with sizes that settings give, or that an expression such as "1w,1h,128" does, the innermost
// first. An expression with arithmetic is an unknown layer.
func reshape(o *op) error {
	to, ok := o.sizes()
	if !ok {
		o.unknown()
		return nil
	}
	o.ranks[o.out[0]] = len(to)
	numbers := []int64{0} // the batch stays
	defer func() { o.known[o.out[0]] = numbers[1:] }()
	for _, s := range to {
		if s.axis != 0 {
			o.node("Reshape", []graph.ID{o.in[0], o.shape(to)})
			return nil
		}
		numbers = append(numbers, s.n)
	}
	o.node("Reshape", []graph.ID{o.in[0], o.b.Ints(numbers...)})
	return nil
}

// targetKeys lists the settings of a reshape, and the axes that a 0 copies: channels, depth, height, width.
var targetKeys = []struct {
	key  int
	axis byte
}{{2, 'c'}, {11, 'd'}, {1, 'h'}, {0, 'w'}}

// shapeKey gives the setting with the expression of a reshape.
const shapeKey = 6

// sizes returns the target of a reshape, the outermost first. ok is false where its expression is beyond us.
func (o *op) sizes() (to []size, ok bool) {
	if text := o.exprs[shapeKey]; text != "" {
		for term := range strings.SplitSeq(text, ",") {
			s, ok := o.term(strings.TrimSpace(term))
			if !ok {
				return nil, false
			}
			to = append(to, s)
		}
		slices.Reverse(to)
		return to, true
	}
	for _, k := range targetKeys {
		switch n, given := o.ints[k.key]; {
		case !given || n == rest:
		case n == 0:
			to = append(to, size{axis: k.axis})
		default:
			to = append(to, size{n: n})
		}
	}
	return to, true
}

// term returns a number of an expression, or an axis such as 0w.
func (o *op) term(text string) (s size, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 40); err == nil {
		return size{n: n}, true
	}
	if len(text) < 2 || !strings.ContainsRune("whdc", rune(text[len(text)-1])) {
		return s, false
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	return size{blob: n, axis: text[len(text)-1]}, err == nil && n >= 0 && n < len(o.in)
}

// shape returns the tensor of a target, behind the batch.
func (o *op) shape(to []size) graph.ID {
	parts := []graph.ID{o.b.Ints(0)}
	for i, s := range to {
		at := int64(-1)
		if s.axis != 0 {
			at = place(s.axis, o.ranks[o.in[s.blob]])
		}
		switch {
		case s.axis == 0:
			parts = append(parts, o.b.Ints(s.n))
		case at < 0:
			parts = append(parts, o.b.Ints(1))
		default:
			shape := o.value(fmt.Sprint("Shape", i), "Shape", []graph.ID{o.in[s.blob]})
			parts = append(parts, o.value(fmt.Sprint("Size", i), "Gather", []graph.ID{shape, o.b.Ints(at)}))
		}
	}
	return o.value("Target", "Concat", parts, compose.Int("axis", 0))
}

// place returns where an axis stands in a blob of so many dimensions, behind the batch; -1 where the blob has none. A
// blob of unknown dimensions counts as an image.
func place(axis byte, rank int) int64 {
	order := map[int]string{1: "w", 2: "hw", 4: "cdhw"}[rank]
	if order == "" {
		order = "chw"
	}
	i := strings.IndexByte(order, axis)
	if i < 0 {
		return -1
	}
	return int64(i) + 1
}

// slice cuts a blob into parts of stated sizes. What is left behind them is divided evenly.
func slice(o *op) error {
	on, sizes := axis(o.int(1, 0)), o.lists[0]
	known := slices.Index(sizes, rest)
	if slices.ContainsFunc(sizes, func(n int64) bool { return n < 1 && n != rest }) {
		return fmt.Errorf("%.60q: found the sizes %v, expected numbers from 1 on", o.layer.name, sizes)
	}
	switch {
	case len(sizes) != len(o.out) || known == 0 && !slices.ContainsFunc(sizes, func(n int64) bool { return n != rest }):
		o.even(o.in[0], o.out, on)
	case known < 0:
		o.b.Node(o.b.Model.Main, graph.OpID{Type: "Split"}, o.layer.name, []graph.ID{o.in[0], o.b.Ints(sizes...)}, o.out,
			compose.Int("axis", on))
	case slices.ContainsFunc(sizes[known:], func(n int64) bool { return n != rest }):
		o.unknown()
	default:
		at := int64(0)
		for i, n := range sizes[:known] {
			o.part(o.out[i], at, at+n, on)
			at += n
		}
		if left := o.out[known:]; len(left) == 1 {
			o.part(left[0], at, toEnd, on)
		} else {
			id := o.b.Value(o.layer.name+"/rest", dtype.Float32, nil)
			o.part(id, at, toEnd, on)
			o.even(id, left, on)
		}
	}
	return nil
}

// toEnd gives an end behind every axis.
const toEnd = 1 << 40

// part writes a range of an axis.
func (o *op) part(out graph.ID, from, to, on int64) {
	o.b.Node(o.b.Model.Main, graph.OpID{Type: "Slice"}, o.layer.name,
		[]graph.ID{o.in[0], o.b.Ints(from), o.b.Ints(to), o.b.Ints(on)}, []graph.ID{out})
}

// even writes a division into equal parts.
func (o *op) even(in graph.ID, out []graph.ID, on int64) {
	o.b.Node(o.b.Model.Main, graph.OpID{Type: "Split"}, o.layer.name, []graph.ID{in}, out, compose.Int("axis", on),
		compose.Int("num_outputs", int64(len(out))))
}
