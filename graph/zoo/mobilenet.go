package zoo

import "fmt"

// mobilenets returns torchvision's MobileNetV2 (arXiv 1801.04381), with width and classes as
// options.
func mobilenets() []Entry {
	return []Entry{
		torchvision("mobilenetv2", "MobileNet", "MobileNetV2", 3_504_872, 300_774_272, 0.301, 72.154, weightsV2,
			[]Option{anySize(224), widthOption, classOption(1000), batchOption}, mobilenetV2),
	}
}

// widthOption scales the channels of a network.
var widthOption = Option{"width", 100, 10, 400, 1, "channels in percent of the full network's"}

// wide returns channels scaled by the option width, as a multiple of 8.
func (v values) wide(channels int64) int64 { return multipleOf8(float64(channels*v["width"]) / 100) }

// mobilenetV2 builds the network of Sandler et al. 2018 (arXiv 1801.04381), table 2, as torchvision builds it. The
// last convolution of a narrow network stays as it is.
func mobilenetV2(b *builder, v values) {
	x := relu6(b, b.convBN(image(b, v), "/features/features.0/features.0.0", v.wide(32), 3, 2, 1),
		"/features/features.0/features.0.2")
	n := 1
	for _, row := range [][4]int64{{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}} {
		expand, out, repeats, stride := row[0], v.wide(row[1]), row[2], row[3]
		for range repeats {
			x = invertedResidual(b, x, fmt.Sprintf("/features/features.%d", n), expand, out, stride)
			stride = 1
			n++
		}
	}
	x = relu6(b, b.convBN(x, "/features/features.18/features.18.0", max(1280, v.wide(1280)), 1, 1, 1),
		"/features/features.18/features.18.2")
	b.classifier(x, "/classifier/classifier.1", v["classes"])
}

// invertedResidual adds a block of MobileNetV2 to x [batch, c, h, w]: 1x1 to expand*c channels,
// depthwise 3x3, 1x1 to out channels; with a residual where the shape stays.
func invertedResidual(b *builder, x tensor, path string, expand, out, stride int64) tensor {
	y, i := x, 0
	step := func() string { i++; return fmt.Sprintf("%s/conv/conv.%d", path, i-1) }
	if expand != 1 {
		p := step()
		y = relu6(b, b.convBN(y, p+"/conv", expand*x.c, 1, 1, 1), p)
	}
	p := step()
	y = relu6(b, b.convBN(y, p+"/conv", y.c, 3, stride, y.c), p)
	y = b.convBN(y, step(), out, 1, 1, 1)
	if stride == 1 && x.c == out {
		return b.binary("Add", x, y, path)
	}
	return y
}

// relu6 clips x to 0 to 6.
func relu6(b *builder, x tensor, path string) tensor {
	return tensor{b.node("Clip", path, []string{x.name, b.scalar(path, 0), b.scalar(path, 6)}), x.c}
}
