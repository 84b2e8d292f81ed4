package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Of other sizes than 224 torchvision pools the last map to 6x6.
func alexNets() []Entry {
	return []Entry{
		torchvision("alexnet", "AlexNet", "AlexNet in one column", 61_100_840, 714_188_480, 0.714, 56.522, weightsV1, []Option{batchOption}, alexNet),
	}
}

// alexNet is Krizhevsky 2014 (arXiv 1404.5997), as torchvision builds it.
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
