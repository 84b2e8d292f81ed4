package onnxread

import (
	"bytes"
	"io"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
)

// A definition is a constant and where the file holds it.
type definition struct {
	c    *graph.Const
	body span
}

// once drops the Constant nodes and initializers of a graph that repeat an earlier one, name and contents: some
// exporters write a constant for each use. Two that differ are left, and refused when their name is defined.
func (r *resolver) once(raw *rawGraph) error {
	seen := make(map[string]definition)
	repeats := func(name string, d definition) (bool, error) {
		first, ok := seen[name]
		switch {
		case !ok:
			seen[name] = d
			return false, nil
		case sameValues(first.c, d.c):
			return true, nil
		}
		return r.sameBytes(first.body, d.body)
	}
	var err error
	raw.inits = slices.DeleteFunc(raw.inits, func(in rawInit) bool {
		same, e := repeats(in.name, definition{in.c, in.body})
		err = firstError(err, e)
		return same
	})
	clear(seen)
	raw.nodes = slices.DeleteFunc(raw.nodes, func(n *rawNode) bool {
		if n.node.Op != (graph.OpID{Type: "Constant"}) || len(n.outputs) != 1 || len(n.attrs) != 1 {
			return false
		}
		same, e := repeats(n.outputs[0], definition{n.node.Attrs[0].Tensor, n.attrs[0]})
		err = firstError(err, e)
		return same
	})
	return err
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// sameValues reports whether two small tensors are the same, however the file encodes them.
func sameValues(a, b *graph.Const) bool {
	if a == nil || b == nil || a.Value == nil || b.Value == nil || a.Type != b.Type || !a.Shape.Equal(b.Shape) {
		return false
	}
	return slices.Equal(a.Value.Ints, b.Value.Ints) && slices.Equal(a.Value.Floats, b.Value.Floats)
}

// sameBytes reports whether two parts of the file hold the same bytes.
func (c *cursor) sameBytes(a, b span) (bool, error) {
	if a.len() != b.len() {
		return false, nil
	}
	var x, y [4096]byte
	for at := int64(0); at < a.len(); at += int64(len(x)) {
		n := min(int64(len(x)), a.len()-at)
		for _, p := range []struct {
			to  []byte
			off int64
		}{{x[:n], a.from + at}, {y[:n], b.from + at}} {
			if _, err := c.r.ReadAt(p.to, p.off); err != nil && err != io.EOF {
				return false, c.errorf(p.off, "the file cannot be read")
			}
		}
		if !bytes.Equal(x[:n], y[:n]) {
			return false, nil
		}
	}
	s, _ := c.r.(*Stream)
	return slices.Equal(s.sums(a), s.sums(b)), nil
}
