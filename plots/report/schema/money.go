package schema

// Money is what a million inferences or frames cost, null where no price is known or no intensity of the grid is given.
type Money struct {
	Cost *Cost    `json:"cost"`
	CO2  *float64 `json:"co2_g_per_million"`
	Grid *float64 `json:"grid_g_per_kwh"` // that CO2 is of
}

// Cost is the money of a million frames or inferences, and what it assumes.
type Cost struct {
	PerHour    float64 `json:"per_hour"`
	PerMillion float64 `json:"per_million"`
	Currency   string  `json:"currency"`
	Assumes    string  `json:"assumes"`
}
