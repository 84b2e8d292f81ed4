package zoo

import (
	"fmt"
	"strings"
)

// yoloBins says how many bins the distance from a point to each side of a box is distributed over.
const yoloBins = 16

// coco gives the number of classes of the COCO data set.
const coco = 80

// classOption returns the number of classes of a detector.
func classOption(def int64) Option {
	return Option{"classes", def, 1, 4096, 1, "classes to tell apart"}
}

// A yoloTask is what a head predicts beside boxes and class scores.
type yoloTask struct {
	suffix, name string
	metric       string
	classes      int64
	size         int64                                       // of images, by default
	extra        int64                                       // values for each point
	end          func(y *yolo, h *yoloPoints) (extra string) // decodes them; nil: they are left as they are
	oriented     bool                                        // boxes turn by the extra value
	masks        bool                                        // the extra values weigh 32 masks, a second output
	best         int64                                       // boxes to give, by their corners, the best of all points; 0: all
	plain        bool                                        // the distances to the sides are given as they are, not as distributions
}

var (
	detection = yoloTask{name: "detection", metric: "COCO mAP50-95", classes: coco, size: 640}
	masking   = yoloTask{suffix: "-seg", name: "instance segmentation", metric: "COCO box mAP50-95", classes: coco, size: 640, extra: 32, masks: true}
	posing    = yoloTask{suffix: "-pose", name: "pose estimation", metric: "COCO pose mAP50-95", classes: 1, size: 640, extra: 17 * 3, end: keypoints}
	turning   = yoloTask{suffix: "-obb", name: "oriented detection", metric: "DOTA v1 mAP50", classes: 15, size: 1024, extra: 1, end: angle, oriented: true}
)

// yoloPoints are the points of all feature maps, each of which predicts a box.
type yoloPoints struct {
	path   string
	n      int64
	places string // their places, 1 x 2 x n, in steps of their map
	stride string // those steps in pixels, 1 x n
	extra  string // what the task predicts beside, samples x extra x n
}

// depthwiseScores returns the two layers before the class scores, each a depthwise and a pointwise convolution.
func (y *yolo) depthwiseScores(x tensor, path, scope string, c int64) tensor {
	for i := range 2 {
		p := fmt.Sprintf("%s.%d/%s.%d", path, i, scope, i)
		x = y.act(y.act(x, p+".0", x.c, 3, 1, x.c), p+".1", c, 1, 1, 1)
	}
	return x
}

// detect ends a detector over three feature maps; scores makes the layers before the class scores.
func (y *yolo) detect(v values, scores func(x tensor, path, scope string, c int64) tensor, levels ...tensor) {
	h, classes := &yoloPoints{path: y.path()}, v["classes"]
	bins := int64(yoloBins)
	if y.task.plain {
		bins = 1
	}
	box, cls := max(16, levels[0].c/4, 4*bins), max(levels[0].c, min(classes, 100))
	var flat, extra []string
	for i, x := range levels {
		p := fmt.Sprintf("%s/cv2.%d/cv2.%d", h.path, i, i)
		a := y.branch(x, p, box, 4*bins)
		p = fmt.Sprintf("%s/cv3.%d/cv3.%d", h.path, i, i)
		c := y.conv(scores(x, p, fmt.Sprintf("cv3.%d", i), cls), p+".2", classes, 1, 1, 1, true)
		flat = append(flat, y.reshape(y.concat(h.path, a, c), h.path, 0, 0, 4*bins+classes, -1).name)
		if n := y.task.extra; n > 0 {
			e := y.branch(x, fmt.Sprintf("%s/cv4.%d/cv4.%d", h.path, i, i), max(levels[0].c/4, n), n)
			extra = append(extra, y.reshape(e, h.path, 0, 0, n, -1).name)
		}
		area := v.extent().over(8 << i)
		h.n += area.n()
	}
	h.places, h.stride = y.table(h.path, 1, 2, h.n), y.table(h.path, 1, h.n)
	all := y.node("Concat", h.path, flat, attr{"axis", int64(2)})
	parts := y.nodeN("Split", h.path, 2, []string{all, y.ints(h.path, 4*bins, classes)}, attr{"axis", int64(1)})
	rows := []string{"", y.node("Sigmoid", h.path, []string{parts[1]})}
	if extra != nil {
		h.extra = y.node("Concat", h.path, extra, attr{"axis", int64(2)})
		if y.task.end != nil {
			h.extra = y.task.end(y, h)
		}
		rows = append(rows, h.extra)
	}
	rows[0] = y.boxes(h, parts[0])
	out := y.node("Concat", h.path, rows, attr{"axis", int64(1)})
	if y.task.best > 0 {
		y.choose(h, out, classes)
		return
	}
	y.output(out, 4+classes+y.task.extra, h.n)
	if y.task.masks {
		y.prototypes(levels[0], h.path+"/proto", v.extent())
	}
}

// branch returns two 3x3 convolutions and one that gives the values of each point.
func (y *yolo) branch(x tensor, path string, width, out int64) tensor {
	x = y.act(y.act(x, path+".0", width, 3, 1, 1), path+".1", width, 3, 1, 1)
	return y.conv(x, path+".2", out, 1, 1, 1, true)
}

// boxes turns distributions into distances and those into centre and size.
func (y *yolo) boxes(h *yoloPoints, x string) string {
	if y.task.plain {
		return y.located(h, x)
	}
	return y.located(h, y.means(x, h.path+"/dfl", yoloBins, h.n))
}

// means returns those of distributions over so many bins, by a fixed 1x1 convolution.
func (y *yolo) means(x, path string, bins, n int64) string {
	z := y.reshape(tensor{x, 0}, path, 0, 0, 4, bins, n)
	z = y.unary("Softmax", y.transpose(z, path, 0, 2, 1, 3), path, attr{"axis", int64(1)})
	z = y.conv(tensor{z.name, bins}, path+"/conv", 1, 1, 1, 1, false)
	return y.reshape(z, path, 0, 0, 4, n).name
}

// located returns boxes in pixels of which the distances to their sides are given.
func (y *yolo) located(h *yoloPoints, distances string) string {
	sides := y.nodeN("Split", h.path, 2, []string{distances, y.ints(h.path, 2, 2)}, attr{"axis", int64(1)})
	box := y.turned
	if !y.task.oriented {
		box = y.upright
	}
	return y.node("Mul", h.path, []string{box(h, sides), h.stride})
}

// upright returns boxes by centre and size, or by two corners where the best are chosen.
func (y *yolo) upright(h *yoloPoints, sides []string) string {
	low := y.node("Sub", h.path, []string{h.places, sides[0]})
	high := y.node("Add", h.path, []string{h.places, sides[1]})
	if y.task.best > 0 {
		return y.node("Concat", h.path, []string{low, high}, attr{"axis", int64(1)})
	}
	centre := y.node("Div", h.path, []string{y.node("Add", h.path, []string{low, high}), y.scalar(h.path, 2)})
	extent := y.node("Sub", h.path, []string{high, low})
	return y.node("Concat", h.path, []string{centre, extent}, attr{"axis", int64(1)})
}

// turned returns boxes whose distances are measured along axes that are turned by the angle of each point.
func (y *yolo) turned(h *yoloPoints, sides []string) string {
	op := func(op string, in ...string) string { return y.node(op, h.path, in) }
	cos, sin := op("Cos", h.extra), op("Sin", h.extra)
	half := op("Div", op("Sub", sides[1], sides[0]), y.scalar(h.path, 2))
	d := y.nodeN("Split", h.path, 2, []string{half, y.ints(h.path, 1, 1)}, attr{"axis", int64(1)})
	across := op("Sub", op("Mul", d[0], cos), op("Mul", d[1], sin))
	down := op("Add", op("Mul", d[0], sin), op("Mul", d[1], cos))
	centre := op("Add", y.node("Concat", h.path, []string{across, down}, attr{"axis", int64(1)}), h.places)
	return y.node("Concat", h.path, []string{centre, op("Add", sides[0], sides[1])}, attr{"axis", int64(1)})
}

// angle returns (sigmoid(x) - 1/4) pi.
func angle(y *yolo, h *yoloPoints) string {
	x := y.node("Sub", h.path, []string{y.node("Sigmoid", h.path, []string{h.extra}), y.scalar(h.path, 0.25)})
	return y.node("Mul", h.path, []string{x, y.scalar(h.path, 3.1415927)})
}

// keypoints returns 17 places in pixels, each with a probability that it is seen.
func keypoints(y *yolo, h *yoloPoints) string {
	z := y.reshape(tensor{h.extra, 0}, h.path, 0, 0, 17, 3, h.n)
	parts := y.nodeN("Split", h.path, 2, []string{z.name, y.ints(h.path, 2, 1)}, attr{"axis", int64(2)})
	place := y.node("Add", h.path, []string{y.node("Mul", h.path, []string{parts[0], y.scalar(h.path, 2)}), h.places})
	place = y.node("Mul", h.path, []string{place, h.stride})
	all := y.node("Concat", h.path, []string{place, y.node("Sigmoid", h.path, []string{parts[1]})}, attr{"axis", int64(2)})
	return y.reshape(tensor{all, 0}, h.path, 0, 0, 17*3, h.n).name
}

// prototypes adds 32 masks of a quarter of the image's size, the second output of a segmenting head.
func (y *yolo) prototypes(x tensor, path string, size extent) {
	x = y.act(x, path+"/cv1", y.channels(256), 3, 1, 1)
	x = y.doubled(x, path+"/upsample")
	x = y.act(y.act(x, path+"/cv2", x.c, 3, 1, 1), path+"/cv3", 32, 1, 1, 1)
	y.output(x.name, int64(32), size.h/4, size.w/4)
}

// doubled returns a transposed convolution that doubles rows and columns.
func (y *yolo) doubled(x tensor, path string) tensor {
	w := weightName(path)
	in := []string{x.name, y.weight(w, x.c, x.c, 2, 2), y.weight(strings.TrimSuffix(w, "weight")+"bias", x.c)}
	return tensor{y.node("ConvTranspose", path, in, attr{"kernel_shape", []int64{2, 2}}, attr{"strides", []int64{2, 2}}), x.c}
}
