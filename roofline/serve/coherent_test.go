package serve_test

import (
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// ladders are ways of storing weights that share their parameters, the widest first.
var ladders = [][]string{{"q6_k", "q5_k_m", "q4_k_m", "q4_k_s"}, {"f32", "f16"}, {"w8g128", "w8"}, {"q5_0", "q4_0"}}

// walk calls a law for models, devices and their engines: for all in a long run, for a sample in a short one.
func walk(t *testing.T, law func(what string, k *decoder.Known, d *hwprofiles.Device, e *llm.Engine, i int)) {
	all, err := hwprofiles.NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	every, i := 1499, 0
	if testing.Short() {
		every = 9973
	}
	for _, k := range decoder.Catalogue() {
		for _, d := range all {
			for _, e := range llm.Engines() {
				if e.On(d) == nil {
					continue
				}
				if i++; i%every == 0 {
					law(fmt.Sprintf("%s on %s with %s", k.Name, d.ID, e.ID), &k, d, e, i/every)
				}
			}
		}
	}
	if i < 10000 {
		t.Errorf("%d combinations", i)
	}
}

// slack allows for rounding: times that differ by less are equal.
const slack = 1 + 1e-9

// TestCoherent: over the models, devices and engines there are, times are ordered; longer contexts, wider types and more
// sequences never take less time; more sequences never give fewer tokens a second; a narrower cache is not slower.
func TestCoherent(t *testing.T) {
	walk(t, func(what string, k *decoder.Known, d *hwprofiles.Device, e *llm.Engine, i int) {
		of := func(quant string) *serve.Setup {
			return &serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, quant))(t), Device: d, Engine: e}
		}
		ladder := ladders[i%len(ladders)]
		w := serve.Workload{Prompt: []int64{1, 300, 2048, 9000}[i%4], Output: 64, Batch: []int64{1, 1, 3, 8}[i/4%4]}
		s := of(ladder[0])
		a := run(t, s, w)
		ordered(t, what+" first", a.First)
		ordered(t, what+" next", a.Next)
		ordered(t, what+" whole", a.Whole)
		longer, more := w, w
		longer.Prompt = 2*w.Prompt + 1
		more.Batch = w.Batch + 1
		if l := run(t, s, longer); l.Next.Expected*slack < a.Next.Expected || l.First.Expected*slack < a.First.Expected || l.Memory.Total < a.Memory.Total {
			t.Errorf("%s: %d tokens take less than %d", what, longer.Prompt, w.Prompt)
		}
		m := run(t, s, more)
		if m.Next.Expected*slack < a.Next.Expected || m.First.Expected*slack < a.First.Expected {
			t.Errorf("%s: %d sequences take less time than %d", what, more.Batch, w.Batch)
		}
		if m.Decode*slack < a.Decode || m.Prefill*slack < a.Prefill || m.Rate*slack < a.Rate {
			t.Errorf("%s, prompt %d: %d sequences give %g and %g tokens/s, %d give %g and %g", what, w.Prompt, more.Batch, m.Prefill, m.Decode,
				w.Batch, a.Prefill, a.Decode)
		}
		for _, narrower := range ladder[1:] {
			n := run(t, of(narrower), w)
			if n.Next.Expected > a.Next.Expected*slack || n.Next.SpeedOfLight > a.Next.SpeedOfLight*slack {
				t.Errorf("%s: %s takes %g s a token, %s %g", what, narrower, n.Next.Expected, ladder[0], a.Next.Expected)
			}
			a = n
		}
		for _, c := range e.Cache[1:] {
			if c == "f32" { // wider than all
				continue
			}
			o := of(ladder[len(ladder)-1])
			o.Cache = c
			n := run(t, o, w)
			if wide := n.Memory.Cache > a.Memory.Cache; wide && n.Next.Expected*slack < a.Next.Expected ||
				!wide && n.Next.Expected > a.Next.Expected*slack {
				t.Errorf("%s: a cache of %s takes %g s a token, of %s %g", what, c, n.Next.Expected, e.Cache[0], a.Next.Expected)
			}
		}
	})
}

// TestSharing: each of more devices holds no more than each of fewer, and n are never more than n times as fast.
func TestSharing(t *testing.T) {
	walk(t, func(what string, k *decoder.Known, d *hwprofiles.Device, e *llm.Engine, i int) {
		if d.Class != hwprofiles.GPU {
			return
		}
		m := must(serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m"))(t)
		one := run(t, &serve.Setup{Model: m, Device: d, Engine: e, TP: 1, PP: 1}, usual)
		before := one.Memory.Total
		for _, n := range []int{2, 4, 8} {
			s := &serve.Setup{Model: m, Device: d, Engine: e, TP: n, PP: 1}
			if e.Split == "layer" {
				s.TP, s.PP = 1, n
			}
			if k.Heads%int64(n) != 0 {
				return
			}
			a := run(t, s, usual)
			if each := a.Memory.Total / int64(n); each > before {
				t.Errorf("%s: each of %d needs %d B, of fewer %d", what, n, each, before)
			} else {
				before = each
			}
			if a.Next.Expected*float64(n)*slack < one.Next.Expected {
				t.Errorf("%s: %d are %g times as fast", what, n, one.Next.Expected/a.Next.Expected)
			}
			ordered(t, what, a.Next)
		}
	})
}

// better reports whether a card has no less of anything than another, and more of something.
func better(a, b *serve.Machine) bool {
	pairs := [][2]float64{{a.Bandwidth, b.Bandwidth}, {a.Clocks, b.Clocks}, {a.Peak, b.Peak}, {a.Watts, b.Watts}}
	for f := range a.Narrow {
		pairs = append(pairs, [2]float64{a.Narrow[f] * a.Peak, b.Narrow[f] * b.Peak})
	}
	more := false
	for _, p := range pairs {
		if p[0] < p[1] || p[1] == 0 {
			return false
		}
		more = more || p[0] > p[1]
	}
	return more
}

// TestBetter: a card that has no less of anything is never slower.
func TestBetter(t *testing.T) {
	all, err := hwprofiles.NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	models := []*serve.Setup{setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp"), setup(t, "gpt-oss-20b", "mxfp4", "rtx4090", "llama-cpp"),
		setup(t, "glm-4.7-flash", "q8_0", "rtx4090", "llama-cpp")}
	pairs := 0
	for _, e := range llm.Engines() {
		times := map[string][]serve.Time{} // of a device, the first token and each next one of every model
		for _, d := range all {
			if e.On(d) == nil {
				continue
			}
			for _, m := range models {
				x := run(t, &serve.Setup{Model: m.Model, Device: d, Engine: e}, usual)
				times[d.ID] = append(times[d.ID], x.First, x.Next)
			}
		}
		for _, a := range all {
			for _, b := range all {
				if e.On(a) == nil || e.On(a) != e.On(b) || !better(serve.NewMachine(a, e.On(a).OptIn), serve.NewMachine(b, e.On(b).OptIn)) {
					continue
				}
				pairs++
				for i, x := range times[a.ID] {
					if y := times[b.ID][i]; x.Expected > y.Expected*slack {
						t.Errorf("model %d with %s: %s takes %g s, %s %g", i/2, e.ID, a.ID, x.Expected, b.ID, y.Expected)
					}
				}
			}
		}
	}
	if pairs < 1000 {
		t.Errorf("%d pairs of cards", pairs)
	}
}
