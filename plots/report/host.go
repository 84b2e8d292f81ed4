package report

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// Host describes this machine: what it could do and what was measured.
func Host(p *host.Profile) *Document {
	c := p.CPU
	out := &schema.Host{
		Name: c.Name, Vendor: c.Vendor, ISA: list(c.ISA), Threads: c.Threads, Cores: c.Cores, Clock: p.Clock, Memory: c.Memory,
		Peaks: []schema.HostPeak{}, Levels: []schema.HostLevel{}, Sweep: []schema.HostPoint{}, Seconds: p.Took.Seconds(),
		Matrix: schema.HostMatrix{By: p.MatrixAll.By, One: p.MatrixOne.Rate, OneNoise: p.MatrixOne.Noise,
			All: p.MatrixAll.Rate, AllNoise: p.MatrixAll.Noise},
	}
	peaks := Table{Title: p.Name(), Lead: []string{
		fmt.Sprintf("cores      %d, %d threads, at a measured %s", c.Cores, c.Threads, units.Format(p.Clock, units.Hertz)),
		fmt.Sprintf("took       %s", units.Format(p.Took.Seconds(), units.Seconds)),
	}, Columns: []Column{{Name: "theoretical peak"}, {Name: "instructions"}, {Name: "a cycle and core", Kind: Number}, {Name: "rate", Kind: Quantity, Dim: units.FLOPRate}, {Name: "achieved", Kind: Quantity, Dim: units.FLOPRate}, {Name: "share", Kind: Percent}}}
	for _, k := range p.Peaks {
		out.Peaks = append(out.Peaks, schema.HostPeak{Engine: k.Engine.String(), Type: k.Type.Short(), ISA: k.ISA,
			PerCycle: k.PerCycle, Rate: k.Value, Assumed: k.Assumed})
		row := []any{k.Engine.String() + " " + k.Type.Short(), k.ISA, k.PerCycle, k.Value, nil, nil}
		if k.Engine == cost.Vector && k.Type == dtype.Float32 {
			row[4], row[5] = p.MatrixAll.Rate, p.MatrixAll.Rate/k.Value
		}
		peaks.Rows = append(peaks.Rows, row)
	}
	levels := Table{Title: "Memory, measured", Columns: []Column{{Name: "level"}, {Name: "capacity", Kind: Quantity, Dim: units.Capacity}, {Name: "one thread", Kind: Quantity, Dim: units.ByteRate}, {Name: "noise", Kind: Percent}, {Name: "all threads", Kind: Quantity, Dim: units.ByteRate}, {Name: "noise", Kind: Percent}, {Name: "fastest kernel"}}}
	for _, l := range p.Levels {
		out.Levels = append(out.Levels, schema.HostLevel{Name: l.Name, Capacity: l.Capacity,
			One: l.One.Rate, OneNoise: l.One.Noise, All: l.All.Rate, AllNoise: l.All.Noise})
		row := []any{l.Name, ratio(float64(l.Capacity), 1), nil, nil, nil, nil, l.All.Kernel}
		if l.One.Rate > 0 {
			row[2], row[3] = l.One.Rate, l.One.Noise
		}
		if l.All.Rate > 0 {
			row[4], row[5] = l.All.Rate, l.All.Noise
		}
		levels.Rows = append(levels.Rows, row)
	}
	for _, q := range p.Points {
		out.Sweep = append(out.Sweep, schema.HostPoint{Kernel: q.Kernel, Threads: q.Threads, Bytes: q.Bytes,
			Rate: q.Rate, Noise: q.Noise})
	}
	notes := footnotes(append([]note.Note{
		note.New(note.HostAchieved, p.MatrixAll.Rate, p.MatrixOne.Rate, p.MatrixAll.By), note.New(note.HostNoise), note.New(note.HostBandwidth),
	}, p.Notes...)...)
	out.Remarks = remarks(notes)
	return document("host", []Table{peaks, levels}, notes, out).rows(levelRows(p.Name(), levels))
}

// levelRows returns the memory levels, for CSV.
func levelRows(machine string, levels Table) Table {
	t := Table{Columns: slices.Concat(texts("machine", "level"), quantities(units.Bytes, "capacity"),
		quantities(units.ByteRate, "one thread"), numbers("one thread noise"),
		quantities(units.ByteRate, "all threads"), numbers("all threads noise"), texts("fastest kernel"))}
	for _, row := range levels.Rows {
		t.Rows = append(t.Rows, append([]any{machine}, row...))
	}
	return t
}
