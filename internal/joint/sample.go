// Package joint fits one model to the measurements of all devices, runtimes and precisions. The parameters of a slice
// are the runtime's prior times the exponential of a sum of effects, each with a Gaussian prior. Slices of one device,
// architecture, class, precision or source share effects.
//
// The package is an experiment that internal/jointboard judges. No estimate reads it.
package joint

import (
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Sample is one measured inference.
type Sample struct {
	Setting
	Network  string // fingerprint of the network
	Family   string // of networks, as published
	Batch    int64
	Terms    []timing.Term
	Bag      kernel.Bag
	Measured float64 // s
}

// Merge returns terms with equal ones joined and their executions added up. Their latency stays the same.
func Merge(terms []timing.Term) []timing.Term {
	at := map[timing.Term]int{}
	var out []timing.Term
	for _, t := range terms {
		key := t
		key.Times = 0
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, key)
		}
		out[i].Times += t.Times
	}
	return out
}
