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
	"math"
	"strconv"
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
	Results []any  // of a type of package schema, what JSON prints
	Rows    Table  // what CSV prints: one kind of row, the same columns whatever the arguments
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
	Rows    [][]any // a string, an integer, a float64, or nil for nothing to say
}

// A Column says how its values are printed.
type Column struct {
	Name string
	Kind Kind
	Dim  units.Dim // of a Quantity
}

// A Kind of column.
type Kind uint8

// The kinds.
const (
	Text     Kind = iota
	Count         // a whole number
	Quantity      // a float64 in base units of Dim, one scale for the whole column
	Each          // a float64 in base units of Dim, each value with its own scale
	Percent       // a fraction
	Number        // a plain number
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

func writeJSON(w io.Writer, d *Document) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(schema.Envelope{Schema: schema.ID(d.Kind), Tool: tool(), Results: d.Results}); err != nil {
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

// cells formats a whole column and its heading, all values of a Quantity on one scale.
func (t *Table) cells(col int) (head string, out []string) {
	c := t.Columns[col]
	head = visible.Text(c.Name)
	var scale units.Scale
	if c.Kind == Quantity {
		var all []float64
		for _, row := range t.Rows {
			if v, ok := row[col].(float64); ok {
				all = append(all, v)
			}
		}
		scale = widen(units.CommonScale(c.Dim, all...), all)
		head += " (" + scale.Unit + ")"
	}
	for _, row := range t.Rows {
		out = append(out, visible.Text(c.format(row[col], scale)))
	}
	return head, out
}

func (c Column) format(v any, scale units.Scale) string {
	f, isFloat := v.(float64)
	switch {
	case v == nil || isFloat && math.IsNaN(f):
		return "-"
	case !isFloat:
		return fmt.Sprint(v)
	case c.Kind == Quantity:
		return scale.Format(f)
	case c.Kind == Each:
		return units.Format(f, c.Dim)
	case c.Kind == Percent:
		return strconv.FormatFloat(100*f, 'f', 1, 64) + " %"
	}
	if math.Abs(f) >= 1000 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 4, 64)
}

// maxDecimals bounds what widen adds.
const maxDecimals = 3

// widen gives a scale enough decimals for two digits of the smallest value, within reason.
func widen(s units.Scale, values []float64) units.Scale {
	for _, v := range values {
		for v > 0 && s.Decimals < maxDecimals && v/s.Factor*math.Pow10(s.Decimals) < 10 {
			s.Decimals++
		}
	}
	return s
}

// numeric reports whether a column is set flush right.
func (c Column) numeric() bool { return c.Kind != Text }
