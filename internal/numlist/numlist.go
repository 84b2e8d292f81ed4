// Package numlist reads lists of positive numbers such as 1,2,4..256 and 320..640:32.
package numlist

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a comma-separated list of numbers and ranges. A range without a step doubles; with one it adds. Its end
// belongs to it.
func Parse(s string) ([]int64, error) {
	var out []int64
	for _, part := range strings.Split(s, ",") {
		vs, err := span(part)
		if err != nil {
			return nil, err
		}
		out = append(out, vs...)
	}
	return out, nil
}

// maxSteps bounds a range: more steps than anybody wants to read.
const maxSteps = 4096

// span returns the numbers of FROM..TO, doubled each time, or of FROM..TO:STEP.
func span(s string) ([]int64, error) {
	body, stepText, stepped := strings.Cut(strings.TrimSpace(s), ":")
	lo, hi, ranged := strings.Cut(body, "..")
	from, err := positive(lo)
	if err != nil || !ranged {
		return []int64{from}, err
	}
	to, err := positive(hi)
	if err != nil {
		return nil, err
	}
	if to < from {
		return nil, fmt.Errorf("found the range %q, expected the smaller number first: %d..%d", s, to, from)
	}
	var step int64
	if stepped {
		if step, err = positive(stepText); err != nil {
			return nil, err
		}
	}
	var out []int64
	for v := from; v <= to; {
		if out = append(out, v); len(out) > maxSteps {
			return nil, fmt.Errorf("range %q has more than %d steps", s, maxSteps)
		}
		if stepped {
			v += step
		} else {
			v *= 2
		}
	}
	if out[len(out)-1] != to {
		out = append(out, to)
	}
	return out, nil
}

// maxNumber bounds what a list may hold, so that doubling and adding cannot overflow.
const maxNumber = 1 << 40

// positive returns a positive whole number of at most maxNumber.
func positive(s string) (int64, error) {
	v, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || v < 1 || v > maxNumber {
		return 0, fmt.Errorf("%q is not a positive number; expected a list such as 1,2,4..256 or a range with a step such "+
			"as 320..640:32", s)
	}
	return v, nil
}
