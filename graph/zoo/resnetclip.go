package zoo

// A clipNetShape is a ResNet of CLIP: its blocks, channels of the first stage, and features of its pool; 0: it is the
// mean.
type clipNetShape struct {
	depths   [4]int
	planes   int64
	features int64
}

// buildClipNet builds the ResNet of Radford et al. 2021 (arXiv 2103.00020), as timm builds it: maps are averaged where
// they are halved, and the mean over places asks all of them.
func buildClipNet(b *builder, v values, s clipNetShape) {
	d := s.depths
	shape := bottlenecks(d[0], d[1], d[2], d[3]).bag(s.planes/2, s.planes/2, s.planes).blurred(averages)
	shape.planes = s.planes
	x := shape.features(b, image(b, v), "", 0)[3]
	if s.features == 0 {
		x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/pool"), "/pool", attr{"axis", int64(1)})
		b.output(x.name, x.c)
		return
	}
	area := v.extent().ceil(32)
	x = b.tokens(x, "/pool", area)
	mean := b.unary("ReduceMean", x, "/pool", attr{"axes", []int64{1}}, attr{"keepdims", int64(1)})
	n, places := area.n()+1, b.weight("pool.pos_embed", area.n()+1, x.c)
	all := b.node("Concat", "/pool", []string{mean.name, x.name}, attr{"axis", int64(1)})
	x.name = b.node("Add", "/pool", []string{all, places})
	parts := b.lastParts(b.linear(x, "/pool/qkv", 3*x.c), "/pool", x.c, x.c, x.c)
	y := b.attendTo(parts[0], parts[1], parts[2], "/pool", n, n, x.c/64, nil)
	y = b.part(b.linear(y, "/pool/proj", s.features), "/pool", 0, 1)
	b.output(b.reshape(y, "/pool", y.c, -1, y.c).name, y.c)
}

// clipNets returns the ResNets of CLIP (arXiv 2103.00020), which end in attention pooling or in an
// average.
func clipNets() []Entry {
	mean := func(s clipNetShape) clipNetShape { s.features = 0; return s }
	fifty, hundred := clipNetShape{[4]int{3, 4, 6, 3}, 64, 1024}, clipNetShape{[4]int{3, 4, 23, 3}, 64, 512}
	four, sixteen := clipNetShape{[4]int{4, 6, 10, 6}, 80, 640}, clipNetShape{[4]int{6, 8, 18, 8}, 96, 768}
	most := clipNetShape{[4]int{3, 15, 36, 10}, 128, 1024}
	return networks("ResNet", "ResNet of CLIP", 0, buildClipNet, []network[clipNetShape]{
		{"resnet50_clip", 224, 38_316_896, 6_111_469_568, 6.14, 0, fifty},
		{"resnet50_clip_gap", 224, 23_527_264, 5_367_226_368, 5.39, 0, mean(fifty)},
		{"resnet101_clip", 224, 56_259_936, 9_771_261_952, 9.81, 0, hundred},
		{"resnet101_clip_gap", 224, 42_519_392, 9_079_447_552, 9.11, 0, mean(hundred)},
		{"resnet50x4_clip", 288, 87_137_080, 21_278_607_360, 21.35, 0, four},
		{"resnet50x4_clip_gap", 288, 65_619_640, 19_497_646_080, 19.57, 0, mean(four)},
		{"resnet50x16_clip", 384, 167_328_912, 74_695_317_504, 74.9, 0, sixteen},
		{"resnet50x16_clip_gap", 384, 136_202_640, 70_118_866_944, 70.32, 0, mean(sixteen)},
		{"resnet50x64_clip", 448, 420_380_352, 264_553_504_768, 265.02, 0, most},
		{"resnet50x64_clip_gap", 448, 365_034_176, 253_493_968_896, 253.96, 0, mean(most)},
	})
}
