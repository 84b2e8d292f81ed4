package graph

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/room"
)

// maxInlined bounds the nodes that inlining may make, with their tensors and names: functions that call functions
// several times each grow exponentially.
const maxInlined = 1 << 17

// inlinedCost gives the bytes of memory of a node or a tensor that inlining makes, on the scale of internal/room.
const inlinedCost = 560

// Inline replaces every call of a model-local function for which want is true by
// the function's body, recursively and within subgraphs. A model without such functions is returned as it is;
// otherwise the result is a copy that shares what it does not change.
// It fails on functions that call themselves and where more than 2^17 nodes and tensors would be made, or more than
// memory permits.
func (m *Model) Inline(want func(op OpID, version int) bool) (*Model, error) {
	if len(m.Functions) == 0 {
		return m, nil
	}
	out := *m
	out.Tensors = append([]Tensor(nil), m.Tensors...)
	in := &inliner{model: &out, want: want, functions: index(m.Functions), weights: map[*Function]int{},
		called: map[*Function]bool{}, most: int(min(maxInlined, room.Most()/inlinedCost))}
	main, err := in.graph(m.Main)
	if err != nil {
		return nil, err
	}
	out.Main = main
	return &out, nil
}

// inliner expands calls of functions into their nodes.
type inliner struct {
	model     *Model                  // that is expanded
	want      func(OpID, int) bool    // whether calls of an operator are expanded
	functions map[signature]*Function // by what calls them
	weights   map[*Function]int       // nodes that a function expands to
	stack     []*Function             // being expanded
	called    map[*Function]bool      // expanded before
	made      int                     // nodes and tensors so far
	most      int                     // of these
}

// longName gives a length of names, in bytes, that counts as one node more: each inlined node's begins with its
// caller's.
const longName = 256

// tooMany returns the error of functions that expand without end.
func (in *inliner) tooMany() error {
	return fmt.Errorf("the model's functions expand to more than %d nodes and tensors", in.most)
}

// signature tells functions apart.
type signature struct {
	op       OpID   // that a call names
	overload string // that a call names
}

// index lists functions by what they are called; the first of a signature wins.
func index(functions []Function) map[signature]*Function {
	out := make(map[signature]*Function, len(functions))
	for i := range functions {
		f := &functions[i]
		if s := (signature{f.Op, f.Overload}); out[s] == nil {
			out[s] = f
		}
	}
	return out
}

// weight returns how many nodes and tensors a call of a function makes, its attributes and operands counted as well.
func (in *inliner) weight(f *Function) int {
	w, ok := in.weights[f]
	if !ok {
		w = len(f.Tensors) + f.Body.weight()
		in.weights[f] = w
	}
	return w
}

// weight returns what a copy of a graph takes, in nodes.
func (g *Graph) weight() int {
	const parts = 4 // of a node, each an operand or an attribute
	w := 0
	for i := range g.Nodes {
		n := &g.Nodes[i]
		w += 1 + (len(n.Inputs)+len(n.Outputs)+len(n.Attrs))/parts
		for k := range n.Attrs {
			if b := n.Attrs[k].Graph; b != nil {
				w += b.weight()
			}
			for _, b := range n.Attrs[k].Graphs {
				w += b.weight()
			}
		}
	}
	return w
}

// find returns the function that a node calls, nil if it calls none that is wanted.
func (in *inliner) find(n *Node) *Function {
	if f := in.functions[signature{n.Op, n.Overload}]; f != nil && in.want(n.Op, n.Version) {
		return f
	}
	return nil
}

// graph returns a copy of g with its calls, and those in its subgraphs, expanded.
func (in *inliner) graph(g *Graph) (*Graph, error) {
	out := *g
	out.Nodes = nil
	for i := range g.Nodes {
		if err := in.node(&out, g.Nodes[i]); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// node appends a node to out, or the body of the function that it calls.
func (in *inliner) node(out *Graph, n Node) error {
	if in.made += 1 + len(n.Name)/longName; in.made > in.most {
		return in.tooMany()
	}
	f := in.find(&n)
	if f == nil {
		n.Attrs = append([]Attr(nil), n.Attrs...)
		for i := range n.Attrs {
			if err := in.bodies(&n.Attrs[i]); err != nil {
				return err
			}
		}
		out.Nodes = append(out.Nodes, n)
		return nil
	}
	for _, open := range in.stack {
		if open == f {
			return fmt.Errorf("function %s calls itself", f.Op)
		}
	}
	in.made += in.weight(f) * (1 + len(n.Name)/longName)
	if in.made > in.most {
		return in.tooMany()
	}
	in.stack = append(in.stack, f)
	err := in.call(out, f, &n)
	in.stack = in.stack[:len(in.stack)-1]
	return err
}

// bodies expands functions inside the bodies of an attribute.
func (in *inliner) bodies(a *Attr) (err error) {
	if a.Graph != nil {
		if a.Graph, err = in.graph(a.Graph); err != nil {
			return err
		}
	}
	if a.Graphs != nil {
		graphs := make([]*Graph, len(a.Graphs))
		for i, g := range a.Graphs {
			if graphs[i], err = in.graph(g); err != nil {
				return err
			}
		}
		a.Graphs = graphs
	}
	return nil
}

// call appends a function's body with fresh tensors, its inputs and outputs being those of the call.
func (in *inliner) call(out *Graph, f *Function, n *Node) error {
	c := &instance{ids: make([]ID, len(f.Tensors)), call: n, fn: f}
	for i, t := range f.Tensors {
		t.Name, t.Again = n.Name+"/"+t.Name, t.Init != nil && in.called[f]
		c.ids[i] = ID(len(in.model.Tensors))
		in.model.Tensors = append(in.model.Tensors, t)
	}
	in.called[f] = true
	for i, id := range f.Body.Inputs { // an input that the call leaves out is omitted inside, too
		c.ids[id] = None
		if i < len(n.Inputs) {
			c.ids[id] = n.Inputs[i]
		}
	}
	for i, id := range f.Body.Outputs {
		if i >= len(n.Outputs) || n.Outputs[i] == None {
			continue
		}
		if through := c.ids[id]; isInput(f, id) { // the function hands an input through
			out.Nodes = append(out.Nodes, Node{Name: n.Name, Op: OpID{Type: "Identity"}, Version: 1, Inputs: []ID{through},
				Outputs: []ID{n.Outputs[i]}})
			continue
		}
		c.ids[id] = n.Outputs[i]
	}
	body := c.graph(f.Body)
	for i := range body.Nodes {
		if err := in.node(out, body.Nodes[i]); err != nil {
			return err
		}
	}
	return nil
}

// isInput reports whether a value is an input of a function.
func isInput(f *Function, id ID) bool {
	for _, in := range f.Body.Inputs {
		if in == id {
			return true
		}
	}
	return false
}

// An instance is one expansion of a function: its tensors renumbered, its attribute references resolved.
type instance struct {
	ids  []ID      // of the caller, by those of the function
	call *Node     // the node
	fn   *Function // that it calls
}

// list returns the ids of an instance for those of the function.
func (c *instance) list(ids []ID) []ID {
	out := make([]ID, len(ids))
	for i, id := range ids {
		out[i] = None
		if id != None {
			out[i] = c.ids[id]
		}
	}
	return out
}

// graph returns a copy of a body with the ids of the instance; names begin with that of the call.
func (c *instance) graph(g *Graph) *Graph {
	out := &Graph{Name: g.Name, Inputs: c.list(g.Inputs), Outputs: c.list(g.Outputs), Initializers: c.list(g.Initializers)}
	out.Nodes = make([]Node, len(g.Nodes))
	for i, n := range g.Nodes {
		n.Inputs, n.Outputs = c.list(n.Inputs), c.list(n.Outputs)
		n.Name = strings.TrimSuffix(c.call.Name+"/"+n.Name, "/")
		n.Attrs = c.attrs(n.Attrs)
		out.Nodes[i] = n
	}
	return out
}

// attrs resolves references to the function's attributes: the call's value, else the default, else the
// attribute is left out.
func (c *instance) attrs(attrs []Attr) []Attr {
	out := make([]Attr, 0, len(attrs))
	for _, a := range attrs {
		if a.RefName != "" {
			value := c.call.Attr(a.RefName)
			for i := range c.fn.Defaults {
				if value == nil && c.fn.Defaults[i].Name == a.RefName {
					value = &c.fn.Defaults[i]
				}
			}
			if value == nil {
				continue
			}
			name := a.Name
			a = *value
			a.Name = name
			out = append(out, a)
			continue
		}
		if a.Graph != nil {
			a.Graph = c.graph(a.Graph)
		}
		if a.Graphs != nil {
			graphs := make([]*Graph, len(a.Graphs))
			for i, g := range a.Graphs {
				graphs[i] = c.graph(g)
			}
			a.Graphs = graphs
		}
		out = append(out, a)
	}
	return out
}
