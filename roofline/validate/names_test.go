package validate

import (
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestNamesOpen holds every published name to a network that can be built, those of patterns in all their forms.
func TestNamesOpen(t *testing.T) {
	sampling.Alone(t)
	for _, p := range published {
		opens(t, p.name, p.spec)
	}
	for _, p := range tabled {
		opens(t, p.name, p.spec)
	}
	for _, f := range families {
		re, err := syntax.Parse(f.name().String(), syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range examples(re) {
			opens(t, name, member(name))
		}
	}
}

func opens(t *testing.T, name, spec string) {
	t.Helper()
	if _, _, err := zoo.Lookup(spec); err != nil {
		t.Errorf("%s: %q: %v", name, spec, err)
	}
}

// examples returns strings that a pattern matches: one for each choice of its alternatives; of a range of characters
// the first of 1, 0 that it has and that follows none.
func examples(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCharClass:
		return classExamples(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return examples(re.Sub[0])
	case syntax.OpQuest:
		return append(examples(re.Sub[0]), "")
	case syntax.OpRepeat:
		return []string{"1" + strings.Repeat("0", re.Min-1)}
	case syntax.OpAlternate:
		var out []string
		for _, s := range re.Sub {
			out = append(out, examples(s)...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, s := range re.Sub {
			var longer []string
			for _, head := range out {
				for _, tail := range examples(s) {
					longer = append(longer, head+tail)
				}
			}
			out = longer
		}
		return out
	}
	return []string{""} // begin and end
}

// classExamples returns a character of each range, of digits one; letters in lower case.
func classExamples(ranges []rune) []string {
	if slices.Equal(ranges, []rune("09")) {
		return []string{"1"}
	}
	var out []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if s := strings.ToLower(string(r)); !slices.Contains(out, s) && r < 128 {
				out = append(out, s)
			}
		}
	}
	return out
}
