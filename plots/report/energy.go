package report

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// energyMembers returns the columns of energy for programs, whose names never change.
func energyMembers() []Column {
	return slices.Concat(quantities(units.Joules, "energy expected", "energy low", "energy high"),
		quantities(units.Watts, "average power"), numbers("samples/Wh"), texts("power basis", "power covers"))
}

// energyValues returns the values of those columns; nil where the energy is not known.
func energyValues(e *energy.Energy) []any {
	if e == nil {
		return make([]any, len(energyMembers()))
	}
	return []any{e.Joules.Expected, e.Joules.Low, e.Joules.High, e.Watts, e.PerWh(), e.Basis.String(), e.Covers}
}

// energyColumn returns the column of energy for people, none where no latency is expected.
func energyColumn(tuned bool) []Column {
	if !tuned {
		return nil
	}
	return quantities(units.Joules, "energy")
}

// energyCells returns the cells of that column, with the interval; nothing in it where the energy is not known.
func energyCells(tuned bool, e *energy.Energy) []any {
	switch {
	case !tuned:
		return nil
	case e == nil:
		return []any{nil}
	}
	return []any{Span{&e.Joules.Expected, &e.Joules.Low, &e.Joules.High, 0}}
}

// joules returns x joules with unit and prefix.
func joules(x float64) string { return units.Short(x, units.Joules) }

// energyLead returns the line of an estimate that says what it costs in energy, and what that rests on.
func energyLead(e *roofline.Estimate) []string {
	if e.Latency.Expected == nil {
		return nil
	}
	en := energy.OfEstimate(e)
	if en == nil {
		return []string{"energy          not known: the profile of " + e.Device.ID + " gives neither power nor tdp"}
	}
	return []string{
		fmt.Sprintf("energy          %s, 90 %% between %s and %s; %s inferences/Wh", joules(en.Joules.Expected),
			joules(en.Joules.Low), joules(en.Joules.High), short(en.PerWh())),
		fmt.Sprintf("power           %s on average, of the %s, %s: %s", units.Short(en.Watts, units.Watts), en.Covers,
			powerMarks[en.Basis], en.Source.Title),
	}
}

// powerMarks lists the words for what a power rests on, the surest first, with the marks of latencies.
var powerMarks = map[energy.Basis]string{
	energy.Measured: "● measured", energy.Published: "◐ published", energy.Class: "○ power class",
}

// energyJSON returns the members of energy, null where it is not known.
func energyJSON(e *energy.Energy) schema.Energies {
	if e == nil {
		return schema.Energies{}
	}
	rate := e.PerWh()
	return schema.Energies{
		Energy: &schema.Energy{Expected: e.Joules.Expected, Low: e.Joules.Low, High: e.Joules.High},
		Watts:  &e.Watts, PerWh: &rate, Power: powerJSON(&e.Power),
	}
}

// powerJSON returns what the power of a device rests on and covers.
func powerJSON(p *energy.Power) *schema.PowerBasis {
	return &schema.PowerBasis{Basis: p.Basis.String(), Covers: p.Covers, Source: p.Source.String()}
}
