package schema

// Measure is a measurement in schema ridgepoint/measure/v2. Times are in ms.
type Measure struct {
	Model            string         `json:"model"`
	Runtime          string         `json:"runtime"`
	Threads          int            `json:"threads"`
	Batch            int64          `json:"batch"`
	Precision        string         `json:"precision"`
	PrecisionAsked   *string        `json:"precision_asked"`
	PrecisionRun     string         `json:"precision_run"`
	PredictedRuntime *string        `json:"predicted_runtime"`
	Basis            *string        `json:"basis"`
	Device           *DeviceRef     `json:"device"`
	Latency          *Stats         `json:"latency_ms"`
	Predicted        *Latency       `json:"predicted_ms"`
	Classes          []MeasureClass `json:"classes"`
	Kernels          []MeasureClass `json:"kernels"`
	Outside          float64        `json:"outside_ms"`
	Remarks
}

// Stats sums up the inferences that were timed.
type Stats struct {
	Runs       int     `json:"runs"`
	Min        float64 `json:"min"`
	Low        float64 `json:"p10"`
	Median     float64 `json:"median"`
	Q1         float64 `json:"q1"`
	Q3         float64 `json:"q3"`
	MedianLow  float64 `json:"median_low"`
	MedianHigh float64 `json:"median_high"`
	Settled    bool    `json:"settled"`
}

// MeasureClass is a kernel, or all kernels of a class, measured and predicted.
type MeasureClass struct {
	Name      string   `json:"name"`
	Class     string   `json:"class"`
	Kernels   int64    `json:"kernels"`
	Measured  float64  `json:"measured_ms"`
	Predicted *float64 `json:"predicted_ms"`
}

// Profile is a profile in schema ridgepoint/profile/v2. Times are in ms per inference.
type Profile struct {
	Format  string         `json:"format"`
	Latency *Stats         `json:"latency_ms"`
	Nodes   []ProfileNode  `json:"nodes"`
	Models  []ProfileModel `json:"models"`
	Remarks
}

// ProfileNode is one node of a profile.
type ProfileNode struct {
	Name string  `json:"name"`
	Op   string  `json:"op"`
	Time float64 `json:"time_ms"`
}

// ProfileModel is one whole model of a profile; 0 where a figure was not given.
type ProfileModel struct {
	Model      string  `json:"model"`
	Latency    float64 `json:"latency_ms"`
	Throughput float64 `json:"throughput_per_s"`
	Notes      string  `json:"notes"`
}
