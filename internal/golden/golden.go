// Package golden compares texts of tests across processors: math.Exp and math.Log differ in the last bit between
// processors with and without fused multiply-add.
package golden

import (
	"regexp"
	"strconv"
)

var long = regexp.MustCompile(`-?\d+\.\d+(?:e[+-]?\d+)?`)

// Digits rounds each number of more than 12 significant digits in a text to 12.
func Digits(text string) string {
	return long.ReplaceAllStringFunc(text, func(s string) string {
		if v, err := strconv.ParseFloat(s, 64); err == nil && len(s) > len("0.")+12 {
			return strconv.FormatFloat(v, 'g', 12, 64)
		}
		return s
	})
}
