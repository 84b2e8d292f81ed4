package report_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// TestMarksAreInOrder holds that the marks of footnotes are numbered as they are read, whatever the order of the notes.
func TestMarksAreInOrder(t *testing.T) {
	doc := &report.Document{
		Tables: []report.Table{{
			Lead:    []string{"latency  1 ms", "runs as  fp32, batch 1"},
			Columns: []report.Column{{Name: "model"}, {Name: "fits"}, {Name: "basis"}, {Name: "precision"}},
			Rows:    [][]any{{"a", "yes", "x", "fp32"}, {"b", "no", "y", "fp32"}},
		}},
		Notes: []report.Footnote{
			{Note: note.New(note.ByteWeights, "int8"), About: []string{"b"}}, {Note: note.New(note.Calibrated)},
			{Note: note.New(note.Verdicts)}, {Note: note.New(note.BatchDefault, "N", int64(1))},
			{Note: note.New(note.Correction)}, {Note: note.New(note.TF32Default, "tensorrt")},
		},
	}
	text := textOf(t, doc)
	body, notes, _ := strings.Cut(text, "\n\n¹")
	at := -1
	for _, mark := range []string{"precision¹", "latency²", "runs as³", "fits⁴", "basis⁵", "b⁶"} {
		i := strings.Index(body, mark)
		if i <= at {
			t.Fatalf("%s stands at %d, the mark before it at %d:\n%s", mark, i, at, text)
		}
		at = i
	}
	if !strings.Contains(notes, "\n⁶ b: ") {
		t.Errorf("the last note is not that of the last mark:\n%s", text)
	}
}

// TestNegativeSpan holds that an interval that reaches below zero has a minus sign and its three digits.
func TestNegativeSpan(t *testing.T) {
	span := report.Span{Expected: new(0.00157), Low: new(-0.00695), High: new(0.00807)}
	doc := &report.Document{Tables: []report.Table{{
		Columns: []report.Column{{Name: "saves", Kind: report.Quantity, Dim: units.Seconds}}, Rows: [][]any{{span}},
	}}}
	if got, want := textOf(t, doc), "1.57 ms [−6.95…8.07]"; !strings.Contains(got, want) {
		t.Errorf("found %s, want %s", got, want)
	}
}
