package infer

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// findBlocks returns the blocks of a model: for each sum of two tensors of one shape, the nodes between them, where
// nothing else reads what those make.
func findBlocks(m *graph.Model, res *Result) (out []Block) {
	f := blockFinder{model: m, maker: make(map[graph.ID]int), users: make([]int, len(m.Tensors))}
	for i := range m.Main.Nodes {
		for _, id := range m.Main.Nodes[i].Outputs {
			if id != graph.None {
				f.maker[id] = i
			}
		}
		for _, id := range m.Main.Nodes[i].Inputs {
			if id != graph.None {
				f.users[id]++
			}
		}
	}
	for _, id := range m.Main.Outputs {
		f.users[id]++
	}
	for i := range m.Main.Nodes {
		n := &m.Main.Nodes[i]
		spec := res.Plan.Spec(m.Main, i)
		if spec == nil || spec.Kind != ops.Arithmetic || n.Op.Type != "Add" || len(n.Inputs) != 2 {
			continue
		}
		a, b := n.Inputs[0], n.Inputs[1]
		if a == b || !res.Infos[a].Shape.Equal(res.Infos[b].Shape) {
			continue
		}
		for _, way := range [][2]graph.ID{{a, b}, {b, a}} {
			if nodes := f.between(way[0], way[1], i); nodes != nil {
				out = append(out, f.activated(Block{Name: n.Name, nodes: nodes, in: way[0], out: n.Outputs[0]}, res))
				break
			}
		}
	}
	return out
}

// activated adds the activation behind a block, where nothing else reads the block: what goes into the block has been
// through one already.
func (f *blockFinder) activated(b Block, res *Result) Block {
	for i := b.nodes[len(b.nodes)-1] + 1; i < len(f.model.Main.Nodes) && f.users[b.out] == 1; i++ {
		n := &f.model.Main.Nodes[i]
		if !slices.Contains(n.Inputs, b.out) {
			continue
		}
		if spec := res.Plan.Spec(f.model.Main, i); spec != nil && spec.Kind == ops.Rectifier && len(n.Inputs) == 1 {
			b.nodes, b.out = append(b.nodes, i), n.Outputs[0]
		}
		return b
	}
	return b
}

// A blockFinder finds blocks.
type blockFinder struct {
	model *graph.Model     // that is searched
	maker map[graph.ID]int // by tensor: the node that makes it
	users []int            // by tensor: how many read it
}

// mostInBlock bounds the nodes of a block, so that a long chain of sums is no search without end.
const mostInBlock = 256

// between returns the nodes from a tensor to another and the one that joins both; nil where these are none, or read
// other tensors that nodes make, or make what others read.
func (f *blockFinder) between(from, to graph.ID, join int) []int {
	inside, todo := map[int]bool{join: true}, []graph.ID{to}
	met := false
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == from {
			met = true
			continue
		}
		i, made := f.maker[id]
		switch {
		case made && inside[i]:
			continue
		case made:
			inside[i] = true
			todo = append(todo, f.reads(i)...)
		case f.model.Tensors[id].Init == nil:
			return nil // another input of the model
		}
		if len(inside) > mostInBlock {
			return nil
		}
	}
	f.share(inside)
	if !met || !f.closed(inside, join) {
		return nil
	}
	nodes := make([]int, 0, len(inside))
	for i := range inside {
		nodes = append(nodes, i)
	}
	slices.Sort(nodes)
	return nodes
}

// reads returns the inputs of a node without omitted ones.
func (f *blockFinder) reads(node int) []graph.ID {
	return slices.DeleteFunc(slices.Clone(f.model.Main.Nodes[node].Inputs),
		func(id graph.ID) bool { return id == graph.None })
}

// share takes constants out of nodes that others read as well.
func (f *blockFinder) share(inside map[int]bool) {
	read := f.readsOf(inside)
	for i := range inside {
		n := &f.model.Main.Nodes[i]
		if len(n.Inputs) == 0 && slices.ContainsFunc(n.Outputs, func(id graph.ID) bool { return read[id] != f.users[id] }) {
			delete(inside, i)
		}
	}
}

// readsOf counts how often nodes read a tensor.
func (f *blockFinder) readsOf(inside map[int]bool) map[graph.ID]int {
	read := map[graph.ID]int{}
	for i := range inside {
		for _, id := range f.reads(i) {
			read[id]++
		}
	}
	return read
}

// closed reports whether nobody outside reads what nodes make, but for the join's output.
func (f *blockFinder) closed(inside map[int]bool, join int) bool {
	read := f.readsOf(inside)
	for i := range inside {
		if i == join {
			continue
		}
		for _, id := range f.model.Main.Nodes[i].Outputs {
			if id != graph.None && read[id] != f.users[id] {
				return false
			}
		}
	}
	return true
}
