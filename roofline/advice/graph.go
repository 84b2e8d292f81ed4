package advice

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// edited returns a plan of a model with another main graph and other tensors.
func edited(p *infer.Plan, nodes []graph.Node, outputs []graph.ID, tensors []graph.Tensor) (*infer.Plan, error) {
	m := *p.Model
	main := *m.Main
	main.Nodes, main.Outputs = nodes, outputs
	m.Main, m.Tensors = &main, tensors
	return infer.Prepare(&m)
}

// variant returns a setup with a graph that is a variant of its own: what was measured of the one holds for the other.
func (s Setup) variant(p *infer.Plan) Setup {
	if res, err := s.Plan.Run(s.Bindings, nil); err == nil && s.Options.Like == "" {
		s.Options.Like = roofline.Fingerprint(res)
	}
	s.Plan, s.Changed.Graph = p, true
	return s
}

// plain reports whether a graph has no inner graphs, whose names reach outwards.
func plain(p *infer.Plan) bool {
	for i := range p.Model.Main.Nodes {
		for k := range p.Model.Main.Nodes[i].Attrs {
			if a := &p.Model.Main.Nodes[i].Attrs[k]; a.Graph != nil || len(a.Graphs) > 0 {
				return false
			}
		}
	}
	return true
}

// behind returns which nodes of a graph are one of those given or depend on them.
func behind(g *graph.Graph, first func(*graph.Node) bool) []bool {
	out, from := make([]bool, len(g.Nodes)), map[graph.ID]bool{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		depends := slices.ContainsFunc(n.Inputs, func(id graph.ID) bool { return from[id] })
		if out[i] = depends || first(n); out[i] {
			for _, id := range n.Outputs {
				from[id] = true
			}
		}
	}
	return out
}

// without returns a plan that ends before some nodes: their inputs that other nodes make are outputs in their stead.
func without(p *infer.Plan, drop []bool) (*infer.Plan, error) {
	g := p.Model.Main
	made, needed := map[graph.ID]bool{}, map[graph.ID]bool{}
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Outputs {
			made[id] = !drop[i]
		}
	}
	var outputs []graph.ID
	end := func(id graph.ID) {
		if id != graph.None && made[id] && !slices.Contains(outputs, id) {
			outputs = append(outputs, id)
		}
	}
	for _, id := range g.Outputs {
		end(id)
	}
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Inputs {
			if drop[i] {
				end(id)
			}
		}
	}
	if len(outputs) == 0 {
		return nil, errNothing
	}
	for _, id := range outputs {
		needed[id] = true
	}
	var nodes []graph.Node
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := &g.Nodes[i]
		if drop[i] || !slices.ContainsFunc(n.Outputs, func(id graph.ID) bool { return needed[id] }) {
			continue
		}
		for _, id := range n.Inputs {
			needed[id] = true
		}
		nodes = append(nodes, *n)
	}
	slices.Reverse(nodes)
	return edited(p, nodes, outputs, p.Model.Tensors)
}

// macs returns the multiply-adds of the nodes of the main graph that are marked.
func macs(res *infer.Result, marked []bool) (sum int64) {
	nodes := res.Plan.Model.Main.Nodes
	at := make(map[*graph.Node]int, len(nodes))
	for i := range nodes {
		at[&nodes[i]] = i
	}
	for i := range res.Steps {
		if k, ok := at[res.Steps[i].Node]; ok && marked[k] {
			sum += res.Steps[i].Cost.MACs
		}
	}
	return sum
}

// selections lists operators that choose among a detector's boxes.
var selections = []string{"NonMaxSuppression", "EfficientNMS_TRT", "BatchedNMS_TRT", "BatchedNMSDynamic_TRT", "TopK"}

// postprocess tries the graph without the selection of boxes, which a host can do.
func postprocess(q *Question, base *roofline.Estimate) []trial {
	g := q.Plan.Model.Main
	var names []string
	drop := behind(g, func(n *graph.Node) bool {
		is := slices.Contains(selections, n.Op.Type)
		if is {
			names = append(names, n.Name)
		}
		return is
	})
	if len(names) == 0 || !plain(q.Plan) || macs(base.Inferred, drop) > 0 {
		return nil
	}
	return []trial{{what: "end before the selection of boxes", affected: names, change: cut(func(n *graph.Node) bool {
		return slices.Contains(selections, n.Op.Type)
	})}}
}

// cut returns a change that ends the graph before the first of some nodes.
func cut(first func(*graph.Node) bool) func(Setup) (Setup, error) {
	return func(s Setup) (Setup, error) {
		p, err := without(s.Plan, behind(s.Plan.Model.Main, first))
		return s.variant(p), err
	}
}

// heavyLayer gives the share of all weights from which on a last layer is large.
const heavyLayer = 0.1

// finalLayer tries a smaller last layer where it holds a large share of the weights.
func finalLayer(q *Question, base *roofline.Estimate) []trial {
	res := base.Inferred
	for i := len(res.Steps) - 1; i >= 0; i-- {
		s := &res.Steps[i]
		if s.Cost.MACs == 0 || s.Folded || s.Times == 0 {
			continue
		}
		id := s.Weights()
		if id == graph.None || q.Plan.Model.Tensors[id].Init == nil || s.Depth > 0 || !plain(q.Plan) ||
			float64(elements(q.Plan.Model.Tensors[id].Init.Shape)) < heavyLayer*float64(base.Params) {
			return nil
		}
		out := s.Node.Outputs[0]
		return []trial{{what: "a smaller final layer, at most", affected: []string{s.Node.Name},
			change: cut(func(n *graph.Node) bool { return len(n.Outputs) > 0 && n.Outputs[0] == out })}}
	}
	return nil
}

// elements returns the number of elements of a shape; a dimension below 1 counts as 1.
func elements(s graph.Shape) int64 {
	n := int64(1)
	for _, d := range s {
		n *= max(d, 1)
	}
	return n
}

// ungroup makes every grouped convolution dense, sees which are faster so, and tries these.
func ungroup(q *Question, base *roofline.Estimate) []trial {
	all := func(*graph.Node) bool { return true }
	s, err := dense(all)(q.Setup)
	if err != nil {
		return nil
	}
	e, err := s.Run()
	if err != nil {
		return nil
	}
	was, is := seconds(base), seconds(e)
	faster := map[graph.ID]bool{}
	var names []string
	for out, t := range is {
		if before, ok := was[out]; ok && t < before && grouped(q.Plan, out) {
			faster[out] = true
		}
	}
	for i := range q.Plan.Model.Main.Nodes {
		if n := &q.Plan.Model.Main.Nodes[i]; len(n.Outputs) > 0 && faster[n.Outputs[0]] {
			names = append(names, n.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []trial{{what: "dense convolutions", affected: names, change: dense(func(n *graph.Node) bool {
		return faster[n.Outputs[0]]
	})}}
}

// seconds returns the time of the kernel that each node's first output is made in.
func seconds(e *roofline.Estimate) map[graph.ID]float64 {
	out := map[graph.ID]float64{}
	for i := range e.Layers {
		for _, step := range e.Layers[i].Steps {
			if n := e.Inferred.Steps[step].Node; len(n.Outputs) > 0 {
				out[n.Outputs[0]] = e.Layers[i].Seconds()
			}
		}
	}
	return out
}

// groups returns the groups of a convolution whose weights are an initializer of its own, 1 for every other node.
func groups(m *graph.Model, n *graph.Node) int64 {
	a := n.Attr("group")
	if n.Op.Domain != "" || n.Op.Type != "Conv" || a == nil || a.Int < 2 || len(n.Inputs) < 2 || len(n.Outputs) == 0 {
		return 1
	}
	if id := n.Inputs[1]; id == graph.None || m.Tensors[id].Init == nil || len(m.Tensors[id].Init.Shape) < 3 {
		return 1
	}
	return a.Int
}

// grouped reports whether a value is made by a convolution of groups.
func grouped(p *infer.Plan, out graph.ID) bool {
	return slices.ContainsFunc(p.Model.Main.Nodes, func(n graph.Node) bool {
		return len(n.Outputs) > 0 && n.Outputs[0] == out && groups(p.Model, &n) > 1
	})
}

// dense returns a change that makes some grouped convolutions dense.
func dense(which func(*graph.Node) bool) func(Setup) (Setup, error) {
	return func(s Setup) (Setup, error) {
		m := s.Plan.Model
		nodes, tensors := slices.Clone(m.Main.Nodes), slices.Clone(m.Tensors)
		done := map[graph.ID]bool{}
		for i := range nodes {
			n := &nodes[i]
			by := groups(m, n)
			if by < 2 || !which(n) || done[n.Inputs[1]] {
				continue
			}
			done[n.Inputs[1]] = true
			n.Attrs = slices.Clone(n.Attrs)
			n.Attr("group").Int = 1
			c := *tensors[n.Inputs[1]].Init
			c.Shape = slices.Clone(c.Shape)
			c.Shape[1] *= by
			c.Value = nil
			tensors[n.Inputs[1]].Init, tensors[n.Inputs[1]].Decl = &c, nil
		}
		if len(done) == 0 {
			return s, errNothing
		}
		p, err := edited(s.Plan, nodes, m.Main.Outputs, tensors)
		return s.variant(p), err
	}
}

// dangling finds DequantizeLinear nodes straight behind a QuantizeLinear whose result feeds no matrix work.
func dangling(q *Question, base *roofline.Estimate) []trial {
	_, names := unquantised(q.Plan, base.Inferred)
	if len(names) == 0 || !plain(q.Plan) {
		return nil
	}
	return []trial{{what: "no dangling QuantizeLinear", affected: names, change: replaced(unquantised)}}
}

// unquantised returns what stands in the place of each dangling result, and the names of the nodes.
func unquantised(p *infer.Plan, res *infer.Result) (stead map[graph.ID]graph.ID, names []string) {
	g := p.Model.Main
	l := linksOf(p, res)
	stead = map[graph.ID]graph.ID{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Op.Type != "DequantizeLinear" || len(n.Inputs) == 0 || slices.Contains(g.Outputs, n.Outputs[0]) {
			continue
		}
		before := l.from[n.Inputs[0]]
		feeds := slices.ContainsFunc(l.readers[n.Outputs[0]], func(r *graph.Node) bool { return l.work[r] })
		if before == nil || before.Op.Type != "QuantizeLinear" || feeds {
			continue
		}
		stead[n.Outputs[0]] = before.Inputs[0]
		names = append(names, n.Name)
	}
	return stead, names
}
