package schema

// Validate is a validation in schema ridgepoint/validate/v2. Errors and shares are fractions.
type Validate struct {
	Rows      int             `json:"rows"`
	Matched   int             `json:"matched"`
	Slices    []ValidateSlice `json:"slices"`
	Cases     []Case          `json:"cases"`
	Unmatched []Miss          `json:"unmatched"`
	Remarks
}

// ValidateSlice is how far the predictions of one slice are off.
type ValidateSlice struct {
	Device    string  `json:"device"`
	Runtime   string  `json:"runtime"`
	Precision string  `json:"precision"`
	Threads   int     `json:"threads"`
	Metric    string  `json:"metric"` // latency, or throughput: then errors are of frames a second
	Tier      string  `json:"tier"`
	N         int     `json:"n"`
	Matched   int     `json:"matched"`
	Coverage  float64 `json:"interval_coverage"`
	Errors
	SpeedOfLight Errors `json:"speed_of_light"`
}

// Errors is what predictions are judged by.
type Errors struct {
	Median   float64 `json:"median_ape"`
	Mean     float64 `json:"mean_ape"`
	P90      float64 `json:"p90_ape"`
	Within10 float64 `json:"within_10"`
	Within20 float64 `json:"within_20"`
	Spearman float64 `json:"spearman"`
	Kendall  float64 `json:"kendall"`
}

// Case is one measurement beside its prediction. Times are in ms.
type Case struct {
	Line         int     `json:"line"`
	Model        string  `json:"model"`
	Graph        string  `json:"graph"`
	Family       string  `json:"family"`
	Device       string  `json:"device"`
	Runtime      string  `json:"runtime"`
	Precision    string  `json:"precision"`
	Threads      int     `json:"threads"`
	Metric       string  `json:"metric"` // of throughput: times are between batches
	Batch        int64   `json:"batch"`
	Tier         string  `json:"tier"`
	Basis        string  `json:"basis"`
	Measured     float64 `json:"measured_ms"`
	Expected     float64 `json:"expected_ms"`
	Low          float64 `json:"low_ms"`
	High         float64 `json:"high_ms"`
	SpeedOfLight float64 `json:"speed_of_light_ms"`
	Ratio        float64 `json:"expected_over_measured"`
	Inside       bool    `json:"in_interval"`
	Heaviest     string  `json:"mostly"`
	Source       string  `json:"source"`
}

// Miss is a row that could not be used, and why.
type Miss struct {
	Line   int    `json:"line"`
	Model  string `json:"model"`
	Device string `json:"device"`
	Reason string `json:"reason"`
}
