package infer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/room"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A Result holds what inference found out. Its slices are reused by the next Run into it.
type Result struct {
	Plan  *Plan        // that was run
	Infos []graph.Info // by tensor ID
	Steps []Step       // in execution order, the bodies of control flow before the node that holds them
	Bound []Symbol     // the symbols of the model's inputs and what they were bound to
	Batch int64        // samples per inference; 0 if the model has no batch axis that could be found
	// costs and activations are those of the exported batch times this; 1 unless the graph fixes its batch
	Scale      float64
	Notes      []note.Note      // what to know about the model and the sizes that its dimensions were given
	arena      ops.Arena        // memory of shapes
	call       *ops.Call        // used again for each node
	trip       int64            // iterations of loops of unknown length
	times      int64            // executions of the body at hand
	depth      int              // of bodies
	inBody     int              // nodes inferred in bodies
	mostInBody int              // of these, see bodyNodes
	values     int              // elements whose values are carried, see maxValues
	current    *graph.Node      // for notes
	symbols    map[string]int64 // values by name
	cuts       map[string]int64 // sizes that the user names and no input has: of what is cut by run-time data
	named      map[string]bool  // of Bound
	bounded    int              // nodes at which a shape begins to depend on run-time data
	firstBound *graph.Node      // the first of them
	doubted    *graph.Node      // the last If whose other branch has unknown costs
	assumed    []string         // unknown operators whose output is taken to be as large as their input
	freed      bool             // a first dimension that is declared as 0 is taken as a free batch
	stale      bool             // inputs have other sizes than the file declares, so its other sizes may be wrong
	sampled    []bool           // by tensor: made from the samples' data; used by scale
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

// run infers with the inputs bound as they are. Where the graph does not work with a free batch in the place of a 0,
// the 0 is meant.
func (p *Plan) run(b *Bindings, r *Result) error {
	err := p.once(b, r)
	if err == nil || !r.freed {
		return err
	}
	empty := *b
	empty.empty = true
	if p.once(&empty, r) == nil {
		return nil
	}
	return err
}

// once infers once.
func (p *Plan) once(b *Bindings, r *Result) (err error) {
	r.reset(p, b)
	defer r.sayAssumptions()
	defer func() { // nodes are guarded one by one; this is the net under the rest
		if recover() != nil {
			err = fmt.Errorf("%s: found a graph that cannot be inferred", r.where())
		}
	}()
	if err := r.bindInputs(b); err != nil {
		return err
	}
	return r.graph(p.Model.Main)
}

// sayAssumptions adds one note for all shapes that depend on run-time data, and one for those that unknown operators
// are taken to leave as they are.
func (r *Result) sayAssumptions() {
	if len(r.assumed) > 0 {
		r.Notes = append(r.Notes, note.New(note.ShapeAssumed, slices.Clone(r.assumed)))
	}
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

// reset makes the result ready for a plan; memory of an earlier run is used again.
func (r *Result) reset(p *Plan, b *Bindings) {
	if r.call == nil || len(r.Infos) != len(p.base) {
		r.Infos = make([]graph.Info, len(p.base))
		r.call = ops.NewCall(p.Model, r.Infos, &r.arena, (*runner)(r))
	}
	copy(r.Infos, p.base)
	r.arena.Reset()
	r.Steps, r.Bound = slices.Grow(r.Steps[:0], len(p.Model.Main.Nodes)), r.Bound[:0]
	r.values, r.mostInBody = 0, bodyNodes()
	r.Notes = append(append(r.Notes[:0], p.Model.Notes...), p.notes...)
	r.Batch, r.Scale, r.trip, r.times, r.depth, r.inBody = 0, 1, b.Trip, 1, 0, 0
	if r.symbols == nil {
		r.symbols, r.cuts = make(map[string]int64), make(map[string]int64)
	}
	clear(r.symbols)
	clear(r.cuts)
	r.bounded, r.firstBound, r.doubted = 0, nil, nil
	r.assumed, r.freed, r.stale = r.assumed[:0], false, b.rebind > 0
}

// graph infers the nodes of a graph in order. An error names its node.
func (r *Result) graph(g *graph.Graph) error {
	specs := r.Plan.specs[g]
	for i := range g.Nodes {
		if err := r.node(&g.Nodes[i], specs[i]); err != nil {
			return fmt.Errorf("%s: %w", g.Nodes[i].Label(), err)
		}
	}
	return nil
}

// repeatCost gives the bytes of memory that a node takes each time it is inferred, on the scale of internal/room.
const repeatCost = 800

// bodyNodes returns how many nodes may be inferred in bodies of control flow. A loop may infer its body up to three
// times, so that loops within loops multiply: 20 levels would take hours. A body over the members of a sequence is
// inferred once for each member that differs, and each time takes the memory of nodes in the file.
func bodyNodes() int { return int(room.Most() / repeatCost) }

// node infers and costs one node and records it as a step.
func (r *Result) node(n *graph.Node, spec *ops.Spec) error {
	if r.depth > 0 {
		if r.inBody++; r.inBody > r.mostInBody {
			return fmt.Errorf("more than %d nodes are inferred in the bodies of control flow; expected loops that nest a few "+
				"levels deep, over sequences of a few thousand members", r.mostInBody)
		}
	}
	r.current = n
	r.call.Reset(n)
	if spec == nil || !r.inputsKnown(n) {
		r.unknown(n, spec)
		return nil
	}
	for i := range spec.MinIn {
		if !r.call.Has(i) {
			return fmt.Errorf("has no input %d; the operator needs %d", i, spec.MinIn)
		}
	}
	from := len(r.Steps)
	if err := r.attempt(n, spec.Infer); err != nil {
		if !r.bounds(n) || r.inBody > r.mostInBody {
			return err
		}
		r.Steps = r.Steps[:from] // sizes contradict each other, and one of them is only a bound: the model goes on
		r.unknown(n, spec)
		return nil
	}
	told := r.tell(n)
	r.noteBound(n)
	if !r.outputsKnown(n) {
		r.typeOnly(n, spec)
		r.Steps = append(r.Steps, r.floor(n, spec))
		return nil
	}
	step, err := r.cost(n, spec, told)
	step.Unknown = step.Unknown || r.doubted == n
	if err != nil && !r.bounds(n) {
		return err
	}
	r.Steps = append(r.Steps, step)
	return nil
}

// maxValues bounds the elements whose values a run carries: a file of a thousand nodes names a thousand times the
// values that one tensor may have.
const maxValues = 1 << 22

// affords counts the values of a node's outputs. Beyond maxValues it drops them and reports false.
func (r *Result) affords(n *graph.Node) bool {
	for _, id := range n.Outputs {
		if id != graph.None && r.Infos[id].Value != nil {
			r.values += r.Infos[id].Value.Len()
		}
	}
	if r.values <= maxValues {
		return true
	}
	for _, id := range n.Outputs {
		if id != graph.None {
			r.Infos[id].Value = nil
		}
	}
	return false
}

// attempt calls a function of an operator's row. Rows check what they use; where one fails all the same, the node is
// no valid use of the operator.
func (r *Result) attempt(n *graph.Node, f func(*ops.Call) error) (err error) {
	defer func() {
		if recover() != nil {
			r.current = n
			r.call.Reset(n)
			err = fmt.Errorf("found %d inputs and %d outputs that the operator does not take", len(n.Inputs), len(n.Outputs))
		}
	}()
	if err = f(r.call); err == nil {
		err = r.call.Failed()
	}
	return err
}

// cost returns the step of a node whose outputs are known. Values are folded where the row told all outputs; work
// that the row finds no figures for, as only the file told them, is unknown.
func (r *Result) cost(n *graph.Node, spec *ops.Spec, told bool) (step Step, err error) {
	step = Step{Node: n, Spec: spec, Times: r.times, Depth: r.depth}
	r.call.Reset(n)
	if told && r.folds(n, spec) {
		if err = r.attempt(n, spec.Fold); err != nil {
			return r.floor(n, spec), err
		}
		step.Folded = r.affords(n) && r.valuesKnown(n)
	}
	err = r.attempt(n, func(c *ops.Call) error { step.Cost = ops.Cost(spec, c); return nil })
	if err != nil || !told && (spec.Kind.Matrix() || spec.Kind == ops.Opaque) && step.Cost.FLOPs() == 0 {
		return r.floor(n, spec), err
	}
	return step, nil
}

// folds reports whether a row folds values and the outputs of a node are small enough.
func (r *Result) folds(n *graph.Node, spec *ops.Spec) bool {
	if spec.Fold == nil || len(n.Outputs) == 0 || n.Outputs[0] == graph.None {
		return false
	}
	for _, id := range n.Outputs {
		if id != graph.None {
			if o := &r.Infos[id]; o.Kind != graph.KindTensor || o.Shape.Elems() > graph.MaxFold {
				return false
			}
		}
	}
	return true
}

// valuesKnown reports whether the values of all outputs are known.
func (r *Result) valuesKnown(n *graph.Node) bool {
	for _, id := range n.Outputs {
		if id != graph.None && r.Infos[id].Value == nil {
			return false
		}
	}
	return true
}

// inputsKnown reports whether type and shape of all inputs are known.
func (r *Result) inputsKnown(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id != graph.None && !r.Infos[id].Known() {
			return false
		}
	}
	return true
}

// bounds reports whether the shape or the values of an input of a node are only bounds.
func (r *Result) bounds(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id != graph.None && (r.Infos[id].Upper || r.Infos[id].Value != nil && r.Infos[id].Value.Upper) {
			return true
		}
	}
	return false
}

// noteBound remembers nodes at which a shape begins to depend on run-time data.
func (r *Result) noteBound(n *graph.Node) {
	if r.bounds(n) {
		return
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

// tell completes the outputs that the row inferred by what the file declares: outputs that the row could not tell,
// because they depend on run-time data, and bounds. It reports whether the row alone told them.
func (r *Result) tell(n *graph.Node) bool {
	told := true
	for _, id := range n.Outputs {
		if id == graph.None {
			continue
		}
		switch o := &r.Infos[id]; {
		case !o.Known():
			*o = r.declared(r.Plan.Model.Tensors[id].Decl)
			told = false
		case o.Upper && r.tighten(o, r.Plan.Model.Tensors[id].Decl):
			told = false
		}
	}
	return told
}

// tighten lowers a bound to what the file declares, and reports whether that changed anything. Sizes that the file
// names stay as they are, since exporters give one name to dimensions that differ, unless the user says what size a
// name of no input has. All stays where the inputs have other sizes than the file declares.
func (r *Result) tighten(o *graph.Info, decl *graph.Type) bool {
	if r.stale || decl == nil || !decl.HasShape || o.Kind != graph.KindTensor || len(decl.Dims) != len(o.Shape) {
		return false
	}
	shape, whole, changed := r.arena.Copy(o.Shape), true, false
	for i, d := range decl.Dims {
		v := d.Value
		if d.Symbol != "" {
			var told bool
			if v, told = r.cuts[d.Symbol]; !told {
				v = -1
			}
		}
		switch {
		case v < 0 || v > shape[i] && shape[i] > 0:
			whole = false
		case v != shape[i]:
			shape[i], changed = v, true
		}
	}
	if whole || changed {
		o.Shape, o.Upper = shape, !whole
	}
	if changed {
		o.Value = nil
	}
	return whole || changed
}

// outputsKnown reports whether all outputs are known.
func (r *Result) outputsKnown(n *graph.Node) bool {
	for _, id := range n.Outputs {
		if id != graph.None && !r.Infos[id].Known() {
			return false
		}
	}
	return true
}

// unknown records a node that cannot be inferred: outputs as the file declares them, cost the memory floor.
func (r *Result) unknown(n *graph.Node, spec *ops.Spec) {
	for _, id := range n.Outputs {
		if id != graph.None {
			r.Infos[id] = r.declared(r.Plan.Model.Tensors[id].Decl)
		}
	}
	if spec == nil {
		r.assume(n)
	}
	r.typeOnly(n, spec)
	r.Steps = append(r.Steps, r.floor(n, spec))
}

// assume takes the one output of an unknown operator to be as large as its one input where the file does not say.
// That is marked as a bound, so that any size that is known wins.
func (r *Result) assume(n *graph.Node) {
	in, ok := r.onlyInput(n)
	if !ok || len(n.Outputs) != 1 || n.Outputs[0] == graph.None {
		return
	}
	out := &r.Infos[n.Outputs[0]]
	if out.Known() || in.Kind != graph.KindTensor || in.Type == dtype.String {
		return
	}
	*out = graph.Info{Kind: graph.KindTensor, Type: in.Type, Shape: in.Shape, Upper: true}
	if d := r.Plan.Model.Tensors[n.Outputs[0]].Decl; d != nil && d.Elem.Valid() {
		out.Type = d.Elem
	}
	if op := n.Op.String(); !slices.Contains(r.assumed, op) {
		r.assumed = append(r.assumed, op)
	}
}

// onlyInput returns the one input of a node that is neither omitted nor a list of numbers that it holds constant, such
// as a scale for each channel.
func (r *Result) onlyInput(n *graph.Node) (in graph.Info, ok bool) {
	for _, id := range n.Inputs {
		if id == graph.None {
			continue
		}
		info := &r.Infos[id]
		if r.Plan.Model.Tensors[id].Init != nil && len(info.Shape) < 2 && info.Type.IsFloat() {
			continue
		}
		if ok {
			return in, false
		}
		in, ok = *info, true
	}
	return in, ok
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

// floor returns a step that costs the memory floor of what is known of its operands, and the multiply-adds that its
// weights and its result give away.
func (r *Result) floor(n *graph.Node, spec *ops.Spec) Step {
	step := Step{Node: n, Spec: spec, Times: r.times, Depth: r.depth, Unknown: true}
	ops.DefaultBytes(r.call, &step.Cost)
	if spec != nil {
		ops.WeightWork(spec, r.call, &step.Cost)
	}
	return step
}

// runner is the Result as operators see it while it runs.
type runner Result

// Body infers a body with args as its inputs, to run so many times, and returns its steps.
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

// SpanCost returns the work of steps, each times its executions.
func (x *runner) SpanCost(s ops.Span) cost.Cost {
	var sum cost.Cost
	for i := s.From; i < s.To; i++ {
		c := x.Steps[i].Total()
		sum.Add(&c)
	}
	return sum
}

// Discard takes steps out of the count: a body that is not run.
func (x *runner) Discard(s ops.Span) {
	for i := s.From; i < s.To; i++ {
		x.Steps[i].Times = 0
	}
}

// Doubt notes the current node if steps that might run in place of those counted have unknown costs.
func (x *runner) Doubt(s ops.Span) {
	if slices.ContainsFunc(x.Steps[s.From:s.To], func(s Step) bool { return s.Unknown }) {
		x.doubted = x.current
		x.Note(note.BranchUnknown)
	}
}

// TripCount returns the iterations that loops of unknown length are taken to run.
func (x *runner) TripCount() int64 { return x.trip }

// Note adds a note on the current node.
func (x *runner) Note(code note.Code, args ...any) {
	r := (*Result)(x)
	r.Notes = append(r.Notes, note.New(code, append([]any{r.current.Label()}, args...)...))
}

// Total returns the cost of all executions of the step.
func (s *Step) Total() cost.Cost { return s.Cost.Times(s.Times) }
