// Package visible makes text that others wrote fit for a line on a terminal, in a table or in a document.
package visible

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with everything that has no shape of its own written as an escape: control characters, line ends,
// characters that change the direction of text or take no room, and bytes that are no UTF-8. So ESC is \x1b and a line
// end \n. Other text stays as it is.
func Text(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	on := marks(maxMarks) // in front there is no letter to mark
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		few := on.few(r)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Shown(r) && few:
			b.WriteString(s[i : i+size])
		default:
			b.WriteString(escape(r))
		}
		i += size
	}
	return b.String()
}

// maxMarks gives the most marks on one letter: more would reach over the lines above and below.
const maxMarks = 4

// marks counts the marks on a letter.
type marks int

// few takes the next character of a text and reports whether its letter has no more marks than it may.
func (m *marks) few(r rune) bool {
	if *m++; !unicode.Is(unicode.M, r) {
		*m = 0
	}
	return *m <= maxMarks
}

// numeral holds a text that a spreadsheet takes for a number or a share.
var numeral = regexp.MustCompile(`^[-+]?[0-9.]+%?$`)

// Cell returns a text for a cell of a CSV report, which no spreadsheet takes for a formula, as it does what begins with
// = + - or @, in their wide forms or behind spaces too.
func Cell(s string) string {
	s = Text(s)
	if begin := strings.TrimLeft(s, " "); strings.IndexAny(begin, "=+-@＝＋－＠") == 0 && !numeral.MatchString(begin) {
		return "'" + s
	}
	return s
}

// plain reports whether a text is of ASCII characters that have a shape.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// blank gives the pattern of Braille without a dot.
const blank = '\u2800'

// Shown reports whether a character has a shape of its own: letters, marks, digits, punctuation, symbols and the space.
// Unicode counts some among these that are to be ignored in display, such as fillers and selectors of variants.
func Shown(r rune) bool {
	return unicode.IsPrint(r) && r != blank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// short lists the escapes that everybody knows.
var short = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}

// escape returns a character as an escape that everybody can read.
func escape(r rune) string {
	switch s, ok := short[r]; {
	case ok:
		return s
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// JSON returns an encoded JSON value in which what has no shape, and marks beyond those that a letter may have, are
// written as \u escapes; its meaning stays.
// Such characters are in strings only, and encoding/json has escaped those below U+0020.
func JSON(data []byte) []byte {
	out := make([]byte, 0, len(data))
	var on marks
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		few := on.few(r)
		switch {
		case r == '\n' || Shown(r) && few:
			out = append(out, data[i:i+size]...)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			const plane, half = 0x10000, 10
			v := r - plane
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+v>>half, 0xdc00+v&(1<<half-1))
		}
		i += size
	}
	return out
}

// Clip returns a text with its middle cut out if it is longer than limit bytes.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	head := limit * 2 / 3
	return strings.ToValidUTF8(s[:head], "") + " … " + strings.ToValidUTF8(s[len(s)-(limit-head):], "")
}
