package zoo

import "fmt"

// A oneShape is one size of MobileOne: channels of its stages as multiples of 64, 128, 256 and 512, convolutions side
// by side in a block, and how many of the last blocks of each stage gate.
type oneShape struct {
	widths   [4]float64
	branches int
	gates    [4]int
}

// buildOne builds the network of Vasu et al. 2022 (arXiv 2206.04040), as it is trained: blocks of several branches,
// each with batch normalisation, whose sum one convolution can replace.
func buildOne(b *builder, v values, s oneShape) {
	depths, base := [4]int{2, 8, 10, 1}, [4]float64{64, 128, 256, 512}
	stem := min(64, int64(64*s.widths[0]))
	x := one{branches: 1, act: "Relu"}.block(b, image(b, v), "/stem", stem, 3, 2, 1)
	for i, depth := range depths {
		out, stride := int64(base[i]*s.widths[i]), int64(2)
		for j := range depth {
			block := one{branches: s.branches, act: "Relu"}
			if j >= depth-s.gates[i] {
				block.part = 1.0 / 16
			}
			p := fmt.Sprintf("/stages.%d/%d", i, j)
			x = block.block(b, x, p+"/dw", x.c, 3, stride, x.c)
			x, stride = block.block(b, x, p+"/pw", out, 1, 1, 1), 1
		}
	}
	b.classifier(x, "/head/fc", 1000)
}

// one is a block of MobileOne: convolutions side by side, the gate's channels as a part of all, and the activation.
type one struct {
	branches int
	part     float64 // 0: no gate
	act      string
}

// block adds all branches: the identity where shapes allow it, a 1x1 convolution beside a larger one, and the
// convolutions.
func (o one) block(b *builder, x tensor, path string, out, k, stride, groups int64) tensor {
	var y tensor
	add := func(z tensor) {
		if y.name == "" {
			y = z
			return
		}
		y = b.binary("Add", y, z, path)
	}
	if stride == 1 && x.c == out {
		add(b.batchNorm(x, path+"/identity"))
	}
	if k > 1 {
		add(b.convBN(x, path+"/conv_scale", out, 1, stride, groups))
	}
	for i := range o.branches {
		add(b.convBN(x, fmt.Sprintf("%s/conv_kxk.%d", path, i), out, k, stride, groups))
	}
	if o.part > 0 {
		y = b.squeeze(y, path+"/se", int64(o.part*float64(y.c)), "Relu", "Sigmoid")
	}
	return b.activate(o.act, y, path+"/act")
}

// mobileOnes returns MobileOne (arXiv 2206.04040) as it is trained: branches are not merged, so it
// costs more than a deployed one.
func mobileOnes() []Entry {
	size := func(a, b, c, d float64) oneShape { return oneShape{widths: [4]float64{a, b, c, d}, branches: 1} }
	zero, four := size(0.75, 1, 1, 2), size(3, 3.5, 3.5, 4)
	zero.branches, four.gates = 4, [4]int{0, 0, 5, 1}
	return networks("MobileOne", "MobileOne as it is trained, with all branches", 1, buildOne, []network[oneShape]{
		{"mobileone_s0", 224, 5_293_272, 1_051_935_232, 1.09, 71.398, zero},
		{"mobileone_s1", 224, 4_825_192, 830_062_080, 0.86, 75.76, size(1.5, 1.5, 2, 2.5)},
		{"mobileone_s2", 224, 7_884_648, 1_304_027_392, 1.34, 77.504, size(1.5, 2, 2.5, 4)},
		{"mobileone_s3", 224, 10_170_600, 1_902_112_768, 1.94, 78.002, size(2, 2.5, 3, 4)},
		{"mobileone_s4", 224, 14_951_248, 2_986_802_432, 3.04, 79.446, four},
	})
}
