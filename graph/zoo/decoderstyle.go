package zoo

import "github.com/ridgepoint/ridgepoint/graph/decoder"

// A further style is what decoders of files have beside what built-in ones do; the zero value is nothing.
type further struct {
	value          int64 // size of a head of values; 0: that of keys
	outBias        bool  // the output of attention has a bias
	perceptronBias bool
	logitBias      bool
	layerNorms     bool  // with biases, in place of root-mean-square ones
	ungated        bool  // a perceptron is two matrices: GPT-J
	parallel       bool  // attention and perceptron read the same norm: GPT-J
	around         bool  // norms stand behind attention and perceptron too: GLM-4
	twice          bool  // of Gemma's parts, norms stand before alone, and nothing is capped: the first Gemma
	sinks          bool  // each head has a learned score: gpt-oss
	positions      int64 // rows of a table of learned positions
	expertHidden   int64 // inner width of an expert; 0: hidden
	shared         int64 // inner width of what all tokens see beside the experts: DeepSeek
	sharedGate     bool
	routerBias     bool
	sizes          *decoder.Shape // which layers have experts; nil: all
	latent         *decoder.Latent
}

// norm adds the normalisation of the family.
func (s llamaShape) norm(b *step, x tensor, path string) tensor {
	if s.layerNorms {
		return b.layerNorm(x, path, llamaEps)
	}
	return b.rmsNorm(x, path, llamaEps)
}

// sparse reports whether a layer has experts.
func (s llamaShape) sparse(layer int) bool {
	if s.sizes != nil {
		return s.sizes.Sparse(int64(layer))
	}
	return s.experts > 0
}

// expertWidth returns the inner width of one expert, in channels: that of the dense layers unless
// the shape says otherwise.
func (s llamaShape) expertWidth() int64 {
	if s.expertHidden > 0 {
		return s.expertHidden
	}
	return s.hidden
}

// valueSize returns the size of a head of values.
func (s llamaShape) valueSize() int64 {
	if s.value > 0 {
		return s.value
	}
	return s.size()
}

// rotary returns how many numbers of a head are rotated.
func (s llamaShape) rotary() int64 {
	if s.latent != nil {
		return s.latent.RoPE
	}
	return s.size()
}

// within returns a step whose cache is no longer than the window of a layer.
func (s llamaShape) within(b *step, layer int) *step {
	w := *b
	if s.sinks {
		w.heads = []int64{s.kv, s.heads / s.kv, 1, 1}
	}
	if s.window > 0 && (s.full == 0 || int64(layer+1)%s.full != 0) {
		w.past = min(b.past, max(s.window-1, 0))
	}
	return &w
}

// attends returns what a layer sees in x.
func (s llamaShape) attends(b *step, x tensor, path string, layer int, rotate func(tensor, string) tensor) tensor {
	if s.latent != nil {
		return s.compressed(b, x, path, layer, rotate)
	}
	return s.attention(b, x, path, layer, rotate)
}

// mixes adds what a layer of a hybrid has in place of attention or beside it: its weights, which each token meets, and
// a scan whose work is not known.
func (s llamaShape) mixes(b *step, x tensor, path string, layer int) {
	if s.sizes == nil {
		return
	}
	m := s.sizes.MixerOf(int64(layer))
	if m == nil || m.Elems == 0 {
		return
	}
	y := b.project(x, path+"/mixer_proj", max(m.Elems/s.width, 1)) // as if all its matrices were one
	b.output(b.node("RecurrentScan", path, []string{y.name}), b.seq, y.c)
}

// leaves projects the heads of attention back to the width.
func (s llamaShape) leaves(b *step, x tensor, path string) tensor {
	if s.outBias {
		return b.linear(x, path+"/o_proj", s.width)
	}
	return b.project(x, path+"/o_proj", s.width)
}

// compressed returns attention over compressed keys and values, DeepSeek-AI 2024 (arXiv 2405.04434). A single token
// meets the cache as it is, and the matrices that unpack keys and values work on its query and its result; a prompt
// unpacks them.
func (s llamaShape) compressed(b *step, x tensor, path string, layer int, rotate func(tensor, string) tensor) tensor {
	m := s.latent
	key := m.NoPE + m.RoPE
	q := x
	if m.Query > 0 {
		q = b.rmsNorm(b.project(x, path+"/q_a_proj", m.Query), path+"/q_a_layernorm", llamaEps)
		q = b.project(q, path+"/q_b_proj", s.heads*key)
	} else {
		q = b.project(x, path+"/q_proj", s.heads*key)
	}
	q = b.transpose(b.reshape(q, path, key, 0, b.seq, s.heads, key), path, 0, 2, 1, 3)
	qn, qr := b.parts(q, path, m.NoPE, m.RoPE)
	c, r := b.parts(b.project(x, path+"/kv_a_proj_with_mqa", m.KV+m.RoPE), path, m.KV, m.RoPE)
	c = b.rmsNorm(c, path+"/kv_a_layernorm", llamaEps)
	row := b.beside(c, rotate(r, path), path)
	all := b.cache(b.reshape(row, path, row.c, 0, 1, b.seq, row.c), path, "latent", layer, 1)
	qr = rotate(qr, path)
	var y tensor
	if b.seq == 1 {
		y = s.absorbed(b, qn, qr, all, path)
	} else {
		y = s.unpacked(b, qn, qr, all, path)
	}
	y = b.transpose(y, path, 0, 2, 1, 3)
	return s.leaves(b, b.reshape(y, path, s.heads*m.Value, 0, b.seq, s.heads*m.Value), path)
}

// absorbed lets all heads of one query meet the cache as rows of one product.
func (s llamaShape) absorbed(b *step, qn, qr, all tensor, path string) tensor {
	m, up := s.latent, weightName(path+"/kv_b_proj")
	low := tensor{b.node("MatMul", path, []string{qn.name, b.weight(up, s.heads, m.NoPE, m.KV)}), m.KV}
	q := b.reshape(b.beside(low, qr, path), path, all.c, 0, 1, s.heads, all.c)
	values, _ := b.parts(all, path, m.KV, m.RoPE)
	y := b.attend(path, q, b.transpose(all, path, 0, 1, 3, 2), values, m.NoPE+m.RoPE)
	y = b.reshape(tensor{y.name, m.KV}, path, m.KV, 0, s.heads, 1, m.KV)
	return tensor{b.node("MatMul", path, []string{y.name, b.weight(weightName(path+"/values/kv_b_proj"), s.heads, m.KV, m.Value)}), m.Value}
}

// unpacked makes the keys and values of all tokens again.
func (s llamaShape) unpacked(b *step, qn, qr, all tensor, path string) tensor {
	m := s.latent
	c, r := b.parts(all, path, m.KV, m.RoPE)
	kv := b.project(b.reshape(c, path, m.KV, 0, -1, m.KV), path+"/kv_b_proj", s.heads*(m.NoPE+m.Value))
	kv = b.transpose(b.reshape(kv, path, m.NoPE+m.Value, 0, -1, s.heads, m.NoPE+m.Value), path, 0, 2, 1, 3)
	kn, v := b.parts(kv, path, m.NoPE, m.Value)
	shape := b.ints(path, 1, s.heads, 1, 1)
	r.name = b.node("Expand", path, []string{r.name, shape})
	k := b.transpose(b.beside(kn, r, path), path, 0, 1, 3, 2)
	y := b.attend(path, b.beside(qn, qr, path), k, v, m.NoPE+m.RoPE)
	return tensor{y.name, m.Value}
}

// parts splits the last dimension in two.
func (b *builder) parts(x tensor, path string, first, second int64) (tensor, tensor) {
	out := b.nodeN("Split", path, 2, []string{x.name, b.ints(path, first, second)}, attr{"axis", int64(-1)})
	return tensor{out[0], first}, tensor{out[1], second}
}

// beside joins two tensors along the last dimension.
func (b *builder) beside(x, y tensor, path string) tensor {
	return tensor{b.node("Concat", path, []string{x.name, y.name}, attr{"axis", int64(-1)}), x.c + y.c}
}
