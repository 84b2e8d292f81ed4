package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

// TestShared: a note on all stands once without names, one on some with theirs, and hints stand behind.
func TestShared(t *testing.T) {
	batch, bound := note.New(note.BatchDefault, "N", int64(1)), note.New(note.UpperBounds, "n", 2)
	notes := shared([]string{"a", "b", "b"}, [][]note.Note{{batch, bound, bound}, {batch}, {batch, note.New(note.TokenRates)}})
	d := Document{Notes: notes, Hints: []Hint{{note.BatchDefault, "set {dim}"}}}
	want := []string{
		`batch dimension "N" defaults to 1; set N`,
		"a: " + bound.Text(),
		"b: the rates are tokens per second",
	}
	if got := d.lines(); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	r := remarks(notes)
	if r.Warnings[1] != want[1] || r.Notes[1].Text != bound.Text() || !slices.Equal(r.Notes[1].About, []string{"a"}) || r.Notes[1].Args["places"] != 2 {
		t.Errorf("as data: %+v", r)
	}
	if r.Notes[0].Code != "batch-default" || r.Notes[0].Level != "info" || r.Notes[0].About == nil || strings.Contains(r.Warnings[0], "set N") {
		t.Errorf("as data: %+v", r)
	}
}

// TestManyNames: a footnote names the first of many models.
func TestManyNames(t *testing.T) {
	f := Footnote{Note: note.New(note.TokenRates), About: strings.Split("abcdefghij", "")}
	if got, want := f.Text(), "a, b, c, d, e, f, g, h and 2 more: the rates are tokens per second"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}
