package schema

// WhatIf is how a latency moves with a device's figures, in schema ridgepoint/whatif/v2.
type WhatIf struct {
	Model  string    `json:"model"`
	Device DeviceRef `json:"device"`
	Batch  int64     `json:"batch"`
	Conditions
	Variants []Variant `json:"variants"`
	Remarks
}

// Variant is one set of changes; the first has none.
type Variant struct {
	Changes []string `json:"changes"`
	Latency Latency  `json:"latency_ms"`
	Speedup float64  `json:"speedup"`
	Shares  Shares   `json:"bound_share"`
}
