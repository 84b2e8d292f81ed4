package infer

import (
	"errors"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A Result holds what inference found out. Its slices are reused by the next Run into it.
type Result struct {
	Plan       *Plan
	Infos      []graph.Info // by tensor ID
	Steps      []Step       // in execution order, the bodies of control flow before the node that holds them
	Bound      []Symbol     // the symbols of the model's inputs and what they were bound to
	Batch      int64        // samples per inference; 0 if the model has no batch axis that could be found
	Scale      float64      // costs and activations are those of the exported batch times this; 1 unless the graph fixes its batch
	Notes      []note.Note  // what to know about the model and the sizes that its dimensions were given
	arena      ops.Arena
	call       *ops.Call
	trip       int64
	times      int64
	depth      int
	inBody     int // nodes inferred in bodies, see maxInBodies
	current    *graph.Node
	symbols    map[string]int64
	bounded    int         // nodes at which a shape begins to depend on run-time data
	firstBound *graph.Node // the first of them
	sampled    []bool      // by tensor: made from the samples' data; used by scale
}

// Run infers a model under bindings. into may be nil, or a Result of the same plan to be reused.
// Its errors are *UnboundError and plain errors that name the node.
func (p *Plan) Run(b Bindings, into *Result) (*Result, error) {
	if p == nil || p.Model == nil {
		return nil, errors.New("found no plan, expected one such as Prepare returns")
	}
	r := into
	if r == nil || r.Plan != p {
		r = &Result{Plan: p}
	}
	return r, p.runBatch(b, r)
}

// run infers once, with the inputs bound as they are.
func (p *Plan) run(b *Bindings, r *Result) (err error) {
	r.reset(p, b)
	defer r.sayBounds()
	defer func() { // rows check what they use; this is the net under them
		if e := recover(); e != nil {
			err = fmt.Errorf("%s: its inputs do not fit the operator (%v)", r.where(), e)
		}
	}()
	if err := r.bindInputs(b); err != nil {
		return err
	}
	return r.graph(p.Model.Main)
}

// sayBounds adds one note for all shapes that depend on run-time data.
func (r *Result) sayBounds() {
	if r.bounded > 0 {
		r.Notes = append(r.Notes, note.New(note.UpperBounds, r.firstBound.Label(), r.bounded))
	}
}

// where names the node being inferred.
func (r *Result) where() string {
	if r.current == nil {
		return "the model's inputs"
	}
	return r.current.Label().String()
}

func (r *Result) reset(p *Plan, b *Bindings) {
	if len(r.Infos) != len(p.base) {
		r.Infos = make([]graph.Info, len(p.base))
		r.call = ops.NewCall(p.Model, r.Infos, &r.arena, (*runner)(r))
	}
	copy(r.Infos, p.base)
	r.arena.Reset()
	r.Steps, r.Bound = r.Steps[:0], r.Bound[:0]
	r.Notes = append(append(r.Notes[:0], p.Model.Notes...), p.notes...)
	r.Batch, r.Scale, r.trip, r.times, r.depth, r.inBody = 0, 1, b.Trip, 1, 0, 0
	if r.symbols == nil {
		r.symbols = make(map[string]int64)
	}
	clear(r.symbols)
	r.bounded, r.firstBound = 0, nil
}

func (r *Result) graph(g *graph.Graph) error {
	specs := r.Plan.specs[g]
	for i := range g.Nodes {
		if err := r.node(&g.Nodes[i], specs[i]); err != nil {
			return fmt.Errorf("%s: %w", g.Nodes[i].Label(), err)
		}
	}
	return nil
}

// maxInBodies bounds the nodes inferred in bodies of control flow. A loop may infer its body up to three times,
// so that loops within loops multiply: 20 levels would take hours.
const maxInBodies = 1 << 19

// node infers and costs one node and records it as a step.
func (r *Result) node(n *graph.Node, spec *ops.Spec) (err error) {
	if r.depth > 0 {
		if r.inBody++; r.inBody > maxInBodies {
			return fmt.Errorf("more than %d nodes are inferred in the bodies of control flow; expected loops that nest a few levels deep", maxInBodies)
		}
	}
	r.current = n
	c := r.call
	c.Reset(n)
	if spec == nil || !r.inputsKnown(n) {
		r.unknown(n, spec)
		return nil
	}
	for i := range spec.MinIn {
		if !c.Has(i) {
			return fmt.Errorf("has no input %d; the operator needs %d", i, spec.MinIn)
		}
	}
	if err := spec.Infer(c); err != nil {
		return err
	}
	if c.Failed() != nil {
		return c.Failed()
	}
	r.noteBound(n)
	if !r.outputsKnown(n) {
		r.typeOnly(n, spec)
		r.Steps = append(r.Steps, r.floor(n, spec))
		return nil
	}
	c.Reset(n)
	step := Step{Node: n, Spec: spec, Times: r.times, Depth: r.depth}
	step.Folded, err = r.fold(n, spec)
	if err != nil {
		return err
	}
	step.Cost = ops.Cost(spec, c)
	r.Steps = append(r.Steps, step)
	return nil
}

// fold computes the output values where the row can, and reports whether all are known.
func (r *Result) fold(n *graph.Node, spec *ops.Spec) (bool, error) {
	if spec.Fold == nil || len(n.Outputs) == 0 || n.Outputs[0] == graph.None {
		return false, nil
	}
	for _, id := range n.Outputs {
		if id != graph.None {
			if o := &r.Infos[id]; o.Kind != graph.KindTensor || o.Shape.Elems() > graph.MaxFold {
				return false, nil
			}
		}
	}
	if err := spec.Fold(r.call); err != nil {
		return false, err
	}
	for _, id := range n.Outputs {
		if id != graph.None && r.Infos[id].Value == nil {
			return false, nil
		}
	}
	return true, nil
}

func (r *Result) inputsKnown(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id != graph.None && !r.Infos[id].Known() {
			return false
		}
	}
	return true
}

// noteBound remembers nodes at which a shape begins to depend on run-time data.
func (r *Result) noteBound(n *graph.Node) {
	for _, id := range n.Inputs {
		if id != graph.None && (r.Infos[id].Upper || r.Infos[id].Value != nil && r.Infos[id].Value.Upper) {
			return
		}
	}
	for _, id := range n.Outputs {
		if id != graph.None && r.Infos[id].Upper {
			if r.bounded++; r.firstBound == nil {
				r.firstBound = n
			}
			return
		}
	}
}

// outputsKnown takes outputs that the row could not tell, because they depend on run-time data,
// as the file declares them. It reports whether all are known then.
func (r *Result) outputsKnown(n *graph.Node) bool {
	known := true
	for _, id := range n.Outputs {
		if id != graph.None && !r.Infos[id].Known() {
			r.Infos[id] = r.declared(r.Plan.Model.Tensors[id].Decl)
			known = known && r.Infos[id].Known()
		}
	}
	return known
}

// unknown records a node that cannot be inferred: outputs as the file declares them, cost the memory floor.
func (r *Result) unknown(n *graph.Node, spec *ops.Spec) {
	for _, id := range n.Outputs {
		if id != graph.None {
			r.Infos[id] = r.declared(r.Plan.Model.Tensors[id].Decl)
		}
	}
	r.typeOnly(n, spec)
	r.Steps = append(r.Steps, r.floor(n, spec))
}

// typeOnly keeps the element types of outputs of which nothing else is known.
func (r *Result) typeOnly(n *graph.Node, spec *ops.Spec) {
	if spec == nil {
		return
	}
	for i, id := range n.Outputs {
		if id != graph.None && !r.Infos[id].Known() {
			r.Infos[id].Type = ops.TypeOf(spec, r.call, i)
		}
	}
}

// floor is a step that costs the memory floor of what is known of its operands.
func (r *Result) floor(n *graph.Node, spec *ops.Spec) Step {
	step := Step{Node: n, Spec: spec, Times: r.times, Depth: r.depth, Unknown: true}
	ops.DefaultBytes(r.call, &step.Cost)
	return step
}

// runner is the Result as operators see it while it runs.
type runner Result

func (x *runner) Body(g *graph.Graph, args []graph.Info, times int64) (ops.Span, error) {
	r := (*Result)(x)
	if len(args) > len(g.Inputs) {
		return ops.Span{}, fmt.Errorf("passes %d values to a body with %d inputs", len(args), len(g.Inputs))
	}
	for i := range args {
		r.Infos[g.Inputs[i]] = args[i]
	}
	span := ops.Span{From: len(r.Steps)}
	node, was := r.current, r.times
	r.times = sat.Mul(r.times, times)
	r.depth++
	err := r.graph(g)
	r.depth--
	r.times, r.current = was, node
	r.call.Reset(node)
	span.To = len(r.Steps)
	return span, err
}

func (x *runner) SpanCost(s ops.Span) cost.Cost {
	var sum cost.Cost
	for i := s.From; i < s.To; i++ {
		c := x.Steps[i].Total()
		sum.Add(&c)
	}
	return sum
}

func (x *runner) Discard(s ops.Span) {
	for i := s.From; i < s.To; i++ {
		x.Steps[i].Times = 0
	}
}

func (x *runner) TripCount() int64 { return x.trip }

func (x *runner) Note(code note.Code, args ...any) {
	r := (*Result)(x)
	r.Notes = append(r.Notes, note.New(code, append([]any{r.current.Label()}, args...)...))
}

// Total is the cost of all executions of the step.
func (s *Step) Total() cost.Cost { return s.Cost.Times(s.Times) }
