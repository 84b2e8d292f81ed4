package zoo

import "fmt"

// shuffleEntry returns the Entry of torchvision's ShuffleNetV2; channels are those of its three
// stages and of its last convolution.
func shuffleEntry(name string, params, macs int64, gmac, top1 float64, channels [4]int64) Entry {
	return torchvision("shufflenetv2-"+name, "ShuffleNet", "ShuffleNetV2, width "+name[1:], params, macs, gmac, top1,
		weightsV1, []Option{anySize(224), batchOption},
		func(b *builder, v values) { shuffleNet(b, v, channels) })
}

// shuffleNets returns ShuffleNetV2 (arXiv 1807.11164) at four widths.
func shuffleNets() []Entry {
	return []Entry{
		shuffleEntry("x0.5", 1_366_792, 40_476_448, 0.04, 60.552, [4]int64{48, 96, 192, 1024}),
		shuffleEntry("x1.0", 2_278_604, 144_907_992, 0.145, 69.362, [4]int64{116, 232, 464, 1024}),
		shuffleEntry("x1.5", 3_503_624, 295_759_392, 0.296, 72.996, [4]int64{176, 352, 704, 1024}),
		shuffleEntry("x2.0", 7_393_996, 583_253_464, 0.583, 76.23, [4]int64{244, 488, 976, 2048}),
	}
}

// shuffleNet builds the network of Ma et al. 2018 (arXiv 1807.11164), table 5, as torchvision builds it. Channels are
// of three stages and the last convolution.
func shuffleNet(b *builder, v values, channels [4]int64) {
	maps := shuffleStages(b, image(b, v), v.extent(), channels, "Relu")
	x := b.unary("Relu", b.convBN(maps[2], "/conv5/conv5.0", channels[3], 1, 1, 1), "/conv5/conv5.2")
	b.classifier(x, "/fc", 1000)
}

// shuffleStages adds the maps of an eighth, a sixteenth and a thirty-second of an image of so many pixels.
func shuffleStages(b *builder, x tensor, size extent, channels [4]int64, act string) (maps [3]tensor) {
	x = b.unary(act, b.convBN(x, "/conv1/conv1.0", 24, 3, 2, 1), "/conv1/conv1.2")
	x = b.maxPool(x, "/maxpool", 3, 2)
	area := size.over(4)
	for i, repeats := range []int{4, 8, 4} {
		area = area.over(2)
		for j := range repeats {
			p := fmt.Sprintf("/stage%d/stage%d.%d", i+2, i+2, j)
			x = shuffled(b, shuffleUnit(b, x, p, act, channels[i], j == 0), p, 2, area)
		}
		maps[i] = x
	}
	return maps
}

// shuffleEarly adds the same maps of the authors' variant, which shuffles where a unit begins and not where one ends.
func shuffleEarly(b *builder, x tensor, size extent, channels [4]int64) (maps [3]tensor) {
	x = b.unary("Relu", b.convBN(x, "/first_conv", 24, 3, 2, 1), "/first_conv/act")
	x = b.maxPool(x, "/maxpool", 3, 2)
	for i, repeats := range []int{4, 8, 4} {
		for j := range repeats {
			p := fmt.Sprintf("/stage%d/stage%d.%d", i+2, i+2, j)
			if j > 0 {
				x = shuffled(b, x, p, 2, size.over(8<<i))
			}
			x = shuffleUnit(b, x, p, "Relu", channels[i], j == 0)
		}
		maps[i] = x
	}
	return maps
}

// shuffled interleaves groups of the channels of a map.
func shuffled(b *builder, x tensor, path string, groups int64, area extent) tensor {
	y := b.reshape(x, path, x.c, 0, groups, x.c/groups, area.h, area.w)
	return b.reshape(b.transpose(y, path, 0, 2, 1, 3, 4), path, x.c, 0, x.c, area.h, area.w)
}

// shuffleUnit works on half of the channels, on all where it halves the map, and joins the halves.
func shuffleUnit(b *builder, x tensor, path, act string, out int64, down bool) tensor {
	var kept tensor
	stride := int64(1)
	if down {
		stride = 2
		kept = b.convBN(x, path+"/branch1/branch1.0", x.c, 3, 2, x.c)
		kept = b.unary(act, b.convBN(kept, path+"/branch1/branch1.2", out/2, 1, 1, 1), path+"/branch1/branch1.4")
	} else {
		kept, x = b.halves(x, path)
	}
	y := b.unary(act, b.convBN(x, path+"/branch2/branch2.0", out/2, 1, 1, 1), path+"/branch2/branch2.2")
	y = b.convBN(y, path+"/branch2/branch2.3", out/2, 3, stride, out/2)
	y = b.unary(act, b.convBN(y, path+"/branch2/branch2.5", out/2, 1, 1, 1), path+"/branch2/branch2.7")
	return b.concat(path, kept, y)
}
