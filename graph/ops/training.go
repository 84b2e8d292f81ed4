package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var trainingSpecs = []Spec{
	// Softmax first: max, subtract, exp and sum for each score, then a logarithm and a subtraction.
	{Op: onnx("SoftmaxCrossEntropyLoss"), Since: 12, Kind: Reduction, Doc: "cross entropy of softmax scores and labels",
		MinIn: 2, Infer: inferLoss, Work: lossWork(4, 1)},
	{Op: onnx("NegativeLogLikelihoodLoss"), Since: 12, Kind: Reduction, Doc: "negative log likelihood of labels",
		MinIn: 2, Infer: inferLoss, Work: lossWork(0, 0)},
	optimizer("Adagrad", 3, 6, 2, "adaptive gradient step"),
	optimizer("Adam", 4, 10, 2, "adaptive moment estimation step"),
	optimizer("Momentum", 3, 5, 0, "gradient step with momentum"),
}

// inferLoss sets the outputs: one loss a label, or one in all where they are reduced; optionally the log-probabilities.
func inferLoss(c *Call) error {
	scores, labels := c.Shape(0), c.Shape(1)
	if len(scores) < 2 || len(labels) != len(scores)-1 {
		return fmt.Errorf("scores %v and labels %v: expected [batch, classes, …] and [batch, …]", scores, labels)
	}
	if c.Str("reduction", "mean") == "none" {
		c.SetOut(0, c.Type(0), labels...)
	} else {
		c.SetOut(0, c.Type(0))
	}
	c.SetOut(1, c.Type(0), scores...)
	return nil
}

// lossWork returns operations a score, and two a label to weigh and sum its loss.
func lossWork(vector, special int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		n := c.Shape(0).Elems()
		k.AddWork(cost.Vector, c.Type(0), sat.Add(sat.Mul(vector, n), sat.Mul(2, c.Shape(1).Elems())))
		k.AddWork(cost.Special, c.Type(0), sat.Mul(special, n))
	}
}

// optimizer returns a row for an optimizer step on several tensors at once. Inputs are the rate, the step
// number, then the tensors, their gradients and groups-2 kinds of state; the outputs are the new
// tensors and state. Operations are counted an element from the update formulas of the operator's definition.
func optimizer(name string, groups int, vector, special int64, doc string) Spec {
	return Spec{
		Op: graph.OpID{Domain: "ai.onnx.preview.training", Type: name}, Since: 1, Kind: Elementwise, Doc: doc, MinIn: 2 +
			groups,
		Infer: func(c *Call) error {
			n := (c.NumIn() - 2) / groups
			if (c.NumIn()-2)%groups != 0 || c.NumOut() > n*(groups-1) {
				return fmt.Errorf("has %d inputs and %d outputs; expected 2 + %d and %d for each tensor", c.NumIn(), c.NumOut(),
					groups, groups-1)
			}
			for o := range c.NumOut() {
				in := 2 + o
				if o >= n { // the gradients have no counterpart among the outputs
					in += n
				}
				c.SetOut(o, c.Type(in), c.Shape(in)...)
			}
			return nil
		},
		Work: func(c *Call, k *cost.Cost) {
			for i := range (c.NumIn() - 2) / groups {
				n := c.Shape(2 + i).Elems()
				k.AddWork(cost.Vector, c.Type(2+i), sat.Mul(vector, n))
				k.AddWork(cost.Special, c.Type(2+i), sat.Mul(special, n))
			}
		},
	}
}
