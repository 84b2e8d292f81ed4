package infer

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// A widthFinder joins the channels of tensors that must agree. Channels are the second dimension of what nodes make.
type widthFinder struct {
	plan    *Plan                   // that is searched
	res     *Result                 // its shapes
	parent  []graph.ID              // by tensor: another one of the same width; itself: it stands for its width
	fixed   map[graph.ID]bool       // by representative: may not change
	weights map[graph.ID][]extentAt // by the tensor whose channels they are as many as
	groups  map[graph.ID][]groupAt  // by representative
	made    map[graph.ID]bool       // by a node
	named   map[graph.ID]int        // the first node that makes tensors of it
}

// follows lists, by kind of operator, how the widths of a node's weights and output follow from that of its input. What
// has no row keeps its widths.
var follows = map[ops.Kind]func(f *widthFinder, i int, n *graph.Node){
	ops.Conv: (*widthFinder).conv, ops.Gemm: (*widthFinder).gemm, ops.BatchNorm: (*widthFinder).norm,
	ops.Rectifier: (*widthFinder).same, ops.Exponential: (*widthFinder).same, ops.Elementwise: (*widthFinder).same,
	ops.Arithmetic: (*widthFinder).same, ops.MaxPool: (*widthFinder).same, ops.AveragePool: (*widthFinder).same,
	ops.GlobalAveragePool: (*widthFinder).same, ops.View: (*widthFinder).view,
}

// findWidths returns the widths of a model that can be changed.
func findWidths(p *Plan, res *Result) (out []Width) {
	f := &widthFinder{plan: p, res: res, parent: make([]graph.ID, len(p.Model.Tensors)), fixed: map[graph.ID]bool{},
		weights: map[graph.ID][]extentAt{}, groups: map[graph.ID][]groupAt{}, made: map[graph.ID]bool{},
		named: map[graph.ID]int{}}
	for i := range f.parent {
		f.parent[i] = graph.ID(i)
	}
	nodes := p.Model.Main.Nodes
	for i := range nodes {
		for _, id := range nodes[i].Outputs {
			f.made[id] = true
		}
	}
	for i := range nodes {
		spec := p.Spec(p.Model.Main, i)
		if spec == nil || follows[spec.Kind] == nil || len(nodes[i].Outputs) != 1 {
			f.fix(&nodes[i])
			continue
		}
		follows[spec.Kind](f, i, &nodes[i])
	}
	for _, id := range slices.Concat(p.Model.Main.Inputs, p.Model.Main.Outputs) {
		f.fixed[f.find(id)] = true
	}
	return f.list()
}

// list gathers what was found, by the first node of each width.
func (f *widthFinder) list() (out []Width) {
	at := map[graph.ID]*Width{}
	var order []graph.ID
	nodes := f.plan.Model.Main.Nodes
	for i := range nodes {
		for _, id := range nodes[i].Outputs {
			root := f.find(id)
			if id == graph.None || f.fixed[root] || at[root] != nil || len(f.res.Infos[id].Shape) < 2 {
				continue
			}
			at[root] = &Width{Name: nodes[i].Name, Channels: f.res.Infos[id].Shape[1]}
			order = append(order, root)
		}
	}
	for id := range f.parent {
		if w := at[f.find(graph.ID(id))]; w != nil {
			w.weights = append(w.weights, f.weights[graph.ID(id)]...)
			w.groups = append(w.groups, f.groups[graph.ID(id)]...)
		}
	}
	for _, root := range order {
		if w := at[root]; len(w.weights) > 0 {
			out = append(out, *w)
		}
	}
	return out
}

// find returns the representative of a value's channels: union-find with halved paths.
func (f *widthFinder) find(id graph.ID) graph.ID {
	for id != graph.None && f.parent[id] != id {
		f.parent[id] = f.parent[f.parent[id]]
		id = f.parent[id]
	}
	return id
}

// join makes two tensors have one width.
func (f *widthFinder) join(a, b graph.ID) {
	a, b = f.find(a), f.find(b)
	if a == b || a == graph.None || b == graph.None {
		return
	}
	f.parent[b] = a
	if f.fixed[b] {
		f.fixed[a] = true
	}
}

// fix keeps the widths of all tensors of a node.
func (f *widthFinder) fix(n *graph.Node) {
	for _, id := range slices.Concat(n.Inputs, n.Outputs) {
		if id != graph.None {
			f.fixed[f.find(id)] = true
		}
	}
}

// weight makes a dimension of a weight follow the width of a tensor. A weight that a node makes, or that is of another
// size, keeps all as it is.
func (f *widthFinder) weight(id graph.ID, axis int, of graph.ID) {
	if id == graph.None {
		return
	}
	c, s := f.plan.Model.Tensors[id].Init, f.res.Infos[of].Shape
	if c == nil || f.made[id] || c.Packed > 0 || c.Sparse || axis >= len(c.Shape) || len(s) < 2 || c.Shape[axis] != s[1] {
		f.fixed[f.find(of)] = true
		return
	}
	f.weights[of] = append(f.weights[of], extentAt{id, axis})
}

// input returns an input of a node, None where it is left out.
func input(n *graph.Node, i int) graph.ID {
	if i >= len(n.Inputs) {
		return graph.None
	}
	return n.Inputs[i]
}

// conv follows a dense or a depthwise convolution; others keep their widths.
func (f *widthFinder) conv(i int, n *graph.Node) {
	x, y := n.Inputs[0], n.Outputs[0]
	group := slices.IndexFunc(n.Attrs, func(a graph.Attr) bool { return a.Name == "group" })
	xs, ys := f.res.Infos[x].Shape, f.res.Infos[y].Shape
	switch {
	case n.Op.Type != "Conv" || len(xs) < 3 || len(ys) < 3:
		f.fix(n)
		return
	case group < 0 || n.Attrs[group].Int == 1:
		f.weight(n.Inputs[1], 1, x)
	case n.Attrs[group].Int == xs[1] && xs[1] == ys[1]:
		f.join(x, y)
		f.groups[y] = append(f.groups[y], groupAt{i, group})
	default:
		f.fix(n)
		return
	}
	f.weight(n.Inputs[1], 0, y)
	f.weight(input(n, 2), 0, y)
}

// gemm follows a fully connected layer.
func (f *widthFinder) gemm(_ int, n *graph.Node) {
	x, y := n.Inputs[0], n.Outputs[0]
	inner, outer := 0, 1
	for _, a := range n.Attrs {
		switch {
		case a.Name == "transB" && a.Int != 0:
			inner, outer = 1, 0
		case a.Name == "transA" && a.Int != 0:
			f.fix(n)
			return
		}
	}
	if n.Op.Type != "Gemm" || len(f.res.Infos[x].Shape) != 2 {
		f.fix(n)
		return
	}
	f.weight(n.Inputs[1], inner, x)
	f.weight(n.Inputs[1], outer, y)
	if c := input(n, 2); c != graph.None {
		f.weight(c, len(f.res.Infos[c].Shape)-1, y)
	}
}

// norm follows a normalisation by statistics of each channel.
func (f *widthFinder) norm(_ int, n *graph.Node) {
	f.join(n.Inputs[0], n.Outputs[0])
	for _, id := range n.Inputs[1:] {
		f.weight(id, 0, n.Outputs[0])
	}
}

// same follows what keeps channels: functions of elements, and pooling. Tensors that nodes make, of one number of
// channels or of one, are joined; constants of one element fit any width.
func (f *widthFinder) same(_ int, n *graph.Node) {
	y := n.Outputs[0]
	ys := f.res.Infos[y].Shape
	for _, id := range n.Inputs {
		if id == graph.None {
			continue
		}
		s := f.res.Infos[id].Shape
		switch from := len(s) - len(ys) + 1; { // the dimension of the channels
		case s.Elems() == 1 && !f.varies(id):
		case len(ys) < 2 || len(s) > len(ys) || f.varies(id) && len(s) != len(ys):
			f.fix(n)
			return
		case f.varies(id) && s[1] == ys[1]:
			f.join(id, y)
		case !f.varies(id) && from >= 0 && s[from] == ys[1]:
			f.weight(id, from, y)
		case from < 0 && !f.varies(id), from >= 0 && s[from] == 1:
		default:
			f.fix(n)
			return
		}
	}
}

// varies reports whether a tensor is none of the model's constants: its channels are those of another node.
func (f *widthFinder) varies(id graph.ID) bool {
	return f.plan.Model.Tensors[id].Init == nil && f.res.Infos[id].Value == nil
}

// view follows the flattening of images of one pixel.
func (f *widthFinder) view(_ int, n *graph.Node) {
	x, y := f.res.Infos[n.Inputs[0]].Shape, f.res.Infos[n.Outputs[0]].Shape
	flat := n.Op.Type == "Flatten" || n.Op.Type == "Dropout" || n.Op.Type == "Identity"
	if !flat || len(x) < 2 || len(y) < 2 || x[0] != y[0] || x[1] != y[1] {
		f.fix(n)
		return
	}
	f.join(n.Inputs[0], n.Outputs[0])
}
