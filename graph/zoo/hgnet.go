package zoo

import (
	"fmt"
	"slices"
)

// A hgStage is a stage of PP-HGNet: channels within and behind its blocks, and their number.
type hgStage struct{ mid, out, blocks int64 }

// A hgShape is one size of PP-HGNet: channels of the stem, stages, and convolutions in a block.
type hgShape struct {
	stem   []int64
	stages [4]hgStage
	layers int64
	second bool // version 2: another stem, light blocks in the last stages, and a squeeze in place of a gate
	affine bool // activations are scaled and shifted by learnt numbers
}

// buildHG adds PP-HGNet of PaddleClas, as timm builds it: a block joins all its maps at once.
func buildHG(b *builder, v values, s hgShape) {
	x := image(b, v)
	if s.second {
		x = s.begin(b, x)
	} else {
		stride := int64(2)
		for i, out := range s.stem {
			x = s.conv(b, x, fmt.Sprintf("/stem/stem.%d", i), out, square(3, stride, 1))
			stride = 1
		}
		x = b.maxPool(x, "/stem/pool", 3, 2)
	}
	for i, t := range s.stages {
		p := fmt.Sprintf("/stages/stages.%d", i)
		if i > 0 {
			x = b.convBN(x, p+"/downsample", x.c, 3, 2, x.c)
		}
		for j := range t.blocks {
			y := s.block(b, x, fmt.Sprintf("%s/blocks/blocks.%d", p, j), t, s.second && i > 1)
			if j > 0 {
				y = b.binary("Add", y, x, p)
			}
			x = y
		}
	}
	x = b.conv(b.unary("GlobalAveragePool", x, "/head"), "/head/last_conv", 2048, 1, 1, 1, false)
	x = b.unary("Flatten", s.shifted(b, b.unary("Relu", x, "/head"), "/head/lab"), "/head", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
}

// conv adds a convolution with its activation.
func (s hgShape) conv(b *builder, x tensor, path string, out int64, k kernel) tensor {
	return s.shifted(b, b.unary("Relu", b.normConv(x, path+"/conv", out, k), path+"/act"), path+"/lab")
}

// shifted scales and shifts a map by two learnt numbers, where the network does.
func (s hgShape) shifted(b *builder, x tensor, path string) tensor {
	if !s.affine {
		return x
	}
	y := b.node("Mul", path, []string{b.weight(weightName(path+"/scale"), 1), x.name})
	return tensor{b.node("Add", path, []string{y, b.weight(weightName(path+"/bias"), 1)}), x.c}
}

// begin adds the stem of version 2: a pool beside two convolutions of 2x2.
func (s hgShape) begin(b *builder, x tensor) tensor {
	mid := s.stem[0]
	x = s.conv(b, x, "/stem/stem1", mid, square(3, 2, 1))
	pad := func(x tensor, p string) tensor {
		return tensor{b.node("Pad", p, []string{x.name, b.ints(p, 0, 0, 0, 0, 0, 0, 1, 1)}), x.c}
	}
	x = pad(x, "/stem/pad1")
	y := s.conv(b, x, "/stem/stem2a", mid/2, square(2, 1, 0))
	y = s.conv(b, pad(y, "/stem/pad2"), "/stem/stem2b", mid, square(2, 1, 0))
	x = b.pool("MaxPool", x, "/stem/pool", square(2, 1, 0), true)
	x = s.conv(b, b.concat("/stem", x, y), "/stem/stem3", mid, square(3, 2, 1))
	return s.conv(b, x, "/stem/stem4", s.stem[1], square(1, 1, 0))
}

// block joins a map and what each of its convolutions makes.
func (s hgShape) block(b *builder, x tensor, p string, t hgStage, light bool) tensor {
	maps, y := []tensor{x}, x
	for i := range s.layers {
		q := fmt.Sprintf("%s/layers.%d", p, i)
		if light {
			y = b.convBN(y, q+"/conv1", t.mid, 1, 1, 1)
			y = s.conv(b, y, q+"/conv2", t.mid, kernel{5, 5, 1, 2, 2, t.mid, 1})
		} else {
			y = s.conv(b, y, q, t.mid, square(3, 1, 1))
		}
		maps = append(maps, y)
	}
	y = b.concat(p, maps...)
	if s.second {
		y = s.conv(b, y, p+"/aggregation/0", t.out/2, square(1, 1, 0))
		return s.conv(b, y, p+"/aggregation/1", t.out, square(1, 1, 0))
	}
	y = s.conv(b, y, p+"/aggregation/0", t.out, square(1, 1, 0))
	g := b.conv(b.unary("GlobalAveragePool", y, p+"/ese"), p+"/ese/conv", t.out, 1, 1, 1, true)
	return b.binary("Mul", y, b.unary("Sigmoid", g, p+"/ese"), p)
}

// hgNets returns PaddlePaddle's HGNet, first and second version, with timm's figures.
func hgNets() []Entry {
	first := func(layers int64, stem []int64, stages ...hgStage) hgShape {
		return hgShape{stem: stem, stages: [4]hgStage(stages), layers: layers}
	}
	second := func(layers int64, stem0, stem1, mid int64, outs [4]int64, blocks [4]int64) hgShape {
		s := hgShape{stem: []int64{stem0, stem1}, layers: layers, second: true, affine: mid < 48 || mid == 48 && layers < 6}
		for i := range s.stages {
			s.stages[i] = hgStage{mid << i, outs[i], blocks[i]}
		}
		return s
	}
	few, some, all := [4]int64{1, 1, 2, 1}, [4]int64{1, 1, 3, 1}, [4]int64{128, 512, 1024, 2048}
	narrow := func(s hgShape, mids ...int64) hgShape {
		for i, m := range mids {
			s.stages[i].mid = m
		}
		return s
	}
	return slices.Concat(
		networks("HGNet", "PP-HGNet", 1, buildHG, []network[hgShape]{
			{"hgnet_tiny", 224, 14_735_864, 4_530_447_104, 4.54, 81.942, first(5, []int64{48, 48, 96}, hgStage{96, 224, 1}, hgStage{128, 448, 1}, hgStage{160, 512, 2},
				hgStage{192, 768, 1})},
			{"hgnet_small", 224, 24_360_872, 8_508_610_304, 8.53, 83.818, first(6, []int64{64, 64, 128}, hgStage{128, 256, 1}, hgStage{160, 512, 1}, hgStage{192, 768, 2},
				hgStage{224, 1024, 1})},
			{"hgnet_base", 288, 71_578_184, 41_500_050_368, 41.55, 85.488, first(7, []int64{96, 96, 160}, hgStage{192, 320, 1}, hgStage{224, 640, 2}, hgStage{256, 960, 3},
				hgStage{288, 1280, 2})},
		}),
		networks("HGNet", "PP-HGNetV2", 1, buildHG, []network[hgShape]{
			{"hgnetv2_b0", 224, 5_996_550, 321_326_464, 0.33, 77.362, second(3, 16, 16, 16, [4]int64{64, 256, 512, 1024}, few)},
			{"hgnetv2_b1", 288, 6_343_158, 806_281_024, 0.82, 79.916, narrow(second(3, 24, 32, 24, [4]int64{64, 256, 512, 1024}, few), 32)},
			{"hgnetv2_b2", 224, 11_221_356, 1_137_703_680, 1.15, 81.564, second(4, 24, 32, 32, [4]int64{96, 384, 768, 1536}, some)},
			{"hgnetv2_b3", 224, 16_292_216, 1_770_919_680, 1.78, 82.914, second(5, 24, 32, 32, all, some)},
			{"hgnetv2_b4", 224, 19_796_680, 2_734_148_352, 2.75, 83.7, second(6, 32, 48, 48, all, some)},
			{"hgnetv2_b5", 288, 39_569_064, 10_804_306_944, 10.84, 85.158, second(6, 32, 64, 64, all, [4]int64{1, 2, 5, 2})},
			{"hgnetv2_b6", 224, 75_256_776, 16_840_566_272, 16.88, 86.206, second(6, 48, 96, 96, [4]int64{192, 512, 1024, 2048}, [4]int64{2, 3, 6, 3})},
		}))
}
