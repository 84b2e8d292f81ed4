package batch

import (
	"bytes"
	"encoding/csv"
	"io"
)

// lines is an encoder of formats in which every row is a line.
type lines struct {
	first func(io.Writer) error // writes the heading; nil: there is none
	write func(io.Writer, []Row) error
}

// csvHead writes the heading of CSV.
func csvHead(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(Columns()); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// head returns what stands before the rows.
func (l lines) head() ([]byte, error) {
	if l.first == nil {
		return nil, nil
	}
	var b bytes.Buffer
	err := l.first(&b)
	return b.Bytes(), err
}

// chunk returns rows as bytes.
func (l lines) chunk(rows []Row, _ int64) (data, note []byte, err error) {
	var b bytes.Buffer
	err = l.write(&b, rows)
	return b.Bytes(), nil, err
}

// foot returns nothing: lines end with the last row.
func (l lines) foot([][]byte, int64) ([]byte, error) { return nil, nil }
