package bench

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// A served is what vllm bench serve --save-result writes.
type served struct {
	Model     string   `json:"model_id"`
	Completed float64  `json:"completed"`
	Prompts   float64  `json:"num_prompts"`
	Inputs    float64  `json:"total_input_tokens"`
	Outputs   float64  `json:"total_output_tokens"`
	AtOnce    *float64 `json:"max_concurrency"`
	First     float64  `json:"median_ttft_ms"`
	FirstMean float64  `json:"mean_ttft_ms"`
	Next      float64  `json:"median_tpot_ms"`
	NextMean  float64  `json:"mean_tpot_ms"`
}

// readServed reads the result of a load on a server, as vLLM and SGLang write it.
func readServed(text string) ([]Run, error) {
	var s served
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, errors.New("found no JSON of a result")
	}
	n := max(s.Completed, s.Prompts)
	if s.Completed > 0 {
		n = s.Completed
	}
	atOnce := 0.0
	if s.AtOnce != nil {
		atOnce = *s.AtOnce
	}
	return phases("vllm", s.Model, n, s.Inputs, s.Outputs, atOnce, or(s.First, s.FirstMean), or(s.Next, s.NextMean))
}

// or returns a where it is positive, else b.
func or(a, b float64) float64 {
	if a > 0 {
		return a
	}
	return b
}

// phases makes runs of the mean lengths of requests. Of several at once the time to the first token waits for others,
// so only the time of each next one is taken.
func phases(engine, model string, requests, inputs, outputs, atOnce, first, next float64) ([]Run, error) {
	if !(requests >= 1 && inputs >= 1 && outputs >= 1 && requests < 1e9 && inputs < 1e12 && outputs < 1e12) {
		return nil, errors.New("found no requests with their tokens, expected the numbers of requests, input and output tokens")
	}
	if atOnce < 1 {
		return nil, errors.New("found no number of requests at once, expected a run with the most requests at once")
	}
	base := Run{Engine: engine, Model: model, Prompt: int64(math.Round(inputs / requests)), Output: int64(math.Round(outputs / requests)),
		Batch: int64(min(atOnce, 1e6))}
	var out []Run
	if next > 0 {
		r, err := base.time(next)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if first > 0 && atOnce == 1 {
		base.Reading = true
		r, err := base.time(first)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// readServing reads what vllm bench serve prints.
func readServing(text string) ([]Run, error) {
	var v [3]float64
	for i, label := range []string{"Successful requests:", "Total input tokens:", "Total generated tokens:"} {
		x, err := need(text, label)
		if err != nil {
			return nil, err
		}
		v[i] = x
	}
	atOnce, _ := after(text, "Maximum request concurrency:")
	first, _ := after(text, "Median TTFT (ms):")
	next, _ := after(text, "Median TPOT (ms):")
	return phases("vllm", "", v[0], v[1], v[2], atOnce, first, next)
}

// readTRT reads what trtllm-bench latency prints: one request at once.
func readTRT(text string) ([]Run, error) {
	in, err := need(text, "Average Input Length (tokens):")
	if err != nil {
		return nil, err
	}
	out, err := need(text, "Average Output Length (tokens):")
	if err != nil {
		return nil, err
	}
	atOnce, ok := after(text, "Max Runtime Batch Size:")
	if c, has := after(text, "Concurrency:"); has && c >= 1 {
		atOnce, ok = c, true
	}
	if !ok {
		atOnce = 1
	}
	first, _ := after(text, "[TTFT] (ms):")
	next, _ := after(text, "[TPOT] (ms):")
	return phases("tensorrt-llm", "", 1, in, out, atOnce, first, next)
}

var (
	sizesMLX = lazyexp.New(`prompt_tokens=(\d+), generation_tokens=(\d+), batch_size=(\d+)`)
	trialMLX = lazyexp.New(`(?m)^(?:Trial \d+|Averages): +prompt_tps=([\d.]+), generation_tps=([\d.]+)`)
	textMLX  = lazyexp.New(`(?m)^(Prompt|Generation): (\d+) tokens, ([\d.]+) tokens-per-sec`)
)

// readMLX reads what mlx_lm.benchmark prints: its last line has the averages.
func readMLX(text string) ([]Run, error) {
	size := sizesMLX().FindStringSubmatch(text)
	lines := trialMLX().FindAllStringSubmatch(text, -1)
	if size == nil || len(lines) == 0 {
		return nil, errors.New("found no prompt_tokens, generation_tokens and batch_size, or no trial")
	}
	var n [3]int64
	for i := range n {
		n[i], _ = strconv.ParseInt(size[i+1], 10, 32)
	}
	last := lines[len(lines)-1]
	return pair(n[0], n[1], max(n[2], 1), last[1], last[2])
}

// readMLXText reads what mlx_lm.generate prints behind an answer.
func readMLXText(text string) ([]Run, error) {
	found := map[string][]string{}
	for _, m := range textMLX().FindAllStringSubmatch(text, -1) {
		found[m[1]] = m
	}
	p, g := found["Prompt"], found["Generation"]
	if p == nil || g == nil {
		return nil, errors.New("found no rates of prompt and generation")
	}
	prompt, _ := strconv.ParseInt(p[2], 10, 32)
	output, _ := strconv.ParseInt(g[2], 10, 32)
	return pair(prompt, output, 1, p[3], g[3])
}

// pair makes a run of each phase of rates in tokens/s.
func pair(prompt, output, batch int64, reads, writes string) ([]Run, error) {
	var out []Run
	for _, text := range []string{reads, writes} {
		v, _ := strconv.ParseFloat(text, 64)
		r := Run{Engine: "mlx", Prompt: prompt, Output: output, Batch: batch, Reading: len(out) == 0}
		r, err := r.rate(v)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
