package spelling

import (
	"slices"
	"strings"
)

// Nearest returns the candidates closest to name, best first, at most n of them,
// none farther than a third of its letters.
func Nearest(name string, candidates []string, n int) []string {
	type scored struct {
		text string
		d    int
	}
	const longest = 80 // no id or key is longer; the distance costs the product of the lengths
	if len(name) > longest {
		return nil
	}
	var near []scored
	for _, c := range candidates {
		if d := Distance(strings.ToLower(name), strings.ToLower(c)); d <= max(len(name)/3, 1) {
			near = append(near, scored{c, d})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.d - b.d })
	var out []string
	for _, s := range near {
		if len(out) < n && !slices.Contains(out, s.text) {
			out = append(out, s.text)
		}
	}
	return out
}

// Squash returns what two spellings of one name have in common: their letters, digits and plus signs, in lower case.
func Squash(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, name)
}

// Clip shortens text from a file to what a message can quote.
func Clip(s string) string {
	const limit = 60
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
