// Package batch reads manifests of estimates and writes their rows as CSV, JSON Lines or Parquet, so that a run that
// was killed goes on where it ended.
package batch

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// Schema gives the name and version of the contract of a row.
const Schema = "ridgepoint/batch/v1"

// The statuses of a row.
const (
	OK     = "ok"
	Failed = "error"
)

// A Row is one estimate, in schema ridgepoint/batch/v1: the members of an estimate's JSON, flattened. What is not known
// is nil: of a row with an error all figures are. Times are in milliseconds, sizes in bytes. The order of the fields is
// that of the columns.
type Row struct {
	Schema         string   `json:"schema" parquet:"schema,dict,zstd"`
	ID             *string  `json:"id" parquet:"id,optional,dict,zstd"` // of the manifest's row
	Model          string   `json:"model" parquet:"model,dict,zstd"`
	Source         string   `json:"source" parquet:"source,dict,zstd"` // path or spec of the model
	SHA256         *string  `json:"sha256" parquet:"sha256,optional,dict,zstd"`
	Format         *string  `json:"format" parquet:"format,optional,dict,zstd"`
	Device         string   `json:"device" parquet:"device,dict,zstd"`
	ProfileHash    *string  `json:"profile_hash" parquet:"profile_hash,optional,dict,zstd"`
	Runtime        *string  `json:"runtime" parquet:"runtime,optional,dict,zstd"`
	Precision      *string  `json:"precision" parquet:"precision,optional,dict,zstd"`
	PrecisionAsked *string  `json:"precision_asked" parquet:"precision_asked,optional,dict,zstd"`
	PrecisionRun   *string  `json:"precision_run" parquet:"precision_run,optional,dict,zstd"`
	Batch          *int64   `json:"batch" parquet:"batch,optional,dict,zstd"`
	Size           *int64   `json:"size" parquet:"size,optional,dict,zstd"` // side of square images
	Height         *int64   `json:"height" parquet:"height,optional,dict,zstd"`
	Width          *int64   `json:"width" parquet:"width,optional,dict,zstd"`
	Dims           *string  `json:"dims" parquet:"dims,optional,dict,zstd"`
	Threads        *int64   `json:"threads" parquet:"threads,optional,dict,zstd"`
	Expected       *float64 `json:"expected_ms" parquet:"expected_ms,optional,zstd"`
	Low            *float64 `json:"low_ms" parquet:"low_ms,optional,zstd"`
	High           *float64 `json:"high_ms" parquet:"high_ms,optional,zstd"`
	LowerBound     *float64 `json:"speed_of_light_ms" parquet:"speed_of_light_ms,optional,zstd"`
	Throughput     *float64 `json:"throughput_per_s" parquet:"throughput_per_s,optional,zstd"`
	MACs           *int64   `json:"macs" parquet:"macs,optional,dict,zstd"`
	FLOPs          *int64   `json:"flops" parquet:"flops,optional,dict,zstd"`
	Bytes          *int64   `json:"bytes" parquet:"bytes,optional,dict,zstd"`
	Params         *int64   `json:"params" parquet:"params,optional,dict,zstd"`
	Weights        *int64   `json:"weight_bytes" parquet:"weight_bytes,optional,dict,zstd"`
	Peak           *int64   `json:"peak_activation_bytes" parquet:"peak_activation_bytes,optional,dict,zstd"`
	Memory         *int64   `json:"memory_bytes" parquet:"memory_bytes,optional,dict,zstd"`
	Usable         *int64   `json:"usable_bytes" parquet:"usable_bytes,optional,dict,zstd"`
	Verdict        *string  `json:"memory_verdict" parquet:"memory_verdict,optional,dict,zstd"`
	Kernels        *int64   `json:"kernels" parquet:"kernels,optional,dict,zstd"`
	ShareCompute   *float64 `json:"bound_share_compute" parquet:"bound_share_compute,optional,zstd"`
	ShareMemory    *float64 `json:"bound_share_memory" parquet:"bound_share_memory,optional,zstd"`
	ShareOverhead  *float64 `json:"bound_share_overhead" parquet:"bound_share_overhead,optional,zstd"`
	Bound          *string  `json:"bound" parquet:"bound,optional,dict,zstd"`
	Coverage       *float64 `json:"coverage" parquet:"coverage,optional,dict,zstd"`
	Basis          *string  `json:"basis" parquet:"basis,optional,dict,zstd"`
	Warnings       *string  `json:"warnings" parquet:"warnings,optional,dict,zstd"` // codes of notes, separated by spaces
	Version        string   `json:"version" parquet:"version,dict,zstd"`
	Status         string   `json:"status" parquet:"status,dict,zstd"`
	Error          *string  `json:"error" parquet:"error,optional,dict,zstd"`
	Energy         *float64 `json:"energy_j" parquet:"energy_j,optional,zstd"` // of one inference of the whole batch
	EnergyLow      *float64 `json:"energy_low_j" parquet:"energy_low_j,optional,zstd"`
	EnergyHigh     *float64 `json:"energy_high_j" parquet:"energy_high_j,optional,zstd"`
	Watts          *float64 `json:"average_w" parquet:"average_w,optional,zstd"`
	PowerBasis     *string  `json:"power_basis" parquet:"power_basis,optional,dict,zstd"`
}

// Columns returns the names of the columns in their order.
func Columns() []string {
	t := reflect.TypeFor[Row]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// WriteJSON writes rows as JSON Lines.
func WriteJSON(w io.Writer, rows []Row) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	for i := range rows {
		line.Reset()
		if err := enc.Encode(&rows[i]); err != nil {
			return err
		}
		if _, err := w.Write(visible.JSON(line.Bytes())); err != nil {
			return err
		}
	}
	return nil
}

// writeCSV writes rows as CSV without a heading. What is nil is empty.
func writeCSV(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	record := make([]string, reflect.TypeFor[Row]().NumField())
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for f := range record {
			record[f] = plain(row.Field(f))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plain returns a field as CSV has it.
func plain(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return visible.Cell(v.String()) // as every CSV report does
}

// A Format is a way to store rows.
type Format struct {
	Name   string
	every  int // rows between two checkpoints
	encode encoder
}

// An encoder turns rows into bytes that are appended to a file.
type encoder interface {
	head() ([]byte, error)                                     // begins a file
	chunk(rows []Row, at int64) (data, note []byte, err error) // at is the size of the file so far
	foot(notes [][]byte, at int64) ([]byte, error)             // ends a file; notes are those of its chunks
}

// Formats lists the formats by name. A format's suffix is a dot and its name.
func Formats() []Format {
	return []Format{{"parquet", 16 << 10, parquetFile{}}, {"csv", 1 << 10, lines{csvHead, writeCSV}},
		{"jsonl", 1 << 10, lines{nil, WriteJSON}}}
}

// FormatNamed returns the format of a name.
func FormatNamed(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("found the format %q, expected parquet, csv or jsonl", name)
}
