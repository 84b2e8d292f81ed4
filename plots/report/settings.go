package report

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/settings"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// Settings describes what configuration files set. keys are all that they may set.
func Settings(found []settings.Setting, keys []string) *Document {
	out := &schema.Settings{Settings: []schema.Setting{}}
	t := Table{Title: "Settings of " + settings.FileName, Columns: texts("key", "value", "from")}
	rows := Table{Columns: t.Columns}
	for _, s := range found {
		out.Settings = append(out.Settings, schema.Setting{Key: s.Key, Value: s.Value, From: s.From})
		row := []any{s.Key, s.Value, s.From}
		t.Rows, rows.Rows = append(t.Rows, row), append(rows.Rows, row)
	}
	for _, key := range keys {
		if !slices.ContainsFunc(found, func(s settings.Setting) bool { return s.Key == key }) {
			t.Rows = append(t.Rows, []any{key, nil, "not set"})
		}
	}
	return document("config", []Table{t}, nil, out).rows(rows)
}
