package ops

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// search returns a row for a generation loop of ONNX Runtime, which holds its decoder as a subgraph. It has no work of
// its own: the steps of its bodies are recorded and costed.
func search(name, doc string, beams bool) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: Control, Doc: doc, MinIn: 2, Type: always(dtype.Int32),
		Infer: func(c *Call) error { return inferSearch(c, beams) }, Bytes: noTraffic}
}

var searchSpecs = []Spec{
	search("BeamSearch", "generation of tokens with several beams: encoder once, decoder for each token", true),
	search("WhisperBeamSearch", "generation of text from speech: encoder once, decoder for each token", true),
	search("GreedySearch", "generation of the likeliest tokens: decoder for each token", false),
	search("Sampling", "generation of drawn tokens: decoder for each token", false),
}

// A generation is the sizes of a search.
type generation struct {
	batch, beams, returned int64
	prompt, steps, longest int64 // tokens
	known                  bool  // that no size is assumed
}

// newGeneration reads the sizes: inputs are the prompt, the longest sequence, and for beams their number at 3 and the
// sequences returned at 4. Beams that are run-time data count as one.
func newGeneration(c *Call, beams bool) (g generation, err error) {
	in := c.Shape(0)
	if len(in) < 2 {
		return g, fmt.Errorf("takes [batch, tokens], got %v", in)
	}
	g = generation{batch: in[0], beams: 1, returned: 1, prompt: in[len(in)-1]}
	if c.Body("encoder") != nil {
		g.prompt = 1
	}
	g.longest, g.known = scalarValue(c, 1)
	if g.known {
		g.steps = max(g.longest-g.prompt, 1)
	} else {
		g.steps = tripsOr(c)
		g.longest = sat.Add(g.prompt, g.steps)
	}
	if !beams {
		return g, nil
	}
	n, ok := scalarValue(c, 3)
	if g.beams = max(n, 1); !ok {
		c.Run.Note(note.BeamsAssumed, g.beams)
	}
	r, told := scalarValue(c, 4)
	g.returned, g.known = max(r, 1), g.known && ok && told
	return g, nil
}

// inferSearch runs the bodies: what reads the prompt once, the decoder for each token, with the cache that it has in
// the middle of the generation.
func inferSearch(c *Call, beams bool) error {
	decoder := c.Body("decoder")
	if decoder == nil {
		return fmt.Errorf("needs a decoder")
	}
	g, err := newGeneration(c, beams)
	if err != nil {
		return err
	}
	in := c.Shape(0)
	source := in[len(in)-1]
	if b := c.Body("encoder"); b != nil {
		args := bodyArgs(c, b, dims{rows: g.batch, tokens: 1, source: source})
		if first := c.extent(0); len(args) > 0 && len(args[0].Shape) == len(first.shape) {
			args[0].Shape = first.shape // the features of speech, or the tokens
		}
		if _, err := c.Run.Body(b, args, 1); err != nil {
			return err
		}
	}
	rows := sat.Mul(g.batch, g.beams)
	if b := c.Body("init_decoder"); b != nil {
		if _, err := c.Run.Body(b, bodyArgs(c, b, dims{rows: rows, tokens: g.prompt, source: source}), 1); err != nil {
			return err
		}
	}
	past := sat.Add(g.prompt, (g.steps-1)/2)
	if _, err := c.Run.Body(decoder, bodyArgs(c, decoder, dims{rows, 1, past, source}), g.steps); err != nil {
		return err
	}
	setSearch(c, &g, beams, c.info(decoder.Outputs[0]))
	return nil
}

// setSearch sets the sequences, their scores and, where the decoder tells the vocabulary, the scores of all tokens.
func setSearch(c *Call, g *generation, beams bool, logits graph.Info) {
	upper := c.upper || !g.known
	for i := range c.NumOut() {
		c.SetInfo(i, graph.Info{})
	}
	if !beams {
		c.setOut(0, dtype.Int32, []int64{g.batch, g.longest}, upper)
		return
	}
	c.setOut(0, dtype.Int32, []int64{g.batch, g.returned, g.longest}, upper)
	c.setOut(1, dtype.Float32, []int64{g.batch, g.returned}, upper)
	if n := len(logits.Shape); n > 0 {
		c.setOut(2, dtype.Float32, []int64{g.steps, g.batch, g.beams, logits.Shape[n-1]}, upper)
	}
}

// dims holds the sizes that the dimensions of a body's inputs get: rows of the batch times beams, new tokens, tokens in
// the cache, and tokens of the source text.
type dims struct{ rows, tokens, past, source int64 }

// dimNames says which of them a dimension is by a part of its name, the first that fits.
var dimNames = []struct {
	part string
	of   func(*dims) int64
}{
	{"batch", func(d *dims) int64 { return d.rows }},
	{"enc", func(d *dims) int64 { return d.source }},
	{"past", func(d *dims) int64 { return d.past }},
	{"total", func(d *dims) int64 { return sat.Add(d.past, d.tokens) }},
	{"max", func(d *dims) int64 { return sat.Add(d.past, d.tokens) }},
	{"", func(d *dims) int64 { return d.tokens }},
}

// size returns what a dimension is bound to.
func (d *dims) size(dim graph.Dim, first bool) int64 {
	switch {
	case dim.Symbol == "" && dim.Value >= 0:
		return dim.Value
	case first:
		return d.rows
	}
	for _, row := range dimNames {
		if strings.Contains(strings.ToLower(dim.Symbol), row.part) {
			return row.of(d)
		}
	}
	return 1
}

// bodyArgs describes the inputs of a body by what it declares. The sizes are typical ones, so they are marked as
// bounds.
func bodyArgs(c *Call, body *graph.Graph, d dims) []graph.Info {
	args := make([]graph.Info, len(body.Inputs))
	for i, id := range body.Inputs {
		t := c.Model.Tensors[id].Decl
		if t == nil || t.Kind != graph.KindTensor || !t.HasShape {
			continue
		}
		shape := c.NewShape(len(t.Dims))
		for k, dim := range t.Dims {
			shape[k] = d.size(dim, k == 0)
		}
		args[i] = graph.Info{Kind: graph.KindTensor, Type: t.Elem, Shape: shape, Upper: true}
	}
	return args
}
