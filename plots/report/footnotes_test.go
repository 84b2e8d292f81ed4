package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestShared: a note on all stands once without names, one on some with theirs, and hints stand behind.
func TestShared(t *testing.T) {
	batch, bound := note.New(note.BatchDefault, "N", int64(1)), note.New(note.UpperBounds, "n", 2)
	rates := note.New(note.TokenRates)
	notes := shared([]string{"a", "b", "b"}, [][]note.Note{{batch, bound, bound}, {batch}, {batch, rates}})
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
	all, one := r.Notes[0], r.Notes[1]
	if all.Code != "batch-default" || all.Level != "info" || all.About == nil || strings.Contains(r.Warnings[0], "set N") {
		t.Errorf("as data: %+v", all)
	}
	if r.Warnings[1] != want[1] || one.Text != bound.Text() || !slices.Equal(one.About, []string{"a"}) || one.Args["places"] != 2 {
		t.Errorf("as data: %+v", one)
	}
}

// TestManyNames: a footnote names the first of many models.
func TestManyNames(t *testing.T) {
	f := Footnote{Note: note.New(note.TokenRates), About: strings.Split("abcdefghij", "")}
	if got, want := f.Text(), "a, b, c, d, e, f, g, h and 2 more: the rates are tokens per second"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestEstimateNotes: among models on devices a note names the models where it holds on all devices, the devices where
// it holds for all models, else both.
func TestEstimateNotes(t *testing.T) {
	of := func(model, device string, codes ...note.Code) *roofline.Estimate {
		e := &roofline.Estimate{Model: model, Device: &hwprofiles.Device{ID: device}}
		for _, c := range codes {
			e.Notes = append(e.Notes, note.New(c))
		}
		return e
	}
	notes := estimateNotes([]*roofline.Estimate{
		of("m", "x", "everywhere", "of-m", "on-x", "once"), of("m", "y", "everywhere", "of-m"),
		of("n", "x", "everywhere", "on-x"), of("n", "y", "everywhere"),
	})
	var got []string
	for i := range notes {
		got = append(got, notes[i].Text())
	}
	if want := []string{"everywhere", "m: of-m", "x: on-x", "m on x: once"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
