package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// What models of an encoder and a decoder share. Their decoder is two graphs, as exporters write it: with nothing in
// the cache it makes the keys and values of the encoder's output too; later steps find those in the cache.

// An attender is attention with separate projections to queries, keys, values and output.
type attender struct {
	width, heads, size int64
	q, k, v, out       string                                  // last elements of their paths
	scaled             bool                                    // scores are divided by sqrt size
	project            func(tensor, string, int64) tensor      // with or without bias
	keys               func(tensor, string, int64) tensor      // the same for keys
	end                func(tensor, string, int64) tensor      // the same for the output; nil: as project
	bias               func(scores tensor, path string) tensor // added to scores; nil: nothing
}

// split gives each head of N x tokens x heads * size its own matrix.
func (a attender) split(b *builder, x tensor, path string, tokens int64) tensor {
	return b.transpose(b.reshape(x, path, a.size, 0, tokens, a.heads, a.size), path, 0, 2, 1, 3)
}

// attend adds softmax(Q K' + bias) V, projected, for heads of keys and values as split gives them.
func (a attender) attend(b *builder, x, k, v tensor, path string, tokens int64) tensor {
	q := a.split(b, a.project(x, path+"/"+a.q, a.heads*a.size), path, tokens)
	if a.scaled {
		q = b.scale(q, path, float32(1/math.Sqrt(float64(a.size))))
	}
	scores := tensor{b.node("MatMul", path, []string{q.name, b.transpose(k, path, 0, 1, 3, 2).name}), 0}
	if a.bias != nil {
		scores = a.bias(scores, path)
	}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), a.size}, path, 0, 2, 1, 3)
	end := a.end
	if end == nil {
		end = a.project
	}
	return end(b.reshape(y, path, a.heads*a.size, 0, tokens, a.heads*a.size), path+"/"+a.out, a.width)
}

// pair adds the keys and values of x.
func (a attender) pair(b *builder, x tensor, path string, tokens int64) (k, v tensor) {
	return a.split(b, a.keys(x, path+"/"+a.k, a.heads*a.size), path, tokens), a.split(b, a.project(x, path+"/"+a.v, a.heads*a.size), path, tokens)
}

// self adds attention among the tokens of x.
func (a attender) self(b *builder, x tensor, path string, tokens int64) tensor {
	k, v := a.pair(b, x, path, tokens)
	return a.attend(b, x, k, v, path, tokens)
}

// cached returns attention of new tokens to those in the cache and each other.
func (a attender) cached(b *step, x tensor, path string, layer int) tensor {
	k, v := a.pair(b.builder, x, path, b.seq)
	return a.attend(b.builder, x, b.cache(k, path, "decoder.key", layer, a.heads), b.cache(v, path, "decoder.value", layer, a.heads), path, b.seq)
}

// cross returns attention to the encoder's output of so many tokens, if source has a name; else to its cached keys
// and values.
func (a attender) cross(b *step, x, source tensor, path string, layer int, tokens int64) tensor {
	var pair [2]tensor
	if source.name != "" {
		pair[0], pair[1] = a.pair(b.builder, source, path, tokens)
	}
	for i, kind := range []string{"key", "value"} {
		if source.name != "" {
			b.output(pair[i].name, a.heads, tokens, a.size)
			continue
		}
		name := fmt.Sprintf("past_key_values.%d.encoder.%s", layer, kind)
		pair[i] = tensor{b.input(name, dtype.Float32, b.v.batch(), a.heads, tokens, a.size), a.size}
	}
	return a.attend(b.builder, x, pair[0], pair[1], path, b.seq)
}

// source returns the encoder's output where the cache is empty.
func (s *step) source(tokens, width int64) tensor {
	if s.past > 0 {
		return tensor{}
	}
	return tensor{s.input("encoder_hidden_states", dtype.Float32, s.v.batch(), tokens, width), width}
}

// causal hides later tokens from earlier ones; one token has none to hide.
func (s *step) causal(scores tensor, path string) tensor {
	if s.seq > 1 {
		scores.name = s.node("Add", path, []string{scores.name, s.table(path, s.seq, s.past+s.seq)})
	}
	return scores
}
