package gate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Limit is one rule of a budget: which figure it holds, and how it is written.
type Limit struct {
	Key     string                             // in the file, such as max_expected_ms
	Doc     string                             // of the figure
	Example string                             // of a value in the file
	least   bool                               // the figure must not be less, rather than not be more
	atInit  bool                               // a new file has it
	exact   bool                               // unknown nodes do not lower the figure
	parse   func(text string) (float64, error) // reads its value, in base units
	figure  func(e *roofline.Estimate) figure  // nil for max_regression, which takes two estimates
	Show    func(v float64) string             // prints a value for people
	file    func(v float64) string             // writes a value as the file has it
}

// A figure is what a limit holds, and its pessimistic end.
type figure struct {
	value float64 // in base units
	worst float64 // the end of the interval that matters; value where there is no interval
	low   float64 // the ends of the interval as numbers, low <= high
	high  float64 // end of the 90 % interval
	bound bool    // only the lower bound of the latency is known
}

// The keys that other code names.
const (
	MaxExpected   = "max_expected_ms" // key of the most that a latency may be
	MaxRegression = "max_regression"  // key of the most that it may grow
)

// limits lists the rules. Nothing else lists them; docs/schema/budget-v1.json is held to it by a test.
var limits = []Limit{
	{Key: MaxExpected, Doc: "expected latency of one inference", Example: "12.5", atInit: true,
		parse: milliseconds, figure: expected, Show: showMS, file: fileMS},
	{Key: "max_high_ms", Doc: "upper end of the 90 % interval of the latency", Example: "15",
		parse: milliseconds, figure: upperEnd, Show: showMS, file: fileMS},
	{Key: "min_fps", Doc: "samples per second at the expected latency", Example: "30", least: true,
		parse: number("a number of samples per second"), figure: throughput, Show: showRate, file: plain},
	{Key: "max_memory", Doc: "weights and peak activations", Example: "512 MiB", atInit: true,
		parse: quantity(units.Bytes, units.Capacity), Show: showIn(units.Capacity),
		file:   fileIn(units.Capacity),
		figure: count(func(e *roofline.Estimate) int64 { return e.MemoryBytes })},
	{Key: "max_flops", Doc: "work of one inference, a multiply-add counts as 2", Example: "8.2 GFLOP", atInit: true,
		parse: quantity(units.FLOPs), figure: count((*roofline.Estimate).FLOPs), Show: showIn(units.FLOPs),
		file: fileIn(units.FLOPs)},
	{Key: "max_params", Doc: "elements of weights", Example: "25.6e6", atInit: true, exact: true,
		parse: number("a number of parameters"), figure: count(func(e *roofline.Estimate) int64 { return e.Params }),
		Show: showCount, file: fileCount},
	{Key: "min_coverage", Doc: "share of nodes whose cost is known", Example: "100 %", least: true, atInit: true,
		exact: true, parse: share(1), figure: coverage, Show: showShare, file: fileShare},
	{Key: MaxRegression, Doc: "growth of the expected latency over the baseline", Example: "5 %",
		parse: share(math.Inf(1)), Show: showGrowth, file: fileShare},
}

// Limits returns the rules of a budget in the order in which they are documented.
func Limits() []Limit { return limits }

// Keys returns the keys of all limits.
func Keys() []string {
	out := make([]string, len(limits))
	for i := range limits {
		out[i] = limits[i].Key
	}
	return out
}

// over reports whether a value is on the wrong side of a limit.
func (l *Limit) over(v, limit float64) bool {
	if l.least {
		return v < limit
	}
	return v > limit
}

// expected returns the expected latency in seconds, with the high end as the worst case. bound says
// that only the lower bound is known.
func expected(e *roofline.Estimate) figure {
	f := figure{value: e.Latency.Best(), bound: e.Latency.Expected == nil}
	f.worst, f.low, f.high = f.value, f.value, f.value
	if e.Latency.High != nil && e.Latency.Low != nil {
		f.low, f.high, f.worst = *e.Latency.Low, *e.Latency.High, *e.Latency.High
	}
	return f
}

// upperEnd returns the high end of the latency in seconds.
func upperEnd(e *roofline.Estimate) figure {
	f := expected(e)
	return figure{value: f.high, worst: f.high, low: f.high, high: f.high, bound: f.bound}
}

// throughput returns samples a second; the worst case is at the high end of the latency.
func throughput(e *roofline.Estimate) figure {
	f, batch := expected(e), float64(max(e.Batch, 1))
	rate := func(seconds float64) float64 {
		if seconds <= 0 {
			return math.Inf(1)
		}
		return batch / seconds
	}
	return figure{value: rate(f.value), worst: rate(f.worst), low: rate(f.high), high: rate(f.low), bound: f.bound}
}

// coverage returns the share of nodes that are known.
func coverage(e *roofline.Estimate) figure {
	if e.Coverage.Nodes == 0 {
		return figure{value: 1, worst: 1, low: 1, high: 1}
	}
	v := float64(e.Coverage.Known) / float64(e.Coverage.Nodes)
	return figure{value: v, worst: v, low: v, high: v}
}

// count returns a figure that has no interval.
func count(of func(*roofline.Estimate) int64) func(*roofline.Estimate) figure {
	return func(e *roofline.Estimate) figure {
		v := float64(of(e))
		return figure{value: v, worst: v, low: v, high: v}
	}
}

// number returns a reader of a plain positive number; what says what it is.
func number(what string) func(string) (float64, error) {
	return func(text string) (float64, error) {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("expected %s above zero", what)
		}
		return v, nil
	}
}

// milliseconds reads a number of milliseconds, with or without the unit, and returns seconds.
func milliseconds(text string) (float64, error) {
	v, err := number("")(strings.TrimSuffix(strings.TrimSpace(text), "ms"))
	if err != nil {
		return 0, fmt.Errorf("expected a number of milliseconds above zero")
	}
	return 1e-3 * v, nil
}

// quantity returns a reader of quantities above zero in one of the dimensions.
func quantity(dims ...units.Dim) func(string) (float64, error) {
	return func(text string) (float64, error) {
		v, _, err := units.Parse(text, dims...)
		if err == nil && v == 0 {
			err = fmt.Errorf("expected more than zero")
		}
		return v, err
	}
}

// share returns a reader of a percentage that is at most so large.
func share(most float64) func(string) (float64, error) {
	return func(text string) (float64, error) {
		body, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
		v, err := strconv.ParseFloat(strings.TrimSpace(body), 64)
		if err != nil || !percent || !(v >= 0) || v > 100*most || math.IsInf(v, 0) {
			if math.IsInf(most, 1) {
				return 0, fmt.Errorf("expected a percentage of zero or more")
			}
			return 0, fmt.Errorf("expected a percentage from 0 %% to %g %%", 100*most)
		}
		return v / 100, nil
	}
}

// showMS returns a time with its unit.
func showMS(v float64) string { return units.Short(v, units.Seconds) }

// showRate returns a rate in FPS.
func showRate(v float64) string { return units.Digits(v, false) + " FPS" }

// showShare returns a share in per cent.
func showShare(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }

// showGrowth returns a change in per cent, with its sign.
func showGrowth(v float64) string {
	return fmt.Sprintf("%+.1f %%", 100*v)
}

// showCount returns a count with a decimal prefix.
func showCount(v float64) string {
	for _, s := range []struct {
		factor float64
		unit   string
	}{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if v >= s.factor {
			return units.Digits(v/s.factor, false) + s.unit
		}
	}
	return units.Digits(v, true)
}

// showIn returns a function that writes quantities of a dimension.
func showIn(d units.Dim) func(float64) string {
	return func(v float64) string { return units.Short(v, d) }
}

// plain returns all digits of v.
func plain(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// fileMS returns a time in milliseconds as a new budget file states it, rounded up.
func fileMS(v float64) string { return plain(roundUp(1e3 * v)) }

// fileCount returns a count as a new budget file states it, rounded up.
func fileCount(v float64) string { return strconv.FormatFloat(roundUp(v), 'f', -1, 64) }

// fileShare returns a share as a new budget file states it, rounded down.
func fileShare(v float64) string { return plain(math.Floor(1e4*v)/100) + " %" }

// fileIn returns a function that writes quantities as a new budget file states them, rounded up.
func fileIn(d units.Dim) func(float64) string {
	return func(v float64) string {
		s := units.CommonScale(d, v)
		return plain(roundUp(v/s.Factor)) + " " + s.Unit
	}
}

// roundUp rounds to three significant digits, never down, so that a limit is not stricter than what it was made of.
func roundUp(v float64) float64 {
	if v <= 0 {
		return v
	}
	step := math.Pow10(int(math.Floor(math.Log10(v))) - 2)
	up := math.Ceil(v/step-1e-9) * step
	out, err := strconv.ParseFloat(strconv.FormatFloat(up, 'g', 12, 64), 64)
	if err != nil {
		return up
	}
	return out
}
