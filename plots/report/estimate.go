package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// View says how an estimate's layers are shown.
type View struct {
	By    roofline.By
	Depth int // of module paths, 0 for whole ones
	Top   int // rows, the rest summed in one; 0 for all
}

// NewView returns a view by a kind of row: layer, op, module or kernel.
func NewView(by string, depth, top int) (View, error) {
	group, err := roofline.ParseBy(by)
	return View{group, depth, top}, err
}

// Estimates describes a single estimate with its layers, or compares several.
func Estimates(es []*roofline.Estimate, v View) *Document {
	if len(es) == 1 {
		return Estimate(es[0], v)
	}
	return Comparison(es, v)
}

// Estimate describes one estimate with its layers.
func Estimate(e *roofline.Estimate, v View) *Document {
	groups := roofline.RollUp(e, v.By, v.Depth)
	t := layers(groups, v)
	rows := Table{Columns: runColumns(texts("by", "name"), t.Columns[1:])}
	for _, row := range t.Rows {
		rows.Rows = append(rows.Rows, append(estimateValues(e, v.By.String()), row...))
	}
	return document("estimate", []Table{{Title: headline(e), Lead: lead(e)}, layers(folded(groups), v)},
		footnotes(besides(e)...), estimateJSON(e, groups, v)).rows(rows)
}

// title returns the heading of an estimate: model, device, precision and batch.
func title(e *roofline.Estimate) string {
	return fmt.Sprintf("%s on %s, %s, batch %d", e.Model, e.Device.Name, e.Precision.Short(), max(e.Batch, 1))
}

// headline returns the verdict in a sentence.
func headline(e *roofline.Estimate) string {
	reads, l := roofline.Read(e.Inferred), &e.Latency
	rate := func(seconds float64) string { return rough(reads.Rate(seconds)) }
	bound := fmt.Sprintf("limited by %s", e.Spent.Bound())
	if l.Expected == nil {
		return fmt.Sprintf("%s takes at least %s on %s (at most %s %s), %s; lower bound only", e.Model,
			units.Short(l.SpeedOfLight, units.Seconds), e.Device.Name, rate(l.SpeedOfLight), reads.Unit, bound)
	}
	if op := e.Compiled(); op != "" {
		return fmt.Sprintf("how long %s takes on %s cannot be told: a compiler packed its network into %s; give the file from "+
			"before that compiler. The figures are of what is left", e.Model, e.Device.Name, op)
	}
	part := "forward pass only"
	if e.Outside > 0 {
		part = "with " + units.Short(e.Outside, units.Seconds) + " before and after"
	}
	if e.Room == roofline.RoomNone {
		return fmt.Sprintf("%s does not fit in the memory of %s; with more it would run at about %s %s (%s–%s), %s; %s", e.Model,
			e.Device.Name, rate(*l.Expected), reads.Unit, rate(*l.High), rate(*l.Low), bound, part)
	}
	return fmt.Sprintf("%s runs at about %s %s (%s–%s) on %s, %s; %s", e.Model, rate(*l.Expected),
		reads.Unit, rate(*l.High), rate(*l.Low), e.Device.Name, bound, part)
}

// besides returns the notes of an estimate but for what its latency rests on, which the summary says.
func besides(e *roofline.Estimate) []note.Note {
	if e.Tuning == nil {
		return e.Notes
	}
	basis := e.Tuning.Basis()
	return slices.DeleteFunc(slices.Clone(e.Notes), func(n note.Note) bool { return n.Code == basis.Code })
}

// spread prints how far measurements may be from an expected latency: ±12 %, or a factor where they may be far.
func spread(l *roofline.Latency) string {
	up := *l.High / *l.Expected
	if up < 1.5 {
		return fmt.Sprintf("±%.0f %%", 100*(up-1))
	}
	return fmt.Sprintf("×%.1f", up)
}

// lead returns the summary above the layers.
func lead(e *roofline.Estimate) []string {
	l := &e.Latency
	lines := boundLead(e)
	runs := fmt.Sprintf("%s, batch %d", e.Precision.Short(), max(e.Batch, 1))
	if l.Expected != nil {
		runs += ", in " + e.Tuning.Runtime.Name
		lines = []string{
			"latency         " + units.Short(*l.Expected, units.Seconds) + ", 90 % between " +
				units.Short(*l.Low, units.Seconds) + " and " + units.Short(*l.High, units.Seconds),
			fmt.Sprintf("basis           %s, %s: %s", basisText(e.Tuning), spread(l), e.Tuning.Basis().Text()),
			"lower bound     " + units.Short(l.SpeedOfLight, units.Seconds) +
				", of the same kernels, at every peak and without overhead",
		}
	}
	lines = slices.Insert(lines, 1, "runs as         "+runs)
	var shares []string
	for b := range roofline.NumBounds {
		if s := e.Spent.Share(b); s >= 0.0005 {
			shares = append(shares, fmt.Sprintf("%.1f %% %s", 100*s, b))
		}
	}
	lines = append(lines, "bound by        "+strings.Join(shares, ", "))
	lines = append(lines, framesLead(e)...)
	return append(append(lines, energyLead(e)...),
		fmt.Sprintf("work            %sMAC, %s, %s moved, %s", si(e.MACs()), units.Short(float64(e.FLOPs()), units.FLOPs),
			units.Short(float64(e.Total.Bytes()), units.Bytes), units.Short(e.Total.Intensity(), units.Intensity)),
		"memory          "+memoryText(e),
		fmt.Sprintf("coverage        %.1f %% of nodes are known; %s parameters", 100*e.Coverage.Fraction(), count(e.Params)))
}

// framesLead says how often frames come out where several are in flight: that is no latency.
func framesLead(e *roofline.Estimate) []string {
	if e.Frames == nil {
		return nil
	}
	reads, l := roofline.Read(e.Inferred), &e.Frames.Interval
	rate := func(seconds float64) string { return rough(reads.Rate(seconds)) }
	return []string{
		fmt.Sprintf("throughput      %s %s, 90 %% between %s and %s, with several in flight: no latency follows from it",
			rate(*l.Expected), reads.Unit, rate(*l.High), rate(*l.Low)),
		fmt.Sprintf("its basis       %s, %s", basisText(e.Frames.Tuning), spread(l)),
	}
}

// framesJSON returns the same, nil where there is none. Low and high are ends of the rate.
func framesJSON(e *roofline.Estimate) *schema.Frames {
	if e.Frames == nil {
		return nil
	}
	l, batch := &e.Frames.Interval, float64(max(e.Batch, 1))
	return &schema.Frames{Metric: string(validate.Throughput), Rate: e.Frames.Throughput(e.Batch), Low: batch / *l.High,
		High: batch / *l.Low, Basis: Basis(e.Frames.Tuning)}
}

// basisMarks lists the words for what a latency rests on, the surest first.
var basisMarks = map[string]string{
	schema.BasisMeasured: "● measured", schema.BasisCalibrated: "◐ calibrated", schema.BasisRelated: "○ related",
	schema.BasisPrior: "· prior", schema.BasisLight: "– bound",
}

// basisText returns the mark of what a latency rests on, as tables show it.
func basisText(t *roofline.Tuning) string { return basisMarks[Basis(t)] }

// boundLead returns the summary's beginning where nothing is expected: the lower bound, and what it assumes.
func boundLead(e *roofline.Estimate) []string {
	text := units.Short(e.Latency.SpeedOfLight, units.Seconds)
	if slices.ContainsFunc(e.Notes, func(n note.Note) bool { return n.Code == note.Runtimeless }) {
		text += "; real latency is usually 3 to 10 times this"
	}
	return []string{
		"lower bound     " + text,
		"assumes         fusion " + e.Fusion + ", every kernel at the peak rate or the full memory bandwidth, no launch or host overhead",
	}
}

// memoryText says what fills the memory, and whether it has room.
func memoryText(e *roofline.Estimate) string {
	size := func(n int64) string { return units.Short(float64(n), units.Capacity) }
	text := size(e.WeightBytes) + " weights + " + size(e.PeakActivationBytes-e.CacheBytes) + " activations"
	if e.CacheBytes > 0 {
		text += " + " + size(e.CacheBytes) + " KV cache"
	}
	text += " = " + size(e.MemoryBytes)
	if e.UsableBytes == 0 {
		return text
	}
	text += fmt.Sprintf(": %s in %s usable", e.Room, size(e.UsableBytes))
	if e.TakenBytes > 0 {
		text += fmt.Sprintf("; system and runtime take %s", size(e.TakenBytes))
	}
	return text
}

// si prints a count with a decimal prefix: 4.09 G.
func si(n int64) string {
	return strings.TrimSuffix(units.Short(float64(n), units.FLOPs), "FLOP")
}

// layers returns the table of an estimate's groups, the largest first, and a row for those beyond
// v.Top.
func layers(groups []roofline.Group, v View) Table {
	t := Table{Columns: slices.Concat(texts(v.By.String()), counts("kernels"), quantities(units.FLOPs, "work"),
		quantities(units.Bytes, "traffic"), numbers("FLOP/B"), quantities(units.FLOPRate, "attainable"),
		quantities(units.Seconds, "time"), []Column{{Name: "share", Kind: Percent}}, texts("bound"))}
	shown, rest := split(groups, v.Top)
	for _, i := range shown {
		t.Rows = append(t.Rows, row(&groups[i]))
	}
	if len(rest) > 0 {
		g := sum(groups, rest)
		t.Rows, t.Sum = append(t.Rows, row(&g)), true
	}
	return t
}

// row returns the cells of a group, in the columns of layers.
func row(g *roofline.Group) []any {
	return []any{g.Name, g.Spent.Kernels, float64(g.Cost.FLOPs()), float64(g.Cost.Bytes()), g.Cost.Intensity(), g.Attainable, g.Spent.Device, g.Share, g.Spent.Bound().String()}
}

// split returns the heaviest top groups by index, the heaviest first, and the rest; all in their order where none is
// left.
func split(groups []roofline.Group, top int) (shown, rest []int) {
	order := make([]int, len(groups))
	for i := range order {
		order[i] = i
	}
	if top <= 0 {
		return order, nil
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(groups[b].Spent.Device, groups[a].Spent.Device) })
	top = min(top, len(groups))
	return order[:top], order[top:]
}

// sum returns some groups as one, named by how many kernels it has.
func sum(groups []roofline.Group, some []int) roofline.Group {
	out := roofline.Group{}
	for _, i := range some {
		g := &groups[i]
		out.Cost.Add(&g.Cost)
		out.Spent.Add(&g.Spent)
		out.Share += g.Share
	}
	out.Name = fmt.Sprintf("%d others", out.Spent.Kernels)
	if out.Spent.Device > 0 {
		out.Attainable = float64(out.Cost.FLOPs()) / out.Spent.Device
	}
	return out
}

// estimateJSON returns an estimate as the schema has it: milliseconds, bytes and operations over
// the whole batch.
func estimateJSON(e *roofline.Estimate, groups []roofline.Group, v View) *schema.Estimate {
	out := &schema.Estimate{
		Model: e.Model, Device: deviceRef(e.Device), Conditions: conditions(e.Precision, e.Asked, e.Ran, e.Tuning),
		Fusion: e.Fusion, Batch: max(e.Batch, 1), Dims: dims(e.Inferred), Total: total(e), By: v.By.String(),
		Layers: []schema.Layer{}, Unknown: list(e.Coverage.UnknownOps), Remarks: remarks(footnotes(e.Notes...)),
	}
	if w := e.Weakest; w != nil {
		out.Weakest = &schema.Figure{Path: w.Path, Value: w.Text, Source: w.Source.String()}
	}
	shown, rest := split(groups, v.Top)
	for _, i := range shown {
		l := groupJSON(&groups[i])
		if v.By == roofline.ByLayer {
			describe(&l, &e.Layers[i], e.Inferred)
		}
		out.Layers = append(out.Layers, l)
	}
	if len(rest) > 0 {
		g := sum(groups, rest)
		out.Layers = append(out.Layers, groupJSON(&g))
	}
	return out
}

// groupJSON returns a group as the schema has it.
func groupJSON(g *roofline.Group) schema.Layer {
	return schema.Layer{
		Name: g.Name, Kernels: g.Spent.Kernels, MACs: g.Cost.MACs, FLOPs: g.Cost.FLOPs(), Bytes: g.Cost.Bytes(), WeightRead: g.Cost.Weights,
		Intensity: g.Cost.Intensity(), Attainable: g.Attainable, Time: 1e3 * g.Spent.Device, Share: g.Share, Bound: g.Spent.Bound().String(),
	}
}

// describe adds what only a single kernel has.
func describe(l *schema.Layer, k *roofline.Layer, res *infer.Result) {
	l.Module, l.Op, l.Class, l.Rule, l.DType = k.Module, k.Op, k.Class.String(), k.Rule, k.Type.Short()
	if res == nil {
		return
	}
	for _, s := range k.Steps {
		l.Nodes = append(l.Nodes, res.Steps[s].Node.Name)
	}
}

// total returns the sums of an estimate. Work and traffic are of the whole batch; throughput is
// samples a second.
func total(e *roofline.Estimate) schema.Total {
	c := &e.Total
	return schema.Total{
		MACs: e.MACs(), FLOPs: e.FLOPs(), ConstantMACs: e.ConstantMACs, ConstantFLOPs: e.ConstantFLOPs, Matrix: c.Work[cost.Matrix].Ops, Vector: c.Work[cost.Vector].Ops, Special: c.Work[cost.Special].Ops,
		Bytes: c.Bytes(), Read: c.Read, Written: c.Written, WeightRead: c.Weights, Weights: e.WeightBytes, Params: e.Params,
		Peak: e.PeakActivationBytes, Memory: e.MemoryBytes, Fits: e.Room != roofline.RoomNone,
		Cache: e.CacheBytes, Usable: usableJSON(e.UsableBytes), Taken: usableJSON(e.TakenBytes), Verdict: e.Room.String(), Intensity: c.Intensity(),
		Latency: latency(&e.Latency), Throughput: e.Throughput(), Coverage: e.Coverage.Fraction(),
		Frames: framesJSON(e), Shares: shares(e), Energies: energyJSON(energy.OfEstimate(e)),
	}
}

// roomJSON returns the verdict on the memory, null where there is no outcome.
func roomJSON(c *roofline.Cell) *string {
	if c.Err != nil {
		return nil
	}
	text := c.Room.String()
	return &text
}

// usableJSON returns null where a figure of the memory is not known.
func usableJSON(bytes int64) *int64 {
	if bytes == 0 {
		return nil
	}
	return &bytes
}

// shares returns which shares of the time compute, memory and overhead decide.
func shares(e *roofline.Estimate) schema.Shares {
	return schema.Shares{Compute: e.Spent.Share(roofline.Compute), Memory: e.Spent.Share(roofline.Memory), Overhead: e.Spent.Share(roofline.Overhead)}
}

// dims returns the values that named dimensions are bound to.
func dims(res *infer.Result) map[string]int64 {
	out := map[string]int64{}
	if res != nil {
		for _, s := range res.Bound {
			out[s.Name] = s.Value
		}
	}
	return out
}

// list returns s, which is never null in JSON.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// Comparison describes several estimates, a row each.
func Comparison(es []*roofline.Estimate, v View) *Document {
	tuned := slices.ContainsFunc(es, func(e *roofline.Estimate) bool { return e.Latency.Expected != nil })
	t := Table{Title: "Estimates", Columns: slices.Concat(texts("model", "device", "runtime", "precision"), counts("batch"),
		latencyColumns(tuned), numbers("throughput"), texts("bound", "basis"), energyColumn(tuned), quantities(units.FLOPs, "work"),
		quantities(units.Bytes, "traffic"), quantities(units.Capacity, "memory"), texts("in memory"))}
	rows := Table{Columns: runColumns(quantities(units.FLOPs, "work"), quantities(units.Bytes, "traffic", "memory"),
		latencyMembers(),
		numbers("samples/s"), texts("bound", "fits memory", "memory verdict"), energyMembers())}
	out := document("estimate", nil, slices.DeleteFunc(estimateNotes(es), onBasis))
	for _, e := range es {
		t.Rows = append(t.Rows, comparisonRow(e, tuned))
		all := estimateValues(e, float64(e.FLOPs()), float64(e.Total.Bytes()), float64(e.MemoryBytes))
		all = append(all, latencyValues(&e.Latency)...)
		all = append(all, e.Throughput(), e.Spent.Bound().String(), e.Room != roofline.RoomNone, e.Room.String())
		rows.Rows = append(rows.Rows, append(all, energyValues(energy.OfEstimate(e))...))
		out.Results = append(out.Results, estimateJSON(e, roofline.RollUp(e, v.By, v.Depth), v))
	}
	out.Tables = []Table{t}
	return out.rows(rows)
}

// comparisonRow returns the row of an estimate beside others; tuned says that there are columns of
// expected latency.
func comparisonRow(e *roofline.Estimate, tuned bool) []any {
	row := []any{e.Model, e.Device.ID, engineOf(e.Tuning), e.Precision.Short(), max(e.Batch, 1)}
	row = append(row, latencyCells(tuned, &e.Latency)...)
	row = append(row, throughput(roofline.Read(e.Inferred), &e.Latency), e.Spent.Bound().String(), basisText(e.Tuning))
	row = append(row, energyCells(tuned, energy.OfEstimate(e))...)
	return append(row, float64(e.FLOPs()), float64(e.Total.Bytes()), float64(e.MemoryBytes), e.Room.String())
}

// engineOf returns the runtime of a tuning, nothing without one.
func engineOf(t *roofline.Tuning) any {
	if t == nil {
		return nil
	}
	return t.Runtime.ID
}

// onBasis reports whether a note says what a latency rests on, which a table of several says in a column.
func onBasis(f Footnote) bool { return slices.Contains(basisCodes, f.Code) }

var basisCodes = []note.Code{note.NetworkMeasured, note.Calibrated, note.OtherWeights, note.DeviceClass, note.FewMeasured,
	note.PriorOnly, note.Correction, note.Alike}
