package schema

// Calibration is a fit in schema ridgepoint/calibration/v2. Errors and shares are fractions.
type Calibration struct {
	Slice      string             `json:"slice"`
	N          int                `json:"n"`
	Families   int                `json:"families"`
	Before     Errors             `json:"before"`
	HeldOut    Errors             `json:"held_out"`
	Low        float64            `json:"interval_low"`
	High       float64            `json:"interval_high"`
	Parameters map[string]float64 `json:"parameters"`
	Outliers   []string           `json:"outliers"`
	Remarks
}
