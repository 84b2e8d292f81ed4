package serve_test

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// TestWhole: a request takes each part as often as it runs.
func TestWhole(t *testing.T) {
	r := serve.Request{Parts: []serve.Part{
		{Times: 30, Each: serve.Time{SpeedOfLight: 1, Expected: 2, Low: 1.5, High: 4}},
		{Times: 2, Each: serve.Time{SpeedOfLight: 5, Expected: 6, Low: 5.5, High: 8}},
	}}
	if got, want := r.Whole(), (serve.Time{SpeedOfLight: 40, Expected: 72, Low: 56, High: 136}); got != want {
		t.Errorf("the whole takes %+v, expected %+v", got, want)
	}
}

// TestDisagree: runs that disagree move a forecast less than runs that agree.
func TestDisagree(t *testing.T) {
	of := func(times ...float64) serve.Correction {
		var runs []serve.Ratio
		for _, x := range times {
			runs = append(runs, serve.Ratio{Tokens: 512, Times: x})
		}
		return serve.Correct(runs)
	}
	alike, apart := of(1.5, 1.5, 1.5), of(0.8, 1.5, 2.4)
	if math.Abs(alike.Factor-math.Sqrt(1.5)) > 1e-9 {
		t.Errorf("three runs half as slow again give %g, expected the root of 1.5", alike.Factor)
	}
	if apart.Factor >= alike.Factor || apart.Factor <= 1 {
		t.Errorf("runs that disagree give %g, those that agree %g", apart.Factor, alike.Factor)
	}
}

// TestTilt: runs whose ratio falls with the length of the prompt move a longer one down and a shorter one up, no further
// than four times beyond them; runs of one length move all alike.
func TestTilt(t *testing.T) {
	c := serve.Correct([]serve.Ratio{{Tokens: 512, Times: 1.3}, {Tokens: 1024, Times: 1.2}, {Tokens: 4096, Times: 1}})
	if !(c.At(128) > c.At(512) && c.At(512) > c.At(4096) && c.At(4096) > c.At(16384)) {
		t.Errorf("times %g at 128, %g at 512, %g at 4096, %g at 16384", c.At(128), c.At(512), c.At(4096), c.At(16384))
	}
	if c.At(1) != c.At(128) || c.At(1e6) != c.At(16384) || c.At(8192) < 0.8 {
		t.Errorf("times %g at 1, %g at a million, %g at 8192", c.At(1), c.At(1e6), c.At(8192))
	}
	if one := serve.Correct([]serve.Ratio{{Tokens: 512, Times: 2}}); one.At(512) != one.At(8192) || one.At(512) != one.Factor {
		t.Errorf("one run: times %g at 512, %g at 8192", one.At(512), one.At(8192))
	}
	if none := serve.Correct(nil); none.At(512) != 1 {
		t.Errorf("no run: times %g", none.At(512))
	}
}

// TestNarrow: on a device with a peak for fp8 a prompt in fp8 is read faster than in int8; on one without as fast.
func TestNarrow(t *testing.T) {
	engine, err := llm.Get("tensorrt-llm")
	if err != nil {
		t.Fatal(err)
	}
	k, err := decoder.Lookup("llama3-8b")
	if err != nil {
		t.Fatal(err)
	}
	first := func(device, quant string) float64 {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		m, err := serve.NewModel(k.Name, "zoo", k.Shape, quant)
		if err != nil {
			t.Fatal(err)
		}
		s := serve.Setup{Model: m, Device: d, Engine: engine, TP: 1, PP: 1}
		a, err := s.Run(serve.Workload{Prompt: 4096, Output: 16, Batch: 1})
		if err != nil {
			t.Fatal(err)
		}
		return a.First.Expected
	}
	if fast, slow := first("h100-sxm5", "fp8"), first("h100-sxm5", "w8"); fast > 0.8*slow {
		t.Errorf("H100 reads a prompt in fp8 in %g s, in int8 in %g", fast, slow)
	}
	if fast, slow := first("a100-sxm4-80", "fp8"), first("a100-sxm4-80", "w8"); math.Abs(fast/slow-1) > 0.01 {
		t.Errorf("A100 reads a prompt in fp8 in %g s, in int8 in %g; it has one peak for both", fast, slow)
	}
}

// TestLadder: at one kernel narrower weights are never slower, nor is a shorter context, nor a card with more of all.
func TestLadder(t *testing.T) {
	engine, err := llm.Get("llama-cpp")
	if err != nil {
		t.Fatal(err)
	}
	k, err := decoder.Lookup("llama3-8b")
	if err != nil {
		t.Fatal(err)
	}
	next := func(device, quant string, prompt int64) float64 {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		m, err := serve.NewModel(k.Name, "zoo", k.Shape, quant)
		if err != nil {
			t.Fatal(err)
		}
		s := serve.Setup{Model: m, Device: d, Engine: engine, TP: 1, PP: 1}
		a, err := s.Run(serve.Workload{Prompt: prompt, Output: 64, Batch: 1})
		if err != nil {
			t.Fatal(err)
		}
		return a.Next.Expected
	}
	for _, device := range []string{"rtx3060", "rtx4090", "h100-sxm5", "rx7900xtx", "apple-m1", "apple-m4-max", "rpi-5", "core-i9-13900k"} {
		for _, ladder := range [][]string{{"q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k"}, {"q5_0", "q4_0"}, {"f32", "f16"}} {
			for i := 1; i < len(ladder); i++ {
				if wide, narrow := next(device, ladder[i-1], 512), next(device, ladder[i], 512); narrow > wide {
					t.Errorf("%s: a token takes %g s in %s and %g in %s", device, narrow, ladder[i], wide, ladder[i-1])
				}
			}
		}
		for last, prompt := 0.0, int64(128); prompt <= 1<<17; prompt *= 4 {
			now := next(device, "q4_k_m", prompt)
			if now < last {
				t.Errorf("%s: a token behind %d takes %g s, behind fewer %g", device, prompt, now, last)
			}
			last = now
		}
	}
	for _, pair := range [][2]string{{"rtx3060", "rtx3090"}, {"rtx3090", "rtx5090"}, {"rtx4070ti", "rtx4090"}, {"rtx4090", "rtx5090"},
		{"a100-sxm4-80", "h100-sxm5"}, {"apple-m1", "apple-m1-max"}, {"apple-m2-max", "apple-m2-ultra"}} {
		for _, quant := range []string{"f16", "q8_0", "q4_k_m"} {
			if less, more := next(pair[0], quant, 512), next(pair[1], quant, 512); more > less {
				t.Errorf("%s in %s: a token takes %g s, on %s %g", pair[1], quant, more, pair[0], less)
			}
		}
	}
}
