package infer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// A Template is a model whose widths and depth can be changed. It is prepared once: a variant edits shapes of weights
// and leaves out blocks, and nothing is read or ordered again. One goroutine alone may use it.
type Template struct {
	widths []Width      // channels that must agree
	blocks []Block      // that can be left out
	whole  *Plan        // of the model itself
	plan   *Plan        // of the present variant
	nodes  []graph.Node // all, with inputs and attributes of their own
	consts []ownConst   // weights with shapes of their own
	at     []int32      // by tensor: its place in consts, -1 for others
	gone   []bool       // by node: not in the variant
	leads  []graph.ID   // by tensor: the one that stands for it in the variant
	used   []bool       // by tensor: a node of the variant reads it
}

// An ownConst is a weight whose shape variants change.
type ownConst struct {
	id  graph.ID     // the tensor
	was *graph.Const // of the plan
	now graph.Const  // of the template
}

// A Width is a number of channels that can be changed: all weights that must agree on it follow.
type Width struct {
	Name     string     // of the first node that makes tensors of it
	Channels int64      // as the model has it
	weights  []extentAt // dimensions of weights that follow it
	groups   []groupAt  // attributes that follow it
}

// An extentAt is a dimension of a weight.
type extentAt struct {
	tensor graph.ID // the weight
	axis   int      // its dimension
}

// A groupAt is the attribute of a depthwise convolution that is as large as a width.
// groupAt names an attribute of a node that counts groups.
type groupAt struct{ node, attr int }

// A Block is a part of the network with a shortcut around it, which can be left out.
type Block struct {
	Name    string   // of the node that joins the shortcut
	nodes   []int    // in order, that node the last
	in, out graph.ID // the tensor before it and behind it
}

// Nodes returns how many nodes a block has.
func (b *Block) Nodes() int { return len(b.nodes) }

// NewTemplate finds what can be changed in a model without control flow. The plan stays as it is.
func NewTemplate(p *Plan) (*Template, error) {
	if p == nil || p.Model == nil {
		return nil, errors.New("found no plan, expected one such as Prepare returns")
	}
	for i := range p.Model.Main.Nodes {
		if n := &p.Model.Main.Nodes[i]; len(Subgraphs(n)) > 0 {
			return nil, fmt.Errorf("found %s, expected a network without control flow, whose widths can be told", n.Label())
		}
	}
	res, err := p.Run(Bindings{}, nil)
	if err != nil {
		return nil, err
	}
	t := &Template{whole: p, widths: findWidths(p, res), blocks: findBlocks(p.Model, res)}
	t.copyPlan()
	return t, nil
}

// Widths lists the widths that can be changed, in the order of the nodes.
func (t *Template) Widths() []Width { return t.widths }

// Blocks lists the blocks that can be left out, in the order of the nodes. A block may lie inside another one.
func (t *Template) Blocks() []Block { return t.blocks }

// copyPlan makes a plan of its own that variants change.
func (t *Template) copyPlan() {
	m, main := *t.whole.Model, *t.whole.Model.Main
	m.Tensors, t.at = slices.Clone(m.Tensors), make([]int32, len(m.Tensors))
	for i := range m.Tensors {
		t.at[i] = -1
		if c := m.Tensors[i].Init; c != nil {
			t.at[i] = int32(len(t.consts))
			own := ownConst{graph.ID(i), c, *c}
			own.now.Shape = slices.Clone(c.Shape)
			t.consts = append(t.consts, own)
		} else if m.Tensors[i].Kind == graph.FromNode {
			m.Tensors[i].Decl = nil // a variant has other sizes than the file declares
		}
	}
	t.nodes = slices.Clone(main.Nodes)
	t.gone = make([]bool, len(main.Nodes))
	for i := range t.nodes {
		t.nodes[i].Inputs = slices.Clone(t.nodes[i].Inputs)
		t.nodes[i].Attrs = slices.Clone(t.nodes[i].Attrs)
	}
	main.Nodes, main.Outputs = slices.Clone(main.Nodes), slices.Clone(main.Outputs)
	m.Main = &main
	t.leads, t.used = make([]graph.ID, len(m.Tensors)), make([]bool, len(m.Tensors))
	t.plan = &Plan{Model: &m, specs: map[*graph.Graph][]*ops.Spec{}, base: slices.Clone(t.whole.base),
		notes: t.whole.notes, batch: t.whole.batch}
}

// maxChannels bounds a width: beyond it work overflows.
const maxChannels = 1 << 20

// Variant returns the plan of a variant: widths by channels, as many as Widths lists (0: as the model has it), and
// which blocks are left out (nil: none). The plan is valid until the next call.
func (t *Template) Variant(channels []int64, without []bool) (*Plan, error) {
	if len(channels) != len(t.widths) && channels != nil || len(without) != len(t.blocks) && without != nil {
		return nil, fmt.Errorf("found %d widths and %d blocks, expected %d and %d, or none", len(channels), len(without),
			len(t.widths), len(t.blocks))
	}
	t.plan.macs.macs = nil
	for i := range t.consts {
		c := &t.consts[i]
		copy(c.now.Shape, c.was.Shape)
		c.now.Value = c.was.Value
	}
	for i := range t.widths {
		w, c := &t.widths[i], int64(0)
		if channels != nil {
			c = channels[i]
		}
		if c < 0 || c > maxChannels {
			return nil, fmt.Errorf("found a width of %d channels for %s, expected 1 to %d, or 0 for its own", c, w.Name,
				maxChannels)
		}
		t.widen(w, cmp.Or(c, w.Channels), c > 0)
	}
	t.connect(without)
	return t.plan, nil
}

// widen gives a width channels, which are others where changed is true.
func (t *Template) widen(w *Width, channels int64, changed bool) {
	for _, at := range w.weights {
		if c := &t.consts[t.at[at.tensor]].now; changed {
			c.Shape[at.axis], c.Value = channels, nil
		}
	}
	for _, at := range w.groups {
		t.nodes[at.node].Attrs[at.attr].Int = channels
	}
}

// connect makes the nodes of the variant, each reading what leads to it once blocks are left out, and the weights that
// they read.
func (t *Template) connect(without []bool) {
	m, whole := t.plan.Model, t.whole.Model
	for i := range t.leads {
		t.leads[i], t.used[i] = graph.ID(i), false
	}
	clear(t.gone)
	for i := range without {
		if b := &t.blocks[i]; without[i] {
			for _, n := range b.nodes {
				t.gone[n] = true
			}
			t.leads[b.out] = b.in
		}
	}
	specs := t.plan.specs[m.Main][:0]
	m.Main.Nodes = m.Main.Nodes[:0]
	for i := range t.nodes {
		if t.gone[i] {
			continue
		}
		n := &t.nodes[i]
		for k, id := range whole.Main.Nodes[i].Inputs {
			n.Inputs[k] = t.lead(id)
			t.use(n.Inputs[k])
		}
		m.Main.Nodes, specs = append(m.Main.Nodes, *n), append(specs, t.whole.specs[whole.Main][i])
	}
	t.plan.specs[m.Main] = specs
	for k, id := range whole.Main.Outputs {
		m.Main.Outputs[k] = t.lead(id)
		t.use(m.Main.Outputs[k])
	}
	for i := range t.consts {
		c := &t.consts[i]
		m.Tensors[c.id].Init = nil
		if t.used[c.id] {
			m.Tensors[c.id].Init = &c.now
			t.plan.base[c.id].Shape, t.plan.base[c.id].Value = c.now.Shape, c.now.Value
		}
	}
}

// use notes that a value is read.
func (t *Template) use(id graph.ID) {
	if id != graph.None {
		t.used[id] = true
	}
}

// lead returns the tensor that stands for one in the variant: what goes into a block for what comes out of it.
func (t *Template) lead(id graph.ID) graph.ID {
	for id != graph.None && t.leads[id] != id {
		id = t.leads[id]
	}
	return id
}
