package serve_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// fewerBits lists ways of storing weights, each of another family than the one before, the widest first.
var fewerBits = []string{"f16", "q8_0", "q5_k_m", "q4_0", "q3_k_m"}

// bandwidthBound reports whether a device reads weights slower than it unpacks those of a quantisation.
func bandwidthBound(d *hwprofiles.Device, b *llm.Backend, quant string) bool {
	m, unpacks := serve.NewMachine(d, b.OptIn), b.Values[unitOf(quant)]
	if quant == "q3_k_m" { // a weight of three and a half bits takes the work of one of four and a half
		unpacks *= 3.4 / 4.5
	}
	return m.Clocks == 0 || m.Bandwidth*b.Values[llm.Band] < m.Clocks*unpacks
}

// unitOf returns the parameter that unpacks a way of storing weights.
func unitOf(quant string) llm.Param {
	switch {
	case strings.Contains(quant, "k"):
		return llm.UnitQ4K
	case quant == "q8_0":
		return llm.UnitQ8
	}
	return llm.UnitQ4
}

// TestFewerBits: where bandwidth decides, a narrower quantisation of any family never writes slower, and always takes
// less memory.
func TestFewerBits(t *testing.T) {
	compared := 0
	walk(t, func(what string, k *decoder.Known, d *hwprofiles.Device, e *llm.Engine, _ int) {
		var wider *serve.Answer
		for _, q := range fewerBits {
			a := run(t, &serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, q))(t), Device: d, Engine: e}, usual)
			if wider != nil && a.Setup.Model.Bytes() >= wider.Setup.Model.Bytes() {
				continue // rows of a small model are no multiple of 256, and are stored in more bits
			}
			if wider != nil && a.Memory.Total >= wider.Memory.Total {
				t.Errorf("%s: %s takes %d B, what is wider %d", what, q, a.Memory.Total, wider.Memory.Total)
			}
			if wider != nil && bandwidthBound(d, a.Backend, q) {
				if compared++; a.Next.Expected > wider.Next.Expected*slack {
					t.Errorf("%s: %s takes %g s a token, what is wider %g", what, q, a.Next.Expected, wider.Next.Expected)
				}
			}
			wider = a
		}
	})
	if compared < 5 {
		t.Errorf("%d pairs were compared", compared)
	}
}

// TestSuperBlocks: on GPUs with much bandwidth, whose cores unpack, six bits are written no slower than eight, and
// fewer bits of super-blocks never slower than more.
func TestSuperBlocks(t *testing.T) {
	for _, device := range []string{"apple-m2-ultra", "apple-m1-max", "h100-pcie", "ryzen-7950x"} {
		before := 0.0
		for _, q := range []string{"q2_k", "q3_k_m", "q4_k_m", "q5_k_m", "q6_k"} {
			now := run(t, setup(t, "llama3.1-70b", q, device, "llama-cpp"), usual).Next.Expected
			if now*slack < before {
				t.Errorf("%s: %s takes %g s a token, fewer bits %g", device, q, now, before)
			}
			before = now
		}
		eight := run(t, setup(t, "llama3.1-70b", "q8_0", device, "llama-cpp"), usual).Next.Expected
		if before >= eight*1.05 && device != "ryzen-7950x" {
			t.Errorf("%s: q6_k takes %g s a token, q8_0 %g", device, before, eight)
		}
	}
}

// TestMoreCards: on cards with NVLink a large model is written no slower by more of them that share each layer.
func TestMoreCards(t *testing.T) {
	for _, e := range llm.Engines() {
		if e.Split != "tensor" {
			continue
		}
		for _, device := range []string{"a100-sxm4-80", "h100-sxm5", "h200-sxm", "b200", "tpu-v6e"} {
			d := must(hwprofiles.NewCatalog().Get(device))(t)
			if e.On(d) == nil {
				continue
			}
			for _, model := range []string{"llama3-70b", "qwen2.5-32b", "mixtral-8x22b", "deepseek-v3"} {
				k := must(decoder.Lookup(model))(t)
				m := must(serve.NewModel(k.Name, "zoo", k.Shape, "f16"))(t)
				before := 0.0
				for _, n := range []int{1, 2, 4, 8} {
					if k.Heads%int64(n) != 0 {
						continue
					}
					a := run(t, &serve.Setup{Model: m, Device: d, Engine: e, TP: n, PP: 1}, usual)
					if before > 0 && a.Next.Expected > before*slack {
						t.Errorf("%s on %d x %s with %s: %g s a token, on fewer %g", model, n, device, e.ID, a.Next.Expected, before)
					}
					before = a.Next.Expected
				}
			}
		}
	}
}

// TestMoreRequests: more requests at once never give fewer tokens a second, never give each more of them, and take no
// less memory; as many as have room give the most.
func TestMoreRequests(t *testing.T) {
	walk(t, func(what string, k *decoder.Known, d *hwprofiles.Device, e *llm.Engine, _ int) {
		m := must(serve.NewModel(k.Name, "zoo", k.Shape, "f16"))(t)
		var before *serve.Answer
		for _, n := range []int64{1, 2, 3, 8, 9, 64, 0} { // 0: as many as have room
			a := run(t, &serve.Setup{Model: m, Device: d, Engine: e}, serve.Workload{Prompt: 600, Output: 100, Batch: 1, Load: true, Concurrency: n})
			ordered(t, what+" next at load", a.Next)
			if got := a.Decode * a.Next.Expected / float64(a.Batch); got < 1-1e-9 || got > 1+1e-9 {
				t.Errorf("%s: %d sequences write %g tokens/s, each one every %g s", what, a.Batch, a.Decode, a.Next.Expected)
			}
			if before != nil && (a.Rate*slack < before.Rate || a.Next.Expected*slack < before.Next.Expected || a.Memory.Total < before.Memory.Total) {
				t.Errorf("%s: %d at once give %g tokens/s, one every %g s, in %d B; %d give %g, %g and %d", what, a.Batch, a.Rate, a.Next.Expected,
					a.Memory.Total, before.Batch, before.Rate, before.Next.Expected, before.Memory.Total)
			}
			before = a
		}
	})
}

// TestDraftLaws: a draft takes room, and the more of what it writes is accepted, the less time a token takes.
func TestDraftLaws(t *testing.T) {
	for _, device := range []string{"rtx4090", "apple-m4-max", "strix-halo", "a100-sxm4-80"} {
		s := setup(t, "llama3-70b", "q4_k_m", device, "llama-cpp")
		alone := run(t, s, usual)
		s.Draft, s.Ahead = setup(t, "llama3.2-1b", "q4_k_m", device, "llama-cpp").Model, 4
		before := 0.0
		for _, accept := range []float64{0, 0.3, 0.6, 0.9, 1} {
			s.Accept = accept
			a := run(t, s, usual)
			if d := a.Memory.Total - alone.Memory.Total; d < s.Draft.Bytes() {
				t.Errorf("%s: the draft of %d B takes %d", device, s.Draft.Bytes(), d)
			}
			if before > 0 && a.Next.Expected >= before {
				t.Errorf("%s: %g accepted take %g s a token, fewer %g", device, accept, a.Next.Expected, before)
			}
			before = a.Next.Expected
		}
	}
	s := setup(t, "llama3-70b", "q4_k_m", "a100-sxm4-80", "llama-cpp")
	s.Draft, s.Ahead = setup(t, "qwen2.5-0.5b", "q4_k_m", "a100-sxm4-80", "llama-cpp").Model, 4
	if a := run(t, s, usual); !strings.Contains(strings.Join(a.Warnings, "\n"), "vocabulary") {
		t.Errorf("a draft of another vocabulary: %q", a.Warnings)
	}
}

// TestLongPrompt: the longer a prompt, the more of its time is arithmetic, which attention is; and a token behind a
// longer one reads more of the cache.
func TestLongPrompt(t *testing.T) {
	for _, device := range []string{"rtx3090", "rx7900xtx", "apple-m2-max", "arc-b580"} {
		s := setup(t, "llama3.1-8b", "q4_k_m", device, "llama-cpp")
		before := 0.0
		for _, n := range []int64{2048, 8192, 32768, 131072 - 512} {
			w := usual
			w.Prompt = n
			a := run(t, s, w)
			if a.Reading.Of() != "compute" || a.Reading.Compute < before {
				t.Errorf("%s: a prompt of %d tokens is %s-bound: %+v", device, n, a.Reading.Of(), a.Reading)
			}
			before = a.Reading.Compute
		}
	}
}

// TestCodebooks: formats of codebooks without parameters of their own are taken for super-blocks.
func TestCodebooks(t *testing.T) {
	b, _ := dtype.BlockOf("iq3_s")
	a := run(t, setup(t, "llama3-8b", "iq3_s", "rtx4090", "llama-cpp"), usual)
	if b.Family != dtype.IQ || a.Next.Expected > run(t, setup(t, "llama3-8b", "q8_0", "rtx4090", "llama-cpp"), usual).Next.Expected {
		t.Errorf("family %s, %g s a token", b.Family, a.Next.Expected)
	}
	slow := run(t, setup(t, "llama3-8b", "iq3_s", "ryzen-7950x", "llama-cpp"), usual)
	if quick := run(t, setup(t, "llama3-8b", "q4_k_m", "ryzen-7950x", "llama-cpp"), usual); slow.Next.Expected <= quick.Next.Expected {
		t.Errorf("on a CPU codebooks take %g s a token, super-blocks %g: measured is more than twice", slow.Next.Expected, quick.Next.Expected)
	}
}

// TestRefusals: what cannot run says where it can.
func TestRefusals(t *testing.T) {
	s := setup(t, "llama3-70b", "w4g128", "rtx3090", "vllm")
	s.TP = 3
	want := "1, 2, 4, 8, 16, 32, 64, or a pipeline of 3 devices with a part of the layers each"
	if _, err := s.Run(usual); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("three cards: %v", err)
	}
	s = setup(t, "llama3-8b", "w8", "rk3588", "rkllm")
	if _, err := s.Run(usual); err == nil || !strings.Contains(err.Error(), "runs on npu (Rockchip)") {
		t.Errorf("RKLLM on the cores: %v", err)
	}
}
