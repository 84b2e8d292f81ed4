// Package prices says what an hour of a device costs: of a cloud instance by the built-in table, of a board that is
// bought by its price over its years. A price is never without what it assumes.
package prices

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/internal/wholefile"
)

//go:embed prices.yaml
var builtIn []byte

// A Price is what one device costs.
type Price struct {
	Device   string             // its id
	Hour     float64            // of its use; 0: it is bought
	Buy      float64            // 0: it is hired
	Instance string             // of a cloud; may be empty
	Source   *provenance.Source // of the price
}

// A Table is prices of a day.
type Table struct {
	Date        string  // of the prices
	Currency    string  // of the prices
	Years       float64 // that a bought device runs without a pause; 0: not given
	Electricity float64 // for a kWh; 0: not given, and not counted
	Grid        float64 // g of CO2 for a kWh; 0: not given, and none is stated
	Prices      []Price // in order
}

// hoursAYear says how long a device that never stops runs in a year.
const hoursAYear = 8766

// A Cost is the money of an hour of a device, and what it assumes.
type Cost struct {
	Hour    float64 // of money
	Assumes string  // in words
}

// Of returns the cost of an hour of a device that draws so many watts, 0 where that is not known; nil where the table
// has no price of it. A power mode costs as its device.
func (t *Table) Of(d *hwprofiles.Device, watts float64) *Cost {
	if t == nil {
		return nil
	}
	id, _, _ := strings.Cut(d.ID, "@")
	for i := range t.Prices {
		p := &t.Prices[i]
		if spelling.Squash(p.Device) != spelling.Squash(id) {
			continue
		}
		c := &Cost{Hour: p.Hour}
		if p.Buy > 0 {
			c.Hour = p.Buy / (t.Years * hoursAYear)
			c.Assumes = fmt.Sprintf("bought for %g %s, %g years without a pause", p.Buy, t.Currency, t.Years)
		} else {
			c.Assumes = fmt.Sprintf("%g %s an hour", p.Hour, t.Currency)
			if p.Instance != "" {
				c.Assumes += " of " + p.Instance
			}
			c.Assumes += ", always busy"
		}
		if t.Electricity > 0 && p.Buy > 0 {
			if watts > 0 {
				c.Hour += watts / 1e3 * t.Electricity
				c.Assumes += fmt.Sprintf(", electricity at %g %s/kWh", t.Electricity, t.Currency)
			} else {
				c.Assumes += ", without electricity: its power is not known"
			}
		}
		c.Assumes += fmt.Sprintf("; prices of %s, %s", t.Date, p.Source.Title)
		return c
	}
	return nil
}

// CO2 returns the grams of CO2 of so many joules, nil where no intensity of the grid is given.
func (t *Table) CO2(joules float64) *float64 {
	if t == nil || t.Grid == 0 || joules <= 0 {
		return nil
	}
	g := joules / 3.6e6 * t.Grid
	return &g
}

// BuiltIn returns the built-in table of cloud instances.
func BuiltIn() (*Table, error) { return Read("built-in prices", builtIn) }

// Load reads the table of a file.
func Load(path string) (*Table, error) {
	data, err := wholefile.Read(path, "a table of prices", strictyaml.MaxSize)
	if err != nil {
		return nil, fmt.Errorf("prices: %w", err)
	}
	return Read(path, data)
}

var (
	money     = lazyexp.New(`^([0-9]*\.?[0-9]+) ?([A-Z]{3})$`)
	energyFee = lazyexp.New(`^([0-9]*\.?[0-9]+) ?([A-Z]{3})/kWh$`)
	intensity = lazyexp.New(`^([0-9]*\.?[0-9]+) ?g/kWh$`)
	years     = lazyexp.New(`^([0-9]*\.?[0-9]+) years?$`)
	date      = lazyexp.New(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// tableFields lists the keys of a table, the currency before all that has one.
var tableFields = []strictyaml.Field[Table]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Table) { v.Schema() }},
	{Key: "date", Read: func(v strictyaml.Value, t *Table) {
		if t.Date, _ = v.Scalar(); !date().MatchString(t.Date) {
			v.Errorf("", "found %s, expected the day of the prices, such as 2026-11-30", v)
		}
	}},
	{Key: "currency", Read: func(v strictyaml.Value, t *Table) { t.Currency, _ = v.Text("USD") }},
	{Key: "lifetime", Read: func(v strictyaml.Value, t *Table) { t.Years = amount(v, years(), "", "3 years") }},
	{Key: "electricity", Read: func(v strictyaml.Value, t *Table) {
		t.Electricity = amount(v, energyFee(), t.Currency, "0.30 "+t.Currency+"/kWh")
	}},
	{Key: "grid", Read: func(v strictyaml.Value, t *Table) { t.Grid = amount(v, intensity(), "", "300 g/kWh") }},
	{Key: "sources", Read: func(v strictyaml.Value, _ *Table) { v.Sources() }},
	{Key: "devices", Read: readPrices},
}

var priceFields = []strictyaml.Field[readPrice]{
	{Key: "hour", Read: func(v strictyaml.Value, p *readPrice) {
		p.Hour = amount(v, money(), p.currency, "0.526 "+p.currency)
	}},
	{Key: "buy", Read: func(v strictyaml.Value, p *readPrice) { p.Buy = amount(v, money(), p.currency, "80 "+p.currency) }},
	{Key: "instance", Read: func(v strictyaml.Value, p *readPrice) { p.Instance, _ = v.Text("g4dn.xlarge") }},
	{Key: "source", Read: func(v strictyaml.Value, p *readPrice) {
		if id, ok := v.Text("shop"); ok {
			p.Source = v.Source(id)
		}
	}},
}

// A readPrice is a price while it is read.
type readPrice struct {
	Price
	currency string
}

// readPrices reads the price of each device, by the hour or to buy.
func readPrices(v strictyaml.Value, t *Table) {
	for id, entry := range v.Entries() {
		p := readPrice{Price{Device: id}, t.Currency}
		strictyaml.Fields(entry, priceFields, &p)
		switch {
		case !entry.IsMapping():
		case (p.Hour > 0) == (p.Buy > 0) && v.Sound():
			entry.Errorf("write hour: 0.526 "+t.Currency+" or buy: 80 "+t.Currency, "found hour and buy both or neither, expected one")
		case p.Buy > 0 && t.Years == 0:
			entry.Errorf("write lifetime: 3 years at the top", "found a price to buy, expected a lifetime of the table")
		case p.Source == nil && v.Sound():
			entry.Errorf("name one of sources", "found no source of the price, expected one")
		}
		t.Prices = append(t.Prices, p.Price)
	}
}

// amount reads a number before a unit; a currency of another table is an error.
func amount(v strictyaml.Value, form *regexp.Regexp, currency, example string) float64 {
	text, _ := v.Scalar()
	m := form.FindStringSubmatch(text)
	if m == nil || len(m) > 2 && m[2] != currency {
		v.Errorf(fmt.Sprintf("write it as in %q", example), "found %s, expected an amount such as %s", v, example)
		return 0
	}
	x, err := strconv.ParseFloat(m[1], 64)
	if err != nil || !(x > 0) {
		v.Errorf("leave the key out where the figure is unknown", "found %s, expected more than zero", v)
		return 0
	}
	return x
}

// Intensity reads an intensity of a grid, such as 300g/kWh, in g for a kWh.
func Intensity(text string) (float64, error) {
	m := intensity().FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("found %q, expected grams of CO2 for a kWh, such as 300g/kWh", text)
	}
	return strconv.ParseFloat(m[1], 64)
}

// Read reads a table; path names it in messages. The error is a strictyaml.Errors.
func Read(path string, data []byte) (*Table, error) {
	root, err := strictyaml.OpenKind("table of prices", path, data)
	if err != nil {
		return nil, err
	}
	root.CheckShapes()
	t := new(Table)
	strictyaml.Fields(root, tableFields, t)
	root.Need("schema", "date", "currency", "devices")
	if v, ok := root.Key("sources"); ok {
		v.CheckUsed()
	}
	if err := root.Finish(); err != nil {
		return nil, err
	}
	return t, nil
}
