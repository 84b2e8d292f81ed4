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

// A Correction is a factor of times that rests on some runs.
type Correction struct {
	Runs   int
	Factor float64
}

// shrinkage gives the number of runs that count as much as the forecast: a factor of n runs is taken to the power
// n / (n + shrinkage). Without it one run of a device made others worse (docs/accuracy-llm.md).
const shrinkage = 3

// mostOwn bounds a factor: a run that is further off was of something else.
const mostOwn = 20

// Correct returns the correction of ratios of measured over expected times.
func Correct(ratios []float64) Correction {
	n := len(ratios)
	if n == 0 {
		return Correction{Factor: 1}
	}
	logs := make([]float64, n)
	for i, r := range ratios {
		logs[i] = math.Log(min(max(r, 1./mostOwn), mostOwn))
	}
	slices.Sort(logs)
	middle := (logs[(n-1)/2] + logs[n/2]) / 2
	return Correction{Runs: n, Factor: math.Exp(middle * weight(logs))}
}

// agreement says how far runs of one model on one device usually are apart, in logarithms.
const agreement = 0.07

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
	var ratios [2][]float64
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
		k := 0
		if r.Reading {
			k = 1
		}
		ratios[k] = append(ratios[k], r.Seconds/said)
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

// correct applies what own runs change.
func (s *Setup) correct(read, write *Terms) {
	if s.Own == nil {
		return
	}
	read.scale(s.Own.Reading.Factor)
	write.scale(s.Own.Writing.Factor)
}

// Text says in words what own runs change.
func (o *Own) Text() string {
	part := func(what string, c Correction) string {
		if c.Runs == 0 {
			return "no own run of " + what
		}
		return fmt.Sprintf("%d own runs of %s: times %.2f", c.Runs, what, c.Factor)
	}
	return part("reading", o.Reading) + ", " + part("writing", o.Writing)
}
