package gate

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Verdict says whether a limit is kept.
type Verdict string

// The verdicts.
const (
	Pass      Verdict = "pass"      // within the limit, interval included
	Uncertain Verdict = "uncertain" // the figure is within the limit, what is unknown of it may not be
	Fail      Verdict = "fail"      // beyond the limit
)

// A Target is one model on one device, estimated.
type Target struct {
	Model, Device string             // as the file names them, globs expanded
	Setting       string             // how the model is run, in words; may be empty
	Estimate      *roofline.Estimate // nil where it failed
}

// A Check is one limit on one target.
type Check struct {
	Bound
	*Target
	Base      *Base   // what max_regression compares with
	Verdict   Verdict // of the limit
	Figure    float64 // in base units; the growth for max_regression
	Low, High float64 // ends of its interval; both the figure where there is none
	Why       string  // why it is uncertain or what breaks it; empty for a pass
}

// Judge holds a target to the limits of its entry. base is what max_regression compares with; it is needed where
// the entry has that limit.
func Judge(e *Entry, t *Target, base *Base) []Check {
	out := make([]Check, 0, len(e.Bounds))
	for _, b := range e.Bounds {
		c := Check{Bound: b, Target: t}
		if b.figure == nil {
			c.Base = base
			c.regress()
		} else {
			c.judge()
		}
		out = append(out, c)
	}
	return out
}

// judge compares a figure of one estimate. A limit is broken where the figure itself is over it. It is uncertain where
// the interval reaches over it, or where the figure is less than the whole.
func (c *Check) judge() {
	f := c.figure(c.Estimate)
	c.Figure, c.Low, c.High = f.value, f.low, f.high
	cover := &c.Estimate.Coverage
	switch {
	case c.over(f.value, c.Value):
		c.Verdict = Fail
		if f.bound {
			c.Why = "the lower bound alone is over the limit"
		}
	case f.bound:
		c.Verdict, c.Why = Uncertain, "only the lower bound of the latency is known"
	case !c.exact && cover.Known < cover.Nodes:
		c.Verdict = Uncertain
		c.Why = fmt.Sprintf("%d of %d nodes are unknown: the figure may be higher", cover.Nodes-cover.Known, cover.Nodes)
	case c.over(f.worst, c.Value):
		c.Verdict, c.Why = Uncertain, "the 90 % interval reaches "+c.Show(f.worst)
	default:
		c.Verdict = Pass
	}
}

// regress compares an estimate with a baseline. Both share most of the model's error, so no interval is asked. Where
// one rests on other measurements than the other, the lower bounds must agree with the verdict.
func (c *Check) regress() {
	now := &c.Estimate.Latency
	ratio := func(now, base float64) float64 {
		if base <= 0 {
			return 0
		}
		return now/base - 1
	}
	light := ratio(now.SpeedOfLight, c.Base.SpeedOfLight)
	c.Figure = light
	if now.Expected != nil && c.Base.Expected != nil {
		c.Figure = ratio(*now.Expected, *c.Base.Expected)
	}
	c.Low, c.High = c.Figure, c.Figure
	over := c.over(c.Figure, c.Value)
	switch {
	case (now.Expected == nil) != (c.Base.Expected == nil):
		c.Verdict, c.Why = Uncertain, "one of the two has a lower bound only: lower bounds are compared"
	case c.Base.Basis != Basis(c.Estimate) && over != c.over(light, c.Value):
		c.Verdict = Uncertain
		c.Why = fmt.Sprintf("the baseline is %s, this is %s; their lower bounds grow by %s", c.Base.Basis,
			Basis(c.Estimate), showGrowth(light))
	case over:
		c.Verdict, c.Why = Fail, "the baseline is "+showMS(c.Base.Best())
	default:
		c.Verdict = Pass
	}
}

// Basis returns what an expected latency rests on, in one word, and the correction by the network's measurements.
func Basis(e *roofline.Estimate) string {
	switch t := e.Tuning; {
	case t == nil:
		return "a lower bound"
	case t.Correction != nil && t.Correction.Here > 0:
		return "measured"
	case t.Correction != nil:
		return string(t.Tier) + ", corrected"
	default:
		return string(t.Tier)
	}
}

// A Result is the outcome of a budget file.
type Result struct {
	File     *File   // that was judged
	Baseline string  // what max_regression compared with; "" where nothing asked
	Checks   []Check // in order
	// BaselineVersion is the version of the program that wrote the baseline; "" for a revision
	BaselineVersion string
}

// Count returns how many checks have a verdict, at a level or at any ("").
func (r *Result) Count(v Verdict, level Level) (n int) {
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Verdict == v && (level == "" || c.Level == level) {
			n++
		}
	}
	return n
}

// Verdict returns the verdict on the whole: fail where a limit of level error is broken, else uncertain where one is.
func (r *Result) Verdict() Verdict {
	for _, v := range []Verdict{Fail, Uncertain} {
		if r.Count(v, Error) > 0 {
			return v
		}
	}
	return Pass
}
