package schema

// Ways are the ways to run one model on one device, in schema ridgepoint/ways/v1.
type Ways struct {
	Model   string    `json:"model"`
	Device  DeviceRef `json:"device"`
	Batch   int64     `json:"batch"`
	Ways    []Way     `json:"ways"`
	Refused []Refusal `json:"refused"`
	Remarks
}

// Way is one way, the best first.
type Way struct {
	Rank int `json:"rank"`
	Conditions
	Latency    Latency `json:"latency_ms"`
	Throughput float64 `json:"throughput_per_s"`
	Bound      string  `json:"bound"`
	Memory     int64   `json:"memory_bytes"`
	Verdict    string  `json:"memory_verdict"`
}

// Refusal is a way that the device does not have, and why.
type Refusal struct {
	Runtime   *string `json:"runtime"`   // null: any
	Precision *string `json:"precision"` // null: any
	Why       string  `json:"why"`
}
