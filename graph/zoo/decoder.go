package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// What the language models share: one step over seq new tokens with the keys and values of past tokens in a cache.

// stepOptions returns those of a language model whose positions reach to context; one decode step by default.
func stepOptions(context, past int64) []Option {
	return []Option{
		{"seq", 1, 1, context, 1, "new tokens per sample: 1 is a decode step, a prompt's length with past=0 its prefill"},
		{"past", past, 0, context, 1, "tokens per sample in the key-value cache"},
		batchOption,
	}
}

// A step is one run of a decoder: how many tokens are new and how many are cached.
type step struct {
	*builder
	v         values
	seq, past int64
	heads     []int64 // of groups and in each, which have learned scores beside those of tokens; none without
}

// newStep returns a step whose cache engines keep where it lies.
func newStep(b *builder, v values) *step {
	b.inPlace = true
	return &step{builder: b, v: v, seq: v["seq"], past: v["past"]}
}

// ids returns the input of new tokens.
func (s *step) ids(name string) string { return s.input(name, dtype.Int64, s.v.batch(), s.seq) }

// cache appends new keys or values N x heads x seq x size to the cached ones and declares the result as an output.
func (s *step) cache(x tensor, path, kind string, layer int, heads int64) tensor {
	if s.past > 0 {
		old := s.input(fmt.Sprintf("past_key_values.%d.%s", layer, kind), dtype.Float32, s.v.batch(), heads, s.past, x.c)
		x.name = s.node("Concat", path, []string{old, x.name}, attr{"axis", int64(2)})
	}
	s.output(x.name, heads, s.past+s.seq, x.c)
	return x
}

// attend returns softmax(Q K' / sqrt size, masked) V; k is transposed already. A single new token sees all others.
func (s *step) attend(path string, q, k, v tensor, size int64) tensor {
	return s.attendCapped(path, q, k, v, size, 0)
}

// attendCapped returns attend with the scores kept within a limit, if there is one.
func (s *step) attendCapped(path string, q, k, v tensor, size int64, limit float32) tensor {
	scores := s.scale(tensor{s.node("MatMul", path, []string{q.name, k.name}), s.past + s.seq}, path, float32(1/math.Sqrt(float64(size))))
	if limit > 0 {
		scores = s.softCap(scores, path, limit)
	}
	if len(s.heads) > 0 { // one more score of each head, counted as a term of the others
		scores.name = s.node("Add", path, []string{scores.name, s.weight(weightName(path+"/sinks"), s.heads...)})
	}
	if s.seq > 1 {
		scores.name = s.node("Add", path, []string{scores.name, s.table(path, s.seq, s.past+s.seq)})
	}
	probs := s.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	return tensor{s.node("MatMul", path, []string{probs.name, v.name}), size}
}

// tiedLogits multiplies by the table of token embeddings, which is thus stored once, and declares the output.
func (s *step) tiedLogits(x tensor, table string, vocabulary int64) {
	s.output(s.logits(x, table, vocabulary).name, s.seq, vocabulary)
}

// logits multiplies x [batch, seq, width] by the embedding table [vocabulary, width] and returns
// [batch, seq, vocabulary].
func (s *step) logits(x tensor, table string, vocabulary int64) tensor {
	rows := s.reshape(x, "/lm_head", x.c, -1, x.c)
	y := tensor{s.node("Gemm", "/lm_head", []string{rows.name, table}, attr{"transB", int64(1)}), vocabulary}
	return s.reshape(y, "/lm_head", vocabulary, -1, s.seq, vocabulary)
}

// softCap adds limit tanh(x / limit), Bello et al. 2016 (arXiv 1611.09940).
func (b *builder) softCap(x tensor, path string, limit float32) tensor {
	x = tensor{b.node("Div", path, []string{x.name, b.scalar(path, limit)}), x.c}
	return b.scale(b.unary("Tanh", x, path), path, limit)
}

// project adds x W, without a bias.
func (b *builder) project(x tensor, path string, out int64) tensor {
	return tensor{b.node("MatMul", path, []string{x.name, b.weight(weightName(path), x.c, out)}), out}
}

// embed looks up rows of a table.
func (b *builder) embed(ids, path string, rows, width int64) (x tensor, table string) {
	table = b.weight(weightName(path), rows, width)
	return tensor{b.node("Gather", path, []string{table, ids}), width}, table
}
