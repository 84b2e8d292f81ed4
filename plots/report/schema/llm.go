package schema

// LLM is a language model on a device in schema ridgepoint/llm/v1.
type LLM struct {
	Model    LLMModel    `json:"model"`
	Device   DeviceRef   `json:"device"`
	Count    int         `json:"count"`
	Parallel LLMParallel `json:"parallel"`
	Runtime  string      `json:"runtime"`
	Backend  string      `json:"backend"`
	Version  *int        `json:"version"`
	Workload LLMWorkload `json:"workload"`
	Memory   LLMMemory   `json:"memory"`
	First    LLMTime     `json:"ttft_ms"`
	Next     LLMTime     `json:"tpot_ms"`
	Whole    LLMTime     `json:"e2e_ms"`
	Rates    LLMRates    `json:"tokens_per_s"`
	Bound    LLMPhases   `json:"bound"`
	Cost     *float64    `json:"cost_per_mtok"`
	Energy   *LLMRange   `json:"joule_per_token"`
	LLMEnergy
	Tier     string   `json:"tier"`
	Basis    string   `json:"basis"`
	Verify   *string  `json:"verify"`
	Warnings []string `json:"warnings"`
}

// LLMEnergy is what a token takes, null where the power of the device is not known.
type LLMEnergy struct {
	Joules *LLMRange   `json:"energy_j_per_token"`
	Watts  *float64    `json:"average_w"`
	Power  *PowerBasis `json:"power_basis"`
}

// LLMModel is the model of an LLM.
type LLMModel struct {
	Name   string  `json:"name"`
	Source string  `json:"source"`
	Params int64   `json:"params"`
	Active int64   `json:"active_params"`
	Quant  string  `json:"quant"`
	Bytes  int64   `json:"weight_bytes"`
	Bits   float64 `json:"bits_per_weight"`
}

// LLMParallel says how devices share a model.
type LLMParallel struct {
	TP int `json:"tp"`
	PP int `json:"pp"`
}

// LLMWorkload is a question to a language model: its prompt, its answer and how many at once.
type LLMWorkload struct {
	Prompt int64  `json:"prompt"`
	Output int64  `json:"output"`
	Batch  int64  `json:"batch"`
	Load   bool   `json:"load"`
	Cache  string `json:"kv"`
}

// LLMMemory is the plan of the memory of all devices together.
type LLMMemory struct {
	Weights       int64  `json:"weights_bytes"`
	Host          int64  `json:"host_bytes"`
	Cache         int64  `json:"kv_bytes"`
	CachePerToken int64  `json:"kv_bytes_per_token"`
	Buffers       int64  `json:"buffers_bytes"`
	Reserve       int64  `json:"reserve_bytes"`
	Total         int64  `json:"total_bytes"`
	Usable        *int64 `json:"usable_bytes"`
	Verdict       string `json:"verdict"`
	MaxContext    int64  `json:"max_context"`
	MaxBatch      int64  `json:"max_batch"`
}

// LLMTime is a time in milliseconds.
type LLMTime struct {
	SpeedOfLight float64 `json:"speed_of_light"`
	Expected     float64 `json:"expected"`
	Low          float64 `json:"low"`
	High         float64 `json:"high"`
}

// LLMRange is a figure with its interval.
type LLMRange struct {
	Expected float64 `json:"expected"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// LLMRates are tokens per second, derived from the times.
type LLMRates struct {
	Prefill LLMRange `json:"prefill"`
	Decode  LLMRange `json:"decode"`
	Total   LLMRange `json:"total"`
}

// LLMPhases are the shares of the time of each phase.
type LLMPhases struct {
	Prefill LLMBound `json:"prefill"`
	Decode  LLMBound `json:"decode"`
}

// LLMBound are shares of a time.
type LLMBound struct {
	Compute       float64 `json:"compute"`
	Memory        float64 `json:"memory"`
	Overhead      float64 `json:"overhead"`
	Communication float64 `json:"communication"`
}
