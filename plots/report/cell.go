package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// nothing stands for a value that there is not.
const nothing = "-"

// cells returns the cells of a column as people read them: each with its own unit, in three digits.
func (t *Table) cells(col int) []string {
	out := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = visible.Text(t.Columns[col].format(row[col]))
	}
	return out
}

// format returns a value of the column as people read it.
func (c Column) format(v any) string {
	switch v := v.(type) {
	case nil:
		return nothing
	case Span:
		return v.format(c.Dim)
	case Rate:
		if v.Value == 0 {
			return nothing
		}
		return short(v.Value) + " " + v.Unit
	case float64:
		return c.number(v)
	}
	return fmt.Sprint(v)
}

// number returns f as the column writes numbers: quantities with unit and prefix, percents with a
// sign, NaN as nothing.
func (c Column) number(f float64) string {
	switch {
	case math.IsNaN(f):
		return nothing
	case f == 0 && c.Kind == Quantity:
		return "0"
	case c.Kind == Quantity:
		return units.Short(f, c.Dim)
	case c.Kind == Percent:
		return strconv.FormatFloat(100*f, 'f', 1, 64) + " %"
	}
	return short(f)
}

// short returns a plain number in three digits.
func short(f float64) string {
	if math.IsInf(f, 0) {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return units.Digits(f, f == math.Trunc(f))
}

// rough returns a plain number in two digits, in three from 100 on.
func rough(f float64) string {
	if f >= 99.5 || f <= 0 {
		return short(f)
	}
	return strconv.FormatFloat(f, 'f', max(1-int(math.Floor(math.Log10(f))), 0), 64)
}

// format returns an expectation with its interval in one unit, such as 151 ms [136–170].
func (s Span) format(d units.Dim) string {
	if s.Expected == nil {
		return "≥ " + units.Short(s.Bound, d)
	}
	text := units.Short(*s.Expected, d)
	if s.Low == nil || s.High == nil {
		return text
	}
	scale := units.CommonScale(d, *s.Expected)
	end := func(v float64) string { return strings.Replace(units.Digits(v/scale.Factor, false), "-", "−", 1) }
	between := "–"
	if *s.Low < 0 {
		between = "…"
	}
	return text + " [" + end(*s.Low) + between + end(*s.High) + "]"
}

// parts splits a cell at its decimal point and before its unit: "151", "", " ms".
func parts(cell string) [3]string {
	number, unit, least := cell, "", "≥ "
	rest, bounded := strings.CutPrefix(cell, least)
	if i := strings.IndexByte(rest, ' '); i > 0 {
		number, unit = rest[:i], rest[i:]
		if bounded {
			number = least + number
		}
	}
	if i := strings.IndexByte(number, '.'); i >= 0 {
		return [3]string{number[:i], number[i:], unit}
	}
	return [3]string{number, "", unit}
}

// aligned returns cells of one width, with their decimal points and their units under each other.
func aligned(cells []string) []string {
	var most [3]int
	for _, c := range cells {
		if c == nothing {
			continue
		}
		for i, part := range parts(c) {
			most[i] = max(most[i], runes(part))
		}
	}
	out := make([]string, len(cells))
	for i, c := range cells {
		p := parts(c)
		out[i] = left(p[0], most[0]) + right(p[1], most[1]) + right(p[2], most[2])
	}
	return out
}

// runes returns how many characters s has, which is its width in a terminal without wide ones.
func runes(s string) int { return utf8.RuneCountInString(s) }

// left pads a text on its left, right on its right.
func left(s string, width int) string { return strings.Repeat(" ", max(width-runes(s), 0)) + s }

// right pads s with spaces at its right to a width in characters.
func right(s string, width int) string { return s + strings.Repeat(" ", max(width-runes(s), 0)) }

// numeric reports whether a column is set flush right.
func (c Column) numeric() bool { return c.Kind != Text }
