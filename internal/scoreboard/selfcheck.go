package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/judge"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

const loop = `## The loop on a machine of one's own

` + "`make selfcheck`" + ` of %s on a virtual machine with two cores of an AMD EPYC (Zen 3), which others shared: ONNX Runtime 1.30.0, every model in three rounds of which the fastest counts. The calibration is
fitted to ten networks and judged on twenty of other families. *before* is without them; profiles by node of the same ten networks on this machine went into the priors.

| slice | fitted to | judged on | before, median | **median** | mean | p90 | within 20 %% | Kendall | in interval |
|---|---|---|---|---|---|---|---|---|---|
`

// selfcheck repeats the last two steps of "make selfcheck" on what a run of it measured: it conditions the model on the
// table of ten models, by number of threads, and predicts twenty others, of families that the ten do not have.
func selfcheck(dir string, rs *runtimes.Set, model *joint.Model) (string, error) {
	m := &validate.Matcher{Devices: hwprofiles.NewCatalog(dir), Runtimes: rs}
	known, _, err := samplesOf(filepath.Join(dir, "fit.csv"), m)
	if err != nil {
		return "", err
	}
	asked, ref, err := samplesOf(filepath.Join(dir, "others.csv"), m)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, loop, ref)
	for _, slice := range slices.SortedFunc(maps.Keys(known), byName) {
		at := model.Known(&known[slice][0].Setting)
		var rows []joint.Row
		for _, s := range known[slice] {
			rows = append(rows, at.Row(s))
		}
		after, err := model.Condition(at, rows)
		if err != nil {
			return "", err
		}
		before, _ := errorsOf(forecasts(at, asked[slice]))
		e, cover := errorsOf(forecasts(after, asked[slice]))
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f | **%.1f** | %.1f | %.1f | %.0f | %.3f | %.0f |\n", slice, len(rows), e.N,
			100*before.Median, 100*e.Median, 100*e.Mean, 100*e.P90, 100*e.Within20, e.Kendall, 100*cover)
	}
	b.WriteByte('\n')
	return b.String(), nil
}

// byName orders slices by name.
func byName(a, b runtimes.Slice) int { return cmp.Compare(a.String(), b.String()) }

// forecasts returns a forecast for each sample.
func forecasts(known *joint.Known, samples []*joint.Sample) []judge.Held {
	var out []judge.Held
	for _, s := range samples {
		out = append(out, judge.Held{Sample: s, Forecast: known.Forecast(s.Terms, s.Asked())})
	}
	return out
}

// samplesOf returns the rows of a table by slice, and what the table says of itself.
func samplesOf(path string, m *validate.Matcher) (map[runtimes.Slice][]*joint.Sample, string, error) {
	rows, err := measured.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	out := map[runtimes.Slice][]*joint.Sample{}
	for i := range rows {
		c, err := m.Match(&rows[i])
		if err != nil {
			return nil, "", fmt.Errorf("%s:%d: %w", path, rows[i].Line, err)
		}
		s, err := validate.Prepare(c)
		if err != nil {
			return nil, "", err
		}
		out[c.Slice()] = append(out[c.Slice()], s.Joint(""))
	}
	return out, rows[0].Ref, nil
}
