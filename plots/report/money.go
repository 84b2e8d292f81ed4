package report

import (
	"fmt"
	"strconv"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/prices"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

const million = 1e6

// FrameMoney returns what a million frames of a pipeline cost on a device by a table of prices, which may be nil.
func FrameMoney(t *prices.Table, d *hwprofiles.Device, r *pipeline.Result) schema.Money {
	watts, joules := 0.0, 0.0
	if r.Energy != nil {
		watts, joules = r.Energy.Watts, r.Energy.Joules.Expected
	}
	return moneyOf(t, d, 1/(r.FPS.Expected*float64(r.File.Cameras)), watts, joules)
}

// ChoiceMoney returns what a million samples cost as a choice runs them, where a latency is expected.
func ChoiceMoney(t *prices.Table, c *roofline.Choice) schema.Money {
	if c.Err != nil || c.Latency.Expected == nil {
		return schema.Money{}
	}
	watts, joules := 0.0, 0.0
	if e := energyOf(c); e != nil {
		watts, joules = e.Watts, e.PerSample()
	}
	return moneyOf(t, c.Device, *c.Latency.Expected/float64(max(c.Batch, 1)), watts, joules)
}

// moneyOf returns the money of a million of what takes seconds and joules on a device that draws so many watts.
func moneyOf(t *prices.Table, d *hwprofiles.Device, seconds, watts, joules float64) (out schema.Money) {
	if c := t.Of(d, watts); c != nil {
		out.Cost = &schema.Cost{PerHour: c.Hour, PerMillion: c.Hour / 3600 * seconds * million, Currency: t.Currency,
			Assumes: c.Assumes}
	}
	if g := t.CO2(joules * million); g != nil {
		out.CO2, out.Grid = g, &t.Grid
	}
	return out
}

// costText returns the money of a million.
func costText(m *schema.Money) string { return short(m.Cost.PerMillion) + " " + m.Cost.Currency }

// co2Cell returns the CO2 of a million as a cell, nothing where no intensity of the grid is given.
func co2Cell(m *schema.Money) any {
	if m.CO2 == nil {
		return nil
	}
	two, _ := strconv.ParseFloat(fmt.Sprintf("%.2g", *m.CO2), 64) // an intensity of a grid is known no better
	return short(two) + " g"
}

// co2Column names the cells of CO2.
const co2Column = "CO2 a million"

// co2Text says what figures of CO2 are of.
func co2Text(grid float64) string {
	return fmt.Sprintf("CO2 of the energy alone, from a grid of %g g/kWh", grid)
}
