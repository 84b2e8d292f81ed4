package decoder

import (
	"math"
	"slices"
)

// pow returns x^y, of 0 where x is negative.
func pow(x, y float64) float64 { return math.Pow(max(x, 0), y) }

// A Role is what a tensor of weights does, named as GGUF names it.
type Role string

// The roles.
const (
	Embedding Role = "token_embd"    // rows by token
	Position  Role = "position_embd" // rows by place
	Output    Role = "output"        // the last layer, to the vocabulary
	Norm      Role = "norm"          // and biases, sinks: vectors
	Query     Role = "attn_q"        // projection to queries
	Key       Role = "attn_k"        // projection to keys
	Value     Role = "attn_v"        // projection to values
	QKV       Role = "attn_qkv"      // the three in one
	AttnOut   Role = "attn_output"   // behind attention
	QueryDown Role = "attn_q_a"      // to the latent of queries
	KVDown    Role = "attn_kv_a_mqa" // to the latent of keys and values
	KVUp      Role = "attn_kv_b"     // from the latent of keys and values
	Gate      Role = "ffn_gate"      // of a gated perceptron
	Up        Role = "ffn_up"        // into the perceptron
	Down      Role = "ffn_down"      // out of the perceptron
	Router    Role = "ffn_gate_inp"  // to experts
	Mix       Role = "ssm_in"        // of a recurrence or a convolution, all its matrices as one
)

// A Tensor is one tensor of weights.
type Tensor struct {
	Role    Role   // what the tensor is for
	Layer   int64  // -1: outside the layers
	In, Out int64  // of the matrix; In is 1 of a vector
	Experts int64  // matrices of this size, one an expert; 0: one for all tokens
	Name    string // of a vector, without its layer, as GGUF names it; "" of a matrix, whose role names it
}

// Elems returns the elements of a tensor.
func (t *Tensor) Elems() int64 { return t.In * t.Out * max(t.Experts, 1) }

// Vector reports whether a tensor is no matrix.
func (t *Tensor) Vector() bool { return t.In == 1 }

// Tensors lists the weights of a decoder.
func (s *Shape) Tensors() []Tensor {
	l := list{s: s}
	l.matrix(-1, Embedding, s.Width, s.Vocabulary)
	if s.Positions > 0 {
		l.matrix(-1, Position, s.Width, s.Positions)
	}
	for i := range s.Layers {
		if s.Attends(i) {
			l.attention(i)
		}
		l.mixer(i)
		l.norms(i, s.normsOfLayer()...)
		switch {
		case s.Alone(i):
		case s.Sparse(i):
			l.mixture(i)
		default:
			l.perceptron(i, s.FFN, 0)
		}
	}
	l.norms(-1, "output_norm")
	if !s.Tied {
		l.matrix(-1, Output, s.Width, s.Vocabulary)
	}
	if s.LogitBias {
		l.vector(-1, s.Vocabulary, "output.bias")
	}
	return l.out
}

// normsOfLayer names the norms of a layer as GGUF does.
func (s *Shape) normsOfLayer() []string {
	four := []string{"attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"}
	switch {
	case s.Norms == 1:
		return four[:1]
	case s.Norms == 4 || s.Norms == 0 && s.Gemma:
		return four
	case s.Norms > 0:
		return slices.Repeat(four[:1], int(s.Norms))
	}
	return []string{four[0], four[2]}
}

// Params returns the number of parameters.
func (s *Shape) Params() (n int64) {
	for _, t := range s.Tensors() {
		n += t.Elems()
	}
	return n
}

// ActiveParams returns the number of weights in matrices that meet one token, the output layer included and the table
// of embeddings not, unless it is the output layer.
func (s *Shape) ActiveParams() (n int64) {
	for _, t := range s.Tensors() {
		switch {
		case t.Experts > 0:
			n += t.Elems() / t.Experts * s.Active
		case t.Role == Position || t.Role == Embedding && !s.Tied || t.Vector():
		default:
			n += t.Elems()
		}
	}
	return n
}

// list collects the tensors of a decoder in order.
type list struct {
	s   *Shape   // the decoder
	out []Tensor // so far
}

// add adds a tensor unless a dimension is 0.
func (l *list) add(t Tensor) {
	if t.In > 0 && t.Out > 0 {
		l.out = append(l.out, t)
	}
}

// matrix adds a matrix [in, out] of a layer.
func (l *list) matrix(layer int64, r Role, in, out int64) { l.add(Tensor{r, layer, in, out, 0, ""}) }

// vector adds a vector of n numbers of a layer.
func (l *list) vector(layer, n int64, name string) { l.add(Tensor{Norm, layer, 1, n, 0, name}) }

// linear adds a matrix with its bias, if it has one.
func (l *list) linear(layer int64, r Role, in, out int64, bias bool) {
	l.matrix(layer, r, in, out)
	if bias {
		l.vector(layer, out, string(r)+".bias")
	}
}

// norms adds normalisations of a layer, with biases where the decoder has them.
func (l *list) norms(layer int64, names ...string) {
	for _, name := range names {
		l.vector(layer, l.s.Width, name+".weight")
		if l.s.NormBias {
			l.vector(layer, l.s.Width, name+".bias")
		}
	}
}

// attention adds the matrices of attention of layer i: apart, packed, or latent.
func (l *list) attention(i int64) {
	s := l.s
	q, k, v := s.Heads*s.HeadSize(), s.KV*s.HeadSize(), s.KV*s.ValueSize()
	switch {
	case s.Latent != nil:
		l.latent(i)
	case s.Packed:
		l.linear(i, QKV, s.Width, q+k+v, s.QKVBias)
	default:
		if s.QueryGate {
			q *= 2
		}
		l.linear(i, Query, s.Width, q, s.QKVBias)
		l.linear(i, Key, s.Width, k, s.QKVBias)
		l.linear(i, Value, s.Width, v, s.QKVBias)
	}
	if s.HeadNorms {
		l.vector(i, s.HeadSize(), "attn_q_norm.weight")
		l.vector(i, s.HeadSize(), "attn_k_norm.weight")
	}
	if s.Sinks {
		l.vector(i, s.Heads, "attn_sinks.weight")
	}
	l.linear(i, AttnOut, s.Heads*s.ValueSize(), s.Width, s.OutBias)
}

// mixer adds the weights of what mixes tokens in another way than attention.
func (l *list) mixer(i int64) {
	m := l.s.MixerOf(i)
	if m == nil || l.s.Width < 1 {
		return
	}
	l.matrix(i, Mix, l.s.Width, m.Elems/l.s.Width)
	l.vector(i, m.Elems%l.s.Width+m.Vectors, "ssm_conv1d.weight")
}

// latent adds the matrices of multi-head latent attention, as DeepSeek has it.
func (l *list) latent(i int64) {
	s, m := l.s, l.s.Latent
	q := s.Heads * (m.NoPE + m.RoPE)
	if m.Query > 0 {
		l.matrix(i, QueryDown, s.Width, m.Query)
		l.vector(i, m.Query, "attn_q_a_norm.weight")
		l.matrix(i, Query, m.Query, q)
	} else {
		l.matrix(i, Query, s.Width, q)
	}
	l.matrix(i, KVDown, s.Width, m.KV+m.RoPE)
	l.vector(i, m.KV, "attn_kv_a_norm.weight")
	l.matrix(i, KVUp, m.KV, s.Heads*(m.NoPE+m.Value))
}

// perceptron adds two or three matrices, of all experts at once where there are some.
func (l *list) perceptron(i, inner, experts int64) {
	s := l.s
	one := max(experts, 1)
	parts := []struct {
		role    Role
		in, out int64
	}{{Gate, s.Width, inner}, {Up, s.Width, inner}, {Down, inner, s.Width}}
	for _, p := range parts {
		switch {
		case p.role == Gate && s.Ungated:
			continue
		case p.role == Gate && s.Packed && experts == 0:
			continue
		case p.role == Up && s.Packed && experts == 0 && !s.Ungated:
			p.out *= 2
		}
		l.add(Tensor{p.role, i, p.in, p.out, experts, ""})
		if s.FFNBias {
			l.vector(i, p.out*one, string(p.role)+map[bool]string{true: "_exps"}[experts > 0]+".bias")
		}
	}
}

// mixture adds the router and the experts of layer i, shared ones included.
func (l *list) mixture(i int64) {
	s := l.s
	l.linear(i, Router, s.Width, s.Experts, s.RouterBias)
	l.perceptron(i, s.ExpertWidth(), s.Experts)
	if s.Shared > 0 {
		l.perceptron(i, s.Shared, 0)
	}
	if s.SharedGate {
		l.vector(i, s.Width, "ffn_gate_inp_shexp.weight")
	}
}
