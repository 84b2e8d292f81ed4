package onnxread

import (
	"bytes"
	"io"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
)

// A definition is a constant and where the file holds it.
type definition struct {
	c    *graph.Const // the constant
	body span         // its bytes
}

// once leaves one of the Constant nodes and initializers of a graph that have the same name: some exporters write a
// constant for each use. Of constants that differ the last holds, and a node before an initializer, as ONNX Runtime has
// it.
func (r *resolver) once(raw *rawGraph) error {
	inits, at := raw.inits[:0], make(map[string]int, len(raw.inits))
	for _, in := range raw.inits {
		i, again := at[in.name]
		if !again {
			at[in.name] = len(inits)
			inits = append(inits, in)
			continue
		}
		same, err := r.same(definition{inits[i].c, inits[i].body}, definition{in.c, in.body})
		if err != nil {
			return err
		}
		if !same {
			inits[i] = in
			r.differs(in.name)
		}
	}
	raw.inits = inits
	return r.nodesOnce(raw)
}

// nodesOnce does so for Constant nodes.
func (r *resolver) nodesOnce(raw *rawGraph) error {
	nodes, at := raw.nodes[:0], map[string]int{}
	for _, n := range raw.nodes {
		if n.node.Op != (graph.OpID{Type: "Constant"}) || len(n.outputs) != 1 || len(n.attrs) != 1 {
			nodes = append(nodes, n)
			continue
		}
		i, again := at[n.outputs[0]]
		if !again {
			at[n.outputs[0]] = len(nodes)
			nodes = append(nodes, n)
			continue
		}
		first := nodes[i]
		same, err := r.same(definition{first.node.Attrs[0].Tensor, first.attrs[0].body},
			definition{n.node.Attrs[0].Tensor, n.attrs[0].body})
		if err != nil {
			return err
		}
		if !same {
			nodes[i] = n
			r.differs(n.outputs[0])
		}
	}
	raw.nodes = nodes
	raw.inits = slices.DeleteFunc(raw.inits, func(in rawInit) bool {
		i, ok := at[in.name]
		if ok && !sameValues(in.c, nodes[i].node.Attrs[0].Tensor) {
			r.differs(in.name)
		}
		return ok
	})
	return nil
}

// differs notes that a constant has two contents.
func (r *resolver) differs(name string) {
	if r.differing++; r.differing == 1 {
		r.firstDiffering = name
	}
}

// same reports whether two constants are the same.
func (r *resolver) same(a, b definition) (bool, error) {
	if sameValues(a.c, b.c) {
		return true, nil
	}
	return r.sameBytes(a.body, b.body)
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
