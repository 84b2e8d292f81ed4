package report

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// HostJSON is a machine as found in schema ridgepoint/host/v1: rates in FLOP/s or OP/s, bandwidths in B/s, sizes in bytes.
type HostJSON struct {
	Schema   string          `json:"schema"`
	Name     string          `json:"name"`
	Vendor   string          `json:"vendor"`
	ISA      []string        `json:"isa"`
	Threads  int             `json:"threads"`
	Cores    int             `json:"cores"`
	Clock    float64         `json:"clock_hz"`
	Memory   int64           `json:"memory_bytes"`
	Peaks    []HostPeakJSON  `json:"peaks"`
	Levels   []HostLevelJSON `json:"levels"`
	Matrix   HostMatrixJSON  `json:"matrix"`
	Sweep    []HostPointJSON `json:"sweep"`
	Seconds  float64         `json:"took_s"`
	Warnings []string        `json:"warnings"`
}

// HostPeakJSON is a theoretical rate of the whole machine.
type HostPeakJSON struct {
	Engine   string  `json:"engine"`
	Type     string  `json:"type"`
	ISA      string  `json:"isa"`
	PerCycle float64 `json:"per_cycle_and_core"`
	Rate     float64 `json:"rate"`
	Assumed  bool    `json:"assumed"`
}

// HostLevelJSON is a memory level; 0 where a bandwidth could not be measured.
type HostLevelJSON struct {
	Name     string  `json:"name"`
	Capacity int64   `json:"capacity_bytes"`
	One      float64 `json:"one_thread"`
	OneNoise float64 `json:"one_thread_noise"`
	All      float64 `json:"all_threads"`
	AllNoise float64 `json:"all_threads_noise"`
}

// HostMatrixJSON is the achieved rate of fp32 matrix products.
type HostMatrixJSON struct {
	By       string  `json:"by"`
	One      float64 `json:"one_thread"`
	OneNoise float64 `json:"one_thread_noise"`
	All      float64 `json:"all_threads"`
	AllNoise float64 `json:"all_threads_noise"`
}

// HostPointJSON is one working set of the sweep.
type HostPointJSON struct {
	Kernel  string  `json:"kernel"`
	Threads int     `json:"threads"`
	Bytes   int64   `json:"bytes"`
	Rate    float64 `json:"rate"`
	Noise   float64 `json:"noise"`
}

// Host describes this machine: what it could do and what was measured.
func Host(p *host.Profile) *Document {
	c := p.CPU
	out := &HostJSON{Schema: "ridgepoint/host/v1", Name: c.Name, Vendor: c.Vendor, ISA: append([]string{}, c.ISA...), Threads: c.Threads, Cores: c.Cores, Clock: p.Clock, Memory: c.Memory,
		Peaks: []HostPeakJSON{}, Levels: []HostLevelJSON{}, Matrix: HostMatrixJSON{p.MatrixAll.By, p.MatrixOne.Rate, p.MatrixOne.Noise, p.MatrixAll.Rate, p.MatrixAll.Noise}, Sweep: []HostPointJSON{}, Seconds: p.Took.Seconds(), Warnings: note.Texts(p.Notes)}
	peaks := Table{Title: p.Name(), Lead: []string{
		fmt.Sprintf("cores      %d, %d threads, at a measured %s", c.Cores, c.Threads, units.Format(p.Clock, units.Hertz)),
		fmt.Sprintf("took       %s", units.Format(p.Took.Seconds(), units.Seconds)),
	}, Columns: []Column{{"theoretical peak", Text, 0}, {"instructions", Text, 0}, {"a cycle and core", Number, 0}, {"rate", Each, units.FLOPRate}, {"achieved", Each, units.FLOPRate}, {"share", Percent, 0}}}
	for _, k := range p.Peaks {
		out.Peaks = append(out.Peaks, HostPeakJSON{k.Engine.String(), k.Type.Short(), k.ISA, k.PerCycle, k.Value, k.Assumed})
		row := []any{k.Engine.String() + " " + k.Type.Short(), k.ISA, k.PerCycle, k.Value, nil, nil}
		if k.Engine == cost.Vector && k.Type == dtype.Float32 {
			row[4], row[5] = p.MatrixAll.Rate, p.MatrixAll.Rate/k.Value
		}
		peaks.Rows = append(peaks.Rows, row)
	}
	levels := Table{Title: "Memory, measured", Columns: []Column{{"level", Text, 0}, {"capacity", Each, units.Capacity}, {"one thread", Each, units.ByteRate}, {"noise", Percent, 0}, {"all threads", Each, units.ByteRate}, {"noise", Percent, 0}, {"fastest kernel", Text, 0}}}
	for _, l := range p.Levels {
		out.Levels = append(out.Levels, HostLevelJSON{l.Name, l.Capacity, l.One.Rate, l.One.Noise, l.All.Rate, l.All.Noise})
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
		out.Sweep = append(out.Sweep, HostPointJSON{q.Kernel, q.Threads, q.Bytes, q.Rate, q.Noise})
	}
	notes := append([]string{
		fmt.Sprintf("the achieved rate is of fp32 matrix products: %s with all threads, %s with one, by %s", units.Format(p.MatrixAll.Rate, units.FLOPRate), units.Format(p.MatrixOne.Rate, units.FLOPRate), p.MatrixAll.By),
		"noise is by how much the median of the tries is below the best, which is the figure given; no theoretical bandwidth is given, since a processor does not tell how its memory is fitted",
	}, out.Warnings...)
	return &Document{Tables: []Table{peaks, levels}, Notes: notes, JSON: out}
}
