// Package report renders results as tables, JSON, CSV, Markdown and HTML.
//
// Every kind of result is turned into one Document: tables of plain values in base units, footnotes,
// and a value for JSON. Each format renders any Document; to add a format, add one row to formats.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// A Document is one result, ready to be rendered.
type Document struct {
	Tables  []Table
	Notes   []Footnote
	Hints   []Hint // printed behind the footnotes that they are for
	Kind    string // of result, such as estimate: the middle of the JSON's schema
	Results []any  // of a type of package schema, what JSON prints, or a func() any that makes one
	Rows    Table  // what CSV prints: one kind of row, the same columns whatever the arguments
	Layout  Layout // of tables of characters
}

// document returns a document of results of one kind.
func document(kind string, tables []Table, notes []Footnote, results ...any) *Document {
	return &Document{Tables: tables, Notes: notes, Kind: kind, Results: results}
}

// A Table is a heading and rows of values in base units.
type Table struct {
	Title   string
	Lead    []string // lines between the title and the rows
	Drawing []string // lines of a picture in characters, after the lead; not in CSV
	Columns []Column
	Key     string  // the column that tells one row from the next, which is never left out; may be empty
	Rows    [][]any // a string, an integer, a float64, a Span, a Rate, or nil for nothing to say
	Sum     bool    // the last row sums up rows that are not shown
	Folded  bool    // details, which Markdown folds away
	Matrix  bool    // every row and every column but the first is of one thing: it may be turned
}

// A Column says how its values are printed.
type Column struct {
	Name string
	Kind Kind
	Dim  units.Dim // of a Quantity
}

// A Span is an expected figure with the ends of its interval. Without an Expected it is at least Bound.
type Span struct {
	Expected, Low, High *float64
	Bound               float64
}

// A Rate is a throughput in a unit of its own, such as FPS.
type Rate struct {
	Value float64
	Unit  string
}

// A Kind of column.
type Kind uint8

// The kinds.
const (
	Text     Kind = iota
	Count         // a whole number
	Quantity      // a float64 in base units of Dim, or a Span of such
	Percent       // a fraction
	Number        // a plain number, or a Rate
)

// A Format is a way to render a Document.
type Format struct {
	Name     string
	Suffixes []string // of files
	Doc      string
	Write    func(io.Writer, *Document) error
}

// Formats lists every format; the first is the default.
func Formats() []Format { return formats }

var formats = []Format{
	{"table", []string{".txt"}, "aligned columns for reading", writeText},
	{"json", []string{".json"}, "the documented contract for programs", writeJSON},
	{"csv", []string{".csv"}, "plain numbers in base units", writeCSV},
	{"md", []string{".md"}, "Markdown tables", writeMarkdown},
	{"html", []string{".html", ".htm"}, "one page for a browser, which needs no other file", writeHTML},
}

// Names lists the formats' names, for help texts.
func Names() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return strings.Join(names, "|")
}

// Lookup finds a format by name.
func Lookup(name string) (Format, error) {
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("there is no output format %q; expected %s", name, Names())
}

// writeJSON writes the envelope with all results. Characters without a shape are escaped, so that
// no name obeys a terminal.
func writeJSON(w io.Writer, d *Document) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	results := slices.Clone(d.Results)
	for i, r := range results {
		if made, ok := r.(func() any); ok {
			results[i] = made()
		}
	}
	if err := enc.Encode(schema.Envelope{Schema: schema.ID(d.Kind), Tool: tool(), Results: results}); err != nil {
		return err
	}
	_, err := w.Write(visible.JSON(b.Bytes()))
	return err
}

// lines returns texts that stand on lines of their own.
func lines(texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = visible.Text(s)
	}
	return out
}
