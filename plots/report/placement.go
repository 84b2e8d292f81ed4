package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// InspectOn describes a model and where it runs on the device of an estimate.
func InspectOn(name string, p *infer.Plan, e *roofline.Estimate) *Document {
	return inspect(name, p, e.Inferred, nil, placement.Of(e))
}

// placementTable says whether a model runs on a device, and lists the runs of kernels on each unit.
func placementTable(p *placement.Placement) Table {
	t := Table{Title: "Placement", Lead: placementLead(p), Columns: append([]Column{{Name: "run", Kind: Count},
		{Name: "unit"}, {Name: "kernels", Kind: Count}}, append(quantities(units.Seconds, "time"),
		texts("first", "last", "why")...)...)}
	for i := range p.Runs {
		r := &p.Runs[i]
		why := strings.Join(r.Why, "; ")
		if len(r.Operator) > 0 {
			why = strings.Join(r.Operator, ", ") + ": " + why
		}
		t.Rows = append(t.Rows, []any{i + 1, r.Unit, r.Kernels, r.Seconds, r.First, r.Last, why})
	}
	return t
}

// leastRest gives the part of a latency outside all runs that is worth a line.
const leastRest = 0.05

// placementLead returns the verdict and what it rests on, in lines.
func placementLead(p *placement.Placement) []string {
	e := p.Of
	size := func(n int64) string { return units.Short(float64(n), units.Capacity) }
	short := func(s float64) string { return units.Short(s, units.Seconds) }
	lines := []string{
		"device      " + e.Device.Name,
		"verdict     " + p.Verdict(),
		"runs as     " + e.Precision.Short() + inRuntime(e),
	}
	if l := &e.Latency; e.Compiled() != "" {
		lines = append(lines, "latency     not known; what is left of the file takes "+short(l.Best()))
	} else if l.Expected != nil {
		lines = append(lines, fmt.Sprintf("latency     %s, 90 %% between %s and %s; %s", short(*l.Expected), short(*l.Low),
			short(*l.High), basisText(e.Tuning)))
	} else {
		lines = append(lines, "latency     at least "+short(l.SpeedOfLight))
	}
	switch {
	case p.Flash > 0:
		lines = append(lines, fmt.Sprintf("flash       %s of weights in %s", size(e.WeightBytes), size(p.Flash)),
			fmt.Sprintf("RAM         %s of activations in %s that a model can have", size(e.PeakActivationBytes), size(p.RAM)))
	case p.Spilled > 0:
		lines = append(lines, fmt.Sprintf("weights     %s: %s do not stay in the %s on the chip and cross %s, %s at least",
			size(e.WeightBytes), size(p.Spilled), size(p.Scratch), e.Device.Link.Kind,
			short(float64(p.Spilled)/e.Device.Link.Bandwidth.Value)))
	default:
		lines = append(lines, "memory      "+memoryText(e))
	}
	if chip := p.Scratch; chip > 0 && p.Spilled == 0 {
		line := fmt.Sprintf("on chip     %s of activations in %s", size(e.PeakActivationBytes), size(chip))
		if over := e.PeakActivationBytes - chip; over > 0 {
			m := e.Device.DRAM()
			line += fmt.Sprintf("; %s more than it holds lie in %s, %s", size(over), cmp.Or(m.Kind, "the main memory"),
				m.Bandwidth.Text)
		}
		lines = append(lines, line)
	}
	if l := e.Device.Link; l != nil {
		lines = append(lines, fmt.Sprintf("link        %s, %s", cmp.Or(l.Kind, "to the host"), l.Bandwidth.Text))
	}
	fell := "not listed for this device"
	if p.Listed {
		fell = "none"
	}
	if p.Fallen > 0 {
		fell = fmt.Sprintf("%d of %d kernels on %s, %s", p.Fallen, e.Spent.Kernels, e.Device.Fallback.Unit, short(p.Seconds))
	}
	lines = append(lines, "fallback    "+fell,
		fmt.Sprintf("segments    on the device: %d; changes of the unit: %d", p.Segments, p.Transfers))
	if rest := e.Latency.Best() - p.InRuns(); rest > leastRest*e.Latency.Best() {
		lines = append(lines, "in no run   "+short(rest)+" of the latency: copies over the link, host and fixed time")
	}
	return lines
}

// inRuntime names the runtime of an estimate, nothing where it has none.
func inRuntime(e *roofline.Estimate) string {
	if e.Tuning == nil {
		return ""
	}
	return " in " + e.Tuning.Runtime.Name
}

// placementJSON returns a placement for programs.
func placementJSON(p *placement.Placement) *schema.Placement {
	e := p.Of
	out := &schema.Placement{
		Device: e.Device.ID, Precision: e.Precision.Short(), Verdict: p.Verdict(), Room: e.Room.String(),
		Weights: e.WeightBytes, Flash: usableJSON(p.Flash), Activations: e.PeakActivationBytes, RAM: usableJSON(p.RAM),
		Chip: usableJSON(p.Scratch), Spilled: p.Spilled, Latency: latency(&e.Latency), Listed: p.Listed, Fallen: p.Fallen,
		FallenTime: 1e3 * p.Seconds, Segments: p.Segments, Transfers: p.Transfers, Runs: []schema.PlacementRun{},
	}
	if e.Tuning != nil {
		out.Runtime = &e.Tuning.Runtime.ID
	}
	if f := e.Device.Fallback; f != nil {
		out.Unit = &f.Unit
	}
	for i := range p.Runs {
		r := &p.Runs[i]
		out.Runs = append(out.Runs, schema.PlacementRun{Unit: r.Unit, Fallback: r.Falls, Kernels: r.Kernels, First: r.First,
			Last: r.Last, Time: 1e3 * r.Seconds, Bytes: r.Bytes, Operators: append([]string{}, r.Operator...),
			Why: append([]string{}, r.Why...)})
	}
	return out
}
