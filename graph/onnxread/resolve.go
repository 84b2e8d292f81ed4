package onnxread

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// resolver turns names into tensor IDs of one table.
type resolver struct {
	*scanner
	tensors  []graph.Tensor  // so far
	versions map[string]int  // of the imported domains
	missing  []string        // domains used without an import
	unknown  map[string]bool // domains without a version
	edges    int             // pairs of an input and an output so far
	room     []graph.ID      // for operands and results of nodes, cut from blocks

	differing      int    // constants that are defined twice and differ
	firstDiffering string // the name of the first
}

// scope is the names that a graph defines, and the graph around it.
type scope struct {
	names map[string]graph.ID // tensors of the graph
	outer *scope              // of the graph around it
}

// find returns the value of that name, in the scope or those around it.
func (s *scope) find(name string) (graph.ID, bool) {
	for ; s != nil; s = s.outer {
		if id, ok := s.names[name]; ok {
			return id, true
		}
	}
	return graph.None, false
}

// define adds a tensor to a scope. A name that the scope has already is an error.
func (r *resolver) define(s *scope, name string, depth int, at int64, t graph.Tensor) (graph.ID, error) {
	if _, dup := s.names[name]; dup {
		return graph.None, r.errorf(at, "tensor %q is defined twice in one graph", name)
	}
	id := graph.ID(len(r.tensors))
	t.Name, t.Depth = name, depth
	r.tensors = append(r.tensors, t)
	s.names[name] = id
	return id, nil
}

// graph resolves the names of one graph and of the subgraphs in it, then has onnx-go decode its topology and
// attributes.
func (r *resolver) graph(raw *rawGraph, outer *scope, depth int) (*graph.Graph, error) {
	if err := r.once(raw); err != nil {
		return nil, err
	}
	g := &graph.Graph{Name: raw.name, Nodes: make([]graph.Node, len(raw.nodes))}
	n := len(raw.inits) + len(raw.inputs) + len(raw.nodes)
	s := &scope{names: make(map[string]graph.ID, n), outer: outer}
	r.tensors = slices.Grow(r.tensors, n)
	if err := r.interfaces(raw, g, s, depth); err != nil {
		return nil, err
	}
	for i := range raw.nodes {
		if err := r.outputs(raw.nodes[i], &g.Nodes[i], s, depth); err != nil {
			return nil, err
		}
	}
	r.declare(raw.values, s)
	r.declare(raw.outputs, s)
	for i := range raw.nodes {
		if err := r.inputs(raw.nodes[i], &g.Nodes[i], s, depth); err != nil {
			return nil, err
		}
	}
	for _, o := range raw.outputs {
		id, ok := s.find(o.name)
		if !ok {
			return nil, r.errorf(raw.at, "graph output %q is defined by no node", o.name)
		}
		g.Outputs = append(g.Outputs, id)
	}
	return g, r.decode(g, raw)
}

// interfaces defines the initializers and inputs. An input with an initializer is an initializer (IR version 3).
func (r *resolver) interfaces(raw *rawGraph, g *graph.Graph, s *scope, depth int) error {
	for i := range raw.inits {
		in := &raw.inits[i]
		if in.name == "" {
			return r.errorf(in.at, "an initializer has no name")
		}
		id, err := r.define(s, in.name, depth, in.at, graph.Tensor{Kind: graph.FromInitializer, Init: in.c})
		if err != nil {
			return err
		}
		g.Initializers = append(g.Initializers, id)
	}
	for _, in := range raw.inputs {
		if id, ok := s.names[in.name]; ok && r.tensors[id].Kind == graph.FromInitializer {
			r.tensors[id].Decl = in.typ
			continue
		}
		id, err := r.define(s, in.name, depth, raw.at, graph.Tensor{Kind: graph.FromInput, Decl: in.typ})
		if err != nil {
			return err
		}
		g.Inputs = append(g.Inputs, id)
	}
	return nil
}

// declare records declared types; the first declaration of a tensor wins.
func (r *resolver) declare(values []rawValue, s *scope) {
	for _, v := range values {
		if id, ok := s.names[v.name]; ok && r.tensors[id].Decl == nil && v.typ != nil {
			r.tensors[id].Decl = v.typ
		}
	}
}

// outputs defines the outputs of a node in its scope.
func (r *resolver) outputs(raw *rawNode, n *graph.Node, s *scope, depth int) error {
	*n = raw.node
	n.Version = r.version(n.Op.Domain)
	n.Outputs = r.ids(len(raw.outputs))
	for i, name := range raw.outputs {
		n.Outputs[i] = graph.None
		if name == "" {
			continue
		}
		id, err := r.define(s, name, depth, raw.at, graph.Tensor{})
		if err != nil {
			return err
		}
		n.Outputs[i] = id
	}
	return nil
}

// ids returns room for n tensors.
func (r *resolver) ids(n int) []graph.ID {
	if n > len(r.room) {
		r.room = make([]graph.ID, max(n, blockSize))
	}
	ids := r.room[:n:n]
	r.room = r.room[n:]
	return ids
}

// inputs finds the inputs of a node. A name that nothing defines is an error.
func (r *resolver) inputs(raw *rawNode, n *graph.Node, s *scope, depth int) error {
	n.Inputs = r.ids(len(raw.inputs))
	for i, name := range raw.inputs {
		id, ok := s.find(name)
		if !ok && name != "" {
			return r.errorf(raw.at, "node %q (%s) reads %q, which nothing defines", n.Name, n.Op, name)
		}
		n.Inputs[i] = id
	}
	raw.inputs, raw.outputs, raw.room = nil, nil, [5]string{} // names that tensors do not have are of no more use
	for _, b := range raw.bodies {
		g, err := r.graph(b.graph, s, depth+1)
		if err != nil {
			return err
		}
		if a := &n.Attrs[b.attr]; b.index < 0 {
			a.Graph = g
		} else {
			a.Graphs[b.index] = g
		}
	}
	return nil
}

// version returns the imported version of a domain. A domain that is not imported counts as its first version.
func (r *resolver) version(domain string) int {
	if v, ok := r.versions[domain]; ok {
		return v
	}
	if !r.unknown[domain] {
		if r.unknown == nil {
			r.unknown = map[string]bool{}
		}
		r.unknown[domain], r.missing = true, append(r.missing, domain)
	}
	return 1
}

// versions returns the version of each imported domain; the first import of a domain wins.
func versions(opsets []graph.Opset) map[string]int {
	out := make(map[string]int, len(opsets))
	for _, o := range opsets {
		if _, twice := out[o.Domain]; !twice {
			out[o.Domain] = o.Version
		}
	}
	return out
}

// model resolves a whole file.
func (s *scanner) model(raw *rawModel) (*graph.Model, error) {
	m := raw.model
	if raw.main == nil {
		return nil, s.errorf(-1, "the file holds no graph; it is not an ONNX model")
	}
	slices.SortFunc(m.Opsets, func(a, b graph.Opset) int { return strings.Compare(a.Domain, b.Domain) })
	r := &resolver{scanner: s, versions: versions(m.Opsets)}
	var err error
	if m.Main, err = r.graph(raw.main, nil, 0); err != nil {
		return nil, err
	}
	m.GraphName, m.Tensors = m.Main.Name, r.tensors
	for _, d := range r.missing {
		if d == "" {
			d = "ai.onnx"
		}
		m.Notes = append(m.Notes, note.New(note.OpsetMissing, d))
	}
	if r.differing > 0 {
		m.Notes = append(m.Notes, note.New(note.ConstantsDiffer, r.firstDiffering, r.differing))
	}
	for _, f := range raw.functions {
		fn, err := s.resolveFunction(f)
		if err != nil {
			return nil, err
		}
		m.Functions = append(m.Functions, fn)
	}
	return m, nil
}

// resolveFunction resolves a function's body in a table of its own.
func (s *scanner) resolveFunction(f *rawFunction) (graph.Function, error) {
	for _, in := range f.inputs {
		f.body.inputs = append(f.body.inputs, rawValue{name: in})
	}
	for _, o := range f.outputs {
		f.body.outputs = append(f.body.outputs, rawValue{name: o})
	}
	r := &resolver{scanner: s, versions: versions(f.fn.Opsets)}
	g, err := r.graph(&f.body, nil, 0)
	if err != nil {
		return f.fn, err
	}
	f.fn.Body, f.fn.Tensors = g, r.tensors
	f.fn.Defaults, err = r.defaults(f)
	return f.fn, err
}

// defaults has onnx-go decode the default values of a function's attributes: those of a node without operands.
func (r *resolver) defaults(f *rawFunction) ([]graph.Attr, error) {
	if len(f.holder.node.Attrs) == 0 {
		return nil, nil
	}
	g := &graph.Graph{Name: f.fn.Op.Type, Nodes: []graph.Node{f.holder.node}}
	err := r.decode(g, &rawGraph{nodes: []*rawNode{&f.holder}, at: f.body.at})
	return g.Nodes[0].Attrs, err
}
