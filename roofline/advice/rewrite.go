package advice

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// sameWork returns what stands in the place of each result that an earlier node makes too, and the names of the nodes
// that repeat one.
func sameWork(p *infer.Plan, res *infer.Result) (stead map[graph.ID]graph.ID, names []string) {
	random := map[*graph.Node]bool{}
	for i := range res.Steps {
		k := res.Steps[i].Kind()
		random[res.Steps[i].Node] = k == ops.Random || k == ops.NoKind
	}
	stead = map[graph.ID]graph.ID{}
	first := map[string]*graph.Node{}
	nodes := p.Model.Main.Nodes
	for i := range nodes {
		n := &nodes[i]
		if random[n] || len(n.Inputs) == 0 || slices.ContainsFunc(n.Outputs, func(id graph.ID) bool {
			return slices.Contains(p.Model.Main.Outputs, id)
		}) {
			continue
		}
		key := workOf(n, stead)
		was, ok := first[key]
		if !ok {
			first[key] = n
			continue
		}
		for k, id := range n.Outputs {
			if id != graph.None {
				stead[id] = was.Outputs[k]
			}
		}
		names = append(names, n.Name)
	}
	return stead, names
}

// workOf returns a text that two nodes share if they compute the same of the same tensors. It holds what attributes
// are, tensors by their address.
func workOf(n *graph.Node, stead map[graph.ID]graph.ID) string {
	in := slices.Clone(n.Inputs)
	for k, id := range in {
		if by, ok := stead[id]; ok {
			in[k] = by
		}
	}
	made := make([]bool, len(n.Outputs))
	for k, id := range n.Outputs {
		made[k] = id != graph.None
	}
	key := fmt.Sprintf("%v %s %d %v %v", n.Op, n.Overload, n.Version, in, made)
	for i := range n.Attrs {
		key += fmt.Sprintf(" %+v", n.Attrs[i])
	}
	return key
}

// duplicates takes out nodes that repeat another one.
func duplicates(q *Question, base *roofline.Estimate) []trial {
	_, names := sameWork(q.Plan, base.Inferred)
	if len(names) == 0 || !plain(q.Plan) {
		return nil
	}
	return []trial{{what: "repeated work done once", affected: names, change: replaced(sameWork)}}
}

// replaced returns a change that reads other tensors in the place of some, and drops what nothing reads any more.
func replaced(by func(*infer.Plan, *infer.Result) (map[graph.ID]graph.ID, []string)) func(Setup) (Setup, error) {
	return func(s Setup) (Setup, error) {
		res, err := s.Plan.Run(s.Bindings, nil)
		if err != nil {
			return s, err
		}
		stead, names := by(s.Plan, res)
		if len(names) == 0 {
			return s, errNothing
		}
		nodes := slices.Clone(s.Plan.Model.Main.Nodes)
		for i := range nodes {
			nodes[i].Inputs = slices.Clone(nodes[i].Inputs)
			for k, id := range nodes[i].Inputs {
				if other, ok := stead[id]; ok {
					nodes[i].Inputs[k] = other
				}
			}
		}
		p, err := edited(s.Plan, nodes, s.Plan.Model.Main.Outputs, s.Plan.Model.Tensors)
		if err != nil {
			return s, err
		}
		p, err = without(p, make([]bool, len(p.Model.Main.Nodes))) // drops what nothing reads any more
		return s.variant(p), err
	}
}

// islands finds matrix work that reads a tensor which is quantised for it alone, and writes one that stays in floating
// point: the tensor before QuantizeLinear can stand in its place.
func islands(q *Question, base *roofline.Estimate) []trial {
	_, names := alone(q.Plan, base.Inferred)
	if len(names) == 0 || !plain(q.Plan) {
		return nil
	}
	return []trial{{what: "single int8 layers in floating point", affected: names, change: replaced(alone)}}
}

// alone returns what stands in the place of each tensor that is quantised for a single layer, and the names of the
// layers.
func alone(p *infer.Plan, res *infer.Result) (stead map[graph.ID]graph.ID, names []string) {
	l := linksOf(p, res)
	stead = map[graph.ID]graph.ID{}
	for i := range p.Model.Main.Nodes {
		n := &p.Model.Main.Nodes[i]
		if !l.work[n] || len(n.Inputs) == 0 || len(n.Outputs) == 0 {
			continue
		}
		dq := l.from[n.Inputs[0]]
		if dq == nil || dq.Op.Type != "DequantizeLinear" || len(l.readers[n.Inputs[0]]) != 1 {
			continue
		}
		before := l.from[dq.Inputs[0]]
		back := slices.ContainsFunc(l.readers[n.Outputs[0]], func(r *graph.Node) bool {
			return r.Op.Type == "QuantizeLinear"
		})
		if before == nil || before.Op.Type != "QuantizeLinear" || len(l.readers[dq.Inputs[0]]) != 1 || back ||
			l.from[before.Inputs[0]] != nil && l.from[before.Inputs[0]].Op.Type == "DequantizeLinear" {
			continue
		}
		stead[n.Inputs[0]] = before.Inputs[0]
		names = append(names, n.Name)
	}
	return stead, names
}

// casts takes out casts between floating-point types inside the graph: what is between two of them runs in the type
// that came in.
func casts(q *Question, base *roofline.Estimate) []trial {
	_, names := recast(q.Plan, base.Inferred)
	if len(names) == 0 || !plain(q.Plan) {
		return nil
	}
	return []trial{{what: "one floating-point type, without casts", affected: names, change: replaced(recast)}}
}

// recast returns what stands in the place of each cast between floating-point types, and the names of the casts. Those
// of inputs, weights and outputs stay: they are what the file promises.
func recast(p *infer.Plan, res *infer.Result) (stead map[graph.ID]graph.ID, names []string) {
	l := linksOf(p, res)
	stead = map[graph.ID]graph.ID{}
	for i := range p.Model.Main.Nodes {
		n := &p.Model.Main.Nodes[i]
		if n.Op.Type != "Cast" || len(n.Inputs) != 1 || slices.Contains(p.Model.Main.Outputs, n.Outputs[0]) {
			continue
		}
		from, to := &res.Infos[n.Inputs[0]], &res.Infos[n.Outputs[0]]
		if l.from[n.Inputs[0]] == nil || from.Value != nil || !from.Type.IsFloat() || !to.Type.IsFloat() {
			continue
		}
		source := n.Inputs[0]
		if by, ok := stead[source]; ok {
			source = by
		}
		stead[n.Outputs[0]] = source
		names = append(names, n.Name)
	}
	return stead, names
}

// unfused writes attention of which the scores are stored as one operator, where the runtime fuses attention.
func unfused(q *Question, base *roofline.Estimate) []trial {
	if base.Tuning == nil || !slices.ContainsFunc(base.Tuning.Runtime.RuleNames(q.Device.Class), func(name string) bool {
		return name == "attention" || name == "flash attention"
	}) || !plain(q.Plan) {
		return nil
	}
	stored := map[*graph.Node]bool{}
	for i := range base.Layers {
		if k := &base.Layers[i].Kernel; k.Class != kernel.Attention {
			for _, s := range k.Steps {
				stored[base.Inferred.Steps[s].Node] = true
			}
		}
	}
	var found []heads
	var names []string
	for _, h := range headsOf(q.Plan, base.Inferred) {
		if stored[h.softmax] {
			found, names = append(found, h), append(names, h.softmax.Name)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return []trial{{what: "attention as one operator", affected: names, change: func(s Setup) (Setup, error) {
		if s.Plan != q.Plan {
			return s, errNothing // the nodes are those of the model as it was
		}
		p, err := attended(s.Plan, found)
		return s.variant(p), err
	}}}
}

// The heads of an attention that is written out: the product of queries and keys, their softmax, and the product with
// the values.
type heads struct{ scores, softmax, values *graph.Node }

// mostBetween bounds the elementwise nodes on either side of a softmax.
const mostBetween = 8

// headsOf finds attention with queries of four dimensions: samples, heads, tokens, features.
func headsOf(p *infer.Plan, res *infer.Result) (out []heads) {
	l := linksOf(p, res)
	product := func(n *graph.Node) bool {
		if n == nil || n.Op.Type != "MatMul" || len(n.Inputs) != 2 {
			return false
		}
		for _, id := range n.Inputs {
			if p.Model.Tensors[id].Init != nil || len(res.Infos[id].Shape) != 4 {
				return false
			}
		}
		return true
	}
	for i := range p.Model.Main.Nodes {
		s := &p.Model.Main.Nodes[i]
		if s.Op.Type != "Softmax" || len(s.Inputs) == 0 || len(s.Outputs) == 0 {
			continue
		}
		before := l.from[s.Inputs[0]]
		for n := 0; n < mostBetween && before != nil && !product(before) && len(before.Inputs) > 0; n++ {
			before = l.from[before.Inputs[0]]
		}
		after := l.reader(s.Outputs[0])
		for n := 0; n < mostBetween && after != nil && !product(after) && len(after.Outputs) > 0; n++ {
			after = l.reader(after.Outputs[0])
		}
		if product(before) && product(after) && before != after {
			out = append(out, heads{before, s, after})
		}
	}
	return out
}

// attended returns a plan with an Attention operator in the place of heads. Keys come to it as they are stored, through
// a transposition.
func attended(p *infer.Plan, all []heads) (*infer.Plan, error) {
	tensors := slices.Clone(p.Model.Tensors)
	in := map[*graph.Node]heads{}
	for _, h := range all {
		in[h.values] = h
	}
	var nodes []graph.Node
	for i := range p.Model.Main.Nodes {
		n := &p.Model.Main.Nodes[i]
		h, ok := in[n]
		if !ok {
			nodes = append(nodes, *n)
			continue
		}
		keys := graph.ID(len(tensors))
		tensors = append(tensors, graph.Tensor{Name: n.Name + "/keys", Kind: graph.FromNode})
		nodes = append(nodes,
			graph.Node{Name: n.Name + "/transpose", Op: graph.OpID{Type: "Transpose"}, Version: n.Version,
				Inputs: []graph.ID{h.scores.Inputs[1]}, Outputs: []graph.ID{keys},
				Attrs: []graph.Attr{{Name: "perm", Kind: graph.AttrInts, Ints: []int64{0, 1, 3, 2}}}},
			graph.Node{Name: n.Name, Op: graph.OpID{Type: "Attention"}, Version: attentionVersion,
				Inputs: []graph.ID{h.scores.Inputs[0], keys, n.Inputs[1]}, Outputs: n.Outputs})
	}
	q, err := edited(p, nodes, p.Model.Main.Outputs, tensors)
	if err != nil {
		return nil, err
	}
	return without(q, make([]bool, len(nodes)))
}

// attentionVersion gives the operator set that has Attention.
const attentionVersion = 23

// links are who makes and reads tensors of a main graph, and which nodes are matrix work.
type links struct {
	from    map[graph.ID]*graph.Node   // by tensor: the node that makes it
	readers map[graph.ID][]*graph.Node // by tensor
	work    map[*graph.Node]bool       // nodes with multiply-adds
}

// linksOf returns who makes and who reads each value, and which nodes have multiply-adds.
func linksOf(p *infer.Plan, res *infer.Result) links {
	l := links{map[graph.ID]*graph.Node{}, map[graph.ID][]*graph.Node{}, map[*graph.Node]bool{}}
	for i := range res.Steps {
		l.work[res.Steps[i].Node] = res.Steps[i].Cost.MACs > 0
	}
	for i := range p.Model.Main.Nodes {
		n := &p.Model.Main.Nodes[i]
		for _, id := range n.Outputs {
			l.from[id] = n
		}
		for _, id := range n.Inputs {
			l.readers[id] = append(l.readers[id], n)
		}
	}
	return l
}

// reader returns the one node that reads a tensor, nil if none or several do.
func (l *links) reader(id graph.ID) *graph.Node {
	if r := l.readers[id]; len(r) == 1 {
		return r[0]
	}
	return nil
}
