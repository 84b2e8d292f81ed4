package main

import (
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// ideal lists parameters of an engine that reaches every peak.
var ideal = func() (v llm.Values) {
	for _, p := range []llm.Param{llm.Band, llm.EffF16, llm.EffQ8, llm.EffQ4, llm.EffQ4K, llm.EffMX, llm.Expert, llm.Attention} {
		v[p] = 1
	}
	return v
}()

// A rival is another way to predict.
type rival struct {
	name string
	says func(s *sample, t *serve.Terms) float64 // t is what the sample takes at every peak
}

// rivals lists predictions that need no fit.
var rivals = []rival{
	{"pure roofline", func(_ *sample, t *serve.Terms) float64 { return t.Total }},
	{"BLIS's coefficients", blis},
}

// blis returns the published form of BLIS, whose coefficients were fitted to vLLM on H100: of a token 1.4 and 1.9 times
// the time that weights and cache take at full bandwidth, 32 µs a layer and 126 µs; of a prompt 0.45 of the peak.
func blis(s *sample, t *serve.Terms) float64 {
	if s.reading {
		return t.Compute / 0.45
	}
	return 1.4*t.Weights + 1.9*t.Cache + float64(s.m.Shape.Layers)*32e-6 + 126e-6
}

// atPeaks returns what a sample takes at every peak.
func atPeaks(s *sample) serve.Terms {
	if s.output > 0 || s.served || s.load {
		t := predict(s, &ideal)
		return serve.Terms{Total: t, Compute: t}
	}
	m := *s.machine
	share := 1.0
	if e, err := llm.Get(s.engine); err == nil && e.Split == "tensor" && s.cards > 1 {
		share = 1 / float64(s.cards)
	}
	if s.reading {
		return s.m.Read(&m, &ideal, int64(s.sequences), s.tokens, s.past, max(s.tokens, 1), share)
	}
	return s.m.Write(&m, &ideal, s.sequences, s.context, 2, share)
}

// oneConstant predicts each sample by its time at every peak and one factor: the median of other devices.
func oneConstant(samples []*sample) []float64 {
	light := make([]float64, len(samples))
	for i, s := range samples {
		t := atPeaks(s)
		light[i] = t.Total
	}
	out := make([]float64, len(samples))
	for i, s := range samples {
		var ratios []float64
		for k, o := range samples {
			if o.device != s.device && light[k] > 0 {
				ratios = append(ratios, o.seconds/light[k])
			}
		}
		if len(ratios) == 0 {
			ratios = []float64{1}
		}
		slices.Sort(ratios)
		out[i] = light[i] * ratios[len(ratios)/2]
	}
	return out
}

// A result is how far predictions are off.
type result struct {
	rows, devices, models int
	median, mean          float64 // of the error, a share
	within                float64 // share of rows within 20 %
	bias                  float64 // median of predicted over measured, less 1
}

// errorsOf returns the errors of predictions.
func errorsOf(samples []*sample, said []float64) result {
	r := result{rows: len(samples)}
	var errs, ratios []float64
	devices, models := map[string]bool{}, map[string]bool{}
	for i, s := range samples {
		e := math.Abs(said[i]/s.seconds - 1)
		errs, ratios = append(errs, e), append(ratios, said[i]/s.seconds)
		devices[s.device], models[s.model] = true, true
		r.mean += e / float64(len(samples))
		if e <= 0.2 {
			r.within += 1 / float64(len(samples))
		}
	}
	r.devices, r.models = len(devices), len(models)
	if len(errs) > 0 {
		r.median, r.bias = quantile(errs, 0.5), quantile(ratios, 0.5)-1
	}
	return r
}

// quantile returns a quantile of values, between the two next to it.
func quantile(values []float64, p float64) float64 {
	v := slices.Sorted(slices.Values(values))
	if len(v) == 0 {
		return 0
	}
	at := p * float64(len(v)-1)
	i := int(at)
	if i+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[i] + (at-float64(i))*(v[i+1]-v[i])
}

// covered returns the share of samples within the interval of their predictions, whose ends rest on the residuals of
// other devices alone, and how wide the interval is: its upper end over its lower.
func covered(samples []*sample, said []float64) (share, width float64) {
	n := 0.0
	for i, s := range samples {
		low, high, ok := spreadOf(samples, said, s.device)
		if !ok {
			continue
		}
		n++
		width += math.Log(high / low)
		if r := s.seconds / said[i]; r >= low && r <= high {
			share++
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return share / n, math.Exp(width / n)
}

// own predicts rows of a model on a device after so many other rows of the same model on the same device, whose factor
// is shrunk. It returns the rows that are left, what was said of them before, and after.
func own(samples []*sample, said []float64, runs int) (rest []*sample, before, after []float64) {
	type place struct{ device, model, quant, source string }
	groups := map[place][]int{}
	var order []place
	for i, s := range samples {
		at := place{s.device, s.model, s.quant, s.source}
		if groups[at] == nil {
			order = append(order, at)
		}
		groups[at] = append(groups[at], i)
	}
	for _, at := range order {
		g := groups[at]
		if len(g) <= runs {
			continue
		}
		var ratios []serve.Ratio
		for _, i := range g[:runs] {
			ratios = append(ratios, serve.Ratio{Tokens: samples[i].length(), Times: samples[i].seconds / said[i]})
		}
		c := serve.Correct(ratios)
		for _, i := range g[runs:] {
			rest, before, after = append(rest, samples[i]), append(before, said[i]), append(after, said[i]*c.At(samples[i].length()))
		}
	}
	return rest, before, after
}

// length returns the tokens of a prompt, or in the cache, of a sample.
func (s *sample) length() float64 {
	if s.context > 0 {
		return s.context
	}
	return float64(s.past+s.tokens) + float64(s.output)/2
}

// heldFrom predicts test samples by fits of training samples that have not seen their group.
func heldFrom(s *setting, train, test []*sample, knobs []knob, group func(*sample) string) []float64 {
	out := make([]float64, len(test))
	fits := map[string]*setting{}
	for i, c := range test {
		g := group(c)
		if fits[g] == nil {
			var rest []*sample
			for _, o := range train {
				if group(o) != g {
					rest = append(rest, o)
				}
			}
			fits[g] = fit(s, rest, knobs)
		}
		out[i] = predict(c, fits[g].at(c.build))
	}
	return out
}
