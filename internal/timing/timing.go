// Package timing repeats something until its median time is known well enough, and says how well.
package timing

import (
	"context"
	"math"
	"slices"
	"time"
)

// A Plan says how long to repeat.
type Plan struct {
	Warmup   int           // runs before the first that counts, at least 1
	MinRuns  int           // at least this many count
	MaxRuns  int           // no more than these count
	Limit    time.Duration // no run is begun after this time, but for the first MinRuns
	HalfSpan float64       // enough once the 95 % interval of the median is within ± this share of it
}

// Stats is what the runs say, in seconds.
type Stats struct {
	Runs             int
	Min, Low, Median float64 // Low is the 10 % quantile: what a machine with other jobs reaches when it is left alone
	Q1, Q3           float64
	MedianLow        float64 // the 95 % confidence interval of the median
	MedianHigh       float64
	Settled          bool // the interval is as narrow as was wanted
}

// Spread returns the interquartile range as a share of the median.
func (s *Stats) Spread() float64 { return (s.Q3 - s.Q1) / s.Median }

// Measure repeats run, which reports its own time in seconds, as the plan says.
func Measure(ctx context.Context, p Plan, run func() (float64, error)) (*Stats, error) {
	for range max(p.Warmup, 1) {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		if _, err := run(); err != nil {
			return nil, err
		}
	}
	var times []float64
	for begin := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		t, err := run()
		if err != nil {
			return nil, err
		}
		times = append(times, t)
		if len(times) < p.MinRuns {
			continue
		}
		s := Of(times)
		s.Settled = s.MedianHigh-s.MedianLow <= 2*p.HalfSpan*s.Median
		if s.Settled || len(times) >= p.MaxRuns || time.Since(begin) > p.Limit {
			return s, nil
		}
	}
}

// Of summarises times, of which there must be one or more. The interval of the median is between order statistics,
// whatever the distribution: the number of values below the median is binomial, about normal with deviation √n/2.
func Of(times []float64) *Stats {
	t := slices.Sorted(slices.Values(times))
	n := len(t)
	half := 1.96 * math.Sqrt(float64(n)) / 2
	lo := max(int(math.Floor(float64(n)/2-half)), 0)
	hi := min(int(math.Ceil(float64(n)/2+half)), n-1)
	return &Stats{
		Runs: n, Min: t[0], Low: quantile(t, 0.1), Median: quantile(t, 0.5), Q1: quantile(t, 0.25), Q3: quantile(t, 0.75),
		MedianLow: t[lo], MedianHigh: t[hi],
	}
}

// quantile interpolates between the order statistics of sorted values.
func quantile(t []float64, q float64) float64 {
	at := q * float64(len(t)-1)
	i := int(at)
	if i+1 >= len(t) {
		return t[len(t)-1]
	}
	return t[i] + (at-float64(i))*(t[i+1]-t[i])
}
