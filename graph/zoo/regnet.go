package zoo

import (
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
}

func regEntry(kind, name string, params, macs int64, gmac, top1 float64, s regShape) Entry {
	s.gate = kind == "y"
	return torchvision("regnet"+kind+"-"+name, "RegNet", fmt.Sprintf("RegNet%c, about %s multiply-adds", kind[0]-'a'+'A', name), params, macs, gmac, top1, weightsV2,
		[]Option{imageSize(224, 32), batchOption}, func(b *builder, v values) { regNet(b, v, s) })
}

func regNets() []Entry {
	return []Entry{
		regEntry("x", "400mf", 5_495_976, 413_812_608, 0.414, 74.864, regShape{22, 24, 24.48, 2.54, 16, false}),
		regEntry("x", "800mf", 7_259_656, 799_699_712, 0.8, 77.522, regShape{16, 56, 35.73, 2.28, 16, false}),
		regEntry("x", "1.6gf", 9_190_136, 1_602_849_792, 1.603, 79.668, regShape{18, 80, 34.01, 2.25, 24, false}),
		regEntry("x", "3.2gf", 15_296_552, 3_176_621_952, 3.177, 81.196, regShape{25, 88, 26.31, 2.25, 48, false}),
		regEntry("x", "8gf", 39_572_648, 7_995_132_416, 7.995, 81.682, regShape{23, 80, 49.56, 2.88, 120, false}),
		regEntry("x", "16gf", 54_278_536, 15_940_755_456, 15.941, 82.716, regShape{22, 216, 55.59, 2.1, 128, false}),
		regEntry("x", "32gf", 107_811_560, 31_735_929_792, 31.736, 83.014, regShape{23, 320, 69.86, 2.0, 168, false}),
		regEntry("y", "400mf", 4_344_144, 401_842_848, 0.402, 75.804, regShape{16, 48, 27.89, 2.09, 8, true}),
		regEntry("y", "800mf", 6_432_512, 833_856_256, 0.834, 78.828, regShape{14, 56, 38.84, 2.4, 16, true}),
		regEntry("y", "1.6gf", 11_202_430, 1_612_076_160, 1.612, 80.876, regShape{27, 48, 20.71, 2.65, 24, true}),
		regEntry("y", "3.2gf", 19_436_338, 3_176_482_752, 3.176, 81.982, regShape{21, 80, 42.63, 2.66, 24, true}),
		regEntry("y", "8gf", 39_381_472, 8_473_070_592, 8.473, 82.828, regShape{17, 192, 76.82, 2.19, 56, true}),
		regEntry("y", "16gf", 83_590_140, 15_911_510_272, 15.912, 82.886, regShape{18, 200, 106.23, 2.48, 112, true}),
		regEntry("y", "32gf", 145_046_770, 32_279_552_832, 32.28, 83.368, regShape{20, 232, 115.89, 2.53, 232, true}),
	}
}

// regNet is Radosavovic et al. 2020 (arXiv 2003.13678), section 3.3, as torchvision builds it.
func regNet(b *builder, v values, s regShape) {
	x := b.unary("Relu", b.convBN(image(b, v), "/stem/stem.0", 32, 3, 2, 1), "/stem/stem.2")
	stage, block, last := 0, 0, int64(0)
	for i := range s.depth {
		out, stride := s.width(i), int64(1)
		if out != last {
			stage, block, stride = stage+1, 0, 2
		}
		x = s.block(b, x, fmt.Sprintf("/trunk_output/block%d/block%d-%d", stage, stage, block), s.divisible(out), stride)
		last, block = out, block+1
	}
	b.classifier(x, "/fc", 1000)
}

// width is the width of a block: a line, rounded to a power of wm times w0 and that to a multiple of 8.
func (s regShape) width(i int) int64 {
	power := math.RoundToEven(math.Log((float64(i)*s.wa+s.w0)/s.w0) / math.Log(s.wm))
	return int64(math.RoundToEven(s.w0*math.Pow(s.wm, power)/8)) * 8
}

// divisible moves a width to the nearest multiple of the group, but not below nine tenths of it.
func (s regShape) divisible(w int64) int64 {
	g := min(s.group, w)
	d := max(g, (w+g/2)/g*g)
	if float64(d) < 0.9*float64(w) {
		d += g
	}
	return d
}

func (s regShape) block(b *builder, x tensor, path string, out, stride int64) tensor {
	y := b.unary("Relu", b.convBN(x, path+"/f/a/a.0", out, 1, 1, 1), path+"/f/a/a.2")
	y = b.unary("Relu", b.convBN(y, path+"/f/b/b.0", out, 3, stride, out/min(s.group, out)), path+"/f/b/b.2")
	if s.gate {
		y = b.squeeze(y, path+"/f/se", int64(math.RoundToEven(0.25*float64(x.c))), "Relu", "Sigmoid")
	}
	y = b.convBN(y, path+"/f/c/c.0", out, 1, 1, 1)
	if stride != 1 || x.c != out {
		x = b.convBN(x, path+"/proj/proj.0", out, 1, stride, 1)
	}
	return b.unary("Relu", b.binary("Add", x, y, path), path+"/activation")
}
