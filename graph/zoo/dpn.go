package zoo

import "fmt"

// A dualShape is one size of DPN: channels of the stem, those within a block of the first stage and their groups,
// blocks of the stages, and channels that each block adds.
type dualShape struct {
	stem, inner, groups int64
	depths              [4]int
	adds                [4]int64
	small               bool // a stem of 3x3 and a quarter of the residual channels
	split               bool // a block's last convolution is two
	act                 string
}

// buildDPN builds the network of Chen et al. 2017 (arXiv 1707.01629), as timm builds it: some channels of each block
// are added to those before, the others are put beside them.
func buildDPN(b *builder, v values, s dualShape) {
	k, wide := square(7, 2, 3), int64(256)
	if s.small {
		k, wide = square(3, 2, 1), 64
	}
	x := b.activate(s.act, b.normConv(image(b, v), "/features/conv1_1", s.stem, k), "/features/conv1_1/act")
	x = b.maxPool(x, "/features/conv1_pool", 3, 2)
	parts := []tensor{x}
	for i, depth := range s.depths {
		stride := int64(min(i+1, 2))
		for j := range depth {
			p := fmt.Sprintf("/features/conv%d_%d", i+2, j+1)
			parts = s.block(b, parts, p, wide<<i, s.inner<<i, s.adds[i], stride, j == 0)
			stride = 1
		}
	}
	x = b.activate(s.act, b.batchNorm(b.concat("/features/bn_ac", parts...), "/features/bn_ac"), "/features/bn_ac/act")
	b.classifier(x, "/classifier", 1000)
}

// block takes and gives the channels that are summed and those that are put side by side.
func (s dualShape) block(b *builder, parts []tensor, p string, wide, inner, adds, stride int64, first bool) []tensor {
	x := parts[0]
	if len(parts) > 1 {
		x = b.concat(p, parts...)
	}
	normed := func(x tensor, name string) tensor {
		return b.unary("Relu", b.batchNorm(x, p+name+"/bn"), p+name+"/act")
	}
	if first {
		y := b.conv(normed(x, "/c1x1_w"), p+"/c1x1_w", wide+2*adds, 1, stride, 1, false)
		parts = b.channelParts(y, p, wide, 2*adds)
	}
	y := b.unary("Relu", b.convBN(normed(x, "/c1x1_a"), p+"/c1x1_a", inner, 1, 1, 1), p+"/c3x3_b/act")
	y = b.unary("Relu", b.convBN(y, p+"/c3x3_b", inner, 3, stride, s.groups), p+"/c1x1_c/act")
	var more []tensor
	if s.split {
		more = []tensor{b.conv(y, p+"/c1x1_c1", wide, 1, 1, 1, false), b.conv(y, p+"/c1x1_c2", adds, 1, 1, 1, false)}
	} else {
		more = b.channelParts(b.conv(y, p+"/c1x1_c", wide+adds, 1, 1, 1, false), p, wide, adds)
	}
	return []tensor{b.binary("Add", parts[0], more[0], p), b.concat(p, parts[1], more[1])}
}

// dpns returns dual path networks (arXiv 1707.01629): each block adds to some channels and appends
// others.
func dpns() []Entry {
	small := func(split bool, act string, depths ...int) dualShape {
		return dualShape{10, 128, 32, [4]int(depths), [4]int64{16, 32, 32, 64}, true, split, act}
	}
	size := func(stem, inner, groups int64, depths [4]int, adds ...int64) dualShape {
		return dualShape{stem, inner, groups, depths, [4]int64(adds), false, false, "Relu"}
	}
	return networks("DPN", "DPN", 1, buildDPN, []network[dualShape]{
		{"dpn48b", 224, 9_126_226, 1_665_044_480, 1.69, 0, small(true, "silu", 3, 4, 6, 3)},
		{"dpn68", 224, 12_611_602, 2_326_163_456, 2.35, 76.304, small(false, "Relu", 3, 4, 12, 3)},
		{"dpn68b", 224, 12_611_602, 2_326_163_456, 2.35, 78.546, small(true, "Relu", 3, 4, 12, 3)},
		{"dpn92", 224, 37_668_392, 6_501_684_224, 6.54, 80.038, size(64, 96, 32, [4]int{3, 4, 20, 3}, 16, 32, 24, 128)},
		{"dpn98", 224, 61_570_728, 11_671_217_152, 11.73, 79.664, size(96, 160, 40, [4]int{3, 6, 20, 3}, 16, 32, 32, 128)},
		{"dpn131", 224, 79_254_504, 16_013_648_896, 16.09, 79.836, size(128, 160, 40, [4]int{4, 8, 28, 3}, 16, 32, 32, 128)},
		{"dpn107", 224, 86_917_800, 18_298_764_288, 18.38, 80.166, size(128, 200, 50, [4]int{4, 8, 20, 3}, 20, 64, 64, 128)},
	})
}
