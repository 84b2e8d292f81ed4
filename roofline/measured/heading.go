package measured

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A heading is another name that people write above a column.
type heading struct {
	names []string // as fold writes them
	column
	note string // how its figures are read, where the heading does not say; "" where it does
}

// of returns a heading of a column of the schema.
func of(name string, names ...string) heading {
	i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
	return heading{names: names, column: columns[i]}
}

// latencyIn returns a heading of latencies in a unit of so many seconds.
func latencyIn(unit float64, note string, names ...string) heading {
	return heading{names, number("latency_ms", unit, func(r *Row) *float64 { return &r.Latency }), note}
}

// headings lists other names of columns. What the schema has wins; of two headings of one column the first one does.
var headings = []heading{
	of("model", "network", "model_name", "name"),
	of("device", "board", "hardware"),
	of("runtime", "engine", "backend"),
	of("precision", "dtype", "datatype"),
	of("batch", "batch_size", "batchsize", "bs"),
	latencyIn(1e-3, "", "ms", "time_ms", "mean_ms", "median_ms", "inference_ms", "inference_time_ms"),
	latencyIn(1e-3, "in ms: the heading has no unit", "latency", "time", "inference_time"),
	latencyIn(1, "", "latency_s", "time_s", "seconds", "s"),
	latencyIn(1e-6, "", "latency_us", "time_us", "us", "latency_µs", "time_µs", "µs"),
	{[]string{"fps", "throughput", "throughput_fps", "images_s", "samples_s", "inferences_s", "ips", "qps"},
		number("latency_ms", 1, func(r *Row) *float64 { return &r.rate }),
		"in samples per second of one inference after another: the latency is the batch over it"},
}

// fold returns what spellings of a heading have in common: "Latency (ms)" is latency_ms.
func fold(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name),
		func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return strings.ReplaceAll(strings.Join(words, "_"), "μ", "µ") // a Greek letter, a sign
}

// latencies lists headings of latencies, for an error.
const latencies = "latency_ms (or ms, latency_s, latency_us, fps)"

// find finds the column of each cell, nil for one that is none, and says how those without a unit are read.
func (t *Table) find(head []string) (at []*column, err error) {
	at = make([]*column, len(head))
	names := make([]string, len(head))
	for i, name := range head {
		names[i] = fold(strings.TrimPrefix(name, "\ufeff"))
		if k := slices.IndexFunc(columns, func(c column) bool { return c.name == names[i] }); k >= 0 {
			at[i], t.Columns = &columns[k], append(t.Columns, columns[k].name)
		}
	}
	for k := range headings {
		h := &headings[k]
		i := slices.IndexFunc(names, func(name string) bool { return slices.Contains(h.names, name) })
		if i < 0 || t.Has(h.name) {
			continue
		}
		c := h.column
		c.name = names[i] // of which errors speak
		at[i], t.Columns = &c, append(t.Columns, h.name)
		if h.note != "" {
			t.Notes = append(t.Notes, fmt.Sprintf("column %s is read %s", strings.TrimSpace(head[i]), h.note))
		}
	}
	if !t.Has("graph") && !t.Has("model") {
		return nil, fmt.Errorf("found neither a column graph nor a column model in the header, expected one of them")
	}
	if !t.Has("latency_ms") && !t.Has("throughput_per_s") {
		return nil, fmt.Errorf("found no column of latencies in the header, expected %s", latencies)
	}
	return at, nil
}

// Has reports whether the header names a column of the schema.
func (t *Table) Has(column string) bool { return slices.Contains(t.Columns, column) }

// Need returns an error that names the first of the columns that the header lacks.
func (t *Table) Need(columns ...string) error {
	for _, name := range columns {
		if !t.Has(name) {
			return fmt.Errorf("found no column %s in the header, expected it; the columns are %s", name,
				strings.Join(Columns(), ","))
		}
	}
	return nil
}

// separator returns what stands between the cells of the first line: a comma, or the semicolon or tab of a spreadsheet.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(r.Size())
	line, _, _ := strings.Cut(string(start), "\n")
	for _, c := range ";\t" {
		if strings.ContainsRune(line, c) && !strings.Contains(line, ",") {
			return c
		}
	}
	return ','
}
