package schema

// Latency is a latency in milliseconds; null where a slice is not calibrated.
type Latency struct {
	SpeedOfLight float64  `json:"speed_of_light"`
	Expected     *float64 `json:"expected"`
	Low          *float64 `json:"low"`
	High         *float64 `json:"high"`
}
