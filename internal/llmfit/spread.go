package main

import "math"

// What is taken of devices before any is seen: one differs from the others by 0.15 in logarithms, as if two devices had
// shown so.
const (
	between    = 0.15
	seenBefore = 2.0
)

// spreadOf returns the ends of the 90 % interval of measured over predicted times on one more device, of the residuals
// of all devices but one; false without any. Rows of a device are alike, so that what counts is how far devices are
// apart: with few of them the interval is wide.
func spreadOf(samples []*sample, said []float64, but string) (low, high float64, ok bool) {
	groups := map[string][]float64{}
	n := 0.0
	for i, s := range samples {
		if r := math.Log(s.seconds / said[i]); s.device != but && !math.IsNaN(r) {
			groups[s.device] = append(groups[s.device], r)
			n++
		}
	}
	k := float64(len(groups))
	if n < 5 {
		return 0, 0, false
	}
	var center, inside, apart float64
	for _, g := range groups {
		center += mean(g) / k
	}
	for _, g := range groups {
		m := mean(g)
		apart += (m - center) * (m - center)
		for _, r := range g {
			inside += (r - m) * (r - m) / n
		}
	}
	free := seenBefore + k - 1
	scale := math.Sqrt((seenBefore*between*between+apart)/free*(1+1/k) + inside)
	half := student(free) * scale
	return math.Exp(center - half), math.Exp(center + half), true
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// student returns the 95th percentile of Student's distribution (Cornish-Fisher expansion of the normal one's).
func student(free float64) float64 {
	const z = 1.6449
	z3, z5 := z*z*z, z*z*z*z*z
	return z + (z3+z)/(4*free) + (5*z5+16*z3+3*z)/(96*free*free)
}
