package schema

// LLMPick is language models within a budget on a device in schema ridgepoint/llm-pick/v1.
type LLMPick struct {
	Device  DeviceRef   `json:"device"`
	Budget  LLMBudget   `json:"budget"`
	Metric  *string     `json:"metric"`
	Fitting int         `json:"fitting"`
	Choices []LLMChoice `json:"choices"`
}

// LLMBudget is what a language model must do.
type LLMBudget struct {
	Context int64    `json:"context"`
	Prompt  int64    `json:"prompt"`
	Rate    *float64 `json:"tokens_per_s"`
	First   *float64 `json:"ttft_ms"`
}

// LLMChoice is the verdict on one language model; what could not be run has null in place of figures.
type LLMChoice struct {
	Rank       int       `json:"rank"`
	Model      string    `json:"model"`
	Quant      *string   `json:"quant"`
	Runtime    *string   `json:"runtime"`
	Verdict    string    `json:"verdict"`
	Fits       bool      `json:"fits"`
	Why        *string   `json:"why"`
	Quality    *LLMScore `json:"quality"`
	Perplexity *float64  `json:"perplexity_added"`
	Memory     *int64    `json:"total_bytes"`
	Usable     *int64    `json:"usable_bytes"`
	MaxContext *int64    `json:"max_context"`
	First      *LLMTime  `json:"ttft_ms"`
	Decode     *LLMRange `json:"tokens_per_s"`
	Error      *string   `json:"error"`
}

// LLMScore is a published quality of a model in 16 bits.
type LLMScore struct {
	Metric string  `json:"metric"`
	Score  float64 `json:"score"`
	Source string  `json:"source"`
}
