package zoo

import "fmt"

func yoloV4s() []Entry {
	return []Entry{lightDetector("yolov4", "YOLOv4", "YOLOv4 on CSPDarkNet-53 with Mish", 416, 64_363_101, 30_052_385_792,
		60.1, Accuracy{"COCO mAP50", 62.8, "%", "AlexeyAB/darknet README"},
		"AlexeyAB/darknet README (60.1 BFLOPs at 416 pixels = 2 x MACs)", "Unlicense", yoloV4)}
}

// mishConv adds a convolution with normalisation and x tanh(log(1 + exp x)), which exporters write as three nodes.
func mishConv(b *builder, x tensor, path string, out, k, stride int64) tensor {
	y := b.convBN(x, path+"/conv", out, k, stride, 1)
	gate := b.unary("Tanh", b.unary("Softplus", y, path+"/act"), path+"/act")
	return b.binary("Mul", y, gate, path+"/act")
}

// yoloV4 builds the network of Bochkovskiy et al. 2020 (arXiv 2004.10934) as darknet's yolov4.cfg has it: a trunk whose
// stages split, a pyramid of pools, and maps that meet from coarse to fine and back.
func yoloV4(b *builder, v values) {
	maps := yoloV4Trunk(b, image(b, v))
	alternate := func(x tensor, p string, c int64, n int) tensor {
		for i := range n {
			if i%2 == 0 {
				x = leakyConv(b, x, fmt.Sprintf("%s/%d", p, i), c, 1, 1, 1)
			} else {
				x = leakyConv(b, x, fmt.Sprintf("%s/%d", p, i), 2*c, 3, 1, 1)
			}
		}
		return x
	}
	x := alternate(maps[2], "/neck0", 512, 3)
	x = b.concat("/spp", b.maxPool(x, "/spp/13", 13, 1), b.maxPool(x, "/spp/9", 9, 1), b.maxPool(x, "/spp/5", 5, 1), x)
	levels := []tensor{alternate(x, "/neck1", 512, 3)}
	for i, c := range []int64{256, 128} {
		p := fmt.Sprintf("/up%d", i)
		up := b.nearest(leakyConv(b, levels[i], p+"/conv", c, 1, 1, 1), p)
		side := leakyConv(b, maps[1-i], p+"/side", c, 1, 1, 1)
		levels = append(levels, alternate(b.concat(p, side, up), p, c, 5))
	}
	x = levels[2]
	for i, c := range []int64{128, 256, 512} {
		p := fmt.Sprintf("/head%d", i)
		if i > 0 {
			x = alternate(b.concat(p, leakyConv(b, x, p+"/down", c, 3, 2, 1), levels[2-i]), p, c, 5)
		}
		yoloMap(b, v, leakyConv(b, x, p+"/wide", 2*c, 3, 1, 1), p, 3)
	}
}

// yoloV4Trunk returns the maps of the last three stages of CSPDarkNet-53.
func yoloV4Trunk(b *builder, x tensor) [3]tensor {
	x = mishConv(b, x, "/stem", 32, 3, 1)
	var maps [3]tensor
	for i, r := range []struct{ out, half, inner, blocks int64 }{
		{64, 64, 32, 1}, {128, 64, 64, 2}, {256, 128, 128, 8}, {512, 256, 256, 8}, {1024, 512, 512, 4},
	} {
		p := fmt.Sprintf("/stage%d", i)
		x = mishConv(b, x, p+"/down", r.out, 3, 2)
		past, y := mishConv(b, x, p+"/past", r.half, 1, 1), mishConv(b, x, p+"/through", r.half, 1, 1)
		for j := range r.blocks {
			q := fmt.Sprintf("%s/%d", p, j)
			y = b.binary("Add", y, mishConv(b, mishConv(b, y, q+"/1", r.inner, 1, 1), q+"/2", r.half, 3, 1), q)
		}
		x = mishConv(b, b.concat(p, mishConv(b, y, p+"/after", r.half, 1, 1), past), p+"/join", r.out, 1, 1)
		if i > 1 {
			maps[i-2] = x
		}
	}
	return maps
}
