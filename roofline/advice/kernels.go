package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// Rules about what kernels are made of change the kernels themselves: the network that has them need not exist yet.

// changed returns a change of kernels. It comes after a change that was made before.
func changed(by func(*infer.Result, *kernel.Kernel)) func(Setup) (Setup, error) {
	return func(s Setup) (Setup, error) {
		before := s.Options.Change
		s.Options.Change = func(res *infer.Result, k *kernel.Kernel) {
			if before != nil {
				before(res, k)
			}
			by(res, k)
		}
		s.Changed.Graph = true
		return s, nil
	}
}

// The channels that a kernel of matrix work with constant weights reads and writes.
type channels struct {
	in, out int64
	last    bool // what it writes is an output of the graph
}

// channelsOf returns the channels of a dense convolution or a product with weights; false for every other kernel.
func channelsOf(res *infer.Result, k *kernel.Kernel) (c channels, ok bool) {
	if k.Class != kernel.Conv && k.Class != kernel.GEMM || k.N == 0 || k.K == 0 {
		return c, false
	}
	for _, i := range k.Steps {
		s := &res.Steps[i]
		if s.Cost.MACs == 0 {
			continue
		}
		w := s.Weights()
		if w == graph.None || res.Plan.Model.Tensors[w].Init == nil {
			return c, false
		}
		c.in, c.out = k.K, k.N
		if shape := res.Infos[w].Shape; k.Class == kernel.Conv && len(shape) > 2 {
			c.in = shape[1]
		}
	}
	for _, i := range k.Steps {
		for _, id := range res.Steps[i].Node.Outputs {
			c.last = c.last || slices.Contains(res.Plan.Model.Main.Outputs, id)
		}
	}
	return c, c.in > 0
}

// matrixUnits reports whether a device does the work of a type on units that take blocks of channels.
func matrixUnits(d *hwprofiles.Device, t dtype.Type) bool {
	p, ok := d.Peak(cost.Matrix, t)
	return ok && p.Engine == cost.Matrix && !d.Class.Cores()
}

// block returns the channels that matrix units take at once in a type: 16 bytes, 16 channels of int8 at least.
func block(d *hwprofiles.Device, t dtype.Type) int64 {
	switch bits := t.Bits(); {
	case d.Systolic > 0:
		return int64(d.Systolic)
	case bits >= 16:
		return 8
	case bits == 8:
		return 16
	}
	return 32
}

// mostCut gives the share of its channels that a layer may lose to end at a whole block.
const mostCut = 1.0 / 8

// whole returns channels down to a whole block, and as many as there are where that takes too many away.
func whole(n, of int64) int64 {
	down := n / of * of
	if down == 0 || float64(n-down) > mostCut*float64(n) {
		return n
	}
	return down
}

// aligned cuts channels down to whole blocks.
func aligned(q *Question, base *roofline.Estimate) []trial {
	if !matrixUnits(q.Device, base.Ran) {
		return nil
	}
	of := block(q.Device, base.Ran)
	fewer := func(c channels) (in, out int64) {
		in, out = whole(c.in, of), whole(c.out, of)
		if c.last {
			out = c.out
		}
		return in, out
	}
	names := kernelsWhere(base, func(c channels) bool {
		in, out := fewer(c)
		return in != c.in || out != c.out
	})
	if len(names) == 0 {
		return nil
	}
	return []trial{{what: fmt.Sprintf("channels in multiples of %d", of), affected: names,
		detail: "rounded down: units take whole blocks, what is beyond one costs as a whole one",
		change: changed(func(res *infer.Result, k *kernel.Kernel) {
			if c, ok := channelsOf(res, k); ok {
				in, out := fewer(c)
				scale(k, float64(in)/float64(c.in), float64(out)/float64(c.out))
			}
		})}}
}

// kernelsWhere returns the names of the kernels whose channels are so.
func kernelsWhere(e *roofline.Estimate, is func(channels) bool) (names []string) {
	for i := range e.Layers {
		if c, ok := channelsOf(e.Inferred, &e.Layers[i].Kernel); ok && is(c) {
			names = append(names, e.Layers[i].Name)
		}
	}
	return names
}

// scale gives a kernel some of its channels.
func scale(k *kernel.Kernel, in, out float64) {
	by := func(x *int64, f float64) { *x = int64(float64(*x)*f + 0.5) }
	traffic := func(f *kernel.Floats) {
		for t, f := range map[*kernel.Traffic]float64{&f.Read: in, &f.Weights: in * out, &f.Written: out} {
			by(&t.Bytes, f)
			by(&t.Elems, f)
		}
	}
	by(&k.K, in)
	by(&k.N, out)
	by(&k.Cost.MACs, in*out)
	by(&k.Cost.Work[cost.Matrix].Ops, in*out)
	for e := cost.Vector; e < cost.NumEngines; e++ {
		by(&k.Cost.Work[e].Ops, out)
	}
	by(&k.Cost.Read, in)
	by(&k.Cost.Weights, in*out)
	by(&k.Cost.Written, out)
	traffic(&k.Float)
	traffic(&k.Kept)
}

// few gives the number of channels below which matrix units are not filled.
const few = 32

// narrow gives layers of few channels the efficiency of more.
func narrow(q *Question, base *roofline.Estimate) []trial {
	if !matrixUnits(q.Device, base.Ran) {
		return nil
	}
	is := func(c channels) bool { return !c.last && (c.in < few || c.out < few) }
	names := kernelsWhere(base, is)
	if len(names) == 0 {
		return nil
	}
	return []trial{{what: fmt.Sprintf("layers of %d channels or more, at most", few), affected: names,
		detail: "as much work in fewer, wider layers, such as a stem on blocks of pixels",
		change: changed(func(res *infer.Result, k *kernel.Kernel) {
			if c, ok := channelsOf(res, k); ok && is(c) {
				k.K = k.K * max(c.in, few) / c.in
				k.N = max(k.N, few)
			}
		})}}
}

// sparseTypes lists the types in which tensor cores take weights of which two of four are zero, at twice the rate.
var sparseTypes = []dtype.Type{dtype.Float16, dtype.BFloat16, dtype.TF32, dtype.Int8, dtype.Float8E4M3FN}

// sparseUnits lists the architectures that have such cores, and the runtime that uses them.
var sparseUnits = []string{"Ampere", "Ada", "Hopper", "Blackwell"}

const sparseRuntime = "tensorrt"

// sparse gives matrix work twice the peak, and weights half of their bytes.
func sparse(q *Question, base *roofline.Estimate) []trial {
	is := func(name string) bool { return strings.HasPrefix(q.Device.Arch, name) }
	if base.Tuning == nil || base.Tuning.Runtime.ID != sparseRuntime || !slices.Contains(sparseTypes, base.Ran) ||
		!slices.ContainsFunc(sparseUnits, is) {
		return nil
	}
	p, ok := q.Device.Peak(cost.Matrix, base.Ran)
	if !ok || p.Engine != cost.Matrix {
		return nil
	}
	names := kernelsWhere(base, func(c channels) bool { return c.in >= few })
	if len(names) == 0 {
		return nil
	}
	return []trial{{what: "2:4 sparse weights, at most", affected: names, change: func(s Setup) (Setup, error) {
		d, err := s.Device.With(p.Rate.Path + "=x2")
		if err != nil {
			return s, err
		}
		s.Device = d
		return changed(func(res *infer.Result, k *kernel.Kernel) {
			if c, ok := channelsOf(res, k); ok && c.in >= few {
				k.Cost.Weights /= 2
				k.Float.Weights.Bytes /= 2
				k.Float.Weights.Elems /= 2
			}
		})(s)
	}}}
}

// cached gives the memory that holds weights between two inferences room for all of them.
func cached(q *Question, base *roofline.Estimate) []trial {
	level := &q.Device.Memory[0]
	needs := float64(base.WeightBytes)
	switch {
	case q.Device.Streams():
	case q.Device.Class.Cores() && len(q.Device.Memory) > 1:
		level, needs = &q.Device.Memory[1], 2*needs // others are in it too
	default:
		return nil
	}
	if level.Capacity.Value == 0 || needs <= level.Capacity.Value {
		return nil
	}
	set := fmt.Sprintf("%s=%s", level.Capacity.Path, strings.ReplaceAll(units.Format(1.01*needs, units.Capacity), " ", ""))
	return []trial{{what: "weights that stay in " + level.Name + ", at most",
		detail: fmt.Sprintf("%s of weights, %s of memory: fewer or narrower weights, or a smaller network",
			units.Short(float64(base.WeightBytes), units.Capacity), units.Short(level.Capacity.Value, units.Capacity)),
		change: func(s Setup) (Setup, error) {
			d, err := s.Device.With(set)
			s.Device, s.Changed.Set = d, set
			return s, err
		}}}
}
