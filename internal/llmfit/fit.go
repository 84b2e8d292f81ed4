package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A setting is the parameters of one backend in all its tiers, the newest last.
type setting struct {
	to      []int // last builds of the tiers
	values  []llm.Values
	prior   []llm.Values
	follows map[llm.Param]llm.Param // of the newest tier, that no row tells, and what they are taken to be like
}

// newSetting returns the parameters of a backend, one set for each span of builds.
func newSetting(b *llm.Backend) *setting {
	s := new(setting)
	for _, t := range b.Tiers {
		s.to, s.values = append(s.to, t.To), append(s.values, t.Values)
	}
	s.to, s.values = append(s.to, math.MaxInt), append(s.values, b.Values)
	s.prior = slices.Clone(s.values)
	return s
}

// clone returns a copy whose values can be changed.
func (s *setting) clone() *setting {
	return &setting{s.to, slices.Clone(s.values), s.prior, s.follows}
}

// at returns the parameters of a build; 0 is the newest.
func (s *setting) at(build int) *llm.Values {
	if build == 0 {
		return &s.values[len(s.values)-1]
	}
	i := 0
	for build > s.to[i] {
		i++
	}
	return &s.values[i]
}

// A knob is one number that is fitted: a parameter in the tiers that share a prior of it, and others that follow it.
type knob struct {
	p     llm.Param
	cells []cellOf
}

// A cellOf is a parameter in one tier.
type cellOf struct {
	tier int
	p    llm.Param
}

// knobs lists what is fitted of some phases.
func (s *setting) knobs(phases ...llm.Phase) []knob {
	var out []knob
	for p := range llm.NumParams {
		spec := &llm.Specs[p]
		if !slices.Contains(phases, spec.Phase) || spec.Sigma == 0 {
			continue
		}
		groups := map[float64][]cellOf{}
		var order []float64
		newest := len(s.prior) - 1
		for i := range s.prior {
			v := s.prior[i][p]
			if _, led := s.follows[p]; v == 0 || led && i == newest {
				continue
			}
			if groups[v] == nil {
				order = append(order, v)
			}
			groups[v] = append(groups[v], cellOf{i, p})
			if i == newest {
				groups[v] = append(groups[v], s.led(p)...)
			}
		}
		for _, v := range order {
			out = append(out, knob{p, groups[v]})
		}
	}
	return out
}

// led lists what follows a parameter in the newest tier.
func (s *setting) led(by llm.Param) (out []cellOf) {
	for p := range llm.NumParams {
		if leader, ok := s.follows[p]; ok && leader == by {
			out = append(out, cellOf{len(s.prior) - 1, p})
		}
	}
	return out
}

// predict returns the expected time of a sample.
func predict(s *sample, v *llm.Values) float64 {
	e, err := llm.Get(s.engine)
	if err != nil {
		return math.NaN()
	}
	if s.load {
		return saturated(s, e, v)
	}
	m := *s.machine
	share := 1.0
	if e.Split == "tensor" && s.cards > 1 {
		share, m.Count = 1/float64(s.cards), s.cards
	}
	width := cmp.Or(s.width, 2)
	chunk := cmp.Or(s.chunk, e.Chunk)
	if s.reading {
		return s.m.Read(&m, v, int64(s.sequences), s.tokens, s.past, chunk, share).Total
	}
	middle := float64(s.tokens) + float64(s.output)/2
	switch {
	case s.served: // prompts of the others are read between the tokens of each
		next := s.m.Write(&m, v, s.sequences, middle, width, share).Total
		return next + s.sequences*s.m.Read(&m, v, 1, s.tokens, 0, chunk, share).Total/float64(s.output)
	case s.output > 0:
		first := s.m.Read(&m, v, int64(s.sequences), s.tokens, 0, chunk, share).Total
		return first + float64(s.output-1)*s.m.Write(&m, v, s.sequences, middle, width, share).Total
	}
	t := s.m.Write(&m, v, s.sequences, s.context, width, share)
	if share == 1 && s.cards > 1 { // the state of a token is handed from card to card
		t.Total += 10e-6 * float64(s.cards-1)
	}
	return t.Total
}

// saturated returns the time of one token of all sequences at maximum load, as a setup of these devices forecasts it.
func saturated(s *sample, e *llm.Engine, v *llm.Values) float64 {
	with := *e
	with.Backends = []llm.Backend{*e.Backend(s.backend)}
	with.Backends[0].Values, with.Backends[0].Tiers = *v, nil
	fastest := math.Inf(1)
	for tp := 1; tp <= s.cards; tp *= 2 {
		if s.cards%tp != 0 || !s.best && tp != s.cards {
			continue
		}
		set := serve.Setup{Model: s.m, Device: s.profile, Engine: &with, Cache: s.cacheType(), TP: tp, PP: 1}
		a, err := set.Run(serve.Workload{Prompt: s.tokens, Output: s.output, Batch: 1, Load: true})
		if err != nil || a.Memory.MaxBatch < 1 {
			continue
		}
		fastest = min(fastest, float64(tp)/(a.Rate*float64(s.cards)))
	}
	if math.IsInf(fastest, 1) {
		return math.NaN()
	}
	return fastest
}

// cacheType returns how a server keeps keys and values: in 8 bits where weights are no wider.
func (s *sample) cacheType() string {
	if s.quant == "fp8" || s.quant == "nvfp4" {
		return "fp8"
	}
	return "f16"
}

// huber returns the residual where it is small, and grows with its root where it is large.
func huber(r float64) float64 {
	const k = 0.3
	if a := math.Abs(r); a > k {
		return math.Copysign(math.Sqrt(2*k*a-k*k), r)
	}
	return r
}

// fit moves the knobs of a setting to the samples: damped least squares of logarithms with priors.
func fit(s *setting, samples []*sample, knobs []knob) *setting {
	cur := s.clone()
	x := make([]float64, len(knobs))
	const noise = 0.12 // of one figure, in logarithms
	apply := func(x []float64) {
		for i, k := range knobs {
			for _, c := range k.cells {
				cur.values[c.tier][c.p] = c.p.Clamp(s.prior[c.tier][c.p] * math.Exp(x[i]))
			}
		}
	}
	residuals := func(x []float64) []float64 {
		apply(x)
		out := make([]float64, 0, len(samples)+len(x))
		for _, c := range samples {
			r := math.Log(c.seconds / predict(c, cur.at(c.build)))
			out = append(out, huber(r)/noise)
		}
		for i, k := range knobs {
			out = append(out, x[i]/llm.Specs[k.p].Sigma)
		}
		return out
	}
	r := residuals(x)
	lambda := 1e-2
	for range 30 {
		j := make([][]float64, len(x))
		for i := range x {
			y := slices.Clone(x)
			y[i] += 1e-4
			ry := residuals(y)
			for k := range ry {
				ry[k] = (ry[k] - r[k]) / 1e-4
			}
			j[i] = ry
		}
		step := solve(j, r, lambda)
		y := slices.Clone(x)
		for i := range y {
			y[i] -= min(max(step[i], -1), 1)
		}
		if ry := residuals(y); sum2(ry) < sum2(r) {
			done := sum2(r)-sum2(ry) < 1e-5*sum2(r)
			x, r, lambda = y, ry, lambda/4
			if done {
				break
			}
			continue
		}
		if lambda *= 8; lambda > 1e6 {
			break
		}
	}
	apply(x)
	return cur
}

// sum2 returns the sum of squares.
func sum2(r []float64) (s float64) {
	for _, v := range r {
		s += v * v
	}
	return s
}

// medians makes one sample of all figures of one configuration.
func medians(samples []*sample) []*sample {
	type key struct {
		source, device, model, quant string
		engine, backend              string
		reading, load, served        bool
		output                       int64
		tokens, past, sequences      int64
		context                      float64
		cards, build                 int
		clocks, bandwidth            float64
	}
	groups := map[key][]*sample{}
	var order []key
	for _, s := range samples {
		k := key{s.source, s.device, s.model, s.quant, s.engine, s.backend, s.reading, s.load, s.served, s.output, s.tokens, s.past, int64(s.sequences), s.context,
			s.cards, s.build, s.machine.Clocks, s.machine.Bandwidth}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	var out []*sample
	for _, k := range order {
		g := groups[k]
		slices.SortFunc(g, func(a, b *sample) int { return cmp.Compare(a.seconds, b.seconds) })
		out = append(out, g[len(g)/2])
	}
	return out
}

// solve returns the step of damped least squares: (J'J + lambda diag) x = J'r, by elimination.
func solve(j [][]float64, r []float64, lambda float64) []float64 {
	n := len(j)
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n+1)
		for k := range a {
			for t := range r {
				a[i][k] += j[i][t] * j[k][t]
			}
		}
		for t := range r {
			a[i][n] += j[i][t] * r[t]
		}
	}
	for i := range a {
		a[i][i] *= 1 + lambda
	}
	for c := range n {
		p := c
		for i := c + 1; i < n; i++ {
			if math.Abs(a[i][c]) > math.Abs(a[p][c]) {
				p = i
			}
		}
		a[c], a[p] = a[p], a[c]
		if a[c][c] == 0 {
			continue
		}
		for i := range n {
			if i != c {
				f := a[i][c] / a[c][c]
				for k := c; k <= n; k++ {
					a[i][k] -= f * a[c][k]
				}
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		if a[i][i] != 0 {
			x[i] = a[i][n] / a[i][i]
		}
	}
	return x
}
