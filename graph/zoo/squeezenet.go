package zoo

import "fmt"

// A squeezeShape is one version: the first convolution, and the squeezed channels of each fire module; 0 is a pool.
// Each fire module expands to four times the squeezed channels, twice.
type squeezeShape struct {
	stem  int64
	k     int64
	fires []int64
}

// squeezeEntry returns the Entry of torchvision's SqueezeNet of that name.
func squeezeEntry(name, doc string, params, macs int64, gmac, top1 float64, s squeezeShape) Entry {
	return torchvision(name, "SqueezeNet", doc, params, macs, gmac, top1, weightsV1, []Option{anySize(224), batchOption},
		func(b *builder, v values) { squeezeNet(b, v, s) })
}

// squeezeNets returns SqueezeNet 1.0 and 1.1 (arXiv 1602.07360). In a row, 0 is a max pool and
// another number the squeezed channels of a fire module.
func squeezeNets() []Entry {
	return []Entry{
		squeezeEntry("squeezenet1.0", "SqueezeNet 1.0", 1_248_424, 818_924_576, 0.819, 58.092, squeezeShape{96, 7, []int64{0, 16, 16, 32, 0, 32, 48, 48, 64, 0, 64}}),
		squeezeEntry("squeezenet1.1", "SqueezeNet 1.1", 1_235_496, 349_151_936, 0.349, 58.178, squeezeShape{64, 3, []int64{0, 16, 16, 0, 32, 32, 0, 48, 48, 64, 64}}),
	}
}

// squeezeNet builds the network of Iandola et al. 2016 (arXiv 1602.07360), as torchvision builds it.
func squeezeNet(b *builder, v values, s squeezeShape) {
	x := b.unary("Relu", b.convolve(image(b, v), "/features/features.0", s.stem, square(s.k, 2, 0), true), "/features/features.1")
	for i, squeezed := range s.fires {
		path := fmt.Sprintf("/features/features.%d", i+2)
		if squeezed == 0 {
			x = b.pool("MaxPool", x, path, square(3, 2, 0), true)
			continue
		}
		x = fire(b, x, path, squeezed)
	}
	x = b.unary("Relu", b.conv(x, "/classifier/classifier.1", 1000, 1, 1, 1, true), "/classifier/classifier.2")
	x = b.unary("GlobalAveragePool", x, "/classifier/classifier.3")
	b.output(b.unary("Flatten", x, "", attr{"axis", int64(1)}).name, int64(1000))
}

// fire squeezes the channels and expands them by two convolutions.
func fire(b *builder, x tensor, path string, squeezed int64) tensor {
	x = b.unary("Relu", b.conv(x, path+"/squeeze", squeezed, 1, 1, 1, true), path+"/squeeze_activation")
	one := b.unary("Relu", b.conv(x, path+"/expand1x1", 4*squeezed, 1, 1, 1, true), path+"/expand1x1_activation")
	three := b.unary("Relu", b.conv(x, path+"/expand3x3", 4*squeezed, 3, 1, 1, true), path+"/expand3x3_activation")
	return b.concat(path, one, three)
}
