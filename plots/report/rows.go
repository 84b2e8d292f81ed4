package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// rows gives a document the rows of its CSV and returns it.
func (d *Document) rows(t Table) *Document {
	d.Rows = t
	return d
}

// writeCSV prints a document's rows in base units, with the unit in the column's name.
func writeCSV(w io.Writer, d *Document) error {
	out := csv.NewWriter(w)
	head := make([]string, len(d.Rows.Columns))
	for i, c := range d.Rows.Columns {
		head[i] = c.Name
		if c.Kind == Quantity {
			head[i] += " (" + c.Dim.Unit() + ")"
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range d.Rows.Rows {
		rec := make([]string, len(row))
		for i, v := range row {
			if rec[i] = plain(v); d.Rows.Columns[i].Kind == Text {
				rec[i] = visible.Cell(rec[i])
			}
		}
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plain returns a value without unit or rounding.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case *string:
		if v == nil {
			return ""
		}
		return *v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// texts returns columns of words.
func texts(names ...string) []Column { return columns(Text, 0, names) }

// counts returns columns of whole numbers.
func counts(names ...string) []Column { return columns(Count, 0, names) }

// numbers returns columns of plain numbers, shares and ratios among them.
func numbers(names ...string) []Column { return columns(Number, 0, names) }

// quantities returns columns of figures in base units of a dimension.
func quantities(dim units.Dim, names ...string) []Column { return columns(Quantity, dim, names) }

// columns returns columns of one kind and dimension.
func columns(kind Kind, dim units.Dim, names []string) []Column {
	out := make([]Column, len(names))
	for i, name := range names {
		out[i] = Column{Name: name, Kind: kind, Dim: dim}
	}
	return out
}

// runColumns returns the columns with which the rows of everything estimated begin, so that rows of several runs can
// be stacked, and more.
func runColumns(more ...[]Column) []Column {
	run := [][]Column{texts("model", "device", "runtime", "precision"), counts("batch"), texts("basis")}
	return slices.Concat(append(run, more...)...)
}

// runValues returns the values of those columns. The runtime is empty for the speed of light alone.
func runValues(model, device string, c *schema.Conditions, batch int64, more ...any) []any {
	return append([]any{model, device, c.Runtime, c.Precision, max(batch, 1), c.Basis}, more...)
}

// estimateValues returns the values of an estimate.
func estimateValues(e *roofline.Estimate, more ...any) []any {
	c := conditions(e.Precision, e.Asked, e.Ran, e.Tuning)
	return runValues(e.Model, e.Device.ID, &c, e.Batch, more...)
}

// cellValues returns the values of an outcome. One that failed has no basis, and no precision but the one asked for.
func cellValues(model, device string, c *roofline.Cell, more ...any) []any {
	if c.Err != nil {
		return runValues(model, device, &schema.Conditions{Precision: plain(askedFor(c.Asked))}, c.Batch, more...)
	}
	at := conditions(c.Precision, c.Asked, c.Ran, c.Tuning)
	return runValues(model, device, &at, c.Batch, more...)
}

// ofModel returns the rows of a table with the model before each.
func ofModel(model string, t Table) Table {
	out := Table{Columns: append([]Column{{Name: "model"}}, t.Columns...)}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, append([]any{model}, row...))
	}
	return out
}

// padded returns a row with nothing in its missing values, n in all.
func padded(row []any, n int) []any { return append(row, make([]any, n-len(row))...) }
