package lower

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Common holds what lowerings of one result by several recipes share: how its tensors flow, and kernels of the same
// steps. Two goroutines must not use it at once. The zero Common is ready; its storage is used again.
type Common struct {
	res  *infer.Result // nil before Open
	ways []*way        // of which the first few are of the result
	used int
}

// A way is one flow of a result's tensors, with the kernels that were made of it.
type way struct {
	flow    dataflow.Flow
	options dataflow.Options // that were asked for
	starts  [][]int32        // by composite: steps that may be its seed
	kernels []kernel.Kernel  // as fill describes them, before what the readers of their results change
	before  []int32          // by kernel: the one before it with the same first step, -1 if none
	last    []int32          // by step: the latest kernel that begins with it, -1 if none
}

// Open makes a result the one that lowerings are of. Kernels of the result before are no longer valid.
func (c *Common) Open(res *infer.Result) { c.res, c.used = res, 0 }

// way returns the flow of the result for options. Options that make no difference to the result share one.
func (c *Common) way(o dataflow.Options) *way {
	for _, w := range c.ways[:c.used] {
		if w.options == o {
			return w
		}
	}
	if c.used == len(c.ways) {
		c.ways = append(c.ways, new(way))
	} else if same := slices.IndexFunc(c.ways[c.used:], func(w *way) bool { return w.options == o }); same > 0 {
		c.ways[c.used], c.ways[c.used+same] = c.ways[c.used+same], c.ways[c.used]
	}
	w := c.ways[c.used]
	w.options = o
	w.flow.Trace(c.res, o)
	for _, other := range c.ways[:c.used] {
		if other.flow.Same(&w.flow) {
			return other
		}
	}
	c.used++
	w.starts = startsOf(&w.flow, w.starts)
	w.kernels, w.before = w.kernels[:0], w.before[:0]
	w.last = dataflow.Resize(w.last, len(c.res.Steps))
	for i := range w.last {
		w.last[i] = -1
	}
	return w
}

// find returns the kernel of steps by a rule, nil where none was made.
func (w *way) find(steps []int32, rule string) *kernel.Kernel {
	for i := w.last[steps[0]]; i >= 0; i = w.before[i] {
		if k := &w.kernels[i]; k.Rule == rule && slices.Equal(k.Steps, steps) {
			return k
		}
	}
	return nil
}

// keep keeps a kernel for other recipes.
func (w *way) keep(k *kernel.Kernel) {
	w.before = append(w.before, w.last[k.Steps[0]])
	w.last[k.Steps[0]] = int32(len(w.kernels))
	w.kernels = append(w.kernels, *k)
}
