package zoo

import (
	"fmt"
	"strings"
)

// A yolov6Shape is one size of YOLOv6.
type yolov6Shape struct {
	scale  yoloScale
	inside float64 // of a stage's channels, those of its bottlenecks; 0: a stage is a plain chain
	smooth bool    // the blocks of stages end in SiLU, not in ReLU
	bins   int64   // of the distance to each side of a box; 0: it is one number
}

// yolov6s returns the four sizes of YOLOv6 3.0 (arXiv 2301.05586) after folding.
func yolov6s() []Entry {
	return []Entry{
		yolov6("n", 4_646_940, 5_658_009_600, 4.7, 11.4, 37.5, yolov6Shape{yoloScale{0.33, 0.25, 1024, false}, 0, false, 0}),
		yolov6("s", 18_537_276, 22_483_353_600, 18.5, 45.3, 45.0, yolov6Shape{yoloScale{0.33, 0.50, 1024, false}, 0, false, 0}),
		yolov6("m", 34_855_941, 42_543_470_400, 34.9, 85.8, 50.0, yolov6Shape{yoloScale{0.60, 0.75, 1024, false}, 2. / 3, false, 17}),
		yolov6("l", 59_607_546, 74_733_729_600, 59.6, 150.7, 52.8, yolov6Shape{yoloScale{1.00, 1.00, 1024, false}, 1. / 2, true, 17}),
	}
}

// yolov6 returns the Entry of a YOLOv6; printed are the parameters in millions and gflops those of
// its README.
func yolov6(size string, params, macs int64, printed, gflops, mAP float64, s yolov6Shape) Entry {
	return Entry{
		Name: "yolov6" + size, Family: "YOLOv6", Task: detection.name, Doc: "YOLOv6 3.0 without anchors, 80 classes, box decoding included",
		Params: params, MACs: macs, Published: gflops / 2, License: "GPL-3.0",
		Source:   fmt.Sprintf("meituan/YOLOv6 README (it prints %.1f M parameters, here are those of the graph after fusion; %.1f GFLOPs = 2 x MACs at 640, transposed convolutions fourfold)", printed, gflops),
		Accuracy: Accuracy{detection.metric, mAP, "", "meituan/YOLOv6 README"},
		Options:  []Option{imageSize(640, 32), classOption(coco), batchOption},
		build: func(b *builder, v values) {
			(&rep{yolo{builder: b, yoloScale: s.scale}, s}).build(v)
			b.absent = 0 // the parameters are those after fusion
		},
	}
}

// rep builds of blocks whose branches are folded into one 3x3 convolution.
type rep struct {
	yolo
	yolov6Shape
}

// build builds the network of Li et al. 2023 (arXiv 2301.05586), as configs/yolov6n.py and its like set it up.
func (r *rep) build(v values) {
	x := r.block(r.images(v), "/backbone/stem", r.channels(64), 2)
	var maps []tensor
	for i, n := range []int64{6, 12, 18, 6} {
		p := fmt.Sprintf("/backbone/ERBlock_%d/ERBlock_%d", i+2, i+2)
		x = r.stage(r.block(x, p+".0", r.channels(128<<i), 2), p+".1", r.channels(128<<i), n)
		maps = append(maps, x)
	}
	const neck = "/neck"
	top := r.relu(r.pyramid(x, "/backbone/ERBlock_5/ERBlock_5.2"), neck+"/reduce_layer0", r.channels(256), 1, 1)
	n4 := r.stage(r.fuse(top, maps[2], maps[1], neck+"/Bifusion0"), neck+"/Rep_p4", r.channels(256), 12)
	low := r.relu(n4, neck+"/reduce_layer1", r.channels(128), 1, 1)
	n3 := r.stage(r.fuse(low, maps[1], maps[0], neck+"/Bifusion1"), neck+"/Rep_p3", r.channels(128), 12)
	m4 := r.stage(r.concat(neck, r.relu(n3, neck+"/downsample2", n3.c, 3, 2), low), neck+"/Rep_n3", r.channels(256), 12)
	m5 := r.stage(r.concat(neck, r.relu(m4, neck+"/downsample1", m4.c, 3, 2), top), neck+"/Rep_n4", r.channels(512), 12)
	r.head(v, n3, m4, m5)
}

// relu returns a convolution with ReLU.
func (r *rep) relu(x tensor, path string, out, k, stride int64) tensor {
	return r.unary("Relu", r.convBN(x, path+"/block/conv", out, k, stride, 1), path+"/block/act")
}

// block returns the 3x3 convolution of a stage.
func (r *rep) block(x tensor, path string, out, stride int64) tensor {
	if r.smooth {
		return r.act(x, path, out, 3, stride, 1)
	}
	return r.unary("Relu", r.convBN(x, path+"/rbr_reparam", out, 3, stride, 1), path+"/nonlinearity")
}

// point returns a 1x1 convolution of a stage.
func (r *rep) point(x tensor, path string, out int64) tensor {
	if r.smooth {
		return r.act(x, path, out, 1, 1, 1)
	}
	return r.relu(x, path, out, 1, 1)
}

// stage returns n blocks, or half as many bottlenecks of two on one of two projections that are joined behind.
func (r *rep) stage(x tensor, path string, out, n int64) tensor {
	n = r.repeats(n)
	if r.inside == 0 {
		for i := range n {
			x = r.block(x, fmt.Sprintf("%s/block.%d", path, i), out, 1)
		}
		return x
	}
	inner := int64(float64(out) * r.inside)
	a := r.point(x, path+"/cv1", inner)
	for i := range n / 2 {
		p := fmt.Sprintf("%s/m/block.%d", path, i)
		z := r.block(r.block(a, p+"/conv1", inner, 1), p+"/conv2", inner, 1)
		weighed := tensor{r.node("Mul", p, []string{r.weight(strings.TrimSuffix(weightName(p), "weight")+"alpha", 1), a.name}), inner}
		a = r.binary("Add", z, weighed, p)
	}
	return r.point(r.concat(path, a, r.point(x, path+"/cv2", inner)), path+"/cv3", out)
}

// pyramid pools at three scales by repeating one pool; in plain networks on one of two projections.
func (r *rep) pyramid(x tensor, path string) tensor {
	pools := func(z tensor) tensor {
		parts := []tensor{z}
		for i := range 3 {
			parts = append(parts, r.maxPool(parts[i], path+"/m", 5, 1))
		}
		return r.concat(path, parts...)
	}
	if r.inside > 0 {
		return r.point(pools(r.point(x, path+"/cv1", x.c/2)), path+"/cv2", x.c)
	}
	z := r.relu(r.relu(r.point(x, path+"/cv1", x.c/2), path+"/cv3", x.c/2, 3, 1), path+"/cv4", x.c/2, 1, 1)
	z = r.relu(r.point(pools(z), path+"/cv5", x.c/2), path+"/cv6", x.c/2, 3, 1)
	return r.point(r.concat(path, z, r.point(x, path+"/cv2", x.c/2)), path+"/cv7", x.c)
}

// fuse joins a map, enlarged, with one of its doubled size and one of four times that, halved.
func (r *rep) fuse(x, same, large tensor, path string) tensor {
	down := r.relu(r.relu(large, path+"/cv2", x.c, 1, 1), path+"/downsample", x.c, 3, 2)
	return r.relu(r.concat(path, r.doubled(x, path+"/upsample"), r.relu(same, path+"/cv1", x.c, 1, 1), down), path+"/cv3", x.c, 1, 1)
}

// head predicts a box and classes at every point of every map.
func (r *rep) head(v values, levels ...tensor) {
	h, classes := &yoloPoints{path: "/detect"}, v["classes"]
	sides := 4 * max(r.bins, 1)
	var boxes, scores []string
	for i, x := range levels {
		at := func(part string) string { return fmt.Sprintf("/detect/%s.%d", part, i) }
		x = r.act(x, at("stems"), x.c, 1, 1, 1)
		cls := r.conv(r.act(x, at("cls_convs"), x.c, 3, 1, 1), at("cls_preds"), classes, 1, 1, 1, true)
		reg := r.conv(r.act(x, at("reg_convs"), x.c, 3, 1, 1), at("reg_preds"), sides, 1, 1, 1, true)
		scores = append(scores, r.reshape(r.unary("Sigmoid", cls, h.path), h.path, 0, 0, classes, -1).name)
		boxes = append(boxes, r.reshape(reg, h.path, 0, 0, sides, -1).name)
		area := v.extent().over(8 << i)
		h.n += area.n()
	}
	h.places, h.stride = r.table(h.path, 1, 2, h.n), r.table(h.path, 1, h.n)
	far := r.node("Concat", h.path, boxes, attr{"axis", int64(2)})
	if r.bins > 0 {
		far = r.means(far, h.path+"/proj_conv", r.bins, h.n)
	}
	rows := []string{r.located(h, far), r.node("Concat", h.path, scores, attr{"axis", int64(2)})}
	out := tensor{r.node("Concat", h.path, rows, attr{"axis", int64(1)}), 0}
	r.output(r.transpose(out, h.path, 0, 2, 1).name, h.n, 4+classes)
}
