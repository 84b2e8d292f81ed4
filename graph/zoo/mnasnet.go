package zoo

import "fmt"

// mnasEntry returns the Entry of torchvision's MNASNet of that width.
func mnasEntry(name string, params, macs int64, gmac, top1, width float64) Entry {
	return torchvision("mnasnet-"+name, "MNASNet", "MNASNet-B1, width "+name, params, macs, gmac, top1, weightsV1,
		[]Option{anySize(224), batchOption},
		func(b *builder, v values) { mnasNet(b, v, width) })
}

// mnasNets returns MNASNet-B1 (arXiv 1807.11626) at four widths.
func mnasNets() []Entry {
	return []Entry{
		mnasEntry("0.5", 2_218_512, 104_455_968, 0.104, 67.734, 0.5),
		mnasEntry("0.75", 3_170_208, 215_493_104, 0.215, 71.18, 0.75),
		mnasEntry("1.0", 4_383_312, 314_415_872, 0.314, 73.456, 1),
		mnasEntry("1.3", 6_282_256, 526_362_432, 0.526, 76.506, 1.3),
	}
}

// mnasNet builds the network of Tan et al. 2018 (arXiv 1807.11626), figure 7 without squeeze and excitation, as
// torchvision builds it.
func mnasNet(b *builder, v values, width float64) {
	channels := func(c int64) int64 { return multipleOf8(float64(c) * width) }
	x := b.unary("Relu", b.convBN(image(b, v), "/layers/layers.0", channels(32), 3, 2, 1), "/layers/layers.2")
	x = b.unary("Relu", b.convBN(x, "/layers/layers.3", x.c, 3, 1, x.c), "/layers/layers.5")
	x = b.convBN(x, "/layers/layers.6", channels(16), 1, 1, 1)
	for i, s := range []struct{ out, k, stride, expand, n int64 }{
		{24, 3, 2, 3, 3}, {40, 5, 2, 3, 3}, {80, 5, 2, 6, 3}, {96, 3, 1, 6, 2}, {192, 5, 2, 6, 4}, {320, 3, 1, 6, 1},
	} {
		for j := range s.n {
			path := fmt.Sprintf("/layers/layers.%d/layers.%d.%d", i+8, i+8, j)
			x = linearBottleneck(b, x, path, "Relu", s.expand, s.k, s.stride, channels(s.out))
			s.stride = 1
		}
	}
	x = b.unary("Relu", b.convBN(x, "/layers/layers.14", 1280, 1, 1, 1), "/layers/layers.16")
	b.classifier(x, "/classifier/classifier.1", 1000)
}

// linearBottleneck widens, convolves each channel and narrows again, around a shortcut where the shapes allow it.
func linearBottleneck(b *builder, x tensor, path, act string, expand, k, stride, out int64) tensor {
	y := b.unary(act, b.convBN(x, path+"/layers/layers.0", expand*x.c, 1, 1, 1), path+"/layers/layers.2")
	y = b.unary(act, b.convBN(y, path+"/layers/layers.3", y.c, k, stride, y.c), path+"/layers/layers.5")
	y = b.convBN(y, path+"/layers/layers.6", out, 1, 1, 1)
	if stride == 1 && x.c == out {
		return b.binary("Add", y, x, path)
	}
	return y
}
