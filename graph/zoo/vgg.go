package zoo

import "fmt"

// vggEntry returns the Entry of torchvision's VGG; convs are the convolutions before each of the
// five pools.
func vggEntry(name, doc string, params, macs int64, gmac, top1 float64, convs [5]int, normed bool) Entry {
	return torchvision(name, "VGG", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(224, 224), batchOption},
		func(b *builder, v values) { vgg(b, v, convs, normed) })
}

// vggs returns VGG 11 to 19 (arXiv 1409.1556), with and without batch normalisation.
func vggs() []Entry {
	return []Entry{
		vggEntry("vgg11", "VGG-11 without batch normalisation", 132_863_336, 7_609_090_048, 7.609, 69.02,
			[5]int{1, 1, 2, 2, 2}, false),
		vggEntry("vgg13", "VGG-13 without batch normalisation", 133_047_848, 11_308_466_176, 11.308, 69.928,
			[5]int{2, 2, 2, 2, 2}, false),
		vggEntry("vgg16", "VGG-16 without batch normalisation", 138_357_544, 15_470_264_320, 15.47, 71.592,
			[5]int{2, 2, 3, 3, 3}, false),
		vggEntry("vgg19", "VGG-19 without batch normalisation", 143_667_240, 19_632_062_464, 19.632, 72.376,
			[5]int{2, 2, 4, 4, 4}, false),
		vggEntry("vgg11-bn", "VGG-11 with batch normalisation", 132_868_840, 7_609_090_048, 7.609, 70.37,
			[5]int{1, 1, 2, 2, 2}, true),
		vggEntry("vgg13-bn", "VGG-13 with batch normalisation", 133_053_736, 11_308_466_176, 11.308, 71.586,
			[5]int{2, 2, 2, 2, 2}, true),
		vggEntry("vgg16-bn", "VGG-16 with batch normalisation", 138_365_992, 15_470_264_320, 15.47, 73.36,
			[5]int{2, 2, 3, 3, 3}, true),
		vggEntry("vgg19-bn", "VGG-19 with batch normalisation", 143_678_248, 19_632_062_464, 19.632, 74.218,
			[5]int{2, 2, 4, 4, 4}, true),
	}
}

// vgg builds the network of Simonyan and Zisserman 2014 (arXiv 1409.1556), table 1, as torchvision builds it.
func vgg(b *builder, v values, convs [5]int, normed bool) {
	x, n := image(b, v), 0
	path := func() string { n++; return fmt.Sprintf("/features/features.%d", n-1) }
	for stage, count := range convs {
		for range count {
			if out := min(int64(64)<<stage, 512); normed {
				b.absent += out // the bias before the normalisation
				x = b.convBN(x, path(), out, 3, 1, 1)
			} else {
				x = b.conv(x, path(), out, 3, 1, 1, true)
			}
			x = b.unary("Relu", x, path())
		}
		x = b.halve(x, path())
	}
	if each := v.extent().over(224); each != (extent{1, 1}) { // the last map is pooled to 7x7
		x = b.unary("AveragePool", x, "/avgpool", attr{"kernel_shape", []int64{each.h, each.w}},
			attr{"strides", []int64{each.h, each.w}})
	}
	x = tensor{b.unary("Flatten", x, "", attr{"axis", int64(1)}).name, 512 * 7 * 7}
	x = b.unary("Relu", b.gemm(x, "/classifier/classifier.0", 4096), "/classifier/classifier.1")
	x = b.unary("Relu", b.gemm(x, "/classifier/classifier.3", 4096), "/classifier/classifier.4")
	b.output(b.gemm(x, "/classifier/classifier.6", 1000).name, 1000)
}
