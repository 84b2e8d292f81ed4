package spelling

import (
	"fmt"
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

// HoldsWords reports whether a text holds every word of a name, in any order and spelling of Squash, of which one has
// three letters at least.
func HoldsWords(text, name string) bool {
	squashed, long := Squash(text), false
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return Squash(string(r)) == "" }) {
		if word = Squash(word); !strings.Contains(squashed, word) {
			return false
		}
		long = long || len(word) > 2
	}
	return long
}

// Beginning returns the candidates whose first three letters are those of a name.
func Beginning(name string, candidates []string) (found []string) {
	const start = 3
	squashed := Squash(name)
	for _, c := range candidates {
		if len(squashed) >= start && strings.HasPrefix(Squash(c), squashed[:start]) {
			found = append(found, c)
		}
	}
	return found
}

// Suggest names at most n candidates for a name that is none: those that are the same but for marks between letters,
// those that hold it, those spelled nearly so; else those that begin as it does, or the first ones.
func Suggest(name string, candidates []string, n int) string {
	var found []string
	squashed, lower := Squash(name), strings.ToLower(name)
	for _, is := range []func(c string) bool{
		func(c string) bool { return Squash(c) == squashed },
		func(c string) bool { return len(name) > 1 && strings.Contains(c, lower) },
		func(c string) bool { return len(squashed) > 1 && strings.Contains(Squash(c), squashed) },
	} {
		for _, c := range candidates {
			if is(c) {
				found = append(found, c)
			}
		}
	}
	if found = append(found, Nearest(name, candidates, n)...); len(found) == 0 {
		found = Beginning(name, candidates)
	}
	var out []string
	for _, f := range found {
		if len(out) < n && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return fmt.Sprintf("there are %s, ...", strings.Join(candidates[:min(n, len(candidates))], ", "))
	}
	return "did you mean " + strings.Join(out, ", ") + "?"
}

// Clip shortens text from a file to what a message can quote.
func Clip(s string) string {
	const limit = 60
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
