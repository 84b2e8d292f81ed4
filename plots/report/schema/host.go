package schema

// Host is a machine as found in schema ridgepoint/host/v2: rates in FLOP/s or OP/s, bandwidths in B/s, sizes in bytes.
type Host struct {
	Name    string      `json:"name"`
	Vendor  string      `json:"vendor"`
	ISA     []string    `json:"isa"`
	Threads int         `json:"threads"`
	Cores   int         `json:"cores"`
	Clock   float64     `json:"clock_hz"`
	Memory  int64       `json:"memory_bytes"`
	Peaks   []HostPeak  `json:"peaks"`
	Levels  []HostLevel `json:"levels"`
	Matrix  HostMatrix  `json:"matrix"`
	Sweep   []HostPoint `json:"sweep"`
	Seconds float64     `json:"took_s"`
	Remarks
}

// HostPeak is a theoretical rate of the whole machine.
type HostPeak struct {
	Engine   string  `json:"engine"`
	Type     string  `json:"type"`
	ISA      string  `json:"isa"`
	PerCycle float64 `json:"per_cycle_and_core"`
	Rate     float64 `json:"rate"`
	Assumed  bool    `json:"assumed"`
}

// HostLevel is a memory level; 0 where a bandwidth could not be measured.
type HostLevel struct {
	Name     string  `json:"name"`
	Capacity int64   `json:"capacity_bytes"`
	One      float64 `json:"one_thread"`
	OneNoise float64 `json:"one_thread_noise"`
	All      float64 `json:"all_threads"`
	AllNoise float64 `json:"all_threads_noise"`
}

// HostMatrix is the achieved rate of fp32 matrix products.
type HostMatrix struct {
	By       string  `json:"by"`
	One      float64 `json:"one_thread"`
	OneNoise float64 `json:"one_thread_noise"`
	All      float64 `json:"all_threads"`
	AllNoise float64 `json:"all_threads_noise"`
}

// HostPoint is one working set of the sweep.
type HostPoint struct {
	Kernel  string  `json:"kernel"`
	Threads int     `json:"threads"`
	Bytes   int64   `json:"bytes"`
	Rate    float64 `json:"rate"`
	Noise   float64 `json:"noise"`
}
