package kernel

import (
	"cmp"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
)

// A Bag says what a network is made of: the share of its work that kernels of each structure have, in the order of the
// structures' names. Sizes are left out, and so is the order of the kernels. It does not depend on a device.
type Bag []Portion

// A Portion is the share of the kernels of one structure, in steps of 1/1024. Shares of a bag add up to nearly 1.
type Portion struct {
	Structure string  // class and operator
	Share     float64 // of the network's work
}

// steps gives the number of steps of a share from 0 to 1. Structures with less than half a step are left out.
const steps = 1024

// NewBag returns the bag of kernels.
func NewBag(kernels []Kernel) Bag {
	var b Bag
	at := map[structure]int{}
	for i := range kernels {
		k := &kernels[i]
		key := structure{k.Class, k.Op}
		p, ok := at[key]
		if !ok {
			p = len(b)
			at[key] = p
			b = append(b, Portion{Structure: k.Structure()})
		}
		b[p].Share += k.effort()
	}
	return b.share()
}

// structure says how kernels are told apart in a bag.
type structure struct {
	class Class  // of the kernel
	op    string // its operator
}

// Structure names what the kernel is, whatever its size: its class and the operators that it fuses, in their order.
func (k *Kernel) Structure() string { return k.Class.String() + ":" + k.Op }

// ridge gives the FLOP per element moved at which a kernel counts as bound by arithmetic as much as by memory: half
// precision on a GPU with 64 FLOP per byte.
const ridge = 128

// effort returns what a kernel takes on a device with that ridge, in elements moved. Of narrow types a byte counts as
// one. Weights are left out, so that all grows with the batch and shares do not depend on it.
func (k *Kernel) effort() float64 {
	moved := float64(k.Cost.Bytes()) - float64(k.Cost.Weights)
	for _, t := range []Traffic{k.Float.Read, k.Float.Written} {
		moved += float64(t.Elems) - float64(t.Bytes)
	}
	return max(float64(k.Cost.Work[cost.Matrix].Ops)/ridge, moved) * float64(k.Times)
}

// Mean returns the mean of bags.
func Mean(bags []Bag) Bag {
	var b Bag
	for _, o := range bags {
		b = append(b, o...)
	}
	slices.SortStableFunc(b, func(x, y Portion) int { return cmp.Compare(x.Structure, y.Structure) })
	var out Bag
	for _, p := range b {
		if last := len(out) - 1; last >= 0 && out[last].Structure == p.Structure {
			out[last].Share += p.Share
		} else {
			out = append(out, p)
		}
	}
	return out.share()
}

// share makes weights shares, in the order of the structures.
func (b Bag) share() Bag {
	slices.SortFunc(b, func(x, y Portion) int { return cmp.Compare(x.Structure, y.Structure) })
	var total float64
	for _, p := range b {
		total += p.Share
	}
	if !(total > 0) || math.IsInf(total, 1) {
		return nil
	}
	for i := range b {
		b[i].Share = math.Round(b[i].Share/total*steps) / steps
	}
	return slices.DeleteFunc(b, func(p Portion) bool { return p.Share == 0 })
}
