package infer

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// A Step is one executed node.
type Step struct {
	Node   *graph.Node // that runs
	Spec   *ops.Spec   // nil if the operator is unknown
	Cost   cost.Cost   // of one execution
	Times  int64       // how often it is executed; 0 for the branch of an If that is not taken
	Folded bool        // every output value is known beforehand, so nothing runs
	// Unknown says that the operator has no row or an input's shape is not known: Cost is the memory floor of what is
	// known.
	Unknown bool
	Depth   int // 0 in the main graph
}

// Kind returns the kind of the step's operator, NoKind if that is unknown.
func (s *Step) Kind() ops.Kind {
	if s.Spec == nil {
		return ops.NoKind
	}
	return s.Spec.Kind
}

// Weights returns the second factor of the step's matrix work, None if that is not an input.
func (s *Step) Weights() graph.ID {
	if s.Spec == nil {
		return graph.None
	}
	return s.input(s.Spec.WeightInput())
}

// Bias returns what the step's matrix work adds to its result, None if there is no bias.
func (s *Step) Bias() graph.ID {
	if s.Spec == nil || s.Spec.Bias == 0 {
		return graph.None
	}
	return s.input(s.Spec.Bias)
}

// input returns an input, None if it is left out.
func (s *Step) input(i int) graph.ID {
	if i >= len(s.Node.Inputs) {
		return graph.None
	}
	return s.Node.Inputs[i]
}
