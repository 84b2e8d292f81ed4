package schema

// Diff is an estimate beside another one, in schema ridgepoint/diff/v1.
type Diff struct {
	Old    DiffSide   `json:"old"`
	New    DiffSide   `json:"new"`
	Ratio  DiffRatio  `json:"latency_ratio"`
	Delta  float64    `json:"delta_ms"`
	Host   float64    `json:"host_delta_ms"`
	Counts DiffCounts `json:"counts"`
	// of kernels that are slower or faster in the same setting though they do the same work; none where there are none
	SameWork *DiffMoved  `json:"same_work,omitempty"`
	Kernels  []DiffLayer `json:"kernels"`
	Remarks
}

// DiffMoved is the time of several kernels, moved by what is known of the two networks.
type DiffMoved struct {
	Kernels int     `json:"kernels"`
	Old     float64 `json:"old_ms"`
	New     float64 `json:"new_ms"`
}

// DiffSide is one of the two estimates.
type DiffSide struct {
	Model  string    `json:"model"`
	Device DeviceRef `json:"device"`
	Conditions
	Batch int64 `json:"batch"`
	Total Total `json:"total"`
}

// DiffRatio is the new latency over the old one.
type DiffRatio struct {
	Value   float64  `json:"value"`
	Low     *float64 `json:"low"`  // null where nothing is expected of one of them
	High    *float64 `json:"high"` // of its 90 % interval
	Verdict string   `json:"verdict"`
}

// DiffCounts count kernels by what became of them.
type DiffCounts struct {
	Same    int `json:"same"`
	Slower  int `json:"slower"`
	Faster  int `json:"faster"`
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Renamed int `json:"renamed"`
}

// DiffLayer is a kernel of one of the estimates or of both.
type DiffLayer struct {
	Change string         `json:"change"`
	Old    *DiffLayerSide `json:"old"`
	New    *DiffLayerSide `json:"new"`
	Delta  float64        `json:"delta_ms"`
}

// DiffLayerSide is a kernel in one of the estimates.
type DiffLayerSide struct {
	Name  string  `json:"name"`
	Op    string  `json:"op"`
	Time  float64 `json:"time_ms"`
	Bound string  `json:"bound"`
	FLOPs int64   `json:"flops"`
	Bytes int64   `json:"bytes"`
}
