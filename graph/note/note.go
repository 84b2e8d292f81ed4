// Package note holds what a user should know about a result: a code, and the arguments of a text.
//
// The packages that compute make notes with New and format nothing. The table in table.go is the only home of
// the texts; Text renders one. To add a note, add a constant and a row there: tests demand both, and a place
// that makes it.
package note

import (
	"reflect"
	"slices"
	"strings"
)

// A Level says how much a note matters.
type Level uint8

// The levels, the least first.
const (
	Info    Level = iota // what a figure rests on, or a default; nothing to do
	Notice               // an assumption that shapes the figures
	Warning              // something is unknown, unusual or uncertain: the figures may be off
)

// String returns info, note or warning.
func (l Level) String() string { return [...]string{"info", "note", "warning"}[l] }

// A Code names a kind of note. Codes are stable: programs, tests and docs key on them.
type Code string

// A Note is one thing to know about a result. It is cheap to copy.
type Note struct {
	Code Code  // never changes
	Args []any // in the order of the row's Args: string, []string, int, int64, float64 or a fmt.Stringer
}

// A Row describes a kind of note.
type Row struct {
	Code  Code   // never changes
	Level Level  // note or warning
	Args  string // names of the arguments, separated by spaces
	Text  string // with {name} or {name:verb} where an argument goes; format.go lists the verbs
}

// New returns a note. The arguments are kept, not copied.
func New(code Code, args ...any) Note { return Note{code, args} }

// Rows returns every kind of note, grouped by the package that makes it.
func Rows() []Row { return slices.Clone(rows) }

// Find returns the row of a code, or nil if there is none.
func Find(code Code) *Row {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Code == code })
	if i < 0 {
		return nil
	}
	row := rows[i]
	return &row
}

// Level returns how much the note matters; a code without a row is a warning.
func (n Note) Level() Level {
	if r := Find(n.Code); r != nil {
		return r.Level
	}
	return Warning
}

// Text renders the note as one sentence; a code without a row is its own text.
func (n Note) Text() string {
	if r := Find(n.Code); r != nil {
		return n.Fill(r.Text)
	}
	return string(n.Code)
}

// Fill renders another template with the note's arguments, such as a hint about what to do.
func (n Note) Fill(template string) string {
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(template, "{")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		var field string
		field, template, _ = strings.Cut(rest, "}")
		name, verb, _ := strings.Cut(field, ":")
		b.WriteString(format(n.arg(name), verb))
	}
}

// arg returns the argument of a name, or nil if the note has none.
func (n Note) arg(name string) any {
	r := Find(n.Code)
	if r == nil {
		return nil
	}
	i := slices.Index(strings.Fields(r.Args), name)
	if i < 0 || i >= len(n.Args) {
		return nil
	}
	return n.Args[i]
}

// Values returns the arguments by name, for programs: strings, lists of strings and numbers.
func (n Note) Values() map[string]any {
	out := map[string]any{}
	r := Find(n.Code)
	if r == nil {
		return out
	}
	for i, name := range strings.Fields(r.Args) {
		if i < len(n.Args) {
			out[name] = value(n.Args[i])
		}
	}
	return out
}

// Texts renders several notes.
func Texts(list []Note) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Text()
	}
	return out
}

// Equal reports whether two notes say the same.
func (n Note) Equal(m Note) bool { return n.Code == m.Code && reflect.DeepEqual(n.Args, m.Args) }

// Add appends the notes that a list does not have yet.
func Add(list []Note, more ...Note) []Note {
	for _, n := range more {
		if !slices.ContainsFunc(list, n.Equal) {
			list = append(list, n)
		}
	}
	return list
}
