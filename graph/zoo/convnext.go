package zoo

import (
	"fmt"
	"slices"
)

// A nextShape is one size of ConvNeXt: blocks and channels of its stages.
type nextShape struct {
	depths, widths [4]int64
	overlap        int64 // channels between the stem's two overlapping convolutions; 0: it has one
	hidden         int64 // channels of a layer before the classifier; 0: none
	response       bool  // with global response normalisation, as ConvNeXt V2
	rms            bool  // normalised by the root of the mean square
}

// next returns the shape of so many channels in the first stage, doubled in each, and so many blocks a stage.
func next(width int64, depths ...int64) nextShape {
	return nextShape{depths: [4]int64(depths), widths: [4]int64{width, 2 * width, 4 * width, 8 * width}}
}

// convNeXt returns the Entry of torchvision's ConvNeXt of that name; gmac is printed beside the
// weights, top1 in per cent at 224 pixels.
func convNeXt(name string, params, macs int64, gmac, top1 float64, s nextShape) Entry {
	return torchvision("convnext-"+name, "ConvNeXt", "ConvNeXt "+name, params, macs, gmac, top1, weightsV1,
		[]Option{anySize(224), batchOption}, s.build)
}

// convNeXts returns the four sizes of ConvNeXt (arXiv 2201.03545) that torchvision has weights of.
func convNeXts() []Entry {
	return []Entry{
		convNeXt("tiny", 28_589_128, 4_455_531_264, 4.456, 82.52, next(96, 3, 3, 9, 3)),
		convNeXt("small", 50_223_688, 8_683_712_256, 8.684, 83.616, next(96, 3, 3, 27, 3)),
		convNeXt("base", 88_591_464, 15_354_729_472, 15.355, 84.062, next(128, 3, 3, 27, 3)),
		convNeXt("large", 197_767_336, 34_361_433_600, 34.361, 84.414, next(192, 3, 3, 27, 3)),
	}
}

// build builds the network of Liu et al. 2022 (arXiv 2201.03545), as torchvision builds it.
func (s nextShape) build(b *builder, v values) {
	x := image(b, v)
	if s.overlap > 0 {
		x = b.convolve(x, "/stem/stem.0", s.overlap, square(3, 2, 1), true)
		x = b.convolve(x, "/stem/stem.1", s.widths[0], square(3, 2, 1), true)
	} else {
		x = b.convolve(x, "/features/features.0/features.0.0", s.widths[0], square(4, 4, 0), true)
	}
	x = s.norm(b, x, "/features/features.0/features.0.1")
	for i, depth := range s.depths {
		if i > 0 {
			p := fmt.Sprintf("/features/features.%d/features.%d", 2*i, 2*i)
			x = b.convolve(s.norm(b, x, p+".0"), p+".1", s.widths[i], square(2, 2, 0), true)
		}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("/features/features.%d/features.%d.%d", 2*i+1, 2*i+1, j))
		}
	}
	x = s.norm(b, b.unary("GlobalAveragePool", x, "/avgpool"), "/classifier/classifier.0")
	x = b.unary("Flatten", x, "/classifier/classifier.1", attr{"axis", int64(1)})
	if s.hidden > 0 {
		x = b.gelu(b.gemm(x, "/classifier/pre_logits", s.hidden), "/classifier/act")
	}
	b.output(b.gemm(x, "/classifier/classifier.2", 1000).name, int64(1000))
}

// block adds a block to x [batch, c, h, w]: a depthwise 7x7 convolution, a normalisation of
// channels and two linear layers, of which the inner one has 4c channels. The linear layers run
// channels-last.
func (s nextShape) block(b *builder, x tensor, p string) tensor {
	y := b.transpose(b.conv(x, p+"/block/block.0", x.c, 7, 1, x.c, true), p+"/block/block.1", 0, 2, 3, 1)
	if s.rms {
		y = b.rmsNorm(y, p+"/block/block.2", nextEps)
	} else {
		y = b.layerNorm(y, p+"/block/block.2", nextEps)
	}
	y = b.gelu(b.linear(y, p+"/block/block.3", 4*x.c), p+"/block/block.4")
	if s.response {
		y = b.globalResponse(y, p+"/grn")
	}
	y = b.transpose(b.linear(y, p+"/block/block.5", x.c), p+"/block/block.6", 0, 3, 1, 2)
	if !s.response {
		y = tensor{b.node("Mul", p, []string{b.weight(weightName(p+"/layer_scale"), x.c, 1, 1), y.name}), x.c}
	}
	return b.binary("Add", y, x, p)
}

// globalResponse lets channels compete by their norm over the map: Woo et al. 2023 (arXiv 2301.00808).
func (b *builder) globalResponse(x tensor, path string) tensor {
	norm := b.node("ReduceL2", path, []string{x.name}, attr{"axes", []int64{1, 2}}, attr{"keepdims", int64(1)})
	mean := b.node("ReduceMean", path, []string{norm}, attr{"axes", []int64{-1}}, attr{"keepdims", int64(1)})
	share := b.node("Div", path, []string{norm, b.node("Add", path, []string{mean, b.scalar(path, nextEps)})})
	y := b.node("Mul", path, []string{x.name, share})
	y = b.node("Add", path,
		[]string{b.node("Mul", path, []string{y, b.weight(weightName(path), x.c)}), b.weight(weightName(path+"/b"), x.c)})
	return tensor{b.node("Add", path, []string{x.name, y}), x.c}
}

const nextEps = 1e-6

// norm adds the normalisation over the channels of a map.
func (s nextShape) norm(b *builder, x tensor, path string) tensor {
	if s.rms {
		return b.transpose(b.rmsNorm(b.transpose(x, path, 0, 2, 3, 1), path, nextEps), path, 0, 3, 1, 2)
	}
	return channelNorm(b, x, path, nextEps)
}

// convNeXtKin lists the members of the family beside torchvision's.
func convNeXtKin() []Entry {
	build := func(b *builder, v values, s nextShape) { s.build(b, v) }
	overlap := func(s nextShape, mid int64) nextShape { s.overlap = mid; return s }
	rms := func(s nextShape) nextShape { s.rms = true; return s }
	hidden := func(s nextShape) nextShape { s.hidden = 1536; return s }
	v2 := func(width int64, depths ...int64) nextShape {
		s := next(width, depths...)
		s.response = true
		return s
	}
	return slices.Concat(
		networks("ConvNeXt", "ConvNeXt of another size, stem or head", 1, build, []network[nextShape]{
			{"convnext_zepto_rms", 224, 2_155_656, 302_139_904, 0.3, 72.82, rms(next(32, 2, 2, 4, 2))},
			{"convnext_zepto_rms_ols", 224, 2_164_232, 337_062_400, 0.34, 73.234, overlap(rms(next(32, 2, 2, 4, 2)), 32)},
			{"convnext_atto", 224, 3_695_520, 547_332_480, 0.55, 77.016, next(40, 2, 2, 6, 2)},
			{"convnext_atto_ols", 224, 3_702_912, 576_534_912, 0.58, 77.22, overlap(next(40, 2, 2, 6, 2), 24)},
			{"convnext_atto_rms", 224, 3_693_040, 547_332_480, 0.55, 0, rms(next(40, 2, 2, 6, 2))},
			{"convnext_femto", 224, 5_217_784, 779_629_824, 0.79, 78.712, next(48, 2, 2, 6, 2)},
			{"convnext_femto_ols", 224, 5_226_520, 813_047_040, 0.82, 78.916, overlap(next(48, 2, 2, 6, 2), 24)},
			{"convnext_pico", 224, 9_045_672, 1_367_055_360, 1.37, 80.426, next(64, 2, 2, 6, 2)},
			{"convnext_pico_ols", 224, 9_061_928, 1_426_062_336, 1.43, 80.458, overlap(next(64, 2, 2, 6, 2), 32)},
			{"convnext_nano", 224, 15_593_560, 2_445_528_320, 2.46, 83.334, next(80, 2, 2, 8, 2)},
			{"convnext_nano_ols", 224, 15_649_560, 2_641_214_720, 2.65, 81.612, overlap(next(80, 2, 2, 8, 2), 80)},
			{"convnext_tiny_hnf", 288, 28_589_128, 7_364_764_416, 7.39, 82.608, next(96, 3, 3, 9, 3)},
			{"convnext_large_mlp", 320, 200_128_168, 70_126_135_296, 70.21, 88.334, hidden(next(192, 3, 3, 27, 3))},
			{"convnext_xlarge", 224, 350_196_968, 60_921_030_656, 60.98, 87.764, next(256, 3, 3, 27, 3)},
			{"convnext_xxlarge", 224, 846_471_016, 151_570_166_784, 151.66, 88.622, next(384, 3, 4, 30, 3)},
		}),
		networks("ConvNeXt", "ConvNeXt V2", 1, build, []network[nextShape]{
			{"convnextv2_atto", 224, 3_708_400, 547_332_480, 0.55, 77.794, v2(40, 2, 2, 6, 2)},
			{"convnextv2_femto", 224, 5_233_240, 779_629_824, 0.79, 79.342, v2(48, 2, 2, 6, 2)},
			{"convnextv2_pico", 224, 9_066_280, 1_367_055_360, 1.37, 81.062, v2(64, 2, 2, 6, 2)},
			{"convnextv2_nano", 224, 15_623_800, 2_445_528_320, 2.46, 83.366, v2(80, 2, 2, 8, 2)},
			{"convnextv2_tiny", 224, 28_635_496, 4_455_531_264, 4.47, 85.098, v2(96, 3, 3, 9, 3)},
			{"convnextv2_small", 224, 50_318_440, 8_683_712_256, 8.71, 0, v2(96, 3, 3, 27, 3)},
			{"convnextv2_base", 288, 88_717_800, 25_381_639_168, 25.43, 87.638, v2(128, 3, 3, 27, 3)},
			{"convnextv2_large", 224, 197_956_840, 34_361_433_600, 34.4, 88.18, v2(192, 3, 3, 27, 3)},
			{"convnextv2_huge", 224, 660_289_640, 114_922_100_480, 115, 88.86, v2(352, 3, 3, 27, 3)},
		}))
}

// channelNorm adds layer normalisation over the channels of a map.
func channelNorm(b *builder, x tensor, path string, eps float32) tensor {
	return b.transpose(b.layerNorm(b.transpose(x, path, 0, 2, 3, 1), path, eps), path, 0, 3, 1, 2)
}
