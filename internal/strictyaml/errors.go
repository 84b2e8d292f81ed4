package strictyaml

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// An Error is one thing wrong with a profile, and where.
type Error struct {
	File       string
	Line, Col  int    // from 1; 0 where the file as a whole is meant
	Path       string // such as peak.matrix.fp16; may be empty
	Msg        string // what was found and what was expected
	Hint       string // what to do; may be empty
	SourceLine string // the line of the file

	keys bool // the hint lists the keys of a mapping
}

// Error returns file:line:col: path: message, then the line with a caret and the hint.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(visible.Text(e.File))
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Col)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(visible.Text(e.Path) + ": ")
	}
	b.WriteString(visible.Text(e.Msg))
	if e.SourceLine != "" {
		fmt.Fprintf(&b, "\n  | %s\n  | %s^", e.SourceLine, strings.Repeat(" ", max(e.Col-1, 0)))
	}
	if e.Hint != "" {
		b.WriteString(folded(visible.Text(e.Hint)))
	}
	return b.String()
}

// folded returns a hint as lines of a width that most screens have, each after two spaces.
func folded(hint string) string {
	const width = 100
	var b strings.Builder
	at := width
	for word := range strings.FieldsSeq(hint) {
		if n := utf8.RuneCountInString(word); at+1+n > width {
			b.WriteString("\n  " + word)
			at = 2 + n
		} else {
			b.WriteString(" " + word)
			at += 1 + n
		}
	}
	return b.String()
}

// unlisted returns the error without a list of keys, where one before it has that list.
func (e *Error) unlisted(listed map[string]bool) *Error {
	if !e.keys {
		return e
	}
	if !listed[e.Hint] {
		listed[e.Hint] = true
		return e
	}
	brief := *e
	brief.Hint = ""
	return &brief
}

// Lined says that the text has lines of its own.
func (e *Error) Lined() {}

// Errors is everything wrong with one profile, in the order of its lines.
type Errors []*Error

// Error returns one error after the other, with each list of keys once.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	listed := map[string]bool{}
	for i, e := range es {
		lines[i] = e.unlisted(listed).Error()
	}
	return strings.Join(lines, "\n")
}

// Lined says that the text has lines of its own.
func (es Errors) Lined() {}

// sorted orders the errors by place and drops repetitions.
func (es Errors) sorted() Errors {
	slices.SortStableFunc(es, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return slices.CompactFunc(es, func(a, b *Error) bool { return *a == *b })
}

// excerpt cuts a source line to a width that a terminal shows, if the column is within it.
func excerpt(line string, col int) string {
	const width = 160
	line = line[:min(len(line), 4*(width+1))] // a character has at most four bytes
	line = strings.Map(func(r rune) rune {    // what has no shape of its own would move the caret or worse
		if !visible.Shown(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(strings.TrimRight(line, "\r\n"), "?"))
	if col > width {
		return ""
	}
	if utf8.RuneCountInString(line) > width {
		line = string([]rune(line)[:width]) + "…"
	}
	return line
}
