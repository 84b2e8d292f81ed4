package ops

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// Cost returns the work of the node of an inferred call, and its traffic by the row's rule or the default one.
func Cost(s *Spec, c *Call) cost.Cost {
	k := &c.cost // not a local: it would escape through the row's functions
	*k = cost.Cost{}
	if !anyOut(c) {
		return *k // nothing is wanted of the node, so nothing runs
	}
	if s.Work != nil {
		s.Work(c, k)
	}
	switch {
	case s.Bytes != nil:
		s.Bytes(c, k)
	case s.Class() == cost.View:
	default:
		DefaultBytes(c, k)
	}
	return *k
}

// anyOut reports whether any output is wanted.
func anyOut(c *Call) bool {
	for i := range c.Node.Outputs {
		if c.HasOut(i) {
			return true
		}
	}
	return false
}

// DefaultBytes adds the traffic of the byte rule: each distinct operand crosses memory once.
func DefaultBytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		ReadAll(c, k, i)
	}
	WriteAll(c, k)
}

// ReadAll adds one full read of input i, nothing if it is absent or repeats an earlier input.
func ReadAll(c *Call, k *cost.Cost, i int) {
	if !c.Has(i) || c.earlier.Has(c.Node, i, nil) {
		return
	}
	ReadBytes(c, k, i, c.infos[c.Node.Inputs[i]].Bytes())
}

// ReadBytes adds n bytes read from input i, to Weights if that is an initializer.
func ReadBytes(c *Call, k *cost.Cost, i int, n int64) {
	if c.IsInit(i) {
		k.Weights = sat.Add(k.Weights, n)
	} else {
		k.Read = sat.Add(k.Read, n)
	}
}

// WriteAll adds one full write of every output that is wanted.
func WriteAll(c *Call, k *cost.Cost) {
	for i := range c.Node.Outputs {
		if out := c.Out(i); out != nil {
			k.Written = sat.Add(k.Written, out.Bytes())
		}
	}
}

// OutElems returns the number of elements of output i, 0 if it is not wanted.
func OutElems(c *Call, i int) int64 {
	if out := c.Out(i); out != nil {
		return out.Shape.Elems()
	}
	return 0
}
