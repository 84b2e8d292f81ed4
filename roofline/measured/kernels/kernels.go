// Package kernels reads tables of measured kernel times, as bench/gpu/measure.py writes them.
package kernels

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Row is one kernel. A size that does not apply is 0.
type Row struct {
	Source, Ref             string
	Device, Class           string
	Framework, Precision    string
	Op                      string // one of Ops
	Batch, M, N, K          int64  // see Ops
	Groups                  int64  // of a convolution; heads of attention
	InH, InW                int64
	KernelH, KernelW        int64
	Stride                  int64
	ElementsIn, ElementsOut int64
	Bytes                   float64 // each distinct input, weight and output once
	FLOPs                   float64 // a multiply-add is 2
	Latency                 float64 // s
	Notes                   string
}

// Ops lists the kinds of kernel: gemm and bmm are C[m,n] = A[m,k] B[k,n], batch of them; a convolution has m output
// channels, n output pixels an image and k input channels; copy moves n elements; attention has m queries and n keys of
// k values, batch x groups times; the others have m rows of n elements. launch is the smallest kernel there is.
var Ops = []string{"copy", "gemm", "bmm", "conv2d", "dwconv", "elementwise", "gelu", "softmax", "layernorm",
	"attention", "launch"}

// maxRows bounds a table.
const maxRows = 5_000_000

// columns lists read by name; the other columns of a table are passed over.
var columns = []struct {
	name string
	set  func(*Row, string) error
}{
	{"source", func(r *Row, s string) error { r.Source = s; return nil }},
	{"source_ref", func(r *Row, s string) error { r.Ref = s; return nil }},
	{"device", func(r *Row, s string) error { r.Device = s; return present(s) }},
	{"device_class", func(r *Row, s string) error { r.Class = s; return nil }},
	{"framework", func(r *Row, s string) error { r.Framework = s; return nil }},
	{"precision", func(r *Row, s string) error { r.Precision = s; return present(s) }},
	{"op", setOp},
	{"batch", func(r *Row, s string) error { return size(s, &r.Batch) }},
	{"m", func(r *Row, s string) error { return size(s, &r.M) }},
	{"n", func(r *Row, s string) error { return size(s, &r.N) }},
	{"k", func(r *Row, s string) error { return size(s, &r.K) }},
	{"groups", func(r *Row, s string) error { return size(s, &r.Groups) }},
	{"in_h", func(r *Row, s string) error { return size(s, &r.InH) }},
	{"in_w", func(r *Row, s string) error { return size(s, &r.InW) }},
	{"kernel_h", func(r *Row, s string) error { return size(s, &r.KernelH) }},
	{"kernel_w", func(r *Row, s string) error { return size(s, &r.KernelW) }},
	{"stride", func(r *Row, s string) error { return size(s, &r.Stride) }},
	{"elements_in", func(r *Row, s string) error { return size(s, &r.ElementsIn) }},
	{"elements_out", func(r *Row, s string) error { return size(s, &r.ElementsOut) }},
	{"bytes_moved_min", func(r *Row, s string) error { return number(s, 1, &r.Bytes) }},
	{"flops", func(r *Row, s string) error { return number(s, 1, &r.FLOPs) }},
	{"latency_us", setLatency},
	{"notes", func(r *Row, s string) error { r.Notes = s; return nil }},
}

// required lists the columns without which a table is none of kernels.
var required = []string{"device", "precision", "op", "bytes_moved_min", "flops", "latency_us"}

// Read reads a table. Its errors name the line and the column.
func Read(r io.Reader) ([]Row, error) {
	in := csv.NewReader(r)
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("found no header line, expected one with the columns %s: %w", strings.Join(required, ", "),
			err)
	}
	for i := range head {
		head[i] = strings.TrimSpace(strings.TrimPrefix(head[i], "\ufeff"))
	}
	for _, need := range required {
		if !slices.Contains(head, need) {
			return nil, fmt.Errorf("found no column %s, expected it: is this a table of kernels?", need)
		}
	}
	var rows []Row
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if len(rows) == maxRows {
			return nil, fmt.Errorf("found more than %d rows, expected fewer; split the table", maxRows)
		}
		var row Row
		for _, c := range columns {
			i := slices.Index(head, c.name)
			if i < 0 {
				continue
			}
			if err := c.set(&row, strings.TrimSpace(cells[i])); err != nil {
				line, _ := in.FieldPos(i)
				return nil, fmt.Errorf("line %d: %s: %w", line, c.name, err)
			}
		}
		rows = append(rows, row)
	}
}

// present refuses an empty cell.
func present(s string) error {
	if s == "" {
		return errors.New("found an empty cell, expected a name")
	}
	return nil
}

// setOp sets the kind of kernel, one of Ops.
func setOp(r *Row, s string) error {
	r.Op = s
	if !slices.Contains(Ops, s) {
		return fmt.Errorf("found %q, expected one of %s", s, strings.Join(Ops, ", "))
	}
	return nil
}

// setLatency sets the latency, given in µs and held in seconds.
func setLatency(r *Row, s string) error {
	if err := number(s, 1e-6, &r.Latency); err != nil {
		return err
	}
	if r.Latency == 0 {
		return fmt.Errorf("found %q, expected more than 0 µs", s)
	}
	return nil
}

// size sets a whole number; an empty cell is 0.
func size(s string, to *int64) error {
	if s == "" {
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 {
		return fmt.Errorf("found %q, expected a whole number, 0 or more, or an empty cell", s)
	}
	*to = v
	return nil
}

// number sets a number times scale; an empty cell is 0.
func number(s string, scale float64, to *float64) error {
	v, err := strconv.ParseFloat(s, 64)
	if s != "" && (err != nil || !(v >= 0) || math.IsInf(v, 0)) {
		return fmt.Errorf("found %q, expected a number, 0 or more, or an empty cell", s)
	}
	*to = v * scale
	return nil
}
