// Command llmfit fits the parameters of the engines of language models to published figures, and writes how far
// predictions of devices and models are off that a fit has not seen.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A slice is what is fitted by itself.
type slice struct {
	engine, backend string
	reading         bool
	title           string
	takes           func(*sample) bool
	from            func(*sample) bool // samples that it is fitted to, where those are others
	phases          []llm.Phase        // whose parameters are fitted; nil: that of reading or writing
	tensor          bool               // several devices share each layer
}

// amd reports whether a card is AMD's. NVIDIA's Vulkan uses matrix units in a way of its own.
func amd(s *sample) bool { return s.profile.Vendor == "AMD" }

// oneCard reports whether one card did the work.
func oneCard(s *sample) bool { return s.cards == 1 }

var slicesOf = []slice{
	{"llama-cpp", "cuda", false, "llama.cpp CUDA, one token more, one GPU", oneCard, nil, nil, false},
	{"llama-cpp", "cuda", false, "llama.cpp CUDA, one token more, layers split over 2 to 8 GPUs", func(s *sample) bool { return s.cards > 1 }, oneCard, nil, false},
	{"llama-cpp", "cuda", true, "llama.cpp CUDA, prompt", oneCard, nil, nil, false},
	{"llama-cpp", "cuda", false, "llama.cpp CUDA, one token more, builds of 2025", then(0), oneCard, nil, false},
	{"llama-cpp", "cuda", true, "llama.cpp CUDA, prompt, builds of 2025", then(0), oneCard, nil, false},
	{"llama-cpp", "metal", false, "llama.cpp Metal, one token more", nil, nil, nil, false},
	{"llama-cpp", "metal", true, "llama.cpp Metal, prompt", nil, nil, nil, false},
	{"llama-cpp", "vulkan", false, "llama.cpp Vulkan, one token more", nil, nil, nil, false},
	{"llama-cpp", "vulkan", true, "llama.cpp Vulkan, prompt", amd, nil, nil, false},
	{"llama-cpp", "vulkan-intel", false, "llama.cpp Vulkan on Intel, one token more", nil, nil, nil, false},
	{"llama-cpp", "vulkan-intel", true, "llama.cpp Vulkan on Intel, prompt", nil, nil, nil, false},
	{"llama-cpp", "cpu", false, "llama.cpp CPU, one token more", nil, nil, nil, false},
	{"llama-cpp", "cpu", true, "llama.cpp CPU, prompt", nil, nil, nil, false},
	{"mlx", "metal", false, "MLX, one token more", nil, nil, nil, false},
	{"mlx", "metal", true, "MLX, prompt", nil, nil, nil, false},
	{"gpt-fast", "cuda", false, "gpt-fast, one token more, 1 to 8 GPUs", nil, nil, writingSplit, true},
	{"mlc", "cuda", false, "MLC LLM, one token more, 1 to 8 GPUs", nil, nil, writingSplit, true},
	{"vllm", "cuda", false, "vLLM 0.2, one token more, 2 to 8 GPUs", then(2), nil, writingSplit, true},
	{"vllm", "cuda", false, "vLLM 0.5, one token more of up to 512 requests, 1 to 8 GPUs", then(5), nil, everything, false},
	{"fastertransformer", "cuda", false, "FasterTransformer, whole answers, 1 to 8 GPUs", nil, nil, everything, true},
	{"tensorrt-llm", "cuda", false, "TensorRT-LLM, whole static batches, 1 to 8 GPUs", static, notOffline, everything, true},
	{"tensorrt-llm", "cuda", true, "TensorRT-LLM, prompt, 1 to 8 GPUs", nil, nil, readingSplit, false},
	{"tensorrt-llm", "cuda", false, "TensorRT-LLM, maximum load, 1 to 8 GPUs", atLoad, notOffline, everything, false},
	{"tensorrt-llm", "cuda", false, "TensorRT-LLM, MLPerf Offline", isOffline, notOffline, everything, false},
	{"openvino-genai", "cpu", false, "OpenVINO GenAI on CPUs, one token more", nil, nil, nil, false},
	{"openvino-genai", "gpu", false, "OpenVINO GenAI on GPUs, one token more", nil, nil, nil, false},
	{"qnn", "npu", false, "Genie, one token more", nil, nil, nil, false},
	{"qnn", "npu", true, "Genie, prompt of 128", nil, nil, nil, false},
	{"rkllm", "npu", false, "RKLLM, one token more", nil, nil, nil, false},
	{"rkllm", "npu", true, "RKLLM, prompt of 128", nil, nil, nil, false},
}

var (
	writingSplit = []llm.Phase{llm.Writing, llm.Several}
	readingSplit = []llm.Phase{llm.Reading, llm.Several}
	everything   = []llm.Phase{llm.Writing, llm.Reading, llm.Several, llm.Serving}
)

// then returns a condition that holds for samples of a build.
func then(build int) func(*sample) bool { return func(s *sample) bool { return s.build == build } }

// static reports whether a fixed batch was written.
func static(s *sample) bool { return s.output > 0 && !s.load }

// atLoad reports whether requests came at a rate.
func atLoad(s *sample) bool { return s.load && !s.best }

// isOffline reports whether all requests were there at once.
func isOffline(s *sample) bool { return s.best }

// notOffline reports the opposite.
func notOffline(s *sample) bool { return !s.best }

// main reads the tables, fits each engine and prints or writes how far forecasts are off.
func main() {
	shared := flag.String("shared", "../shared", "folder of reference data")
	page := flag.String("o", "", "write the page of accuracy to `FILE`")
	list := flag.Bool("missed", false, "list why rows were left out")
	worst := flag.Int("worst", 0, "list so many of the worst samples of each slice")
	only := flag.String("only", "", "judge the slices whose title has `TEXT`")
	flag.Parse()
	r := &reader{hwprofiles.NewCatalog(), map[string]*serve.Model{}, map[string]int{}}
	samples, err := r.read(*shared)
	var rows []measured.Row
	if err == nil {
		rows, err = measured.ReadFile(filepath.Join(*shared, "measured", "llm.csv.gz"))
	}
	if err == nil {
		err = run(samples, r.cells(rows), *page, *worst, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *list {
		for why, n := range r.missed {
			fmt.Println(n, why)
		}
	}
}

// run judges every slice, prints its parameters and writes the page.
func run(samples []*sample, cells []*cell, page string, worst int, only string) error {
	judged := make([]*finding, len(slicesOf))
	parallel.Do(len(slicesOf), func(i int) {
		if strings.Contains(slicesOf[i].title, only) {
			judged[i] = slicesOf[i].judge(samples)
		}
	})
	var all []*finding
	for _, f := range judged {
		if f != nil {
			f.values(os.Stdout, worst)
			all = append(all, f)
		}
	}
	if page == "" {
		rooms(os.Stdout, cells)
		return nil
	}
	var out strings.Builder
	write(&out, all, cells)
	return os.WriteFile(page, []byte(out.String()), 0o644)
}

// of returns the samples of a slice that a condition takes.
func (sl *slice) of(samples []*sample, takes func(*sample) bool) (out []*sample) {
	for _, s := range samples {
		if s.engine == sl.engine && s.backend == sl.backend && s.reading == sl.reading && (takes == nil || takes(s)) {
			out = append(out, s)
		}
	}
	return out
}

// judge fits a slice and predicts it held out; nil where it has no rows.
func (sl *slice) judge(all []*sample) *finding {
	samples, train := sl.of(all, sl.takes), sl.of(all, sl.takes)
	if sl.from != nil {
		train = sl.of(all, sl.from)
	}
	samples, train = possible(samples), possible(train)
	e, err := llm.Get(sl.engine)
	if err != nil || len(samples) == 0 || len(train) == 0 {
		return nil
	}
	b := e.Backend(sl.backend)
	s := priorOf(sl.engine, b)
	phases := sl.phases
	if phases == nil {
		phases = []llm.Phase{map[bool]llm.Phase{true: llm.Reading, false: llm.Writing}[sl.reading]}
	}
	knobs := s.knobs(phases...)
	f := &finding{title: sl.title, samples: samples, trained: sl.from != nil}
	f.full = fit(s, train, knobs)
	f.in = errorsOf(samples, said(samples, f.full.at))
	f.shipped = errorsOf(samples, said(samples, b.At))
	f.ldoSaid = heldFrom(s, train, samples, knobs, func(c *sample) string { return c.device })
	f.ldo = errorsOf(samples, f.ldoSaid)
	f.lmoSaid = heldFrom(s, train, samples, knobs, func(c *sample) string { return c.model })
	f.lmo = errorsOf(samples, f.lmoSaid)
	if sl.tensor {
		f.cardsSaid = heldFrom(s, train, samples, knobs, func(c *sample) string { return fmt.Sprint(c.cards) })
		f.cards = errorsOf(samples, f.cardsSaid)
	}
	f.mixtures = mixtures(samples, f.ldoSaid)
	f.constant = errorsOf(samples, oneConstant(samples))
	for _, o := range rivals {
		values := make([]float64, len(samples))
		for i, c := range samples {
			t := atPeaks(c)
			values[i] = o.says(c, &t)
		}
		f.rivals = append(f.rivals, errorsOf(samples, values))
	}
	f.cover, f.width = covered(samples, f.ldoSaid)
	rest, before, after := own(samples, f.ldoSaid, 1)
	f.before1, f.after1 = errorsOf(rest, before), errorsOf(rest, after)
	rest, before, after = own(samples, f.ldoSaid, 3)
	f.before3, f.after3 = errorsOf(rest, before), errorsOf(rest, after)
	return f
}

// possible returns the samples whose workload fits the devices.
func possible(samples []*sample) (out []*sample) {
	for _, s := range samples {
		if t := atPeaks(s); t.Total > 0 && !math.IsNaN(t.Total) {
			out = append(out, s)
		}
	}
	return out
}

// said predicts samples by the parameters of their builds.
func said(samples []*sample, at func(build int) *llm.Values) []float64 {
	out := make([]float64, len(samples))
	for i, c := range samples {
		out[i] = predict(c, at(c.build))
	}
	return out
}

// mixtures returns the errors of models with experts or compressed attention.
func mixtures(samples []*sample, said []float64) result {
	var some []*sample
	var values []float64
	for i, s := range samples {
		if s.m.Shape.Experts > 0 || s.m.Shape.Latent != nil {
			some, values = append(some, s), append(values, said[i])
		}
	}
	return errorsOf(some, values)
}

// byError returns the indices of samples, the one that is furthest off first.
func byError(samples []*sample, said []float64) []int {
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	off := func(i int) float64 { return math.Abs(math.Log(said[i] / samples[i].seconds)) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(off(b), off(a)) })
	return order
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
