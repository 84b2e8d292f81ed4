package hwprofiles

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// several is a published count of accelerators of more than one.
var several = regexp.MustCompile(`^\s*(\d+)\s*[xX×]\s+`)

var inParentheses = regexp.MustCompile(`\([^)]*\)`)

// noise are words of published names that do not tell devices apart.
var noise = []string{"nvidia", "geforce", "tesla", "intel", "amd", "core", "cpu", "gpu", "processor", "the", "r", "tm", "board", "dev", "kit", "developer"}

// Match finds the device that a published name means: an id or alias, the name without what stands in
// parentheses and without the maker, else the device whose id, name or alias is the longest among those that
// the name begins with or holds as whole words. Several accelerators at once are no device.
func (c *Catalog) Match(published string) (*Device, error) {
	name := published
	if m := several.FindStringSubmatch(name); m != nil {
		if m[1] != "1" {
			return nil, fmt.Errorf("device %q: found %s accelerators together, expected one", clip(published), m[1])
		}
		name = name[len(m[0]):]
	}
	for _, try := range []string{name, strings.TrimSpace(inParentheses.ReplaceAllString(name, " "))} {
		if e := c.lookup(try); e != nil && !isProfile(try) {
			return c.load(e, false)
		}
	}
	all, _ := c.List()
	var best *Device
	length := 0
	for _, text := range []string{inParentheses.ReplaceAllString(name, " "), name} {
		words := wordsOf(text)
		for _, d := range all {
			for _, label := range append([]string{d.ID, d.Name}, d.Aliases...) {
				l := wordsOf(inParentheses.ReplaceAllString(label, " "))
				if n := len(strings.Join(l, "")); len(l) > 0 && n >= 2 && n > length && holds(words, l) {
					best, length = d, n
				}
			}
		}
		if best != nil {
			return best, nil
		}
	}
	return nil, c.notFound(published)
}

// wordsOf splits a name into lower-case words without those that are noise.
func wordsOf(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '.')
	})
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(noise, w) })
}

// holds reports whether the words of part stand in a row in words.
func holds(words, part []string) bool {
	for i := 0; i+len(part) <= len(words); i++ {
		if slices.Equal(words[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
