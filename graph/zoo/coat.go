package zoo

import (
	"fmt"
	"math"
)

// A coatShape is one size of CoaT lite: channels and blocks of its stages, and channels within a perceptron as a
// multiple.
type coatShape struct {
	widths, expand [4]int64
	depths         [4]int
}

const coatEps = 1e-6

// buildCoaT builds the light network of Xu et al. 2021 (arXiv 2104.06399), as timm builds it: attention factored
// through a square of a head's channels, and convolutions of queries' places; each stage has a class token.
func buildCoaT(b *builder, v values, s coatShape) {
	x, area := image(b, v), v.extent()
	var y tensor
	for i, depth := range s.depths {
		side, p := int64(2), fmt.Sprintf("/patch_embed%d", i+1)
		if i == 0 {
			side = 4
		}
		area = area.over(side)
		y = b.convolve(x, p+"/proj", s.widths[i], square(side, side, 0), true)
		y = b.layerNorm(b.tokens(y, p, area), p+"/norm", 1e-5)
		cls := vitShape{width: y.c}.token(b, y, fmt.Sprintf("cls_token%d", i+1), 1)
		y.name = b.node("Concat", p, []string{cls, y.name}, attr{"axis", int64(1)})
		for j := range depth {
			y = s.block(b, y, fmt.Sprintf("/serial_blocks%d.%d", i+1, j), i, area, j == 0)
		}
		x = b.spread(b.part(y, p, 1, math.MaxInt64), p, area)
	}
	y = b.part(b.layerNorm(y, "/norm4", coatEps), "", 0, 1)
	b.output(b.gemm(b.reshape(y, "", y.c, -1, y.c), "/head", 1000).name, int64(1000))
}

// block adds what is near, attention and a perceptron. Blocks of a stage share the convolutions of near places.
func (s coatShape) block(b *builder, x tensor, p string, stage int, area extent, first bool) tensor {
	shared := fmt.Sprintf("/cpe%d/%s", stage+1, p[len("/serial_blocks1."):])
	if !first {
		b.absent -= 10 * x.c
	}
	cls, patches := b.part(x, p, 0, 1), b.spread(b.part(x, p, 1, math.MaxInt64), p, area)
	near := b.binary("Add", b.conv(patches, shared, x.c, 3, 1, x.c, true), patches, p)
	x.name = b.node("Concat", p, []string{cls.name, b.tokens(near, p, area).name}, attr{"axis", int64(1)})
	x = b.binary("Add", x, s.attend(b, b.layerNorm(x, p+"/norm1", coatEps), p, stage, area, first), p)
	return b.binary("Add", x, b.perceptron(b.layerNorm(x, p+"/norm2", coatEps), p+"/mlp", s.expand[stage]*x.c), p)
}

// attend adds factorised attention with convolutional positions to x [batch, 1+h*w, c]. The softmax
// runs over the keys, so that keys x values come first and the cost is linear in tokens. first says
// that the stage's positional convolutions are to be made; later blocks share them.
func (s coatShape) attend(b *builder, x tensor, p string, stage int, area extent, first bool) tensor {
	const heads = 8
	n, size, q := area.n()+1, x.c/heads, p+"/factoratt_crpe"
	parts := b.lastParts(b.linear(x, q+"/qkv", 3*x.c), q, x.c, x.c, x.c)
	asked, k := b.byHead(parts[0], q, n, heads), b.byHead(parts[1], q, n, heads)
	values := b.byHead(parts[2], q, n, heads)
	k = b.transpose(b.unary("Softmax", k, q, attr{"axis", int64(2)}), q, 0, 1, 3, 2)
	square := b.node("MatMul", q, []string{k.name, values.name})
	y := tensor{b.node("MatMul", q, []string{asked.name, square}), size}
	flat := b.spread(b.part(parts[2], q, 1, math.MaxInt64), q, area)
	widths := []int64{2 * size, 3 * size, 3 * size}
	maps := b.channelParts(flat, q, widths...)
	for i := range maps {
		side, c := int64(3+2*i), widths[i]
		maps[i] = b.conv(maps[i], fmt.Sprintf("%s/crpe%d/conv_list.%d", q, stage+1, i), c, side, 1, c, true)
		if !first {
			b.absent -= (side*side + 1) * c
		}
	}
	near := b.tokens(b.concat(q, maps...), q, area)
	near = b.byHead(near, q, area.n(), heads)
	around := b.binary("Mul", tensor{b.node("Slice", q, []string{asked.name, b.ints(q, 1), b.ints(q, math.MaxInt64),
		b.ints(q, 2)}), size}, near, q)
	around.name = b.node("Pad", q, []string{around.name, b.ints(q, 0, 0, 1, 0, 0, 0, 0, 0)})
	y = b.binary("Add", b.scale(y, q, float32(1/math.Sqrt(float64(size)))), around, q)
	return b.linear(b.reshape(b.transpose(y, q, 0, 2, 1, 3), q, x.c, -1, n, x.c), q+"/proj", x.c)
}

// coaTs returns the lite networks of CoaT (arXiv 2104.06399) with timm's figures.
func coaTs() []Entry {
	wide := [4]int64{8, 8, 4, 4}
	tiny := coatShape{[4]int64{64, 128, 256, 320}, wide, [4]int{2, 2, 2, 2}}
	mini := coatShape{[4]int64{64, 128, 320, 512}, wide, [4]int{2, 2, 2, 2}}
	small := coatShape{[4]int64{64, 128, 320, 512}, wide, [4]int{3, 4, 6, 3}}
	medium := coatShape{[4]int64{128, 256, 320, 512}, [4]int64{4, 4, 4, 4}, [4]int{3, 6, 10, 8}}
	return networks("CoaT", "CoaT lite", 32, buildCoaT, []network[coatShape]{
		{"coat_lite_tiny", 224, 5_721_960, 1_589_037_952, 1.6, 77.548, tiny},
		{"coat_lite_mini", 224, 11_011_560, 1_987_031_552, 2, 79.104, mini},
		{"coat_lite_small", 224, 19_838_504, 3_943_563_264, 3.96, 82.308, small},
		{"coat_lite_medium", 224, 44_571_048, 9_770_857_984, 9.81, 83.602, medium},
		{"coat_lite_medium_384", 384, 44_571_048, 28_628_731_904, 28.73, 84.89, medium},
	})
}
