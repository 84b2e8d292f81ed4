package zoo

import (
	"cmp"
	"fmt"
	"math"
)

// A regShape is a design of the RegNet space: blocks, first width, slope and quantisation of the widths, channels in a
// group, and whether channels are gated (RegNetY).
type regShape struct {
	depth      int
	w0, wa, wm float64
	group      int64
	gate       bool
	act        string  // "": ReLU
	expand     float64 // of the 3x3 convolution's channels; 0: 1
	linear     bool    // without an activation behind the sum, and shortcuts without a convolution
	head       int64   // channels of a last convolution; 0: none
	loose      bool    // widths may shrink by more than a tenth when they become multiples of the group
	early      bool    // normalised before each convolution
}

// regular returns a design without gates.
func regular(depth int, w0, wa, wm float64, group int64) regShape {
	return regShape{depth: depth, w0: w0, wa: wa, wm: wm, group: group}
}

// gates returns the design with gated channels.
func (s regShape) gates() regShape { s.gate = true; return s }

// regEntry returns the Entry of torchvision's RegNet of kind x or y; kind y has a gate over
// channels.
func regEntry(kind, name string, params, macs int64, gmac, top1 float64, s regShape) Entry {
	s.gate = kind == "y"
	return torchvision("regnet"+kind+"-"+name, "RegNet", fmt.Sprintf("RegNet%c, about %s multiply-adds", kind[0]-'a'+'A', name), params, macs, gmac, top1, weightsV2,
		[]Option{anySize(224), batchOption}, func(b *builder, v values) { regNet(b, v, s) })
}

// regNets returns RegNetX and RegNetY (arXiv 2003.13678). A row is depth, first width, slope,
// quantisation of widths and width of a group.
func regNets() []Entry {
	return []Entry{
		regEntry("x", "400mf", 5_495_976, 413_812_608, 0.414, 74.864, regular(22, 24, 24.48, 2.54, 16)),
		regEntry("x", "800mf", 7_259_656, 799_699_712, 0.8, 77.522, regular(16, 56, 35.73, 2.28, 16)),
		regEntry("x", "1.6gf", 9_190_136, 1_602_849_792, 1.603, 79.668, regular(18, 80, 34.01, 2.25, 24)),
		regEntry("x", "3.2gf", 15_296_552, 3_176_621_952, 3.177, 81.196, regular(25, 88, 26.31, 2.25, 48)),
		regEntry("x", "8gf", 39_572_648, 7_995_132_416, 7.995, 81.682, regular(23, 80, 49.56, 2.88, 120)),
		regEntry("x", "16gf", 54_278_536, 15_940_755_456, 15.941, 82.716, regular(22, 216, 55.59, 2.1, 128)),
		regEntry("x", "32gf", 107_811_560, 31_735_929_792, 31.736, 83.014, regular(23, 320, 69.86, 2.0, 168)),
		regEntry("y", "400mf", 4_344_144, 401_842_848, 0.402, 75.804, regular(16, 48, 27.89, 2.09, 8)),
		regEntry("y", "800mf", 6_432_512, 833_856_256, 0.834, 78.828, regular(14, 56, 38.84, 2.4, 16)),
		regEntry("y", "1.6gf", 11_202_430, 1_612_076_160, 1.612, 80.876, regular(27, 48, 20.71, 2.65, 24)),
		regEntry("y", "3.2gf", 19_436_338, 3_176_482_752, 3.176, 81.982, regular(21, 80, 42.63, 2.66, 24)),
		regEntry("y", "8gf", 39_381_472, 8_473_070_592, 8.473, 82.828, regular(17, 192, 76.82, 2.19, 56)),
		regEntry("y", "16gf", 83_590_140, 15_911_510_272, 15.912, 82.886, regular(18, 200, 106.23, 2.48, 112)),
		regEntry("y", "32gf", 145_046_770, 32_279_552_832, 32.28, 83.368, regular(20, 232, 115.89, 2.53, 232)),
	}
}

// regNet builds the network of Radosavovic et al. 2020 (arXiv 2003.13678), section 3.3, as torchvision builds it.
func regNet(b *builder, v values, s regShape) {
	x := s.activate(b, b.convBN(image(b, v), "/stem/stem.0", 32, 3, 2, 1), "/stem/stem.2")
	stage, block, last := 0, 0, int64(0)
	for i := range s.depth {
		out, stride := s.width(i), int64(1)
		if out != last {
			stage, block, stride = stage+1, 0, 2
		}
		x = s.block(b, x, fmt.Sprintf("/trunk_output/block%d/block%d-%d", stage, stage, block), s.divisible(out), stride)
		last, block = out, block+1
	}
	if s.early {
		x = s.activate(b, b.batchNorm(x, "/final_norm"), "/final_norm/act")
	}
	if s.head > 0 {
		x = s.activate(b, b.convBN(x, "/final_conv", s.head, 1, 1, 1), "/final_conv/act")
	}
	b.classifier(x, "/fc", 1000)
}

// width returns the width of a block: a line, rounded to a power of wm times w0 and that to a multiple of 8.
func (s regShape) width(i int) int64 {
	power := math.RoundToEven(math.Log((float64(i)*s.wa+s.w0)/s.w0) / math.Log(s.wm))
	return int64(math.RoundToEven(s.w0*math.Pow(s.wm, power)/8)) * 8
}

// divisible moves a width to the nearest multiple of the group, in torchvision's designs not below nine tenths of it.
func (s regShape) divisible(w int64) int64 {
	g := min(s.group, w)
	d := max(g, (w+g/2)/g*g)
	if !s.loose && float64(d) < 0.9*float64(w) {
		d += g
	}
	return d
}

// block adds a bottleneck block to x [batch, c, h, w] and returns out channels at h/stride. The 3x3
// convolution has groups of s.group channels.
func (s regShape) block(b *builder, x tensor, path string, out, stride int64) tensor {
	wide := s.divisible(int64(float64(out) * cmp.Or(s.expand, 1)))
	x0 := x
	if s.early {
		x = s.activate(b, b.batchNorm(x, path+"/norm1"), path+"/norm1/act")
	}
	y := s.activate(b, b.convBN(x, path+"/f/a/a.0", wide, 1, 1, 1), path+"/f/a/a.2")
	y = s.activate(b, b.convBN(y, path+"/f/b/b.0", wide, 3, stride, wide/min(s.group, wide)), path+"/f/b/b.2")
	if s.gate {
		y = b.squeeze(y, path+"/f/se", int64(math.RoundToEven(0.25*float64(x.c))), s.inner(), "Sigmoid")
	}
	if s.early {
		y = b.conv(y, path+"/f/c/c.0", out, 1, 1, 1, false)
		if stride != 1 || x.c != out {
			x0 = b.conv(b.average(x, path+"/pool", stride), path+"/proj/proj.0", out, 1, 1, 1, false)
		}
		return b.binary("Add", y, x0, path)
	}
	y = b.convBN(y, path+"/f/c/c.0", out, 1, 1, 1)
	switch {
	case s.linear:
		if stride == 1 && x.c == out {
			y = b.binary("Add", y, x, path)
		}
		return y
	case stride != 1 || x.c != out:
		x = b.convBN(x, path+"/proj/proj.0", out, 1, stride, 1)
	}
	return s.activate(b, b.binary("Add", x, y, path), path+"/activation")
}

// activate applies the network's activation, ReLU unless it names another.
func (s regShape) activate(b *builder, x tensor, path string) tensor {
	return b.activate(cmp.Or(s.act, "Relu"), x, path)
}

// inner returns the activation within gates.
func (s regShape) inner() string {
	if s.act == "silu" {
		return "SiLU"
	}
	return "Relu"
}

// regKin lists the designs beside torchvision's.
func regKin() []Entry {
	y := func(depth int, w0, wa, wm float64, group int64) regShape {
		return regular(depth, w0, wa, wm, group).gates()
	}
	z := func(depth int, w0, wa, wm float64, group, head int64) regShape {
		s := y(depth, w0, wa, wm, group)
		s.act, s.linear, s.expand, s.head = "silu", true, 4, head
		return s
	}
	v := func(s regShape) regShape { s.act, s.early = "silu", true; return s }
	loose := func(b *builder, v values, s regShape) { s.loose = true; regNet(b, v, s) }
	return networks("RegNet", "RegNet, a design of timm's tables", 1, loose, []network[regShape]{
		{"regnetx_002", 224, 2_684_792, 199_039_872, 0.2, 68.758, regular(13, 24, 36.44, 2.49, 8)},
		{"regnetx_006", 224, 6_196_040, 600_890_112, 0.61, 73.904, regular(16, 48, 36.97, 2.24, 24)},
		{"regnetx_040", 224, 22_118_248, 3_964_498_816, 3.99, 78.486, regular(23, 96, 38.65, 2.43, 40)},
		{"regnetx_064", 224, 26_209_256, 6_460_291_264, 6.49, 79.062, regular(17, 184, 60.83, 2.07, 56)},
		{"regnetx_120", 224, 46_106_056, 12_086_678_016, 12.13, 79.608, regular(19, 168, 73.36, 2.37, 112)},
		{"regnety_002", 224, 3_162_996, 199_514_080, 0.2, 70.288, y(13, 24, 36.44, 2.49, 8)},
		{"regnety_006", 224, 6_055_160, 601_220_992, 0.61, 75.274, y(15, 48, 32.54, 2.32, 16)},
		{"regnety_040", 288, 20_646_656, 6_565_761_536, 6.61, 83.048, y(22, 96, 31.41, 2.24, 64)},
		{"regnety_064", 224, 30_583_252, 6_355_204_992, 6.39, 83.716, y(25, 112, 33.22, 2.27, 72)},
		{"regnety_080", 224, 39_180_068, 7_963_057_312, 8, 83.94, y(17, 192, 76.82, 2.19, 56)},
		{"regnety_120", 224, 51_822_544, 12_092_376_576, 12.14, 85.428, y(19, 168, 73.36, 2.37, 112)},
		{"regnety_640", 224, 281_378_786, 64_069_959_616, 64.16, 83.924, y(20, 352, 147.48, 2.4, 328)},
		{"regnety_1280", 224, 644_812_894, 127_517_815_680, 127.66, 88.228, y(27, 456, 160.83, 2.52, 264)},
		{"regnety_2560", 224, 1_282_601_138, 254_384_814_734, 257.07, 85.144, y(27, 640, 230.83, 2.53, 373)},
		{"regnetz_005", 224, 7_122_742, 507_203_840, 0.52, 0, z(21, 16, 10.7, 2.51, 4, 1024)},
		{"regnetz_040", 320, 27_116_800, 6_271_098_624, 6.35, 84.242, z(28, 48, 14.5, 2.226, 8, 0)},
		{"regnetz_040_h", 256, 28_938_880, 4_068_302_976, 4.12, 84.498, z(28, 48, 14.5, 2.226, 8, 1536)},
		{"regnetv_040", 224, 20_642_880, 3_973_288_448, 4, 83.204, v(y(22, 96, 31.41, 2.24, 64))},
		{"regnetv_064", 288, 30_578_708, 10_502_257_536, 10.55, 83.746, v(y(25, 112, 33.22, 2.27, 72))},
	})
}
