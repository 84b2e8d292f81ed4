package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/prices"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// An Order is what those that fit are ranked by.
type Order uint8

// The orders.
const (
	Usual      Order = iota // by accuracy or work, devices by how much fits on them
	ByEnergy                // the joules of a sample, the least first
	ByCost                  // the money of a million samples, the least first
	unknowable = math.MaxFloat64
)

// A Ranking says what choices are ranked by, and what devices cost.
type Ranking struct {
	Prices *prices.Table // nil: none are known
	By     Order
}

// figure returns what a choice is ranked by; what is not known comes behind all that is.
func (r *Ranking) figure(c *roofline.Choice) float64 {
	switch r.By {
	case ByEnergy:
		if e := energyOf(c); e != nil {
			return e.PerSample()
		}
	case ByCost:
		if m := ChoiceMoney(r.Prices, c); m.Cost != nil {
			return m.Cost.PerMillion
		}
	default:
		return 0
	}
	return unknowable
}

// Sort puts those of the choices that fit in the order of the ranking. The others stay behind them as they are.
func (r *Ranking) Sort(choices []roofline.Choice) {
	place := func(c *roofline.Choice) (group int, figure float64) {
		if c.Verdict.Fits() {
			return 0, r.figure(c)
		}
		return 1, 0
	}
	if r.By == Usual {
		return
	}
	slices.SortStableFunc(choices, func(x, y roofline.Choice) int {
		gx, fx := place(&x)
		gy, fy := place(&y)
		return cmp.Or(cmp.Compare(gx, gy), cmp.Compare(fx, fy))
	})
}

// least returns the least figure among the choices that fit.
func (r *Ranking) least(row []roofline.Choice) (best *roofline.Choice, figure float64) {
	figure = math.Inf(1)
	for i := range row {
		if f := r.figure(&row[i]); row[i].Verdict.Fits() && f < figure {
			best, figure = &row[i], f
		}
	}
	return best, figure
}

// columns returns the columns that say what choices are ranked by.
func (r *Ranking) columns() (out []Column) {
	switch r.By {
	case Usual:
		return nil
	case ByEnergy:
		out = quantities(units.Joules, "joules")
	case ByCost:
		out = texts("a million")
	}
	if r.grid() > 0 {
		out = append(out, texts(co2Column)...)
	}
	return out
}

// grid returns the grams of CO2 of a kWh, 0 where nobody says.
func (r *Ranking) grid() float64 {
	if r.Prices == nil {
		return 0
	}
	return r.Prices.Grid
}

// cells returns the cells of those columns for a choice, nothing in them for none.
func (r *Ranking) cells(c *roofline.Choice) []any {
	row := make([]any, len(r.columns()))
	if len(row) == 0 || c == nil {
		return row
	}
	m := ChoiceMoney(r.Prices, c)
	switch {
	case r.By == ByEnergy:
		row[0] = energyCells(true, energyOf(c))[0]
	case m.Cost != nil:
		row[0] = costText(&m)
	}
	if len(row) > 1 {
		row[1] = co2Cell(&m)
	}
	return row
}

// lead returns what the figures of the ranking assume, a line for each assumption with the devices that it is of.
func (r *Ranking) lead(choices []roofline.Choice) []string {
	var texts []string
	of := map[string][]string{}
	for i := range choices {
		c := &choices[i]
		text := ""
		switch m := ChoiceMoney(r.Prices, c); {
		case r.By == ByCost && m.Cost != nil:
			text = m.Cost.Assumes
		case r.By == ByEnergy:
			if e := energyOf(c); e != nil {
				text = "power of the " + e.Covers + ", " + powerMarks[e.Basis] + ", " + e.Source.Title
			}
		}
		if text == "" || slices.Contains(of[text], c.Device.ID) {
			continue
		}
		if of[text] == nil {
			texts = append(texts, text)
		}
		of[text] = append(of[text], c.Device.ID)
	}
	for i, text := range texts {
		ids := of[text]
		who := ids[0]
		if len(ids) > 1 {
			who = fmt.Sprintf("%s and %d more", who, len(ids)-1)
		}
		texts[i] = who + ": " + text
	}
	if g := r.grid(); g > 0 && r.By != Usual {
		texts = append(texts, co2Text(g))
	}
	return texts
}
