package prices_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/prices"
)

func device(t *testing.T, id string) *hwprofiles.Device {
	t.Helper()
	d, err := hwprofiles.NewCatalog().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBuiltIn holds that every price of the built-in table is of a built-in device, with its day and its source.
func TestBuiltIn(t *testing.T) {
	table, err := prices.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Prices) < 10 || table.Date == "" {
		t.Errorf("found %d prices of %q", len(table.Prices), table.Date)
	}
	for i := range table.Prices {
		c := table.Of(device(t, table.Prices[i].Device), 0)
		if c == nil || !(c.Hour > 0.05 && c.Hour < 20) || !strings.Contains(c.Assumes, table.Date) {
			t.Errorf("%s: found %+v", table.Prices[i].Device, c)
		}
	}
	if c := table.Of(device(t, "rpi-5"), 5); c != nil {
		t.Errorf("a board that no cloud has: found %+v", c)
	}
	if table.CO2(1) != nil {
		t.Error("found CO2 without an intensity of the grid")
	}
}

const mine = `schema: 1
date: 2026-11-01
currency: EUR
lifetime: 2 years
electricity: 0.30 EUR/kWh
grid: 360 g/kWh
devices:
  rpi-5: {buy: 87.66 EUR, source: shop}
  t4: {hour: 1 EUR, source: shop}
sources: {shop: {kind: assumed, title: my shop}}
`

func TestOwn(t *testing.T) {
	table, err := prices.Read("mine.yaml", []byte(mine))
	if err != nil {
		t.Fatal(err)
	}
	// 87.66 EUR over 2 x 8766 hours, and 10 W at 0.30 EUR
	if c := table.Of(device(t, "rpi-5"), 10); math.Abs(c.Hour-(0.005+0.003)) > 1e-9 ||
		!strings.Contains(c.Assumes, "2 years") || !strings.Contains(c.Assumes, "0.3 EUR/kWh") {
		t.Errorf("found %+v", c)
	}
	if c := table.Of(device(t, "rpi-5"), 0); math.Abs(c.Hour-0.005) > 1e-9 || !strings.Contains(c.Assumes, "not known") {
		t.Errorf("without a power: found %+v", c)
	}
	if c := table.Of(device(t, "t4"), 10); c.Hour != 1 {
		t.Errorf("what is hired has its electricity: found %+v", c)
	}
	if g := table.CO2(3.6e6); g == nil || math.Abs(*g-360) > 1e-9 {
		t.Errorf("a kWh: found %v g", g)
	}
}

func TestReadFails(t *testing.T) {
	cases := []struct{ from, to, want string }{
		{"hour: 1 EUR", "hour: 1 USD", "mine.yaml:9:14: devices.t4.hour: found \"1 USD\", expected an amount such as 0.526 EUR"},
		{"hour: 1 EUR", "hour: 1", "expected an amount"},
		{"hour: 1 EUR", "hour: 0 EUR", "expected more than zero"},
		{"hour: 1 EUR", "hours: 1 EUR", `did you mean "hour"?`},
		{"hour: 1 EUR, ", "", "found hour and buy both or neither"},
		{"lifetime: 2 years\n", "", "expected a lifetime of the table"},
		{"lifetime: 2 years", "lifetime: 2", "such as 3 years"},
		{"2026-11-01", "yesterday", "expected the day of the prices"},
		{"date: 2026-11-01\n", "", "found no date, expected one"},
		{"t4: {hour: 1 EUR, source: shop}", "t4: {hour: 1 EUR}", "found no source of the price"},
		{"360 g/kWh", "360", "such as 300 g/kWh"},
	}
	for _, c := range cases {
		_, err := prices.Read("mine.yaml", []byte(strings.Replace(mine, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: found %v, want %q", c.to, c.from, err, c.want)
		}
	}
	if _, err := prices.Intensity("300"); err == nil {
		t.Error("an intensity without a unit: found no error")
	}
}

// What an hour costs comes with what it assumes.
func Example() {
	table, err := prices.BuiltIn()
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Of(d, 0).Assumes)
	// Output:
	// 0.526 USD an hour of g4dn.xlarge, always busy; prices of 2026-11-30, AWS EC2 on demand, us-east-1, Linux, as public price tables list it
}
