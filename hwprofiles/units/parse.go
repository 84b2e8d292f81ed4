package units

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A ParseError says what was found, what was expected and how to write it.
type ParseError struct {
	Text     string // what was found
	Expected string // such as: a bandwidth (B/s)
	Hint     string // what to do, such as: write "4.8 TB/s"
}

// Error returns one line: found, expected, what to do.
func (e *ParseError) Error() string {
	return fmt.Sprintf("found %q, expected %s; %s", e.Text, e.Expected, e.Hint)
}

// Parse reads a quantity such as "4.8 TB/s" or "3µs" that must have one of the
// given dimensions. The value is in base units. A bare number, another
// dimension, a negative or an infinite value is a *ParseError.
func Parse(text string, want ...Dim) (float64, Dim, error) {
	s := strings.TrimSpace(text)
	mantissa, exp, rest, ok := number(s)
	if !ok {
		return 0, 0, fail(text, want, hintNumber(s, want))
	}
	unit := strings.TrimSpace(rest)
	for _, d := range want {
		e10, e2, ok := lookup(unit, d)
		if !ok {
			continue
		}
		// One correctly rounded conversion: 2.6 µs is the number nearest to 2.6e-6.
		v, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(exp+e10), 64)
		v = math.Ldexp(v, e2)
		if err != nil || math.IsInf(v, 0) {
			return 0, 0, fail(text, want, "the number is too large")
		}
		return v, d, nil
	}
	return 0, 0, fail(text, want, hintUnit(s[:len(s)-len(rest)], unit, want))
}

// number splits the leading decimal number off s as mantissa and power of ten.
func number(s string) (mantissa string, exp int, rest string, ok bool) {
	i := digits(s, 0)
	n := i
	if i < len(s) && s[i] == '.' {
		i = digits(s, i+1)
		n = i - 1
	}
	if n == 0 {
		return "", 0, s, false
	}
	mantissa = s[:i]
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') { // an exponent only if digits follow: 1 EB is a size
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if k := digits(s, j); k > j {
			e, err := strconv.Atoi(s[i+1 : k])
			if err != nil || e > 400 || e < -400 {
				return "", 0, s, false
			}
			exp, i = e, k
		}
	}
	return mantissa, exp, s[i:], true
}

// digits returns the place behind the digits from i on.
func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// fail returns the error of a text that is no quantity, with what was expected.
func fail(text string, want []Dim, hint string) error {
	var names []string
	for _, d := range want {
		if !slices.Contains(names, d.String()) { // sizes of memories and of traffic are both sizes
			names = append(names, d.String())
		}
	}
	const limit = 60 // a quantity is short; more would drown the message
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return &ParseError{Text: text, Expected: strings.Join(names, " or "), Hint: hint}
}
