package roofline

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
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

// A Refusal is a way in which a device does not run a model, and why.
type Refusal struct {
	Device    *hwprofiles.Device
	Runtime   string // id; "": any
	Precision string // "": any
	Why       string
}
