package onnxread

import (
	"fmt"
	"strconv"

	"github.com/owulveryck/onnx-go"
	gonum "gonum.org/v1/gonum/graph"

	"github.com/ridgepoint/ridgepoint/graph"
)

// What bounds one call of onnx-go, which keeps everything that it decodes: an edge for each pair of an input and an
// output of a node among it.
const (
	partNodes = 512     // nodes that onnx-go decodes at once
	partEdges = 1 << 16 // edges that onnx-go decodes at once
	maxEdges  = 1 << 20 // of one node
	allEdges  = 1 << 22 // of a file
)

// decode has onnx-go decode the graph's topology and attributes from skeletons, a part of the nodes at a time, and
// joins the two: its i-th operation is node i of the scan, and they must agree.
func (r *resolver) decode(g *graph.Graph, raw *rawGraph) error {
	b := &backend{}
	for from := 0; from < len(g.Nodes); {
		to, edges := from, 0
		for to < len(g.Nodes) && to-from < partNodes && edges < partEdges {
			n := &g.Nodes[to]
			pairs := len(n.Inputs) * max(len(n.Outputs), 1)
			if pairs > maxEdges {
				return r.errorf(raw.nodes[to].at, "%s has %d inputs and %d outputs: more than 2^20 pairs", n.Label(),
					len(n.Inputs), len(n.Outputs))
			}
			if r.edges += pairs; r.edges > allEdges {
				return r.errorf(raw.nodes[to].at, "the nodes have more than 2^22 pairs of an input and an output in all")
			}
			edges += pairs
			to++
		}
		if err := r.decodePart(b, g, raw, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// decodePart decodes the nodes between two places of a graph.
func (r *resolver) decodePart(b *backend, g *graph.Graph, raw *rawGraph, from, to int) (err error) {
	defer func() {
		if recover() != nil {
			err = r.errorf(raw.at, "onnx-go cannot decode graph %q", g.Name)
		}
	}()
	b.nodes, b.done, b.edges = g.Nodes[from:to], 0, 0
	b.skeleton = appendSkeleton(b.skeleton[:0], b.nodes, raw.nodes[from:to])
	err = onnx.NewModel(b).UnmarshalBinary(b.skeleton)
	if at := from + b.done; err != nil && at < to && b.failed {
		return r.errorf(raw.nodes[at].at, "%s: onnx-go and the scan disagree: %v", g.Nodes[at].Label(), err)
	}
	if err != nil {
		return r.errorf(raw.at, "onnx-go cannot decode graph %q: %v", g.Name, err)
	}
	if b.done != to-from {
		return r.errorf(raw.at, "onnx-go found %d nodes in graph %q, the scan found %d", b.done, g.Name, to-from)
	}
	for _, n := range raw.nodes[from:to] {
		n.attrs = nil // decoded, and of no more use
	}
	return nil
}

// take stores a value as onnx-go delivers it.
func take(a *graph.Attr, value any) error {
	ok := false
	switch a.Kind {
	case graph.AttrInt:
		a.Int, ok = value.(int64)
	case graph.AttrFloat:
		var f float32
		f, ok = value.(float32)
		a.Float = float64(f)
	case graph.AttrString:
		a.Str, ok = value.(string)
	case graph.AttrInts:
		a.Ints, ok = value.([]int64)
	case graph.AttrFloats:
		var fs []float32
		fs, ok = value.([]float32)
		for _, f := range fs {
			a.Floats = append(a.Floats, float64(f))
		}
	case graph.AttrStrings:
		a.Strs, ok = value.([]string)
	}
	if !ok {
		return fmt.Errorf("attribute %q is a %T there", a.Name, value)
	}
	return nil
}

// backend fills nodes with what onnx-go decodes: operands, results and the values of attributes. How many
// there are of each is known from the scan.
type backend struct {
	skeleton []byte       // of the part being decoded
	nodes    []graph.Node // being filled, in order
	done     int          // nodes that are
	edges    int          // of the node being filled
	failed   bool         // the node being filled is not as the scan has it
	edge     edge         // the one being told; onnx-go has one at a time
	numbers  int64        // of tensors so far
	room     []node       // for tensors to come, cut from blocks
}

// blockSize gives the number of nodes that are allocated at once.
const blockSize = 256

// ApplyOperation gets one node; onnx-go calls it once for each node of the file, in order, after the node's edges.
func (b *backend) ApplyOperation(op onnx.Operation, outputs ...gonum.Node) error {
	b.failed = true // unless the end is reached
	if b.done == len(b.nodes) {
		return fmt.Errorf("more than %d nodes", len(b.nodes))
	}
	n := &b.nodes[b.done]
	if len(outputs) != len(n.Outputs) || b.edges < len(n.Inputs)*len(n.Outputs) {
		return fmt.Errorf("%d outputs and %d edges", len(outputs), b.edges)
	}
	for i, o := range outputs {
		n.Outputs[i] = o.(*node).id
	}
	for i := range n.Attrs {
		if a := &n.Attrs[i]; delegated(a) {
			if err := take(a, op.Attributes[a.Name]); err != nil {
				return err
			}
		}
	}
	b.done, b.edges, b.failed = b.done+1, 0, false
	return nil
}

// NewNode makes a node with a number of its own; onnx-go then names it.
func (b *backend) NewNode() gonum.Node {
	if len(b.room) == 0 {
		b.room = make([]node, blockSize)
	}
	n := &b.room[0]
	b.room = b.room[1:]
	b.numbers++
	n.number, n.id = b.numbers, graph.None
	return n
}

// AddNode has nothing to do: nodes are told apart by name.
func (b *backend) AddNode(gonum.Node) {}

// NewWeightedEdge makes the edge from an output to an input at position weight.
func (b *backend) NewWeightedEdge(from, to gonum.Node, weight float64) gonum.WeightedEdge {
	b.edge = edge{from.(*node), to.(*node), weight}
	return &b.edge
}

// SetWeightedEdge gives the node being filled an input; every output repeats all inputs. onnx-go invents one for nodes
// without any.
func (b *backend) SetWeightedEdge(e gonum.WeightedEdge) {
	b.edges++
	if b.done < len(b.nodes) {
		if in, at := b.nodes[b.done].Inputs, int(e.Weight()); at < len(in) {
			in[at] = e.To().(*node).id
		}
	}
}

// The rest of the interface answers questions that the decoder never asks.

// Node finds no node.
func (b *backend) Node(int64) gonum.Node { return nil }

// Nodes lists no nodes.
func (b *backend) Nodes() gonum.Nodes { return gonum.Empty }

// From lists no nodes.
func (b *backend) From(int64) gonum.Nodes { return gonum.Empty }

// To lists no nodes.
func (b *backend) To(int64) gonum.Nodes { return gonum.Empty }

// HasEdgeBetween knows of no edge.
func (b *backend) HasEdgeBetween(_, _ int64) bool { return false }

// HasEdgeFromTo knows of no edge.
func (b *backend) HasEdgeFromTo(_, _ int64) bool { return false }

// Edge finds no edge.
func (b *backend) Edge(_, _ int64) gonum.Edge { return nil }

// node is a tensor as onnx-go sees it. It carries no data on purpose.
type node struct {
	number int64    // onnx-go's
	name   string   // in the skeleton
	id     graph.ID // of the tensor
}

// ID returns the node's number in the backend.
func (n *node) ID() int64 { return n.number }

// SetName takes the tensor's ID from its name in the skeleton. Names that are no number are
// the omitted optional "" and the input that onnx-go invents for nodes without one.
func (n *node) SetName(name string) {
	n.name = name
	if id, err := strconv.Atoi(name); err == nil {
		n.id = graph.ID(id)
	}
}

// GetName returns the name in the skeleton.
func (n *node) GetName() string { return n.name }

// edge is one input of an operation.
type edge struct {
	from, to *node   // operand and result
	weight   float64 // the operand's place
}

// From returns the output.
func (e *edge) From() gonum.Node { return e.from }

// To returns the input.
func (e *edge) To() gonum.Node { return e.to }

// ReversedEdge returns the edge itself: direction carries no meaning here.
func (e *edge) ReversedEdge() gonum.Edge { return e }

// Weight returns the input's position.
func (e *edge) Weight() float64 { return e.weight }
