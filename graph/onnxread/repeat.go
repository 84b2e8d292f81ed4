package onnxread

import (
	"bytes"
	"io"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
)

// once drops the Constant nodes and initializers of a graph that repeat an earlier one, name and bytes: some exporters
// write a constant for each use. Two that differ are left, and refused when their name is defined.
func (r *resolver) once(raw *rawGraph) error {
	seen := make(map[string]span)
	repeats := func(name string, s span) (bool, error) {
		first, ok := seen[name]
		if !ok {
			seen[name] = s
			return false, nil
		}
		return r.sameBytes(first, s)
	}
	var err error
	raw.inits = slices.DeleteFunc(raw.inits, func(in rawInit) bool {
		same, e := repeats(in.name, in.body)
		err = firstError(err, e)
		return same
	})
	clear(seen)
	raw.nodes = slices.DeleteFunc(raw.nodes, func(n *rawNode) bool {
		if n.node.Op != (graph.OpID{Type: "Constant"}) || len(n.outputs) != 1 || len(n.attrs) != 1 {
			return false
		}
		same, e := repeats(n.outputs[0], n.attrs[0])
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
