package serve_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func setup(t testing.TB, model, quant, device, engine string) *serve.Setup {
	k := must(decoder.Lookup(model))(t)
	m := must(serve.NewModel(k.Name, "zoo", k.Shape, quant))(t)
	return &serve.Setup{Model: m, Device: must(hwprofiles.NewCatalog().Get(device))(t), Engine: must(llm.Get(engine))(t)}
}

func run(t testing.TB, s *serve.Setup, w serve.Workload) *serve.Answer { return must(s.Run(w))(t) }

var usual = serve.Workload{Prompt: 2048, Output: 256, Batch: 1}

// ordered holds a time to its speed of light, and its interval to its order.
func ordered(t *testing.T, what string, x serve.Time) {
	t.Helper()
	if !(x.SpeedOfLight > 0 && x.SpeedOfLight <= x.Expected && x.SpeedOfLight <= x.Low && x.Low <= x.Expected && x.Expected <= x.High) ||
		math.IsInf(x.High, 1) {
		t.Errorf("%s: speed of light %g, low %g, expected %g, high %g s", what, x.SpeedOfLight, x.Low, x.Expected, x.High)
	}
}

// TestLaws: times are in order on every kind of engine; more context, more sequences and more bytes never take less
// time; n devices are never more than n times as fast; a prompt takes no less than its beginning.
func TestLaws(t *testing.T) {
	for _, c := range []struct{ engine, device string }{
		{"llama-cpp", "rtx4090"}, {"llama-cpp", "apple-m2-ultra"}, {"llama-cpp", "ryzen-7950x"}, {"llama-cpp", "rx7900xtx"},
		{"mlx", "apple-m4-max"}, {"vllm", "h100-sxm5"}, {"tensorrt-llm", "a100-sxm4-80"}, {"gpt-fast", "a100-sxm4-80"},
	} {
		for _, model := range []string{"llama3.2-3b", "gpt-oss-20b", "glm-4.7-flash", "gemma3-4b"} {
			name := c.engine + " " + c.device + " " + model
			s := setup(t, model, "q4_k_m", c.device, c.engine)
			a := run(t, s, usual)
			ordered(t, name+" first", a.First)
			ordered(t, name+" next", a.Next)
			ordered(t, name+" whole", a.Whole)
			if b := a.Reading; math.Abs(b.Compute+b.Memory+b.Overhead+b.Communication-1) > 1e-9 {
				t.Errorf("%s: shares of reading add up to something else than 1: %v", name, b)
			}
			m := a.Memory
			if m.Total != m.Weights+m.Cache+m.Buffers || m.Weights+m.Host < s.Model.Bytes() {
				t.Errorf("%s: parts of the memory do not add up: %+v of %d", name, m, s.Model.Bytes())
			}
			longer, more := usual, usual
			longer.Prompt, more.Batch = 8192, 4
			if l := run(t, s, longer); l.Next.Expected < a.Next.Expected || l.First.Expected < a.First.Expected {
				t.Errorf("%s: 8192 tokens take less than 2048", name)
			}
			if l := run(t, s, more); l.Next.Expected < a.Next.Expected || l.Next.Expected > 4*a.Next.Expected {
				t.Errorf("%s: a step of 4 sequences takes %g s, of one %g", name, l.Next.Expected, a.Next.Expected)
			}
			wide := setup(t, model, "f16", c.device, c.engine)
			if w := run(t, wide, usual); w.Next.SpeedOfLight < a.Next.SpeedOfLight {
				t.Errorf("%s: 16 bits are read faster than four", name)
			}
		}
	}
}

// TestSeveral: a tensor split is never more than n times as fast, a layer split takes the time of one device and a hop,
// and each device holds its share.
func TestSeveral(t *testing.T) {
	one := run(t, setup(t, "llama2-70b", "q4_0", "a100-sxm4-80", "gpt-fast"), usual)
	for _, n := range []int{2, 4, 8} {
		s := setup(t, "llama2-70b", "q4_0", "a100-sxm4-80", "gpt-fast")
		s.TP = n
		a := run(t, s, usual)
		if a.Next.Expected < one.Next.Expected/float64(n) || a.Next.Expected > one.Next.Expected {
			t.Errorf("%d devices take %g s a token, one %g", n, a.Next.Expected, one.Next.Expected)
		}
		if a.Writing.Communication <= 0 || a.Memory.Usable != int64(n)*one.Memory.Usable {
			t.Errorf("%d devices: communication %g, usable %d", n, a.Writing.Communication, a.Memory.Usable)
		}
		l := setup(t, "llama2-70b", "q4_0", "rtx3090", "llama-cpp")
		single := run(t, l, usual)
		l.PP = n
		split := run(t, l, usual)
		if d := split.Next.Expected - single.Next.Expected; d <= 0 || d > 1e-3 {
			t.Errorf("layers over %d devices take %g s a token, on one %g", n, split.Next.Expected, single.Next.Expected)
		}
	}
	s := setup(t, "llama2-70b", "q4_0", "a100-sxm4-80", "gpt-fast")
	s.TP = 3
	if _, err := s.Run(usual); err == nil || !strings.Contains(err.Error(), "64 query heads") {
		t.Errorf("three devices: %v", err)
	}
}

// TestVerdict: verdicts that tables of what ran print; the context decides the last three.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		model, quant, device string
		context              int64
		want                 serve.Verdict
	}{
		{"llama3-8b", "q4_k_m", "rtx3070", 1024, serve.Fits}, {"llama3-8b", "f16", "rtx3070", 1024, serve.No},
		{"llama3-8b", "f16", "rtx4090", 1024, serve.Fits}, {"llama3-70b", "q4_k_m", "rtx4090", 1024, serve.No},
		{"llama3-70b", "q4_k_m", "a100-sxm4-80", 1024, serve.Fits}, {"llama3-70b", "f16", "a100-sxm4-80", 1024, serve.No},
		{"llama3-70b", "f16", "apple-m2-ultra", 1024, serve.Fits}, {"llama3-8b", "q4_k_m", "rtx3070", 131072, serve.No},
		{"llama2-7b", "q4_0", "rtx3060", 4096, serve.Fits}, {"llama2-7b", "q4_0", "rtx3060", 16384, serve.No},
	} {
		w := serve.Workload{Prompt: c.context - 1, Output: 1, Batch: 1}
		s := setup(t, c.model, c.quant, c.device, "llama-cpp")
		a := run(t, s, w)
		if a.Memory.Verdict != c.want {
			t.Errorf("%s %s on %s with %d tokens: %s, expected %s: %+v", c.model, c.quant, c.device, c.context, a.Memory.Verdict, c.want, a.Memory)
		}
		if (a.Memory.MaxContext >= c.context) != (c.want == serve.Fits) {
			t.Errorf("%s %s on %s: %d tokens have room, the verdict on %d is %s", c.model, c.quant, c.device, a.Memory.MaxContext, c.context, c.want)
		}
	}
}

// TestBuffers: llama.cpp logs 560 to 640 MiB of buffers for Llama 3 8B, of which the scores of 8192 tokens without
// flash attention are the larger part; without them 258.5 MiB are logged for a chunk of 512.
func TestBuffers(t *testing.T) {
	a := run(t, setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp"), usual)
	if mib := float64(a.Memory.Buffers) / (1 << 20); mib < 250 || mib > 640 {
		t.Errorf("%.1f MiB of buffers", mib)
	}
	if mib := float64(a.Memory.Weights) / (1 << 20); math.Abs(mib-4403.49) > 0.01 {
		t.Errorf("%.2f MiB of weights on the device, llama.cpp logs 4403.49", mib)
	}
}

// TestLoad: at load a device gives no more tokens than its steps do without prompts, and more than one sequence alone.
func TestLoad(t *testing.T) {
	s := setup(t, "llama3-8b", "f16", "h100-sxm5", "vllm")
	w := serve.Workload{Prompt: 512, Output: 256, Batch: 1}
	one := run(t, s, w)
	w.Load = true
	full := run(t, s, w)
	if full.Batch < 100 || full.Rate > float64(full.Batch)/full.Next.SpeedOfLight || full.Rate < 10*one.Rate || full.Memory.Verdict != serve.Fits {
		t.Errorf("%d sequences give %g tokens/s, one %g; %s", full.Batch, full.Rate, one.Rate, full.Memory.Verdict)
	}
	w.Concurrency = 8
	if some := run(t, s, w); some.Batch != 8 || some.Rate > full.Rate {
		t.Errorf("8 at once: batch %d, %g tokens/s", some.Batch, some.Rate)
	}
}

// TestDraft: a draft whose tokens are always accepted helps, one whose tokens never are costs time.
func TestDraft(t *testing.T) {
	s := setup(t, "llama3-70b", "q4_k_m", "a100-sxm4-80", "llama-cpp")
	alone := run(t, s, usual).Next.Expected
	s.Draft, s.Ahead = setup(t, "llama3.2-1b", "q4_k_m", "a100-sxm4-80", "llama-cpp").Model, 4
	for accept, faster := range map[float64]bool{0: false, 0.9: true, 1: true} {
		s.Accept = accept
		if got := run(t, s, usual).Next.Expected; (got < alone) != faster {
			t.Errorf("accepted %g: %g s a token, alone %g", accept, got, alone)
		}
	}
}

// TestEngines: the quantisation that an engine takes and the types of its cache are known.
func TestEngines(t *testing.T) {
	for _, e := range llm.Engines() {
		if q, err := decoder.ParseQuant(e.Quant); err != nil || q != e.Quant {
			t.Errorf("%s: quantisation %q is read as %q, %v", e.ID, e.Quant, q, err)
		}
		for _, c := range e.Cache {
			if _, ok := dtype.BlockOf(c); !ok {
				t.Errorf("%s: type %q of the cache is not known", e.ID, c)
			}
		}
	}
}

// TestRefused: what cannot be run is an error that says what is expected.
func TestRefused(t *testing.T) {
	for want, change := range map[string]func(*serve.Setup, *serve.Workload){
		"prompt 0":       func(_ *serve.Setup, w *serve.Workload) { w.Prompt = 0 },
		"output":         func(_ *serve.Setup, w *serve.Workload) { w.Output = -1 },
		"batch":          func(_ *serve.Setup, w *serve.Workload) { w.Batch = 1 << 40 },
		"key-value":      func(s *serve.Setup, _ *serve.Workload) { s.Cache = "q9" },
		"does not run":   func(s *serve.Setup, _ *serve.Workload) { s.Engine, _ = llm.Get("mlx") },
		"cannot be shar": func(s *serve.Setup, _ *serve.Workload) { s.PP = 1000 },
	} {
		s, w := setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp"), usual
		change(s, &w)
		if _, err := s.Run(w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

// ExampleSetup_Run asks whether Llama 3 8B fits a card of 12 GB.
func ExampleSetup_Run() {
	k, err := decoder.Lookup("llama3-8b")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m")
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("rtx3060")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := llm.For(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := serve.Setup{Model: m, Device: d, Engine: e}
	a, err := s.Run(serve.Workload{Prompt: 2048, Output: 256, Batch: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, written %s-bound\n", a.Memory.Verdict, a.Writing.Of())
	// Output: fits, written memory-bound
}
