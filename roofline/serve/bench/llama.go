package bench

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// ofFields makes runs of the columns of llama-bench's csv, json and sql: a test that reads and writes gives none, since
// its two rates are one figure.
func ofFields(get func(name string) string) ([]Run, error) {
	var faults []error
	num := func(name string) float64 {
		text := get(name)
		if text == "" {
			return 0
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: found %q, expected a number", name, spelling.Clip(text)))
		}
		return v
	}
	prompt, output := int64(num("n_prompt")), int64(num("n_gen"))
	r := Run{Engine: "llama-cpp", Model: get("model_type"), Params: num("model_n_params"), Build: int(num("build_number")), Batch: 1,
		Past: int64(num("n_depth"))}
	rate := num("avg_ts")
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	switch {
	case prompt > 0 && output > 0 || prompt <= 0 && output <= 0:
		return nil, nil
	case prompt > 0:
		r.Reading, r.Prompt = true, prompt
	default:
		r.Output = output
	}
	r, err := r.rate(rate)
	return []Run{r}, err
}

// readJSON reads llama-bench's JSON, a list or an object a line.
func readJSON(text string) (out []Run, err error) {
	if n := strings.Count(text, "{") + strings.Count(text, "["); n > mostLines {
		return nil, fmt.Errorf("found %d objects and lists, expected at most %d tests", n, mostRuns)
	}
	d := json.NewDecoder(strings.NewReader(text)) // a list, or one object a line
	d.UseNumber()
	for {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("found no whole JSON after %d tests", len(out))
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, item := range list {
			o, ok := item.(map[string]any)
			if !ok {
				return nil, errors.New("found something else than objects, expected one for each test")
			}
			runs, err := ofFields(func(name string) string {
				if v := o[name]; v != nil {
					return fmt.Sprint(v)
				}
				return ""
			})
			if err != nil {
				return nil, fmt.Errorf("test %d: %w", len(out)+1, err)
			}
			out = append(out, runs...)
		}
	}
}

// readCSV reads llama-bench's CSV; logs may stand before it.
func readCSV(text string) (out []Run, err error) {
	if err := bounded(text); err != nil {
		return nil, err
	}
	if i := strings.Index(text, "build_commit"); i > 0 { // logs of the program stand before
		text = text[strings.LastIndex(text[:i], "\n")+1:]
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, errors.New("found no heading")
	}
	for n := 2; ; n++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil || len(cells) != len(head) {
			return nil, fmt.Errorf("line %d: found %d cells, expected %d as in the heading", n, len(cells), len(head))
		}
		runs, err := ofCells(head, cells)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, runs...)
	}
}

// ofCells returns the runs of a row of CSV.
func ofCells(head, cells []string) ([]Run, error) {
	return ofFields(func(name string) string {
		for i, h := range head {
			if strings.TrimSpace(h) == name {
				return strings.TrimSpace(cells[i])
			}
		}
		return ""
	})
}

var insert = lazyexp.New(`(?s)INSERT INTO \S+ \(([^)]*)\) VALUES \((.*?)\);`)

// readSQL reads the INSERT lines of llama-bench -o sql, whose values are quoted.
func readSQL(text string) (out []Run, err error) {
	if err := bounded(text); err != nil {
		return nil, err
	}
	for _, m := range insert().FindAllStringSubmatch(text, -1) {
		r := csv.NewReader(strings.NewReader(strings.ReplaceAll(m[2], "'", `"`)))
		r.TrimLeadingSpace = true
		cells, err := r.Read()
		head := strings.Split(m[1], ",")
		if err != nil || len(cells) != len(head) {
			return nil, fmt.Errorf("found %d values for %d columns", len(cells), len(head))
		}
		runs, err := ofCells(head, cells)
		if err != nil {
			return nil, err
		}
		out = append(out, runs...)
	}
	return out, nil
}

var (
	testOf  = lazyexp.New(`^(pp|tg)\s*(\d+)(?:\s*@\s*d(\d+))?$`)
	buildIn = lazyexp.New(`(?m)^build: \S+ \((\d+)\)`)
)

// readTable reads the Markdown of llama-bench.
func readTable(text string) (out []Run, err error) {
	if err := bounded(text); err != nil {
		return nil, err
	}
	build := 0
	if m := buildIn().FindStringSubmatch(text); m != nil {
		build, _ = strconv.Atoi(m[1])
	}
	var head []string
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case head == nil || cells[0] == "model":
			head = cells
			continue
		case strings.HasPrefix(strings.Trim(cells[0], " :"), "--"):
			continue
		case len(cells) != len(head):
			return nil, fmt.Errorf("line %d: found %d cells, expected %d as in the heading", n+1, len(cells), len(head))
		}
		runs, err := ofRow(head, cells, build)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		out = append(out, runs...)
	}
	return out, nil
}

// ofRow returns the runs of a row of llama-bench's table; build is that of the line below it.
func ofRow(head, cells []string, build int) ([]Run, error) {
	r := Run{Engine: "llama-cpp", Build: build, Batch: 1}
	rate := 0.0
	for i, h := range head {
		switch c := cells[i]; h {
		case "model":
			r.Model = c
		case "params":
			r.Params = magnitude(c)
		case "test":
			m := testOf().FindStringSubmatch(c)
			if m == nil {
				return nil, nil // of reading and writing together
			}
			n, _ := strconv.ParseInt(m[2], 10, 64)
			r.Past, _ = strconv.ParseInt(m[3], 10, 64)
			if r.Reading = m[1] == "pp"; r.Reading {
				r.Prompt = n
			} else {
				r.Output = n
			}
		case "t/s":
			text, _, _ := strings.Cut(c, "±")
			v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				return nil, fmt.Errorf("found the rate %q, expected tokens per second", spelling.Clip(c))
			}
			rate = v
		}
	}
	r, err := r.rate(rate)
	return []Run{r}, err
}

// magnitude reads 6.74 B or 494.03 M; 0 where it is neither.
func magnitude(text string) float64 {
	num, unit, _ := strings.Cut(text, " ")
	v, err := strconv.ParseFloat(num, 64)
	if err != nil {
		return 0
	}
	return v * map[string]float64{"B": 1e9, "M": 1e6, "K": 1e3}[unit]
}
