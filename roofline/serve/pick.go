package serve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Budget is what a language model must do; a zero limit is none.
type Budget struct {
	Rate  float64 // tokens/s of each sequence, at least, while the last ones are written
	First float64 // s to the first token, at most
	Risk  float64 // how many times an expected time must be within its limit; +Inf: its whole interval
}

// A Choice is the verdict on a model in one way of storing its weights.
type Choice struct {
	*Answer // nil where Err is set
	Model   string
	Quality *roofline.Quality // nil where none is known
	Loss    *float64          // perplexity that the quantisation adds to Llama 3 8B; nil where none is published
	Verdict roofline.Verdict
	Why     string // it is not within the budget
	Err     error
}

// A Picked is language models on a device, ranked by a budget.
type Picked struct {
	Device         *hwprofiles.Device
	Budget         Budget
	Prompt, Output int64
	Metric         string // of quality that they are ranked by; "" where none is known
	Choices        []Choice
}

// Judge compares an answer with a budget.
func (b Budget) Judge(a *Answer) (v roofline.Verdict, why string) {
	if a.Memory.Verdict == No || a.Memory.Verdict == Pages {
		return roofline.TooMuch, "needs " + units.Short(float64(a.Memory.Total), units.Capacity)
	}
	if c := a.Setup.Model.Shape.Context; c > 0 && a.Workload.Prompt+a.Workload.Output > c {
		return roofline.TooMuch, fmt.Sprintf("trained for %d tokens", c)
	}
	limits := []struct {
		t     *Time
		limit float64
		text  string
	}{
		{&a.Next, inverse(b.Rate), fmt.Sprintf("%.3g tokens/s", 1/a.Next.Expected)},
		{&a.First, b.First, "first token after " + units.Short(a.First.Expected, units.Seconds)},
	}
	for _, l := range limits {
		now, text := roofline.Sure, ""
		switch {
		case l.limit <= 0:
		case l.t.Expected > l.limit:
			now, text = roofline.TooMuch, l.text
		case l.t.High <= l.limit:
		case l.t.Expected*max(b.Risk, 1) <= l.limit:
			now = roofline.Likely
		default:
			now, text = roofline.Close, l.text
		}
		if now > v {
			v, why = now, text
		}
	}
	return v, why
}

// inverse returns 1/x, 0 where x is not positive.
func inverse(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return 1 / x
}

// Choose returns the way of storing a model's weights that costs least quality among those with the best verdict, and
// where none is within the budget the one that is nearest: the smallest.
func (b Budget) Choose(model string, ways []*Answer, quality *roofline.Quality) Choice {
	best := Choice{Model: model, Quality: quality, Verdict: roofline.Fails}
	for _, a := range ways {
		v, why := b.Judge(a)
		c := Choice{Answer: a, Model: model, Quality: quality, Verdict: v, Why: why}
		if l, ok := decoder.LossOf(a.Setup.Model.Quant); ok {
			c.Loss = &l
		}
		if best.Answer == nil || c.beats(&best) {
			best = c
		}
	}
	return best
}

// beats reports whether a choice is preferred to another one of the same model.
func (c *Choice) beats(o *Choice) bool {
	fits, other := c.Verdict.Fits(), o.Verdict.Fits()
	switch bits, have := c.Setup.Model.Bytes(), o.Setup.Model.Bytes(); {
	case fits != other:
		return fits
	case !fits && c.Verdict != o.Verdict:
		return c.Verdict < o.Verdict
	case !fits:
		return bits < have
	default: // more bits cost less quality
		return bits > have
	}
}

// Rank orders choices: those within the budget first, each by the quality figure that most have, the best first; others
// by the time of a token.
func Rank(choices []Choice) (metric string) {
	metric = sharedMetric(choices)
	key := func(c *Choice) (int, float64) {
		switch {
		case c.Answer == nil:
			return 3, 0
		case !c.Verdict.Fits():
			return 2, c.Next.Expected
		case c.Quality != nil && c.Quality.Metric == metric:
			return 0, -c.Quality.Score
		}
		_, active := c.Setup.Model.Params()
		return 1, -float64(active)
	}
	slices.SortStableFunc(choices, func(a, b Choice) int {
		ga, va := key(&a)
		gb, vb := key(&b)
		return cmp.Or(cmp.Compare(ga, gb), cmp.Compare(va, vb))
	})
	return metric
}

// sharedMetric returns the metric that most choices have a figure of, "" where there is none.
func sharedMetric(choices []Choice) (metric string) {
	count := map[string]int{}
	for i := range choices {
		if q := choices[i].Quality; q != nil {
			count[q.Metric]++
		}
	}
	for m, n := range count {
		if n > count[metric] || n == count[metric] && m < metric {
			metric = m
		}
	}
	return metric
}
