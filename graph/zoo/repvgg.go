package zoo

import "fmt"

// repEntry returns the Entry of timm's RepVGG. The option merged folds the branches into one 3x3
// convolution, as a deployed network has it.
func repEntry(name, as string, params, macs int64, gmac, top1 float64, depths [4]int, widths [4]int64) Entry {
	return timm("repvgg-"+name, "RepVGG", "RepVGG as it is trained, with all branches", as, params, macs, gmac, top1,
		[]Option{anySize(224), mergedOption, batchOption},
		func(b *builder, v values) { repVGG(b, v, repShape{depths, widths, 1}) })
}

// repVGGs returns RepVGG (arXiv 2101.03697) with timm's figures, which count all branches.
func repVGGs() []Entry {
	b := func(w0, w1, w2, w3, groups int64) repShape {
		return repShape{[4]int{4, 6, 16, 1}, [4]int64{w0, w1, w2, w3}, groups}
	}
	wider := networks("RepVGG", "RepVGG as it is trained, wider or grouped", 1, repVGG, []network[repShape]{
		{"repvgg_b0", 224, 15_817_960, 3_397_191_680, 3.41, 75.158, b(64, 128, 256, 1280, 1)},
		{"repvgg_b1g2", 224, 45_782_376, 9_788_375_040, 9.82, 77.78, b(128, 256, 512, 2048, 2)},
		{"repvgg_b1g4", 224, 39_966_056, 8_118_517_760, 8.15, 77.608, b(128, 256, 512, 2048, 4)},
		{"repvgg_b2", 224, 89_022_376, 20_418_170_880, 20.45, 78.788, b(160, 320, 640, 2560, 1)},
		{"repvgg_b2g4", 224, 61_758_376, 12_590_714_880, 12.63, 79.396, b(160, 320, 640, 2560, 4)},
		{"repvgg_b3", 224, 123_085_288, 29_120_696_320, 29.16, 80.528, b(192, 384, 768, 2560, 1)},
		{"repvgg_b3g4", 224, 83_825_128, 17_849_159_680, 17.89, 80.224, b(192, 384, 768, 2560, 4)},
	})
	for i := range wider {
		wider[i].Options = append(wider[i].Options, mergedOption)
	}
	return append([]Entry{
		repEntry("a0", "repvgg_a0", 9_108_968, 1_512_581_120, 1.52, 72.426, [4]int{2, 4, 14, 1}, [4]int64{48, 96, 192, 1280}),
		repEntry("a1", "repvgg_a1", 14_092_264, 2_626_488_320, 2.64, 74.46, [4]int{2, 4, 14, 1}, [4]int64{64, 128, 256, 1280}),
		repEntry("a2", "repvgg_a2", 28_210_600, 5_685_345_280, 5.7, 76.488, [4]int{2, 4, 14, 1}, [4]int64{96, 192, 384, 1408}),
		repEntry("b1", "repvgg_b1", 57_415_016, 13_128_089_600, 13.16, 78.37, [4]int{4, 6, 16, 1}, [4]int64{128, 256, 512, 2048}),
	}, wider...)
}

// mergedOption merges the branches that a network has while it is trained, as it is deployed.
var mergedOption = Option{"merged", 0, 0, 1, 1, "1: branches and normalisations merged into one convolution, as it is deployed"}

// A repShape is blocks and channels of the stages, and the groups of every other block.
type repShape struct {
	depths [4]int
	widths [4]int64
	groups int64
}

// repVGG builds the network of Ding et al. 2021 (arXiv 2101.03697), table 2: while it is trained each block is a 3x3
// and a 1x1 convolution and, where the shape allows it, the identity, each with batch normalisation, and their sum.
func repVGG(b *builder, v values, s repShape) {
	block := repBlock
	if v["merged"] == 1 {
		block = mergedBlock
	}
	x, n := block(b, image(b, v), "/stem", min(64, s.widths[0]), 2, 1), 0
	for i, depth := range s.depths {
		stride := int64(2)
		for j := range depth {
			groups := int64(1)
			if n%2 == 1 {
				groups = s.groups
			}
			x = block(b, x, fmt.Sprintf("/stages/stages.%d/stages.%d.%d", i, i, j), s.widths[i], stride, groups)
			stride, n = 1, n+1
		}
	}
	b.classifier(x, "/head/fc", 1000)
}

// repBlock adds a 3x3 convolution, a 1x1 one and, where the shape stays, the input itself; their
// sum passes a ReLU. Training keeps them apart.
func repBlock(b *builder, x tensor, path string, out, stride, groups int64) tensor {
	y := b.binary("Add", b.convBN(x, path+"/conv_1x1/conv", out, 1, stride, groups),
		b.convBN(x, path+"/conv_kxk/conv", out, 3, stride, groups), path)
	if stride == 1 && x.c == out {
		y = b.binary("Add", y, b.batchNorm(x, path+"/identity"), path)
	}
	return b.unary("Relu", y, path+"/act")
}

// mergedBlock builds a block as it is deployed: one convolution.
func mergedBlock(b *builder, x tensor, path string, out, stride, groups int64) tensor {
	return b.unary("Relu", b.conv(x, path+"/reparam_conv", out, 3, stride, groups, true), path+"/act")
}
