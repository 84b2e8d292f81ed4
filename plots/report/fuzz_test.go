package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
)

// evilDocument returns a document with a name that others chose wherever a name can stand.
func evilDocument(name string) *Document {
	table := func() Table {
		return Table{Title: "inspect of " + name, Lead: []string{"model " + name},
			Columns: []Column{{Name: "layer"}, {Name: "nodes", Kind: Count}, {Name: "bound"}}, Rows: [][]any{{"a", 1, "b"},
				{name, 2, "b"}, {"c", 3, name}}}
	}
	d := document("test", []Table{table()}, nil, map[string]string{"name": name})
	d.Rows = table()
	return d
}

// withSign matches a number or a share with a sign, which is no formula.
var withSign = regexp.MustCompile(`^[-+][0-9.]+%?$`)

// shape returns what no name may change: the rows of a CSV, whether JSON can be read, the rows of a table, below a
// heading that a long name wraps, and the lines of the other formats.
func shape(t *testing.T, format, out string) int {
	t.Helper()
	switch format {
	case "csv":
		records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		for _, cell := range records[2:] {
			if strings.IndexAny(cell[0], "=+-@\t\r") == 0 && !withSign.MatchString(cell[0]) {
				t.Errorf("found the cell %q, expected no formula", cell[0])
			}
		}
		return len(records)
	case "table":
		_, rows, _ := strings.Cut(out, "\n\n")
		return strings.Count(rows, "\n")
	case "json":
		if !json.Valid([]byte(out)) {
			t.Errorf("found %q, expected JSON", out)
		}
	}
	return strings.Count(out, "\n")
}

// FuzzWriters: whatever a name is, every format prints characters that have a shape, and as many rows as of any name.
func FuzzWriters(f *testing.F) {
	for _, name := range hostile.Names() {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, format := range Formats() {
			var plain, out bytes.Buffer
			if err := format.Write(&plain, evilDocument("plain")); err != nil {
				t.Fatal(err)
			}
			if err := format.Write(&out, evilDocument(name)); err != nil {
				t.Fatal(err)
			}
			s := out.String()
			if i := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 ||
				!utf8.ValidString(s) {
				t.Errorf("%s of %q: found %q", format.Name, name, s[max(i-20, 0):min(max(i, 0)+20, len(s))])
			}
			if got, want := shape(t, format.Name, s), shape(t, format.Name, plain.String()); got != want {
				t.Errorf("%s of %q: found %d rows, expected %d", format.Name, name, got, want)
			}
			if format.Name == "html" && strings.Count(s, "<") != strings.Count(plain.String(), "<") {
				t.Errorf("html of %q: the name makes an element", name)
			}
		}
	})
}
