package schema

// Explain is what an estimate is made of.
type Explain struct {
	Formula string        `json:"formula"`
	Figures []Term        `json:"figures"`
	Kernels []Parts       `json:"kernels"`
	Device  *DeviceHostMS `json:"inference_ms"`
}

// Term is one figure with its unit and source.
type Term struct {
	Name   string  `json:"name"`
	Doc    string  `json:"doc"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Source string  `json:"source"`
}

// Parts is what a row of kernels takes, each part as if alone, in milliseconds.
type Parts struct {
	Name    string   `json:"name"`
	Rule    string   `json:"rule,omitempty"`
	Nodes   []string `json:"nodes,omitempty"`
	Compute float64  `json:"compute_ms"`
	Vector  float64  `json:"vector_ms"`
	Memory  float64  `json:"memory_ms"`
	Launch  float64  `json:"launch_ms"`
	Repack  float64  `json:"repack_ms"`
	Steps   float64  `json:"steps_ms"`
	Wait    float64  `json:"wait_ms"` // for another unit of the device
}

// DeviceHostMS is what an inference is put together from, in milliseconds.
type DeviceHostMS struct {
	Device float64 `json:"device"`
	Host   float64 `json:"host"`
	Fixed  float64 `json:"fixed"`
}
