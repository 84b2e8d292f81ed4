package conventions

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
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

// A Line is what one kind of operator contributes.
type Line struct {
	Kind    string
	Nodes   int64 // executions counted
	Count   int64
	Assumed bool // not in the graph: batch normalisation folded at export
}

// A Count is a model counted by a convention.
type Count struct {
	Convention *Convention
	Lines      []Line // kinds that the graph holds, in a fixed order; those that the tool does not count are 0
	Total      int64
	Notes      []string
}

// foldedWeights is how torch's ONNX exporter names weights that it changed by folding batch normalisation into them.
const foldedWeights = "onnx::Conv_"

type counter struct {
	res      *infer.Result
	constant []bool
	maker    []*graph.Node
	lines    [numKinds]Line
	folded   Line
}

// Of counts an inferred model.
func (v *Convention) Of(res *infer.Result, fold Folding) *Count {
	n := len(res.Infos)
	c := &counter{res: res, constant: make([]bool, n), maker: make([]*graph.Node, n)}
	c.trace()
	unfold := c.unfolds(fold)
	for i := range res.Steps {
		s := &res.Steps[i]
		if s.Times == 0 || s.Folded {
			continue
		}
		c.add(v, s, unfold)
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

// unfolds says for which convolutions folded batch normalisation is counted: by the prefix of their weights' names.
func (c *counter) unfolds(fold Folding) func(*graph.Node) bool {
	m := c.res.Plan.Model
	return func(n *graph.Node) bool {
		if len(n.Inputs) < 3 || n.Inputs[2] == graph.None || n.Inputs[1] == graph.None {
			return false
		}
		return fold == Unfold || fold == Auto && strings.HasPrefix(m.Tensors[n.Inputs[1]].Name, foldedWeights)
	}
}

func (c *counter) add(v *Convention, s *infer.Step, unfold func(*graph.Node) bool) {
	k := c.classify(s)
	if k == uncounted {
		return
	}
	f := c.fact(s, k)
	if k == conv && unfold(s.Node) {
		f.bias = 0
		bn := fact{in: f.out, out: f.out}
		addTo(&c.folded, v.rules[batchNorm], &bn, s.Times)
	}
	addTo(&c.lines[k], v.rules[k], &f, s.Times)
}

func addTo(l *Line, r rule, f *fact, times int64) {
	l.Nodes = sat.Add(l.Nodes, times)
	if r != nil {
		l.Count = sat.Add(l.Count, sat.Mul(r(f), times))
	}
}

// fact gathers what rules may ask about a step.
func (c *counter) fact(s *infer.Step, k kind) fact {
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
	if len(n.Inputs) > 2 && n.Inputs[2] != graph.None && (k == conv || k == transposed || k == linear) {
		f.bias = f.out
	}
	f.window = 1
	if a := n.Attr("kernel_shape"); a != nil {
		f.window = graph.Shape(a.Ints).Elems()
	} else if k == globalPool {
		f.window = f.in / max(1, f.out)
	}
	if k == transposed && f.in > 0 {
		f.walked = sat.Mul(f.macs/f.in, f.out) // a kernel of out-channels x taps for each input element, walked over the output instead
		if len(in) > 1 && len(out) > 1 && out[1] > 0 {
			f.walked = int64(float64(f.walked) * float64(in[1]) / float64(out[1]))
		}
	}
	return f
}

// scale is a number of elements at the batch that costs are scaled to.
func (c *counter) scale(n int64) int64 { return int64(float64(n) * c.res.Scale) }

func (c *counter) result(v *Convention) *Count {
	out := &Count{Convention: v}
	c.folded.Kind, c.folded.Assumed = "folded batch normalisation", true
	for k := range c.lines {
		l := c.lines[k]
		l.Kind = kind(k).String()
		l.Count = sat.Mul(l.Count, v.scale)
		if l.Nodes > 0 {
			out.Lines = append(out.Lines, l)
		}
		if kind(k) == batchNorm && c.folded.Count > 0 {
			l := c.folded
			l.Count = sat.Mul(l.Count, v.scale)
			out.Lines = append(out.Lines, l)
			out.Notes = append(out.Notes, fmt.Sprintf(
				"%d convolutions carry folded batch normalisation; the tool saw it before export, so its share is added as assumed", l.Nodes))
		}
	}
	for i := range out.Lines {
		out.Total = sat.Add(out.Total, out.Lines[i].Count)
	}
	c.doubt(v, out)
	return out
}

// doubt notes where the graph no longer shows what the tool would have seen.
func (c *counter) doubt(v *Convention, out *Count) {
	note := func(k kind, text string) {
		if c.lines[k].Nodes > 0 && v.rules[k] == nil {
			out.Notes = append(out.Notes, fmt.Sprintf("%d x %s: %s", c.lines[k].Nodes, k, text))
		}
	}
	note(attention, "the tool counts nothing for attention in one operator")
	note(product, "the tool sees modules only, so a product of two activations counts nothing")
	note(recurrent, "the tool's rule for recurrent layers is not modelled; they count nothing here")
}
