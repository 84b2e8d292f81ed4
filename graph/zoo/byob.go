package zoo

import (
	"fmt"
	"math"
	"slices"
)

// A byoStage is so many blocks of one kind: channels, stride of the first, channels in a group of the 3x3 convolutions
// (0: one group), and the channels within a block as a share of those it gives.
type byoStage struct {
	kind   byoKind
	n, out int64
	stride int64
	group  int64
	bottle float64
}

type byoKind int

const (
	bottleKind byoKind = iota // 1x1, 3x3 and 1x1
	basicKind                 // 3x3 and 3x3
	edgeKind                  // 3x3 and 1x1
)

// A byoShape is one network of timm's own design space.
type byoShape struct {
	stem    []int64 // channels of its 3x3 convolutions
	bare    int     // so many first ones are neither normalised nor activated
	quarter bool    // the last one strides, or a pool where pooled is set
	pooled  bool
	stages  []byoStage
	head    int64 // channels of a last convolution; 0: none
	act     string
	gate    gate // between a block's convolutions; may be nil
	twice   bool // a bottleneck has two 3x3 convolutions
	inner   bool // a bottleneck's channels are a share of those it takes
	linear  bool // without an activation behind the sum, and no shortcut where channels or places change
}

// buildBYO builds a stem, stages of residual blocks and a classifier.
func buildBYO(b *builder, v values, s byoShape) {
	x := s.begin(b, image(b, v))
	for i, stage := range s.stages {
		stride := stage.stride
		for j := range stage.n {
			p := fmt.Sprintf("/stages/stages.%d/stages.%d.%d", i, i, j)
			x = s.block(b, x, p, stage, stride)
			stride = 1
		}
	}
	if s.head > 0 {
		x = s.conv(b, x, "/final_conv", s.head, square(1, 1, 0))
	}
	b.classifier(x, "/head/fc", 1000)
}

// begin adds the stem.
func (s byoShape) begin(b *builder, x tensor) tensor {
	for i, out := range s.stem {
		k := square(3, 1, 1)
		if i == 0 || s.quarter && !s.pooled && i == len(s.stem)-1 {
			k.stride = 2
		}
		p := fmt.Sprintf("/stem/conv%d", i+1)
		if i < s.bare {
			x = b.convolve(x, p, out, k, false)
		} else {
			x = s.conv(b, x, p, out, k)
		}
	}
	if s.pooled {
		return b.maxPool(x, "/stem/pool", 3, 2)
	}
	return x
}

// conv adds a convolution with its activation.
func (s byoShape) conv(b *builder, x tensor, path string, out int64, k kernel) tensor {
	return b.activate(s.act, b.normConv(x, path, out, k), path+"/act")
}

// block adds a block of stage t to x [batch, c, h, w] and returns [batch, t.out, h/stride,
// w/stride]. The inner width is t.bottle times the outer one, rounded to a multiple of 8 channels.
func (s byoShape) block(b *builder, x tensor, p string, t byoStage, stride int64) tensor {
	from := t.out
	if s.inner {
		from = x.c
	}
	mid := multipleOf8(float64(from) * t.bottle)
	groups := int64(1)
	if t.group > 0 {
		groups = mid / t.group
	}
	three := kernel{3, 3, stride, 1, 1, groups, 1}
	var y tensor
	switch {
	case t.kind == basicKind:
		y = s.conv(b, x, p+"/conv1_kxk", mid, square(3, stride, 1))
		y = b.normConv(y, p+"/conv2_kxk", t.out, kernel{3, 3, 1, 1, 1, groups, 1})
	case t.kind == edgeKind:
		y = b.normConv(s.gated(b, s.conv(b, x, p+"/conv1_kxk", mid, three), p), p+"/conv2_1x1", t.out, square(1, 1, 0))
	default:
		y = s.conv(b, s.conv(b, x, p+"/conv1_1x1", mid, square(1, 1, 0)), p+"/conv2_kxk", mid, three)
		if s.twice {
			three.stride = 1
			y = s.conv(b, y, p+"/conv2b_kxk", mid, three)
		}
		y = b.normConv(s.gated(b, y, p), p+"/conv3_1x1", t.out, square(1, 1, 0))
	}
	switch changed := stride != 1 || x.c != t.out; {
	case changed && s.linear:
		return y
	case changed:
		x = b.normConv(x, p+"/shortcut/conv", t.out, square(1, stride, 0))
	}
	y = b.binary("Add", y, x, p)
	if s.linear {
		return y
	}
	return b.activate(s.act, y, p+"/act")
}

// gated applies the gate over channels that the shape names; without one it returns x as it is.
func (s byoShape) gated(b *builder, x tensor, path string) tensor {
	if s.gate == nil {
		return x
	}
	return s.gate(b, x, path+"/attn")
}

// contextual gates channels by a sum of all places, weighed by how they look: Cao et al. 2019 (arXiv 1904.11492).
func contextual(b *builder, x tensor, path string, hidden int64, act string) tensor {
	weights := b.reshape(b.conv(x, path+"/conv_attn", 1, 1, 1, 1, true), path, 1, 0, 1, -1, 1)
	weights = b.unary("Softmax", weights, path, attr{"axis", int64(2)})
	all := b.reshape(x, path, x.c, 0, 1, x.c, -1)
	sum := tensor{b.node("MatMul", path, []string{all.name, weights.name}), x.c}
	sum = b.reshape(sum, path, x.c, 0, x.c, 1, 1)
	y := b.conv(sum, path+"/mlp_scale/fc1", hidden, 1, 1, 1, true)
	y = b.activate(act, channelNorm(b, y, path+"/mlp_scale/norm", 1e-6), path+"/mlp_scale/act")
	y = b.unary("Sigmoid", b.conv(y, path+"/mlp_scale/fc2", x.c, 1, 1, 1, true), path+"/gate")
	return b.binary("Mul", x, y, path)
}

// contextGate adds the gate by context through an eighth of the channels.
func contextGate(b *builder, x tensor, path string) tensor {
	return contextual(b, x, path, int64(math.Round(float64(x.c)/8)), "Relu")
}

// bottles returns stages of bottlenecks: blocks and channels of each, the channels in a group, and the inner share.
func bottles(group int64, bottle float64, stages ...[2]int64) []byoStage {
	out := make([]byoStage, len(stages))
	for i, s := range stages {
		out[i] = byoStage{n: s[0], out: s[1], stride: 2, group: group, bottle: bottle}
	}
	out[0].stride = 1
	return out
}

// tiered returns the shape of a stem of three convolutions.
func tiered(act string, pooled bool, head int64, stages []byoStage) byoShape {
	return byoShape{stem: []int64{24, 32, 64}, quarter: true, pooled: pooled, stages: stages, head: head, act: act}
}

// gates returns the shape with gated channels.
func (s byoShape) gates(g gate) byoShape { s.gate = g; return s }

// byoNets returns timm's networks of configurable blocks: GENet (arXiv 2006.14090), ResNets and
// ResNeXts with tiered stems and gates, and RegNetZ. Parameters, GMAC and top-1 are timm's.
func byoNets() []Entry {
	basic := func(n, out int64) byoStage { return byoStage{kind: basicKind, n: n, out: out, stride: 2, bottle: 1} }
	genet := func(stem, head int64, stages ...byoStage) byoShape {
		return byoShape{stem: []int64{stem}, stages: stages, head: head, act: "Relu"}
	}
	small := func(n, out int64) byoStage { return byoStage{n: n, out: out, stride: 2, bottle: 0.25} }
	wide := func(n, out, stride int64) byoStage {
		return byoStage{n: n, out: out, stride: stride, group: 1, bottle: 3}
	}
	quad := func(first byoStage, bare int, twice bool) byoShape {
		stages := bottles(32, 0.25, [2]int64{2, 256}, [2]int64{4, 512}, [2]int64{6, 1536}, [2]int64{4, 1536})
		stages[0], stages[3].group, stages[3].bottle = first, 1, 1
		return byoShape{stem: []int64{16, 32, 64, 128}, bare: bare, quarter: true, stages: stages, head: 2048, act: "silu",
			twice: twice}
	}
	bottle := byoStage{n: 2, out: 256, stride: 1, group: 32, bottle: 0.25}
	edge := byoStage{kind: edgeKind, n: 1, out: 256, stride: 1, bottle: 1}
	next26 := tiered("silu", true, 0,
		bottles(32, 0.25, [2]int64{2, 256}, [2]int64{2, 512}, [2]int64{2, 1024}, [2]int64{2, 2048}))
	fifty := [][2]int64{{3, 256}, {4, 512}, {6, 1024}, {3, 2048}}
	thirty := bottles(0, 0.25, [2]int64{2, 256}, [2]int64{3, 512}, [2]int64{3, 1536}, [2]int64{2, 1536})
	res33 := tiered("silu", false, 1280, thirty)
	z := func(stages []byoStage, tier bool, head int64) byoShape {
		s := byoShape{stem: []int64{32}, stages: stages, head: head, act: "silu", gate: gatedBy(0.25), inner: true, linear: true}
		if tier {
			s.stem, s.quarter = []int64{24, 32, 64}, true
		} else {
			s.stages[0].stride = 2
		}
		return s
	}
	b16 := [][2]int64{{2, 48}, {6, 96}, {12, 192}, {2, 288}}
	d8 := [][2]int64{{3, 64}, {6, 128}, {12, 256}, {3, 384}}
	return slices.Concat(
		networks("GENet", "GENet (Lin et al. 2020, arXiv 2006.14090)", 1, buildBYO, []network[byoShape]{
			{"gernet_m", 224, 21_142_920, 3_004_508_544, 3.02, 80.702, genet(32, 2560, basic(1, 128), basic(2, 192), small(6, 640), wide(4, 640, 2), wide(1, 640, 1))},
			{"gernet_l", 256, 31_078_280, 4_557_041_664, 4.57, 81.354, genet(32, 2560, basic(1, 128), basic(2, 192), small(6, 640), wide(5, 640, 2), wide(4, 640, 1))},
		}),
		networks("ResNet", "ResNet with a tiered stem and SiLU", 1, buildBYO, []network[byoShape]{
			{"resnet32ts", 256, 17_963_616, 4_607_012_864, 4.63, 79.054, tiered("silu", false, 0, thirty)},
			{"resnet33ts", 256, 19_676_256, 4_732_585_984, 4.76, 79.216, res33},
			{"seresnet33ts", 256, 19_779_200, 4_732_686_336, 4.76, 80.38, res33.gates(gatedBy(1.0 / 16))},
			{"eca_resnet33ts", 256, 19_676_302, 4_732_597_888, 4.76, 80.084, res33.gates(efficientGate)},
			{"gcresnet33ts", 256, 19_880_698, 4_735_307_776, 4.76, 80.072, res33.gates(contextGate)},
			{"resnet51q", 256, 35_696_920, 6_348_161_024, 6.38, 81.774, quad(bottle, 2, false)},
			{"resnet61q", 256, 36_846_968, 7_763_083_264, 7.8, 81.97, quad(edge, 0, true)},
			{"resnext26ts", 256, 10_297_952, 2_405_515_264, 2.43, 76.768, next26},
			{"seresnext26ts", 256, 10_388_064, 2_405_603_328, 2.43, 77.86, next26.gates(gatedBy(1.0 / 16))},
			{"eca_resnext26ts", 256, 10_297_988, 2_405_524_608, 2.43, 77.446, next26.gates(efficientGate)},
			{"gcresnext26ts", 256, 10_476_600, 2_407_655_424, 2.43, 77.81, next26.gates(contextGate)},
			{"gcresnet50t", 256, 25_897_080, 5_389_487_104, 5.42, 80.944, tiered("Relu", false, 0, bottles(0, 0.25, fifty...)).gates(contextGate)},
			{"gcresnext50ts", 256, 15_667_320, 3_719_105_536, 3.75, 80.608, tiered("silu", true, 0, bottles(32, 0.25, fifty...)).gates(contextGate)},
		}),
		networks("RegNet", "RegNetZ of timm's own", 1, buildBYO, []network[byoShape]{
			{"regnetz_b16", 224, 9_715_480, 1_430_203_392, 1.45, 79.864, z(bottles(16, 3, b16...), false, 1536)},
			{"regnetz_c16", 320, 13_459_880, 3_864_453_120, 3.92, 82.662, z(bottles(16, 4, b16...), false, 1536)},
			{"regnetz_d32", 256, 27_576_288, 5_929_654_272, 5.98, 83.432, z(bottles(32, 4, d8...), true, 1792)},
			{"regnetz_d8", 256, 23_373_792, 3_919_534_080, 3.97, 83.546, z(bottles(8, 4, d8...), true, 1792)},
			{"regnetz_e8", 256, 57_698_176, 9_823_920_128, 9.91, 84.418, z(bottles(8, 4, [2]int64{3, 96}, [2]int64{8, 192}, [2]int64{16, 384}, [2]int64{3, 512}), true, 2048)},
		}))
}
