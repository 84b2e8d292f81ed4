package zoo

import "math"

// tokens turns a map into a list of its places, channels last.
func (b *builder) tokens(x tensor, path string, area extent) tensor {
	return b.transpose(b.reshape(x, path, x.c, -1, x.c, area.n()), path, 0, 2, 1)
}

// spread turns a list of places back into a map.
func (b *builder) spread(x tensor, path string, area extent) tensor {
	return b.reshape(b.transpose(x, path, 0, 2, 1), path, x.c, -1, x.c, area.h, area.w)
}

// windows cuts a map whose channels are last into windows, each of which becomes a sample of its places.
func (b *builder) windows(x tensor, path string, area, w extent) tensor {
	y := b.reshape(x, path, x.c, -1, area.h/w.h, w.h, area.w/w.w, w.w*x.c)
	return b.reshape(b.transpose(y, path, 0, 1, 3, 2, 4), path, x.c, -1, w.n(), x.c)
}

// rejoin puts windows back together.
func (b *builder) rejoin(x tensor, path string, area, w extent) tensor {
	y := b.reshape(x, path, x.c, -1, area.h/w.h, area.w/w.w, w.h, w.w*x.c)
	return b.reshape(b.transpose(y, path, 0, 1, 3, 2, 4), path, x.c, -1, area.h, area.w, x.c)
}

// byHead takes the channels of so many tokens apart: samples, heads, tokens and the width of a head.
func (b *builder) byHead(x tensor, path string, tokens, heads int64) tensor {
	return b.transpose(b.reshape(x, path, x.c/heads, -1, tokens, heads, x.c/heads), path, 0, 2, 1, 3)
}

// attendTo adds attention of so many queries to so many keys. biased changes the scores; it may be nil.
func (b *builder) attendTo(q, k, v tensor, path string, queries, keys, heads int64, biased func(tensor) tensor) tensor {
	scaled := b.scale(b.byHead(q, path, queries, heads), path, float32(1/math.Sqrt(float64(q.c/heads))))
	turned := b.transpose(b.byHead(k, path, keys, heads), path, 0, 1, 3, 2)
	scores := tensor{b.node("MatMul", path, []string{scaled.name, turned.name}), keys}
	if biased != nil {
		scores = biased(scores)
	}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.node("MatMul", path, []string{probs.name, b.byHead(v, path, keys, heads).name})
	return b.reshape(b.transpose(tensor{y, v.c / heads}, path, 0, 2, 1, 3), path, v.c, -1, queries, v.c)
}

// lastParts splits the last dim into parts of some widths.
func (b *builder) lastParts(x tensor, path string, widths ...int64) []tensor {
	names := b.nodeN("Split", path, len(widths), []string{x.name, b.ints(path, widths...)}, attr{"axis", int64(-1)})
	out := make([]tensor, len(widths))
	for i, w := range widths {
		out[i] = tensor{names[i], w}
	}
	return out
}

// channelParts splits the channels of a map into parts of some widths.
func (b *builder) channelParts(x tensor, path string, widths ...int64) []tensor {
	names := b.nodeN("Split", path, len(widths), []string{x.name, b.ints(path, widths...)}, attr{"axis", int64(1)})
	out := make([]tensor, len(widths))
	for i, w := range widths {
		out[i] = tensor{names[i], w}
	}
	return out
}

// scaledBy multiplies each channel by a learnt number; channels are last, or of a map where it is one.
func (b *builder) scaledBy(x tensor, path string, isMap bool) tensor {
	shape := []int64{x.c}
	if isMap {
		shape = []int64{x.c, 1, 1}
	}
	return tensor{b.node("Mul", path, []string{x.name, b.weight(weightName(path), shape...)}), x.c}
}

// meanOf returns the mean over places of a list.
func (b *builder) meanOf(x tensor, path string) tensor {
	return b.unary("ReduceMean", x, path, attr{"axes", []int64{1}}, attr{"keepdims", int64(0)})
}

// part takes tokens of a list from one place to another.
func (b *builder) part(x tensor, path string, from, to int64) tensor {
	return tensor{b.node("Slice", path, []string{x.name, b.ints(path, from), b.ints(path, to), b.ints(path, 1)}), x.c}
}

// pooledHead adds the mean over a map, a layer normalisation and a classifier.
func (b *builder) pooledHead(x tensor, eps float32, classes int64) {
	x = channelNorm(b, b.unary("GlobalAveragePool", x, "/head/global_pool"), "/head/norm", eps)
	x = b.unary("Flatten", x, "/head", attr{"axis", int64(1)})
	if classes == 0 {
		b.output(x.name, x.c)
		return
	}
	b.output(b.gemm(x, "/head/fc", classes).name, classes)
}
