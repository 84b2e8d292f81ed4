package zoo

import "fmt"

func repEntry(name, as string, params, macs int64, gmac, top1 float64, depths [4]int, widths [4]int64) Entry {
	return timm("repvgg-"+name, "RepVGG", "RepVGG as it is trained, with all branches", as, params, macs, gmac, top1, []Option{anySize(224), batchOption},
		func(b *builder, v values) { repVGG(b, v, depths, widths) })
}

func repVGGs() []Entry {
	return []Entry{
		repEntry("a0", "repvgg_a0", 9_108_968, 1_512_581_120, 1.52, 72.426, [4]int{2, 4, 14, 1}, [4]int64{48, 96, 192, 1280}),
		repEntry("a2", "repvgg_a2", 28_210_600, 5_685_345_280, 5.7, 76.488, [4]int{2, 4, 14, 1}, [4]int64{96, 192, 384, 1408}),
		repEntry("b1", "repvgg_b1", 57_415_016, 13_128_089_600, 13.16, 78.37, [4]int{4, 6, 16, 1}, [4]int64{128, 256, 512, 2048}),
	}
}

// repVGG is Ding et al. 2021 (arXiv 2101.03697), table 2: while it is trained each block is a 3x3 and a 1x1 convolution and,
// where the shape allows it, the identity, each with batch normalisation, and their sum.
func repVGG(b *builder, v values, depths [4]int, widths [4]int64) {
	x := repBlock(b, image(b, v), "/stem", min(64, widths[0]), 2)
	for i, depth := range depths {
		stride := int64(2)
		for j := range depth {
			x = repBlock(b, x, fmt.Sprintf("/stages/stages.%d/stages.%d.%d", i, i, j), widths[i], stride)
			stride = 1
		}
	}
	b.classifier(x, "/head/fc", 1000)
}

func repBlock(b *builder, x tensor, path string, out, stride int64) tensor {
	y := b.binary("Add", b.convBN(x, path+"/conv_1x1/conv", out, 1, stride, 1), b.convBN(x, path+"/conv_kxk/conv", out, 3, stride, 1), path)
	if stride == 1 && x.c == out {
		y = b.binary("Add", y, b.batchNorm(x, path+"/identity"), path)
	}
	return b.unary("Relu", y, path+"/act")
}
