package zoo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A swinShape is one size of Swin: blocks of its stages, channels and heads of the first, and sides of the windows.
type swinShape struct {
	depths       [4]int
	width, heads int64
	windows      [4]int64 // the whole map where it is smaller
	places       bool     // biases are made by a small network, and blocks normalise behind themselves (arXiv 2111.09883)
	hidden       int64    // channels of that network
	raw          bool     // as timm's Swin V2 CR: keys have biases, and the small network sees each pair of tokens
	period       int      // blocks between extra normalisations; 0: none
	staged       bool     // each stage ends in an extra normalisation
	classes      int64    // 0: 1000
}

// swinEntry returns the Entry of torchvision's Swin of that size. Images are a multiple of 32 x 7
// pixels, so that windows divide every stage.
func swinEntry(name string, params, macs int64, gmac, top1 float64, s swinShape) Entry {
	return torchvision("swin-"+name, "Swin", "Swin transformer "+name+", windows of 7x7", params, macs, gmac, top1,
		weightsV1, []Option{imageSize(224, 32*7), batchOption},
		func(b *builder, v values) { s.build(&swin{builder: b, shape: s}, v) })
}

// swins returns Swin (arXiv 2103.14030) with torchvision's weights, then timm's networks of its
// kind.
func swins() []Entry {
	return slices.Concat([]Entry{
		swinEntry("t", 28_288_354, 4_490_566_656, 4.491, 81.474, windowed(7, 96, 2, 2, 6, 2)),
		swinEntry("s", 49_606_258, 8_740_875_264, 8.741, 83.196, windowed(7, 96, 2, 2, 18, 2)),
		swinEntry("b", 87_768_224, 15_430_946_816, 15.431, 83.582, windowed(7, 128, 2, 2, 18, 2)),
	}, swinKin())
}

// windowed returns the shape with windows of one side, heads of 32 channels, and so many blocks a stage.
func windowed(side, width int64, depths ...int) swinShape {
	return swinShape{depths: [4]int(depths), width: width, heads: width / 32, windows: [4]int64{side, side, side, side}}
}

// swin carries what its blocks share.
type swin struct {
	*builder
	shape swinShape
}

const swinEps = 1e-5

// build builds the network of Liu et al. 2021 (arXiv 2103.14030), as torchvision builds it: the channels are the last
// dim.
func (s swinShape) build(b *swin, v values) {
	x := b.convolve(image(b.builder, v), "/features/features.0/features.0.0", s.width, square(4, 4, 0), true)
	x = b.layerNorm(b.transpose(x, "/features/features.0/features.0.1", 0, 2, 3, 1), "/features/features.0/features.0.2",
		swinEps)
	area := v.extent().over(4)
	for i, depth := range s.depths {
		if i > 0 {
			area = area.over(2)
			x = b.merge(x, fmt.Sprintf("/features/features.%d", 2*i), area)
		}
		for j := range depth {
			p := fmt.Sprintf("/features/features.%d/features.%d.%d", 2*i+1, 2*i+1, j)
			window, shift := extent{min(s.windows[i], area.h), min(s.windows[i], area.w)}, extent{}
			if j%2 == 1 && area.h > window.h {
				shift.h = window.h / 2
			}
			if j%2 == 1 && area.w > window.w {
				shift.w = window.w / 2
			}
			x = b.block(x, p, area, shift, window, s.heads<<i)
			if s.period > 0 && (j+1)%s.period == 0 || s.raw && (s.staged || i == 3) && j == depth-1 {
				x = b.layerNorm(x, p+"/norm3", swinEps)
			}
		}
	}
	if !s.raw {
		x = b.layerNorm(x, "/norm", swinEps)
	}
	b.classifier(b.transpose(x, "/permute", 0, 3, 1, 2), "/head", cmp.Or(s.classes, 1000))
}

// block adds windowed attention and a perceptron of 4c channels to x [batch, h, w, c]. Networks of
// version 2 normalise behind the work, others before it. shift moves the windows, in elements.
func (b *swin) block(x tensor, p string, area, shift, window extent, heads int64) tensor {
	if b.shape.places {
		y := b.layerNorm(b.attention(x, p+"/attn", area, shift, window, heads), p+"/norm1", swinEps)
		x = b.binary("Add", x, y, p)
		y = b.gelu(b.linear(x, p+"/mlp/mlp.0", 4*x.c), p+"/mlp/mlp.1")
		return b.binary("Add", x, b.layerNorm(b.linear(y, p+"/mlp/mlp.3", x.c), p+"/norm2", swinEps), p)
	}
	y := b.attention(b.layerNorm(x, p+"/norm1", swinEps), p+"/attn", area, shift, window, heads)
	x = b.binary("Add", x, y, p)
	y = b.gelu(b.linear(b.layerNorm(x, p+"/norm2", swinEps), p+"/mlp/mlp.0", 4*x.c), p+"/mlp/mlp.1")
	return b.binary("Add", x, b.linear(y, p+"/mlp/mlp.3", x.c), p)
}

// merge joins each square of four tokens into one of twice the channels; area is that of the result.
func (b *swin) merge(x tensor, path string, area extent) tensor {
	y := b.reshape(x, path, x.c, 0, area.h, 2, area.w, 2*x.c)
	y = b.reshape(b.transpose(y, path, 0, 1, 3, 2, 4), path, 4*x.c, 0, area.h, area.w, 4*x.c)
	if b.shape.places && !b.shape.raw {
		return b.layerNorm(b.project(y, path+"/reduction", 2*x.c), path+"/norm", swinEps)
	}
	return b.project(b.layerNorm(y, path+"/norm", swinEps), path+"/reduction", 2*x.c)
}

// attention returns self-attention within windows, of the map shifted by so many tokens.
func (b *swin) attention(x tensor, path string, area, shift, w extent, heads int64) tensor {
	tokens, size, rows := w.n(), x.c/heads, extent{area.h / w.h, area.w / w.w}
	y := b.roll(x, path, shift)
	y = b.transpose(b.reshape(y, path, x.c, 0, rows.h, w.h, rows.w, w.w*x.c), path, 0, 1, 3, 2, 4)
	y = b.reshape(y, path, x.c, -1, tokens, x.c)
	q, k, v := queriesKeysValues(b.builder, y, path, tokens, heads)
	scores := b.scores(q, k, path, tokens, size, heads)
	scores = b.binary("Add", scores, b.bias(path, w, heads), path)
	if shift != (extent{}) { // tokens of parts that were no neighbours do not see each other
		scores = b.reshape(scores, path, tokens, -1, rows.n(), heads, tokens, tokens)
		scores = tensor{b.node("Add", path, []string{scores.name, b.table(path, rows.n(), 1, tokens, tokens)}), tokens}
		scores = b.reshape(scores, path, tokens, -1, heads, tokens, tokens)
	}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y = b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	y = b.linear(b.reshape(y, path, x.c, 0, tokens, x.c), path+"/proj", x.c)
	y = b.transpose(b.reshape(y, path, x.c, -1, rows.h, rows.w, w.h, w.w*x.c), path, 0, 1, 3, 2, 4)
	return b.roll(b.reshape(y, path, x.c, -1, area.h, area.w, x.c), path, extent{-shift.h, -shift.w})
}

// scores multiplies queries and keys; version 2 takes their cosine times a factor that each head learns.
func (b *swin) scores(q, k tensor, path string, tokens, size, heads int64) tensor {
	if !b.shape.places {
		q = b.scale(q, path, float32(1/math.Sqrt(float64(size))))
		return tensor{b.node("MatMul", path, []string{q.name, k.name}), tokens}
	}
	if !b.shape.raw {
		b.absent -= size * heads // keys have no bias
	}
	q, k = b.unit(q, path, -1), b.unit(k, path, -2)
	y := b.node("MatMul", path, []string{q.name, k.name})
	scale := b.node("Exp", path,
		[]string{b.node("Min", path, []string{b.weight(weightName(path+"/logit_scale"), heads, 1, 1), b.scalar(path, 4.6)})})
	return tensor{b.node("Mul", path, []string{y, scale}), tokens}
}

// unit divides by the length along an axis.
func (b *builder) unit(x tensor, path string, axis int64) tensor {
	norm := b.node("ReduceL2", path, []string{x.name}, attr{"axes", []int64{axis}}, attr{"keepdims", int64(1)})
	norm = b.node("Max", path, []string{norm, b.scalar(path, 1e-12)})
	return tensor{b.node("Div", path, []string{x.name, norm}), x.c}
}

// bias returns the learnt bias of each pair of positions in a window, by their distance.
func (b *swin) bias(path string, w extent, heads int64) tensor {
	if !b.shape.places {
		return b.byDistance(b.weight(weightName(path+"/relative_position_bias_table"), w.distances(), heads), path, w.n(),
			heads)
	}
	if b.shape.raw {
		y := b.farness(path+"/meta_mlp", w.n()*w.n(), b.shape.hidden, heads, true)
		return b.reshape(b.transpose(y, path, 1, 0), path, w.n(), heads, w.n(), w.n())
	}
	y := b.farness(path+"/cpb_mlp", w.distances(), b.shape.hidden, heads, false)
	y = b.byDistance(y.name, path, w.n(), heads)
	return b.scale(b.unary("Sigmoid", y, path), path, 16)
}

// roll moves a map up and left by so many tokens, what leaves it to the other end.
func (b *swin) roll(x tensor, path string, shift extent) tensor {
	for i, by := range []int64{shift.h, shift.w} {
		if by == 0 {
			continue
		}
		axis := int64(i + 1)
		part := func(from, to int64) string {
			return b.node("Slice", path, []string{x.name, b.ints(path, from), b.ints(path, to), b.ints(path, axis)})
		}
		x = tensor{b.node("Concat", path, []string{part(by, math.MaxInt64), part(0, by)}, attr{"axis", axis}), x.c}
	}
	return x
}
