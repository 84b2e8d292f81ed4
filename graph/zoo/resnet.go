package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

var resnets = []Entry{
	{
		Name: "resnet50", Family: "ResNet", Task: "classification", Doc: "ResNet-50, stride in the 3x3 convolutions (v1.5)",
		Params: 25_557_032, MACs: 4_089_184_256, Source: "torchvision (weights' meta data: 25557032 parameters, 4.089 GMAC printed as GFLOPS)",
		Accuracy: "ImageNet top-1 80.858 % (torchvision, IMAGENET1K_V2)", Options: []Option{imageSize(224, 32), batchOption},
		build: func(b *builder, v values) { resnet(b, v, [4]int{3, 4, 6, 3}) },
	},
}

// resnet is He et al. 2015 (arXiv 1512.03385) with bottleneck blocks, as torchvision builds it.
func resnet(b *builder, v values, depths [4]int) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), v["size"], v["size"]), 3}
	x = b.unary("Relu", b.convBN(x, "/conv1", 64, 7, 2, 1), "/relu")
	x = b.maxPool(x, "/maxpool", 3, 2)
	for stage, depth := range depths {
		width, stride := int64(64)<<stage, int64(2)
		if stage == 0 {
			stride = 1
		}
		for i := range depth {
			x = bottleneck(b, x, fmt.Sprintf("/layer%d/layer%d.%d", stage+1, stage+1, i), width, stride)
			stride = 1
		}
	}
	b.classifier(x, "/fc", 1000)
}

func bottleneck(b *builder, x tensor, path string, width, stride int64) tensor {
	y := b.unary("Relu", b.convBN(x, path+"/conv1", width, 1, 1, 1), path+"/relu")
	y = b.unary("Relu", b.convBN(y, path+"/conv2", width, 3, stride, 1), path+"/relu")
	y = b.convBN(y, path+"/conv3", 4*width, 1, 1, 1)
	if stride != 1 || x.c != y.c {
		x = b.convBN(x, path+"/downsample/downsample.0", y.c, 1, stride, 1)
	}
	return b.unary("Relu", b.binary("Add", y, x, path), path+"/relu")
}
