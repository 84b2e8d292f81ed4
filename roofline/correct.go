package roofline

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// Fingerprint names a network by its layers alone: kinds of matrix work with the elements of their weights. Names, the
// batch, the size of the input and the exporter's bookkeeping do not matter, so what is known of a network at one size
// holds at all.
func Fingerprint(res *infer.Result) string {
	model := res.Plan.Model
	constant := make([]bool, len(model.Tensors))
	for i := range model.Tensors {
		constant[i] = model.Tensors[i].Init != nil
	}
	var lines []string
	var buf []byte
	for i := range res.Steps {
		s := &res.Steps[i]
		if s.Folded || allConstant(s.Node.Inputs, constant) {
			for _, id := range s.Node.Outputs {
				if id != graph.None {
					constant[id] = true
				}
			}
		}
		if s.Cost.MACs == 0 || s.Times == 0 || s.Folded {
			continue
		}
		buf = append(append(buf[:0], s.Kind().String()...), ' ')
		if w := s.Weights(); w != graph.None && constant[w] {
			buf = strconv.AppendInt(buf, res.Infos[w].Shape.Elems(), 10)
		}
		lines = append(lines, string(buf))
	}
	slices.Sort(lines)
	h := fnv.New64a()
	for _, l := range lines {
		h.Write(append(append(buf[:0], l...), 0))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// allConstant reports whether a node has inputs and all are constant.
func allConstant(inputs []graph.ID, constant []bool) bool {
	any := false
	for _, id := range inputs {
		if id == graph.None {
			continue
		}
		if !constant[id] {
			return false
		}
		any = true
	}
	return any
}
