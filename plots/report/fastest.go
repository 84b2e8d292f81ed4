package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// mostCompared bounds the estimates that a sentence names beside the fastest.
const mostCompared = 3

// Fastest returns in a sentence which of several estimates has the least latency, and how far the next ones are behind.
func Fastest(estimates []*roofline.Estimate) string {
	order := slices.Clone(estimates)
	slices.SortStableFunc(order, func(a, b *roofline.Estimate) int {
		switch x, y := a.Latency.Best(), b.Latency.Best(); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	if len(order) < 2 {
		return ""
	}
	best := order[0]
	text := fmt.Sprintf("%s takes the least time, %s", shortName(best, order),
		units.Short(best.Latency.Best(), units.Seconds))
	var rest []string
	for i, e := range order[1:] {
		if i == mostCompared {
			rest = append(rest, fmt.Sprintf("%d more are slower", len(order)-1-i))
			break
		}
		rest = append(rest, behind(shortName(e, order), roofline.RatioOf(best, e)))
	}
	return text + "; " + strings.Join(rest, "; ")
}

// behind says how much longer one estimate takes than the fastest.
func behind(name string, r roofline.Ratio) string {
	switch {
	case r.Low != nil && !r.Sure():
		return fmt.Sprintf("%s may be as fast (%s times as long, 90 %% between %s and %s)", name, short(r.Value),
			short(*r.Low), short(*r.High))
	case r.Low != nil && *r.Low < *r.High:
		return fmt.Sprintf("%s takes %s times as long (90 %% between %s and %s)", name, short(r.Value), short(*r.Low),
			short(*r.High))
	}
	return fmt.Sprintf("%s takes %s times as long", name, short(r.Value))
}

// shortName names an estimate by all that differs among several.
func shortName(e *roofline.Estimate, among []*roofline.Estimate) string {
	var words []string
	for _, of := range traitsOf {
		if slices.ContainsFunc(among, func(o *roofline.Estimate) bool { return of(o) != of(e) }) {
			words = append(words, of(e))
		}
	}
	if len(words) == 0 {
		return e.Model
	}
	return strings.Join(words, " ")
}

// traitsOf lists what tells one estimate from another.
var traitsOf = []func(*roofline.Estimate) string{
	func(e *roofline.Estimate) string { return e.Model },
	func(e *roofline.Estimate) string { return e.Device.ID },
	func(e *roofline.Estimate) string {
		if e.Tuning == nil {
			return "lower bound"
		}
		return e.Tuning.Runtime.ID
	},
	func(e *roofline.Estimate) string { return e.Precision.Short() },
	func(e *roofline.Estimate) string { return fmt.Sprintf("batch %d", max(e.Batch, 1)) },
}
