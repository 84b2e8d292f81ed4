package report_test

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// csvOf reads a document's CSV: its head, and its rows by column.
func csvOf(t *testing.T, doc *report.Document) (head []string, rows []map[string]string) {
	t.Helper()
	f, err := report.Lookup("csv")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := f.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(strings.NewReader(b.String())).ReadAll() // which fails where rows differ in length
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range all[1:] {
		row := map[string]string{}
		for i, v := range rec {
			row[all[0][i]] = v
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// estimated are the documents whose rows say what they were estimated for.
var estimated = []string{"estimate", "estimate-top", "estimate-module", "estimate-runtime", "estimate-explain", "comparison", "sweep", "pick", "pick-matrix", "whatif", "require", "measure", "validate"}

// TestRows: every column has a name of its own, a quantity its unit in it, and no number a word.
func TestRows(t *testing.T) {
	for name, doc := range documents(t) {
		head, rows := csvOf(t, doc)
		if len(rows) == 0 && name != "ops-of-no-domain" {
			t.Errorf("%s has no rows", name)
		}
		for i, h := range head {
			if h == "" || slices.Contains(head[:i], h) {
				t.Errorf("%s: column %d is called %q", name, i, h)
			}
			kind := doc.Rows.Columns[i].Kind
			if (kind == report.Quantity) != strings.HasSuffix(h, ")") {
				t.Errorf("%s: %s has no unit, or one too many", name, h)
			}
			for _, row := range rows {
				if _, err := strconv.ParseFloat(row[h], 64); kind != report.Text && row[h] != "" && err != nil {
					t.Errorf("%s: %s is %q", name, h, row[h])
				}
			}
		}
	}
}

// TestRowsStack: rows of several runs can be concatenated: all say what they are of, and one kind has the same columns,
// whatever the number of models and devices, the grouping, and whether a runtime is known.
func TestRowsStack(t *testing.T) {
	docs := documents(t)
	for _, name := range estimated {
		head, rows := csvOf(t, docs[name])
		if want := []string{"model", "device", "runtime", "precision", "batch", "basis"}; !slices.Equal(head[:len(want)], want) {
			t.Errorf("%s begins with %q, want %q", name, head[:len(want)], want)
		}
		for i, row := range rows {
			if failed := row["error"] != ""; row["model"] == "" || row["device"] == "" || !failed && (row["precision"] == "" || row["batch"] == "" || row["basis"] == "") {
				t.Errorf("%s, row %d: %v", name, i+1, row)
			}
		}
	}
	for _, same := range [][]string{
		{"estimate", "estimate-top", "estimate-module", "estimate-runtime"}, {"pick", "pick-matrix"}, {"flops", "flops-one"},
		{"profile", "profile-models"}, {"measure", "measure-nodes"}, {"inspect", "inspect-unbound"},
	} {
		first, _ := csvOf(t, docs[same[0]])
		for _, other := range same[1:] {
			if head, _ := csvOf(t, docs[other]); !slices.Equal(head, first) {
				t.Errorf("%s has the columns %q, %s %q", same[0], first, other, head)
			}
		}
	}
}

// TestCases: a validation has a row for every measurement that was matched, in the order of the table.
func TestCases(t *testing.T) {
	_, rows := csvOf(t, validationOf(t))
	var lines []string
	for _, row := range rows {
		lines = append(lines, row["line"])
		measured, err := strconv.ParseFloat(row["measured (s)"], 64)
		expected, err2 := strconv.ParseFloat(row["expected (s)"], 64)
		ratio, err3 := strconv.ParseFloat(row["expected/measured"], 64)
		if err != nil || err2 != nil || err3 != nil || measured <= 0 || expected/measured/ratio < 1-1e-9 || expected/measured/ratio > 1+1e-9 {
			t.Errorf("line %s: %v", row["line"], row)
		}
	}
	if want := []string{"2", "3", "4"}; !slices.Equal(lines, want) {
		t.Errorf("found lines %q, want %q", lines, want)
	}
}
