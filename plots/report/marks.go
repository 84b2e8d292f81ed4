package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

// digits mark footnotes.
const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹˒"

// superscript returns n in raised digits, as footnotes are marked.
func superscript(n int) string {
	raised := []rune(digits)
	var out []rune
	for _, d := range strconv.Itoa(n) {
		out = append(out, raised[d-'0'])
	}
	return string(out)
}

// anchors says at which column or label of a summary a note is marked: the first of them that a document has. A note
// that is about some models or devices is marked at their rows instead.
var anchors = map[note.Code][]string{
	note.BatchDefault: {"batch", "runs as", "throughput"}, note.BatchAxis: {"batch", "runs as", "throughput"}, note.BatchScaled: {"batch", "runs as", "throughput"},
	note.ZeroBatch: {"batch", "runs as", "throughput"}, note.TF32Default: {"precision", "runs as"}, note.TypeRunsAs: {"precision", "runs as"},
	note.TypeWithoutPeak: {"precision", "runs as"}, note.ByteWeights: {"precision", "runs as"},
	note.NibbleWeights: {"precision", "runs as"}, note.PeakMissing: {"precision", "runs as"},
	note.NetworkMeasured: {"basis", "latency"}, note.Calibrated: {"basis", "latency"}, note.DeviceClass: {"basis", "latency"}, note.FewMeasured: {"basis", "latency"},
	note.PriorOnly: {"basis", "latency"}, note.Correction: {"latency", "basis"}, note.Alike: {"latency", "basis"},
	note.CorrectedChoices: {"latency"}, note.OutsideWork: {"latency", "lower bound"}, note.HostBound: {"latency"}, note.ThreadsShared: {"latency"}, note.UsualThreads: {"latency"},
	note.ModeScaled: {"latency"}, note.Runtimeless: {"lower bound", "latency"}, note.LowerBoundsOnly: {"lower bound", "latency"},
	note.UnknownOperators: {"coverage", "work"}, note.CompiledFile: {"latency", "coverage"},
	note.ConstantWork: {"work"}, note.CausalAttention: {"work"},
	note.UpperBounds: {"work"}, note.TripsAssumed: {"work"}, note.BranchAssumed: {"work"},
	note.BranchUnknown: {"coverage"}, note.BeamsAssumed: {"work"},
	note.ShapeAssumed: {"work"}, note.ZeroDimension: {"work"}, note.WorkNotCounted: {"work"},
	note.Verdicts: {"fits", "fit"}, note.Margin: {"fits", "fit"}, note.RankedByAccuracy: {"accuracy"},
	note.RankedByWork: {"work", "model"}, note.AccuracyResized: {"accuracy"}, note.SortedByFit: {"fit", "device"},
	note.SameEfficiencies: {"speedup", "latency"}, note.ErrorsDefined: {"median"}, note.HostNoise: {"noise"},
	note.HostAchieved: {"achieved"}, note.TokenRates: {"per second"}, note.CalibrationOutlier: {"model"},
}

// A spot says where a mark stands, so that marks are numbered as they are read: the table, its part and the place in
// it.
type spot struct{ table, part, at int }

// The parts of a table in the order in which they are read.
const (
	headingPart = iota // columns with one value
	leadPart
	columnPart
	rowPart
)

// before orders spots as they are read.
func (s spot) before(o spot) int {
	return cmp.Or(cmp.Compare(s.table, o.table), cmp.Compare(s.part, o.part), cmp.Compare(s.at, o.at))
}

// marked returns the tables with the marks of their footnotes, and the footnotes: those with a mark first, numbered as
// their marks are read.
func (d *Document) marked() (tables []Table, notes []string) {
	tables = slices.Clone(d.Tables)
	all := d.lines()
	spots := map[int]spot{}
	var order []int
	var rest []string
	for i := range d.Notes {
		trial := slices.Clone(d.Tables)
		if at, ok := place(trial, &d.Notes[i], superscript(1)); ok {
			spots[i], order = at, append(order, i)
		} else {
			rest = append(rest, "· "+all[i])
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return spots[a].before(spots[b]) })
	for _, i := range order {
		mark := superscript(len(notes) + 1)
		place(tables, &d.Notes[i], mark)
		notes = append(notes, mark+" "+all[i])
	}
	return tables, append(notes, rest...)
}

// raise puts a mark behind a text, parted from marks that it has.
func raise(s, mark string) string {
	if bare(s) != s {
		s += "˒"
	}
	return s + mark
}

// place sets the mark of a footnote, and returns where the first one is; ok is false where there is no place for it.
func place(tables []Table, f *Footnote, mark string) (at spot, ok bool) {
	if len(f.About) > 0 {
		if at, ok = markRows(tables, f.About, mark); ok {
			return at, true
		}
	}
	for _, name := range anchors[f.Code] {
		for i := range tables {
			if at, ok = tables[i].mark(name, mark); ok {
				at.table = i
				return at, true
			}
		}
	}
	return spot{}, false
}

// mark marks a column, or the label of a line of the summary, and returns where.
func (t *Table) mark(name, mark string) (at spot, ok bool) {
	if i := slices.IndexFunc(t.Columns, func(c Column) bool { return bare(c.Name) == name }); i >= 0 {
		t.Columns = slices.Clone(t.Columns)
		t.Columns[i].Name = raise(t.Columns[i].Name, mark)
		if traits[name].fold && t.constant(t.cells(i)) {
			return spot{part: headingPart, at: i}, true
		}
		return spot{part: columnPart, at: i}, true
	}
	i := slices.IndexFunc(t.Lead, func(l string) bool {
		rest, ok := strings.CutPrefix(l, name)
		return ok && strings.HasPrefix(strings.TrimLeft(rest, digits), gap)
	})
	if i < 0 {
		return spot{}, false
	}
	t.Lead = slices.Clone(t.Lead)
	label, rest, _ := strings.Cut(t.Lead[i], gap)
	marked := raise(label, mark)
	t.Lead[i] = marked + strings.TrimPrefix(gap+rest, strings.Repeat(" ", runes(marked)-runes(label)))
	return spot{part: leadPart, at: i}, true
}

// markRows marks the rows of models, devices or both, and returns where the first one is.
func markRows(tables []Table, about []string, mark string) (first spot, ok bool) {
	for i := range tables {
		t := &tables[i]
		for r, row := range t.Rows {
			if len(row) == 0 || !names(t.Columns, row, about) {
				continue
			}
			if !ok {
				first = spot{i, rowPart, r}
				t.Rows = slices.Clone(t.Rows)
			}
			t.Rows[r] = slices.Clone(row)
			t.Rows[r][0], ok = raise(fmt.Sprint(row[0]), mark), true
		}
	}
	return first, ok
}

// names reports whether a row is one of those that a note is about.
func names(columns []Column, row []any, about []string) bool {
	cell := func(name string) string {
		if i := slices.IndexFunc(columns, func(c Column) bool { return bare(c.Name) == name }); i >= 0 {
			return strings.TrimRight(fmt.Sprint(row[i]), digits)
		}
		return ""
	}
	model, device, tool := cell("model"), cell("device"), cell("tool")
	return slices.ContainsFunc(about, func(a string) bool {
		return a != "" && (a == model || a == device || a == tool || a == model+" on "+device)
	})
}
