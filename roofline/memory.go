package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A footprint measures what a model occupies. Its slices are reused.
type footprint struct {
	last []int32 // by root: the step after which its bytes are free
	born []bool  // by tensor: it is alive
	free []int32 // roots in the order they are freed: lists by step, linked
	head []int32 // by step: first root freed after it, -1 if none
	outs []int32 // by step: for a step in a body, the step that holds the body; else itself
}

// peak returns the largest number of bytes of activations alive at once, when steps
// run in order and views share their source's bytes. Where a device has its weights in flash, functions of one tensor
// write over what they read, as compilers for microcontrollers have it; elsewhere nothing is done in place.
// Inputs live until their last use, outputs until the end, and what a
// body of control flow reads or returns until the node that holds the body is done. cached of them are key-value
// caches. alive, unless it is nil, has room for a number for each step: the bytes alive while it runs.
func (p *footprint) peak(f *dataflow.Flow, prec *precision, alive []int64) (most, cached int64) {
	steps, n := f.Res.Steps, int32(len(f.Res.Steps))
	p.prepare(f)
	m := f.Res.Plan.Model
	for i := range steps {
		p.use(f, int32(i))
	}
	for _, id := range m.Main.Outputs {
		if id != graph.None {
			p.last[f.Root[id]] = n
		}
	}
	for id, at := range p.last {
		if at >= 0 && at < n {
			p.free[id], p.head[at] = p.head[at], int32(id)
		}
	}
	cache := isCache(f)
	var now, kept int64 // kept of them are caches
	add := func(id graph.ID) {
		b := p.birth(f, id, prec)
		now = sat.Add(now, b)
		if cache != nil && cache[f.Root[id]] {
			kept = sat.Add(kept, b)
		}
	}
	for _, id := range m.Main.Inputs {
		add(id)
	}
	most, cached = now, kept
	for i := range steps {
		if steps[i].Times > 0 && !steps[i].Folded {
			for _, id := range steps[i].Node.Outputs {
				if id != graph.None && !(prec.inPlace && p.over(f, int32(i), id, prec)) {
					add(id)
				}
			}
		}
		if now > most {
			most, cached = now, kept
		}
		if alive != nil {
			alive[i] = now
		}
		for id := p.head[i]; id >= 0; id = p.free[id] {
			if p.born[id] {
				b := bytesAt(f, graph.ID(id), prec)
				now -= b
				if cache != nil && cache[id] {
					kept -= b
				}
				p.born[id] = false
			}
		}
	}
	return most, cached
}

// over makes the output of a function of one tensor take the place of what it reads for the last time, if that has as
// many bytes, and reports whether it does.
func (p *footprint) over(f *dataflow.Flow, i int32, out graph.ID, prec *precision) bool {
	n := f.Res.Steps[i].Node
	switch kind := f.Res.Steps[i].Kind(); {
	case kind != ops.BatchNorm && kind != ops.Rectifier && kind != ops.Exponential:
		return false
	case len(n.Outputs) != 1 || len(n.Inputs) == 0 || n.Inputs[0] == graph.None:
		return false
	}
	from, to := f.Root[n.Inputs[0]], f.Root[out]
	if from == to || p.born[to] || !p.born[from] || f.Const[from] || f.Const[to] || p.last[from] != i ||
		bytesAt(f, from, prec) != bytesAt(f, to, prec) {
		return false
	}
	p.born[from], p.born[to] = false, true
	return true
}

// prepare makes room for the tensors and steps of a graph.
func (p *footprint) prepare(f *dataflow.Flow) {
	tensors, steps := len(f.Root), len(f.Res.Steps)
	if len(p.last) != tensors {
		p.last, p.born, p.free = make([]int32, tensors), make([]bool, tensors), make([]int32, tensors)
	}
	if cap(p.head) < steps {
		p.head, p.outs = make([]int32, steps), make([]int32, steps)
	}
	p.head, p.outs = p.head[:steps], p.outs[:steps]
	for i := range p.last {
		p.last[i], p.born[i] = -1, false
	}
	for i := steps - 1; i >= 0; i-- {
		p.head[i] = -1
		p.outs[i] = holder(f.Res.Steps, p.outs, i)
	}
}

// holder returns the next step that is less deep than step i, itself at depth 0.
func holder(steps []infer.Step, outs []int32, i int) int32 {
	if steps[i].Depth == 0 {
		return int32(i)
	}
	j := i + 1
	for j < len(steps) && steps[j].Depth >= steps[i].Depth {
		if steps[j].Depth == steps[i].Depth {
			return outs[j]
		}
		j = max(j+1, int(outs[j]))
	}
	return int32(min(j, len(steps)-1))
}

// use extends the lives of what step i reads and makes.
func (p *footprint) use(f *dataflow.Flow, i int32) {
	s := &f.Res.Steps[i]
	if s.Times == 0 || s.Folded {
		return
	}
	m := f.Res.Plan.Model
	for _, id := range s.Node.Inputs {
		if id == graph.None {
			continue
		}
		root := f.Root[id]
		until := i
		for d := s.Depth; d > m.Tensors[root].Depth && f.Res.Steps[until].Depth > 0; d-- {
			until = p.outs[until]
		}
		p.last[root] = max(p.last[root], until)
	}
	for _, g := range infer.Subgraphs(s.Node) {
		for _, id := range g.Outputs {
			if id != graph.None {
				p.last[f.Root[id]] = max(p.last[f.Root[id]], i)
			}
		}
	}
	for _, id := range s.Node.Outputs {
		if id != graph.None {
			p.last[f.Root[id]] = max(p.last[f.Root[id]], i)
		}
	}
}

// birth returns the bytes that come to life with a tensor: none if it is constant or its bytes are there already.
func (p *footprint) birth(f *dataflow.Flow, id graph.ID, prec *precision) int64 {
	root := f.Root[id]
	if p.born[root] || f.Const[root] {
		return 0
	}
	p.born[root] = true
	return bytesAt(f, root, prec)
}

// bytesAt returns the size of an activation at the precision.
func bytesAt(f *dataflow.Flow, id graph.ID, prec *precision) int64 {
	bytes, t := f.Size(id)
	if prec.want == dtype.Undefined || !kernel.Wide(t) {
		return bytes
	}
	return int64(float64(bytes) * float64(prec.acts) / float64(t.Bits()))
}

// weights returns the elements of a model's initializers, and their bytes at the
// precision: matrix weights narrower than activations, if the precision says so.
func weights(m *graph.Model, prec *precision) (params, bytes int64) {
	for t := range m.Weights() {
		c := t.Init
		n := c.Shape.Elems()
		params = sat.Add(params, n)
		size := c.Bytes()
		if c.Packed == 0 && prec.want != dtype.Undefined && kernel.Wide(c.Type) {
			bits := prec.weights
			if len(c.Shape) < 2 {
				bits = max(bits, prec.acts)
			}
			size = int64((float64(n)*float64(bits) + 7) / 8)
		}
		bytes = sat.Add(bytes, size)
	}
	return params, bytes
}
