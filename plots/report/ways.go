package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Ways describes the ways to run models on devices, the best first, and those that a device does not have. top is how
// many of each device are shown, 0 for all.
func Ways(es []*roofline.Estimate, refused []roofline.Refusal, top int) *Document {
	out := document("ways", nil, nil)
	rows := Table{Columns: runColumns(counts("rank"), latencyMembers(), numbers("samples/s"), texts("bound"),
		quantities(units.Bytes, "memory"), texts("memory verdict", "why not"))}
	tuned := slices.ContainsFunc(es, func(e *roofline.Estimate) bool { return e.Latency.Expected != nil })
	t := Table{Title: "Ways to run " + es[0].Model + ", the fastest first", Columns: slices.Concat(texts("model", "device", "runtime",
		"precision"), counts("batch"), latencyColumns(tuned), numbers("throughput"), texts("bound", "basis"),
		quantities(units.Capacity, "memory"), texts("in memory"))}
	all := es
	var shown []*roofline.Estimate
	for len(es) > 0 {
		n := slices.IndexFunc(es, func(e *roofline.Estimate) bool { return e.Device != es[0].Device || e.Model != es[0].Model })
		if n < 0 {
			n = len(es)
		}
		group := es[:n]
		if top > 0 {
			group = group[:min(top, n)]
		}
		shown = append(shown, group...)
		out.Results = append(out.Results, waysJSON(group, refused))
		for i, e := range group {
			row := estimateValues(e, i+1)
			row = append(append(row, latencyValues(&e.Latency)...), e.Throughput(), e.Spent.Bound().String(),
				float64(e.MemoryBytes), e.Room.String(), nil)
			rows.Rows = append(rows.Rows, row)
		}
		es = es[n:]
	}
	for _, e := range shown {
		row := []any{e.Model, e.Device.ID, engineOf(e.Tuning), e.Precision.Short(), max(e.Batch, 1)}
		row = append(row, latencyCells(tuned, &e.Latency)...)
		t.Rows = append(t.Rows, append(row, throughput(roofline.Read(e.Inferred), &e.Latency), e.Spent.Bound().String(),
			basisText(e.Tuning), float64(e.MemoryBytes), e.Room.String()))
	}
	for _, r := range refused {
		row := []any{all[0].Model, r.Device.ID, orAny(r.Runtime), orAny(r.Precision)}
		row = padded(row, len(rows.Columns))
		row[len(row)-1] = r.Why
		rows.Rows = append(rows.Rows, row)
	}
	out.Tables = []Table{t}
	if not := notHere(refused); len(not.Lead) > 0 {
		out.Tables = append(out.Tables, not)
	}
	out.Notes = slices.DeleteFunc(estimateNotes(shown), ofOneWay)
	return out.rows(rows)
}

// ofOneWay reports whether a footnote is on one way of several, which rows that name a device alone cannot show.
func ofOneWay(f Footnote) bool { return onBasis(f) || slices.Contains(wayCodes, f.Code) }

var wayCodes = []note.Code{note.OtherNetworks, note.TF32Default, note.TypeRunsAs, note.TypeWithoutPeak, note.ByteWeights,
	note.NibbleWeights, note.PeakMissing, note.HostBound}

// notHere returns the ways that devices do not have, those of one reason on one line.
func notHere(refused []roofline.Refusal) Table {
	type reason struct{ device, why string }
	ways, at := map[reason]map[string][]string{}, []reason{}
	for _, r := range refused {
		key := reason{r.Device.ID, r.Why}
		if ways[key] == nil {
			ways[key] = map[string][]string{}
			at = append(at, key)
		}
		ways[key][r.Precision] = append(ways[key][r.Precision], r.Runtime)
	}
	t := Table{Title: "Not here"}
	for _, key := range at {
		t.Lead = append(t.Lead, waysText(ways[key])+": "+key.why)
	}
	if several := slices.ContainsFunc(at, func(r reason) bool { return r.device != at[0].device }); several {
		for i, key := range at {
			t.Lead[i] = key.device + ": " + t.Lead[i]
		}
	}
	return t
}

// waysText names ways: runtimes alone, or precisions in runtimes, those in the same runtimes together.
func waysText(by map[string][]string) string {
	together := map[string][]string{} // precisions by their runtimes
	var order []string
	for _, p := range slices.Sorted(maps.Keys(by)) {
		engines := strings.Join(by[p], ", ")
		if _, ok := together[engines]; !ok {
			order = append(order, engines)
		}
		together[engines] = append(together[engines], p)
	}
	for i, engines := range order {
		switch p := strings.Join(together[engines], ", "); {
		case p == "":
		case engines == "":
			order[i] = p
		default:
			order[i] = p + " in " + engines
		}
	}
	return strings.Join(order, "; ")
}

// orAny returns s, or nil where it is empty: no condition.
func orAny(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// waysJSON returns the ways of one model on one device.
func waysJSON(es []*roofline.Estimate, refused []roofline.Refusal) *schema.Ways {
	d := es[0].Device
	out := &schema.Ways{Model: es[0].Model, Device: deviceRef(d), Batch: max(es[0].Batch, 1), Ways: []schema.Way{},
		Refused: []schema.Refusal{}}
	var notes []note.Note
	for i, e := range es {
		out.Ways = append(out.Ways, schema.Way{Rank: i + 1, Conditions: conditions(e.Precision, e.Asked, e.Ran, e.Tuning),
			Latency: latency(&e.Latency), Throughput: e.Throughput(), Bound: e.Spent.Bound().String(), Memory: e.MemoryBytes,
			Verdict: e.Room.String()})
		notes = note.Add(notes, e.Notes...)
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	for _, r := range refused {
		if r.Device == d {
			out.Refused = append(out.Refused, schema.Refusal{Runtime: text(r.Runtime), Precision: text(r.Precision), Why: r.Why})
		}
	}
	out.Remarks = remarks(footnotes(notes...))
	return out
}
