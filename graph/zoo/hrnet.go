package zoo

import "fmt"

// A highShape is one size of HRNet: channels of its finest branch, and modules of stages 2 to 4.
type highShape struct {
	width   int64
	modules [3]int
}

// buildHRNet builds the network of Wang et al. 2019 (arXiv 1908.07919), as timm builds it: branches of several
// resolutions exchange maps.
func buildHRNet(b *builder, v values, s highShape) {
	x := b.unary("Relu", b.convBN(image(b, v), "/conv1", 64, 3, 2, 1), "/act1")
	x = b.unary("Relu", b.convBN(x, "/conv2", 64, 3, 2, 1), "/act2")
	wide := bottlenecks(1, 1, 1, 1)
	for i := range 4 {
		x = wide.block(b, x, fmt.Sprintf("/layer1/layer1.%d", i), 64, 1, 1, i == 0)
	}
	maps := []tensor{x}
	for i, n := range s.modules {
		p := fmt.Sprintf("/stage%d", i+2)
		maps = s.begin(b, maps, fmt.Sprintf("/transition%d", i+1))
		for j := range n {
			maps = s.module(b, maps, fmt.Sprintf("%s/%s.%d", p, p[1:], j))
		}
	}
	for i := range maps {
		maps[i] = wide.block(b, maps[i], fmt.Sprintf("/incre_modules/%d", i), 32<<i, 1, 1, true)
	}
	biased := func(x tensor, p string, out, k, stride int64) tensor {
		b.absent += out // the bias before the normalisation
		return b.unary("Relu", b.convBN(x, p, out, k, stride, 1), p+"/act")
	}
	x = maps[0]
	for i := range 3 {
		p := fmt.Sprintf("/downsamp_modules/%d", i)
		x = b.binary("Add", maps[i+1], biased(x, p, maps[i+1].c, 3, 2), p)
	}
	b.classifier(biased(x, "/final_layer", 2048, 1, 1), "/classifier", 1000)
}

// begin gives a stage its branches, one more than there were.
func (s highShape) begin(b *builder, maps []tensor, p string) []tensor {
	var out []tensor
	for i := range len(maps) + 1 {
		path, c := fmt.Sprintf("%s/%d", p, i), s.width<<i
		switch {
		case i < len(maps) && maps[i].c == c:
			out = append(out, maps[i])
		case i < len(maps):
			out = append(out, b.unary("Relu", b.convBN(maps[i], path, c, 3, 1, 1), path))
		default:
			out = append(out, b.unary("Relu", b.convBN(maps[len(maps)-1], path, c, 3, 2, 1), path))
		}
	}
	return out
}

// module adds four blocks of each branch, and the sum of all branches at each resolution.
func (s highShape) module(b *builder, maps []tensor, p string) []tensor {
	narrow, ins := pairs(1, 1, 1, 1), make([]tensor, len(maps))
	for i, x := range maps {
		for j := range 4 {
			x = narrow.block(b, x, fmt.Sprintf("%s/branches/%d/%d", p, i, j), x.c, 1, 1, false)
		}
		ins[i] = x
	}
	outs := make([]tensor, len(ins))
	for i := range ins {
		for j, x := range ins {
			y := s.bring(b, x, fmt.Sprintf("%s/fuse_layers/%d/%d", p, i, j), j, i)
			if j > 0 {
				y = b.binary("Add", outs[i], y, p)
			}
			outs[i] = y
		}
		outs[i] = b.unary("Relu", outs[i], p)
	}
	return outs
}

// bring takes the map of a branch to the resolution of another.
func (s highShape) bring(b *builder, x tensor, p string, from, to int) tensor {
	switch {
	case from > to:
		return b.magnify(b.convBN(x, p+"/0", s.width<<to, 1, 1, 1), p, float32(int64(1)<<(from-to)))
	case from < to:
		for k := range to - from - 1 {
			x = b.unary("Relu", b.convBN(x, fmt.Sprintf("%s/%d", p, k), x.c, 3, 2, 1), p)
		}
		return b.convBN(x, p+"/last", s.width<<to, 3, 2, 1)
	}
	return x
}

// hrNets returns HRNet (arXiv 1908.07919), which keeps a map of high resolution beside the coarser
// ones. The number in a name is the channels of the finest.
func hrNets() []Entry {
	return networks("HRNet", "HRNet", 32, buildHRNet, []network[highShape]{
		{"hrnet_w18", 224, 21_299_004, 4_283_537_072, 4.32, 78.11, highShape{18, [3]int{1, 4, 3}}},
		{"hrnet_w30", 224, 37_712_220, 8_105_781_680, 8.15, 78.202, highShape{30, [3]int{1, 4, 3}}},
		{"hrnet_w32", 224, 41_232_680, 8_921_133_056, 8.97, 78.45, highShape{32, [3]int{1, 4, 3}}},
		{"hrnet_w40", 224, 57_557_160, 12_691_997_440, 12.75, 78.928, highShape{40, [3]int{1, 4, 3}}},
		{"hrnet_w44", 224, 67_064_984, 14_883_104_960, 14.94, 78.89, highShape{44, [3]int{1, 4, 3}}},
		{"hrnet_w48", 224, 77_469_864, 17_277_996_032, 17.34, 79.328, highShape{48, [3]int{1, 4, 3}}},
		{"hrnet_w64", 224, 128_059_944, 28_895_395_840, 28.97, 79.458, highShape{64, [3]int{1, 4, 3}}},
	})
}
