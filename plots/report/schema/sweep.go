package schema

// Sweep is a sweep of one model on one device in schema ridgepoint/sweep/v2.
type Sweep struct {
	Model  string    `json:"model"`
	Device DeviceRef `json:"device"`
	Conditions
	Axis  string      `json:"axis"`
	Knee  float64     `json:"knee_share_of_best_throughput"`
	Steps []SweepStep `json:"steps"`
	Remarks
}

// SweepStep is one step of a sweep; figures are null where the step failed.
type SweepStep struct {
	Device     string   `json:"device"`
	Value      int64    `json:"value"`
	Image      string   `json:"image,omitempty"` // height and width where they differ
	Batch      int64    `json:"batch"`
	Latency    *Latency `json:"latency_ms"`
	Throughput *float64 `json:"throughput_per_s"`
	Memory     int64    `json:"memory_bytes"`
	Fits       bool     `json:"fits_memory"`
	Room       *string  `json:"memory_verdict"`
	Usable     *int64   `json:"usable_bytes"`
	Bound      string   `json:"bound"`
	Knee       bool     `json:"knee"`
	Basis      *string  `json:"basis"`
	Energies
	Error string `json:"error,omitempty"`
}
