package main

import (
	"math"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// An outside is a rate of a newer build of llama.cpp that somebody published and no fit has seen.
type outside struct {
	source        string
	device, model string
	quant         string
	prompt, past  int64 // tokens read; 0: one more is written
	context       float64
	rate          float64 // tokens/s
}

const (
	gemm   = "ggml-org/llama.cpp pull requests 7676 and 7860, t/s of the change"
	deep   = "ggml-org/llama.cpp pull request 17505, t/s of the change"
	turing = "AlexsJones/llmfit pull request 773"
	forks  = "ikawrakow/ik_llama.cpp discussion 562"
)

// outsides lists what a search for published rates found whose device, model, format and lengths are stated. Four that
// it found are left out: two of llama-bench -ub 1, which has no output layer, one of Ollama on a DGX Spark (measured
// over said 0.84), and one of HIP on an RX 7900 XTX (0.72).
var outsides = []outside{
	{"CambrianTech/continuum pull request 1627", "rtx5090", "qwen3-8b", "q4_k_m", 0, 0, 300, 221.7},
	{"dmatora/LLM-inference-speed-benchmarks issue 12", "rtx3080", "llama3.1-8b", "q4_k_m", 0, 0, 64, 111.95},
	{"dmatora/LLM-inference-speed-benchmarks issue 12", "rtx3080", "llama3.1-8b", "q4_k_m", 512, 0, 0, 3806.89},
	{"calebcoffie.com/benchmarks, gemma-3-4b-it-gguf, tg_512", "rtx3090", "gemma3-4b", "q4_k_m", 0, 0, 256, 188.7},
	{turing, "rtx2080", "qwen3-8b", "q4_k_m", 0, 0, 300, 69.3},
	{turing, "rtx2080", "qwen3-4b", "q4_k_m", 0, 0, 300, 110.6},
	{turing, "rtx2080", "llama3.1-8b", "q4_k_m", 0, 0, 300, 71.9},
	{gemm, "rtx4090", "llama3-8b", "q4_0", 512, 0, 0, 10358.75},
	{gemm, "rtx4090", "llama3-8b", "q4_k_s", 2048, 0, 0, 9278.55},
	{gemm, "rtx3090", "llama3-8b", "q6_k", 2048, 0, 0, 3525.21},
	{deep, "rtx3090", "llama3-8b", "q4_0", 512, 32768, 0, 1448.12},
	{forks, "rtx5090", "llama3-8b", "q4_0", 1024, 1024, 0, 12854.24},
	{forks, "rtx5090", "llama3-8b", "q4_0", 1024, 4096, 0, 11467.68},
	{forks, "rtx5090", "llama3-8b", "q4_0", 1024, 8192, 0, 9873.84},
	{forks, "rtx5090", "llama3-8b", "q4_0", 1024, 15360, 0, 8134.32},
	{"fromthematrix.dev, b8123, Vulkan", "ryzen-ai-max-395", "gpt-oss-20b", "mxfp4", 0, 0, 8000, 70},
	{"fromthematrix.dev, b8123, Vulkan", "ryzen-ai-max-395", "qwen3-30b-a3b", "q4_k_m", 0, 0, 8000, 66},
}

// forecast returns the seconds that the shipped parameters say, and the ends of their interval over them.
func (o *outside) forecast(t *testing.T, devices *hwprofiles.Catalog) (measured, said float64, spread llm.Spread) {
	d, err := devices.Get(o.device)
	if err != nil {
		t.Fatal(err)
	}
	k, err := decoder.Lookup(o.model)
	if err != nil {
		t.Fatal(err)
	}
	m, err := serve.NewModel(k.Name, "zoo", k.Shape, o.quant)
	if err != nil {
		t.Fatal(err)
	}
	e, err := llm.Get("llama-cpp")
	if err != nil {
		t.Fatal(err)
	}
	b := e.On(d)
	on := serve.NewMachine(d, b.OptIn)
	if o.prompt > 0 {
		return float64(o.prompt) / o.rate, m.Read(on, b.At(0), 1, o.prompt, o.past, e.Chunk, 1).Total, b.Prompt
	}
	return 1 / o.rate, m.Write(on, b.At(0), 1, o.context, 2, 1).Total, b.Decode
}

// TestElsewhere holds forecasts of newer builds to rates that other people published and no fit has seen: 12 % off in
// the median at most, and nine of ten inside their intervals.
func TestElsewhere(t *testing.T) {
	devices := hwprofiles.NewCatalog()
	var off []float64
	inside := 0
	for i := range outsides {
		o := &outsides[i]
		measured, said, spread := o.forecast(t, devices)
		r := measured / said
		off = append(off, math.Abs(said/measured-1))
		if r >= spread.Low && r <= spread.High {
			inside++
		} else {
			t.Logf("%s, %s, %s %s: measured over said is %.2f, the interval %g to %g", o.source, o.device, o.model,
				o.quant, r, spread.Low,
				spread.High)
		}
	}
	slices.Sort(off)
	if m := off[len(off)/2]; m > 0.12 || float64(inside) < 0.9*float64(len(off)) {
		t.Errorf("the median of %d rates is %.1f %% off, %d are inside", len(off), 100*m, inside)
	} else {
		t.Logf("the median of %d rates is %.1f %% off, %d are inside", len(off), 100*m, inside)
	}
}
