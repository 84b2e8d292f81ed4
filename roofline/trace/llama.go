package trace

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// readLlamaTable reads the Markdown that llama-bench prints. Columns are found by name; rates are tokens/s.
func readLlamaTable(in *source, p *Trace) error {
	var head []string
	build := ""
	err := in.lines(func(i int, line string) error {
		line = strings.TrimSpace(line)
		if b, ok := strings.CutPrefix(line, "build: "); ok {
			build = b
		}
		if !strings.HasPrefix(line, "|") {
			return nil
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for k := range cells {
			cells[k] = strings.TrimSpace(cells[k])
		}
		switch {
		case head == nil || cells[0] == "model":
			head = cells
			return nil
		case strings.HasPrefix(cells[0], "---"):
			return nil
		case len(cells) != len(head):
			return fmt.Errorf("line %d: found %d cells, expected %d as in the heading", i, len(cells), len(head))
		}
		row, err := llamaRow(head, cells)
		if err != nil {
			return fmt.Errorf("line %d: %w", i, err)
		}
		return p.row(row)
	})
	for i := range p.Rows {
		p.Rows[i].Version = build
	}
	p.Notes = append(p.Notes, note.New(note.TokenRates))
	return err
}

// llamaRow returns a row of llama-bench's table; its rate is tokens a second.
func llamaRow(head, cells []string) (measured.Row, error) {
	row := measured.Row{Runtime: "llama.cpp", Batch: 1}
	notes := []string{"tokens/s"}
	for i, h := range head {
		switch c := cells[i]; h {
		case "model":
			row.Model = c
		case "t/s":
			rate, spread, _ := strings.Cut(c, "±")
			v, err := strconv.ParseFloat(strings.TrimSpace(rate), 64)
			if err != nil || !(v > 0 && v < 1e12) {
				return row, fmt.Errorf("found the rate %q, expected tokens per second", clip(c))
			}
			row.Throughput = v
			if spread = strings.TrimSpace(spread); spread != "" {
				notes = append(notes, "deviation="+spread)
			}
		case "params":
			v, err := billions(c)
			if err != nil {
				return row, err
			}
			row.Params = v
		default:
			notes = append(notes, strings.ReplaceAll(h, " ", "_")+"="+strings.ReplaceAll(c, " ", ""))
		}
	}
	row.Notes = strings.Join(notes, "; ")
	if row.Model == "" || row.Throughput == 0 {
		return row, errors.New("found a table without the columns model and t/s, expected both")
	}
	return row, nil
}

// billions reads 6.74 B or 494.03 M.
func billions(s string) (float64, error) {
	num, unit, _ := strings.Cut(s, " ")
	scale, ok := map[string]float64{"B": 1e9, "M": 1e6, "K": 1e3}[unit]
	v, err := strconv.ParseFloat(num, 64)
	if err != nil || !ok || !(v >= 0 && v < 1e9) {
		return 0, fmt.Errorf("found the number of parameters %q, expected one such as 6.74 B", clip(s))
	}
	return v * scale, nil
}

// readLlamaJSON reads llama-bench -o json: tests of n_prompt tokens read or n_gen tokens made.
func readLlamaJSON(in *source, p *Trace) error {
	type test struct {
		Commit  string  `json:"build_commit"`
		Build   int     `json:"build_number"`
		CPU     string  `json:"cpu_info"`
		GPU     string  `json:"gpu_info"`
		Backend string  `json:"backends"`
		Model   string  `json:"model_type"`
		Params  float64 `json:"model_n_params"`
		Threads int     `json:"n_threads"`
		Prompt  int     `json:"n_prompt"`
		Gen     int     `json:"n_gen"`
		AvgNS   float64 `json:"avg_ns"`
		Rate    float64 `json:"avg_ts"`
	}
	return array(in, func(i int, t *test) error {
		seconds, err := sane(fmt.Sprintf("test %d", i+1), t.AvgNS, 1e-9)
		if err != nil {
			return err
		}
		row := measured.Row{Model: t.Model, Runtime: "llama.cpp", Version: fmt.Sprintf("%s (%d)", t.Commit, t.Build),
			Batch: 1, Params: t.Params, Latency: seconds, Throughput: t.Rate,
			Device: t.CPU, Class: "cpu", Notes: fmt.Sprintf(
				"tokens/s; latency of the whole test; test=pp%d+tg%d; threads=%d; backend=%s", t.Prompt, t.Gen, t.Threads,
				t.Backend)}
		if t.GPU != "" && t.Backend != "CPU" {
			row.Device, row.Class = t.GPU, "gpu"
		}
		return p.row(row)
	})
}
