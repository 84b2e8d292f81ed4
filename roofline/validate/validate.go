package validate

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// A Metric is what was measured: times of single inferences, or frames a second where several are in flight.
type Metric string

// The metrics.
const (
	Latency    Metric = "latency"    // of one batch
	Throughput Metric = "throughput" // of several batches in flight
)

// metricOf returns what a case measures.
func metricOf(c *Case) Metric {
	if c.Runtime.Interval {
		return Throughput
	}
	return Latency
}

// A Prediction is one measurement beside what is expected and what is possible, in seconds.
type Prediction struct {
	Row          measured.Row     // of the table
	Slice        runtimes.Slice   // that was forecast
	Metric       Metric           // of the row
	Tuning       *roofline.Tuning // what the expectation rests on
	Measured     float64          // in seconds
	Expected     float64          // in seconds
	Low, High    float64          // ends of the 90 % interval
	SpeedOfLight float64          // in seconds
	Heaviest     string           // class of the kernels that take most of the expected time
}

// Inside reports whether the measurement is in the interval.
func (p *Prediction) Inside() bool { return p.Measured >= p.Low && p.Measured <= p.High }

// A Miss is a row that could not be used.
type Miss struct {
	Line   int    // of the table, from 1
	Model  string // as published
	Device string // as published
	Reason string // why the row is left out
}

// A SliceResult is how far the predictions of one slice are off: latencies, or rates where the metric is throughput.
type SliceResult struct {
	Slice        runtimes.Slice // that was forecast
	Metric       Metric         // of its rows
	Tier         roofline.Tier  // what forecasts rest on
	Rows         int            // of the slice: matched and judged
	Expected     Errors         // errors of forecasts
	SpeedOfLight Errors         // errors of lower bounds
	Coverage     float64        // share of measurements inside their 90 % interval
	Predictions  []Prediction   // one a row
}

// A Report is the outcome of a validation.
type Report struct {
	Rows   int           // in the table
	Slices []SliceResult // in order
	Misses []Miss        // rows left out
	All    Errors        // errors over all slices
}

// match finds what a row is about: a latency where it publishes one, else the throughput of frames in flight.
func (m *Matcher) match(row *measured.Row) (*Case, error) {
	if row.Latency <= 0 && row.Throughput > 0 {
		return m.MatchThroughput(row)
	}
	return m.Match(row)
}

// Run predicts every row of a table that can be matched, runtime and threads as the row has them, with the tuner's
// calibrations. step is called for every row. It fails only when ctx is done.
func Run(ctx context.Context, rows []measured.Row, m *Matcher, tuner roofline.Tuner, step func()) (*Report, error) {
	type outcome struct {
		p    *Prediction
		miss *Miss
	}
	out := make([]outcome, len(rows))
	var wait sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range work {
				c, err := m.match(&rows[i])
				if err == nil {
					out[i].p, err = predict(c, m.Runtimes, tuner)
				}
				if err != nil {
					out[i].miss = &Miss{rows[i].Line, rows[i].Model, rows[i].Device, err.Error()}
				}
			}
		})
	}
	for i := range rows {
		if ctx.Err() != nil {
			break
		}
		work <- i
		step()
	}
	close(work)
	wait.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r := &Report{Rows: len(rows)}
	var all []Prediction
	for _, o := range out {
		if o.p != nil {
			all = append(all, *o.p)
		} else {
			r.Misses = append(r.Misses, *o.miss)
		}
	}
	r.slices(all)
	return r, nil
}

// predict estimates a case as its row was measured: its runtime, precision, batch and threads.
func predict(c *Case, rs *runtimes.Set, tuner roofline.Tuner) (*Prediction, error) {
	res, err := c.Run()
	if err != nil {
		return nil, err
	}
	opt := c.Options()
	tuner.Runtimes, tuner.Runtime = rs, c.Runtime
	opt.Tuner = &tuner
	e, err := roofline.Run(res, c.Device, opt)
	if err != nil {
		return nil, err
	}
	p := &Prediction{Row: c.Row, Slice: c.Slice(), Tuning: e.Tuning, Measured: c.Measured(), Metric: metricOf(c),
		SpeedOfLight: e.Latency.SpeedOfLight,
		Expected:     *e.Latency.Expected, Low: *e.Latency.Low, High: *e.Latency.High}
	p.Slice.Runtime, _ = runtimes.OfFrames(p.Slice.Runtime)
	longest := 0.0
	for class, spent := range e.ByClass() {
		if spent.Device > longest {
			longest, p.Heaviest = spent.Device, kernel.Class(class).String()
		}
	}
	return p, nil
}

// slices groups predictions and judges each group and all.
func (r *Report) slices(all []Prediction) {
	type part struct {
		slice  runtimes.Slice
		metric Metric
	}
	by := map[part][]Prediction{}
	for _, p := range all {
		k := part{p.Slice, p.Metric}
		by[k] = append(by[k], p)
	}
	for s, ps := range by {
		expected, light, meas := series(ps)
		res := SliceResult{Slice: s.slice, Metric: s.metric, Tier: ps[0].Tuning.Tier, Rows: len(ps),
			Expected: Judge(expected, meas), SpeedOfLight: Judge(light, meas), Predictions: ps}
		for i := range ps {
			if ps[i].Inside() {
				res.Coverage += 1 / float64(len(ps))
			}
		}
		r.Slices = append(r.Slices, res)
	}
	slices.SortFunc(r.Slices, func(a, b SliceResult) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Slice.String(), b.Slice.String()))
	})
	r.judge()
}

// judge judges all slices together.
func (r *Report) judge() {
	var expected, meas []float64
	for i := range r.Slices {
		e, _, m := series(r.Slices[i].Predictions)
		expected, meas = append(expected, e...), append(meas, m...)
	}
	r.All = Judge(expected, meas)
}

// figure returns what errors are counted of: a time, or the frames a second that it stands for.
func (p *Prediction) figure(seconds float64) float64 {
	if p.Metric == Throughput {
		return float64(max(p.Row.Batch, 1)) / seconds
	}
	return seconds
}

// series returns expected, lower bound and measured figures of predictions, in one order.
func series(ps []Prediction) (expected, light, meas []float64) {
	for i := range ps {
		p := &ps[i]
		expected, light, meas = append(expected, p.figure(p.Expected)), append(light, p.figure(p.SpeedOfLight)),
			append(meas, p.figure(p.Measured))
	}
	return expected, light, meas
}

// Keep drops all slices but those whose names begin with a text; it reports false if none is left.
func (r *Report) Keep(prefix string) bool {
	r.Slices = slices.DeleteFunc(r.Slices, func(s SliceResult) bool {
		return !strings.HasPrefix(s.Slice.String(),
			prefix)
	})
	r.judge()
	return len(r.Slices) > 0
}
