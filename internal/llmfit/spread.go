package main

import "math"

// What is taken of devices before any is seen: one differs from the others by 0.15 in logarithms, as if two devices had
// shown so.
const (
	between    = 0.15
	seenBefore = 2.0
)

// enough counts the devices that tell how far off one more is without Student's distribution: a tenth of them is one
// and a half.
const enough = 16

// spreadOf returns the ends of the 90 % interval of measured over predicted times on one more device, of the residuals
// of all devices but one; false without any. Rows of a device are alike, so that what counts is how far devices are
// apart: with few of them the interval is wide, with enough it holds nine of ten rows of each device by the others.
func spreadOf(samples []*sample, said []float64, but string) (low, high float64, ok bool) {
	groups := map[string][]float64{}
	for i, s := range samples {
		if r := math.Log(s.seconds / said[i]); s.device != but && !math.IsNaN(r) {
			groups[s.device] = append(groups[s.device], r)
		}
	}
	center, scale, ok := scaleOf(groups, "")
	if !ok {
		return 0, 0, false
	}
	half := scale * student(seenBefore+float64(len(groups))-1)
	if len(groups) >= enough {
		var far []float64
		for d, g := range groups {
			c, s, _ := scaleOf(groups, d)
			for _, r := range g {
				far = append(far, math.Abs(r-c)/s)
			}
		}
		half = scale * quantile(far, 0.9)
	}
	return math.Exp(center - half), math.Exp(center + half), true
}

// scaleOf returns the middle of the residuals of devices but one, and how far a row of one more is from it.
func scaleOf(groups map[string][]float64, but string) (center, scale float64, ok bool) {
	var n, k, inside, apart float64
	for d, g := range groups {
		if d != but {
			n += float64(len(g))
			k++
		}
	}
	if n < 3 {
		return 0, 0, false
	}
	for d, g := range groups {
		if d != but {
			center += mean(g) / k
		}
	}
	for d, g := range groups {
		if d == but {
			continue
		}
		m := mean(g)
		apart += (m - center) * (m - center)
		for _, r := range g {
			inside += (r - m) * (r - m) / n
		}
	}
	free := seenBefore + k - 1
	return center, math.Sqrt((seenBefore*between*between+apart)/free*(1+1/k) + inside), true
}

// mean returns the mean, 0 of nothing.
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
