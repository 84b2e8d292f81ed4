package zoo

import (
	"cmp"
	"fmt"
	"math"
)

// A mobileRow is so many blocks of one kind: kernel, stride of the first, expansion, channels, the part of them that
// gates have inside (0: no gates), and the activation where it is not the network's.
type mobileRow struct {
	kind    mobileKind
	n       int64
	k       int64
	stride  int64
	expand  float64
	out     int64
	gate    float64
	act     string
	kernels []int64 // of parts of the channels, in place of k
	parts   [2]int64
	group   int64 // channels in a group of the depthwise convolution; 0: one
}

type mobileKind int

const (
	separableBlock mobileKind = iota // a depthwise and a pointwise convolution
	activeBlock                      // the same, activated behind both
	aloneBlock                       // separable, without a shortcut
	invertedBlock                    // widened, convolved by channel, narrowed
	edgeBlock                        // widened by a convolution, narrowed
	convBlock                        // one convolution
	stayBlock                        // one convolution with a shortcut
)

// A mobileNet is a network of such rows, as MnasNet's search space spells them (Tan et al. 2018, arXiv 1807.11626).
type mobileNet struct {
	rows         []mobileRow
	stem         int64
	fixed        bool    // stem and head are not scaled
	head         int64   // channels of the last convolution; 0: none
	late         bool    // the last convolution comes behind the pool, with a bias and without normalisation
	width, depth float64 // scales of channels and blocks; 0: 1
	act          string
	gateAct      string // "": the network's
	hard         bool   // gates end in a hard sigmoid
	eights       bool   // gates are a part of the block's channels, rounded to a multiple of 8
	ends         bool   // first and last rows are not repeated more
	round        bool   // repeats are rounded and not raised
	loose        bool   // channels may shrink by more than a tenth when rounded
	context      bool   // gates see a sum of all places, weighed by how they look
	unbiased     bool   // the late convolution has no bias
	divisor      int64  // of channels; 0: 8
	normal       norm   // in place of batch normalisation; may be nil
	entry        int64  // channels that the first row widens; 0: those of the stem
}

// channels returns c channels times the width, rounded to a multiple of the divisor, 8 unless the
// network names one. A loose network takes the nearest multiple of 8; others go no more than a
// tenth down.
func (s mobileNet) channels(c int64) int64 {
	if s.loose {
		return nearest8(float64(c) * s.width)
	}
	d := float64(cmp.Or(s.divisor, 8)) / 8
	return int64(d) * multipleOf8(float64(c)*s.width/d)
}

// repeats returns how many blocks row i has: n times the depth, rounded up, unless the network
// rounds to even or keeps its first and last row.
func (s mobileNet) repeats(i int, n int64) int64 {
	switch {
	case s.ends && (i == 0 || i == len(s.rows)-1):
		return n
	case s.round:
		return max(1, int64(math.RoundToEven(float64(n)*s.depth)))
	}
	return int64(math.Ceil(float64(n)*s.depth - 1e-9))
}

// build builds the network from its rows. A width or depth of 0 counts as 1.
func (s mobileNet) build(b *builder, v values) {
	if s.width == 0 {
		s.width = 1
	}
	if s.depth == 0 {
		s.depth = 1
	}
	stem, head := s.channels(s.stem), s.channels(s.head)
	if s.fixed {
		stem, head = s.stem, s.head
	}
	b.norm = s.normal
	x := b.activate(s.act, b.convBN(image(b, v), "/conv_stem", stem, 3, 2, 1), "/bn1/act")
	for i, r := range s.rows {
		for j := range s.repeats(i, r.n) {
			x = s.block(b, x, fmt.Sprintf("/blocks/blocks.%d/blocks.%d.%d", i, i, j), r)
			r.stride, s.entry = 1, 0
		}
	}
	if s.head > 0 && !s.late {
		x = b.activate(s.act, b.convBN(x, "/conv_head", head, 1, 1, 1), "/bn2/act")
	}
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	if s.late {
		x = b.activate(s.act, b.conv(x, "/conv_head", head, 1, 1, 1, !s.unbiased), "/act2")
	}
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier", 1000).name, int64(1000))
}

// block adds one block of row r to x [batch, c, h, w], by the row's kind, and returns r.out
// channels.
func (s mobileNet) block(b *builder, x tensor, p string, r mobileRow) tensor {
	act, out := r.act, s.channels(r.out)
	if act == "" {
		act = s.act
	}
	inner := x.c
	if s.entry > 0 {
		inner = s.channels(s.entry)
	}
	wide := multipleOf8(float64(inner) * r.expand)
	var y tensor
	switch r.kind {
	case separableBlock, activeBlock, aloneBlock:
		y = b.activate(act, r.depthwise(b, x, p+"/conv_dw"), p+"/bn1/act")
		y = b.convBN(s.gated(b, y, p+"/se", x.c, r.gate, act), p+"/conv_pw", out, 1, 1, 1)
		if r.kind == activeBlock {
			y = b.activate(act, y, p+"/bn2/act")
		}
	case invertedBlock:
		y = b.activate(act, mixedConv(b, x, p+"/conv_pw", wide, max(1, r.parts[0])), p+"/bn1/act")
		y = b.activate(act, r.depthwise(b, y, p+"/conv_dw"), p+"/bn2/act")
		y = mixedConv(b, s.gated(b, y, p+"/se", x.c, r.gate, act), p+"/conv_pwl", out, max(1, r.parts[1]))
	case edgeBlock:
		y = b.activate(act, b.convBN(x, p+"/conv_exp", wide, r.k, r.stride, 1), p+"/bn1/act")
		y = b.convBN(s.gated(b, y, p+"/se", x.c, r.gate, act), p+"/conv_pwl", out, 1, 1, 1)
	default:
		y = b.activate(act, b.convBN(x, p+"/conv", out, r.k, r.stride, 1), p+"/bn1/act")
	}
	if r.stride == 1 && x.c == out && r.kind != aloneBlock && r.kind != convBlock && s.entry == 0 &&
		r.kind != activeBlock {
		return b.binary("Add", y, x, p)
	}
	return y
}

// gated gates the channels of x by what a network of a part of the block's channels sees.
func (s mobileNet) gated(b *builder, x tensor, path string, in int64, part float64, act string) tensor {
	if part == 0 {
		return x
	}
	hidden, inner, gate := int64(math.RoundToEven(part*float64(in))), s.gateAct, "Sigmoid"
	if s.eights {
		hidden = multipleOf8(part * float64(in))
	}
	if inner == "" {
		inner = map[string]string{"silu": "SiLU"}[act]
	}
	if inner == "" {
		inner = act
	}
	if s.context {
		return contextual(b, x, path, hidden, act)
	}
	if s.hard {
		return b.squeeze(x, path, hidden, inner, "HardSigmoid", attr{"alpha", float32(1.0 / 6)})
	}
	return b.squeeze(x, path, hidden, inner, gate)
}

// depthwise convolves each channel, parts of them by their own kernels (Tan and Le 2019, arXiv 1907.09595).
func (r mobileRow) depthwise(b *builder, x tensor, path string) tensor {
	if len(r.kernels) == 0 {
		return b.convBN(x, path, x.c, r.k, r.stride, x.c/max(1, r.group))
	}
	parts := b.chunks(x, path, int64(len(r.kernels)))
	for i, k := range r.kernels {
		parts[i] = b.convBN(parts[i], fmt.Sprintf("%s/%d", path, i), parts[i].c, k, r.stride, parts[i].c)
	}
	return b.concat(path, parts...)
}

// mixedConv adds a pointwise convolution of each of so many parts of the channels.
func mixedConv(b *builder, x tensor, path string, out, parts int64) tensor {
	if parts == 1 {
		return b.convBN(x, path, out, 1, 1, 1)
	}
	xs := b.chunks(x, path, parts)
	for i, c := range split(out, parts) {
		xs[i] = b.convBN(xs[i], fmt.Sprintf("%s/%d", path, i), c, 1, 1, 1)
	}
	return b.concat(path, xs...)
}

// split returns n in so many equal parts, the first of which takes what is left.
func split(n, parts int64) []int64 {
	out := make([]int64, parts)
	for i := range out {
		out[i] = n / parts
	}
	out[0] += n % parts
	return out
}

// chunks takes the channels of a map apart.
func (b *builder) chunks(x tensor, path string, n int64) []tensor {
	sizes := split(x.c, n)
	names := b.nodeN("Split", path, int(n), []string{x.name, b.ints(path, sizes...)}, attr{"axis", int64(1)})
	out := make([]tensor, n)
	for i := range out {
		out[i] = tensor{names[i], sizes[i]}
	}
	return out
}

// activate adds an activation by its name, "" for none.
func (b *builder) activate(act string, x tensor, path string) tensor {
	switch act {
	case "":
		return x
	case "silu":
		return b.silu(x, path)
	case "relu6":
		return relu6(b, x, path)
	case "gelu":
		return b.gelu(x, path)
	}
	return b.unary(act, x, path)
}
