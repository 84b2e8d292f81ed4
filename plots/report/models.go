package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// Models describes the built-in models.
func Models(entries []zoo.Entry) *Document {
	out := &schema.Models{Models: []schema.Model{}}
	t := Table{Columns: []Column{{Name: "model"}, {Name: "task"}, {Name: "parameters", Kind: Number},
		{Name: "MACs", Kind: Number},
		{Name: "work", Kind: Quantity, Dim: units.FLOPs}, {Name: "accuracy"}, {Name: "options"}}}
	rows := Table{Columns: slices.Concat(texts("model", "family", "task"), counts("parameters", "MACs"), texts("metric"), numbers("score"), texts("options"))}
	for i := range entries {
		e := &entries[i]
		m := model(e)
		out.Models = append(out.Models, m)
		var score any
		if e.Accuracy.Metric != "" {
			score = e.Accuracy.Score()
		}
		rows.Rows = append(rows.Rows, []any{m.Spec, e.Family, e.Task, e.Params, e.MACs, e.Accuracy.Metric, score,
			strings.Join(m.Options, " ")})
		t.Rows = append(t.Rows, []any{m.Spec, e.Task, count(e.Params), count(e.MACs), 2 * float64(e.MACs), e.Accuracy.Figure(), strings.Join(m.Options, ", ")})
	}
	return document("models", []Table{t}, nil, out).rows(rows)
}

// model returns a built-in network as the schema has it.
func model(e *zoo.Entry) schema.Model {
	var opts []string
	for _, o := range e.Options {
		opts = append(opts, o.Name)
	}
	return schema.Model{Spec: zoo.Prefix + e.Name, Family: e.Family, Task: e.Task, Doc: e.Doc, Params: e.Params,
		MACs:     e.MACs,
		Accuracy: e.Accuracy.String(), Source: e.Source, Options: list(opts)}
}

// count returns n with a decimal prefix and without padding.
func count(n int64) string { return strings.TrimSpace(si(n)) }

// Model describes one built-in model and its options.
func Model(e *zoo.Entry) *Document {
	lead := []string{
		fmt.Sprintf("task        %s; family %s", e.Task, e.Family),
		fmt.Sprintf("parameters  %s (%d)", count(e.Params), e.Params),
		fmt.Sprintf("work        %sMAC (%d) at the default options, batch 1", count(e.MACs), e.MACs),
	}
	if e.Accuracy.Metric != "" {
		lead = append(lead, "accuracy    "+e.Accuracy.String())
	}
	lead = append(lead, "figures     "+e.Source, "license     "+e.License+", of the published code and weights; none of them is in here")
	opts := Table{Title: "Options, as in " + example(e), Columns: []Column{{Name: "option"}, {Name: "default"}, {Name: "from"}, {Name: "to"}, {Name: "sets"}}}
	rows := Table{Columns: slices.Concat(texts("model", "option"), counts("default", "from", "to"))}
	for _, o := range e.Options {
		def, number := "open", any(nil)
		if o.Default >= o.Min {
			def, number = strconv.FormatInt(o.Default, 10), o.Default
		}
		rows.Rows = append(rows.Rows, []any{zoo.Prefix + e.Name, o.Name, number, o.Min, o.Max})
		opts.Rows = append(opts.Rows, []any{o.Name, def, strconv.FormatInt(o.Min, 10), strconv.FormatInt(o.Max, 10), o.Doc})
	}
	return document("models", []Table{{Title: zoo.Prefix + e.Name + ": " + e.Doc, Lead: lead}, opts}, nil,
		&schema.Models{Models: []schema.Model{model(e)}}).rows(rows)
}

// example returns the model with its first two options set.
func example(e *zoo.Entry) string {
	spec := zoo.Prefix + e.Name
	for i, o := range e.Options[:min(2, len(e.Options))] {
		spec += fmt.Sprintf("%c%s=%d", "?&"[i], o.Name, max(o.Default, o.Min))
	}
	return spec
}
