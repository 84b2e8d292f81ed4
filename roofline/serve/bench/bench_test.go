package bench_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/serve/bench"
)

const vllm = `============ Serving Benchmark Result ============
Successful requests:                     10
Maximum request concurrency:             1
Total input tokens:                      5120
Total generated tokens:                  1280
Median TTFT (ms):                        26.00
Median TPOT (ms):                        8.00
==================================================`

// outputs are the same kinds of figures as the programs print them: 512 tokens read in 256 ms, one written in 20 ms.
var outputs = map[string]string{
	"csv": "ggml_init: a log line\nbuild_commit,build_number,model_type,model_n_params,n_prompt,n_gen,n_depth,avg_ts\n" +
		"\"1a2b3c4\",\"5999\",\"llama 8B Q4_K\",\"8030261248\",\"512\",\"0\",\"0\",\"2000.0\"\n" +
		"\"1a2b3c4\",\"5999\",\"llama 8B Q4_K\",\"8030261248\",\"0\",\"128\",\"0\",\"50.0\"\n",
	"json": `[{"build_number":5999,"model_type":"llama 8B","model_n_params":8030261248,"n_prompt":512,"n_gen":0,"n_depth":0,"avg_ts":2000.0},
{"build_number":5999,"model_type":"llama 8B","model_n_params":8030261248,"n_prompt":0,"n_gen":128,"n_depth":0,"avg_ts":50.0}]`,
	"jsonl": `{"build_number":5999,"model_type":"llama 8B","model_n_params":8030261248,"n_prompt":512,"n_gen":0,"avg_ts":2000.0}
{"build_number":5999,"model_type":"llama 8B","model_n_params":8030261248,"n_prompt":0,"n_gen":128,"avg_ts":50.0}`,
	"sql": "CREATE TABLE IF NOT EXISTS llama_bench (build_number INTEGER);\n" +
		"INSERT INTO llama_bench (build_number, model_type, model_n_params, n_prompt, n_gen, avg_ts) VALUES ('5999', 'llama 8B', '8030261248', '512', '0', '2000.0');\n" +
		"INSERT INTO llama_bench (build_number, model_type, model_n_params, n_prompt, n_gen, avg_ts) VALUES ('5999', 'llama 8B', '8030261248', '0', '128', '50.0');\n",
	"mlx": "Running warmup..\nTiming with prompt_tokens=512, generation_tokens=128, batch_size=1.\n" +
		"Trial 1:  prompt_tps=1900.0, generation_tps=49.0, peak_memory=5.0\nAverages: prompt_tps=2000.000, generation_tps=50.000, peak_memory=5.0\n",
	"mlx text": "==========\nPrompt: 512 tokens, 2000.0 tokens-per-sec\nGeneration: 128 tokens, 50.0 tokens-per-sec\nPeak memory: 5.0 GB\n",
}

// TestFormats: every format gives the same two times.
func TestFormats(t *testing.T) {
	md, err := os.ReadFile("testdata/llama.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"md": string(md)}
	for name, text := range outputs {
		texts[name] = text
	}
	for name, text := range texts {
		runs, err := bench.Read(name, strings.NewReader(text))
		if err != nil {
			t.Error(err)
			continue
		}
		var reads, writes float64
		for _, r := range runs {
			switch {
			case r.Reading && r.Past == 0:
				reads = r.Seconds
			case !r.Reading:
				writes = r.Seconds
			}
			if r.Engine == "llama-cpp" && (r.Build != 5999 || math.Abs(r.Params/8.03e9-1) > 0.01) {
				t.Errorf("%s: build %d, %g parameters", name, r.Build, r.Params)
			}
		}
		if math.Abs(reads-0.256) > 1e-9 || math.Abs(writes-0.02) > 1e-9 {
			t.Errorf("%s: %g s for the prompt and %g for a token, expected 0.256 and 0.02", name, reads, writes)
		}
	}
}

// TestServed: of requests one by one both times are taken, of several at once the time of a token alone.
func TestServed(t *testing.T) {
	json := `{"model_id":"m","completed":10,"total_input_tokens":5120,"total_output_tokens":1280,"max_concurrency":%d,"median_ttft_ms":26.0,"median_tpot_ms":8.0}`
	trt := "Average Input Length (tokens): 512.0\nAverage Output Length (tokens): 128.0\nAverage time-to-first-token [TTFT] (ms): 26.0\n" +
		"Average time-per-output-token [TPOT] (ms): 8.0\n"
	for text, want := range map[string]int{fmt.Sprintf(json, 1): 2, fmt.Sprintf(json, 8): 1, vllm: 2, trt: 2} {
		runs, err := bench.Read("x", strings.NewReader(text))
		if err != nil || len(runs) != want {
			t.Errorf("%.40s: %d runs, %v; expected %d", text, len(runs), err, want)
			continue
		}
		if r := runs[0]; r.Prompt != 512 || r.Output != 128 || r.Seconds != 0.008 || r.Reading {
			t.Errorf("%.40s: %+v", text, r)
		}
	}
}

// TestRefused: what is no benchmark, or is broken, is an error that says what is expected.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"": "expected one of", "hello": "expected one of",
		strings.Replace(outputs["json"], "2000.0", "-1", 1):                                "rate above 0",
		outputs["json"][:len(outputs["json"])-9]:                                           "no whole JSON",
		strings.Replace(outputs["csv"], `"512"`, `"many"`, 1):                              "expected a number",
		strings.Replace(vllm, "Maximum request concurrency:             1", "", 1):         "at once",
		strings.Replace(outputs["mlx"], "prompt_tokens=512", "prompt_tokens=999999999", 1): "expected at most",
		"| model | test | t/s |\n|---|---|---|\n| a | pp512 |":                             "cells",
		"| model | test | t/s |\n|---|---|---|\n| a | pp512 | fast |":                      "tokens per second",
	} {
		if runs, err := bench.Read("x", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, error %v, want one that says %q", text, runs, err, want)
		}
	}
}

// FuzzRead: no text panics, and every run has a time.
func FuzzRead(f *testing.F) {
	for _, text := range outputs {
		f.Add(text)
	}
	f.Add(vllm)
	f.Fuzz(func(t *testing.T, text string) {
		runs, err := bench.Read("fuzz", strings.NewReader(text))
		for _, r := range runs {
			if err == nil && !(r.Seconds > 0) {
				t.Errorf("%+v", r)
			}
		}
	})
}

// ExampleRead reads what llama-bench prints.
func ExampleRead() {
	runs, err := bench.Read("out.json", strings.NewReader(outputs["json"]))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(runs), runs[0].Prompt, runs[0].Seconds)
	// Output: 2 512 0.256
}
