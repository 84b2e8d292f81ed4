package zoo

import "fmt"

// blazeFaces returns the face detector of arXiv 1907.05047, which takes 128x128 pixels. Its boxes
// stay offsets to anchors, as the published graph leaves them.
func blazeFaces() []Entry {
	return []Entry{{
		Name: "blazeface", Family: "BlazeFace", Task: detection.name,
		Doc:     "BlazeFace for the front camera, 128 pixels, boxes not decoded",
		License: "Apache-2.0", Params: 101_390, MACs: 30_760_960,
		Source:   "arXiv 1907.05047, table 4 (parameters of the graph; multiply-adds by counting)",
		Accuracy: Accuracy{"average precision", 98.61, "%", "arXiv 1907.05047, table 1"},
		Options: []Option{imageSize(128, 16), {"heads", 1, 0, 1, 1, "0: the backbone alone, as ncnn's benchmark has it"},
			batchOption}, build: blazeFace,
	}}
}

// blazeFace builds the network of Bazarevsky et al. 2019 (arXiv 1907.05047), with the channels of MediaPipe's
// network: depthwise 3x3 and pointwise convolutions, whose shortcuts gain channels of zeros.
func blazeFace(b *builder, v values) {
	x := b.unary("Relu", b.conv(image(b, v), "/stem", 24, 5, 2, 1, true), "/stem")
	var fine tensor
	for i, r := range [][2]int64{{24, 1}, {28, 1}, {32, 2}, {36, 1}, {42, 1}, {48, 2}, {56, 1}, {64, 1}, {72, 1}, {80, 1},
		{88, 1}, {96, 2}, {96, 1}, {96, 1}, {96, 1}, {96, 1}} {
		out, stride, p := r[0], r[1], fmt.Sprintf("/blocks.%d", i)
		if stride == 2 {
			fine = x
		}
		y := b.conv(b.conv(x, p+"/dw", x.c, 3, stride, x.c, true), p+"/pw", out, 1, 1, 1, true)
		if stride == 2 {
			x = b.halve(x, p)
		}
		if more := out - x.c; more > 0 {
			x = tensor{b.node("Pad", p, []string{x.name, b.ints(p, 0, 0, 0, 0, 0, more, 0, 0)}), out}
		}
		x = b.unary("Relu", b.binary("Add", y, x, p), p)
	}
	if v["heads"] == 0 {
		b.output(x.name, x.c, symbol("rows"), symbol("columns"))
		return
	}
	levels, boxes := []tensor{fine, x}, []int64{2, 6}
	join := func(head string, each int64) {
		var parts []string
		for i, x := range levels {
			p := fmt.Sprintf("/%s%d", head, i)
			y := b.transpose(b.conv(x, p, boxes[i]*each, 1, 1, 1, true), p, 0, 2, 3, 1)
			parts = append(parts, b.reshape(y, p, each, 0, -1, each).name)
		}
		b.output(b.node("Concat", "/"+head, parts, attr{"axis", int64(1)}), symbol("places"), each)
	}
	join("scores", 1)
	join("boxes", 16) // four numbers of a box, two each of six landmarks
}
