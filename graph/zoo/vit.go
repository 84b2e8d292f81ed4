package zoo

import (
	"fmt"
	"math"
)

// A vitShape is one size of the vision transformer. The zero value of every field but the first four is the network of
// the first paper: a class token, whose place is learnt as those of the patches are, and 1000 classes.
type vitShape struct {
	patch, width, heads int64
	depth               int
	hidden              int64  // channels within a perceptron; 0: four times the width
	distilled           bool   // with a second token and a second classifier, whose mean is the result (arXiv 2012.12877)
	tokenless           bool   // without a class token; the mean of the patches is classified
	registers           int64  // learnt tokens more (arXiv 2309.16588)
	bare                bool   // patches alone have learnt places
	placeless           bool   // no learnt places
	mapped              bool   // one learnt query attends to all tokens, and that is classified
	early               bool   // normalised before the first block, patches without bias
	unended             bool   // no normalisation behind the last block
	behind              bool   // normalised behind attention and perceptron in place of before
	scaled              bool   // each channel of what blocks add is scaled
	bias                biases // of queries, keys and values
	relative            string // biases by distance: "table", "perceptron" or "shared"
	middle              int64  // channels between a distance and its bias; 0: 128
	rotary              string // "fixed" or "learnt" rotation by place (arXiv 2104.09864)
	mlp                 string // "gelu" if empty, "quick", or gated: "packed", "gated", "normed gate", "bare gate", "normed", "gated gelu"
	innerNorm           bool   // normalised before attention's last projection
	rms                 bool   // normalised by the root of the mean square, and without biases
	headless            bool
	before              func(b *builder, x tensor) tensor // convolutions before the patches; may be nil
	reduction           int64                             // of their map against the image; patches are of the image
	classes             int64                             // 0: 1000
}

// biases says which of queries, keys and values have one.
type biases int

const (
	allBiases biases = iota
	noBiases
	noKeyBias
)

// vitEntry returns the Entry of torchvision's vision transformer of that name.
func vitEntry(name, doc string, params, macs int64, gmac, top1 float64, s vitShape) Entry {
	return torchvision(name, "ViT", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(224, s.patch), batchOption},
		func(b *builder, v values) { s.build(b, v) })
}

// vits returns the vision transformers (arXiv 2010.11929) that torchvision has weights of, for
// patches of 16 and 32 pixels.
func vits() []Entry {
	return []Entry{
		vitEntry("vit-b-16", "ViT base, 16x16 patches", 86_567_656, 17_563_828_224, 17.564, 81.072, vitShape{patch: 16, width: 768, heads: 12, depth: 12}),
		vitEntry("vit-b-32", "ViT base, 32x32 patches", 88_224_232, 4_409_186_304, 4.409, 75.912, vitShape{patch: 32, width: 768, heads: 12, depth: 12}),
		vitEntry("vit-l-16", "ViT large, 16x16 patches", 304_326_632, 61_554_712_576, 61.555, 79.662, vitShape{patch: 16, width: 1024, heads: 16, depth: 24}),
		vitEntry("vit-l-32", "ViT large, 32x32 patches", 306_535_400, 15_377_539_072, 15.378, 76.972, vitShape{patch: 32, width: 1024, heads: 16, depth: 24}),
	}
}

// build builds the network of Dosovitskiy et al. 2020 (arXiv 2010.11929), as torchvision builds it, with what the shape
// changes.
func (s vitShape) build(b *builder, v values) {
	area := v.extent().over(s.patch)
	x := s.patches(b, image(b, v))
	x = b.transpose(b.reshape(x, "", s.width, 0, s.width, area.n()), "", 0, 2, 1)
	x, learnt := s.embed(b, x, area.n())
	if s.early {
		x = s.norm(b, x, "/encoder/ln_pre")
	}
	shared := s.distances(b, "/encoder", area, learnt, "shared")
	for i := range s.depth {
		x = s.block(b, x, fmt.Sprintf("/encoder/layers/encoder_layer_%d", i), area, learnt, shared)
	}
	if !s.unended {
		x = s.norm(b, x, "/encoder/ln")
	}
	s.end(b, x, area.n()+learnt)
}

// embed puts learnt tokens before the patches, and adds the places; it returns the number of the former too.
func (s vitShape) embed(b *builder, x tensor, patches int64) (tensor, int64) {
	var tokens []string
	if !s.tokenless {
		tokens = append(tokens, s.token(b, x, "class_token", 1))
	}
	if s.distilled {
		tokens = append(tokens, s.token(b, x, "dist_token", 1))
	}
	learnt := int64(len(tokens)) + s.registers
	if s.registers > 0 {
		tokens = append(tokens, s.token(b, x, "registers", s.registers))
	}
	places := func(n int64) {
		if !s.placeless {
			x = tensor{b.node("Add", "/encoder", []string{x.name, b.weight("encoder.pos_embedding", 1, n, s.width)}), s.width}
		}
	}
	if s.bare {
		places(patches)
	}
	if learnt > 0 {
		x = tensor{b.node("Concat", "", append(tokens, x.name), attr{"axis", int64(1)}), s.width}
	}
	if !s.bare {
		places(patches + learnt)
	}
	return x, learnt
}

// block adds attention and a perceptron to x [batch, learnt+h*w, width], each with a residual and a
// normalisation before or behind it. shared is a bias of the scores that all blocks have in common,
// if any.
func (s vitShape) block(b *builder, x tensor, p string, area extent, learnt int64, shared tensor) tensor {
	add := func(inner func(tensor) tensor, name string) {
		y := x
		if !s.behind {
			y = s.norm(b, y, p+"/ln_"+name)
		}
		y = inner(y)
		if s.behind {
			y = s.norm(b, y, p+"/ln_"+name)
		} else if s.scaled {
			y.name = b.node("Mul", p, []string{y.name, b.weight(weightName(p+"/ls"+name), s.width)})
		}
		x = b.binary("Add", y, x, p)
	}
	add(func(y tensor) tensor { return s.attention(b, y, p+"/self_attention", area, learnt, shared) }, "1")
	add(func(y tensor) tensor { return s.perceptron(b, y, p+"/mlp") }, "2")
	return x
}

// norm normalises the last dimension of x, by its root mean square where the network does.
func (s vitShape) norm(b *builder, x tensor, path string) tensor {
	if s.rms {
		return b.rmsNorm(x, path, 1e-5)
	}
	return b.layerNorm(x, path, 1e-6)
}

// linear adds a linear layer, without bias where the shape has none.
func (s vitShape) linear(b *builder, x tensor, path string, out int64) tensor {
	if s.rms {
		return b.project(x, path, out)
	}
	return b.linear(x, path, out)
}

// perceptron adds a block's second half.
func (s vitShape) perceptron(b *builder, x tensor, p string) tensor {
	hidden := s.hidden
	if hidden == 0 {
		hidden = 4 * s.width
	}
	var y tensor
	switch s.mlp {
	case "quick":
		y = b.quickGELU(b.linear(x, p+"/mlp.0", hidden), p+"/mlp.1")
	case "packed":
		both := b.linear(x, p+"/mlp.0", hidden)
		parts := b.nodeN("Split", p, 2, []string{both.name, b.ints(p, hidden/2, hidden/2)}, attr{"axis", int64(-1)})
		y = b.binary("Mul", b.silu(tensor{parts[0], hidden / 2}, p), tensor{parts[1], hidden / 2}, p)
	case "gated", "normed gate":
		y = b.binary("Mul", b.silu(s.linear(b, x, p+"/gate", hidden), p), s.linear(b, x, p+"/mlp.0", hidden), p)
	case "gated gelu":
		x = s.norm(b, x, p+"/norm")
		y = b.binary("Mul", b.gelu(b.linear(x, p+"/gate", hidden), p+"/mlp.1"), b.linear(x, p+"/mlp.0", hidden), p)
	default:
		y = b.gelu(s.linear(b, x, p+"/mlp.0", hidden), p+"/mlp.1")
	}
	if s.mlp == "normed gate" || s.mlp == "normed" {
		y = s.norm(b, y, p+"/norm")
	}
	return s.linear(b, y, p+"/mlp.3", s.width)
}

// end pools and classifies.
func (s vitShape) end(b *builder, x tensor, tokens int64) {
	if s.classes == 0 {
		s.classes = 1000
	}
	pick := func(at int64) tensor {
		in := []string{x.name, b.node("Constant", "", nil, attr{"value_int", at})}
		return tensor{b.node("Gather", "", in, attr{"axis", int64(1)}), s.width}
	}
	pooled := tensor{}
	switch {
	case s.mapped:
		pooled = s.query(b, x, "/attn_pool", tokens)
	case s.tokenless:
		pooled = tensor{b.node("ReduceMean", "", []string{x.name}, attr{"axes", []int64{1}}, attr{"keepdims", int64(0)}),
			s.width}
	default:
		pooled = pick(0)
	}
	if s.headless {
		b.output(pooled.name, s.width)
		return
	}
	out := b.gemm(pooled, "/heads/head", s.classes)
	if s.distilled {
		out = b.scale(b.binary("Add", out, b.gemm(pick(1), "/heads/head_dist", s.classes), "/heads"), "/heads", 0.5)
	}
	b.output(out.name, s.classes)
}

// query lets one learnt query attend to all tokens, with a perceptron behind: Lee et al. 2018 (arXiv 1810.00825).
func (s vitShape) query(b *builder, x tensor, p string, tokens int64) tensor {
	size := s.width / s.heads
	q := b.linear(tensor{b.weight(weightName(p+"/latent"), 1, 1, s.width), s.width}, p+"/q", s.width)
	q = b.transpose(b.reshape(q, p, size, 1, 1, s.heads, size), p, 0, 2, 1, 3)
	kv := b.linear(x, p+"/kv", 2*s.width)
	parts := b.nodeN("Split", p, 2, []string{kv.name, b.ints(p, s.width, s.width)}, attr{"axis", int64(2)})
	k := b.transpose(b.reshape(tensor{parts[0], s.width}, p, size, 0, tokens, s.heads, size), p, 0, 2, 3, 1)
	v := b.transpose(b.reshape(tensor{parts[1], s.width}, p, size, 0, tokens, s.heads, size), p, 0, 2, 1, 3)
	scores := b.scale(tensor{b.node("MatMul", p, []string{q.name, k.name}), tokens}, p,
		float32(1/math.Sqrt(float64(size))))
	probs := b.unary("Softmax", scores, p, attr{"axis", int64(-1)})
	y := b.reshape(tensor{b.node("MatMul", p, []string{probs.name, v.name}), size}, p, s.width, 0, s.width)
	y = b.linear(y, p+"/proj", s.width)
	return b.binary("Add", y, s.perceptron(b, b.layerNorm(y, p+"/norm", 1e-6), p+"/mlp"), p)
}

// patches adds a convolution that sees every pixel once.
func (s vitShape) patches(b *builder, x tensor) tensor {
	side := s.patch
	if s.before != nil {
		x, side = s.before(b, x), s.patch/s.reduction
	}
	in := []string{x.name, b.weight("conv_proj.weight", s.width, x.c, side, side)}
	if !s.early || s.rms {
		in = append(in, b.weight("conv_proj.bias", s.width))
	}
	return tensor{b.node("Conv", "/conv_proj", in, attr{"kernel_shape", []int64{side, side}}, attr{"strides", []int64{side, side}}), s.width}
}

// token adds n learnt tokens, once for each sample of x.
func (s vitShape) token(b *builder, x tensor, name string, n int64) string {
	batch := b.node("Shape", "", []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	shape := b.node("Concat", "", []string{batch, b.ints("", n, s.width)}, attr{"axis", int64(0)})
	return b.node("Expand", "", []string{b.weight(name, 1, n, s.width), shape})
}

// attention projects to queries, keys and values at once.
func (s vitShape) attention(b *builder, x tensor, path string, area extent, learnt int64, shared tensor) tensor {
	size, tokens := s.width/s.heads, area.n()+learnt
	all := b.project(x, path+"/in_proj", 3*s.width)
	if s.bias != noBiases && !s.rms {
		all.name = b.node("Add", path+"/in_proj",
			[]string{b.weight(weightName(path + "/in_proj")[1:]+".bias", 3*s.width), all.name})
	}
	if s.bias == noKeyBias {
		b.absent -= s.width
	}
	parts := b.nodeN("Split", path, 3, []string{all.name, b.ints(path, s.width, s.width, s.width)}, attr{"axis", int64(2)})
	heads := func(i int, perm ...int64) tensor {
		return b.transpose(b.reshape(tensor{parts[i], s.width}, path, size, 0, tokens, s.heads, size), path, perm...)
	}
	var q, k tensor
	if s.rotary == "" {
		q, k = heads(0, 0, 2, 1, 3), heads(1, 0, 2, 3, 1)
	} else {
		cos, sin := s.turns(b, path, tokens)
		q = s.turn(b, heads(0, 0, 2, 1, 3), path, cos, sin)
		k = b.transpose(s.turn(b, heads(1, 0, 2, 1, 3), path, cos, sin), path, 0, 1, 3, 2)
	}
	v := heads(2, 0, 2, 1, 3)
	scores := b.scale(tensor{b.node("MatMul", path, []string{q.name, k.name}), tokens}, path, float32(1/math.Sqrt(float64(size))))
	if shared.name == "" {
		shared = s.distances(b, path, area, learnt, "table", "perceptron")
	}
	if shared.name != "" {
		scores = b.binary("Add", scores, shared, path)
	}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	y = b.reshape(y, path, s.width, 0, tokens, s.width)
	if s.innerNorm {
		y = s.norm(b, y, path+"/norm")
	}
	return s.linear(b, y, path+"/out_proj", s.width)
}

// turns adds the cosines and sines of places: constants, or made of learnt frequencies.
func (s vitShape) turns(b *builder, path string, tokens int64) (cos, sin string) {
	size := s.width / s.heads
	if s.rotary == "fixed" {
		return b.table(path, 1, 1, tokens, size), b.table(path, 1, 1, tokens, size)
	}
	freqs := b.node("Reshape", path,
		[]string{b.weight(weightName(path+"/freqs"), 2, s.heads*size/2), b.ints(path, 2, s.heads, 1, size/2)})
	both := b.nodeN("Split", path, 2, []string{freqs, b.ints(path, 1, 1)}, attr{"axis", int64(0)})
	for i := range both {
		both[i] = b.node("Mul", path, []string{b.table(path, 1, 1, tokens, 1), both[i]})
	}
	angle := b.node("Add", path, both)
	angle = b.node("Concat", path, []string{angle, angle}, attr{"axis", int64(-1)})
	return b.node("Cos", path, []string{angle}), b.node("Sin", path, []string{angle})
}

// turn rotates pairs of channels by angles.
func (s vitShape) turn(b *builder, x tensor, path, cos, sin string) tensor {
	half := x.c / 2
	parts := b.nodeN("Split", path, 2, []string{x.name, b.ints(path, half, half)}, attr{"axis", int64(-1)})
	other := b.node("Concat", path, []string{b.node("Neg", path, parts[1:]), parts[0]}, attr{"axis", int64(-1)})
	return tensor{b.node("Add", path,
		[]string{b.node("Mul", path, []string{x.name, cos}), b.node("Mul", path, []string{other, sin})}), x.c}
}

// distances adds the learnt biases of each pair of tokens by their distance, if they are of one of some kinds.
func (s vitShape) distances(b *builder, path string, area extent, learnt int64, kinds ...string) tensor {
	for _, kind := range kinds {
		if kind != s.relative {
			continue
		}
		if kind == "table" {
			rows := area.distances() + 3
			return b.byDistance(b.weight(weightName(path+"/relative_position_bias_table"), rows, s.heads), path, area.n()+learnt,
				s.heads)
		}
		if s.middle == 0 {
			s.middle = 128
		}
		y := b.farness(path+"/rel_pos", area.distances(), s.middle, s.heads, true)
		y = b.byDistance(y.name, path, area.n(), s.heads)
		if learnt > 0 {
			y.name = b.node("Pad", path, []string{y.name, b.ints(path, 0, 0, learnt, learnt, 0, 0, 0, 0)})
		}
		return y
	}
	return tensor{}
}

// farness adds a bias for each of n distances, made by a small network of rows and columns (arXiv 2111.09883).
func (b *builder) farness(path string, n, hidden, heads int64, biased bool) tensor {
	y := tensor{b.table(path, n, 2), 2}
	y = b.unary("Relu", b.linear(y, path+"/fc1", hidden), path)
	if biased {
		return b.linear(y, path+"/fc2", heads)
	}
	return b.project(y, path+"/fc2", heads)
}

// byDistance looks the biases of all pairs of tokens up in a table with a row for each distance.
func (b *builder) byDistance(table, path string, tokens, heads int64) tensor {
	at := b.node("ConstantOfShape", path, []string{b.ints(path, tokens*tokens)},
		attr{"value", constant{t: 7, shape: []int64{1}, ints: []int64{0}}})
	y := tensor{b.node("Gather", path, []string{table, at}, attr{"axis", int64(0)}), heads}
	return b.transpose(b.reshape(y, path, tokens, 1, tokens, tokens, heads), path, 0, 3, 1, 2)
}
