package zoo

import (
	"fmt"
	"math"
)

// efficientNet returns the row of a scaled EfficientNet: its image size, and factors of channels and layers.
func efficientNet(name string, params, macs int64, gmac, top1 float64, size int64, width, depth float64) Entry {
	doc := fmt.Sprintf("EfficientNet-%s, %d pixels", name[len("efficientnet-b")-1:], size)
	return torchvision(name, "EfficientNet", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(size, 1), batchOption},
		func(b *builder, v values) { buildEfficientNet(b, v, width, depth) })
}

// efficientNets returns EfficientNet B0 to B7 (arXiv 1905.11946), each at the image size that it
// was trained for. The last two figures of a row multiply width and depth.
func efficientNets() []Entry {
	return []Entry{
		efficientNet("efficientnet-b0", 5_288_548, 385_814_752, 0.386, 77.692, 224, 1.0, 1.0),
		efficientNet("efficientnet-b1", 7_794_184, 686_802_832, 0.687, 78.642, 240, 1.0, 1.1),
		efficientNet("efficientnet-b2", 9_109_994, 1_087_529_456, 1.088, 80.608, 288, 1.1, 1.2),
		efficientNet("efficientnet-b3", 12_233_232, 1_827_141_392, 1.827, 82.008, 300, 1.2, 1.4),
		efficientNet("efficientnet-b4", 19_341_616, 4_393_771_024, 4.394, 83.384, 380, 1.4, 1.8),
		efficientNet("efficientnet-b5", 30_389_784, 10_266_384_752, 10.266, 83.444, 456, 1.6, 2.2),
		efficientNet("efficientnet-b6", 43_040_704, 19_067_593_536, 19.068, 84.008, 528, 1.8, 2.6),
		efficientNet("efficientnet-b7", 66_347_960, 37_745_884_192, 37.746, 84.122, 600, 2.0, 3.1),
	}
}

// buildEfficientNet builds the network of Tan and Le 2019 (arXiv 1905.11946), table 1 and its scaling, as torchvision
// builds it.
func buildEfficientNet(b *builder, v values, width, depth float64) {
	stages := []struct{ expand, k, stride, out, n int64 }{
		{1, 3, 1, 16, 1}, {6, 3, 2, 24, 2}, {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3}, {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1},
	}
	channels := func(c int64) int64 { return multipleOf8(float64(c) * width) }
	x := b.silu(b.convBN(image(b, v), "/features/features.0/features.0.0", channels(32), 3, 2, 1), "/features/features.0/features.0.2")
	for i, s := range stages {
		for j := range int64(math.Ceil(float64(s.n) * depth)) {
			path := fmt.Sprintf("/features/features.%d/features.%d.%d", i+1, i+1, j)
			x = mbConv(b, x, path, s.expand, s.k, s.stride, channels(s.out))
			s.stride = 1
		}
	}
	x = b.silu(b.convBN(x, "/features/features.8/features.8.0", 4*x.c, 1, 1, 1), "/features/features.8/features.8.2")
	b.classifier(x, "/classifier/classifier.1", 1000)
}

// mbConv adds an inverted residual with gated channels.
func mbConv(b *builder, x tensor, path string, expand, k, stride, out int64) tensor {
	y, n := x, 0
	step := func() string { n++; return fmt.Sprintf("%s/block/block.%d", path, n-1) }
	act := func(k, out, stride, groups int64) {
		p := step()
		scope := fmt.Sprintf("%s/block.%d", p, n-1)
		y = b.silu(b.convBN(y, scope+".0", out, k, stride, groups), scope+".2")
	}
	if expand != 1 {
		act(1, expand*x.c, 1, 1)
	}
	act(k, y.c, stride, y.c)
	y = b.squeeze(y, step(), max(1, x.c/4), "SiLU", "Sigmoid")
	p := step()
	y = b.convBN(y, fmt.Sprintf("%s/block.%d.0", p, n-1), out, 1, 1, 1)
	if stride == 1 && x.c == out {
		return b.binary("Add", y, x, path)
	}
	return y
}
