package zoo

import "fmt"

// A fusedStage is one row of EfficientNetV2's tables: expansion, stride, channels, blocks, and whether the first two
// convolutions of a block are one 3x3.
type fusedStage struct {
	expand, stride, out, n int64
	fused                  bool
}

// efficientNetV2 returns the Entry of torchvision's EfficientNetV2 of that name. size is the
// image's side in pixels, stem the channels of the first convolution.
func efficientNetV2(name string, params, macs int64, gmac, top1 float64, size, stem int64, stages []fusedStage) Entry {
	doc := fmt.Sprintf("EfficientNetV2-%c, %d pixels", name[len(name)-1]-'a'+'A', size)
	return torchvision(name, "EfficientNet", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(size, 1), batchOption},
		func(b *builder, v values) { buildEfficientNetV2(b, v, stem, stages) })
}

// efficientNetV2s returns the three sizes of EfficientNetV2 (arXiv 2104.00298). A stage is
// expansion, stride, channels, depth and whether expansion and depthwise work are one 3x3
// convolution.
func efficientNetV2s() []Entry {
	return []Entry{
		efficientNetV2("efficientnetv2-s", 21_458_488, 8_365_617_152, 8.366, 84.228, 384, 24, []fusedStage{
			{1, 1, 24, 2, true}, {4, 2, 48, 4, true}, {4, 2, 64, 4, true}, {4, 2, 128, 6, false}, {6, 1, 160, 9, false}, {6, 2, 256, 15, false}}),
		efficientNetV2("efficientnetv2-m", 54_139_356, 24_582_460_384, 24.582, 85.112, 480, 24, []fusedStage{
			{1, 1, 24, 3, true}, {4, 2, 48, 5, true}, {4, 2, 80, 5, true}, {4, 2, 160, 7, false}, {6, 1, 176, 14, false}, {6, 2, 304, 18, false}, {6, 1, 512, 5, false}}),
		efficientNetV2("efficientnetv2-l", 118_515_272, 56_079_699_008, 56.08, 85.808, 480, 32, []fusedStage{
			{1, 1, 32, 4, true}, {4, 2, 64, 7, true}, {4, 2, 96, 7, true}, {4, 2, 192, 10, false}, {6, 1, 224, 19, false}, {6, 2, 384, 25, false}, {6, 1, 640, 7, false}}),
	}
}

// buildEfficientNetV2 builds the network of Tan and Le 2021 (arXiv 2104.00298), table 4 and its scaling, as
// torchvision builds it.
func buildEfficientNetV2(b *builder, v values, stem int64, stages []fusedStage) {
	x := b.silu(b.convBN(image(b, v), "/features/features.0/features.0.0", stem, 3, 2, 1), "/features/features.0/features.0.2")
	for i, s := range stages {
		for j := range s.n {
			path := fmt.Sprintf("/features/features.%d/features.%d.%d", i+1, i+1, j)
			if s.fused {
				x = fusedMBConv(b, x, path, s.expand, s.stride, s.out)
			} else {
				x = mbConv(b, x, path, s.expand, 3, s.stride, s.out)
			}
			s.stride = 1
		}
	}
	last := fmt.Sprintf("/features/features.%d/features.%d", len(stages)+1, len(stages)+1)
	x = b.silu(b.convBN(x, last+".0", 1280, 1, 1, 1), last+".2")
	b.classifier(x, "/classifier/classifier.1", 1000)
}

// fusedMBConv adds an inverted residual whose first two convolutions are one 3x3, without gates.
func fusedMBConv(b *builder, x tensor, path string, expand, stride, out int64) tensor {
	wide := expand * x.c
	if expand == 1 {
		wide = out
	}
	y := b.silu(b.convBN(x, path+"/block/block.0/block.0.0", wide, 3, stride, 1), path+"/block/block.0/block.0.2")
	if expand != 1 {
		y = b.convBN(y, path+"/block/block.1/block.1.0", out, 1, 1, 1)
	}
	if stride == 1 && x.c == out {
		return b.binary("Add", y, x, path)
	}
	return y
}
