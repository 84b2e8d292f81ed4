// Scoreboard fits every slice that the published measurements support, writes the calibrations that
// are shipped, and writes docs/accuracy.md: how far each is off on model families that its fit had not seen.
package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// least is how many measurements a slice must have to be fitted.
const least = 5

// tooFarOff is the held-out median error above which a calibration is worth less than another tier: it stays in the
// table and is not shipped. One of several sources is judged by theirs: to predict all of one from all of the others is harder than what it is for.
const tooFarOff = 0.35

// unconvincing is the one above which a slice's residuals say more of the slice than of the networks: they are no evidence.
const unconvincing = 0.22

// fitted is the date of the fits, which calibrations carry.
const fitted = "2026-11-29"

// A group is the measurements of one slice by one source with one version of the runtime: they are never pooled.
type group struct {
	slice           runtimes.Slice
	source, version string
	cases           []*validate.Case
	samples         []*validate.Sample
	fit             *validate.Fit
	parts           []*group // of one source each, for a group of several
}

// sources are the groups of one source that a group is made of. How far a network is off is a matter of one harness.
func (g *group) sources() []*group {
	if g.parts != nil {
		return g.parts
	}
	return []*group{g}
}

func sources(groups []*group) (out []*group) {
	for _, g := range groups {
		out = append(out, g.sources()...)
	}
	return out
}

func main() {
	if err := run("../shared", "."); err != nil {
		fmt.Fprintln(os.Stderr, "scoreboard: error:", err)
		os.Exit(1)
	}
}

func run(shared, root string) error {
	rs, err := runtimes.Load()
	if err != nil {
		return err
	}
	groups, tables, err := load(shared, filepath.Join(root, "data", "measured"), rs)
	if err != nil {
		return err
	}
	each(groups, (*group).prepare)
	groups = slices.DeleteFunc(groups, func(g *group) bool { return len(g.samples) < least })
	each(groups, (*group).calibrate)
	groups = slices.DeleteFunc(groups, func(g *group) bool { return g.fit == nil })
	joint := join(groups)
	each(joint, (*group).calibrate)
	groups = append(groups, joint...)
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.slice.Runtime, b.slice.Runtime), cmp.Compare(a.slice.String(), b.slice.String()))
	})
	shipped := best(slices.DeleteFunc(slices.Clone(groups), func(g *group) bool {
		return g.parts == nil && g.fit.HeldOut.Median > tooFarOff || g.cases[0].Device.Origin != hwprofiles.BuiltIn
	}))
	if err := write(filepath.Join(root, "hwprofiles", "runtimes", "calibrations"), shipped); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "hwprofiles", "runtimes", "evidence.csv"), evidence(shipped), 0o644); err != nil {
		return err
	}
	loop, err := selfcheck(filepath.Join(root, "data", "selfcheck"), rs)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "accuracy.md"), []byte(page(groups, shipped, tables, loop, rs)), 0o644)
}

// load matches the rows of all tables, our own measurements with the profiles beside them included, and groups them.
func load(shared, own string, rs *runtimes.Set) ([]*group, []corpus.Table, error) {
	files, err := filepath.Glob(filepath.Join(own, "*.csv"))
	if err != nil {
		return nil, nil, err
	}
	files = append(files, corpus.Files(shared, corpus.Tables...)...)
	cases, tables, err := corpus.Read(corpus.NewMatcher(shared, own, rs), files...)
	if err != nil {
		return nil, nil, err
	}
	byKey := map[string]*group{}
	var out []*group
	for _, c := range cases {
		key := strings.Join([]string{c.Slice().String(), c.Row.Source, c.Row.Version}, "|")
		g := byKey[key]
		if g == nil {
			g = &group{slice: c.Slice(), source: c.Row.Source, version: c.Row.Version}
			byKey[key] = g
			out = append(out, g)
		}
		g.cases = append(g.cases, c)
	}
	out = slices.DeleteFunc(out, func(g *group) bool { return len(g.cases) < least })
	slices.SortStableFunc(out, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.slice.Runtime, b.slice.Runtime), cmp.Compare(a.slice.String(), b.slice.String()), cmp.Compare(a.version, b.version))
	})
	return out, tables, nil
}

// prepare makes samples of the cases, the median where one model was measured several times.
func (g *group) prepare() {
	for _, c := range corpus.Medians(g.cases) {
		s, err := validate.Prepare(c)
		if err != nil {
			fmt.Fprintf(os.Stderr, "scoreboard: %s: %s|%s|%d left out: %v\n", g.slice, c.Row.Graph, c.Row.Model, c.Row.Batch, err)
			continue
		}
		g.samples = append(g.samples, s)
	}
}

// each runs a function for all groups on all processors.
func each(groups []*group, do func(*group)) {
	parallel.Do(len(groups), func(i int) { do(groups[i]) })
}

// calibrate fits the group; a group that cannot be fitted has no fit.
func (g *group) calibrate() {
	fit, err := validate.Calibrate(g.samples)
	if err != nil {
		return
	}
	fit.Calibration.Date = fitted
	g.fit = fit
}

// join makes one more group of every slice that several sources measured convincingly: one harness has only detectors, another
// only transformers, and what is shipped should know both. Each source brings its newest version. Many sizes of one network count less.
func join(groups []*group) []*group {
	by := map[runtimes.Slice][]*group{}
	var order []runtimes.Slice
	for _, g := range groups {
		if g.fit.HeldOut.Median > unconvincing {
			continue
		}
		have := by[g.slice]
		i := slices.IndexFunc(have, func(o *group) bool { return o.source == g.source })
		switch {
		case len(have) == 0:
			order = append(order, g.slice)
			fallthrough
		case i < 0:
			by[g.slice] = append(have, g)
		case len(g.samples) > len(have[i].samples)/2 && newer(g.version, have[i].version):
			have[i] = g
		}
	}
	var out []*group
	for _, s := range order {
		if parts := by[s]; len(parts) > 1 {
			out = append(out, joined(parts))
		}
	}
	return out
}

func joined(parts []*group) *group {
	j := &group{slice: parts[0].slice, parts: parts}
	count := map[string]float64{}
	var sources []string
	for _, g := range parts {
		sources = append(sources, g.source)
		for _, s := range g.samples {
			count[s.Network]++
			one := *s
			j.samples, j.cases = append(j.samples, &one), append(j.cases, s.Case)
		}
	}
	for _, s := range j.samples {
		s.Weight = 1 / math.Sqrt(count[s.Network])
	}
	j.source = strings.Join(sources, "; ")
	return j
}

// newer compares versions number by number; what is no version is older than all.
func newer(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) > 0
}

func numbers(version string) (out []int) {
	for part := range strings.FieldsFuncSeq(version, func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		out = append(out, n)
	}
	return out
}

// best keeps one group for every slice: that of all sources, else the newest version, then the most measurements.
func best(groups []*group) []*group {
	var out []*group
	for _, g := range groups {
		i := slices.IndexFunc(out, func(o *group) bool { return o.slice == g.slice })
		switch {
		case i < 0:
			out = append(out, g)
		case out[i].parts != nil:
		case g.parts != nil, 2*len(g.samples) > len(out[i].samples) && newer(g.version, out[i].version), len(g.samples) > 2*len(out[i].samples):
			out[i] = g
		}
	}
	return out
}

// evidence is the table of how far each network was off on each shipped slice that is convincing, held out.
func evidence(shipped []*group) []byte {
	var all []runtimes.Residual
	for _, g := range sources(shipped) {
		if g.fit.HeldOut.Median <= unconvincing {
			all = append(all, g.evidence()...)
		}
	}
	return runtimes.EncodeResiduals(all)
}

// evidence is how far each network of the group was off, held out: at its largest batch, which the host disturbs least.
func (g *group) evidence() []runtimes.Residual {
	largest := map[string]int64{}
	for _, s := range g.samples {
		largest[s.Network] = max(largest[s.Network], s.Row.Batch)
	}
	var out []runtimes.Residual
	for i, s := range g.samples {
		if s.Row.Batch == largest[s.Network] {
			out = append(out, runtimes.Residual{Network: s.Network, Model: s.Row.Model, Slice: g.slice, Class: g.fit.Calibration.Class, Ratio: 1 / g.fit.Ratios[i]})
		}
	}
	return out
}

// write replaces the shipped calibrations.
func write(dir string, groups []*group) error {
	old, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	for _, g := range groups {
		c := &g.fit.Calibration
		if err := os.WriteFile(filepath.Join(dir, c.FileName()), c.Encode(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
