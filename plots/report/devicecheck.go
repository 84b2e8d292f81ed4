package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// A DeviceCheck is a profile that was checked.
type DeviceCheck struct {
	File   string
	Device *hwprofiles.Device // nil where the profile is not valid
	Err    error              // why it is not
}

// DeviceChecks describes checks of profiles: faults of those that are not valid, physical doubts about the others.
func DeviceChecks(checks []DeviceCheck) *Document {
	out := document("device-check", nil, nil)
	rows := Table{Columns: slices.Concat(texts("file", "device", "valid"), counts("faults", "warnings"))}
	for _, c := range checks {
		j := &schema.DeviceCheck{File: c.File, Valid: c.Err == nil, Faults: []string{}}
		t := Table{Title: c.File + " is not valid"}
		if c.Err != nil {
			j.Faults = append(j.Faults, c.Err.Error())
			t.Lead = strings.Split(strings.TrimRight(c.Err.Error(), "\n"), "\n")
			j.Remarks = remarks(nil)
		} else {
			t.Title = fmt.Sprintf("%s: %s is valid", c.File, c.Device.ID)
			j.Device = &c.Device.ID
			var doubts []note.Note
			for _, f := range hwprofiles.Lint(c.Device) {
				doubts = append(doubts, note.New(note.ProfileDoubt, f.String()))
				t.Lead = append(t.Lead, "warning: "+f.String())
			}
			j.Remarks = remarks(footnotes(doubts...))
		}
		rows.Rows = append(rows.Rows, []any{c.File, j.Device, j.Valid, len(j.Faults), len(j.Warnings)})
		out.Results = append(out.Results, j)
		out.Tables = append(out.Tables, t)
	}
	return out.rows(rows)
}
