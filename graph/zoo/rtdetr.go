package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// rtdetrs returns RT-DETR-L (arXiv 2304.08069) as Ultralytics builds it. Its parameters count
// branches that are folded before use.
func rtdetrs() []Entry {
	return []Entry{{
		Name: "rtdetr-l", Family: "RT-DETR", Task: detection.name, Doc: "RT-DETR-L on HGNetV2, 300 queries, 80 classes, 640 pixels",
		Params: 32_970_476, MACs: 52_801_945_600, License: "AGPL-3.0",
		Source:   "Ultralytics model file (parameters before fusion); it prints 108.3 GFLOPs = 2 x MACs with branches that are folded before use",
		Accuracy: Accuracy{detection.metric, 53.0, "", "Ultralytics docs"},
		Options:  []Option{imageSize(640, 32), {"queries", 300, 1, 1000, 1, "boxes that are looked for"}, classOption(coco), batchOption},
		build:    func(b *builder, v values) { (&rtdetr{builder: b}).build(v) },
	}}
}

// rtdetr is Lv et al. 2023 (arXiv 2304.08069), after the layer list of Ultralytics' rtdetr-l.yaml.
type rtdetr struct {
	*builder
	layer int
}

// detrWidth gives the width of the neck and the decoder.
const detrWidth = 256

// path returns the name of the next module, as Ultralytics numbers them.
func (r *rtdetr) path() string {
	r.layer++
	return fmt.Sprintf("/model.%d", r.layer-1)
}

// relu adds, as silu does, a square convolution with normalisation and activation; plain has none.
func (r *rtdetr) relu(x tensor, path string, out, k, stride int64) tensor {
	return r.unary("Relu", r.convBN(x, path+"/conv", out, k, stride, 1), path+"/act")
}

// act adds a convolution, its normalisation and SiLU; k is the window's side, stride in elements.
func (r *rtdetr) act(x tensor, path string, out, k, stride int64) tensor {
	return r.silu(r.convBN(x, path+"/conv", out, k, stride, 1), path+"/act")
}

// build builds the backbone, the neck on maps of an eighth, a sixteenth and a 32nd of the image,
// and the decoder.
func (r *rtdetr) build(v values) {
	x := r.stem(tensor{r.input("images", dtype.Float32, v.batch(), int64(3), v.height(), v.width()), 3})
	x = r.stage(x, 48, 128, 3, false, false)
	p3 := r.stage(r.halfSize(x), 96, 512, 3, false, false)
	x = r.stage(r.halfSize(p3), 192, 1024, 5, true, false)
	x = r.stage(x, 192, 1024, 5, true, true)
	p4 := r.stage(x, 192, 1024, 5, true, true)
	x = r.stage(r.halfSize(p4), 384, 2048, 5, true, false)
	r.decode(v, r.neck(p3, p4, x, v.extent().over(32)))
}

// stem returns four convolutions to a quarter of the image, two of them of 2x2 windows beside a pool.
func (r *rtdetr) stem(x tensor) tensor {
	p := r.path()
	corner := func(x tensor, name string) tensor { // one row and column more at the end
		return tensor{r.node("Pad", p+name, []string{x.name, r.ints(p+name, 0, 0, 0, 0, 0, 0, 1, 1)}), x.c}
	}
	two := func(x tensor, name string, out int64) tensor {
		return r.unary("Relu", r.normConv(corner(x, name), p+name+"/conv", out, square(2, 1, 0)), p+name)
	}
	x = r.relu(x, p+"/stem1", 32, 3, 2)
	y := two(two(x, "/stem2a", 16), "/stem2b", 32)
	x = r.concat(p, r.pool("MaxPool", corner(x, "/pool"), p+"/pool", square(2, 1, 0), true), y)
	return r.relu(r.relu(x, p+"/stem3", 32, 3, 2), p+"/stem4", 48, 1, 1)
}

// halfSize returns a depthwise convolution of stride 2.
func (r *rtdetr) halfSize(x tensor) tensor { return r.convBN(x, r.path()+"/conv", x.c, 3, 2, x.c) }

// stage runs six convolutions and joins every intermediate result; light ones are a pointwise and a depthwise
// convolution.
func (r *rtdetr) stage(x tensor, hidden, out, k int64, light, shortcut bool) tensor {
	p := r.path()
	parts := []tensor{x}
	y := x
	for i := range 6 {
		m := fmt.Sprintf("%s/m.%d", p, i)
		if light {
			y = r.convBN(y, m+"/conv1/conv", hidden, 1, 1, 1)
			y = r.unary("Relu", r.convBN(y, m+"/conv2/conv", hidden, k, 1, hidden), m+"/conv2/act")
		} else {
			y = r.relu(y, m, hidden, k, 1)
		}
		parts = append(parts, y)
	}
	y = r.relu(r.relu(r.concat(p, parts...), p+"/sc", out/2, 1, 1), p+"/ec", out, 1, 1)
	if shortcut {
		y = r.binary("Add", y, x, p)
	}
	return y
}

// neck lets the smallest map see itself, of so many rows, and joins the maps downwards and upwards.
func (r *rtdetr) neck(p3, p4, p5 tensor, area extent) []tensor {
	project := func(x tensor) tensor { return r.convBN(x, r.path()+"/conv", detrWidth, 1, 1, 1) }
	x := project(p5)
	p, n := r.path(), area.n()
	t := postNorm{builder: r.builder, width: detrWidth, heads: 8, hidden: 1024, act: "GELU"}
	x = t.encode(tokens(r.builder, x, p, area), tensor{r.table(p, 1, n, detrWidth), detrWidth}, p, n)
	top := r.act(pixels(r.builder, x, p, area), r.path(), detrWidth, 1, 1)
	up := r.nearest(top, r.path())
	mid := r.act(r.repC3(r.concat(r.path(), project(p4), up)), r.path(), detrWidth, 1, 1)
	up = r.nearest(mid, r.path())
	n3 := r.repC3(r.concat(r.path(), project(p3), up))
	n4 := r.repC3(r.concat(r.path(), r.act(n3, r.path(), detrWidth, 3, 2), mid))
	n5 := r.repC3(r.concat(r.path(), r.act(n4, r.path(), detrWidth, 3, 2), top))
	return []tensor{n3, n4, n5}
}

// repC3 runs three 3x3 convolutions on one of two projections of x and adds the other. In training each has a 1x1
// convolution with normalisation beside it, which is folded into it.
func (r *rtdetr) repC3(x tensor) tensor {
	p := r.path()
	y := r.act(x, p+"/cv1", detrWidth, 1, 1)
	for i := range 3 {
		r.absent += detrWidth*detrWidth + 2*detrWidth
		y = r.act(y, fmt.Sprintf("%s/m/m.%d", p, i), detrWidth, 3, 1)
	}
	return r.binary("Add", y, r.act(x, p+"/cv2", detrWidth, 1, 1), p)
}
