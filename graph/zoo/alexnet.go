package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// alexNets returns AlexNet. Of other sizes than 224 torchvision pools the last map to 6x6.
func alexNets() []Entry {
	return []Entry{
		torchvision("alexnet", "AlexNet", "AlexNet in one column", 61_100_840, 714_188_480, 0.714, 56.522, weightsV1, []Option{batchOption}, alexNet),
		{
			Name: "alexnet-grouped", Family: "AlexNet", Task: "classification", License: "BSD-2-Clause", Published: 0.7244,
			Doc:    "AlexNet in two columns as groups, with local response normalisation, 227 pixels",
			Params: 60_965_224, MACs: 724_406_816,
			Source:   "BVLC Caffe bvlc_alexnet: 60,965,224 parameters, 724.4 M multiply-adds",
			Accuracy: Accuracy{"ImageNet top-1", 57.1, "%", "BVLC Caffe, models/bvlc_alexnet"},
			Options:  []Option{{sizeOption, 227, 227, 227, 1, imageDoc}, batchOption}, build: alexNetGrouped,
		},
	}
}

// alexNet builds the network of Krizhevsky 2014 (arXiv 1404.5997), as torchvision builds it.
func alexNet(b *builder, v values) {
	x, n := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(224), int64(224)), 3}, 0
	path := func() string { n++; return fmt.Sprintf("/features/features.%d", n-1) }
	for _, c := range []struct {
		kernel
		out  int64
		pool bool
	}{
		{square(11, 4, 2), 64, true}, {square(5, 1, 2), 192, true}, {square(3, 1, 1), 384, false},
		{square(3, 1, 1), 256, false}, {square(3, 1, 1), 256, true},
	} {
		x = b.unary("Relu", b.convolve(x, path(), c.out, c.kernel, true), path())
		if c.pool {
			x = b.pool("MaxPool", x, path(), square(3, 2, 0), false)
		}
	}
	x = tensor{b.unary("Flatten", x, "", attr{"axis", int64(1)}).name, 256 * 6 * 6}
	x = b.unary("Relu", b.gemm(x, "/classifier/classifier.1", 4096), "/classifier/classifier.2")
	x = b.unary("Relu", b.gemm(x, "/classifier/classifier.4", 4096), "/classifier/classifier.5")
	b.output(b.gemm(x, "/classifier/classifier.6", 1000).name, int64(1000))
}

// alexNetGrouped builds the network of Krizhevsky et al. 2012, as Caffe's models have it.
func alexNetGrouped(b *builder, v values) {
	x := image(b, v)
	for i, c := range []struct {
		kernel
		out          int64
		normed, pool bool
	}{
		{square(11, 4, 0), 96, true, true}, {kernel{5, 5, 1, 2, 2, 2, 1}, 256, true, true}, {square(3, 1, 1), 384, false, false},
		{kernel{3, 3, 1, 1, 1, 2, 1}, 384, false, false}, {kernel{3, 3, 1, 1, 1, 2, 1}, 256, false, true},
	} {
		p := fmt.Sprintf("/conv%d", i+1)
		x = b.unary("Relu", b.convolve(x, p, c.out, c.kernel, true), p)
		if c.normed {
			x = b.unary("LRN", x, p+"/norm", attr{"alpha", float32(1e-4)}, attr{"size", int64(5)})
		}
		if c.pool {
			x = b.pool("MaxPool", x, p+"/pool", square(3, 2, 0), false)
		}
	}
	x = tensor{b.unary("Flatten", x, "", attr{"axis", int64(1)}).name, 256 * 6 * 6}
	x = b.unary("Relu", b.gemm(x, "/fc6", 4096), "/fc6")
	x = b.unary("Relu", b.gemm(x, "/fc7", 4096), "/fc7")
	b.output(b.unary("Softmax", b.gemm(x, "/fc8", 1000), "/prob", attr{"axis", int64(1)}).name, int64(1000))
}
