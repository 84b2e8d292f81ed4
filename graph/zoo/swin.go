package zoo

import (
	"fmt"
	"math"
)

// A swinShape is one size of Swin: blocks of its stages, channels and heads of the first.
type swinShape struct {
	depths       [4]int
	width, heads int64
}

func swinEntry(name string, params, macs int64, gmac, top1 float64, s swinShape) Entry {
	return torchvision("swin-"+name, "Swin", "Swin transformer "+name+", windows of 7x7", params, macs, gmac, top1, weightsV1, []Option{imageSize(224, 32*swinWindow), batchOption},
		func(b *builder, v values) { s.build(&swin{builder: b}, v) })
}

func swins() []Entry {
	return []Entry{
		swinEntry("t", 28_288_354, 4_490_566_656, 4.491, 81.474, swinShape{[4]int{2, 2, 6, 2}, 96, 3}),
		swinEntry("s", 49_606_258, 8_740_875_264, 8.741, 83.196, swinShape{[4]int{2, 2, 18, 2}, 96, 3}),
		swinEntry("b", 87_768_224, 15_430_946_816, 15.431, 83.582, swinShape{[4]int{2, 2, 18, 2}, 128, 4}),
	}
}

// swinWindow is the side of the windows that attention sees, in tokens.
const swinWindow = 7

// swin carries what its blocks share: the constant that finds the bias of two positions in a window.
type swin struct {
	*builder
	offsets string
}

// build is Liu et al. 2021 (arXiv 2103.14030), as torchvision builds it: the channels are the last dim.
func (s swinShape) build(b *swin, v values) {
	const eps = 1e-5
	b.offsets = b.ints("/features", windowOffsets(swinWindow)...)
	x := b.convolve(image(b.builder, v), "/features/features.0/features.0.0", s.width, square(4, 4, 0), true)
	x = b.layerNorm(b.transpose(x, "/features/features.0/features.0.1", 0, 2, 3, 1), "/features/features.0/features.0.2", eps)
	side := v["size"] / 4
	for i, depth := range s.depths {
		if i > 0 {
			side /= 2
			x = b.merge(x, fmt.Sprintf("/features/features.%d", 2*i), side, eps)
		}
		for j := range depth {
			p := fmt.Sprintf("/features/features.%d/features.%d.%d", 2*i+1, 2*i+1, j)
			shift := int64(0)
			if j%2 == 1 && side > swinWindow {
				shift = swinWindow / 2
			}
			y := b.attention(b.layerNorm(x, p+"/norm1", eps), p+"/attn", side, shift, s.heads<<i)
			x = b.binary("Add", x, y, p)
			y = b.gelu(b.linear(b.layerNorm(x, p+"/norm2", eps), p+"/mlp/mlp.0", 4*x.c), p+"/mlp/mlp.1")
			x = b.binary("Add", x, b.linear(y, p+"/mlp/mlp.3", x.c), p)
		}
	}
	x = b.transpose(b.layerNorm(x, "/norm", eps), "/permute", 0, 3, 1, 2)
	b.classifier(x, "/head", 1000)
}

// merge joins each square of four tokens into one of twice the channels; side is that of the result.
func (b *swin) merge(x tensor, path string, side int64, eps float32) tensor {
	y := b.reshape(x, path, x.c, 0, side, 2, side, 2*x.c)
	y = b.reshape(b.transpose(y, path, 0, 1, 3, 2, 4), path, 4*x.c, 0, side, side, 4*x.c)
	y = b.layerNorm(y, path+"/norm", eps)
	return tensor{b.node("MatMul", path+"/reduction", []string{y.name, b.weight(weightName(path+"/reduction"), y.c, 2*x.c)}), 2 * x.c}
}

// attention is self-attention within windows, of the map shifted by so many tokens.
func (b *swin) attention(x tensor, path string, side, shift, heads int64) tensor {
	const w, tokens = swinWindow, swinWindow * swinWindow
	size, rows := x.c/heads, side/w
	y := b.roll(x, path, shift)
	y = b.transpose(b.reshape(y, path, x.c, 0, rows, w, rows, w*x.c), path, 0, 1, 3, 2, 4)
	y = b.reshape(y, path, x.c, -1, tokens, x.c)
	q, k, v := queriesKeysValues(b.builder, y, path, tokens, heads)
	q = b.scale(q, path, float32(1/math.Sqrt(float64(size))))
	scores := tensor{b.node("MatMul", path, []string{q.name, k.name}), tokens}
	scores = b.binary("Add", scores, b.bias(path, heads), path)
	if shift > 0 { // tokens of parts that were no neighbours do not see each other
		scores = b.reshape(scores, path, tokens, -1, rows*rows, heads, tokens, tokens)
		scores = tensor{b.node("Add", path, []string{scores.name, b.table(path, rows*rows, 1, tokens, tokens)}), tokens}
		scores = b.reshape(scores, path, tokens, -1, heads, tokens, tokens)
	}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y = b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	y = b.linear(b.reshape(y, path, x.c, 0, tokens, x.c), path+"/proj", x.c)
	y = b.transpose(b.reshape(y, path, x.c, -1, rows, rows, w, w*x.c), path, 0, 1, 3, 2, 4)
	return b.roll(b.reshape(y, path, x.c, -1, side, side, x.c), path, -shift)
}

// bias is the learnt bias of each pair of positions in a window, by their distance.
func (b *swin) bias(path string, heads int64) tensor {
	const tokens = swinWindow * swinWindow
	table := b.weight(weightName(path+"/relative_position_bias_table"), (2*swinWindow-1)*(2*swinWindow-1), heads)
	y := tensor{b.node("Gather", path, []string{table, b.offsets}, attr{"axis", int64(0)}), heads}
	y = b.transpose(b.reshape(y, path, heads, tokens, tokens, heads), path, 2, 0, 1)
	return tensor{b.node("Unsqueeze", path, []string{y.name, b.ints(path, 0)}), tokens}
}

// roll moves a map up and left by so many tokens, what leaves it to the other end.
func (b *swin) roll(x tensor, path string, by int64) tensor {
	if by == 0 {
		return x
	}
	for axis := int64(1); axis <= 2; axis++ {
		part := func(from, to int64) string {
			return b.node("Slice", path, []string{x.name, b.ints(path, from), b.ints(path, to), b.ints(path, axis)})
		}
		x = tensor{b.node("Concat", path, []string{part(by, math.MaxInt64), part(0, by)}, attr{"axis", axis}), x.c}
	}
	return x
}

// windowOffsets is, for each pair of positions in a window, the row of the table of biases for their distance.
func windowOffsets(w int64) []int64 {
	out := make([]int64, 0, w*w*w*w)
	for i := range w * w {
		for j := range w * w {
			out = append(out, (i/w-j/w+w-1)*(2*w-1)+i%w-j%w+w-1)
		}
	}
	return out
}
