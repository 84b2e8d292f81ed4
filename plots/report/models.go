package report

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// ModelJSON is one built-in model in schema ridgepoint/models/v1.
type ModelJSON struct {
	Spec     string   `json:"spec"`
	Family   string   `json:"family"`
	Task     string   `json:"task"`
	Doc      string   `json:"doc"`
	Params   int64    `json:"params"`
	MACs     int64    `json:"macs"`
	Accuracy string   `json:"accuracy"`
	Source   string   `json:"source"`
	Options  []string `json:"options"`
}

// Models describes the built-in models.
func Models(entries []zoo.Entry) *Document {
	out := struct {
		Schema string      `json:"schema"`
		Models []ModelJSON `json:"models"`
	}{"ridgepoint/models/v1", []ModelJSON{}}
	t := Table{Columns: []Column{{"model", Text, 0}, {"task", Text, 0}, {"parameters", Text, 0}, {"MACs", Text, 0}, {"work", Quantity, units.FLOPs}, {"accuracy", Text, 0}, {"options", Text, 0}}}
	for i := range entries {
		e := &entries[i]
		var opts []string
		for _, o := range e.Options {
			opts = append(opts, o.Name)
		}
		out.Models = append(out.Models, ModelJSON{zoo.Prefix + e.Name, e.Family, e.Task, e.Doc, e.Params, e.MACs, e.Accuracy.String(), e.Source, list(opts)})
		t.Rows = append(t.Rows, []any{zoo.Prefix + e.Name, e.Task, strings.TrimSpace(si(e.Params)), strings.TrimSpace(si(e.MACs)), 2 * float64(e.MACs), e.Accuracy.Figure(), strings.Join(opts, ", ")})
	}
	return &Document{Tables: []Table{t}, JSON: out}
}
