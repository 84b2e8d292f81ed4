package zoo

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestLlamaLikes holds prefill and decode of every decoder to its weights: each matrix meets each new token once (of
// experts two in eight), the table of embeddings only if it is the output layer too; and behind each layer's
// attention every cached and new token costs one multiply-add a channel for its key and one for its value.
func TestLlamaLikes(t *testing.T) {
	sampling.Alone(t)
	for _, e := range slices.Concat(llamas(), qwens(), llamaLikes(), generics()) {
		for _, query := range []string{"", "?seq=5&past=0", "?seq=3&past=7"} {
			m, err := Open(Prefix + e.Name + query)
			if err != nil {
				t.Fatal(err)
			}
			_, opts, err := Lookup(e.Name + query)
			if err != nil {
				t.Fatal(err)
			}
			table, untied, want := int64(0), false, int64(0)
			for i := range m.Tensors {
				c, name := m.Tensors[i].Init, m.Tensors[i].Name
				switch {
				case c == nil || len(c.Shape) < 2:
					continue
				case len(c.Shape) == 3:
					want += c.Shape.Elems() * 2 / 8
					continue
				case strings.Contains(name, "embed_tokens"):
					table = c.Shape.Elems()
					continue
				case strings.Contains(name, "o_proj"):
					want += 2 * c.Shape[0] * (opts["past"] + opts["seq"])
				}
				untied = untied || strings.Contains(name, "lm_head")
				want += c.Shape.Elems()
			}
			if !untied {
				want += table
			}
			p, err := infer.Prepare(m)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(infer.Bindings{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if want *= opts["seq"]; r.MACs() != want {
				t.Errorf("%s%s: %d MACs, want %d", e.Name, query, r.MACs(), want)
			}
		}
	}
}

// TestGenericLlama: the published sizes are points of the generic decoder, and what no decoder can have is refused.
func TestGenericLlama(t *testing.T) {
	sampling.Alone(t)
	for spec, want := range map[string]string{
		"zoo:llama?layers=40&dim=5120&heads=40&kv=40&ffn=13824&vocab=32000":                      "llama2-13b",
		"zoo:llama?layers=16&dim=2048&heads=32&kv=8&ffn=8192&vocab=128256&tied=1":                "llama3.2-1b",
		"zoo:llama?layers=28&dim=3584&heads=28&kv=4&ffn=18944&vocab=152064&bias=1":               "qwen2.5-7b",
		"zoo:llama?layers=32&dim=4096&heads=32&kv=8&ffn=14336&vocab=128256&seq=1&past=1024":      "llama3-8b",
		"zoo:llama?layers=22&dim=2048&heads=32&kv=4&ffn=5632&vocab=32000&seq=1&past=1024&head=0": "tinyllama-1.1b",
	} {
		m, err := Open(spec)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := Lookup(want)
		if err != nil {
			t.Fatal(err)
		}
		if r := inferred(t, m, nil); r.MACs() != e.MACs {
			t.Errorf("%s: %d MACs, %s has %d", spec, r.MACs(), want, e.MACs)
		}
	}
	for spec, want := range map[string]string{
		"zoo:llama?heads=30":          "dim 4096 is no multiple of 2 x heads 30: set head to the size of one",
		"zoo:llama?heads=20&head=128": "heads 20 is no multiple of kv 8",
		"zoo:llama?head=63":           "multiple of 2",
	} {
		if _, _, err := Lookup(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup(%q): error %v, want one that says %q", spec, err, want)
		}
	}
}

// TestParts: the parts of a published checkpoint have its parameters together, what they share counted once.
func TestParts(t *testing.T) {
	sampling.Alone(t)
	for _, c := range []struct {
		want  int64
		parts []string
	}{
		{60_506_624, []string{"t5-small-encoder", "t5-small-decoder?past=0"}},
		{222_903_552, []string{"t5-base-encoder", "t5-base-decoder?past=0"}},
		{37_760_640, []string{"whisper-tiny-encoder", "whisper-tiny-decoder?past=0"}},
		{72_593_920, []string{"whisper-base-encoder", "whisper-base-decoder?past=0"}},
		{241_734_912, []string{"whisper-small-encoder", "whisper-small-decoder?past=0"}},
		{763_857_920, []string{"whisper-medium-encoder", "whisper-medium-decoder?past=0"}},
		{1_543_490_560, []string{"whisper-large-v3-encoder", "whisper-large-v3-decoder?past=0"}},
		{151_277_313 - 1, []string{"clip-vit-b-32-vision", "clip-vit-b-32-text"}}, // without the scale of the product
		{427_616_513 - 1, []string{"clip-vit-l-14-vision", "clip-vit-l-14-text"}},
	} {
		elems, got := map[string]int64{}, int64(0)
		for _, spec := range c.parts {
			m, err := Open(Prefix + spec)
			if err != nil {
				t.Fatal(err)
			}
			for i := range m.Tensors {
				if v := m.Tensors[i].Init; v != nil {
					elems[m.Tensors[i].Name] = v.Shape.Elems()
				}
			}
		}
		for _, n := range elems {
			got += n
		}
		if got != c.want {
			t.Errorf("%s: %d parameters, published are %d", strings.Join(c.parts, " + "), got, c.want)
		}
	}
}

// TestDenoiserWithoutAttention: counters that see layers only leave out the products of attention, in which no weights
// are (and count norms, a thousandth at most). Kim et al. 2023 (arXiv 2305.15798) print 338.7 GMAC for a step of Stable Diffusion 1's U-Net at 512 pixels.
func TestDenoiserWithoutAttention(t *testing.T) {
	m, err := Open("zoo:sd15-unet")
	if err != nil {
		t.Fatal(err)
	}
	r, got := inferred(t, m, nil), int64(0)
	for i := range r.Steps {
		for _, in := range r.Steps[i].Node.Inputs {
			if in >= 0 && m.Tensors[in].Init != nil && len(m.Tensors[in].Init.Shape) > 1 {
				got += r.Steps[i].Cost.MACs
			}
		}
	}
	if gmac := float64(got) / 1e9; math.Abs(gmac-338.7) > 0.001*338.7 {
		t.Errorf("%.3f GMAC with weights, published are 338.7", gmac)
	}
}
