package schema

// Estimate is one estimate in schema ridgepoint/estimate/v2.
type Estimate struct {
	Model  string    `json:"model"`
	Device DeviceRef `json:"device"`
	Fusion string    `json:"fusion"`
	Conditions
	Batch   int64            `json:"batch"`
	Dims    map[string]int64 `json:"bound_dims"`
	Total   Total            `json:"total"`
	By      string           `json:"by"`
	Layers  []Layer          `json:"layers"`
	Unknown []string         `json:"unknown_ops"`
	Remarks
	Weakest *Figure  `json:"weakest_source"`
	Explain *Explain `json:"explain"`
}

// DeviceRef names a device.
type DeviceRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hash string `json:"profile_hash"`
}

// Total is the sum of an estimate.
type Total struct {
	MACs          int64   `json:"macs"`
	FLOPs         int64   `json:"flops"`
	ConstantMACs  int64   `json:"constant_macs"`
	ConstantFLOPs int64   `json:"constant_flops"`
	Matrix        int64   `json:"matrix_flops"`
	Vector        int64   `json:"vector_flops"`
	Special       int64   `json:"special_functions"`
	Bytes         int64   `json:"bytes"`
	Read          int64   `json:"activation_bytes_read"`
	Written       int64   `json:"activation_bytes_written"`
	WeightRead    int64   `json:"weight_bytes_read"`
	Weights       int64   `json:"weight_bytes"`
	Params        int64   `json:"params"`
	Peak          int64   `json:"peak_activation_bytes"`
	Memory        int64   `json:"memory_bytes"`
	Fits          bool    `json:"fits_memory"`    // the verdict is not "does not fit"
	Verdict       string  `json:"memory_verdict"` // fits, tight or does not fit
	Usable        *int64  `json:"usable_bytes"`   // of the device's memory; null where unknown
	Taken         *int64  `json:"taken_bytes"`    // by the system and the runtime; null where unknown
	Cache         int64   `json:"kv_cache_bytes"` // among peak_activation_bytes
	Intensity     float64 `json:"intensity"`
	Latency       Latency `json:"latency_ms"`
	Throughput    float64 `json:"throughput_per_s"` // of one inference after the other
	Frames        *Frames `json:"frames_in_flight"` // null where the runtime has one at a time
	Coverage      float64 `json:"coverage"`
	Shares        Shares  `json:"bound_share"`
	Energies
}

// Frames is the throughput where several frames are in flight, as a dataflow chip has them: no latency follows from it.
type Frames struct {
	Metric string  `json:"metric"`
	Rate   float64 `json:"throughput_per_s"`
	Low    float64 `json:"low_per_s"`
	High   float64 `json:"high_per_s"`
	Basis  string  `json:"basis"`
}

// Shares is the share of time that each bound holds.
type Shares struct {
	Compute  float64 `json:"compute"`
	Memory   float64 `json:"memory"`
	Overhead float64 `json:"overhead"`
}

// Layer is one row of an estimate: a kernel, or a group of them.
type Layer struct {
	Name       string   `json:"name"`
	Module     string   `json:"module,omitempty"`
	Op         string   `json:"op,omitempty"`
	Class      string   `json:"class,omitempty"`
	Rule       string   `json:"rule,omitempty"`
	DType      string   `json:"dtype,omitempty"`
	Nodes      []string `json:"nodes,omitempty"`
	Kernels    int64    `json:"kernels"`
	MACs       int64    `json:"macs"`
	FLOPs      int64    `json:"flops"`
	Bytes      int64    `json:"bytes"`
	WeightRead int64    `json:"weight_bytes_read"`
	Intensity  float64  `json:"intensity"`
	Attainable float64  `json:"attainable_flops_per_s"`
	Time       float64  `json:"time_ms"`
	Share      float64  `json:"share"`
	Bound      string   `json:"bound"`
}

// Figure is a figure of a profile and where it comes from.
type Figure struct {
	Path   string `json:"path"`
	Value  string `json:"value"`
	Source string `json:"source"`
}
