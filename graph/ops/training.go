package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
)

const previewTraining = "ai.onnx.preview.training"

// optimiser is a row for an update step over groups of tensors: two scalars, then the weights, their
// gradients and per of state each; the outputs are weights and state.
func optimiser(name string, state int, vector, special int64, doc string) Spec {
	return Spec{Op: graph.OpID{Domain: previewTraining, Type: name}, Since: 1, Class: cost.Elementwise, Doc: doc, MinIn: 4,
		Infer: func(c *Call) error { return inferOptimiser(c, state) },
		Work: func(c *Call, k *cost.Cost) {
			n := int64(0)
			for i := range c.NumOut() / (1 + state) {
				n = graph.Add(n, OutElems(c, i))
			}
			k.AddWork(cost.Vector, c.Type(2), graph.Mul(vector, n))
			k.AddWork(cost.Special, c.Type(2), graph.Mul(special, n))
		}}
}

var trainingSpecs = []Spec{
	{Op: onnx("NegativeLogLikelihoodLoss"), Since: 12, Class: cost.Reduction, Doc: "negative log likelihood of targets", MinIn: 2, Infer: inferNLL, Work: lossWork(2, 0)},
	{Op: onnx("SoftmaxCrossEntropyLoss"), Since: 12, Class: cost.Reduction, Doc: "cross entropy of softmax scores", MinIn: 2, Infer: inferCrossEntropy, Work: lossWork(4, 1)},
	optimiser("Adagrad", 1, 6, 2, "one step of Adagrad"),
	optimiser("Momentum", 1, 5, 0, "one step of gradient descent with momentum"),
	optimiser("Adam", 2, 10, 2, "one step of Adam"),
}

// lossWork is operations an element of the scores.
func lossWork(vector, special int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		n := c.Shape(0).Elems()
		k.AddWork(cost.Vector, c.Type(0), graph.Mul(vector, n))
		if special > 0 {
			k.AddWork(cost.Special, c.Type(0), graph.Mul(special, n))
		}
	}
}

func inferNLL(c *Call) error {
	if c.Str("reduction", "mean") == "none" {
		c.SetOut(0, c.Type(0), c.Shape(1)...)
	} else {
		c.SetOut(0, c.Type(0))
	}
	return nil
}

func inferCrossEntropy(c *Call) error {
	c.SetOut(1, c.Type(0), c.Shape(0)...)
	return inferNLL(c)
}

func inferOptimiser(c *Call, state int) error {
	groups := (c.NumIn() - 2) / (2 + state)
	if groups*(2+state)+2 != c.NumIn() || c.NumOut() > groups*(1+state) {
		return fmt.Errorf("%d inputs and %d outputs do not form groups of weight, gradient and state", c.NumIn(), c.NumOut())
	}
	for i := range c.NumOut() {
		from := 2 + i
		if i >= groups { // state follows the gradients among the inputs
			from += groups
		}
		if !c.Has(from) {
			return fmt.Errorf("input %d is missing", from)
		}
		c.SetOut(i, c.Type(from), c.Shape(from)...)
	}
	return nil
}
