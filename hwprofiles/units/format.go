package units

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

// A Scale is how a whole column of one dimension is printed: one unit, one number of decimals.
type Scale struct {
	Factor   float64 // base units per printed unit, such as 1e-3 for ms
	Unit     string  // such as ms
	Decimals int
}

// Format prints a value with the prefix that suits it and at most four
// significant digits: 989.4 TFLOP/s, 4.8 TB/s, 3 µs. Only an intensity, which
// takes no prefix, may have more digits before its point.
func Format(v float64, d Dim) string {
	s := CommonScale(d, v)
	text := strconv.FormatFloat(v/s.Factor, 'f', s.Decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if x := math.Abs(v / s.Factor); x > 0 && x < 1e-3 { // far below the smallest prefix
		text = strconv.FormatFloat(v/s.Factor, 'g', 4, 64)
	}
	return text + " " + s.Unit
}

// CommonScale chooses one scale for a column: that of its largest value, which
// then shows four significant digits. Values that are not finite are passed over.
func CommonScale(d Dim, values ...float64) Scale {
	var top float64
	for _, v := range values {
		if a := math.Abs(v); a > top && !math.IsInf(a, 0) {
			top = a
		}
	}
	top = round4(top)
	s := Scale{Factor: 1, Unit: dims[d].unit}
	for i, f := range scales()[d] {
		if i == 0 || top >= f.Factor || top == 0 && f.Factor == 1 {
			s = f
		}
	}
	s.Decimals = decimals(top / s.Factor)
	return s
}

// Format prints a value in the scale, without its unit. What would round to
// zero but is not zero is printed as below the last digit, such as <0.01.
func (s Scale) Format(v float64) string {
	text := strconv.FormatFloat(v/s.Factor, 'f', s.Decimals, 64)
	if v > 0 && strings.Trim(text, "0.") == "" {
		return "<" + strconv.FormatFloat(math.Pow10(-s.Decimals), 'f', s.Decimals, 64)
	}
	return text
}

// scales lists the scales of every dimension, the smallest first.
var scales = sync.OnceValue(func() [][]Scale {
	out := make([][]Scale, len(dims))
	for d := range dims {
		for _, p := range dims[d].print {
			f, name := factor(p, Dim(d))
			out[d] = append(out[d], Scale{Factor: f, Unit: name + dims[d].unit})
		}
	}
	return out
})

// factor returns the factor and the letters of a prefix; memories take binary ones.
func factor(p rune, d Dim) (float64, string) {
	if p == ' ' {
		return 1, ""
	}
	if d == Capacity {
		name := string(p) + "i"
		return math.Ldexp(1, binaryPrefixes[name]), name
	}
	f, err := strconv.ParseFloat("1e"+strconv.Itoa(prefixes[p]), 64) // math.Pow10 is off by an ulp for some
	if err != nil {
		return 1, ""
	}
	return f, string(p)
}

// decimals returns how many show four significant digits, six at most.
func decimals(x float64) int {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return max(min(3-int(math.Floor(math.Log10(x))), 6), 0)
}

// round4 rounds to four significant digits, so that 999.96 ms is scaled as 1 s.
func round4(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 3, 64), 64)
	if err != nil || math.IsInf(r, 0) {
		return v
	}
	return r
}

// Short prints a value with the prefix that suits it and three significant digits: 1.37 ms, 151 ms, 4.80 TB/s. A value
// that fewer digits hold exactly has no zeros behind it: 8 GiB, 450 W.
func Short(v float64, d Dim) string {
	s := CommonScale(d, v)
	s = CommonScale(d, round3(v/s.Factor)*s.Factor) // 999.6 ms is 1.00 s
	x := v / s.Factor
	return Digits(x, x == round3(x)) + " " + s.Unit
}

// Digits prints a number with three significant digits, without zeros at the end where the number is exact.
func Digits(x float64, exact bool) string {
	x = round3(x)
	text := strconv.FormatFloat(x, 'f', max(decimals(math.Abs(x))-1, 0), 64)
	if a := math.Abs(x); a > 0 && a < 1e-3 {
		text = strconv.FormatFloat(x, 'g', 3, 64)
	}
	if exact && strings.Contains(text, ".") && !strings.Contains(text, "e") {
		return strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// round3 rounds to three significant digits.
func round3(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil || math.IsInf(r, 0) {
		return v
	}
	return r
}
