// Package joint fits one model to the measurements of all devices, runtimes and precisions. The parameters of a slice
// are the runtime's prior times the exponential of a sum of effects, each with a Gaussian prior. Slices of one device,
// architecture, class, precision or source share effects.
package joint

import (
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Sample is one measured inference.
type Sample struct {
	Setting
	Network string // fingerprint of the network
	Model   string // as published
	Family  string // of networks, as published
	// Precision is the short name of the type asked for.
	Precision string
	Batch     int64
	Bag       kernel.Bag // what the network is made of
	Terms     []timing.Term
	Measured  float64 // s
	// AtMost is set where no time was measured: it is known that it is no longer than Measured.
	AtMost bool
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

// A Network is what is asked about, as far as a model knows it.
type Network struct {
	Print string // its fingerprint; may be empty
	Batch int64
	Bag   kernel.Bag // what it is made of; may be empty: then networks that are alike say nothing
}

// Asked returns the network of a sample.
func (s *Sample) Asked() *Network { return &Network{s.Network, s.Batch, s.Bag} }
