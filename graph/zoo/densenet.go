package zoo

import "fmt"

// denseNet returns the Entry of a DenseNet. growth is the number of channels that each layer adds,
// blocks the layers of each of the four blocks.
func denseNet(name, doc string, params, macs int64, gmac, top1 float64, growth int64, blocks [4]int) Entry {
	return torchvision(name, "DenseNet", doc, params, macs, gmac, top1, weightsV1, []Option{anySize(224), batchOption},
		func(b *builder, v values) { buildDenseNet(b, v, growth, blocks) })
}

// denseNets returns the DenseNets (arXiv 1608.06993) that torchvision has weights of.
func denseNets() []Entry {
	return []Entry{
		denseNet("densenet121", "DenseNet-121, growth 32", 7_978_856, 2_834_161_664, 2.834, 74.434, 32, [4]int{6, 12, 24, 16}),
		denseNet("densenet161", "DenseNet-161, growth 48", 28_681_000, 7_727_907_072, 7.728, 77.138, 48, [4]int{6, 12, 36, 24}),
		denseNet("densenet169", "DenseNet-169, growth 32", 14_149_480, 3_359_843_328, 3.36, 75.6, 32, [4]int{6, 12, 32, 32}),
		denseNet("densenet201", "DenseNet-201, growth 32", 20_013_928, 4_291_365_888, 4.291, 76.896, 32, [4]int{6, 12, 48, 32}),
	}
}

// buildDenseNet builds the network of Huang et al. 2016 (arXiv 1608.06993), as torchvision builds it: each layer sees
// all before it.
func buildDenseNet(b *builder, v values, growth int64, blocks [4]int) {
	x := b.unary("Relu", b.convBN(image(b, v), "/features/conv0", 2*growth, 7, 2, 1), "/features/relu0")
	x = b.maxPool(x, "/features/pool0", 3, 2)
	for i, n := range blocks {
		for j := range n {
			p := fmt.Sprintf("/features/denseblock%d/denselayer%d", i+1, j+1)
			y := b.unary("Relu", b.batchNorm(x, p+"/norm1"), p+"/relu1")
			y = b.unary("Relu", b.convBN(y, p+"/conv1", 4*growth, 1, 1, 1), p+"/relu2")
			x = b.concat(p, x, b.conv(y, p+"/conv2", growth, 3, 1, 1, false))
		}
		if i < len(blocks)-1 {
			p := fmt.Sprintf("/features/transition%d", i+1)
			y := b.unary("Relu", b.batchNorm(x, p+"/norm"), p+"/relu")
			y = b.conv(y, p+"/conv", x.c/2, 1, 1, 1, false)
			x = b.unary("AveragePool", y, p+"/pool", attr{"kernel_shape", []int64{2, 2}}, attr{"strides", []int64{2, 2}})
		}
	}
	x = b.unary("Relu", b.batchNorm(x, "/features/norm5"), "")
	b.classifier(x, "/classifier", 1000)
}
