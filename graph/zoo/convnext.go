package zoo

import "fmt"

// A nextShape is one size of ConvNeXt: blocks and channels of its stages.
type nextShape struct{ depths, widths [4]int64 }

func convNeXt(name string, params, macs int64, gmac, top1 float64, s nextShape) Entry {
	return torchvision("convnext-"+name, "ConvNeXt", "ConvNeXt "+name, params, macs, gmac, top1, weightsV1, []Option{imageSize(224, 32), batchOption}, s.build)
}

func convNeXts() []Entry {
	return []Entry{
		convNeXt("tiny", 28_589_128, 4_455_531_264, 4.456, 82.52, nextShape{[4]int64{3, 3, 9, 3}, [4]int64{96, 192, 384, 768}}),
		convNeXt("small", 50_223_688, 8_683_712_256, 8.684, 83.616, nextShape{[4]int64{3, 3, 27, 3}, [4]int64{96, 192, 384, 768}}),
		convNeXt("base", 88_591_464, 15_354_729_472, 15.355, 84.062, nextShape{[4]int64{3, 3, 27, 3}, [4]int64{128, 256, 512, 1024}}),
		convNeXt("large", 197_767_336, 34_361_433_600, 34.361, 84.414, nextShape{[4]int64{3, 3, 27, 3}, [4]int64{192, 384, 768, 1536}}),
	}
}

// build is Liu et al. 2022 (arXiv 2201.03545), as torchvision builds it.
func (s nextShape) build(b *builder, v values) {
	const eps = 1e-6
	x := b.convolve(image(b, v), "/features/features.0/features.0.0", s.widths[0], square(4, 4, 0), true)
	x = channelNorm(b, x, "/features/features.0/features.0.1", eps)
	for i, depth := range s.depths {
		if i > 0 {
			p := fmt.Sprintf("/features/features.%d/features.%d", 2*i, 2*i)
			x = b.convolve(channelNorm(b, x, p+".0", eps), p+".1", s.widths[i], square(2, 2, 0), true)
		}
		for j := range depth {
			p := fmt.Sprintf("/features/features.%d/features.%d.%d", 2*i+1, 2*i+1, j)
			y := b.transpose(b.conv(x, p+"/block/block.0", x.c, 7, 1, x.c, true), p+"/block/block.1", 0, 2, 3, 1)
			y = b.linear(b.layerNorm(y, p+"/block/block.2", eps), p+"/block/block.3", 4*x.c)
			y = b.transpose(b.linear(b.gelu(y, p+"/block/block.4"), p+"/block/block.5", x.c), p+"/block/block.6", 0, 3, 1, 2)
			y = tensor{b.node("Mul", p, []string{b.weight(weightName(p+"/layer_scale"), x.c, 1, 1), y.name}), x.c}
			x = b.binary("Add", y, x, p)
		}
	}
	x = channelNorm(b, b.unary("GlobalAveragePool", x, "/avgpool"), "/classifier/classifier.0", eps)
	x = b.unary("Flatten", x, "/classifier/classifier.1", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier/classifier.2", 1000).name, int64(1000))
}

// channelNorm is layer normalisation over the channels of a map.
func channelNorm(b *builder, x tensor, path string, eps float32) tensor {
	return b.transpose(b.layerNorm(b.transpose(x, path, 0, 2, 3, 1), path, eps), path, 0, 3, 1, 2)
}
