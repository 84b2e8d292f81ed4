package ridgepoint

import "github.com/ridgepoint/ridgepoint/hwprofiles/prices"

// Prices say what an hour of a device costs, and what that assumes.
type Prices = prices.Table

// LoadPrices reads a table of prices, the built-in one of cloud instances where file is "". grid is the intensity of
// the grid, such as 300g/kWh, before that of the table; without one no CO2 is stated.
func LoadPrices(file, grid string) (t *Prices, err error) {
	if file == "" {
		t, err = prices.BuiltIn()
	} else {
		t, err = prices.Load(file)
	}
	if err != nil || grid == "" {
		return t, err
	}
	t.Grid, err = prices.Intensity(grid)
	return t, err
}
