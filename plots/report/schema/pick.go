package schema

// Pick is the verdict on every model on one device, in schema ridgepoint/pick/v2. On several devices the models have
// the same order on each, and their rank is the place in it.
type Pick struct {
	Device  DeviceRef `json:"device"`
	Budget  Budget    `json:"budget"`
	TDP     *float64  `json:"tdp_w"`
	Fitting int       `json:"models_that_fit"`
	Choices []Choice  `json:"choices"`
	Remarks
}

// Budget is what a model may use; null where there is no limit.
type Budget struct {
	Latency *float64 `json:"latency_ms"`
	FPS     *float64 `json:"fps"`
	Memory  *int64   `json:"memory_bytes"`
}

// Choice is the verdict on one model, best first.
type Choice struct {
	Model    string   `json:"model"`
	Rank     int      `json:"rank"`
	Fits     bool     `json:"fits"`
	Verdict  string   `json:"verdict"`
	Accuracy *Quality `json:"accuracy"`
	Conditions
	Size       *int64  `json:"size"`
	Image      string  `json:"image,omitempty"` // height and width where they differ
	Batch      int64   `json:"batch"`
	MACs       int64   `json:"macs"`
	Params     int64   `json:"params"`
	Latency    Latency `json:"latency_ms"`
	Throughput float64 `json:"throughput_per_s"`
	Memory     int64   `json:"memory_bytes"`
	Room       *string `json:"memory_verdict"`
	Usable     *int64  `json:"usable_bytes"`
	OverMs     float64 `json:"over_ms"`    // over the budget; 0 or less within it
	OverBytes  int64   `json:"over_bytes"` // over the budget or the device
	Energies
	Money
	Remedy   string   `json:"remedy,omitempty"`
	RemedyMs *float64 `json:"remedy_latency_ms,omitempty"`
	Error    string   `json:"error,omitempty"`
}

// Quality is a published accuracy, and whether it was published for the size that the model runs at here.
type Quality struct {
	Metric string  `json:"metric"`
	Score  float64 `json:"score"`
	Text   string  `json:"text"`
	Source string  `json:"source"`
	Holds  bool    `json:"holds_at_this_size"`
}
