package ops

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
)

// onnx names an operator of the default domain.
func onnx(name string) graph.OpID { return graph.OpID{Type: name} }

// unary is a row for out = f(in), ops operations an element on one engine.
func unary(name string, since int, e cost.Engine, ops int64, doc string) Spec {
	return Spec{
		Op: onnx(name), Since: since, Class: cost.Elementwise, Doc: doc, MinIn: 1,
		Infer: inferSame,
		Work:  perElement(e, ops),
	}
}

// inferSame gives output 0 the type and shape of input 0.
func inferSame(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	return nil
}

// perElement is ops operations on engine e for each element of output 0.
func perElement(e cost.Engine, ops int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) { k.AddWork(e, c.Out(0).Type, graph.Mul(ops, OutElems(c, 0))) }
}

var elementwiseSpecs = []Spec{
	unary("Relu", 1, cost.Vector, 1, "max(0, x)"),
}
