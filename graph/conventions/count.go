package conventions

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// Folding says what to do about batch normalisation that was folded into convolutions at export.
type Folding uint8

// The ways.
const (
	Auto   Folding = iota // count it for convolutions that show it was there: their weights were renamed
	AsIs                  // count what the graph holds
	Unfold                // count it for every convolution with a bias
)

// A Line is what one group of operators contributes.
type Line struct {
	Kind    string // the group's name
	Nodes   int64  // executions counted
	Count   int64  // in the convention's unit
	Assumed bool   // not in the graph: batch normalisation folded at export
}

// A Count is a model counted by a convention.
type Count struct {
	Convention *Convention // by which it was counted
	Lines      []Line      // groups that the graph holds, in a fixed order; those that the tool does not count are 0
	Total      int64       // in the convention's unit
	Notes      []note.Note // what the count leaves out or assumes
}

// foldedWeights says how torch's ONNX exporter names weights that it changed by folding batch normalisation into them.
const foldedWeights = "onnx::Conv_"

// counter counts the steps of a graph by one convention.
type counter struct {
	res      *infer.Result   // the inferred graph
	constant []bool          // by tensor: known before run time
	maker    []*graph.Node   // by tensor: the node that makes it
	lines    [numGroups]Line // by group
	folded   Line            // normalisation that was folded into weights
	missed   missed          // what the convention has no rule for
}

// Of counts an inferred model.
func (v *Convention) Of(res *infer.Result, fold Folding) *Count {
	n := len(res.Infos)
	c := &counter{res: res, constant: make([]bool, n), maker: make([]*graph.Node, n), missed: missed{}}
	c.trace()
	for i := range res.Steps {
		s := &res.Steps[i]
		if s.Times == 0 || s.Folded {
			continue
		}
		c.add(v, s, fold)
	}
	return c.result(v)
}

// trace notes which tensors are constant and which node makes each.
func (c *counter) trace() {
	m := c.res.Plan.Model
	for i := range m.Tensors {
		c.constant[i] = m.Tensors[i].Kind == graph.FromInitializer
	}
	for i := range c.res.Steps {
		s := &c.res.Steps[i]
		known := true
		for _, id := range s.Node.Inputs {
			known = known && (id == graph.None || c.constant[id])
		}
		for _, id := range s.Node.Outputs {
			if id != graph.None {
				c.constant[id], c.maker[id] = known || s.Folded, s.Node
			}
		}
	}
}

// unfolds reports whether folded batch normalisation is counted for a convolution: by the prefix of its weights' name.
func (c *counter) unfolds(s *infer.Step, fold Folding) bool {
	w := s.Weights()
	if w == graph.None || s.Bias() == graph.None {
		return false
	}
	return fold == Unfold || fold == Auto && strings.HasPrefix(c.res.Plan.Model.Tensors[w].Name, foldedWeights)
}

// add counts a step by a convention's rule for its group, or notes why it does not count.
func (c *counter) add(v *Convention, s *infer.Step, fold Folding) {
	g := c.classify(s)
	r := v.rules[g]
	why := r.why
	if s.Unknown && s.Cost.MACs == 0 {
		why = note.ShapesUntold
	}
	if why != "" {
		c.lines[g].Nodes = sat.Add(c.lines[g].Nodes, s.Times)
		c.missed.add(s, why)
		return
	}
	f := c.fact(s, g)
	if g == conv && c.unfolds(s, fold) {
		f.bias = 0
		bn := fact{in: f.out, out: f.out}
		addTo(&c.folded, v.rules[batchNorm], &bn, s.Times)
	}
	addTo(&c.lines[g], r, &f, s.Times)
}

// addTo adds a step's nodes and count to a line, both times its executions.
func addTo(l *Line, r rule, f *fact, times int64) {
	l.Nodes = sat.Add(l.Nodes, times)
	if r.formula != nil {
		l.Count = sat.Add(l.Count, sat.Mul(r.formula(f), times))
	}
}

// fact gathers what formulas may ask about a step.
func (c *counter) fact(s *infer.Step, g group) fact {
	n := s.Node
	f := fact{macs: s.Cost.MACs}
	var in, out graph.Shape
	if len(n.Inputs) > 0 && n.Inputs[0] != graph.None {
		in = c.res.Infos[n.Inputs[0]].Shape
	}
	if len(n.Outputs) > 0 && n.Outputs[0] != graph.None {
		out = c.res.Infos[n.Outputs[0]].Shape
	}
	f.in, f.out = c.scale(in.Elems()), c.scale(out.Elems())
	if len(out) > 0 {
		f.rows = f.out / max(1, out[len(out)-1])
	}
	if s.Bias() != graph.None {
		f.bias = f.out
	}
	f.window = 1
	if a := n.Attr("kernel_shape"); a != nil {
		f.window = graph.Shape(a.Ints).Elems()
	} else if g == globalPool {
		f.window = f.in / max(1, f.out)
	}
	switch {
	case g == recurrent:
		f.cell = c.newCell(s)
		if f.bias > 0 { // each gate has one for the input and one for the state
			f.bias = f.cell.each(2 * f.cell.gates)
		}
	case g == transposed && f.in > 0:
		f.walked = walkOutput(&f, in, out)
	}
	return f
}

// walkOutput returns the multiply-adds of a transposed convolution if its kernel,
// of out-channels x taps for each input element, walked over the output instead.
func walkOutput(f *fact, in, out graph.Shape) int64 {
	n := sat.Mul(f.macs/f.in, f.out)
	if len(in) > 1 && len(out) > 1 && out[1] > 0 {
		n = int64(float64(n) * float64(in[1]) / float64(out[1]))
	}
	return n
}

// scale returns a number of elements at the batch that costs are scaled to.
func (c *counter) scale(n int64) int64 { return int64(float64(n) * c.res.Scale) }

// result returns the lines of groups that have nodes, and their sum.
func (c *counter) result(v *Convention) *Count {
	out := &Count{Convention: v}
	c.folded.Kind, c.folded.Assumed = "folded batch normalisation", true
	for g := range c.lines {
		l := c.lines[g]
		l.Kind = group(g).String()
		l.Count = sat.Mul(l.Count, v.scale)
		if l.Nodes > 0 && group(g) != other {
			out.Lines = append(out.Lines, l)
		}
		if group(g) == batchNorm && c.folded.Count > 0 {
			l := c.folded
			l.Count = sat.Mul(l.Count, v.scale)
			out.Lines = append(out.Lines, l)
			out.Notes = append(out.Notes, note.New(note.BatchNormFolded, l.Nodes))
		}
	}
	for i := range out.Lines {
		out.Total = sat.Add(out.Total, out.Lines[i].Count)
	}
	out.Notes = append(out.Notes, c.missed.notes()...)
	return out
}
