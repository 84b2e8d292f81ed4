package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

const loop = `## The loop on a machine of one's own

` + "`make selfcheck`" + ` of %s on a virtual machine with two cores of an AMD EPYC (Zen 3), which others shared: ONNX Runtime 1.30.0, every model in three rounds of which the fastest counts. The calibration is
fitted to ten networks and judged on twenty of other families. *before* is with what is believed of the runtime on any CPU; profiles by node of the same ten networks on this machine went into that.

| slice | fitted to | judged on | before, median | **median** | mean | p90 | within 20 %% | Kendall | in interval |
|---|---|---|---|---|---|---|---|---|---|
`

// selfcheck repeats the last two steps of "make selfcheck" on what a run of it measured: it fits every number of threads to the table
// of ten models and predicts that of twenty others, of families that the ten do not have.
func selfcheck(dir string, rs *runtimes.Set) (string, error) {
	m := &validate.Matcher{Devices: hwprofiles.NewCatalog(dir), Runtimes: rs}
	fits, err := fitTable(filepath.Join(dir, "fit.csv"), m)
	if err != nil {
		return "", err
	}
	rows, err := measured.ReadFile(filepath.Join(dir, "others.csv"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, loop, rows[0].Ref)
	for _, f := range fits {
		before, after, err := judge(rows, m, f)
		if err != nil {
			return "", err
		}
		e := &after.Expected
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f | **%.1f** | %.1f | %.1f | %.0f | %.3f | %.0f |\n", after.Slice, f.Calibration.N, e.N, 100*before.Expected.Median, 100*e.Median, 100*e.Mean, 100*e.P90, 100*e.Within20, e.Kendall, 100*after.Coverage)
	}
	b.WriteByte('\n')
	return b.String(), nil
}

// fitTable calibrates every slice of a table.
func fitTable(path string, m *validate.Matcher) ([]*validate.Fit, error) {
	rows, err := measured.ReadFile(path)
	if err != nil {
		return nil, err
	}
	by := map[runtimes.Slice][]*validate.Sample{}
	var order []runtimes.Slice
	for i := range rows {
		c, err := m.Match(&rows[i])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, rows[i].Line, err)
		}
		s, err := validate.Prepare(c)
		if err != nil {
			return nil, err
		}
		if by[c.Slice()] == nil {
			order = append(order, c.Slice())
		}
		by[c.Slice()] = append(by[c.Slice()], s)
	}
	var out []*validate.Fit
	for _, s := range order {
		f, err := validate.Calibrate(by[s])
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// judge predicts the rows of a fit's slice with what is shipped, and with the fit as well.
func judge(rows []measured.Row, m *validate.Matcher, f *validate.Fit) (before, after *validate.SliceResult, err error) {
	dir, err := os.MkdirTemp("", "scoreboard-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, f.Calibration.FileName())
	if err := os.WriteFile(file, f.Calibration.Encode(), 0o600); err != nil {
		return nil, nil, err
	}
	var out [2]*validate.SliceResult
	for i, files := range [][]string{nil, {file}} {
		known, err := runtimes.LoadCalibrations(files, nil)
		if err != nil {
			return nil, nil, err
		}
		r, err := validate.Run(context.Background(), rows, m, roofline.Tuner{Calibrations: known}, func() {})
		if err != nil {
			return nil, nil, err
		}
		at := slices.IndexFunc(r.Slices, func(s validate.SliceResult) bool { return s.Slice == f.Calibration.Slice })
		if at < 0 {
			return nil, nil, fmt.Errorf("%s was measured for the fit alone", f.Calibration.Slice)
		}
		out[i] = &r.Slices[at]
	}
	return out[0], out[1], nil
}
