// Package decoder describes decoders of language models by their sizes, and counts what does not depend on a device:
// parameters, bytes of weights in a quantisation, bytes of the key-value cache, and work of a step.
package decoder

import (
	"cmp"
	"slices"
)

// A Shape is the architecture of a decoder. Zero values are those of Llama.
type Shape struct {
	Arch       string // of the file that it was read from, or the family, such as llama
	Layers     int64  // blocks
	Width      int64  // of the residual stream
	Heads, KV  int64  // of queries, and of keys and values
	Head       int64  // size of a head of keys; 0: Width / Heads
	Value      int64  // size of a head of values; 0: that of keys
	FFN        int64  // inner width of a dense perceptron
	Vocabulary int64  // tokens
	Context    int64  // tokens that it was trained for; 0: unknown
	Tied       bool   // the output layer is the table of embeddings

	Ungated   bool  // the perceptron is two matrices, without a gate
	QueryGate bool  // the projection to queries makes a gate of attention's output as well
	QKVBias   bool  // queries, keys and values have biases
	OutBias   bool  // so has the output of attention
	FFNBias   bool  // so has the perceptron
	LogitBias bool  // so has the output layer
	Sinks     bool  // each head has a learned sink
	HeadNorms bool  // each head's query and key are normalised
	Packed    bool  // one matrix for queries, keys and values, one for gate and up
	NormBias  bool  // norms have biases: they are layer norms
	Norms     int64 // of a layer; 0: two
	Positions int64 // rows of a table of learned positions; 0: none
	Gemma     bool  // embeddings are scaled, GELU gates; norms stand before and behind

	Experts, Active int64 // of a layer, and of them for each token; 0: a dense perceptron
	ExpertFFN       int64 // inner width of an expert; 0: FFN
	Shared          int64 // inner width of what all tokens see beside the experts
	SharedGate      bool  // which is gated by one more vector
	Dense           int64 // first layers that have no experts
	ExpertEvery     int64 // every so many layers have experts; 0: all
	RouterBias      bool  // the router has one

	Latent *Latent // keys and values are kept compressed
	Window int64   // tokens that a layer looks back; 0: all
	Full   int64   // every so many layers look back all tokens; 0: none where there is a window
	Mixers []Mixer // of layers that mix tokens in another way than attention, in the order of layers
}

// A Mixer is what a layer of a hybrid has in place of attention or beside it: a recurrence or a convolution. It is
// known by its weights and its state; the work of its scan is not.
type Mixer struct {
	Layer, Elems int64 // and weights of its matrices
	Vectors      int64 // numbers of its filters, biases and norms
	State        int64 // numbers that it keeps of a sequence, of 32 bits, however long it is
	Beside       bool  // the layer has attention too
	Alone        bool  // and no perceptron
}

// Attends reports whether a layer has attention.
func (s *Shape) Attends(layer int64) bool {
	m := s.MixerOf(layer)
	return m == nil || m.Beside
}

// Mixing returns the number of layers with a mixer that weighs something.
func (s *Shape) Mixing() (n int64) {
	for i := range s.Mixers {
		if s.Mixers[i].Elems > 0 {
			n++
		}
	}
	return n
}

// MixerOf returns what a layer has in place of attention or beside it, nil where it has attention alone.
func (s *Shape) MixerOf(layer int64) *Mixer {
	i, ok := slices.BinarySearchFunc(s.Mixers, layer, func(m Mixer, l int64) int { return cmp.Compare(m.Layer, l) })
	if !ok {
		return nil
	}
	return &s.Mixers[i]
}

// State returns the bytes that mixers keep of one sequence, however long it is.
func (s *Shape) State() (bytes int64) {
	for i := range s.Mixers {
		bytes += 4 * s.Mixers[i].State
	}
	return bytes
}

// Alone reports whether a layer has no perceptron.
func (s *Shape) Alone(layer int64) bool {
	m := s.MixerOf(layer)
	return m != nil && m.Alone
}

// A Latent is attention over compressed keys and values, as in DeepSeek-V2 (arXiv 2405.04434).
type Latent struct {
	Query int64 // rank of queries; 0: not compressed
	KV    int64 // rank of keys and values
	NoPE  int64 // size of a head's key without position
	RoPE  int64 // size of the shared key with position
	Value int64 // size of a head's value
}

// HeadSize returns the size of a head of keys.
func (s *Shape) HeadSize() int64 {
	switch {
	case s.Latent != nil:
		return s.Latent.NoPE + s.Latent.RoPE
	case s.Head > 0:
		return s.Head
	case s.Heads > 0:
		return s.Width / s.Heads
	}
	return 0
}

// ValueSize returns the size of a head of values.
func (s *Shape) ValueSize() int64 {
	switch {
	case s.Latent != nil:
		return s.Latent.Value
	case s.Value > 0:
		return s.Value
	}
	return s.HeadSize()
}

// ExpertWidth returns the inner width of an expert.
func (s *Shape) ExpertWidth() int64 {
	if s.ExpertFFN > 0 {
		return s.ExpertFFN
	}
	return s.FFN
}

// Sparse reports whether a layer has experts.
func (s *Shape) Sparse(layer int64) bool {
	if s.Experts == 0 || layer < s.Dense || s.Alone(layer) {
		return false
	}
	return s.ExpertEvery <= 1 || (layer+1)%s.ExpertEvery == 0
}

// SparseLayers returns the number of layers with experts.
func (s *Shape) SparseLayers() (n int64) {
	for l := range s.Layers {
		if s.Sparse(l) {
			n++
		}
	}
	return n
}

// Sees returns how many of context tokens a layer looks back on.
func (s *Shape) Sees(layer, context int64) int64 {
	if !s.Attends(layer) {
		return 0
	}
	if s.Window == 0 || s.Full > 0 && (layer+1)%s.Full == 0 {
		return context
	}
	return min(context, s.Window)
}

// kvElements returns the elements that one token adds to the key-value cache of a layer.
func (s *Shape) kvElements() int64 {
	if s.Latent != nil {
		return s.Latent.KV + s.Latent.RoPE
	}
	return s.KV * (s.HeadSize() + s.ValueSize())
}

// Cached returns the elements that the key-value cache of one sequence holds, and that a decode step reads.
func (s *Shape) Cached(context int64) (n int64) {
	for l := range s.Layers {
		n += s.Sees(l, context)
	}
	return n * s.kvElements()
}

// Touched returns how many of a layer's experts a step over so many tokens uses, if each token picks its own evenly.
func (s *Shape) Touched(tokens float64) float64 {
	if s.Experts == 0 {
		return 0
	}
	miss := 1 - float64(s.Active)/float64(s.Experts)
	return float64(s.Experts) * (1 - pow(miss, tokens))
}
