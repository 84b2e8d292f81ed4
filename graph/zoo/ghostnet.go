package zoo

import "fmt"

// ghostNets returns GhostNet of width 1.0 (arXiv 1911.11907), which makes half of its channels by
// cheap depthwise convolutions.
func ghostNets() []Entry {
	return []Entry{{
		Name: "ghostnet", Family: "GhostNet", Task: "classification", Doc: "GhostNet, width 1.0",
		Params: 5_182_508, MACs: 141_150_512, Published: 0.141, License: "Apache-2.0",
		Source:   "arXiv 1911.11907, table 8: 141 M multiply-adds, 5.2 M weights; parameters are those of the graph",
		Accuracy: Accuracy{"ImageNet top-1", 73.958, "%", "timm results table, ghostnet_100"}, Options: []Option{anySize(224),
			batchOption}, build: ghostNet,
	}}
}

// ghostNet builds the network of Han et al. 2020 (arXiv 1911.11907), table 7.
func ghostNet(b *builder, v values) {
	x := b.unary("Relu", b.convBN(image(b, v), "/conv_stem", 16, 3, 2, 1), "/act1")
	for i, r := range []struct {
		k, expanded, out int64
		gate             bool
		stride           int64
	}{
		{3, 16, 16, false, 1}, {3, 48, 24, false, 2}, {3, 72, 24, false, 1}, {5, 72, 40, true, 2}, {5, 120, 40, true, 1}, {3, 240, 80, false, 2},
		{3, 200, 80, false, 1}, {3, 184, 80, false, 1}, {3, 184, 80, false, 1}, {3, 480, 112, true, 1}, {3, 672, 112, true, 1},
		{5, 672, 160, true, 2}, {5, 960, 160, false, 1}, {5, 960, 160, true, 1}, {5, 960, 160, false, 1}, {5, 960, 160, true, 1},
	} {
		p := fmt.Sprintf("/blocks/blocks.%d", i)
		y := ghost(b, x, p+"/ghost1", r.expanded, true)
		if r.stride == 2 {
			y = b.convBN(y, p+"/conv_dw", y.c, r.k, 2, y.c)
		}
		if r.gate {
			y = b.squeeze(y, p+"/se", (r.expanded/4+2)/4*4, "Relu", "HardSigmoid", attr{"alpha", float32(1.0 / 6)})
		}
		y = ghost(b, y, p+"/ghost2", r.out, false)
		if r.stride == 2 || x.c != r.out {
			x = b.convBN(x, p+"/shortcut/shortcut.0", x.c, r.k, r.stride, x.c)
			x = b.convBN(x, p+"/shortcut/shortcut.2", r.out, 1, 1, 1)
		}
		x = b.binary("Add", y, x, p)
	}
	x = b.unary("Relu", b.convBN(x, "/blocks/blocks.16/conv", 960, 1, 1, 1), "/blocks/blocks.16/act")
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	x = b.unary("Relu", b.conv(x, "/conv_head", 1280, 1, 1, 1, true), "/act2")
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier", 1000).name, int64(1000))
}

// ghost makes half of its channels by a 1x1 convolution and the others from those by a depthwise one.
func ghost(b *builder, x tensor, path string, out int64, act bool) tensor {
	rectify := func(y tensor, p string) tensor {
		if act {
			return b.unary("Relu", y, p)
		}
		return y
	}
	first := rectify(b.convBN(x, path+"/primary_conv/primary_conv.0", (out+1)/2, 1, 1, 1), path+"/primary_conv/primary_conv.2")
	cheap := rectify(b.convBN(first, path+"/cheap_operation/cheap_operation.0", first.c, 3, 1, first.c), path+"/cheap_operation/cheap_operation.2")
	return b.concat(path, first, cheap)
}
