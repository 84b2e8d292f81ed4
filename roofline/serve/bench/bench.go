// Package bench reads what programs that benchmark language models print: llama-bench, vLLM, TensorRT-LLM and MLX.
package bench

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Run is one measured figure: of prompts that are read, or of one more token of each sequence.
type Run struct {
	Engine  string // llama-cpp, vllm, tensorrt-llm or mlx
	Model   string // as the program names it; may be empty
	Params  float64
	Build   int   // of the engine; 0: not said
	Reading bool  // the prompt is read; else answers are written
	Prompt  int64 // tokens that are read, or that stand in the cache before the answer
	Output  int64 // tokens that are written
	Past    int64 // tokens in the cache before the prompt
	Batch   int64 // sequences at once
	Seconds float64
}

// A format is a way in which a program prints.
type format struct {
	name string
	is   func(text string) bool
	read func(text string) ([]Run, error)
}

// has returns a condition that holds for texts with all words.
func has(words ...string) func(string) bool {
	return func(text string) bool {
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	}
}

// formats lists the formats, which are tried in this order.
var formats = []format{
	{"llama-bench -o sql", has("INSERT INTO", "avg_ts"), readSQL},
	{"llama-bench -o json", has(`"avg_ts"`, `"n_prompt"`), readJSON},
	{"llama-bench -o csv", has("avg_ts", "n_prompt"), readCSV},
	{"llama-bench -o md", has("|", "test", "t/s"), readTable},
	{"vLLM, vllm bench serve, the file of a saved result", has("tpot_ms", "total_input_tokens"), readServed},
	{"vLLM, vllm bench serve", has("Serving Benchmark Result"), readServing},
	{"TensorRT-LLM, trtllm-bench", has("[TPOT] (ms)", "Length (tokens)"), readTRT},
	{"MLX, mlx_lm.benchmark", has("prompt_tps=", "generation_tps="), readMLX},
	{"MLX, mlx_lm.generate", has("Prompt:", "Generation:", "tokens-per-sec"), readMLXText},
}

// Formats names what is read.
func Formats() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.name)
	}
	return out
}

// The bounds of what is read; a run of llama-bench prints some kilobytes.
const (
	mostBytes = 16 << 20
	mostLine  = 1 << 20 // bytes of a line
	mostRuns  = 1 << 16 // tests of a file
	mostLines = 1 << 17 // of a file with a test a line
)

// Read reads the output of a benchmark; name stands for it in messages.
func Read(name string, r io.Reader) ([]Run, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > mostBytes {
		return nil, fmt.Errorf("%s: found more than %d MiB, expected the output of a benchmark of language models", name, mostBytes>>20)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	for _, f := range formats {
		if !f.is(text) {
			continue
		}
		runs, err := f.read(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, f.name, err)
		}
		if len(runs) > mostRuns {
			return nil, fmt.Errorf("%s: %s: found %d tests, expected at most %d", name, f.name, len(runs), mostRuns)
		}
		if len(runs) == 0 {
			return nil, fmt.Errorf("%s: %s: found no figure in it; was the run long enough?", name, f.name)
		}
		return runs, nil
	}
	return nil, fmt.Errorf("%s: found no output of a benchmark of language models, expected one of %s", name, strings.Join(Formats(), ", "))
}

// bounded refuses a text with a long line or too many of them.
func bounded(text string) error {
	n := 0
	for line := range strings.Lines(text) {
		switch n++; {
		case n > mostLines:
			return fmt.Errorf("found more than %d lines, expected at most %d tests", mostLines, mostRuns)
		case len(line) > mostLine:
			return fmt.Errorf("line %d: found more than %d MiB, expected a test", n, mostLine>>20)
		}
	}
	return nil
}

// rate makes a run of a rate in tokens/s of all sequences.
func (r Run) rate(tokensPerSecond float64) (Run, error) {
	if !(tokensPerSecond > 0 && tokensPerSecond < 1e9) {
		return r, fmt.Errorf("found %g tokens/s, expected a rate above 0", tokensPerSecond)
	}
	r.Batch = max(r.Batch, 1)
	tokens := float64(r.Batch)
	if r.Reading {
		tokens *= float64(r.Prompt)
	}
	r.Seconds = tokens / tokensPerSecond
	return r, r.check()
}

// time makes a run of a time in milliseconds.
func (r Run) time(ms float64) (Run, error) {
	if !(ms > 0 && ms < 1e9) {
		return r, fmt.Errorf("found %g ms, expected a time above 0", ms)
	}
	r.Seconds = ms / 1e3
	return r, r.check()
}

const mostTokens = 1 << 24

// check refuses runs of too many tokens, of none, and of times that are no numbers.
func (r *Run) check() error {
	for _, n := range []int64{r.Prompt, r.Output, r.Past, r.Batch} {
		if n < 0 || n > mostTokens {
			return fmt.Errorf("found %d tokens or sequences, expected at most %d", n, mostTokens)
		}
	}
	if r.Reading && r.Prompt < 1 || math.IsInf(r.Seconds, 0) || math.IsNaN(r.Seconds) {
		return fmt.Errorf("found no tokens that are read, expected some")
	}
	return nil
}

var number = lazyexp.New(`[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?`)

// after returns the first number behind a label in a text; false where there is none on its line.
func after(text, label string) (float64, bool) {
	_, rest, ok := strings.Cut(text, label)
	if !ok {
		return 0, false
	}
	line, _, _ := strings.Cut(rest, "\n")
	v, err := strconv.ParseFloat(strings.ReplaceAll(number().FindString(line), "_", ""), 64)
	return v, err == nil
}

// need returns the number behind a label, or says that it lacks.
func need(text, label string) (float64, error) {
	v, ok := after(text, label)
	if !ok || v < 0 || v > 1e12 {
		return 0, fmt.Errorf("found no number behind %q", spelling.Clip(label))
	}
	return v, nil
}
