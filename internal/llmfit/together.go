package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A union is slices that are judged together.
type union struct {
	title  string
	prefix []string // of the titles of the slices
	takes  func(*sample) bool
}

var unions = []union{
	{"mixtures of experts and compressed attention, llama.cpp on CUDA, one token more", []string{"llama.cpp CUDA, one token more, one"}, mixture},
	{"each layer on several GPUs: gpt-fast, vLLM, MLC, FasterTransformer, TensorRT-LLM",
		[]string{"gpt-fast", "vLLM 0.2", "MLC", "FasterTransformer", "TensorRT-LLM, whole"}, func(s *sample) bool { return s.cards > 1 }},
	{"each layer on several GPUs, one token more: gpt-fast, vLLM, MLC", []string{"gpt-fast", "vLLM 0.2", "MLC"},
		func(s *sample) bool { return s.cards > 1 }},
	{"maximum load: TensorRT-LLM and MLPerf Offline", []string{"TensorRT-LLM, maximum", "TensorRT-LLM, MLPerf"}, nil},
	{"OpenVINO on CPUs, Genie and RKLLM, one token more", []string{"OpenVINO GenAI on CPUs", "Genie, one", "RKLLM, one"}, nil},
}

// mixture reports whether the decoder has experts or latent attention.
func mixture(s *sample) bool { return s.m.Shape.Experts > 0 || s.m.Shape.Latent != nil }

// together writes the errors of slices that are judged together, held out in each way.
func together(w io.Writer, all []*finding) {
	fmt.Fprint(w, "\nSlices together, each row held out by its device, its model, or the number of its GPUs:\n\n",
		"| slices | rows | by device | within 20 % | by model | within 20 % | by number of GPUs | within 20 % |\n|---|---|---|---|---|---|---|---|\n")
	for _, u := range unions {
		var cells []string
		rows := 0
		for _, of := range []func(*finding) []float64{
			func(f *finding) []float64 { return f.ldoSaid }, func(f *finding) []float64 { return f.lmoSaid },
			func(f *finding) []float64 { return f.cardsSaid },
		} {
			r := u.errors(all, of)
			rows = max(rows, r.rows)
			if r.rows < rows {
				r = result{}
			}
			share := "-"
			if r.rows > 0 {
				share = fmt.Sprintf("%.0f", 100*r.within)
			}
			cells = append(cells, r.text(), share)
		}
		if rows > 0 {
			fmt.Fprintf(w, "| %s | %d | %s |\n", u.title, rows, strings.Join(cells, " | "))
		}
	}
}

// errors returns the errors of what was said of the samples of a union.
func (u *union) errors(all []*finding, of func(*finding) []float64) result {
	var some []*sample
	var said []float64
	for _, f := range all {
		if !slices.ContainsFunc(u.prefix, func(p string) bool { return strings.HasPrefix(f.title, p) }) {
			continue
		}
		values := of(f)
		for i, s := range f.samples {
			if i < len(values) && (u.takes == nil || u.takes(s)) {
				some, said = append(some, s), append(said, values[i])
			}
		}
	}
	return errorsOf(some, said)
}
