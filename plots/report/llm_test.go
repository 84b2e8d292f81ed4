package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// llmPickOf is three language models of which one does what is asked, and one that is not known.
func llmPickOf(t testing.TB) *report.Document {
	p := &serve.Picked{Device: get(t, "rtx3060"), Budget: serve.Budget{Rate: 20, First: 8, Risk: 1.15}, Prompt: 7936, Output: 256}
	for _, name := range []string{"llama3-70b", "llama3-8b", "llama2-7b"} {
		k := must(decoder.Lookup(name))(t)
		var ways []*serve.Answer
		for _, q := range []string{"q4_k_m", "q8_0", "w4"} {
			s := serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, q))(t), Device: get(t, "rtx3060"), Engine: must(llm.Get("llama-cpp"))(t), TP: 1, PP: 1}
			ways = append(ways, must(s.Run(serve.Workload{Prompt: p.Prompt, Output: p.Output, Batch: 1}))(t))
		}
		p.Choices = append(p.Choices, p.Budget.Choose(name, ways, &roofline.Quality{Text: "MMLU 60 %", Metric: "MMLU", Score: 60, Source: "made up"}))
	}
	p.Choices = append(p.Choices, serve.Choice{Model: "other", Verdict: roofline.Fails, Err: errors.New("there is no such model")})
	p.Metric = serve.Rank(p.Choices)
	return report.LLMPick(p, 0)
}

// llmOf is a small language model on a card; with n 2 also a larger one on an Apple GPU that it does not fit, at load.
func llmOf(t testing.TB, n int) *report.Document {
	var all []*serve.Answer
	for _, c := range []struct {
		model, device, engine string
		load                  bool
	}{{"llama3-8b", "rtx3060", "llama-cpp", false}, {"gpt-oss-120b", "apple-m1", "llama-cpp", true}}[:n] {
		k := must(decoder.Lookup(c.model))(t)
		s := serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m"))(t), Device: get(t, c.device),
			Engine: must(llm.Get(c.engine))(t), TP: 1, PP: 1}
		all = append(all, must(s.Run(serve.Workload{Prompt: 1024, Output: 128, Batch: 1, Load: c.load}))(t))
	}
	return report.LLM(all, 2.5)
}

// TestTokenEnergy holds the energy of a token to the power that estimates take: between that of memory and that of
// arithmetic, twice as much for two cards, and none for a device of which no power is known.
func TestTokenEnergy(t *testing.T) {
	type energies struct {
		Joules *struct{ Expected, Low, High float64 } `json:"energy_j_per_token"`
		Wall   *struct{ Expected float64 }            `json:"joule_per_token"`
		Watts  *float64                               `json:"average_w"`
		Rates  struct {
			Total struct{ Expected float64 } `json:"total"`
		} `json:"tokens_per_s"`
	}
	of := func(device string, tp int) energies {
		k := must(decoder.Lookup("llama3-8b"))(t)
		d := get(t, device)
		if device == "rpi-5" {
			c := *d
			c.Power, c.TDP = nil, nil
			d = &c
		}
		s := serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m"))(t), Device: d,
			Engine: must(llm.Get("llama-cpp"))(t), TP: tp, PP: 1}
		a := must(s.Run(serve.Workload{Prompt: 1024, Output: 128, Batch: 1}))(t)
		var out struct{ Results []energies }
		var b bytes.Buffer
		if err := must(report.Lookup("json"))(t).Write(&b, report.LLM([]*serve.Answer{a}, 0)); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return out.Results[0]
	}
	one, two, none := of("rtx3060", 1), of("rtx3060", 2), of("rpi-5", 1)
	if none.Joules != nil || none.Watts != nil {
		t.Errorf("found %v J and %v W of a device whose power is not known", none.Joules, none.Watts)
	}
	p := get(t, "rtx3060").Draws()
	if w := *one.Watts; w < p.Idle.Value || w > max(p.ComputeBound.Value, p.MemoryBound.Value) {
		t.Errorf("found %g W, expected between idle and work of the profile", w)
	}
	if got, want := one.Joules.Expected*one.Rates.Total.Expected, *one.Watts; math.Abs(got/want-1) > 1e-9 {
		t.Errorf("found %g W by joules and tokens, %g W", got, want)
	}
	if r := *two.Watts / *one.Watts; r < 1.6 || r > 2 {
		t.Errorf("two cards draw %g times as much as one", r)
	}
	if one.Wall.Expected <= one.Joules.Expected {
		t.Error("a computer draws no more than its card")
	}
}

// TestVerify: the command that measures the same says what was asked: devices, sequences, cache, draft and load.
func TestVerify(t *testing.T) {
	of := func(model, quant, device, engine string, w serve.Workload, change func(*serve.Setup)) string {
		k := must(decoder.Lookup(model))(t)
		s := serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, quant))(t), Device: get(t, device), Engine: must(llm.Get(engine))(t), TP: 1, PP: 1}
		if change != nil {
			change(&s)
		}
		var b bytes.Buffer
		if err := must(report.Lookup("json"))(t).Write(&b, report.LLM([]*serve.Answer{must(s.Run(w))(t)}, 0)); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Results []struct {
				Verify *string
			}
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Results[0].Verify == nil {
			return ""
		}
		return *got.Results[0].Verify
	}
	one := serve.Workload{Prompt: 512, Output: 64, Batch: 1}
	several, load := one, one
	several.Batch, load.Load, load.Concurrency = 4, true, 16
	draft := func(s *serve.Setup) {
		k := must(decoder.Lookup("llama3.2-1b"))(t)
		s.Draft, s.Ahead, s.Accept = must(serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m"))(t), 3, 0.7
	}
	for _, c := range []struct {
		model, quant, device, engine string
		w                            serve.Workload
		change                       func(*serve.Setup)
		want                         string
	}{
		{"llama3-8b", "q4_k_m", "rtx4090", "llama-cpp", one, nil, "llama-bench -m llama3-8b -p 512 -n 64 -d 0,512 -fa 1 -ngl 99"},
		{"llama3-8b", "q4_k_m", "ryzen-7950x", "llama-cpp", one, nil, "llama-bench -m llama3-8b -p 512 -n 64 -d 0,512 -fa 1"},
		{"llama3-8b", "q4_k_m", "rtx4090", "llama-cpp", several, func(s *serve.Setup) { s.Cache = "q8_0" },
			"llama-batched-bench -m llama3-8b -c 2304 -npp 512 -ntg 64 -npl 4 -fa 1 -ngl 99 -ctk q8_0 -ctv q8_0"},
		{"llama3-70b", "q4_k_m", "a100-sxm4-80", "llama-cpp", one, draft,
			"llama-speculative-simple -m llama3-70b -md llama3.2-1b --draft-max 3 -n 64 -fa on -ngl 99"},
		{"llama3-70b", "f16", "h100-sxm5", "vllm", load, func(s *serve.Setup) { s.TP = 4 },
			"vllm bench throughput --model llama3-70b --dataset-name random --input-len 512 --output-len 64 --num-prompts 64 " +
				"--max-num-seqs 16 --tensor-parallel-size 4 --pipeline-parallel-size 1"},
		{"llama3-70b", "fp8", "h100-sxm5", "tensorrt-llm", load, func(s *serve.Setup) { s.TP = 2 },
			"trtllm-bench --model llama3-70b throughput --dataset prompts.json --concurrency 16 --tp 2 --pp 1"},
		{"llama3-8b", "f16", "h100-sxm5", "vllm", one, draft,
			"vllm bench latency --model llama3-8b --input-len 512 --output-len 64 --batch-size 1 " +
				`--speculative-config '{"model": "llama3.2-1b", "num_speculative_tokens": 3}'`},
		{"llama3-8b", "f16", "h100-sxm5", "gpt-fast", one, draft, ""},
	} {
		if got := of(c.model, c.quant, c.device, c.engine, c.w, c.change); got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.engine, c.device, got, c.want)
		}
	}
}
