package zoo

import "fmt"

// nanoDets returns NanoDet and NanoDet-Plus on ShuffleNetV2, at 320 and 416 pixels. Their published
// GFLOPs are 2 x multiply-adds.
func nanoDets() []Entry {
	return []Entry{
		nanoDet("nanodet-plus-m", 320, 1_197_924, 450_712_800, 0.9, 27.0),
		nanoDet("nanodet-plus-m-416", 416, 1_197_924, 762_090_840, 1.52, 30.4),
		lightDetector("nanodet-m", "NanoDet", "NanoDet-m on ShuffleNetV2", 320, 950_036, 342_223_200, 0,
			Accuracy{detection.metric, 20.6, "", "RangiLyu/nanodet README"},
			"RangiLyu/nanodet README (0.95 M parameters; its 0.72 GFLOPs count normalisations and activations too)", "Apache-2.0", nanoDetM),
	}
}

// nanoDetM follows nanodet-m.yml: a path aggregation network without convolutions and a head for each of three levels.
func nanoDetM(b *builder, v values) {
	maps := shuffleStages(b, image(b, v), v.extent(), [4]int64{116, 232, 464}, "LeakyRelu")
	for i, x := range maps {
		maps[i] = b.conv(x, fmt.Sprintf("/fpn/lateral_convs.%d", i), nanoWidth, 1, 1, 1, true)
	}
	for i := 1; i >= 0; i-- {
		maps[i] = b.binary("Add", maps[i], b.enlarge(maps[i+1], "/fpn", v.extent().over(8<<i)), "/fpn")
	}
	for i := range 2 {
		maps[i+1] = b.binary("Add", maps[i+1], b.enlarge(maps[i], "/fpn", v.extent().over(16<<i)), "/fpn")
	}
	for i, x := range maps {
		for j := range 2 {
			p := fmt.Sprintf("/head/cls_convs.%d/%d", i, j)
			x = leakyConv(b, leakyConv(b, x, p+"/depthwise", x.c, 3, 1, x.c), p+"/pointwise", x.c, 1, 1, 1)
		}
		p := fmt.Sprintf("/head/gfl_cls.%d", i)
		x = b.conv(x, p, v["classes"]+4*nanoBins, 1, 1, 1, true)
		parts := b.nodeN("Split", p, 2, []string{x.name, b.ints(p, v["classes"], 4*nanoBins)}, attr{"axis", int64(1)})
		scores := b.unary("Sigmoid", tensor{parts[0], v["classes"]}, p)
		for _, y := range []tensor{scores, {parts[1], 4 * nanoBins}} {
			y = b.transpose(b.reshape(y, p, y.c, 0, y.c, -1), p, 0, 2, 1)
			b.output(y.name, v.extent().ceil(8<<i).n(), y.c)
		}
	}
}

// nanoDet returns the Entry of a NanoDet-Plus-m for images of size x size pixels.
func nanoDet(name string, size, params, macs int64, gflops, mAP float64) Entry {
	return Entry{
		Name: name, Family: "NanoDet", Task: detection.name, Doc: fmt.Sprintf("NanoDet-Plus-m on ShuffleNetV2, 80 classes, %d pixels, boxes not decoded", size),
		Params: params, MACs: macs, Published: gflops / 2, License: "Apache-2.0",
		Source:   fmt.Sprintf("RangiLyu/nanodet README (%g GFLOPs = 2 x MACs; it prints 1.17 M parameters, here are those of the graph)", gflops),
		Accuracy: Accuracy{detection.metric, mAP, "", "RangiLyu/nanodet README"},
		Options:  []Option{imageSize(size, 32), classOption(coco), batchOption}, build: buildNanoDet,
	}
}

const (
	nanoWidth = 96 // of the neck and the head
	nanoBins  = 8  // of the distance to each side of a box
)

// buildNanoDet follows nanodet-plus-m_320.yml: a ghost pyramid of four levels and a head of its own for each.
func buildNanoDet(b *builder, v values) {
	maps := shuffleStages(b, image(b, v), v.extent(), [4]int64{116, 232, 464}, "LeakyRelu")
	levels := make([]tensor, 4)
	var reduced [3]tensor
	for i, x := range maps {
		reduced[i] = leakyConv(b, x, fmt.Sprintf("/fpn/reduce_layers.%d", i), nanoWidth, 1, 1, 1)
	}
	levels[2] = reduced[2]
	for i := 1; i >= 0; i-- {
		p := fmt.Sprintf("/fpn/top_down_blocks.%d", 1-i)
		levels[i] = ghostBottleneck(b, b.concat(p, b.enlarge(levels[i+1], p, v.extent().over(8<<i)), reduced[i]), p)
	}
	for i := range 2 {
		p := fmt.Sprintf("/fpn/bottom_up_blocks.%d", i)
		down := separable(b, levels[i], fmt.Sprintf("/fpn/downsamples.%d", i), 2)
		levels[i+1] = ghostBottleneck(b, b.concat(p, down, levels[i+1]), p)
	}
	levels[3] = b.binary("Add", separable(b, reduced[2], "/fpn/extra_lvl_in_conv.0", 2), separable(b, levels[2], "/fpn/extra_lvl_out_conv.0", 2), "/fpn")
	rows, n := v["classes"]+4*nanoBins, int64(0)
	var all []string
	for i, x := range levels {
		p := fmt.Sprintf("/head/cls_convs.%d", i)
		x = separable(b, separable(b, x, p+"/0", 1), p+"/1", 1)
		x = b.conv(x, fmt.Sprintf("/head/gfl_cls.%d", i), rows, 1, 1, 1, true)
		all = append(all, b.reshape(x, "/head", 0, 0, rows, -1).name)
		area := v.extent().ceil(8 << i)
		n += area.n()
	}
	x := tensor{b.node("Concat", "/head", all, attr{"axis", int64(2)}), 0}
	b.output(b.transpose(x, "/head", 0, 2, 1).name, n, rows)
}

// leakyConv adds a convolution with normalisation and leaky ReLU.
func leakyConv(b *builder, x tensor, path string, out, k, stride, groups int64) tensor {
	return b.unary("LeakyRelu", b.convBN(x, path+"/conv", out, k, stride, groups), path+"/act", attr{"alpha", float32(0.1)})
}

// separable adds a depthwise 5x5 and a pointwise convolution.
func separable(b *builder, x tensor, path string, stride int64) tensor {
	return leakyConv(b, leakyConv(b, x, path+"/depthwise", x.c, 5, stride, x.c), path+"/pointwise", nanoWidth, 1, 1, 1)
}

// ghostBottleneck adds two ghost modules around a shortcut of a depthwise 5x5 and a pointwise convolution.
func ghostBottleneck(b *builder, x tensor, path string) tensor {
	half := func(x tensor, p string, act bool) tensor {
		rectify := func(y tensor, q string) tensor {
			if act {
				return b.unary("LeakyRelu", y, q, attr{"alpha", float32(0.1)})
			}
			return y
		}
		first := rectify(b.convBN(x, p+"/primary_conv", nanoWidth/2, 1, 1, 1), p+"/primary_conv")
		return b.concat(p, first, rectify(b.convBN(first, p+"/cheap_operation", nanoWidth/2, 3, 1, nanoWidth/2), p+"/cheap_operation"))
	}
	y := half(half(x, path+"/ghost1", true), path+"/ghost2", false)
	x = b.convBN(x, path+"/shortcut/0", x.c, 5, 1, x.c)
	return b.binary("Add", y, b.convBN(x, path+"/shortcut/2", nanoWidth, 1, 1, 1), path)
}
