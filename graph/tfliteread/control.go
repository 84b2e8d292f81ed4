package tfliteread

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// mostBodies bounds the operators written for subgraphs that are used more than once.
const mostBodies = 1 << 16

// inside writes the operators of a subgraph into g with ids as its inputs and returns its outputs.
func (o *op) inside(g *graph.Graph, index int64, ids []graph.ID) []graph.ID {
	r := o.r
	if index < 0 || index >= r.subgraphs.n {
		o.broken("uses graph %d of %d", index, r.subgraphs.n)
		return nil
	}
	t := r.subgraphs.table(index)
	if r.depth++; r.depth > mostDepth || r.steps > mostSteps {
		o.broken("lies more than %d graphs deep", mostDepth)
	}
	defer func() { r.depth-- }()
	if r.steps += int(min(t.vector(10, 4).n, mostBodies)); r.f.err != nil {
		return nil
	}
	s := r.scope(t, g)
	ins := t.vector(6, 4)
	if ins.n > int64(len(ids)) {
		o.broken("gives %d inputs to a graph of %d", len(ids), ins.n)
		return nil
	}
	for i := range ins.n {
		if v := s.value(ins.int(i)); v != nil && len(v.forms) == 0 {
			v.forms = append(v.forms, form{v.dims, ids[i]})
		}
	}
	s.operators(t)
	var out []graph.ID
	for i, outs := int64(0), t.vector(8, 4); i < outs.n && r.f.err == nil && r.b.Spend(4); i++ {
		if v := s.value(outs.int(i)); v != nil {
			out = append(out, s.as(v, v.dims))
		}
	}
	return out
}

// plains returns the inputs from an index on, dequantised.
func (o *op) plains(from int) (ids []graph.ID) {
	for i := from; i < len(o.ins); i++ {
		ids = append(ids, o.plain(i))
	}
	return ids
}

// results returns the outputs; omitted ones are None.
func (o *op) results() (ids []graph.ID) {
	for k, v := range o.outs {
		if v == nil {
			ids = append(ids, graph.None)
			continue
		}
		ids = append(ids, o.same(k, false))
	}
	return ids
}

// choice writes one of two subgraphs by a condition.
func choice(o *op) {
	if !o.has(1, 0) {
		return
	}
	args := o.plains(1)
	branch := func(name string, slot int64) graph.Attr {
		return compose.Graph(name, o.b.Body(o.name+"/"+name, func(g *graph.Graph) {
			g.Outputs = o.inside(g, o.options.int(slot, 0), args)
		}))
	}
	then, other := branch("then_branch", 4), branch("else_branch", 6)
	if o.r.f.err == nil {
		o.node("If", []graph.ID{o.plain(0)}, o.results(), then, other)
	}
}

// loop writes a subgraph that runs while another says so. How often is not in the file.
func loop(o *op) {
	if len(o.outs) != len(o.ins) || !o.has(len(o.ins), len(o.outs)) {
		o.broken("carries %d values in and %d out", len(o.ins), len(o.outs))
		return
	}
	body := o.b.Body(o.name+"/body", func(g *graph.Graph) {
		g.Inputs = []graph.ID{o.temp("/step", dtype.Int64, []int64{}), o.temp("/go", dtype.Bool, []int64{})}
		var carried []graph.ID
		for i, v := range o.ins {
			carried = append(carried, o.b.Value(v.name+"/carried", v.typ, v.dims))
			g.Inputs = append(g.Inputs, carried[i])
		}
		out := o.inside(g, o.options.int(6, 0), carried)
		if len(out) == len(carried) {
			g.Outputs = append(o.inside(g, o.options.int(4, 0), out), out...)
		} else {
			o.broken("has a body of %d outputs for %d values", len(out), len(carried))
		}
	})
	if o.r.f.err == nil && len(body.Outputs) != len(o.ins)+1 {
		o.broken("has a condition of %d outputs; expected one", len(body.Outputs)-len(o.ins))
	}
	if o.r.f.err == nil {
		yes := o.b.Scalar(dtype.Bool, 1)
		o.node("Loop", append([]graph.ID{graph.None, yes}, o.plains(0)...), o.results(), compose.Graph("body", body))
	}
}

// call writes the operators of another subgraph in place.
func call(o *op) {
	out := o.inside(o.g, o.options.int(4, 0), o.plains(0))
	if o.r.f.err != nil {
		return
	}
	if len(out) != len(o.outs) {
		o.broken("takes %d results of a graph of %d", len(o.outs), len(out))
		return
	}
	for k, id := range out {
		if v := o.outs[k]; v != nil {
			v.forms = append(v.forms, form{v.dims, id})
		}
	}
}

// recurrent writes a layer over sequences whose gates have a matrix each.
func recurrent(o *op) { o.own("RECURRENT") }
