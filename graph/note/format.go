package note

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// verbs lists the ways to print an argument. Beside them there are:
//
//	{n:kernel|kernels}      the number and the noun in its number: 1 kernel, 2 kernels
//	{x:slower/faster}       the first word if the argument is above 1, else the second
//	{x:si B/s}              three digits with a decimal prefix and the unit: 1.37 GB/s
var verbs = map[string]func(any) string{
	"":   plain,
	"q":  func(v any) string { return strconv.Quote(plain(v)) },
	"%":  func(v any) string { return strconv.FormatFloat(100*number(v), 'f', 1, 64) + " %" },
	".1": func(v any) string { return strconv.FormatFloat(number(v), 'f', 1, 64) },
	".2": func(v any) string { return strconv.FormatFloat(number(v), 'f', 2, 64) },
	"()": func(v any) string { // nothing where there is nothing to say
		if s := plain(v); s != "" {
			return " (" + s + ")"
		}
		return ""
	},
}

// format prints an argument by a verb.
func format(v any, verb string) string {
	if f, ok := verbs[verb]; ok {
		return f(v)
	}
	if unit, ok := strings.CutPrefix(verb, "si "); ok {
		return si(number(v), unit)
	}
	if one, many, ok := strings.Cut(verb, "|"); ok {
		if number(v) == 1 {
			many = one
		}
		return plain(v) + " " + many
	}
	above, below, _ := strings.Cut(verb, "/")
	if number(v) > 1 {
		return above
	}
	return below
}

// plain prints an argument as it is, floats with up to four digits.
func plain(v any) string {
	switch v := value(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v[:min(len(v), maxList)], ", ") + more(len(v)-maxList)
	case float64:
		return strconv.FormatFloat(v, 'g', 4, 64)
	default:
		return fmt.Sprint(v)
	}
}

// maxList bounds the items of a list that a text names.
const maxList = 8

// more says how many items of a list were left out.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// value returns an argument as programs see it: anything with a String method is a string, and so is a float that
// JSON has no number for.
func value(v any) any {
	switch v := v.(type) {
	case fmt.Stringer:
		return v.String()
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return fmt.Sprint(v)
		}
	}
	return v
}

// number returns an argument that is a number, else 0.
func number(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// prefixes lists the decimal prefixes from 10^-9 on.
var prefixes = []string{"n", "µ", "m", "", "k", "M", "G", "T", "P", "E"}

// si prints a value with three digits and the decimal prefix of its unit.
func si(v float64, unit string) string {
	i := 3
	for ; v != 0 && math.Abs(v) < 0.9995 && i > 0; i-- {
		v *= 1000
	}
	for ; math.Abs(v) >= 999.5 && i+1 < len(prefixes); i++ {
		v /= 1000
	}
	return strconv.FormatFloat(v, 'g', 3, 64) + " " + prefixes[i] + unit
}
