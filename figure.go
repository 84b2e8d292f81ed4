package ridgepoint

import "github.com/ridgepoint/ridgepoint/hwprofiles/units"

// A Dim is what a figure is of, and its base unit.
type Dim = units.Dim

// The dimensions of ParseFigure.
const (
	Clock     = units.Hertz    // Hz
	Bandwidth = units.ByteRate // B/s
	Memory    = units.Capacity // B
	Rate      = units.FLOPRate // FLOP/s
)

// ParseFigure reads a figure with its unit, such as 504GB/s, and returns it in the base unit of its dimension. Its
// error says what was found and what was expected.
func ParseFigure(text string, dim Dim) (float64, error) {
	dims := []Dim{dim}
	if dim == Memory {
		dims = []Dim{units.Bytes, units.Capacity}
	}
	v, _, err := units.Parse(text, dims...)
	return v, err
}
