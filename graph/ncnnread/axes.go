package ncnnread

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
)

// axes returns the writer of a layer that makes or removes axes of one, by a list of them. Other ways to name them stay
// unknown. more is by how many one axis changes the dimensions.
func axes(typ string, more int) func(*op) error {
	return func(o *op) error {
		on := o.lists[3]
		o.ranks[o.out[0]] = 0
		if len(on) == 0 {
			o.unknown()
			return nil
		}
		if rank := o.ranks[o.in[0]]; rank > 0 {
			o.ranks[o.out[0]] = max(rank+more*len(on), 0)
		}
		o.node(typ, []graph.ID{o.in[0], o.b.Ints(behind(on)...)})
		return nil
	}
}

// behind returns axes behind the batch.
func behind(list []int64) []int64 {
	out := slices.Clone(list)
	for i := range out {
		out[i] = axis(out[i])
	}
	return out
}

// tile repeats a blob along axes: by a list of factors, or by one for an axis.
func tile(o *op) error {
	times, rank := slices.Clone(o.lists[2]), o.ranks[o.in[0]]
	if len(times) == 0 && rank > 0 {
		times = slices.Repeat([]int64{1}, rank)
		at := o.int(0, 0)
		if at < 0 {
			at += int64(rank)
		}
		if at < 0 || at >= int64(rank) {
			return fmt.Errorf("%.60q: found the axis %d for %d dimensions", o.layer.name, o.int(0, 0), rank)
		}
		times[at] = o.int(1, 1)
	}
	if len(times) == 0 || rank > len(times) {
		o.unknown()
		return nil
	}
	o.ranks[o.out[0]] = len(times)
	x := o.in[0]
	if front := len(times) - rank; rank > 0 && front > 0 { // axes of one come in front
		list := make([]int64, front)
		for i := range list {
			list[i] = int64(i) + 1
		}
		x = o.through("Unsqueeze", []graph.ID{x, o.b.Ints(list...)})
	}
	o.node("Tile", []graph.ID{x, o.b.Ints(append([]int64{1}, times...)...)})
	return nil
}

// reductions lists ONNX's operators by ncnn's number.
var reductions = []string{"ReduceSum", "ReduceL1", "ReduceSumSquare", "ReduceMean", "ReduceMax", "ReduceMin",
	"ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp"}

// reduction folds axes that a list names, or all.
func reduction(o *op) error {
	code, on, rank := o.int(0, 0), o.lists[3], o.ranks[o.in[0]]
	if code < 0 || code >= int64(len(reductions)) {
		return fmt.Errorf("%.60q: found the operation %d, known are 0 to %d", o.layer.name, code, len(reductions)-1)
	}
	if o.int(1, 1) != 0 || len(on) == 0 {
		on = nil
		for i := range rank {
			on = append(on, int64(i))
		}
	}
	o.ranks[o.out[0]] = rank
	if o.int(4, 0) == 0 {
		o.ranks[o.out[0]] = max(rank-len(on), 0)
	}
	if len(on) == 0 {
		o.unknown()
		return nil
	}
	o.node(reductions[code], []graph.ID{o.in[0], o.b.Ints(behind(on)...)}, compose.Int("keepdims", min(o.int(4, 0), 1)))
	return nil
}
