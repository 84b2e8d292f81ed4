package zoo

import "fmt"

// proxylessNets returns the ProxylessNAS that was found for a phone's CPU (arXiv 1812.00332).
func proxylessNets() []Entry {
	return []Entry{{
		Name: "proxylessnas-mobile", Family: "ProxylessNAS", Task: "classification", Doc: "ProxylessNAS found for a phone's CPU",
		Params: 4_080_512, MACs: 320_427_584, Published: 0.32, License: "MIT",
		Source:   "mit-han-lab/proxylessnas README (mobile: 320 M multiply-adds); parameters are those of the graph",
		Accuracy: Accuracy{"ImageNet top-1", 74.6, "%", "arXiv 1812.00332, table 2"},
		Options: []Option{anySize(224), {"first", 16, 8, 64, 8, "channels of the first block; ncnn's benchmark has 32"},
			batchOption}, build: proxylessNet,
	}}
}

// proxylessNet builds the network of Cai et al. 2019 (arXiv 1812.00332), figure 4, the network for mobile.
func proxylessNet(b *builder, v values) {
	x := relu6(b, b.convBN(image(b, v), "/first_conv", 32, 3, 2, 1), "/first_conv/act")
	x = relu6(b, b.convBN(x, "/blocks/blocks.0/depth_conv", 32, 3, 1, 32), "/blocks/blocks.0/act")
	x = b.convBN(x, "/blocks/blocks.0/point_conv", v["first"], 1, 1, 1)
	n := 1
	for _, stage := range []struct {
		out, stride int64
		blocks      [][2]int64 // kernel and expansion
	}{
		{32, 2, [][2]int64{{5, 3}, {3, 3}}}, {40, 2, [][2]int64{{7, 3}, {3, 3}, {5, 3}, {5, 3}}}, {80, 2, [][2]int64{{7, 6}, {5, 3}, {5, 3}, {5, 3}}},
		{96, 1, [][2]int64{{5, 6}, {5, 3}, {5, 3}, {5, 3}}}, {192, 2, [][2]int64{{7, 6}, {7, 6}, {7, 3}, {7, 3}}}, {320, 1, [][2]int64{{7, 6}}},
	} {
		for i, k := range stage.blocks {
			stride := stage.stride
			if i > 0 {
				stride = 1
			}
			p := fmt.Sprintf("/blocks/blocks.%d", n)
			inner := k[1] * x.c
			if n == 1 {
				inner = k[1] * 16 // whatever the first block gives
			}
			y := relu6(b, b.convBN(x, p+"/inverted_bottleneck", inner, 1, 1, 1), p+"/act1")
			y = relu6(b, b.convBN(y, p+"/depth_conv", y.c, k[0], stride, y.c), p+"/act2")
			y = b.convBN(y, p+"/point_linear", stage.out, 1, 1, 1)
			if stride == 1 && x.c == y.c {
				y = b.binary("Add", y, x, p)
			}
			x, n = y, n+1
		}
	}
	x = relu6(b, b.convBN(x, "/feature_mix_layer", 1280, 1, 1, 1), "/feature_mix_layer/act")
	b.classifier(x, "/classifier", 1000)
}
