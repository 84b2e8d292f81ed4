package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/conventions"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// Operators describes the operator table, or the part of one domain.
func Operators(domain string) (*Document, error) {
	out := &schema.Operators{Operators: []schema.Operator{}}
	t := Table{Columns: []Column{{Name: "domain"}, {Name: "operator"}, {Name: "since", Kind: Count}, {Name: "family"},
		{Name: "kind"}, {Name: "class"}, {Name: "what it does"}}}
	for _, f := range ops.Families() {
		for _, s := range f.Specs {
			d := domainName(s.Op.Domain)
			if domain != "" && d != domain {
				continue
			}
			out.Operators = append(out.Operators, schema.Operator{Domain: d, Op: s.Op.Type, Since: s.Since, Family: f.Name,
				Kind: s.Kind.String(), Class: s.Class().String(), Doc: s.Doc})
			t.Rows = append(t.Rows, []any{d, s.Op.Type, s.Since, f.Name, s.Kind.String(), s.Class().String(), s.Doc})
		}
	}
	if len(t.Rows) == 0 {
		return nil, fmt.Errorf("found no operator of the domain %q, expected one of %s", domain,
			strings.Join(domains(), ", "))
	}
	return document("ops", []Table{t}, nil, out).rows(t), nil
}

// domains returns the domains that have operators.
func domains() []string {
	var all []string
	for _, f := range ops.Families() {
		for _, s := range f.Specs {
			all = append(all, domainName(s.Op.Domain))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Conventions describes a model's count by one or several tools. One tool is shown with its contributions.
func Conventions(model string, counts []*conventions.Count) *Document {
	out := &schema.Flops{Model: model, Counts: []schema.Convention{}}
	doc := document("flops", nil, nil, out)
	all := Table{Title: model + ": as each tool counts", Columns: []Column{{Name: "tool"}, {Name: "calls it"}, {Name: "unit"}, {Name: "total", Kind: Count}, {Name: ""}, {Name: "what it counts"}}}
	var names []string
	var lists [][]note.Note
	for _, c := range counts {
		v := c.Convention
		j := schema.Convention{Name: v.Name, Calls: v.Calls, Unit: v.Unit.String(), Total: c.Total,
			Lines: []schema.ConventionLine{}, Notes: note.Texts(c.Notes)}
		lines := Table{Title: fmt.Sprintf("%s as %s counts: %d %s (%s %s, which it calls %s)", model, v.Name, c.Total, v.Unit, si(c.Total), v.Unit, v.Calls),
			Columns: []Column{{Name: "operators"}, {Name: "nodes", Kind: Count}, {Name: v.Unit.String() + "s", Kind: Count}, {Name: ""}}}
		for _, l := range c.Lines {
			j.Lines = append(j.Lines, schema.ConventionLine{Kind: l.Kind, Nodes: l.Nodes, Count: l.Count,
				Assumed: l.Assumed})
			mark := ""
			if l.Assumed {
				mark = "assumed: folded at export"
			}
			lines.Rows = append(lines.Rows, []any{l.Kind, l.Nodes, l.Count, mark})
		}
		lines.Rows = append(lines.Rows, []any{"total", nil, c.Total, ""})
		out.Counts = append(out.Counts, j)
		all.Rows = append(all.Rows, []any{v.Name, v.Calls, v.Unit.String(), c.Total, si(c.Total) + v.Unit.String(), v.Doc})
		names, lists = append(names, v.Name), append(lists, c.Notes)
		if len(counts) == 1 {
			doc.Tables = []Table{lines}
		}
	}
	if len(counts) != 1 {
		doc.Tables = []Table{all}
	}
	doc.Notes = shared(names, lists)
	out.Remarks = remarks(doc.Notes)
	return doc.rows(countRows(out))
}

// countRows returns the contributions to every tool's count, for CSV.
func countRows(f *schema.Flops) Table {
	t := Table{Columns: slices.Concat(texts("model", "tool", "calls it", "unit"), counts("total"), texts("operators"), counts("nodes", "count"), texts("assumed"))}
	for _, c := range f.Counts {
		for _, l := range c.Lines {
			t.Rows = append(t.Rows, []any{f.Model, c.Name, c.Calls, c.Unit, c.Total, l.Kind, l.Nodes, l.Count,
				l.Assumed})
		}
		if len(c.Lines) == 0 {
			t.Rows = append(t.Rows, []any{f.Model, c.Name, c.Calls, c.Unit, c.Total, nil, nil, nil, nil})
		}
	}
	return t
}

// known returns v, and nil for zero, which stands for a figure that a profile does not have.
func known(v float64) *float64 {
	if v == 0 {
		return nil
	}
	return &v
}

// deviceJSON returns a device as the schema has it: FLOP/s, bytes and bytes/s, and the hash of its
// profile.
func deviceJSON(d *hwprofiles.Device) schema.Device {
	out := schema.Device{ID: d.ID, Name: d.Name, Vendor: d.Vendor, Class: string(d.Class), Year: d.Year,
		Aliases: list(d.Aliases), Modes: []string{}, Default: d.DefaultMode, Threads: d.Threads, Cores: []schema.Cluster{},
		Peaks: map[string]float64{}, Memory: []schema.Level{}, Usable: known(d.UsableMemory().Value), Origin: d.Origin,
		Hash: d.Hash, Notes: list(d.Notes)}
	for _, m := range d.Modes {
		out.Modes = append(out.Modes, d.ID+"@"+m.ID)
	}
	for i := range d.Clusters {
		c := &d.Clusters[i]
		out.Cores = append(out.Cores, schema.Cluster{Name: c.Name, Core: c.Core, Cores: c.Cores, Threads: c.Threads})
	}
	for i := range d.Peaks {
		p := &d.Peaks[i]
		out.Peaks[p.Engine.String()+"."+p.Type.Short()] = p.Rate.Value
	}
	for i := range d.Memory {
		m := &d.Memory[i]
		out.Memory = append(out.Memory, schema.Level{Name: m.Name, Capacity: known(m.Capacity.Value),
			Bandwidth: known(m.Bandwidth.Value)})
	}
	return out
}

// Devices describes a list of devices. With what was measured it is wide: with the vendor, how the main figures are
// known and what was measured on each.
func Devices(list []*hwprofiles.Device, wide []runtimes.Slice) *Document {
	made := func() any { // a table needs none of it
		out := &schema.Devices{Devices: []schema.Device{}}
		for _, d := range list {
			out.Devices = append(out.Devices, deviceJSON(d))
		}
		return out
	}
	t := deviceTable(list, wide)
	return document("devices", []Table{t}, nil, made).rows(t)
}

// Device describes one device: what it is, its roofline, and the origin of every figure.
func Device(d *hwprofiles.Device) *Document {
	head := Table{Title: fmt.Sprintf("%s: %s", d.ID, d.Name), Lead: []string{
		whatItIs(d),
		"profile " + d.Origin + ", content " + d.Hash,
	}}
	if len(d.Aliases) > 0 {
		head.Lead = append(head.Lead, "also called "+strings.Join(d.Aliases, ", "))
	}
	for _, t := range slices.Sorted(maps.Keys(d.Emulate)) {
		head.Lead = append(head.Lead, "runs "+t.Short()+" as "+d.Emulate[t].Short())
	}
	for i := range d.Clusters {
		head.Lead = append(head.Lead, coresOf(&d.Clusters[i]))
	}
	if u := d.UsableMemory(); u.Value > 0 {
		head.Lead = append(head.Lead, "usable memory "+u.Text+" ("+u.Source.Title+": "+u.Source.Note+")")
	}
	for _, m := range d.Modes {
		name := d.ID + "@" + m.ID
		if m.ID == d.DefaultMode {
			name += ", as above"
		}
		head.Lead = append(head.Lead, strings.TrimSpace("power mode "+name+"  "+m.Note))
	}
	tables := []Table{head, rooflineTable(d), sourceTable(d), figureTable(d)}
	figures := figuresJSON(d)
	return document("device", tables, profileTexts(d.Notes), &schema.DeviceDetail{Device: deviceJSON(d),
		Figures: figures}).rows(figureRows(d.ID, figures))
}

// figure returns a figure in base units, nothing for nil.
func figure(q *hwprofiles.Quantity) any {
	if q == nil {
		return nil
	}
	return q.Value
}

// figuresJSON returns every figure of a device with its path in the profile, its source and how it
// is known.
func figuresJSON(d *hwprofiles.Device) []schema.DeviceFigure {
	out := []schema.DeviceFigure{}
	for _, q := range d.Figures() {
		s := q.Source
		out = append(out, schema.DeviceFigure{Path: q.Path, Value: q.Value, Text: q.Text, KnownAs: s.Kind.String(),
			Source: s.Title, URL: s.URL,
			Note: q.Note, Profile: cmp.Or(q.Origin, d.Origin)})
	}
	return out
}

// coresOf says what one kind of cores is.
func coresOf(c *hwprofiles.Cluster) string {
	text := fmt.Sprintf("%s: %d x %s", c.Name, c.Cores, c.Core)
	if c.Clock != nil {
		text += " at " + c.Clock.Text
	}
	if c.Threads > c.Cores {
		text += fmt.Sprintf(", %d threads", c.Threads)
	}
	return text
}

// whatItIs returns the maker, the design, the class and, where they are known, the year and the number of units.
func whatItIs(d *hwprofiles.Device) string {
	parts := []string{strings.TrimSpace(d.Vendor + " " + d.Arch), string(d.Class)}
	if d.Year != 0 {
		parts = append(parts, fmt.Sprint(d.Year))
	}
	if d.Units != 0 {
		parts = append(parts, fmt.Sprintf("%d compute units", d.Units))
	}
	if d.Threads > d.Units {
		parts = append(parts, fmt.Sprintf("%d threads", d.Threads))
	}
	if d.InOrder {
		parts = append(parts, "in-order cores")
	}
	return strings.Join(parts, ", ")
}

// sourceTable lists the sources that figures refer to, in the order in which they do.
func sourceTable(d *hwprofiles.Device) Table {
	t := Table{Title: "Sources", Columns: []Column{{Name: "source"}, {Name: "known as"}, {Name: "url"}, {Name: "note"}}}
	seen := map[*provenance.Source]bool{}
	for _, q := range d.Figures() {
		if s := q.Source; !seen[s] {
			seen[s] = true
			t.Rows = append(t.Rows, []any{s.Title, s.Kind.String(), s.URL, s.Note})
		}
	}
	return t
}

// figureTable lists every figure with its source; with its file too where the profile extends another one.
func figureTable(d *hwprofiles.Device) Table {
	figures := d.Figures()
	merged := slices.ContainsFunc(figures, func(q hwprofiles.Quantity) bool { return q.Origin != "" })
	t := Table{Title: "Figures", Columns: []Column{{Name: "figure"}, {Name: "value"}, {Name: "known as"}, {Name: "source"}}}
	if merged {
		t.Columns = append(t.Columns, Column{Name: "profile"})
	}
	t.Columns = append(t.Columns, Column{Name: "note"})
	for _, q := range figures {
		row := []any{q.Path, q.Text, q.Source.Kind.String(), q.Source.Title}
		if merged {
			row = append(row, cmp.Or(q.Origin, d.Origin))
		}
		t.Rows = append(t.Rows, append(row, q.Note))
	}
	return t
}

// figureRows returns the figures of a device, for CSV.
func figureRows(device string, figures []schema.DeviceFigure) Table {
	words := texts("as written", "known as", "source", "url", "note", "profile")
	t := Table{Columns: slices.Concat(texts("device", "figure"), numbers("value in base units"), words)}
	for _, f := range figures {
		t.Rows = append(t.Rows, []any{device, f.Path, f.Value, f.Text, f.KnownAs, f.Source, f.URL, f.Note, f.Profile})
	}
	return t
}

// DeviceDiff describes how two devices differ.
func DeviceDiff(a, b *hwprofiles.Device) *Document {
	t := Table{Title: a.Name + " against " + b.Name, Columns: []Column{{Name: "figure"}, {Name: a.ID}, {Name: b.ID}, {Name: "ratio", Kind: Number}}}
	out := &schema.DeviceDiff{A: a.ID, B: b.ID, Differences: []schema.Difference{}}
	text := func(q *hwprofiles.Quantity) string {
		if q == nil {
			return "-"
		}
		return q.Text
	}
	rows := Table{Columns: slices.Concat(texts("a", "b", "figure"), numbers("a in base units", "b in base units", "b/a"))}
	for _, d := range hwprofiles.Diff(a, b) {
		var ratio any
		if d.Ratio != 0 {
			ratio = d.Ratio
		}
		t.Rows = append(t.Rows, []any{d.Path, text(d.A), text(d.B), ratio})
		rows.Rows = append(rows.Rows, []any{a.ID, b.ID, d.Path, figure(d.A), figure(d.B), ratio})
		out.Differences = append(out.Differences, schema.Difference{Path: d.Path, A: text(d.A), B: text(d.B),
			Ratio: known(d.Ratio)})
	}
	return document("device-diff", []Table{t}, nil, out).rows(rows)
}
