package trace

import (
	"fmt"
	"strconv"
	"strings"
)

// readOpenVINO reads the counters of benchmark_app -report_type average_counters (or detailed_counters): a table
// separated by semicolons. A detailed report has a table for each inference; they are averaged.
func readOpenVINO(in *source, p *Trace) error {
	var s summed
	var unit float64
	col, tables := -1, 0
	err := in.lines(func(i int, line string) error {
		cells := strings.Split(strings.TrimSpace(line), ";")
		if cells[0] == "layerName" {
			if col, unit = realTime(cells); col < 0 {
				return fmt.Errorf("line %d: found no column realTime (ms), expected one", i)
			}
			tables++
			return nil
		}
		if col < 0 || len(cells) <= col || cells[0] == "" || cells[0] == "Total" || cells[1] != "EXECUTED" &&
			cells[1] != "Status.EXECUTED" {
			return nil
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(cells[col]), 64)
		if err != nil {
			return fmt.Errorf("line %d: found the time %q, expected a number", i, clip(cells[col]))
		}
		t, err := sane(cells[0], v, unit)
		if err != nil {
			return fmt.Errorf("line %d: %w", i, err)
		}
		return s.add(cells[0], cells[2], t)
	})
	p.Nodes = s.per(max(tables, 1))
	return err
}

// realTime finds the column of the wall time and its unit, -1 if there is none.
func realTime(head []string) (col int, unit float64) {
	for i, h := range head {
		switch h = strings.TrimSpace(h); {
		case h == "realTime (ms)":
			return i, 1e-3
		case strings.HasPrefix(h, "realTime ("): // µs or us
			return i, 1e-6
		}
	}
	return -1, 0
}

// clip returns at most 40 bytes of s, for an error.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
