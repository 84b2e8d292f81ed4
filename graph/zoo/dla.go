package zoo

import "fmt"

// A dlaShape is one size of DLA: levels of its trees, channels of its six stages, groups and their width at 64
// channels.
type dlaShape struct {
	levels        [6]int
	channels      [6]int64
	groups, width int64
	pairs         bool // blocks of two 3x3 convolutions
	residual      bool // roots add their first child
}

// buildDLA builds the network of Yu et al. 2017 (arXiv 1707.06484), as timm builds it: trees of blocks whose roots
// join what is below.
func buildDLA(b *builder, v values, s dlaShape) {
	x := b.unary("Relu", b.convBN(image(b, v), "/base_layer.0", s.channels[0], 7, 1, 1), "/base_layer.2")
	x = b.unary("Relu", b.convBN(x, "/level0.0", s.channels[0], 3, 1, 1), "/level0.2")
	x = b.unary("Relu", b.convBN(x, "/level1.0", s.channels[1], 3, 2, 1), "/level1.2")
	for i := 2; i < 6; i++ {
		x = s.tree(b, x, fmt.Sprintf("/level%d", i), s.levels[i], s.channels[i], 2, i > 2, nil)
	}
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	b.output(b.unary("Flatten", b.conv(x, "/fc", 1000, 1, 1, 1, true), "", attr{"axis", int64(1)}).name, int64(1000))
}

// tree adds two trees of a level less, or blocks; its root also joins the children given.
func (s dlaShape) tree(b *builder, x tensor, p string, levels int, out, stride int64, joins bool,
	children []tensor) tensor {
	bottom := x
	if stride > 1 {
		bottom = b.halve(x, p+"/downsample")
	}
	if joins {
		children = append(children, bottom)
	}
	if levels > 1 {
		one := s.tree(b, x, p+"/tree1", levels-1, out, stride, false, nil)
		return s.tree(b, one, p+"/tree2", levels-1, out, 1, false, append(children, one))
	}
	short := bottom
	if x.c != out {
		short = b.convBN(bottom, p+"/project/project.0", out, 1, 1, 1)
	}
	one := s.block(b, x, short, p+"/tree1", out, stride)
	two := s.block(b, one, one, p+"/tree2", out, 1)
	y := b.convBN(b.concat(p+"/root", append([]tensor{two, one}, children...)...), p+"/root/conv", out, 1, 1, 1)
	if s.residual {
		y = b.binary("Add", y, two, p+"/root")
	}
	return b.unary("Relu", y, p+"/root/relu")
}

// block adds a residual block to x: two 3x3 convolutions, or a bottleneck of s.groups groups. short
// is what is added at its end, [batch, out, h/stride, w/stride].
func (s dlaShape) block(b *builder, x, short tensor, p string, out, stride int64) tensor {
	y := x
	if s.pairs {
		y = b.unary("Relu", b.convBN(y, p+"/conv1", out, 3, stride, 1), p+"/relu")
		y = b.convBN(y, p+"/conv2", out, 3, 1, 1)
	} else {
		mid := out * s.width / 64 * s.groups / 2
		y = b.unary("Relu", b.convBN(y, p+"/conv1", mid, 1, 1, 1), p+"/relu")
		y = b.unary("Relu", b.convBN(y, p+"/conv2", mid, 3, stride, s.groups), p+"/relu")
		y = b.convBN(y, p+"/conv3", out, 1, 1, 1)
	}
	return b.unary("Relu", b.binary("Add", y, short, p), p+"/relu")
}

// dlas returns networks of deep layer aggregation (arXiv 1707.06484) with timm's figures.
func dlas() []Entry {
	little, large := [6]int64{16, 32, 64, 64, 128, 256}, [6]int64{16, 32, 128, 256, 512, 1024}
	return networks("DLA", "Deep layer aggregation", 32, buildDLA, []network[dlaShape]{
		{"dla34", 224, 15_742_104, 3_060_043_776, 3.07, 74.632,
			dlaShape{[6]int{1, 1, 1, 2, 2, 1}, [6]int64{16, 32, 64, 128, 256, 512}, 1, 64, true, false}},
		{"dla46x_c", 224, 1_068_440, 532_723_712, 0.54, 66.008,
			dlaShape{[6]int{1, 1, 1, 2, 2, 1}, little, 32, 4, false, false}},
		{"dla60x_c", 224, 1_319_832, 581_294_080, 0.59, 67.928,
			dlaShape{[6]int{1, 1, 1, 2, 3, 1}, little, 32, 4, false, false}},
		{"dla60", 224, 22_036_632, 4_235_878_400, 4.26, 77.036,
			dlaShape{[6]int{1, 1, 1, 2, 3, 1}, large, 1, 64, false, false}},
		{"dla60x", 224, 17_352_344, 3_516_555_264, 3.54, 78.234,
			dlaShape{[6]int{1, 1, 1, 2, 3, 1}, large, 32, 4, false, false}},
		{"dla102", 224, 33_268_888, 7_164_551_168, 7.19, 78.016,
			dlaShape{[6]int{1, 1, 1, 3, 4, 1}, large, 1, 64, false, true}},
		{"dla102x", 224, 26_309_272, 5_847_932_928, 5.89, 78.516,
			dlaShape{[6]int{1, 1, 1, 3, 4, 1}, large, 32, 4, false, true}},
		{"dla169", 224, 53_389_720, 11_557_560_320, 11.6, 78.702,
			dlaShape{[6]int{1, 1, 2, 3, 5, 1}, large, 1, 64, false, true}},
	})
}
