// Package cost says what a piece of work does, without reference to any machine.
package cost

import (
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// An Engine is the kind of arithmetic unit that work runs on.
type Engine uint8

// The engines.
const (
	Matrix     Engine = iota // multiply-accumulate arrays: tensor cores, AMX, systolic arrays
	Vector                   // SIMD lanes: add, multiply, compare, select
	Special                  // exp, log, tanh, erf, sqrt, division, sine: priced by the device
	NumEngines               // how many engines there are
)

// engineNames lists the names of engines in profiles.
var engineNames = [NumEngines]string{"matrix", "vector", "special"}

// String returns matrix, vector or special.
func (e Engine) String() string { return engineNames[e] }

// A Class says how an operator fuses with its neighbours.
type Class uint8

// The classes, after the operator patterns of tensor compilers.
const (
	Opaque      Class = iota // never fused: unknown operators, sorting, recurrent layers, control flow
	View                     // no work, no traffic: another look at the same bytes
	Elementwise              // out[i] = f(in[i], …), broadcasting allowed
	// each output element copies or interpolates a few inputs: transpose, gather, concat, pad, resize
	Injective
	Reduction  // many to one: reduce, pool, softmax, normalisation
	Anchor     // matrix work: conv, matmul, attention
	Metadata   // shape arithmetic on a handful of integers; run by the host while it prepares kernels
	NumClasses // how many classes there are
)

// classNames lists the names of classes as tables show them.
var classNames = [NumClasses]string{"opaque", "view", "elementwise", "injective", "reduction", "anchor", "metadata"}

// String returns the class in lower case.
func (c Class) String() string { return classNames[c] }

// Work is a number of operations of one element type.
type Work struct {
	Type dtype.Type // that the operations run in
	Ops  int64      // FLOP on Matrix and Vector (a multiply-add is 2), evaluations on Special
}

// A Cost is the work and byte traffic of a node or kernel. The zero Cost is no work at all.
type Cost struct {
	MACs    int64            // multiply-adds of the matrix work
	Work    [NumEngines]Work // indexed by Engine; one element type per engine
	Read    int64            // bytes of activations read
	Weights int64            // bytes of initializers read; not part of Read
	Written int64            // bytes written
}

// FLOPs returns matrix and vector work in FLOP plus one per special-function evaluation.
func (c *Cost) FLOPs() int64 {
	return sat.Add(sat.Add(c.Work[Matrix].Ops, c.Work[Vector].Ops), c.Work[Special].Ops)
}

// Bytes returns the total byte traffic.
func (c *Cost) Bytes() int64 { return sat.Add(sat.Add(c.Read, c.Weights), c.Written) }

// Intensity returns the operational intensity in FLOP/B, 0 when nothing is moved.
func (c *Cost) Intensity() float64 {
	b := c.Bytes()
	if b == 0 {
		return 0
	}
	return float64(c.FLOPs()) / float64(b)
}

// AddWork adds ops operations of type t on engine e. The engine keeps the type of its largest share.
func (c *Cost) AddWork(e Engine, t dtype.Type, ops int64) {
	w := &c.Work[e]
	if ops > w.Ops || w.Type == dtype.Undefined {
		w.Type = t
	}
	w.Ops = sat.Add(w.Ops, ops)
}

// AddMACs adds matrix work: macs multiply-adds of type t, 2 FLOP each.
func (c *Cost) AddMACs(t dtype.Type, macs int64) {
	c.MACs = sat.Add(c.MACs, macs)
	c.AddWork(Matrix, t, sat.Mul(2, macs))
}

// Add adds d to c.
func (c *Cost) Add(d *Cost) {
	c.MACs = sat.Add(c.MACs, d.MACs)
	for e := range d.Work {
		if d.Work[e].Ops != 0 {
			c.AddWork(Engine(e), d.Work[e].Type, d.Work[e].Ops)
		}
	}
	c.Read = sat.Add(c.Read, d.Read)
	c.Weights = sat.Add(c.Weights, d.Weights)
	c.Written = sat.Add(c.Written, d.Written)
}

// Times returns n executions of c.
func (c Cost) Times(n int64) Cost {
	if n == 1 {
		return c
	}
	c.MACs = sat.Mul(c.MACs, n)
	for e := range c.Work {
		c.Work[e].Ops = sat.Mul(c.Work[e].Ops, n)
	}
	c.Read, c.Weights, c.Written = sat.Mul(c.Read, n), sat.Mul(c.Weights, n), sat.Mul(c.Written, n)
	return c
}
