package zoo

import "fmt"

// shuffleNetV1s returns ShuffleNet V1 with three groups, as ncnn's benchmark has it.
func shuffleNetV1s() []Entry {
	return []Entry{{
		Name: "shufflenetv1-g3", Family: "ShuffleNet", Task: "classification", Doc: "ShuffleNet V1, width 1, 3 groups",
		Params: 1_814_734, MACs: 127_061_304, License: "BSD-3-Clause",
		Source:   "ncnn benchmark/shufflenet.param (parameters of the graph; multiply-adds by counting, table 1 of arXiv 1707.01083 has 137 M)",
		Accuracy: Accuracy{"ImageNet top-1", 67.4, "%", "arXiv 1707.01083, table 2"},
		Options:  []Option{imageSize(224, 32), batchOption}, build: shuffleNetV1,
	}}
}

// shuffleNetV1 builds the network of Zhang et al. 2017 (arXiv 1707.01083), table 1, with three groups.
func shuffleNetV1(b *builder, v values) {
	const groups = 3
	x := b.unary("Relu", b.convBN(image(b, v), "/conv1", 24, 3, 2, 1), "/conv1/relu")
	x = b.maxPool(x, "/pool1", 3, 2)
	area := v.extent().over(4)
	for i, out := range []int64{240, 480, 960} {
		for j := range []int{4, 8, 4}[i] {
			p, stride, entry, made := fmt.Sprintf("/stage%d/%d", i+2, j), int64(1), int64(groups), out
			if j == 0 {
				stride, made = 2, out-x.c
			}
			if i == 0 && j == 0 {
				entry = 1 // the stem has few channels
			}
			y := b.unary("Relu", b.convBN(x, p+"/conv1", made/4, 1, 1, entry), p+"/relu1")
			if entry > 1 {
				y = shuffled(b, y, p, groups, area)
			}
			area = area.ceil(stride)
			y = b.convBN(b.convBN(y, p+"/conv2", y.c, 3, stride, y.c), p+"/conv3", made, 1, 1, groups)
			if j == 0 {
				x = b.concat(p, b.pool("AveragePool", x, p+"/match", square(3, 2, 1), false), y)
			} else {
				x = b.binary("Add", x, y, p)
			}
			x = b.unary("Relu", x, p+"/relu")
		}
	}
	b.classifier(x, "/fc", 1000)
}
