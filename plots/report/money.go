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
		out.CO2 = g
	}
	return out
}

// costText returns the money of a million, with the CO2 where an intensity of the grid is given.
func costText(m *schema.Money) string {
	text := short(m.Cost.PerMillion) + " " + m.Cost.Currency
	if m.CO2 != nil {
		two, _ := strconv.ParseFloat(fmt.Sprintf("%.2g", *m.CO2), 64) // an intensity of a grid is known no better
		text += ", " + short(two) + " g CO2"
	}
	return text
}
