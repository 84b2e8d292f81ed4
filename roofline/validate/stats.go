package validate

import (
	"math"
	"sort"
)

// Errors are what a set of predictions is judged by. Errors are fractions: |predicted/measured - 1|.
type Errors struct {
	N                  int     // how many forecasts
	Median, Mean, P90  float64 // shares of the measured time
	Within10, Within20 float64 // share of predictions
	Spearman, Kendall  float64 // rank correlation of predicted and measured
}

// Judge compares predictions with measurements, both in seconds and in one order.
func Judge(predicted, measured []float64) Errors {
	e := Errors{N: len(predicted)}
	if e.N == 0 {
		return e
	}
	apes := make([]float64, e.N)
	for i := range predicted {
		a := math.Abs(predicted[i]/measured[i] - 1)
		apes[i] = a
		e.Mean += a / float64(e.N)
		if a <= 0.1 {
			e.Within10 += 1 / float64(e.N)
		}
		if a <= 0.2 {
			e.Within20 += 1 / float64(e.N)
		}
	}
	sort.Float64s(apes)
	e.Median, e.P90 = quantile(apes, 0.5), quantile(apes, 0.9)
	e.Spearman, e.Kendall = pearson(ranks(predicted), ranks(measured)), kendall(predicted, measured)
	return e
}

// quantile returns the q-quantile of sorted values, linear between them; NaN where there are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	f := at - float64(i)
	return sorted[i]*(1-f) + sorted[i+1]*f
}

// ranks returns the places of values in order, equal values sharing the mean of theirs.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	r := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			r[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return r
}

// pearson returns the correlation of two lists of one length, NaN where one does not vary.
func pearson(a, b []float64) float64 {
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma += a[i] / float64(len(a))
		mb += b[i] / float64(len(b))
	}
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// kendall returns tau-b: the excess of pairs in the same order, ties taken out of both sides.
func kendall(a, b []float64) float64 {
	var same, other, tiesA, tiesB float64
	for i := range a {
		for j := range i {
			x, y := a[i]-a[j], b[i]-b[j]
			switch {
			case x == 0 && y == 0:
			case x == 0:
				tiesA++
			case y == 0:
				tiesB++
			case (x > 0) == (y > 0):
				same++
			default:
				other++
			}
		}
	}
	n := math.Sqrt((same + other + tiesA) * (same + other + tiesB))
	if n == 0 {
		return 0
	}
	return (same - other) / n
}
