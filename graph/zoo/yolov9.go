package zoo

import "fmt"

// A yolov9Shape is one size of YOLOv9; an aggregation is a pair of channels, behind it and inside it.
type yolov9Shape struct {
	stem   [2]int64    // channels of the first two convolutions
	stages [4][2]int64 // aggregations from a quarter of the image to a thirty-second
	neck   [3][2]int64 // and of the neck at an eighth, a sixteenth and a thirty-second
	blocks int         // bottlenecks in each half of an aggregation
	light  bool        // the first stage has plain convolutions for bottlenecks
	twoWay bool        // maps are halved by a convolution and a pool, each on half of the channels
	double bool        // a second backbone sees the image and what the first one found
}

// yolov9s returns the five sizes of YOLOv9 (arXiv 2402.13616) as Ultralytics builds them.
func yolov9s() []Entry {
	return []Entry{
		yolov9("t", 2_128_720, 4_114_355_200, 7.7, 38.3, yolov9Even(16, [4]int64{32, 64, 96, 128}, 3)),
		yolov9("s", 7_318_368, 13_447_705_600, 26.4, 46.8, yolov9Even(32, [4]int64{64, 128, 192, 256}, 3)),
		yolov9("m", 20_216_160, 38_412_800_000, 76.3, 51.4, yolov9Even(32, [4]int64{128, 240, 360, 480}, 1)),
		yolov9("c", 25_590_912, 51_326_694_400, 102.1, 53.0, yolov9Shape{
			stem: [2]int64{64, 128}, stages: [4][2]int64{{256, 128}, {512, 256}, {512, 512}, {512, 512}},
			neck: [3][2]int64{{256, 256}, {512, 512}, {512, 512}}, blocks: 1, twoWay: true}),
		yolov9("e", 58_206_592, 94_731_187_200, 189.0, 55.6, yolov9Shape{
			stem: [2]int64{64, 128}, stages: [4][2]int64{{256, 128}, {512, 256}, {1024, 512}, {1024, 512}},
			neck: [3][2]int64{{256, 256}, {512, 512}, {512, 1024}}, blocks: 2, twoWay: true, double: true}),
	}
}

// yolov9Even returns the smaller sizes, whose aggregations are as wide inside as behind.
func yolov9Even(stem int64, width [4]int64, blocks int) yolov9Shape {
	s := yolov9Shape{stem: [2]int64{stem, 2 * stem}, blocks: blocks, light: blocks == 3}
	for i, c := range width {
		s.stages[i] = [2]int64{c, c}
		if i > 0 {
			s.neck[i-1] = s.stages[i]
		}
	}
	return s
}

// yolov9 returns the Entry of a YOLOv9. Light ones have no published figure to compare with: the
// authors' head has groups.
func yolov9(size string, params, macs int64, gflops, mAP float64, s yolov9Shape) Entry {
	published := gflops / 2
	if s.light {
		published = 0 // the groups of the authors' head weigh more in so light a network
	}
	return Entry{
		Name: "yolov9" + size, Family: "YOLOv9", Task: detection.name, Doc: "YOLOv9 detector, 80 classes, box decoding included",
		Params: params, MACs: macs, Published: published, License: "AGPL-3.0",
		Source:   fmt.Sprintf("Ultralytics model files (parameters before fusion); WongKinYiu/yolov9 README prints %.1f GFLOPs = 2 x MACs at 640, of a head with groups that has 0.5 less", gflops),
		Accuracy: Accuracy{detection.metric, mAP, "", "WongKinYiu/yolov9 README"},
		Options:  []Option{imageSize(640, 32), classOption(coco), batchOption},
		build:    func(b *builder, v values) { (&gelan{yolo{builder: b, task: detection}, s}).build(v) },
	}
}

// gelan is the generalised efficient layer aggregation network, with its shape.
type gelan struct {
	yolo
	yolov9Shape
}

// build builds the network of Wang et al. 2024 (arXiv 2402.13616); it follows the layer lists of Ultralytics'
// yolov9t.yaml to yolov9e.yaml.
func (g *gelan) build(v values) {
	image := g.images(v)
	maps := g.backbone(image, nil)
	if g.double {
		maps = g.backbone(image, g.links(maps))
	}
	top := g.pyramid(maps[4], g.neck[2][0])
	n4 := g.aggregate(g.join(g.upsample(top), maps[3]), g.neck[1], false)
	n3 := g.aggregate(g.join(g.upsample(n4), maps[2]), g.neck[0], false)
	m4 := g.aggregate(g.join(g.shrink(n3, (g.neck[1][0]/2+7)/8*8), n4), g.neck[1], false)
	m5 := g.aggregate(g.join(g.shrink(m4, g.neck[2][0]/2), top), g.neck[2], false)
	g.detect(v, g.denseScores, n3, m4, m5)
}

// backbone gives the maps of each scale, from a half of the image on; the links to a scale, if any, are added to it
// first.
func (g *gelan) backbone(x tensor, links [][]tensor) []tensor {
	maps := []tensor{g.fuse(g.act(x, g.path(), g.stem[0], 3, 2, 1), links)}
	for i, c := range g.stages {
		x = maps[i]
		if i == 0 {
			x = g.act(x, g.path(), g.stem[1], 3, 2, 1)
		} else {
			x = g.shrink(x, c[0])
		}
		if links != nil {
			links = links[1:]
		}
		maps = append(maps, g.aggregate(g.fuse(x, links), c, g.light && i == 0))
	}
	return maps
}

// links returns projections of each map for its own scale and those above, by the scale that they go to.
func (g *gelan) links(maps []tensor) [][]tensor {
	out := make([][]tensor, len(maps))
	for i, x := range maps {
		path := g.path()
		var widths []int64
		sum := int64(0)
		for k := range i + 1 {
			widths = append(widths, 64<<k)
			sum += 64 << k
		}
		z := g.conv(x, path+"/conv", sum, 1, 1, 1, true)
		for k, name := range g.nodeN("Split", path, i+1, []string{z.name, g.ints(path, widths...)}, attr{"axis", int64(1)}) {
			out[k] = append(out[k], g.magnify(tensor{name, widths[k]}, path, float32(int(1)<<(i-k))))
		}
	}
	return out
}

// fuse adds the first scale's links.
func (g *gelan) fuse(x tensor, links [][]tensor) tensor {
	if links == nil {
		return x
	}
	path, names := g.path(), []string{}
	for _, l := range append(links[0], x) {
		names = append(names, l.name)
	}
	return tensor{g.node("Sum", path, names), x.c}
}

// shrink halves rows and columns of a map that is smoothed first.
func (g *gelan) shrink(x tensor, out int64) tensor {
	path := g.path()
	x = g.pool("AveragePool", x, path, square(2, 1, 0), false)
	if !g.twoWay {
		return g.act(x, path+"/cv1", out, 3, 2, 1)
	}
	a, b := g.halves(x, path)
	return g.concat(path, g.act(a, path+"/cv1", a.c, 3, 2, 1), g.act(g.maxPool(b, path, 3, 2), path+"/cv2", b.c, 1, 1, 1))
}

// aggregate joins two halves of a projection with what two chains, one behind the other, make of the second half; a
// plain chain is one convolution.
func (g *gelan) aggregate(x tensor, c [2]int64, plain bool) tensor {
	path, part := g.path(), c[1]/2
	a, b := g.halves(g.act(x, path+"/cv1", c[1], 1, 1, 1), path)
	parts := []tensor{a, b}
	for i := 2; i <= 3; i++ {
		p := fmt.Sprintf("%s/cv%d", path, i)
		if !plain {
			b = g.bottlenecks(b, fmt.Sprintf("%s/cv%d.0", p, i), part)
			p += fmt.Sprintf("/cv%d.1", i)
		}
		b = g.act(b, p, part, 3, 1, 1)
		parts = append(parts, b)
	}
	return g.act(g.concat(path, parts...), path+"/cv4", c[0], 1, 1, 1)
}

// bottlenecks runs blocks on one of two projections of x and joins them.
func (g *gelan) bottlenecks(x tensor, path string, out int64) tensor {
	a, other := g.act(x, path+"/cv1", out/2, 1, 1, 1), g.act(x, path+"/cv2", out/2, 1, 1, 1)
	for i := range g.blocks {
		p := fmt.Sprintf("%s/m/m.%d", path, i)
		a = g.binary("Add", a, g.act(g.merged(a, p+"/cv1"), p+"/cv2", a.c, 3, 1, 1), p)
	}
	return g.act(g.concat(path, a, other), path+"/cv3", out, 1, 1, 1)
}

// merged returns a 3x3 convolution into which a 1x1 one beside it is folded, as fusion does; both had a normalisation.
func (g *gelan) merged(x tensor, path string) tensor {
	g.absent += x.c*x.c + 2*x.c
	return g.act(x, path, x.c, 3, 1, 1)
}

// pyramid pools at three scales by repeating one pool.
func (g *gelan) pyramid(x tensor, out int64) tensor {
	path := g.path()
	parts := []tensor{g.act(x, path+"/cv1", out/2, 1, 1, 1)}
	for i := range 3 {
		parts = append(parts, g.maxPool(parts[i], fmt.Sprintf("%s/cv%d", path, i+2), 5, 1))
	}
	return g.act(g.concat(path, parts...), path+"/cv5", out, 1, 1, 1)
}
