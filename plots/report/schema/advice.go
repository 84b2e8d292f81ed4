package schema

// Advised lists what would make a model faster on a device, in schema ridgepoint/explain/v1.
type Advised struct {
	Model  string    `json:"model"`
	Device DeviceRef `json:"device"`
	Batch  int64     `json:"batch"`
	Conditions
	Summary    string      `json:"summary"`
	Latency    Latency     `json:"latency_ms"`
	Shares     Shares      `json:"bound_share"`
	Target     *float64    `json:"target_ms"` // null without a target
	Meets      *bool       `json:"meets_target"`
	Advice     []Advice    `json:"advice"` // the largest saving first
	Combined   *Combined   `json:"combined"`
	BoundShare float64     `json:"bound_of_latency"` // lower bound over the expected latency
	Smallest   *SmallestOn `json:"smallest_device"`
	Cheapest   *CheapestOn `json:"cheapest_device"`
	Remarks
}

// Advice holds one change and what it saves.
type Advice struct {
	ID       string   `json:"id"`
	Category string   `json:"category"`
	Severity string   `json:"severity"` // warning where it saves a fifth or more, else info
	Message  string   `json:"message"`
	Why      string   `json:"why"`
	Source   string   `json:"source"`
	Affected []string `json:"affected_entities"`
	Saved    Interval `json:"saved_ms"`
	New      Interval `json:"new_ms"`
	Per      int64    `json:"batch"` // samples of an inference with the change
	Share    float64  `json:"saved_share"`
	Accuracy bool     `json:"accuracy_may_change"`
	Effort   string   `json:"effort"`
	Meets    *bool    `json:"meets_target"`
	Verify   string   `json:"verify"`
}

// Combined is several pieces of advice at once.
type Combined struct {
	IDs      []string `json:"ids"`
	Message  string   `json:"message"`
	Saved    Interval `json:"saved_ms"`
	New      Interval `json:"new_ms"`
	Share    float64  `json:"saved_share"`
	Accuracy bool     `json:"accuracy_may_change"`
	Meets    *bool    `json:"meets_target"`
	Verify   string   `json:"verify"`
}

// SmallestOn is the device of the least power that meets a target.
type SmallestOn struct {
	Device  DeviceRef `json:"device"`
	TDP     float64   `json:"tdp_watts"`
	Latency Latency   `json:"latency_ms"`
}

// CheapestOn is the device of the least price that meets a target.
type CheapestOn struct {
	Device   DeviceRef `json:"device"`
	Hour     float64   `json:"per_hour"`
	Currency string    `json:"currency"`
	Assumes  string    `json:"assumes"`
	Latency  Latency   `json:"latency_ms"`
}

// Interval is an expected figure with the ends of its 90 % interval, in milliseconds.
type Interval struct {
	Expected float64 `json:"expected"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}
