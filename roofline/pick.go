package roofline

import (
	"cmp"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A Budget is what a model may use; a zero limit is none. The device's memory always is one.
type Budget struct {
	Latency float64 // seconds for one inference of the whole batch
	FPS     float64 // samples per second at least
	Memory  int64   // bytes
	// Risk is the factor by which an expected latency must stay below the budget. 0 counts as 1; +Inf demands the whole
	// interval.
	Risk float64
}

// margin returns what an expected latency must be times within the budget.
func (b Budget) margin() float64 { return max(b.Risk, 1) }

// limit returns the largest latency allowed for a batch, in seconds; +Inf where there is none.
func (b Budget) limit(batch int64) float64 {
	limit := math.Inf(1)
	if b.Latency > 0 {
		limit = b.Latency
	}
	if b.FPS > 0 {
		limit = min(limit, float64(max(batch, 1))/b.FPS)
	}
	return limit
}

// A Verdict says whether something is within a budget, and how surely.
type Verdict uint8

// The verdicts, the best first.
const (
	Sure     Verdict = iota // the upper end of the 90 % interval is within the budget
	Likely                  // the expected latency is with its margin, the upper end is not
	Possible                // nothing is expected of the device, and its lower bound is within the budget
	Close                   // the expected latency is within the budget by less than the margin
	TooMuch                 // the latency or the memory is over it
	Fails                   // there is no outcome, such as for a precision that the device lacks
)

// String returns yes, likely, possible, close, no or fails.
func (v Verdict) String() string {
	return [...]string{"yes", "likely", "possible", "close", "no", "fails"}[v]
}

// Fits reports whether the best that is known is within the budget.
func (v Verdict) Fits() bool { return v <= Possible }

// Judge compares an outcome with the budget.
func (b Budget) Judge(c *Cell) Verdict {
	seconds, bytes := b.Over(c)
	l := &c.Latency
	switch {
	case c.Err != nil:
		return Fails
	case seconds > 0 || bytes > 0:
		return TooMuch
	case l.Expected == nil:
		return Possible
	case *l.High <= b.limit(c.Batch):
		return Sure
	case *l.Expected*b.margin() <= b.limit(c.Batch):
		return Likely
	}
	return Close
}

// Over returns by how much an outcome exceeds the budget, in seconds and bytes; negative where it is within, 0 where
// there is no limit. The memory that a model can have of the device is a limit too.
func (b Budget) Over(c *Cell) (seconds float64, bytes int64) {
	if limit := b.limit(c.Batch); !math.IsInf(limit, 1) {
		seconds = c.Latency.Best() - limit
	}
	if b.Memory > 0 {
		bytes = c.MemoryBytes - b.Memory
	}
	if c.Room == RoomNone {
		bytes = max(bytes, c.MemoryBytes-c.UsableBytes)
	}
	return seconds, bytes
}

// A Quality is a published accuracy of a model.
type Quality struct {
	Text   string  // with metric and unit, such as COCO mAP50-95 39.5
	Metric string  // figures of different metrics are not compared
	Score  float64 // more is better
	Source string  // of the score
}

// A Way is one way to run a model on a device.
type Way struct {
	Cell
	Size    Size // of images; zero where nothing was said
	Resized bool // it is not the size for which the model's quality is published
}

// A Candidate is a model on one device.
type Candidate struct {
	Model   string             // as it was asked for
	Device  *hwprofiles.Device // in its power mode
	Quality *Quality           // at the model's own size; nil where none is known
	Ways    []Way              // the preferred first
	Changes func() []Change    // that are tried where it fails
}

// A Choice is the verdict on one candidate, and the way it was chosen to run in.
type Choice struct {
	*Candidate
	Way
	Verdict     Verdict   // by the budget
	OverSeconds float64   // latency over the budget, positive where it does not fit
	OverBytes   int64     // memory over the budget or the device, positive where it does not fit
	Tried       bool      // changes were tried, since it does not fit
	Remedy      string    // the first change that makes it fit, "" if none does
	Remedied    *Estimate // with that change
}

// Choose takes the first way whose verdict is the best that any has; where none fits, the fastest.
func (b Budget) Choose(c *Candidate) Choice {
	out := Choice{Candidate: c, Verdict: Fails}
	for i := range c.Ways {
		w := &c.Ways[i]
		v := b.Judge(&w.Cell)
		faster := v == TooMuch && w.Latency.Best() < out.Latency.Best()
		if i == 0 || v < out.Verdict || v == out.Verdict && faster {
			out.Way, out.Verdict = *w, v
		}
	}
	if out.Verdict != Fails {
		out.OverSeconds, out.OverBytes = b.Over(&out.Cell)
	}
	return out
}

// Remedy tries the changes of a choice that does not fit.
func (b Budget) Remedy(c *Choice) {
	if c.Verdict.Fits() || c.Changes == nil {
		return
	}
	c.Tried = true
	for _, change := range c.Changes() {
		if e, err := change.Run(); err == nil && b.Judge(e.cell()).Fits() {
			c.Remedy, c.Remedied = change.What, e
			return
		}
	}
}

// cell returns the outcome of an estimate.
func (e *Estimate) cell() *Cell {
	return &Cell{Batch: e.Batch, Latency: e.Latency, MemoryBytes: e.MemoryBytes, UsableBytes: e.UsableBytes, Room: e.Room}
}

// mostRemedies bounds how many candidates of a pick have changes tried.
const mostRemedies = 5

// Pick ranks candidates: those that fit surely, likely, possibly, closely and not; among each, the most accurate first
// by the metric that most have an accuracy of, else the one with the most multiply-adds, which is
// likely the most capable; those that do not fit by how far they are off. The first few that do not fit have their
// changes tried.
func Pick(candidates []Candidate, b Budget) []Choice {
	choices := make([]Choice, len(candidates))
	for i := range candidates {
		choices[i] = b.Choose(&candidates[i])
	}
	compare := better
	if metric := Metric(candidates); metric != "" {
		compare = moreAccurate(metric)
	}
	slices.SortStableFunc(choices, func(x, y Choice) int { return compare(&x, &y) })
	tried := 0
	for i := range choices {
		if c := &choices[i]; (c.Verdict == TooMuch || c.Verdict == Close) && tried < mostRemedies {
			b.Remedy(c)
			tried++
		}
	}
	return choices
}

// ByQuality reports whether candidates are ranked by their accuracies: those by the metric that most of them have.
func ByQuality(candidates []Candidate) bool { return Metric(candidates) != "" }

// Metric returns the metric that more candidates have an accuracy by than by any other, "" where there is none. Figures
// of different metrics are not compared.
func Metric(candidates []Candidate) string {
	count := map[string]int{}
	for i := range candidates {
		if q := candidates[i].Quality; q != nil {
			count[q.Metric]++
		}
	}
	best, ties := "", false
	for metric, n := range count {
		switch {
		case best == "" || n > count[best]:
			best, ties = metric, false
		case n == count[best]:
			ties = true
		}
	}
	if ties {
		return ""
	}
	return best
}

// moreAccurate returns the order by verdict, then by published accuracies of a metric at the size they hold for, then
// by those at other sizes, then models without.
func moreAccurate(metric string) func(a, b *Choice) int {
	return func(a, b *Choice) int {
		if a.Verdict == TooMuch && b.Verdict == TooMuch {
			return better(a, b)
		}
		known, score := a.known(metric), a.score(metric)
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(known, b.known(metric)),
			cmp.Compare(b.score(metric), score), better(a, b))
	}
}

// known returns 0 where the accuracy is of this metric and size, 1 where it is of another size, 2
// where it is not known.
func (c *Choice) known(metric string) int {
	switch {
	case c.Quality == nil || c.Quality.Metric != metric:
		return 2
	case c.Resized:
		return 1
	}
	return 0
}

// score returns the accuracy by metric, 0 where it is not known.
func (c *Choice) score(metric string) float64 {
	if c.Quality == nil || c.Quality.Metric != metric {
		return 0
	}
	return c.Quality.Score
}

// better orders choices: by verdict, then the more work, then the faster. Of two that do not meet
// the budget the faster is better.
func better(a, b *Choice) int {
	faster := cmp.Compare(a.Latency.Best(), b.Latency.Best())
	if a.Verdict == TooMuch && b.Verdict == TooMuch {
		return faster
	}
	return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(b.MACs, a.MACs), faster)
}
