package zoo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A cspShape is one network of DarkNet's kind: kernel and channels of the stem, blocks and channels of its stages, how
// stages and blocks are made, and widths of the parts as shares of a stage's channels.
type cspShape struct {
	kernel  int64
	stem    []int64
	pooled  bool // the stem ends in a pool, and the first stage does not halve the map
	halving bool // the stem halves the map
	depths  []int64
	widths  []int64
	stage   cspStage
	block   cspBlock
	expand  float64 // channels that a stage's first pointwise convolution makes; half of them go through the blocks
	ratio   float64 // channels of a block
	bottle  float64 // channels within a block, as a share of the block's
	groups  []int64 // of the 3x3 convolutions of each stage; nil: 1
	linear  bool    // that pointwise convolution is not activated
	grown   bool    // the halving convolution makes a stage's channels; the first stage is as wide as its blocks
	average bool    // an average halves the map
	part    float64 // of channels that gates have inside; 0: no gates
	act     string
}

type cspStage int

const (
	darkStage  cspStage = iota // blocks alone
	crossStage                 // half of the channels go around the blocks, and both halves end in convolutions
	crossThree                 // one convolution ends both halves
)

type cspBlock int

const (
	darkBlock   cspBlock = iota // 1x1 and 3x3
	edgesBlock                  // 3x3 and 1x1
	bottleBlock                 // 1x1, 3x3 and 1x1
)

// buildCSP builds the network of Redmon and Farhadi 2018 (arXiv 1804.02767) and Wang et al. 2019 (arXiv 1911.11929),
// as timm builds them.
func buildCSP(b *builder, v values, s cspShape) {
	x, stride := image(b, v), int64(1)
	if s.pooled || s.halving {
		stride = 2
	}
	pad := (s.kernel - 1) / 2
	for i, out := range s.stem {
		x = s.conv(b, x, fmt.Sprintf("/stem/conv%d", i+1), out, square(s.kernel, stride, pad))
		stride = 1
	}
	if s.pooled {
		x = b.maxPool(x, "/stem/pool", 3, 2)
	}
	for i, out := range s.widths {
		t := s
		if s.grown && i == 0 {
			t.expand, t.bottle, t.ratio = 2, 0.5, 1
		}
		x = t.add(b, x, fmt.Sprintf("/stages/stages.%d", i), i, out)
	}
	b.classifier(x, "/head/fc", 1000)
}

// conv adds a convolution with its activation.
func (s cspShape) conv(b *builder, x tensor, path string, out int64, k kernel) tensor {
	return b.activate(s.act, b.normConv(x, path, out, k), path+"/act")
}

// add adds a stage.
func (s cspShape) add(b *builder, x tensor, p string, stage int, out int64) tensor {
	groups := int64(1)
	if s.groups != nil {
		groups = s.groups[stage]
	}
	k := kernel{3, 3, 2, 1, 1, groups, 1}
	switch {
	case s.pooled && stage == 0:
	case s.average:
		x = s.conv(b, b.average(x, p+"/conv_down", 2), p+"/conv_down", out, square(1, 1, 0))
	case s.grown || s.stage == darkStage:
		x = s.conv(b, x, p+"/conv_down", out, k)
	default:
		x = s.conv(b, x, p+"/conv_down", x.c, k)
	}
	if s.stage == darkStage {
		return s.blocks(b, x, p, stage, out, groups)
	}
	all := b.convBN(x, p+"/conv_exp", int64(math.Round(float64(out)*s.expand)), 1, 1, 1)
	if !s.linear {
		all = b.activate(s.act, all, p+"/conv_exp/act")
	}
	one, two := b.halves(all, p)
	if s.stage == crossThree {
		one = s.blocks(b, one, p, stage, out, groups)
	} else {
		two = s.blocks(b, two, p, stage, out, groups)
		two = s.conv(b, two, p+"/conv_transition_b", all.c/2, square(1, 1, 0))
	}
	return s.conv(b, b.concat(p, one, two), p+"/conv_transition", out, square(1, 1, 0))
}

// blocks adds those of a stage, each around a shortcut.
func (s cspShape) blocks(b *builder, x tensor, path string, stage int, out, groups int64) tensor {
	out = int64(math.Round(float64(out) * s.ratio))
	mid, one := int64(math.Round(float64(out)*s.bottle)), square(1, 1, 0)
	three := kernel{3, 3, 1, 1, 1, groups, 1}
	for i := range s.depths[stage] {
		p := fmt.Sprintf("%s/blocks/blocks.%d", path, i)
		switch s.block {
		case darkBlock:
			y := s.gated(b, s.conv(b, x, p+"/conv1", mid, one), p)
			x = b.binary("Add", s.conv(b, y, p+"/conv2", out, three), x, p)
		case edgesBlock:
			y := s.gated(b, s.conv(b, x, p+"/conv1", mid, three), p)
			x = b.binary("Add", s.conv(b, y, p+"/conv2", out, one), x, p)
		default:
			y := s.conv(b, s.conv(b, x, p+"/conv1", mid, one), p+"/conv2", mid, three)
			y = b.normConv(s.gated(b, y, p), p+"/conv3", out, one)
			x = b.activate(s.act, b.binary("Add", y, x, p), p+"/act3")
		}
	}
	return x
}

// gated gates the channels of a map, where the network does.
func (s cspShape) gated(b *builder, x tensor, path string) tensor {
	if s.part == 0 {
		return x
	}
	act := cmp.Or(map[string]string{"silu": "SiLU"}[s.act], s.act)
	return b.squeeze(x, path+"/attn", nearest8(float64(x.c)*s.part), act, "Sigmoid")
}

// darkNet returns the shape of so many blocks a stage, each of a 1x1 and a 3x3 convolution.
func darkNet(depths ...int64) cspShape {
	return cspShape{kernel: 3, stem: []int64{32}, depths: depths, widths: []int64{64, 128, 256, 512, 1024}, ratio: 1,
		bottle: 0.5, act: "LeakyRelu"}
}

// crossThrees returns the shape of CS3 DarkNet, channels and blocks scaled.
func crossThrees(width, depth float64) cspShape {
	s := cspShape{kernel: 3, halving: true, stage: crossThree, expand: 1, ratio: 0.5, bottle: 1, act: "silu"}
	for _, c := range []float64{32, 64} {
		s.stem = append(s.stem, multipleOf8(c*width))
	}
	for i, c := range []float64{128, 256, 512, 1024} {
		s.widths = append(s.widths, multipleOf8(c*width))
		s.depths = append(s.depths, int64([]float64{3, 6, 9, 3}[i]*depth))
	}
	return s
}

// focused returns the shape with a stem of one 6x6 convolution.
func (s cspShape) focused() cspShape { s.kernel, s.stem = 6, s.stem[1:]; return s }

// gates returns the shape with gated channels.
func (s cspShape) gates(part float64) cspShape { s.part = part; return s }

// edges returns the shape with a 3x3 convolution first in each block.
func (s cspShape) edges() cspShape { s.block, s.bottle = edgesBlock, 1.5; return s }

// cspResNet returns the shape of a ResNet whose stages have two halves.
func cspResNet(width int64, expand, ratio, bottle float64, kernel int64, stem ...int64) cspShape {
	return cspShape{kernel: kernel, stem: stem, pooled: true, depths: []int64{3, 3, 5, 2},
		widths: []int64{width, 2 * width, 4 * width, 8 * width}, stage: crossStage, block: bottleBlock, expand: expand,
		ratio: ratio, bottle: bottle, linear: true, act: "LeakyRelu"}
}

// cspNets returns DarkNets, CSPNets (arXiv 1911.11929) and timm's cs3 variants, with timm's
// figures.
func cspNets() []Entry {
	cross := darkNet(1, 2, 8, 8, 4)
	cross.stage, cross.expand, cross.ratio, cross.bottle, cross.grown = crossStage, 1, 0.5, 1, true
	averaged := darkNet(1, 2, 8, 8, 4)
	averaged.average = true
	grouped := cspResNet(256, 1, 0.5, 1, 7, 64)
	grouped.groups = []int64{32, 32, 32, 32}
	deep := cspShape{kernel: 3, stem: []int64{32, 64}, halving: true, depths: []int64{3, 6, 12, 4},
		widths: []int64{256, 512, 1024, 2048}, stage: crossStage, block: bottleBlock, expand: 1, ratio: 0.5, bottle: 0.5,
		groups: []int64{1, 1, 256, 512}, part: 1.0 / 16, act: "silu"}
	return slices.Concat(
		networks("DarkNet", "DarkNet", 1, buildCSP, []network[cspShape]{
			{"darknet17", 256, 14_304_840, 3_245_318_144, 3.26, 0, darkNet(1, 1, 1, 1, 1)},
			{"darknet53", 256, 41_609_928, 9_285_115_904, 9.31, 80.008, darkNet(1, 2, 8, 8, 4)},
			{"darknetaa53", 256, 36_022_984, 7_942_938_624, 7.97, 79.754, averaged},
		}),
		networks("CSPNet", "cross stage partial network", 1, buildCSP, []network[cspShape]{
			{"cspdarknet53", 256, 27_642_184, 6_533_652_480, 6.57, 80.078, cross},
			{"cspresnet50", 256, 21_616_168, 4_517_240_832, 4.54, 79.578, cspResNet(128, 2, 1, 0.5, 7, 64)},
			{"cspresnet50w", 256, 28_118_216, 5_020_008_448, 5.04, 0, cspResNet(256, 1, 0.5, 0.25, 3, 32, 32, 64)},
			{"cspresnext50", 256, 20_569_896, 4_014_948_352, 4.05, 80.548, grouped},
			{"cs3sedarknet_xdw", 256, 21_601_488, 5_933_825_024, 5.97, 0, deep},
		}),
		networks("CSPNet", "cross stage partial DarkNet with three convolutions a stage", 1, buildCSP, []network[cspShape]{
			{"cs3darknet_m", 256, 9_310_240, 2_068_690_944, 2.08, 76.974, crossThrees(0.75, 0.67)},
			{"cs3darknet_l", 256, 21_164_168, 4_847_017_984, 4.86, 80.35, crossThrees(1, 1)},
			{"cs3darknet_x", 256, 35_046_320, 8_355_153_920, 8.38, 81.856, crossThrees(1.25, 1.33)},
			{"cs3darknet_focus_s", 256, 3_274_728, 686_280_704, 0.69, 72.178, crossThrees(0.5, 0.5).focused()},
			{"cs3darknet_focus_m", 256, 9_304_360, 1_973_139_456, 1.98, 76.754, crossThrees(0.75, 0.67).focused()},
			{"cs3darknet_focus_l", 256, 21_151_720, 4_644_118_528, 4.66, 80.254, crossThrees(1, 1).focused()},
			{"cs3darknet_focus_x", 256, 35_025_000, 8_007_157_760, 8.03, 0, crossThrees(1.25, 1.33).focused()},
			{"cs3sedarknet_l", 256, 21_913_592, 4_847_761_408, 4.86, 81.208, crossThrees(1, 1).gates(0.25)},
			{"cs3sedarknet_x", 256, 35_397_904, 8_355_498_240, 8.38, 81.926, crossThrees(1.25, 1.33).gates(1.0 / 16)},
			{"cs3edgenet_x", 256, 47_821_120, 11_500_881_920, 11.53, 82.198, crossThrees(1.25, 1.33).edges()},
			{"cs3se_edgenet_x", 256, 50_721_584, 11_503_769_600, 11.53, 82.768, crossThrees(1.25, 1.33).edges().gates(0.25)},
		}))
}
