package roofline

import (
	"fmt"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/numlist"
)

// A Size is the height and the width of images in pixels; the zero Size is a model's own.
type Size struct{ Height, Width int64 }

// Square returns the size of square images of a side.
func Square(side int64) Size { return Size{side, side} }

// String returns the side of a square, such as 640, or height and width, such as 384x640.
func (s Size) String() string {
	if s.Height == s.Width {
		return fmt.Sprint(s.Height)
	}
	return fmt.Sprintf("%dx%d", s.Height, s.Width)
}

// Side returns the side of a square as large.
func (s Size) Side() float64 { return math.Sqrt(float64(s.Height) * float64(s.Width)) }

// mostSizes bounds a list of sizes.
const mostSizes = 4096

// ParseSizes reads a list of image sizes: sides of squares as numlist reads them, and heights x widths such as 384x640.
func ParseSizes(text string) ([]Size, error) {
	var out []Size
	for part := range strings.SplitSeq(text, ",") {
		high, wide, both := strings.Cut(part, "x")
		list, err := numlist.Parse(high)
		switch {
		case err != nil && !both:
			return nil, err
		case both:
			w, errWide := numlist.Parse(wide)
			if err != nil || errWide != nil || len(list) != 1 || len(w) != 1 {
				return nil, fmt.Errorf("found the size %q, expected pixels, such as 640, or height x width, such as 384x640",
					part)
			}
			out = append(out, Size{Height: list[0], Width: w[0]})
		}
		for _, side := range list {
			if !both {
				out = append(out, Square(side))
			}
		}
		if len(out) > mostSizes {
			return nil, fmt.Errorf("found more than %d sizes", mostSizes)
		}
	}
	return out, nil
}

// A Refusal is a way in which a device does not run a model, and why.
type Refusal struct {
	Device    *hwprofiles.Device // that refuses
	Runtime   string             // id; "": any
	Precision string             // "": any
	Why       string             // in words
}
