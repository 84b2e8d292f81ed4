// Command llmfit fits the parameters of the engines of language models to published figures, and writes how far
// predictions of devices and models are off that a fit has not seen.
package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A slice is what is fitted by itself.
type slice struct {
	engine, backend string
	reading         bool
	title           string
	takes           func(*sample) bool
}

var slicesOf = []slice{
	{"llama-cpp", "cuda", false, "llama.cpp CUDA, one token more, one GPU", func(s *sample) bool { return s.cards == 1 }},
	{"llama-cpp", "cuda", true, "llama.cpp CUDA, prompt", func(s *sample) bool { return s.cards == 1 }},
	{"llama-cpp", "metal", false, "llama.cpp Metal, one token more", nil},
	{"llama-cpp", "metal", true, "llama.cpp Metal, prompt", nil},
	{"llama-cpp", "vulkan", false, "llama.cpp Vulkan, one token more", nil},
	{"llama-cpp", "vulkan", true, "llama.cpp Vulkan, prompt", nil},
	{"llama-cpp", "cpu", false, "llama.cpp CPU, one token more", nil},
	{"llama-cpp", "cpu", true, "llama.cpp CPU, prompt", nil},
	{"mlx", "metal", false, "MLX, one token more", nil},
	{"mlx", "metal", true, "MLX, prompt", nil},
	{"gpt-fast", "cuda", false, "gpt-fast, one token more, 1 to 8 GPUs", nil},
}

func main() {
	shared := flag.String("shared", "../shared", "folder of reference data")
	page := flag.String("o", "", "write the page of accuracy to `FILE`")
	list := flag.Bool("missed", false, "list why rows were left out")
	worst := flag.Int("worst", 0, "list so many of the worst samples of each slice")
	flag.Parse()
	r := &reader{hwprofiles.NewCatalog(), map[string]*serve.Model{}, map[string]int{}}
	samples, err := r.read(*shared)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *list {
		for why, n := range r.missed {
			fmt.Println(n, why)
		}
	}
	var out strings.Builder
	for i := range slicesOf {
		slicesOf[i].judge(samples, &out, *worst)
	}
	fmt.Print(out.String())
	if *page != "" {
		if err := os.WriteFile(*page, []byte(out.String()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (sl *slice) of(samples []*sample) (out []*sample) {
	for _, s := range samples {
		if s.engine == sl.engine && s.backend == sl.backend && s.reading == sl.reading && (sl.takes == nil || sl.takes(s)) {
			out = append(out, s)
		}
	}
	return out
}

func (sl *slice) judge(all []*sample, w io.Writer, worst int) {
	samples := sl.of(all)
	if len(samples) == 0 {
		return
	}
	e, _ := llm.Get(sl.engine)
	b := e.Backend(sl.backend)
	s := priorOf(b)
	knobs := s.knobs(sl.reading, sl.engine == "gpt-fast")
	shipped := make([]float64, len(samples))
	for i, c := range samples {
		shipped[i] = predict(c, b.At(c.build))
	}
	full := fit(s, samples, knobs)
	in := make([]float64, len(samples))
	for i, c := range samples {
		in[i] = predict(c, full.at(c.build))
	}
	ldo := held(s, samples, knobs, func(c *sample) string { return c.device })
	lmo := held(s, samples, knobs, func(c *sample) string { return c.model })
	fmt.Fprintf(w, "\n## %s: %d rows\nshipped %s\nin      %s\nLDO     %s\nLMO     %s\n", sl.title, len(samples), score(samples, shipped),
		score(samples, in), score(samples, ldo), score(samples, lmo))
	fmt.Fprintf(w, "values: %s\n", listed(full, full.values[len(full.values)-1], llm.Values{}))
	for i := range full.to[:len(full.to)-1] {
		fmt.Fprintf(w, "  to %d: %s\n", full.to[i], listed(full, full.values[i], full.values[len(full.values)-1]))
	}
	for _, k := range knobs[:0] {
		fmt.Fprintf(w, "  %s%v %.4g -> %.4g\n", llm.Specs[k.p].Key, k.tiers, s.prior[k.tiers[0]][k.p], full.values[k.tiers[0]][k.p])
	}
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	off := func(i int) float64 { return math.Abs(math.Log(ldo[i] / samples[i].seconds)) }
	slices.SortFunc(order, func(a, b int) int { return -cmpFloat(off(a), off(b)) })
	for _, i := range order[:min(worst, len(order))] {
		c := samples[i]
		fmt.Fprintf(w, "    %.2f %s %s %s pp%d@%d ctx %.0f B%.0f x%d b%d: %.4g s, said %.4g\n", ldo[i]/c.seconds, c.device, c.model, c.quant, c.tokens, c.past, c.context, c.sequences, c.cards, c.build, c.seconds, ldo[i])
	}
}

// listed prints values as a profile has them, but for those that are as others.
func listed(s *setting, v, but llm.Values) string {
	var out []string
	for p := range llm.NumParams {
		if v[p] == 0 || v[p] == but[p] {
			continue
		}
		if llm.Specs[p].Unit == "s" {
			out = append(out, fmt.Sprintf("%s: %.3g µs", llm.Specs[p].Key, 1e6*v[p]))
			continue
		}
		out = append(out, fmt.Sprintf("%s: %.3g", llm.Specs[p].Key, v[p]))
	}
	return strings.Join(out, ", ")
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// score prints the errors of predictions in per cent.
func score(samples []*sample, said []float64) string {
	var errs, ratios []float64
	within := 0
	for i, s := range samples {
		e := math.Abs(said[i]/s.seconds - 1)
		errs = append(errs, e)
		ratios = append(ratios, s.seconds/said[i])
		if e <= 0.2 {
			within++
		}
	}
	slices.Sort(errs)
	slices.Sort(ratios)
	mean := 0.0
	for _, e := range errs {
		mean += e / float64(len(errs))
	}
	q := func(v []float64, p float64) float64 { return v[int(p*float64(len(v)-1))] }
	return fmt.Sprintf("%.1f/%.1f %% w20 %.0f  measured/said %.2f-%.2f median %.2f", 100*q(errs, .5), 100*mean, 100*float64(within)/float64(len(samples)),
		q(ratios, .05), q(ratios, .95), q(ratios, .5))
}
