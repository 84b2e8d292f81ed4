package page

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Size of the picture of memory, in units of its own.
const (
	memoryWide = 1000
	memoryHigh = 160
)

// A memory is the activations alive over the steps of a model, as a picture and in words.
type memory struct {
	Text       string
	Path       template.HTMLAttr // the d of a path
	PeakX      string            // where the peak is
	PeakY      string
	Wide, High int
}

// memoryOf returns the memory of an estimate, nil where it is not known or empty.
func memoryOf(e *roofline.Estimate) *memory {
	if len(e.Alive) == 0 {
		return nil
	}
	peak := slices.Max(e.Alive)
	if peak <= 0 {
		return nil
	}
	at := slices.Index(e.Alive, peak)
	name := ""
	if at < len(e.Inferred.Steps) {
		name = " " + visible.Text(e.Inferred.Steps[at].Node.Name)
	}
	m := &memory{Wide: memoryWide, High: memoryHigh, Text: fmt.Sprintf("At most %s of activations are alive, in step"+
		" %d of %d%s; weights are %s.", units.Short(float64(peak), units.Capacity), at+1, len(e.Alive), name,
		units.Short(float64(e.WeightBytes), units.Capacity))}
	x := func(i int) string { return trimmed(memoryWide * float64(i) / float64(len(e.Alive))) }
	y := func(v int64) string { return trimmed(memoryHigh - (memoryHigh-10)*float64(v)/float64(peak)) }
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %d", memoryHigh)
	for i, v := range e.Alive {
		if i == 0 || v != e.Alive[i-1] {
			fmt.Fprintf(&b, "V%s", y(v))
		}
		if i+1 == len(e.Alive) || v != e.Alive[i+1] {
			fmt.Fprintf(&b, "H%s", x(i+1))
		}
	}
	fmt.Fprintf(&b, "V%dZ", memoryHigh)
	m.Path = template.HTMLAttr(`d="` + b.String() + `"`) // of numbers alone
	m.PeakX, m.PeakY = trimmed(memoryWide*(float64(at)+0.5)/float64(len(e.Alive))), y(peak)
	return m
}

// trimmed prints a coordinate.
func trimmed(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
