package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// control returns a row of control flow, which has no work of its own: the steps of its bodies are recorded and costed
// one by one.
func control(name string, since, minIn int, doc string, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: Control, Doc: doc, MinIn: minIn, Infer: infer, Bytes: noTraffic}
}

var controlSpecs = []Spec{
	control("If", 1, 1, "one of two subgraphs by a condition", inferIf),
	control("Loop", 1, 0, "a subgraph over and over", inferLoop),
	control("Scan", 8, 0, "a subgraph over the slices of tensors, with a batch axis", inferScan8),
	control("Scan", 9, 1, "a subgraph over the slices of tensors", inferScan),
	control("SequenceMap", 17, 1, "a subgraph over the members of a sequence", inferSequenceMap),
}

// inferIf takes the branch that a known condition names, else the costlier one, and says so.
func inferIf(c *Call) error {
	thenBody, elseBody := c.Body("then_branch"), c.Body("else_branch")
	if thenBody == nil || elseBody == nil {
		return fmt.Errorf("needs then_branch and else_branch")
	}
	if v, ok := scalarValue(c, 0); ok {
		body := elseBody
		if v != 0 {
			body = thenBody
		}
		if _, err := c.Run.Body(body, nil, 1); err != nil {
			return err
		}
		return bodyOutputs(c, body)
	}
	a, errA := c.Run.Body(thenBody, nil, 1)
	costA := c.Run.SpanCost(a)
	b, errB := c.Run.Body(elseBody, nil, 1)
	costB := c.Run.SpanCost(b)
	switch { // a branch that cannot be inferred is one that these inputs cannot take
	case errA != nil && errB != nil:
		return errA
	case errB != nil:
		c.Run.Discard(b)
		return bodyOutputs(c, thenBody)
	case errA != nil:
		c.Run.Discard(a)
		return bodyOutputs(c, elseBody)
	}
	taken, other, name, left := thenBody, elseBody, "then", b
	if heavier(&costB, &costA) {
		taken, other, name, left = elseBody, thenBody, "else", a
	}
	c.Run.Discard(left)
	c.Run.Note(note.BranchAssumed, name)
	c.Run.Doubt(left)
	return mergeBranches(c, taken, other)
}

// heavier compares costs by FLOPs, then by bytes.
func heavier(a, b *cost.Cost) bool {
	if a.FLOPs() != b.FLOPs() {
		return a.FLOPs() > b.FLOPs()
	}
	return a.Bytes() > b.Bytes()
}

// bodyOutputs hands the outputs of a body on.
func bodyOutputs(c *Call, body *graph.Graph) error {
	if len(body.Outputs) < c.NumOut() {
		return fmt.Errorf("a branch has %d outputs, the node has %d", len(body.Outputs), c.NumOut())
	}
	for i := range c.NumOut() {
		c.SetInfo(i, c.info(body.Outputs[i]))
	}
	return nil
}

// info returns what is known of a tensor by ID; nothing for an omitted one.
func (c *Call) info(id graph.ID) graph.Info {
	if id == graph.None {
		return graph.Info{}
	}
	return c.infos[id]
}

// mergeBranches gives each output the taken branch's shape; where the other's differs, each dim is the
// larger of the two and only an upper bound.
func mergeBranches(c *Call, taken, other *graph.Graph) error {
	if err := bodyOutputs(c, taken); err != nil {
		return err
	}
	for i := range min(c.NumOut(), len(other.Outputs)) {
		if out := c.Out(i); out != nil {
			*out = envelope(c, *out, c.info(other.Outputs[i]))
		}
	}
	return nil
}

// envelope returns a description that covers both a and b: values are kept only if both have the same.
func envelope(c *Call, a, b graph.Info) graph.Info {
	if a.Kind != graph.KindTensor || b.Kind != graph.KindTensor {
		return a
	}
	if !sameValue(a.Value, b.Value) {
		a.Value = nil
	}
	if a.Shape.Equal(b.Shape) {
		return a
	}
	a.Upper = true
	if len(a.Shape) != len(b.Shape) {
		return a
	}
	shape := c.arena.Copy(a.Shape)
	for i := range shape {
		shape[i] = max(shape[i], b.Shape[i])
	}
	a.Shape = shape
	return a
}

// sameValue reports whether two known values have the same elements. Values of which one is unknown
// differ.
func sameValue(a, b *graph.Value) bool {
	if a == nil || b == nil || a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if a.Float(i) != b.Float(i) {
			return false
		}
	}
	return true
}

// unknownTrips says what a loop is taken to run at most where its length is run-time data and nothing was said:
// as many steps as a short sentence, or detections of a common detector.
const unknownTrips = 100

// trips returns how often a loop runs at most.
func trips(c *Call) int64 {
	if n, ok := scalarValue(c, 0); ok && n < 1<<40 {
		return max(n, 0)
	}
	return tripsOr(c)
}

// tripsOr returns the iterations that were said of loops of unknown length, or those that are assumed.
func tripsOr(c *Call) int64 {
	if n := c.Run.TripCount(); n > 0 {
		return n
	}
	c.Run.Note(note.TripsAssumed, unknownTrips)
	return unknownTrips
}

// inferLoop runs the body once for its shapes and counts it once for each iteration. A carried
// tensor that grows by a fixed amount an iteration ends at that many times the amount.
func inferLoop(c *Call) error {
	body := c.Body("body")
	if body == nil {
		return fmt.Errorf("needs a body")
	}
	carried := max(c.NumIn()-2, 0)
	if len(body.Inputs) < carried+2 || len(body.Outputs) < carried+1 || c.NumOut() > len(body.Outputs)-1 {
		return fmt.Errorf("a body with %d inputs and %d outputs does not fit %d carried values and %d outputs",
			len(body.Inputs), len(body.Outputs), carried, c.NumOut())
	}
	n := trips(c)
	_, known := scalarValue(c, 0)
	args := make([]graph.Info, carried+2)
	args[0] = scalarInfo(c, body.Inputs[0])
	args[1] = scalarInfo(c, body.Inputs[1])
	for i := range carried {
		args[2+i] = *c.In(2 + i)
		if body.Outputs[1+i] != body.Inputs[2+i] {
			args[2+i].Value = nil
		}
	}
	if cond, ok := scalarValue(c, 1); ok && cond == 0 {
		n = 0
	}
	early := !known || !c.constantCond(body)
	span, err := c.Run.Body(body, args, n)
	if err != nil {
		return err
	}
	after := c.infosOf(body.Outputs)
	if grown := c.grow(args[2:], after[1:], n); grown != nil {
		c.Run.Discard(span)
		if span, err = c.Run.Body(body, append(args[:2:2], grown...), n); err == nil {
			after = c.infosOf(body.Outputs)
			for i := range grown { // the state after the last iteration is what grow extrapolated to
				after[1+i] = grown[i]
			}
		} else { // the shape only seemed to grow, because it is a bound: the first iteration stands for all
			c.Run.Discard(span)
			if _, err = c.Run.Body(body, args, n); err != nil {
				return err
			}
		}
	}
	for i := range c.NumOut() {
		out := after[1+i]
		out.Value = nil
		if i >= carried {
			out = stacked(c, out, n)
		} else if n == 0 {
			out = *c.In(2 + i)
		}
		out.Upper = out.Upper || early && i >= carried
		c.SetInfo(i, out)
	}
	return nil
}

// constantCond reports whether the body hands its condition through unchanged, so that no iteration is cut off.
func (c *Call) constantCond(body *graph.Graph) bool {
	out := body.Outputs[0]
	if out == body.Inputs[1] {
		return true
	}
	for i := range body.Nodes {
		n := &body.Nodes[i]
		if len(n.Outputs) == 1 && n.Outputs[0] == out {
			return n.Op.Type == "Identity" && n.Inputs[0] == body.Inputs[1] || n.Op.Type == "Constant"
		}
	}
	return false
}

// infosOf returns what is known of each value, in order.
func (c *Call) infosOf(ids []graph.ID) []graph.Info {
	out := make([]graph.Info, len(ids))
	for i, id := range ids {
		out[i] = c.info(id)
	}
	return out
}

// bodyType returns the element type that a node's body last gave its output i; false if the node has no body.
func (c *Call) bodyType(i int) (dtype.Type, bool) {
	body := c.Body("body")
	if body == nil {
		body = c.Body("then_branch")
	}
	if body == nil {
		return dtype.Undefined, false
	}
	if c.Node.Op.Type == "Loop" {
		i++ // a loop's body hands out its condition first
	}
	if i >= len(body.Outputs) {
		return dtype.Undefined, true
	}
	return c.info(body.Outputs[i]).Type, true
}

// scalarInfo returns a body's iteration number or condition: a scalar of its declared type and unknown value.
func scalarInfo(c *Call, id graph.ID) graph.Info {
	info := graph.Info{Kind: graph.KindTensor, Shape: graph.Shape{}, Type: 7}
	if d := c.Model.Tensors[id].Decl; d != nil && d.Elem.Valid() {
		info.Type = d.Elem
		if d.HasShape && len(d.Dims) == 1 {
			info.Shape = graph.Shape{1}
		}
	}
	return info
}

// grow extrapolates carried tensors whose shape changes from one iteration to the next; nil if none does.
func (c *Call) grow(before, after []graph.Info, n int64) []graph.Info {
	var out []graph.Info
	for i := range before {
		b, a := &before[i], &after[i]
		if b.Kind != graph.KindTensor || a.Kind != graph.KindTensor || len(b.Shape) != len(a.Shape) ||
			b.Shape.Equal(a.Shape) {
			continue
		}
		if out == nil {
			out = append([]graph.Info{}, before...)
		}
		shape := c.arena.Copy(b.Shape)
		for d := range shape {
			if step := a.Shape[d] - b.Shape[d]; step > 0 && n > 0 {
				shape[d] = min(sat.Add(b.Shape[d], sat.Mul(step, n)), graph.MaxElems)
			} else {
				shape[d] = max(b.Shape[d], a.Shape[d])
			}
		}
		out[i].Shape, out[i].Upper, out[i].Value = shape, true, nil
	}
	return out
}

// stacked puts n in front of a tensor's shape.
func stacked(c *Call, info graph.Info, n int64) graph.Info {
	if info.Kind != graph.KindTensor {
		return graph.Info{}
	}
	info.Shape = append(append(c.NewShape(len(info.Shape) + 1)[:0], n), info.Shape...)
	return info
}

// inferScan runs the body on one slice of every scanned input.
func inferScan(c *Call) error {
	body := c.Body("body")
	if body == nil {
		return fmt.Errorf("needs a body")
	}
	scanned := int(c.Int("num_scan_inputs", 0))
	state := c.NumIn() - scanned
	if scanned < 1 || state < 0 || len(body.Inputs) < c.NumIn() || len(body.Outputs) < max(c.NumOut(), state) {
		return fmt.Errorf("%d scan inputs of %d do not fit a body with %d inputs and %d outputs", scanned, c.NumIn(),
			len(body.Inputs), len(body.Outputs))
	}
	axes := c.Ints("scan_input_axes")
	args := make([]graph.Info, c.NumIn())
	n := int64(0)
	for i := range args {
		if !c.Has(i) {
			return fmt.Errorf("input %d is missing", i)
		}
		args[i] = *c.In(i)
		args[i].Value = nil
		if i < state {
			continue
		}
		axis := int64(0)
		if i-state < len(axes) {
			axis = axes[i-state]
		}
		a, err := Axis(axis, len(args[i].Shape))
		if err != nil {
			return err
		}
		n = args[i].Shape[a]
		args[i].Shape = append(append(graph.Shape{}, args[i].Shape[:a]...), args[i].Shape[a+1:]...)
	}
	if _, err := c.Run.Body(body, args, n); err != nil {
		return err
	}
	outAxes := c.Ints("scan_output_axes")
	for i := range c.NumOut() {
		out := c.info(body.Outputs[i])
		out.Value = nil
		if i >= state {
			out = stacked(c, out, n)
			if k := i - state; k < len(outAxes) && out.Kind == graph.KindTensor {
				a, err := Axis(outAxes[k], len(out.Shape))
				if err != nil {
					return err
				}
				copy(out.Shape, out.Shape[1:a+1])
				out.Shape[a] = n
			}
		}
		c.SetInfo(i, out)
	}
	return nil
}

// inferScan8 infers Scan of opset 8: input 0 is the sequence lengths, every tensor has a batch axis
// in front, and the body runs for each sample.
func inferScan8(c *Call) error {
	body := c.Body("body")
	if body == nil {
		return fmt.Errorf("needs a body")
	}
	scanned := int(c.Int("num_scan_inputs", 0))
	state := c.NumIn() - 1 - scanned
	if scanned < 1 || state < 0 || len(body.Inputs) < c.NumIn()-1 || len(body.Outputs) < c.NumOut() {
		return fmt.Errorf("%d scan inputs of %d do not fit the body", scanned, c.NumIn())
	}
	args := make([]graph.Info, c.NumIn()-1)
	batch, n := int64(0), int64(0)
	for i := range args {
		args[i] = *c.In(i + 1)
		args[i].Value = nil
		drop := 1
		if i >= state {
			drop = 2
		}
		if len(args[i].Shape) < drop {
			return fmt.Errorf("input %d of shape %v has no batch and sequence axis", i+1, args[i].Shape)
		}
		batch = args[i].Shape[0]
		if i >= state {
			n = args[i].Shape[1]
		}
		args[i].Shape = args[i].Shape[drop:]
	}
	if _, err := c.Run.Body(body, args, sat.Mul(batch, n)); err != nil {
		return err
	}
	for i := range c.NumOut() {
		out := c.info(body.Outputs[i])
		out.Value = nil
		if i >= state {
			out = stacked(c, out, n)
		}
		c.SetInfo(i, stacked(c, out, batch))
	}
	return nil
}
