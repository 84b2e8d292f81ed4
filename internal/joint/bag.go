package joint

import (
	"cmp"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// relativesOf returns every network under every runtime that a sample of it was measured with, with the mean of the
// samples' bags, in the order of names.
func relativesOf(samples []*Sample) []relative {
	type key struct{ network, runtime string }
	by := map[key][]kernel.Bag{}
	for _, s := range samples {
		k := key{s.Network, s.Runtime}
		by[k] = append(by[k], s.Bag)
	}
	var out []relative
	for k, bags := range by {
		if b := kernel.Mean(bags); len(b) > 0 {
			out = append(out, relative{k.network, k.runtime, b, nil})
		}
	}
	slices.SortFunc(out, func(a, b relative) int {
		return cmp.Or(cmp.Compare(a.network, b.network), cmp.Compare(a.runtime, b.runtime))
	})
	return out
}

// Similarity says how alike two networks are made, from 0 to 1: H (1+J)/2, where H is the cosine of the roots of the
// shares, and J the share of structures that both have among those that either has. Of a bag and itself it is 1.
func Similarity(a, b kernel.Bag) float64 {
	d := dictionaryOf([]relative{{bag: a}})
	return similarity(d.entries(a), d.entries(b))
}

// An entry is a portion whose structure has a number.
type entry struct {
	structure int
	root      float64 // of the share
}

// A dictionary numbers structures in the order of their names.
type dictionary []string

// dictionaryOf returns the structures that the relatives have, sorted, each once.
func dictionaryOf(rs []relative) dictionary {
	var d dictionary
	for i := range rs {
		for _, p := range rs[i].bag {
			d = append(d, p.Structure)
		}
	}
	slices.Sort(d)
	return slices.Compact(d)
}

// entries returns the portions of a bag in the order of their numbers. Structures that no relative has come last.
func (d dictionary) entries(b kernel.Bag) []entry {
	out := make([]entry, 0, len(b))
	var others []entry
	for _, p := range b {
		i, ok := slices.BinarySearch(d, p.Structure)
		if ok {
			out = append(out, entry{i, math.Sqrt(p.Share)})
		} else {
			others = append(others, entry{len(d) + len(others), math.Sqrt(p.Share)})
		}
	}
	return append(out, others...)
}

// similarity compares a bag of a dictionary with any other.
func similarity(a, b []entry) float64 {
	var both, aa, bb float64
	for _, e := range a {
		aa += e.root * e.root
	}
	for _, e := range b {
		bb += e.root * e.root
	}
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].structure < b[j].structure:
			i++
		case a[i].structure > b[j].structure:
			j++
		default:
			both += a[i].root * b[j].root
			n++
			i++
			j++
		}
	}
	if n == 0 {
		return 0
	}
	either := len(a) + len(b) - n
	return min(both/math.Sqrt(aa*bb), 1) * (1 + float64(n)/float64(either)) / 2
}
