package schema

// Require is what a device needs to run a model within a latency, in schema ridgepoint/require/v2.
type Require struct {
	Model string    `json:"model"`
	Like  DeviceRef `json:"like"`
	Batch int64     `json:"batch"`
	Conditions
	Latency   float64 `json:"latency_ms"`
	Overhead  float64 `json:"overhead_ms"`
	Expected  bool    `json:"expected"`
	Balanced  Need    `json:"balanced"`
	LeastRate Need    `json:"least_rate"`
	LeastBand Need    `json:"least_bandwidth"`
	Curve     []Need  `json:"curve"`
	Remarks
}

// Need is a pair of figures; null where one is without limit.
type Need struct {
	Rate      *float64 `json:"rate_flop_per_s"`
	Bandwidth *float64 `json:"bandwidth_bytes_per_s"`
}
