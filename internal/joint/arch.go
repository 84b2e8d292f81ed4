package joint

import "strings"

// architecture returns the micro-architecture that a profile's arch names: the largest core of an ARM chip, the
// generation of a GPU. Dies of data centres and of boards behave unlike their generation and keep their own name.
func architecture(arch string) string {
	first, _, _ := strings.Cut(arch, " + ")
	var words []string
	for w := range strings.FieldsSeq(strings.NewReplacer(",", " ", "(", " ", ")", " ").Replace(first)) {
		if !isCount(w) && w != "GHz" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	if shared, ok := sharedCores[words[0]+" "+word(words, 1)]; ok {
		return shared
	}
	if die := word(words, 1); isDie(die) && oneOfMany(die) || len(words) == 1 {
		return words[0]
	}
	return words[0] + " " + words[1]
}

// word returns word i, or nothing beyond the last.
func word(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return ""
}

// sharedCores lists products that carry the cores of an earlier one.
var sharedCores = map[string]string{
	"Coffee Lake-S": "Skylake", "Comet Lake-S": "Skylake", "Cascade Lake-X": "Skylake-SP", "Cascade Lake": "Skylake-SP",
}

// isCount reports whether a word is a number of cores or their clock: 4x, 3.25.
func isCount(w string) bool {
	if w[0] < '0' || w[0] > '9' {
		return false
	}
	return strings.HasSuffix(w, "x") || strings.Contains(w, ".")
}

// isDie reports whether a word names a die: two capitals and a number, such as GA102.
func isDie(w string) bool {
	return len(w) >= 5 && isCapital(w[0]) && isCapital(w[1]) && w[2] >= '0' && w[2] <= '9'
}

// isCapital reports whether c is a capital letter of ASCII.
func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// oneOfMany reports whether a die is one of several alike. Dies of data centres end in 00, dies of boards in a letter.
func oneOfMany(die string) bool {
	last := die[len(die)-1]
	return last >= '1' && last <= '9'
}
