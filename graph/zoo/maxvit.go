package zoo

import (
	"cmp"
	"fmt"
	"math"
)

// A mixedShape is one size of CoAtNet or MaxViT: channels and blocks of the four stages, channels of the stem's two
// convolutions, and how its blocks are made.
type mixedShape struct {
	widths   [4]int64
	depths   [4]int
	stem     [2]int64
	kinds    [4]string // of blocks: c convolution, t attention to all, m both within windows
	head     int64     // channels of a layer before the classifier; 0: none
	original bool      // as published: convolutions widen what they give, not what they take, and the stem has biases
	biased   bool      // the last convolution of a block has a bias
	pooled   bool      // blocks pool before their first convolution, and do not stride
	biggest  bool      // pools take the largest
	part     float64   // of the widened channels that gates have inside; 0: 1/4
	bare     bool      // shortcuts of attention have no bias
	batch    bool      // attention is normalised over the batch
	scaled   bool      // what blocks add is scaled
	hidden   int64     // channels of the network that makes the biases by distance; 0: they are learnt
	next     bool      // convolutions are those of ConvNeXt
	grid     bool      // attention within the grid alone
	classes  int64     // 0: 1000
}

// buildMixed builds the network of Dai et al. 2021 (arXiv 2106.04803) and Tu et al. 2022 (arXiv 2204.01697), as timm
// builds them.
func buildMixed(b *builder, v values, s mixedShape) {
	x := b.normConv(image(b, v), "/stem/conv1", s.stem[0], square(3, 2, 1))
	if s.original {
		b.absent += s.stem[0] // the bias before the normalisation
	}
	x = b.convolve(s.activate(b, x, "/stem/act"), "/stem/conv2", s.stem[1], square(3, 1, 1), s.original)
	area := v.extent().ceil(2)
	for i, depth := range s.depths {
		stride := int64(2)
		for j := range depth {
			if stride == 2 {
				area = area.ceil(2)
			}
			p := fmt.Sprintf("/stages/stages.%d/blocks.%d", i, j)
			switch s.kinds[i] {
			case "c":
				x = s.convolve(b, x, p, s.widths[i], stride)
			case "t":
				x = s.attend(b, x, p, s.widths[i], stride, area)
			default:
				x = s.convolve(b, x, p+"/conv", s.widths[i], stride)
				x = s.windows(b, x, p, area, v.extent().over(32))
			}
			stride = 1
		}
	}
	if s.head > 0 {
		x = b.unary("GlobalAveragePool", x, "/head/pool")
		x = b.unary("Flatten", s.norm(b, x, "/head/norm"), "/head", attr{"axis", int64(1)})
		x = b.unary("Tanh", b.gemm(x, "/head/pre_logits", s.head), "/head/act")
		b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
		return
	}
	b.classifier(s.norm(b, x, "/norm"), "/head/fc", cmp.Or(s.classes, 1000))
}

// activate applies GELU in networks that follow the paper or ConvNeXt, and SiLU in timm's own.
func (s mixedShape) activate(b *builder, x tensor, path string) tensor {
	if s.original || s.next {
		return b.gelu(x, path)
	}
	return b.silu(x, path)
}

// norm normalises a map before attention.
func (s mixedShape) norm(b *builder, x tensor, path string) tensor {
	if s.batch {
		return b.batchNorm(x, path)
	}
	return channelNorm(b, x, path, 1e-6)
}

// down halves a map, to so many channels.
func (s mixedShape) down(b *builder, x tensor, path string, out int64, bias bool) tensor {
	if s.biggest {
		x = b.maxPool(x, path+"/pool", 3, 2)
	} else {
		x = b.average(x, path+"/pool", 2)
	}
	if x.c == out {
		return x
	}
	return b.conv(x, path+"/expand", out, 1, 1, 1, bias)
}

// convolve adds an inverted residual, normalised before its first convolution.
func (s mixedShape) convolve(b *builder, x tensor, p string, out, stride int64) tensor {
	if s.next {
		return s.nextBlock(b, x, p, out, stride)
	}
	short, mid := x, 4*x.c
	if s.original {
		mid = 4 * out
	}
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, s.original || s.biased)
	}
	y := b.batchNorm(x, p+"/pre_norm")
	if !s.original {
		y = s.activate(b, y, p+"/pre_norm/act")
	}
	if s.pooled && stride > 1 {
		y, stride = s.down(b, y, p+"/down", y.c, false), 1
	}
	y = s.activate(b, b.convBN(y, p+"/conv1_1x1", mid, 1, 1, 1), p+"/norm1/act")
	y = s.activate(b, b.convBN(y, p+"/conv2_kxk", mid, 3, stride, mid), p+"/norm2/act")
	gated := float64(mid)
	if s.original {
		gated = float64(out)
	}
	y = b.squeeze(y, p+"/se", int64(gated*cmp.Or(s.part, 0.25)), "SiLU", "Sigmoid")
	y = b.conv(y, p+"/conv3_1x1", out, 1, 1, 1, s.original || s.biased)
	return b.binary("Add", y, short, p)
}

// nextBlock adds a block of ConvNeXt whose first convolution may stride and widen.
func (s mixedShape) nextBlock(b *builder, x tensor, p string, out, stride int64) tensor {
	short := x
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, true)
	} else if x.c != out {
		short = b.conv(x, p+"/shortcut", out, 1, 1, 1, true)
	}
	y := b.transpose(b.conv(x, p+"/conv_dw", out, 7, stride, x.c, true), p, 0, 2, 3, 1)
	y = b.perceptron(b.layerNorm(y, p+"/norm", 1e-6), p+"/mlp", 4*out)
	y = b.transpose(y, p, 0, 3, 1, 2)
	return s.add(b, short, y, p, 1, 1)
}

// add adds y, in some networks with its channels scaled.
func (s mixedShape) add(b *builder, x, y tensor, path string, dims ...int64) tensor {
	if s.scaled {
		y.name = b.node("Mul", path, []string{y.name, b.weight(weightName(path+"/ls"), append([]int64{y.c}, dims...)...)})
	}
	return b.binary("Add", y, x, path)
}

// attend adds self-attention of all places of a map and a perceptron.
func (s mixedShape) attend(b *builder, x tensor, p string, out, stride int64, area extent) tensor {
	short, y := x, s.norm(b, x, p+"/norm1")
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, !s.bare)
		y = s.down(b, y, p+"/norm1/down", y.c, false)
	}
	first := y.c
	if s.original {
		first = out // widened before attention and not behind it
	}
	heads, tokens, size := first/32, area.n(), int64(32)
	y = b.reshape(b.conv(y, p+"/attn/qkv", 3*first, 1, 1, 1, true), p, size, 0, heads, 3*size, tokens)
	parts := b.nodeN("Split", p, 3, []string{y.name, b.ints(p, size, size, size)}, attr{"axis", int64(2)})
	scores := b.node("MatMul", p, []string{b.transpose(tensor{parts[0], size}, p, 0, 1, 3, 2).name, parts[1]})
	scores = b.node("Mul", p, []string{scores, b.scalar(p, float32(1/math.Sqrt(float64(size))))})
	scores = b.node("Add", p, []string{scores, s.distances(b, p+"/attn", area, heads)})
	probs := b.transpose(tensor{b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)}), tokens}, p, 0, 1, 3, 2)
	y = b.reshape(tensor{b.node("MatMul", p, []string{parts[2], probs.name}), tokens}, p, first, 0, first, area.h, area.w)
	x = s.add(b, short, b.conv(y, p+"/attn/proj", out, 1, 1, 1, true), p+"/1", 1, 1)
	y = b.gelu(b.conv(s.norm(b, x, p+"/norm2"), p+"/mlp/fc1", 4*out, 1, 1, 1, true), p+"/mlp/act")
	return s.add(b, x, b.conv(y, p+"/mlp/fc2", out, 1, 1, 1, true), p+"/2", 1, 1)
}

// distances adds the biases of pairs of places in a window.
func (s mixedShape) distances(b *builder, path string, w extent, heads int64) string {
	n := w.distances()
	if s.hidden > 0 {
		return b.byDistance(b.farness(path+"/rel_pos", n, s.hidden, heads, true).name, path, w.n(), heads).name
	}
	return b.byDistance(b.weight(weightName(path+"/rel_pos"), n, heads), path, w.n(), heads).name
}

// windows adds self-attention within windows, and then among places at the same distance from each other.
func (s mixedShape) windows(b *builder, x tensor, p string, area, w extent) tensor {
	y, rows := b.transpose(x, p, 0, 2, 3, 1), extent{area.h / w.h, area.w / w.w}
	if !s.grid {
		z := b.reshape(b.layerNorm(y, p+"/attn_block/norm1", 1e-6), p, x.c, 0, rows.h, w.h, rows.w, w.w, x.c)
		z = s.within(b, b.transpose(z, p, 0, 1, 3, 2, 4, 5), p+"/attn_block", w)
		z = b.transpose(b.reshape(z, p, x.c, -1, rows.h, rows.w, w.h, w.w, x.c), p, 0, 1, 3, 2, 4, 5)
		y = s.feed(b, y, b.reshape(z, p, x.c, -1, area.h, area.w, x.c), p+"/attn_block")
	}
	z := b.reshape(b.layerNorm(y, p+"/attn_grid/norm1", 1e-6), p, x.c, 0, w.h, rows.h, w.w, rows.w, x.c)
	z = s.within(b, b.transpose(z, p, 0, 2, 4, 1, 3, 5), p+"/attn_grid", w)
	z = b.transpose(b.reshape(z, p, x.c, -1, rows.h, rows.w, w.h, w.w, x.c), p, 0, 3, 1, 4, 2, 5)
	y = s.feed(b, y, b.reshape(z, p, x.c, -1, area.h, area.w, x.c), p+"/attn_grid")
	return b.transpose(y, p, 0, 3, 1, 2)
}

// within adds self-attention of windows.
func (s mixedShape) within(b *builder, x tensor, p string, w extent) tensor {
	heads, tokens := x.c/32, w.n()
	x = b.reshape(x, p, x.c, -1, tokens, x.c)
	q, k, v := queriesKeysValues(b, x, p+"/attn", tokens, heads)
	scores := b.node("MatMul", p, []string{b.scale(q, p, float32(1/math.Sqrt(32))).name, k.name})
	scores = b.node("Add", p, []string{scores, s.distances(b, p+"/attn", w, heads)})
	probs := b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", p, []string{probs, v.name}), 32}, p, 0, 2, 1, 3)
	return b.linear(b.reshape(y, p, x.c, 0, tokens, x.c), p+"/attn/proj", x.c)
}

// feed adds attention and a perceptron.
func (s mixedShape) feed(b *builder, x, y tensor, p string) tensor {
	x = s.add(b, x, y, p+"/1")
	return s.add(b, x, b.perceptron(b.layerNorm(x, p+"/norm2", 1e-6), p+"/mlp", 4*x.c), p+"/2")
}

// mixed returns a shape whose stages double their channels.
func mixed(kinds [4]string, stem0, stem1, width int64, depths ...int) mixedShape {
	return mixedShape{widths: [4]int64{width, 2 * width, 4 * width, 8 * width}, depths: [4]int(depths),
		stem: [2]int64{stem0, stem1}, kinds: kinds}
}

var (
	coatKinds = [4]string{"c", "c", "t", "t"}
	maxKinds  = [4]string{"m", "m", "m", "m"}
)
