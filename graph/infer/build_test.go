package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A maker builds a model by names.
type maker struct {
	m     *graph.Model
	ids   map[string]graph.ID
	opset int
}

// newMaker returns a maker of a model at an opset.
func newMaker(opset int) *maker {
	return &maker{m: &graph.Model{Opsets: []graph.Opset{{Version: opset}}, Main: &graph.Graph{}},
		ids: map[string]graph.ID{}, opset: opset}
}

func (b *maker) id(name string) graph.ID {
	if name == "" || name == "_" {
		return graph.None
	}
	id, ok := b.ids[name]
	if !ok {
		id = graph.ID(len(b.m.Tensors))
		b.m.Tensors = append(b.m.Tensors, graph.Tensor{Name: name})
		b.ids[name] = id
	}
	return id
}

// typed returns a declared type; dims are numbers, or symbols.
func typed(t dtype.Type, dims ...any) *graph.Type {
	d := &graph.Type{Kind: graph.KindTensor, Elem: t, HasShape: true}
	for _, v := range dims {
		switch v := v.(type) {
		case int:
			d.Dims = append(d.Dims, graph.Dim{Value: int64(v)})
		case string:
			d.Dims = append(d.Dims, graph.Dim{Symbol: v})
		}
	}
	return d
}

func (b *maker) input(name string, t dtype.Type, dims ...any) *maker {
	id := b.id(name)
	b.m.Tensors[id].Kind, b.m.Tensors[id].Decl = graph.FromInput, typed(t, dims...)
	b.m.Main.Inputs = append(b.m.Main.Inputs, id)
	return b
}

func (b *maker) init(name string, c *graph.Const) *maker {
	id := b.id(name)
	b.m.Tensors[id].Kind, b.m.Tensors[id].Init = graph.FromInitializer, c
	b.m.Main.Initializers = append(b.m.Main.Initializers, id)
	return b
}

func (b *maker) weight(name string, dims ...int64) *maker {
	return b.init(name, &graph.Const{Type: dtype.Float32, Shape: dims})
}

func (b *maker) ints(name string, v ...int64) *maker {
	return b.init(name, &graph.Const{Type: dtype.Int64, Shape: graph.Shape{int64(len(v))}, Value: &graph.Value{Ints: v}})
}

// node adds a node: operator, inputs and outputs by name, separated by spaces.
func (b *maker) node(op, inputs, outputs string, attrs ...graph.Attr) *maker {
	n := graph.Node{Op: graph.OpID{Type: op}, Version: b.opset, Attrs: attrs}
	if domain, typ, ok := strings.Cut(op, "::"); ok {
		n.Op, n.Version = graph.OpID{Domain: domain, Type: typ}, 1
	}
	for _, name := range strings.Fields(inputs) {
		n.Inputs = append(n.Inputs, b.id(name))
	}
	for _, name := range strings.Fields(outputs) {
		n.Outputs = append(n.Outputs, b.id(name))
	}
	b.m.Main.Nodes = append(b.m.Main.Nodes, n)
	return b
}

// output makes a tensor an output, declared as such if dims are given.
func (b *maker) output(name string, t dtype.Type, dims ...any) *maker {
	id := b.id(name)
	if len(dims) > 0 {
		b.m.Tensors[id].Decl = typed(t, dims...)
	}
	b.m.Main.Outputs = append(b.m.Main.Outputs, id)
	return b
}

func (b *maker) run(t *testing.T, bind infer.Bindings) (*infer.Result, error) {
	t.Helper()
	p, err := infer.Prepare(b.m)
	if err != nil {
		t.Fatal(err)
	}
	return p.Run(bind, nil)
}

// is returns what is known of a tensor: [1 2] if exact, [1 2]? if it is a bound, ? if nothing is.
func (b *maker) is(r *infer.Result, name string) string {
	info := &r.Infos[b.ids[name]]
	if !info.Known() {
		return "?"
	}
	s := fmt.Sprint([]int64(info.Shape))
	if info.Upper {
		s += "?"
	}
	return s
}

// unknown returns how many nodes are not covered.
func unknown(r *infer.Result) (n int) {
	for i := range r.Steps {
		if r.Steps[i].Unknown {
			n++
		}
	}
	return n
}

func hasNote(r *infer.Result, code note.Code) bool {
	for _, n := range r.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

func whole(name string, v int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInt, Int: v}
}

func list(name string, v ...int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v}
}
