package report

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// The formulas of one kernel and of an inference; docs/decisions.md says why, under Timing model.
const (
	lightFormula  = "lower bound of a kernel = max(work / peak, bytes / bandwidth)"
	kernelFormula = "kernel = (compute^4 + vector^4 + memory^4)^(1/4) + launch + repack + steps + wait, where compute = work / (peak x efficiency x N/(N+half_n) x K/(K+half_k)) and memory = bytes / (bandwidth x share)"
	wholeFormula  = "inference = (device^4 + host^4)^(1/4) + fixed"
)

// Explain adds to an estimate's document what each row of its layers is made of, and every figure with its source.
func Explain(d *Document, e *roofline.Estimate, v View) {
	out := &schema.Explain{Formula: lightFormula, Figures: []schema.Term{}, Kernels: []schema.Parts{}}
	figures := Table{Title: "Figures", Columns: []Column{{Name: "figure"}, {Name: "value"}, {Name: "what"}, {Name: "source"}}}
	for _, f := range e.Figures() {
		out.Figures = append(out.Figures, schema.Term(f))
		figures.Rows = append(figures.Rows, []any{f.Name, withUnit(f.Value, f.Unit), f.Doc, f.Source})
	}
	if e.Tuning != nil {
		out.Formula += "; " + kernelFormula + "; " + wholeFormula
		parts := partsTable(out, e, v)
		d.Tables = append(d.Tables, parts)
		d.Rows = beside(d.Rows, parts)
		figures.Lead = inferenceLead(out, e)
	} else {
		figures.Lead = []string{lightFormula}
	}
	d.Tables = append(d.Tables, figures)
	d.Results[0].(*schema.Estimate).Explain = out
}

// partsTable returns one row for each group of kernels; of single kernels with their rule and nodes.
func partsTable(out *schema.Explain, e *roofline.Estimate, v View) Table {
	t := Table{Title: "What the time is made of, each part as if alone", Columns: []Column{{Name: v.By.String()}}}
	single := v.By == roofline.ByLayer
	if single {
		t.Columns = append(t.Columns, Column{Name: "rule"}, Column{Name: "nodes", Kind: Count})
	}
	for _, name := range partNames {
		t.Columns = append(t.Columns, Column{Name: name, Kind: Quantity, Dim: units.Seconds})
	}
	groups := roofline.RollUp(e, v.By, v.Depth)
	shown, _ := split(groups, v.Top)
	for _, i := range shown {
		p := groups[i].Parts
		j := schema.Parts{Name: groups[i].Name, Compute: 1e3 * p.Compute, Vector: 1e3 * p.Vector,
			Memory: 1e3 * p.Memory, Launch: 1e3 * p.Launch, Repack: 1e3 * p.Repack, Steps: 1e3 * p.Steps,
			Wait: 1e3 * p.Wait}
		row := []any{groups[i].Name}
		if single {
			l := &e.Layers[i]
			j.Rule = l.Rule
			for _, s := range l.Steps {
				j.Nodes = append(j.Nodes, e.Inferred.Steps[s].Node.Name)
			}
			row = append(row, l.Rule, int64(len(l.Steps)))
		}
		out.Kernels = append(out.Kernels, j)
		t.Rows = append(t.Rows, append(row, partValues(&p)...))
	}
	return t
}

// beside returns rows with the parts of their time; the row of the kernels that are not shown has none.
func beside(rows, parts Table) Table {
	from := len(parts.Columns) - len(partNames)
	rows.Columns = append(rows.Columns, parts.Columns[from:]...)
	for i, row := range rows.Rows {
		if i < len(parts.Rows) {
			row = append(row, parts.Rows[i][from:]...)
		}
		rows.Rows[i] = padded(row, len(rows.Columns))
	}
	return rows
}

// partNames lists the parts of a kernel's time, in the order of partValues.
var partNames = []string{"compute", "vector", "memory", "launch", "repack", "steps", "wait"}

// partValues returns the terms of a layer's time, in seconds.
func partValues(p *timing.Parts) []any {
	return []any{p.Compute, p.Vector, p.Memory, p.Launch, p.Repack, p.Steps, p.Wait}
}

// inferenceLead says how the kernels become an inference.
func inferenceLead(out *schema.Explain, e *roofline.Estimate) []string {
	out.Device = &schema.DeviceHostMS{Device: 1e3 * e.Spent.Device, Host: 1e3 * e.Spent.Host, Fixed: 1e3 * e.Spent.Fixed}
	s := func(v float64) string { return units.Format(v, units.Seconds) }
	return []string{kernelFormula, fmt.Sprintf("%s = (%s^4 + %s^4)^(1/4) + %s = %s", wholeFormula, s(e.Spent.Device), s(e.Spent.Host), s(e.Spent.Fixed), s(e.Latency.Best()))}
}

// withUnit prints a figure in base units.
func withUnit(v float64, unit string) string {
	for name, dim := range map[string]units.Dim{"FLOP/s": units.FLOPRate, "OP/s": units.OpRate, "B/s": units.ByteRate, "s": units.Seconds} {
		if unit == name {
			return units.Format(v, dim)
		}
	}
	text := Column{Kind: Number}.format(v)
	if unit != "" && !math.IsInf(v, 0) {
		text += " " + unit
	}
	return text
}
