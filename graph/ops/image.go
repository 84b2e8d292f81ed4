package ops

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

var imageSpecs = []Spec{
	{Op: onnx("Resize"), Since: 10, Class: cost.Injective, Doc: "resample by scales or to sizes", MinIn: 1, Infer: inferResize, Work: resizeWork},
	{Op: onnx("Upsample"), Since: 1, Class: cost.Injective, Doc: "resample by scales", MinIn: 1, Infer: inferUpsample, Work: resizeWork},
	{Op: onnx("GridSample"), Since: 16, Class: cost.Injective, Doc: "resample at positions of a grid", MinIn: 2, Infer: inferGridSample, Work: resizeWork},
	{Op: onnx("AffineGrid"), Since: 20, Class: cost.Injective, Doc: "sampling grid of an affine map", MinIn: 2, Infer: inferAffineGrid, Work: perElement(cost.Vector, 6)},
	move("DepthToSpace", 1, 1, "blocks of channels become blocks of pixels", func(c *Call) error { return inferBlocks(c, 1) }),
	move("SpaceToDepth", 1, 1, "blocks of pixels become blocks of channels", func(c *Call) error { return inferBlocks(c, -1) }),
	move("CenterCropPad", 18, 2, "crop or pad around the centre", inferCenterCropPad),
	{Op: onnx("Col2Im"), Since: 18, Class: cost.Reduction, Doc: "add columns of patches back into an image", MinIn: 3, Infer: inferCol2Im, Work: perInput(1)},
	{Op: onnx("ImageDecoder"), Since: 20, Class: cost.Opaque, Doc: "decode a compressed image", MinIn: 1, Infer: inferImageDecoder, Work: perInput(10)},
}

// resizeWork: nearest copies; linear blends 2^d neighbours over the d dims that change, a product and
// a sum each; cubic 4^d. The number of changing dims is at most 2 in images.
func resizeWork(c *Call, k *cost.Cost) {
	per := int64(0)
	switch c.Str("mode", "nearest") {
	case "linear", "bilinear":
		per = 8
	case "cubic", "bicubic":
		per = 32
	}
	if per > 0 {
		k.AddWork(cost.Vector, c.Type(0), graph.Mul(per, OutElems(c, 0)))
	}
}

// inferResize reads sizes (input 3) if given, else scales (input 2; input 1 in opset 10).
func inferResize(c *Call) error {
	in := c.Shape(0)
	scalesAt := 2
	if c.Node.Version < 11 {
		scalesAt = 1
	}
	axes, err := resizeAxes(c, len(in))
	if err != nil {
		return err
	}
	if c.Has(3) && c.Shape(3).Elems() > 0 {
		return resizeTo(c, in, axes)
	}
	scales := c.Value(scalesAt)
	if scales == nil {
		unknownOut(c, 0)
		return nil
	}
	if scales.Len() != len(axes) {
		return fmt.Errorf("%d scales for %d axes of %v", scales.Len(), len(axes), in)
	}
	out := append(c.NewShape(len(in))[:0], in...)
	for i, a := range axes {
		out[a] = toInt(math.Floor(float64(in[a]) * float64(float32(scales.Float(i)))))
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func resizeAxes(c *Call, rank int) ([]int, error) {
	var axes []int
	if list := c.Ints("axes"); list != nil {
		for _, a := range list {
			k, err := Axis(a, rank)
			if err != nil {
				return nil, err
			}
			axes = append(axes, k)
		}
		return axes, nil
	}
	for i := range rank {
		axes = append(axes, i)
	}
	return axes, nil
}

// resizeTo applies sizes under keep_aspect_ratio_policy.
func resizeTo(c *Call, in graph.Shape, axes []int) error {
	sizes := c.Value(3)
	if sizes == nil {
		unknownOut(c, 0)
		return nil
	}
	if sizes.Len() != len(axes) {
		return fmt.Errorf("%d sizes for %d axes of %v", sizes.Len(), len(axes), in)
	}
	out := append(c.NewShape(len(in))[:0], in...)
	scale := 0.0
	policy := c.Str("keep_aspect_ratio_policy", "stretch")
	for i, a := range axes {
		s := sizes.Float(i) / float64(max(in[a], 1))
		switch {
		case i == 0, policy == "not_larger" && s < scale, policy == "not_smaller" && s > scale:
			scale = s
		}
	}
	for i, a := range axes {
		out[a] = sizes.Int(i)
		if policy == "not_larger" || policy == "not_smaller" {
			out[a] = toInt(math.Round(scale * float64(in[a])))
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferUpsample reads scales from input 1 (opset 9), attribute scales (7) or width_scale and height_scale (1).
func inferUpsample(c *Call) error {
	in := c.Shape(0)
	out := append(c.NewShape(len(in))[:0], in...)
	var scales []float64
	switch a := c.Node.Attr("scales"); {
	case c.Has(1):
		v := c.Value(1)
		if v == nil {
			unknownOut(c, 0)
			return nil
		}
		scales = v.Floats
	case a != nil:
		scales = a.Floats
	default:
		scales = []float64{1, 1, c.Float("height_scale", 1), c.Float("width_scale", 1)}
	}
	if len(scales) != len(in) {
		return fmt.Errorf("%d scales for a tensor of rank %d", len(scales), len(in))
	}
	for i := range out {
		out[i] = toInt(math.Floor(float64(in[i]) * scales[i]))
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func inferGridSample(c *Call) error {
	in, grid := c.Shape(0), c.Shape(1)
	if len(in) < 3 || len(grid) != len(in) || grid[len(grid)-1] != int64(len(in)-2) {
		return fmt.Errorf("GridSample takes [batch, channels, …] and a grid of the same rank, got %v and %v", in, grid)
	}
	out := append(c.NewShape(len(in))[:0], in[:2]...)
	c.SetOut(0, c.Type(0), append(out, grid[1:len(grid)-1]...)...)
	return nil
}

func inferAffineGrid(c *Call) error {
	size := c.Value(1)
	if size == nil || size.Len() < 4 {
		unknownOut(c, 0)
		return nil
	}
	out := append(c.NewShape(size.Len())[:0], size.Ints[0])
	out = append(out, size.Ints[2:]...)
	c.SetOut(0, c.Type(0), append(out, int64(size.Len()-2))...)
	return nil
}

// inferBlocks moves blocksize^2 between channels and pixels; direction 1 towards pixels.
func inferBlocks(c *Call, direction int) error {
	in, b := c.Shape(0), c.Int("blocksize", 0)
	if len(in) != 4 || b < 1 {
		return fmt.Errorf("a blocksize of %d over %v: expected [batch, channels, height, width]", b, in)
	}
	if direction > 0 {
		c.SetOut(0, c.Type(0), in[0], in[1]/(b*b), graph.Mul(in[2], b), graph.Mul(in[3], b))
	} else {
		c.SetOut(0, c.Type(0), in[0], graph.Mul(in[1], graph.Mul(b, b)), in[2]/b, in[3]/b)
	}
	return nil
}

func inferCenterCropPad(c *Call) error {
	in := c.Shape(0)
	v := c.Value(1)
	if v == nil {
		unknownOut(c, 0)
		return nil
	}
	axes, err := resizeAxes(c, len(in))
	if err != nil {
		return err
	}
	if v.Len() != len(axes) {
		return fmt.Errorf("%d sizes for %d axes", v.Len(), len(axes))
	}
	out := append(c.NewShape(len(in))[:0], in...)
	for i, a := range axes {
		out[a] = v.Int(i)
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func inferCol2Im(c *Call) error {
	in, image, block := c.Shape(0), c.Value(1), c.Value(2)
	if len(in) != 3 {
		return fmt.Errorf("Col2Im takes [batch, channels x block, positions], got %v", in)
	}
	if image == nil || block == nil {
		unknownOut(c, 0)
		return nil
	}
	n := graph.Shape(block.Ints).Elems()
	if n < 1 {
		return fmt.Errorf("a block of %v", block.Ints)
	}
	out := append(c.NewShape(2 + image.Len())[:0], in[0], in[1]/n)
	c.SetOut(0, c.Type(0), append(out, image.Ints...)...)
	return nil
}

// inferImageDecoder: the picture's size is in the data. A 4096 x 4096 image is taken as the bound.
func inferImageDecoder(c *Call) error {
	channels := int64(3)
	if c.Str("pixel_format", "RGB") == "Grayscale" {
		channels = 1
	}
	c.SetOutUpper(0, dtype.Uint8, 4096, 4096, channels)
	return nil
}
