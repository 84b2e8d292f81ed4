package schema

// Check is the outcome of a budget file, in schema ridgepoint/check/v1.
type Check struct {
	File            string  `json:"file"`
	Verdict         string  `json:"verdict"` // of limits of level error: pass, uncertain or fail
	Baseline        *string `json:"baseline"`
	BaselineVersion *string `json:"baseline_version"` // of the program that wrote the baseline; null for a revision
	Counts          Counts  `json:"counts"`
	Checks          []Limit `json:"checks"`
	Remarks
}

// Counts holds the number of limits by verdict.
type Counts struct {
	Pass      int `json:"pass"`
	Uncertain int `json:"uncertain"`
	Fail      int `json:"fail"`
}

// Limit is the verdict on one limit of one model on one device. Figures are in base units: seconds, bytes, FLOP,
// shares; max_regression is the growth over the baseline.
type Limit struct {
	Model   string    `json:"model"`
	Device  DeviceRef `json:"device"`
	Named   string    `json:"device_named"` // as the budget file names it
	Setting string    `json:"setting"`
	Batch   int64     `json:"batch"`
	Conditions
	Rule    string   `json:"rule"`
	Level   string   `json:"level"` // warn or error
	Verdict string   `json:"verdict"`
	Limit   float64  `json:"limit"`
	Figure  float64  `json:"figure"`
	Low     float64  `json:"low"`
	High    float64  `json:"high"`
	Base    *float64 `json:"base_seconds"` // what max_regression compares with
	Line    int      `json:"line"`         // of the limit in the budget file
	Why     string   `json:"why"`          // empty for a pass
}

// Baseline holds what the models of a budget file are estimated at, in schema ridgepoint/baseline/v1.
type Baseline struct {
	File      string         `json:"file"`
	Estimates []BaseEstimate `json:"estimates"`
	Remarks
}

// BaseEstimate is one model on one device.
type BaseEstimate struct {
	Model    string    `json:"model"` // as the budget file names it
	Device   DeviceRef `json:"device"`
	Named    string    `json:"device_named"`
	Setting  string    `json:"setting"`
	Batch    int64     `json:"batch"`
	Runtime  *string   `json:"runtime"`
	Ran      string    `json:"precision_run"`
	Basis    string    `json:"basis"` // what the latency rests on; equal words are comparable
	Latency  Latency   `json:"latency_ms"`
	Memory   int64     `json:"memory_bytes"`
	FLOPs    int64     `json:"flops"`
	Params   int64     `json:"params"`
	Coverage float64   `json:"coverage"`
}
