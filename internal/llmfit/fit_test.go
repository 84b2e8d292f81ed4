package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

func backend(t *testing.T) *llm.Backend {
	t.Helper()
	e, err := llm.Get("llama-cpp")
	if err != nil {
		t.Fatal(err)
	}
	return e.Backend("cuda")
}

// made returns samples of several cards and models whose times follow from known parameters.
func made(t *testing.T, v *llm.Values) (out []*sample) {
	t.Helper()
	for _, device := range []string{"rtx3060", "rtx3090", "rtx4090", "a100-sxm4-80"} {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		for _, model := range []string{"llama3.2-1b", "llama3-8b", "qwen2.5-7b"} {
			for _, quant := range []string{"q4_0", "q4_k_m", "f16", "q8_0"} {
				k, err := decoder.Lookup(model)
				if err != nil {
					t.Fatal(err)
				}
				m, err := serve.NewModel(model, "zoo", k.Shape, quant)
				if err != nil {
					t.Fatal(err)
				}
				for _, context := range []float64{64, 4096} {
					s := &sample{source: "made", device: d.ID, model: model, quant: quant, engine: "llama-cpp", backend: "cuda", context: context,
						sequences: 1, cards: 1, m: m, machine: serve.NewMachine(d, nil)}
					s.seconds = predict(s, v)
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// TestFit: from times that known parameters made, a fit finds what decides them, and predicts devices that it has not
// seen; from times twice as long it finds others.
func TestFit(t *testing.T) {
	b := backend(t)
	samples := made(t, &b.Values)
	s := priorOf("llama-cpp", b)
	knobs := s.knobs(llm.Writing)
	f := fit(s, samples, knobs)
	if r := errorsOf(samples, said(samples, f.at)); r.median > 0.01 || r.mean > 0.02 {
		t.Errorf("in sample %s", r.text())
	}
	start := errorsOf(samples, said(samples, s.at))
	held := errorsOf(samples, heldFrom(s, samples, samples, knobs, func(c *sample) string { return c.device }))
	if held.median > 0.03 || held.median >= start.median {
		t.Errorf("held out by device %s, before a fit %s", held.text(), start.text())
	}
	for _, c := range samples {
		c.seconds *= 2
	}
	if r := errorsOf(samples, said(samples, f.at)); math.Abs(r.median-0.5) > 0.01 || math.Abs(r.bias+0.5) > 0.01 || r.within != 0 {
		t.Errorf("of times twice as long: %s, bias %g", r.text(), r.bias)
	}
}

// TestHeldOut: the group that is predicted is not fitted to.
func TestHeldOut(t *testing.T) {
	b := backend(t)
	samples := made(t, &b.Values)
	s := priorOf("llama-cpp", b)
	knobs := s.knobs(llm.Writing)
	device := func(c *sample) string { return c.device }
	plain := heldFrom(s, samples, samples, knobs, device)
	for _, c := range samples {
		if c.device == "rtx4090" {
			c.seconds *= 3
		}
	}
	for i, v := range heldFrom(s, samples, samples, knobs, device) {
		if c := samples[i]; c.device == "rtx4090" && v != plain[i] {
			t.Fatalf("%s %s: said %g of it changes with its own times, before %g", c.device, c.model, v, plain[i])
		}
	}
}

// TestOwnAndCovered: rows of one device that are all slow by one factor get nearer by own rows, and are outside an
// interval that other devices make.
func TestOwnAndCovered(t *testing.T) {
	b := backend(t)
	samples := made(t, &b.Values)
	values := said(samples, b.At)
	for i, c := range samples {
		c.seconds *= 1 + 0.02*float64(i%5) // residuals of all
		if c.device == "rtx3060" {
			c.seconds *= 2
		}
	}
	share, width := covered(samples, values)
	if share < 0.6 || share > 0.85 || width < 1 {
		t.Errorf("%g of the rows are inside, width %g; expected three quarters", share, width)
	}
	rest, before, after := own(samples, values, 1)
	if was, is := errorsOf(rest, before), errorsOf(rest, after); len(rest) != len(samples)/2 || is.mean >= was.mean {
		t.Errorf("%d rows: %s, with one own row %s", len(rest), was.text(), is.text())
	}
}

// TestRivals: a roofline is never slower than what reaches less of each peak.
func TestRivals(t *testing.T) {
	b := backend(t)
	for _, c := range made(t, &b.Values) {
		light := atPeaks(c)
		if light.Total <= 0 || light.Total > c.seconds {
			t.Errorf("%s %s %s: %g s at every peak, %g with the engine", c.device, c.model, c.quant, light.Total, c.seconds)
		}
		if v := blis(c, &light); v <= light.Total {
			t.Errorf("%s %s: BLIS says %g, the roofline %g", c.device, c.model, v, light.Total)
		}
	}
}

// TestPhase reads what a row timed from its shape.
func TestPhase(t *testing.T) {
	for shape, want := range map[string]sample{
		"pp512": {reading: true, tokens: 512}, "pp512@d4096": {reading: true, tokens: 512, past: 4096}, "tg128": {context: 64},
		"tg128@d4096": {context: 4160}, "prompt 4096": {reading: true, tokens: 4096}, "prompt 1024, generate 100.0": {context: 1074},
	} {
		got := sample{sequences: 1}
		if err := got.phase(&measured.Row{InputShape: shape}); err != nil {
			t.Errorf("%s: %v", shape, err)
		}
		want.sequences = 1
		if got != want {
			t.Errorf("%s: %+v, expected %+v", shape, got, want)
		}
	}
	for _, shape := range []string{"pp512+tg128", "1x3x224x224", ""} {
		if err := new(sample).phase(&measured.Row{InputShape: shape}); err == nil {
			t.Errorf("%q is a phase", shape)
		}
	}
}

// TestQuantile: quantiles lie between the two values next to them.
func TestQuantile(t *testing.T) {
	for p, want := range map[float64]float64{0: 1, 0.5: 2.5, 1: 4, 0.25: 1.75} {
		if got := quantile([]float64{4, 1, 3, 2}, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("quantile %g is %g, expected %g", p, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("quantile of nothing is %g", got)
	}
}

// TestPage: a page has a row for each slice in each of its tables.
func TestPage(t *testing.T) {
	b := backend(t)
	samples := made(t, &b.Values)[:24]
	f := slicesOf[0].judge(samples)
	if f == nil {
		t.Fatal("no finding")
	}
	var out bytes.Buffer
	write(&out, []*finding{f}, []*cell{{table: filled[0].title, ran: true, says: serve.Fits, without: serve.Fits}})
	if n := strings.Count(out.String(), "| "+f.title+" |"); n < 3 {
		t.Errorf("%d rows:\n%s", n, out.String())
	}
	if !strings.Contains(out.String(), "| together | 1 | 1 | **100.0 %**") {
		t.Errorf("no row of cells:\n%s", out.String())
	}
}

// TestCells: a machine that ran one of two models has a blank cell of the other, which does not fit where it is too
// large; what ran on the host's CPU had no room on the GPU.
func TestCells(t *testing.T) {
	row := func(model, precision, device, shape string) measured.Row {
		return measured.Row{Source: filled[0].source, Model: model, Precision: precision, Device: device, InputShape: shape}
	}
	r := &reader{hwprofiles.NewCatalog(), map[string]*serve.Model{}, map[string]int{}}
	cells := r.cells([]measured.Row{
		row("LLaMA 3 8B", "q4_k_medium", "NVIDIA GeForce RTX 4090", "pp512"), row("LLaMA 3 8B", "q4_k_medium", "NVIDIA GeForce RTX 4090", "pp8192"),
		row("LLaMA 3 70B", "q4_k_medium", "NVIDIA GeForce RTX 4090 x2", "tg512"), row("LLaMA 3 8B", "f16", "host CPU of Apple M3 (16 GB)", "pp512"),
		row("LLaMA 3 8B", "q4_k_medium", "Apple M1 (7-core GPU, 8 GB)", "pp512"), {Source: "another", Model: "LLaMA 3 8B"},
	})
	said := map[string]string{}
	for _, c := range cells {
		said[c.machine+" "+c.model+" "+c.quant] = fmt.Sprint(c.ran, " ", c.says, " ", c.context)
	}
	for cell, want := range map[string]string{
		"NVIDIA GeForce RTX 4090 LLaMA 3 8B q4_k_medium": "true fits 8192", "NVIDIA GeForce RTX 4090 LLaMA 3 70B q4_k_medium": "false no 1024",
		"NVIDIA GeForce RTX 4090 x2 LLaMA 3 70B q4_k_medium": "true fits 1024", "Apple M1 (7-core GPU, 8 GB) LLaMA 3 8B f16": "false no 1024",
	} {
		if said[cell] != want {
			t.Errorf("%s: %s, expected %s", cell, said[cell], want)
		}
	}
	if len(cells) != 9 {
		t.Errorf("%d cells of three machines and three models", len(cells))
	}
}
