package zoo

import "fmt"

// An extent is the height and width of an image or a map.
type extent struct{ h, w int64 }

// n returns the number of places.
func (e extent) n() int64 { return e.h * e.w }

// over returns the extent divided by k, rounded down.
func (e extent) over(k int64) extent { return extent{e.h / k, e.w / k} }

// ceil returns the extent divided by k, rounded up.
func (e extent) ceil(k int64) extent { return extent{(e.h + k - 1) / k, (e.w + k - 1) / k} }

// times returns the extent multiplied by k.
func (e extent) times(k int64) extent { return extent{k * e.h, k * e.w} }

// distances counts the offsets between two places, which tables of relative positions have rows for.
func (e extent) distances() int64 { return (2*e.h - 1) * (2*e.w - 1) }

// String returns one number for a square, else height and width, as options spell them.
func (e extent) String() string {
	if e.h == e.w {
		return fmt.Sprint(e.h)
	}
	return fmt.Sprintf("%dx%d", e.h, e.w)
}

// The option of the image size holds the height; where the width differs, it has a key that no option has.
const (
	sizeOption = "size"
	widthKey   = "size's width"
	imageDoc   = "height and width of the image in pixels, one number or HxW"
)

// height returns the height of the image.
func (v values) height() int64 { return v[sizeOption] }

// width returns the width of the image.
func (v values) width() int64 {
	if w := v[widthKey]; w > 0 {
		return w
	}
	return v[sizeOption]
}

// extent returns the height and width of the image.
func (v values) extent() extent { return extent{v.height(), v.width()} }

// Sides returns the height and width of the image among the options that Lookup gives; 0 and 0 without an image.
func Sides(options map[string]int64) (height, width int64) {
	return values(options).height(), values(options).width()
}

// setBoth sets the height and width of the image.
func (o *Option) setBoth(opts values, height, width string) error {
	h, okH := o.parse(height)
	w, okW := o.parse(width)
	if !okH || !okW {
		return fmt.Errorf("%s=%sx%s: expected height and width, each %s from %d to %d", o.Name, height, width, o.kind(),
			o.Min, o.Max)
	}
	opts[sizeOption] = h
	if h != w {
		opts[widthKey] = w
	}
	return nil
}
