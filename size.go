package ridgepoint

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Size is the height and the width of images in pixels; the zero Size is a model's own.
type Size = roofline.Size

// ParseSizes reads a list of image sizes: sides of squares as in ParseList, and heights x widths such as 384x640.
func ParseSizes(text string) ([]Size, error) { return roofline.ParseSizes(text) }

// sized returns a model with images of the size of opt, and opt without the size. A built-in model is built anew, since
// its graph fixes the size; of others the inputs get another shape.
func (e *Estimator) sized(m *Model, opt *Options) (*Model, *Options, error) {
	if err := e.check(m); err != nil || opt == nil || opt.Size == (Size{}) {
		return m, opt, err
	}
	o := *opt
	size := o.Size
	o.Size = Size{}
	if spec, ok := zoo.Resized(m.Spec, size.Height, size.Width); ok {
		m, err := e.Load(spec)
		return m, &o, err
	}
	b, err := o.bindings()
	if err != nil {
		return nil, nil, err
	}
	if b, err = roofline.SizeBindings(m.plan, b, size.Height, size.Width); err != nil {
		return nil, nil, fmt.Errorf("size %s: %w", size, err)
	}
	o.Shapes = map[string][]int64{}
	for name, shape := range b.Shapes {
		o.Shapes[name] = shape
	}
	return m, &o, nil
}
