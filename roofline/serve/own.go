package serve

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/roofline/serve/bench"
)

// An Own says what measurements of the same model on the same device change: they were so many times as slow.
type Own struct {
	Reading, Writing Correction
	Skipped          []string // runs of other engines or models, each said once
}

// A Ratio is a measured time over the expected one, of a step with so many tokens: of a prompt, or in the cache.
type Ratio struct{ Tokens, Times float64 }

// A Correction is a factor of times that rests on some runs, and how it changes with the number of tokens.
type Correction struct {
	Runs   int
	Factor float64 // in the middle of the runs

	middle, slope float64 // of the runs, in logarithms of tokens; of the logarithm of the factor
	low, high     float64 // logarithms of tokens beyond which the factor stays as it is
}

// shrinkage gives the number of runs that count as much as the forecast: a factor of n runs is taken to the power
// n / (n + shrinkage). Without it one run of a device made others worse (docs/accuracy-llm.md).
const shrinkage = 3

// What is taken of runs of one model on one device: they differ by agreement, and their ratio changes by tilt for each
// e-fold of tokens, both in logarithms. Short prompts rest on products and long ones on attention, and an engine may be
// off on one of them.
const (
	agreement = 0.07
	tilt      = 0.1
)

// mostOwn bounds a factor: a run that is further off was of something else.
const mostOwn = 20

// beyond says how many times longer or shorter than the runs a workload may be for the slope to be followed.
const beyond = 4

// Correct returns the correction of ratios. Its slope is that of a regression whose prior is none, with a spread of
// tilt; its factor is shrunk by the number of runs, and by how far they are from the slope.
func Correct(ratios []Ratio) Correction {
	n := len(ratios)
	if n == 0 {
		return Correction{Factor: 1}
	}
	x, y := make([]float64, n), make([]float64, n)
	var mx, my float64
	for i, r := range ratios {
		x[i], y[i] = math.Log(max(r.Tokens, 1)), math.Log(min(max(r.Times, 1./mostOwn), mostOwn))
		mx, my = mx+x[i]/float64(n), my+y[i]/float64(n)
	}
	var sxx, sxy float64
	for i := range x {
		sxx += (x[i] - mx) * (x[i] - mx)
		sxy += (x[i] - mx) * (y[i] - my)
	}
	c := Correction{Runs: n, middle: mx, slope: sxy / (sxx + agreement*agreement/(tilt*tilt)),
		low: slices.Min(x) - math.Log(beyond), high: slices.Max(x) + math.Log(beyond)}
	for i := range y {
		y[i] -= c.slope * (x[i] - mx)
	}
	slices.Sort(y)
	c.Factor = math.Exp((y[(n-1)/2] + y[n/2]) / 2 * weight(y))
	return c
}

// At returns the factor of a step with so many tokens.
func (c *Correction) At(tokens float64) float64 {
	if c.Runs == 0 {
		return 1
	}
	far := min(max(math.Log(max(tokens, 1)), c.low), c.high) - c.middle
	return min(max(c.Factor*math.Exp(c.slope*far), 1./mostOwn), mostOwn)
}

// weight returns the power of a factor. Runs that are further apart than usual show other things than one factor, and
// count as fewer.
func weight(logs []float64) float64 {
	n, mean, square := float64(len(logs)), 0.0, 0.0
	for _, x := range logs {
		mean += x / n
	}
	for _, x := range logs {
		square += (x - mean) * (x - mean) / max(n-1, 1)
	}
	return n / (n + shrinkage*max(1, square/(agreement*agreement)))
}

// Learn compares runs with forecasts of the setup, and corrects it. Runs of other engines and of models with other
// parameters are left out.
func (s *Setup) Learn(runs []bench.Run) error {
	own := new(Own)
	skip := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(own.Skipped, text) {
			own.Skipped = append(own.Skipped, text)
		}
	}
	params, _ := s.Model.Params()
	var ratios [2][]Ratio
	for i := range runs {
		r := &runs[i]
		switch {
		case r.Engine != s.Engine.ID:
			skip("runs of %s, not of %s", r.Engine, s.Engine.ID)
			continue
		case r.Params > 0 && math.Abs(r.Params/float64(params)-1) > 0.02:
			skip("runs of %s with %.3g parameters, not %.3g", r.Model, r.Params, float64(params))
			continue
		}
		said, err := s.said(r)
		if err != nil {
			return err
		}
		k, tokens := 0, float64(r.Past+r.Prompt)+float64(r.Output)/2
		if r.Reading {
			k, tokens = 1, float64(r.Past+r.Prompt)
		}
		ratios[k] = append(ratios[k], Ratio{tokens, r.Seconds / said})
	}
	own.Writing, own.Reading = Correct(ratios[0]), Correct(ratios[1])
	s.Own = own
	return nil
}

// said returns the expected time of what a run measured.
func (s *Setup) said(r *bench.Run) (float64, error) {
	like := *s
	like.Own, like.Draft = nil, nil
	if like.Build == 0 {
		like.Build = r.Build
	}
	w := Workload{Prompt: max(r.Prompt, 1), Output: max(r.Output, 1), Batch: max(r.Batch, 1)}
	b, err := like.check(&w)
	if err != nil {
		return 0, err
	}
	on, v := NewMachine(s.Device, b.OptIn), b.At(like.Build)
	on.Count, on.Link = max(s.TP, 1), Link(s.Device)
	share := 1 / float64(max(s.TP, 1))
	if r.Reading {
		return s.Model.Read(on, v, w.Batch, w.Prompt, r.Past, s.Engine.Chunk, share).Total, nil
	}
	middle := float64(r.Past+r.Prompt) + float64(w.Output)/2
	return s.Model.Write(on, v, float64(w.Batch), middle, like.width(), share).Total, nil
}

// correct applies what own runs change of a prompt, and of a token with so many in the cache.
func (s *Setup) correct(read, write *Terms, prompt, cached float64) {
	if s.Own == nil {
		return
	}
	read.scale(s.Own.Reading.At(prompt))
	write.scale(s.Own.Writing.At(cached))
}

// Text says in words what own runs change.
func (o *Own) Text() string {
	part := func(what string, c Correction) string {
		if c.Runs == 0 {
			return "no own run of " + what
		}
		text := fmt.Sprintf("%d own runs of %s: times %.2f", c.Runs, what, c.Factor)
		if math.Abs(c.slope)*(c.high-c.low) > 0.05 {
			text = fmt.Sprintf("%d own runs of %s: times %.2f at %.0f tokens, %.2f at %.0f", c.Runs, what,
				c.At(math.Exp(c.low)*beyond), math.Exp(c.low)*beyond, c.At(math.Exp(c.high)/beyond), math.Exp(c.high)/beyond)
		}
		return text
	}
	return part("reading", o.Reading) + ", " + part("writing", o.Writing)
}
