package schema

// Request is a whole request of a generator in schema ridgepoint/request/v1.
type Request struct {
	Model  string        `json:"model"`
	Device DeviceRef     `json:"device"`
	Parts  []RequestPart `json:"parts"`
	Whole  LLMTime       `json:"whole_ms"`
	Units  float64       `json:"units"`
	Unit   string        `json:"unit"`
	Rate   LLMRange      `json:"units_per_s"`
	Notes  []string      `json:"notes"`
}

// RequestPart is a network that a request runs so many times.
type RequestPart struct {
	Name      string  `json:"name"`
	Model     string  `json:"model"`
	Times     int64   `json:"times"`
	Each      LLMTime `json:"each_ms"`
	Runtime   string  `json:"runtime"`
	Precision string  `json:"precision"`
	Basis     string  `json:"basis"`
}
