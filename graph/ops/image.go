package ops

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var imageSpecs = []Spec{
	resize("Resize", 10, "resample to another size", inferResize),
	resize("Upsample", 1, "resample to another size, as before opset 10", inferUpsample),
	{Op: onnx("GridSample"), Since: 16, Kind: Sampler, Doc: "samples at the positions of a grid", MinIn: 2,
		Infer: inferGridSample, Work: gridSampleWork},
	{Op: onnx("AffineGrid"), Since: 20, Kind: Move, Doc: "sampling grid of an affine map", MinIn: 2,
		Infer: inferAffineGrid, Work: affineGridWork},
	move(Move, "DepthToSpace", 1, 1, "channels into blocks of pixels",
		func(c *Call) error { return inferBlocks(c, false) }),
	move(Move, "SpaceToDepth", 1, 1, "blocks of pixels into channels",
		func(c *Call) error { return inferBlocks(c, true) }),
	move(Move, "CenterCropPad", 18, 2, "crop or pad about the centre to a size", inferCenterCropPad),
	{Op: onnx("Col2Im"), Since: 18, Kind: Move, Doc: "sum of overlapping blocks, the inverse of unfolding",
		MinIn: 3, Infer: inferCol2Im, Work: perInput(1)},
	{Op: onnx("ImageDecoder"), Since: 20, Kind: Opaque, Doc: "decode an image file; its size is run-time data",
		MinIn: 1, Infer: inferImageDecoder, Work: perInput(10)},
}

// inferUntold leaves output 0 to what the file declares: its shape depends on run-time data.
func inferUntold(c *Call) error {
	unknownOut(c, 0)
	return nil
}

// resize returns a row for a resampling operator.
func resize(name string, since int, doc string, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: Resize, Doc: doc, MinIn: 1, Infer: infer, Work: resizeWork,
		Bytes: resizeBytes}
}

// scaled returns floor(n × scale) in single precision, as ONNX Runtime computes it.
func scaled(n int64, scale float64) int64 {
	return int64(math.Floor(float64(float32(n) * float32(scale))))
}

// inferScaled applies one scale to each of the given axes.
func inferScaled(c *Call, scales []float64, axes []int) error {
	if len(scales) != len(axes) {
		return fmt.Errorf("%d scales for %d axes of %v", len(scales), len(axes), c.Shape(0))
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	for i, a := range axes {
		if !(scales[i] > 0) || scales[i] > graph.MaxElems {
			return fmt.Errorf("scale %v of axis %d is no positive number", scales[i], a)
		}
		out[a] = scaled(out[a], scales[i])
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// someAxes returns the axes of an attribute, all of them if it is absent.
func someAxes(c *Call, rank int) ([]int, error) {
	var axes []int
	for _, a := range c.Ints("axes") {
		k, err := Axis(a, rank)
		if err != nil {
			return nil, fmt.Errorf("attribute axes: %w", err)
		}
		axes = append(axes, k)
	}
	if c.Ints("axes") == nil {
		for i := range rank {
			axes = append(axes, i)
		}
	}
	return axes, nil
}

// inferResize sets the outputs: opset 10 takes X and scales; later ones X, roi, scales, sizes, of which one of the last
// two is given.
func inferResize(c *Call) error {
	axes, err := someAxes(c, c.Rank(0))
	if err != nil {
		return err
	}
	scales, sizes := 2, 3
	if c.Node.Version < 11 {
		scales, sizes = 1, 4
	}
	if c.Has(sizes) && c.Shape(sizes).Elems() > 0 {
		v := c.Value(sizes)
		if v == nil {
			return inferUntold(c)
		}
		return inferSized(c, v, axes)
	}
	if !c.Has(scales) {
		return fmt.Errorf("needs scales or sizes")
	}
	v := c.Value(scales)
	if v == nil || v.Floats == nil {
		return inferUntold(c)
	}
	if c.Str("coordinate_transformation_mode", "") == "tf_crop_and_resize" {
		return inferCropped(c, v.Floats, axes)
	}
	return inferScaled(c, v.Floats, axes)
}

// inferCropped scales the region of interest: roi holds the relative starts, then the ends, of each axis.
func inferCropped(c *Call, scales []float64, axes []int) error {
	roi := c.Value(1)
	if roi == nil {
		return inferUntold(c)
	}
	n := len(axes)
	if len(scales) != n || roi.Len() != 2*n {
		return fmt.Errorf("%d scales and a region of %d numbers for %d axes", len(scales), roi.Len(), n)
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	for i, a := range axes {
		size := float64(out[a]) * (roi.Float(n+i) - roi.Float(i)) * scales[i]
		if !(size >= 0) || size > graph.MaxElems {
			return fmt.Errorf("the region of interest of axis %d has size %v", a, size)
		}
		out[a] = int64(size)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferSized takes sizes as they are, or as a box that one common scale must fill or fit.
func inferSized(c *Call, sizes *graph.Value, axes []int) error {
	if sizes.Len() != len(axes) {
		return fmt.Errorf("%d sizes for %d axes of %v", sizes.Len(), len(axes), c.Shape(0))
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	policy := c.Str("keep_aspect_ratio_policy", "stretch")
	scale := math.Inf(1)
	if policy == "not_smaller" {
		scale = 0
	}
	for i, a := range axes {
		s := float64(sizes.Int(i)) / float64(max(out[a], 1))
		if policy == "not_smaller" {
			scale = max(scale, s)
		} else {
			scale = min(scale, s)
		}
	}
	for i, a := range axes {
		if policy == "stretch" {
			out[a] = sizes.Int(i)
		} else {
			out[a] = int64(math.Floor(scale*float64(out[a]) + 0.5))
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferUpsample reads scales from attributes up to opset 8, from input 1 after.
func inferUpsample(c *Call) error {
	axes, err := someAxes(c, c.Rank(0))
	if err != nil {
		return err
	}
	switch {
	case c.Has(1):
		v := c.Value(1)
		if v == nil {
			return inferUntold(c)
		}
		return inferScaled(c, v.Floats, axes)
	case c.Node.Attr("scales") != nil:
		return inferScaled(c, c.Node.Attr("scales").Floats, axes)
	}
	return inferScaled(c, []float64{1, 1, c.Float("height_scale", 1), c.Float("width_scale", 1)}, axes)
}

// resizeTaps returns how many input elements each output element is made of: 1 for nearest, 2 an axis for
// linear, 4 for cubic; with antialias the support widens by the factor of shrinking.
func resizeTaps(c *Call) int64 {
	per := map[string]int64{"linear": 2, "bilinear": 2, "cubic": 4}[c.Str("mode", "nearest")]
	if per == 0 {
		return 1
	}
	taps, out := int64(1), c.Out(0).Shape
	for i, d := range c.Shape(0) {
		switch {
		case i >= len(out) || out[i] == d || out[i] == 0:
		case out[i] < d && c.Int("antialias", 0) != 0:
			taps = sat.Mul(taps, sat.Mul(per, ceilDiv(d, out[i])))
		default:
			taps = sat.Mul(taps, per)
		}
	}
	return taps
}

// resizeWork counts a product for each tap and the sums between them; nearest only copies.
func resizeWork(c *Call, k *cost.Cost) {
	if taps := resizeTaps(c); taps > 1 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(2*taps-1, OutElems(c, 0)))
	}
}

// resizeBytes counts bytes: shrinking without antialias touches only the taps of each output element.
func resizeBytes(c *Call, k *cost.Cost) {
	touched := c.Type(0).Bytes(sat.Mul(resizeTaps(c), OutElems(c, 0)))
	ReadBytes(c, k, 0, min(c.In(0).Bytes(), touched))
	WriteAll(c, k)
}

// inferGridSample sets the outputs: [N, C, in…] sampled by a grid [N, out…, axes] is [N, C, out…].
func inferGridSample(c *Call) error {
	x, grid := c.Shape(0), c.Shape(1)
	if len(x) < 3 || len(grid) != len(x) || grid[len(grid)-1] != int64(len(x)-2) || grid[0] != x[0] && !c.upper {
		return fmt.Errorf("a grid %v does not fit an input %v: expected [batch, out…, %d]", grid, x, max(len(x)-2, 0))
	}
	out := append(c.NewShape(len(x))[:0], x[:2]...)
	c.SetOut(0, c.Type(0), append(out, grid[1:len(grid)-1]...)...)
	return nil
}

// gridSampleWork counts a product and a sum for each tap, and 2 operations an axis to place each grid point.
func gridSampleWork(c *Call, k *cost.Cost) {
	axes := c.Rank(0) - 2
	per := map[string]int64{"nearest": 1, "bicubic": 4, "cubic": 4}[c.Str("mode", "linear")]
	if per == 0 {
		per = 2
	}
	taps := int64(1)
	for range axes {
		taps *= per
	}
	place := sat.Mul(2, c.Shape(1).Elems())
	k.AddWork(cost.Vector, c.Type(0), sat.Add(place, sat.Mul(2*taps-1, OutElems(c, 0))))
}

// inferAffineGrid sets the outputs: theta [N, d, d+1] and size (N, C, spatial…) give [N, spatial…, d].
func inferAffineGrid(c *Call) error {
	v := c.Value(1)
	if v == nil {
		return inferUntold(c)
	}
	if v.Len() != 4 && v.Len() != 5 {
		return fmt.Errorf("size has %d numbers, expected N, C and 2 or 3 spatial sizes", v.Len())
	}
	out := c.NewShape(v.Len())
	out[0], out[v.Len()-1] = v.Int(0), int64(v.Len()-2)
	for i := 2; i < v.Len(); i++ {
		out[i-1] = v.Int(i)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// affineGridWork counts work: every coordinate is d products and d sums of the point's other coordinates.
func affineGridWork(c *Call, k *cost.Cost) {
	out := c.Out(0).Shape
	if len(out) > 0 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(2*out[len(out)-1], out.Elems()))
	}
}

// inferBlocks trades blocks of pixels for channels, in either direction.
func inferBlocks(c *Call, toDepth bool) error {
	x, b := c.Shape(0), c.Int("blocksize", 0)
	if len(x) != 4 || b < 1 || b > 1<<20 {
		return fmt.Errorf("takes [batch, channels, height, width] and a positive blocksize, got %v and %d", x, b)
	}
	if toDepth {
		if x[2]%b != 0 || x[3]%b != 0 {
			return fmt.Errorf("blocks of %d do not divide height and width of %v", b, x)
		}
		c.SetOut(0, c.Type(0), x[0], sat.Mul(x[1], b*b), x[2]/b, x[3]/b)
		return nil
	}
	if x[1]%(b*b) != 0 {
		return fmt.Errorf("blocks of %d x %d do not divide the channels of %v", b, b, x)
	}
	c.SetOut(0, c.Type(0), x[0], x[1]/(b*b), sat.Mul(x[2], b), sat.Mul(x[3], b))
	return nil
}

// inferCenterCropPad sets the axes to the sizes of input 1. Sizes that only run time knows leave
// the output unknown.
func inferCenterCropPad(c *Call) error {
	axes, err := someAxes(c, c.Rank(0))
	if err != nil {
		return err
	}
	v := c.Value(1)
	if v == nil {
		return inferUntold(c)
	}
	if v.Len() != len(axes) {
		return fmt.Errorf("%d sizes for %d axes", v.Len(), len(axes))
	}
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	for i, a := range axes {
		out[a] = v.Int(i)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferCol2Im sets the outputs: [N, C × block elements, blocks] and the image's size give [N, C, image…].
func inferCol2Im(c *Call) error {
	x, image, block := c.Shape(0), c.Value(1), c.Value(2)
	if image == nil || block == nil {
		return inferUntold(c)
	}
	n := graph.Shape(block.Ints).Elems()
	if len(x) != 3 || n < 1 || x[1]%n != 0 {
		return fmt.Errorf("blocks %v do not fit columns %v: expected [batch, channels × block elements, blocks]", block.Ints,
			x)
	}
	out := append(c.NewShape(2 + image.Len())[:0], x[0], x[1]/n)
	c.SetOut(0, c.Type(0), append(out, image.Ints...)...)
	return nil
}

// outType returns an element type given by an attribute.
func outType(c *Call, name string, def dtype.Type) (dtype.Type, error) {
	t := dtype.Type(c.Int(name, int64(def)))
	if !t.Valid() {
		return t, fmt.Errorf("attribute %s = %d is no element type", name, c.Int(name, 0))
	}
	return t, nil
}

// inferImageDecoder sets the outputs: the picture's size is in the data. A 4096 x 4096 image is taken as the bound.
func inferImageDecoder(c *Call) error {
	channels := int64(3)
	if c.Str("pixel_format", "RGB") == "Grayscale" {
		channels = 1
	}
	c.SetOutUpper(0, dtype.Uint8, 4096, 4096, channels)
	return nil
}

// inferCropAndResize sets the crops [boxes, channels, height, width]; their size is input 3.
func inferCropAndResize(c *Call) error {
	in, boxes, size := c.Shape(0), c.Shape(1), c.Value(3)
	if len(in) != 4 || len(boxes) != 2 {
		return fmt.Errorf("CropAndResize takes [batch, channels, height, width] and [boxes, 4], got %v and %v", in, boxes)
	}
	if size == nil || size.Len() != 2 {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, c.Type(0), boxes[0], in[1], size.Int(0), size.Int(1))
	return nil
}
