package measured

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// What bounds a table; the largest published one has thirty thousand rows and 8 MB.
const (
	maxRows = 1 << 20  // of a table
	maxSize = 64 << 20 // bytes, unpacked
	maxLine = 1 << 20  // bytes
)

// A Table is what a file of measurements holds.
type Table struct {
	Rows    []Row
	Columns []string // of the schema, that the header names
	Notes   []string // how columns are read whose headings leave it open
}

// ReadFile reads the rows of a table, packed with gzip or not.
func ReadFile(path string) ([]Row, error) {
	t, err := ReadTable(path)
	if err != nil {
		return nil, err
	}
	return t.Rows, nil
}

// ReadTable reads a table, packed with gzip or not.
func ReadTable(path string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("measurements: %w", err)
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if magic, _ := r.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("measurements %s: %w", path, err)
		}
		r = bufio.NewReader(z)
	}
	t, err := Read(r)
	if err != nil {
		return nil, fmt.Errorf("measurements %s: %w", path, err)
	}
	return t, nil
}

// Read reads a table. Columns are found by the names in its first line, or by other names that people write there, in
// any order; unknown ones are skipped. A table must have one of model and graph, and a latency or a throughput. A cell
// that cannot be read is skipped, and its row says so.
func Read(r io.Reader) (*Table, error) { return read(r, maxRows) }

// read reads a table of at most so many rows.
func read(r io.Reader, most int) (*Table, error) {
	b := bufio.NewReader(&bounded{r: r, line: 1})
	c := csv.NewReader(b)
	c.Comma = separator(b)
	c.ReuseRecord = true
	c.FieldsPerRecord = -1 // a short line is skipped, and said
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("found no header line, expected one that begins with source,source_ref,model: %w", err)
	}
	t := new(Table)
	at, err := t.find(head)
	if err != nil {
		return nil, err
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		if len(t.Rows) == most {
			return nil, fmt.Errorf("found more than %d rows, expected fewer; split the table", most)
		}
		line, _ := c.FieldPos(0)
		t.Rows = append(t.Rows, readRow(at, cells, line))
	}
}

// bounded is a table's bytes, which end in an error where they are too many, or have no end of a line for too long.
type bounded struct {
	r    io.Reader // the table
	all  int       // bytes read
	long int       // those of the line so far
	line int       // the last one read
}

// Read reads a part of the table.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.all += n
	for part := p[:n]; b.long <= maxLine; b.line++ {
		i := bytes.IndexByte(part, '\n')
		if i < 0 {
			b.long += len(part)
			break
		}
		if b.long += i; b.long > maxLine {
			break
		}
		b.long, part = 0, part[i+1:]
	}
	switch {
	case b.all > maxSize:
		return 0, fmt.Errorf("found more than %d MiB, expected a smaller table; split it", maxSize>>20)
	case b.long > maxLine:
		return 0, fmt.Errorf("line %d: found more than %d MiB without an end of the line, expected a table", b.line,
			maxLine>>20)
	}
	return n, err
}

// readRow reads the cells of a line. One that cannot be read is left empty, and the row says so.
func readRow(at []*column, cells []string, line int) Row {
	row := Row{Line: line}
	if len(cells) != len(at) {
		row.Skipped = fmt.Sprintf("found %d cells, expected %d as in the header", len(cells), len(at))
	}
	for i, col := range at {
		if col == nil || i >= len(cells) {
			continue
		}
		if err := col.set(&row, strings.Clone(strings.TrimSpace(cells[i]))); err != nil && row.Skipped == "" {
			row.Skipped = fmt.Sprintf("%s: %v", col.name, err)
		}
	}
	if row.rate > 0 {
		row.Latency = float64(max(row.Batch, 1)) / row.rate
	}
	return row
}

// Columns returns the names of the schema's columns, in order.
func Columns() []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return names
}

// Write writes a table with its header.
func Write(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	if err := c.Write(Columns()); err != nil {
		return err
	}
	cells := make([]string, len(columns))
	for i := range rows {
		for k := range columns {
			cells[k] = columns[k].get(&rows[i])
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// parse returns a number, 0 or more.
func parse(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || v < 0 {
		return 0, fmt.Errorf("found %q, expected a number, 0 or more, or an empty cell", clip(s))
	}
	return v, nil
}

// setBatch sets the batch; an empty cell is 0.
func setBatch(r *Row, s string) error {
	if s == "" {
		r.Batch = 0
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("found %q, expected a whole number, 1 or more, or an empty cell", clip(s))
	}
	r.Batch = n
	return nil
}

// clip returns at most 40 bytes of s, for an error.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
