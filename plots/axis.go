package plots

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// decades puts a labelled tick at each power of ten and plain ones between.
// Over many decades only every second or third is labelled, over less than three also 2 and 5 times each.
type decades struct {
	label func(float64) string
}

// maxDecades says how many labels an axis has at most.
const maxDecades = 9

// Ticks implements plot.Ticker.
func (d decades) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0 && hi > lo) || math.IsInf(hi, 0) { // so put, it is true of NaN
		return nil
	}
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	every := (last-first)/maxDecades + 1
	var ticks []plot.Tick
	for e := first; e <= last; e++ {
		for m := 1; m <= 9; m++ {
			v := power(m, e)
			if v < lo || v > hi {
				continue
			}
			t := plot.Tick{Value: v}
			if m == 1 && e%every == 0 || hi < 1000*lo && (m == 2 || m == 5) {
				t.Label = d.label(v)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// power returns m x 10^e, rounded as the decimal number is read.
func power(m, e int) float64 {
	v, err := strconv.ParseFloat(strconv.Itoa(m)+"e"+strconv.Itoa(e), 64)
	if err != nil {
		return math.Inf(1)
	}
	return v
}

// in labels ticks with their unit.
func in(d units.Dim) func(float64) string {
	return func(v float64) string { return units.Format(v, d) }
}

// plainNumber returns v without an exponent and without needless digits.
func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// values puts a labelled tick at each value of a sweep, leaving out labels that would crowd.
type values []float64

// Ticks implements plot.Ticker.
func (vs values) Ticks(lo, hi float64) []plot.Tick {
	every := len(vs)/12 + 1
	var ticks []plot.Tick
	for i, v := range vs {
		if v < lo || v > hi {
			continue
		}
		t := plot.Tick{Value: v}
		if i%every == 0 {
			t.Label = plainNumber(v)
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// even puts ticks at multiples of 1, 2 or 5 times a power of ten.
type even struct {
	label func(float64) string
	most  float64 // steps; 0: six
}

// Ticks implements plot.Ticker.
func (t even) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) || math.IsInf(hi-lo, 0) {
		return nil
	}
	raw := (hi - lo) / cmp.Or(t.most, 6)
	e := int(math.Floor(math.Log10(raw)))
	step := power(10, e)
	for _, m := range []int{5, 2, 1} {
		if power(m, e) >= raw {
			step = power(m, e)
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(lo / step); i*step <= hi; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: t.label(i * step)})
	}
	return ticks
}

// valuesOf sorts the values of a sweep.
func valuesOf(set map[float64]bool) values { return slices.Sorted(maps.Keys(set)) }

// A thinned ticker leaves out labels that have no room on an axis of a length; powers of ten have the first choice.
type thinned struct {
	ticks  plot.Ticker
	axis   *plot.Axis
	length vg.Length
	size   func(label string) vg.Length
	gap    vg.Length
}

// Ticks implements plot.Ticker.
func (t thinned) Ticks(lo, hi float64) []plot.Tick {
	ticks := t.ticks.Ticks(lo, hi)
	type reach struct{ from, to vg.Length }
	var kept []reach
	for _, round := range []bool{true, false} {
		for i := range ticks {
			k := &ticks[i]
			if k.Label == "" || isPower(k.Value) != round {
				continue
			}
			at, half := vg.Length(t.axis.Norm(k.Value))*t.length, t.size(k.Label)/2
			r := reach{at - half - t.gap/2, at + half + t.gap/2}
			if slices.ContainsFunc(kept, func(o reach) bool { return r.from < o.to && o.from < r.to }) {
				k.Label = ""
				continue
			}
			kept = append(kept, r)
		}
	}
	return ticks
}

// isPower reports whether a value is a power of ten.
func isPower(v float64) bool {
	l := math.Log10(v)
	return math.Abs(l-math.Round(l)) < 1e-9
}
