package zoo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// mostNodes bounds the nodes of a graph, as the reader of ONNX does it: sizes may come from a file.
const mostNodes = 1 << 17

// model returns the graph as the reader of ONNX would return what write writes. name stands for it in messages.
func (b *builder) model(name, graphName string) (*graph.Model, error) {
	m := &graph.Model{Name: name, GraphName: graphName, Producer: producer, IRVersion: irVersion,
		Opsets: []graph.Opset{{Version: int(cmp.Or(b.level, opset))}}}
	if b.contrib {
		m.Opsets = append(m.Opsets, graph.Opset{Domain: contribDomain, Version: 1})
	}
	if b.inPlace {
		m.Metadata = []graph.Property{{Key: graph.CacheProperty, Value: graph.InPlace}}
	}
	if len(b.nodes) > mostNodes {
		return nil, refuse(name, "the model has more than %d nodes", mostNodes)
	}
	m.Main = &graph.Graph{Name: graphName, Nodes: make([]graph.Node, len(b.nodes))}
	t := &table{model: m, ids: make(map[string]graph.ID, len(b.inits)+len(b.nodes)+len(b.inputs))}
	for i := range b.inits {
		c := &b.inits[i]
		if _, twice := t.ids[c.name]; !twice {
			id := t.add(graph.Tensor{Name: c.name, Kind: graph.FromInitializer, Init: c.tensor()})
			m.Main.Initializers = append(m.Main.Initializers, id)
		}
	}
	for _, p := range b.inputs {
		id := t.add(graph.Tensor{Name: p.name, Kind: graph.FromInput, Decl: p.typ()})
		m.Main.Inputs = append(m.Main.Inputs, id)
	}
	for i := range b.nodes {
		t.define(&b.nodes[i], &m.Main.Nodes[i])
	}
	for i := range b.nodes {
		m.Main.Nodes[i].Inputs = t.find(b.nodes[i].inputs)
	}
	for _, p := range b.outputs {
		id := t.find([]string{p.name})[0]
		if id != graph.None && m.Tensors[id].Decl == nil {
			m.Tensors[id].Decl = p.typ()
		}
		m.Main.Outputs = append(m.Main.Outputs, id)
	}
	return m, t.check(name)
}

// refuse returns the error of a graph that cannot be built.
func refuse(name, format string, args ...any) error {
	return &onnxread.FormatError{Name: name, Offset: -1, Msg: fmt.Sprintf(format, args...)}
}

// A table finds the tensors of a model by name.
type table struct {
	model   *graph.Model
	ids     map[string]graph.ID
	missing string // a tensor that nothing defines, "" for none
}

// add adds a tensor.
func (t *table) add(tensor graph.Tensor) graph.ID {
	id := graph.ID(len(t.model.Tensors))
	t.model.Tensors = append(t.model.Tensors, tensor)
	t.ids[tensor.Name] = id
	return id
}

// define makes a node and its outputs, without its inputs.
func (t *table) define(n *node, out *graph.Node) {
	*out = graph.Node{Name: n.name, Op: graph.OpID{Domain: n.domain, Type: n.op}, Version: t.model.Opset(n.domain),
		Outputs: make([]graph.ID, len(n.outputs))}
	for i, name := range n.outputs {
		out.Outputs[i] = t.add(graph.Tensor{Name: name})
	}
	if len(n.attrs) > 0 {
		out.Attrs = make([]graph.Attr, len(n.attrs))
	}
	for i := range n.attrs {
		out.Attrs[i] = n.attrs[i].attr()
	}
}

// find returns the tensors of some names; None where a name is empty.
func (t *table) find(names []string) []graph.ID {
	ids := make([]graph.ID, len(names))
	for i, name := range names {
		id, ok := t.ids[name]
		if !ok {
			id = graph.None
			t.missing = cmp.Or(t.missing, name)
		}
		ids[i] = id
	}
	return ids
}

// check reports what of a graph no file may have.
func (t *table) check(name string) error {
	if t.missing != "" {
		return refuse(name, "a node reads %q, which nothing defines", t.missing)
	}
	for i := range t.model.Tensors {
		if c := t.model.Tensors[i].Init; c == nil {
			continue
		} else if slices.ContainsFunc(c.Shape, func(d int64) bool { return d < 0 }) {
			return refuse(name, "tensor %q has shape %v: a dimension is negative", t.model.Tensors[i].Name, c.Shape)
		} else if c.Shape.Elems() > graph.MaxElems {
			return refuse(name, "tensor %q has shape %v: more than 2^46 elements", t.model.Tensors[i].Name, c.Shape)
		}
	}
	return nil
}

// attr returns an attribute as a graph has it.
func (a *attr) attr() graph.Attr {
	out := graph.Attr{Name: a.name}
	switch v := a.value.(type) {
	case float32:
		out.Kind, out.Float = graph.AttrFloat, float64(v)
	case int64:
		out.Kind, out.Int = graph.AttrInt, v
	case string:
		out.Kind, out.Str = graph.AttrString, v
	case constant:
		out.Kind, out.Tensor = graph.AttrTensor, v.tensor()
	case []float32:
		out.Kind = graph.AttrFloats
		for _, x := range v {
			out.Floats = append(out.Floats, float64(x))
		}
	case []int64:
		out.Kind, out.Ints = graph.AttrInts, slices.Clone(v)
	}
	return out
}

// tensor returns a constant as a graph has it.
func (c *constant) tensor() *graph.Const {
	out := &graph.Const{Type: c.t, Shape: append(graph.Shape{}, c.shape...)}
	switch {
	case c.bare:
		out.External, out.Stored = true, c.bytes()
	case c.ints != nil:
		if len(c.ints) <= graph.MaxFold {
			out.Value = &graph.Value{Ints: slices.Clone(c.ints)}
		}
	default:
		out.Value = &graph.Value{Floats: []float64{float64(c.float)}}
	}
	return out
}

// typ returns the declared type of a port.
func (p *port) typ() *graph.Type {
	out := &graph.Type{Kind: graph.KindTensor, Elem: p.t, HasShape: true}
	for _, d := range p.dims {
		switch d := d.(type) {
		case symbol:
			out.Dims = append(out.Dims, graph.Dim{Value: -1, Symbol: string(d)})
		case int64:
			out.Dims = append(out.Dims, graph.Dim{Value: d})
		}
	}
	return out
}
