package zoo

import "fmt"

// mobileNetV1s returns MobileNetV1 (arXiv 1704.04861), with width and classes as options.
func mobileNetV1s() []Entry {
	return []Entry{{
		Name: "mobilenetv1", Family: "MobileNet", Task: "classification", Doc: "MobileNetV1",
		Params: 4_231_976, MACs: 568_740_352, Published: 0.569, License: "Apache-2.0",
		Source:   "Howard et al. 2017 (arXiv 1704.04861), table 8: 569 million mult-adds, 4.2 million parameters; timm mobilenetv1_100 counts them exactly",
		Accuracy: Accuracy{"ImageNet top-1", 70.6, "%", "arXiv 1704.04861, table 8"},
		Options:  []Option{anySize(224), widthOption, classOption(1000), batchOption}, build: mobileNetV1,
	}}
}

// mobileNetV1 builds the network of Howard et al. 2017 (arXiv 1704.04861), table 1: depthwise and pointwise
// convolutions in turn.
func mobileNetV1(b *builder, v values) {
	x := relu6(b, b.convBN(image(b, v), "/conv_stem", v.wide(32), 3, 2, 1), "/bn1")
	blocks := mobileNetV1Blocks(b, x, "/blocks", v.wide)
	b.classifier(blocks[len(blocks)-1], "/classifier", v["classes"])
}

// mobileNetV1Blocks adds the maps behind each pair of convolutions.
func mobileNetV1Blocks(b *builder, x tensor, path string, wide func(int64) int64) (maps []tensor) {
	for i, row := range [][2]int64{{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}} {
		p := fmt.Sprintf("%s/blocks.%d", path, i)
		x = relu6(b, b.convBN(x, p+"/conv_dw", x.c, 3, row[1], x.c), p+"/bn1")
		x = relu6(b, b.convBN(x, p+"/conv_pw", wide(row[0]), 1, 1, 1), p+"/bn2")
		maps = append(maps, x)
	}
	return maps
}
