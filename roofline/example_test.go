package roofline_test

import (
	"fmt"
	"log"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A matrix product and its activation become one kernel, timed on a shipped device.
func ExampleRun() {
	model := &graph.Model{
		Name:   "mlp",
		Opsets: []graph.Opset{{Version: 17}},
		Tensors: []graph.Tensor{
			{Name: "x", Kind: graph.FromInput, Decl: &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
				Dims: []graph.Dim{{Symbol: "batch"}, {Value: 1024}}}},
			{Name: "w", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Float32, Shape: graph.Shape{1024, 4096}}},
			{Name: "h"}, {Name: "y"},
		},
		Main: &graph.Graph{
			Nodes: []graph.Node{
				{Name: "fc", Op: graph.OpID{Type: "MatMul"}, Version: 17, Inputs: []graph.ID{0, 1}, Outputs: []graph.ID{2}},
				{Name: "act", Op: graph.OpID{Type: "Relu"}, Version: 17, Inputs: []graph.ID{2}, Outputs: []graph.ID{3}},
			},
			Inputs: []graph.ID{0}, Outputs: []graph.ID{3}, Initializers: []graph.ID{1},
		},
	}
	plan, err := infer.Prepare(model)
	if err != nil {
		log.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{Batch: 8}, nil)
	if err != nil {
		log.Fatal(err)
	}
	dev, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		log.Fatal(err)
	}
	e, err := roofline.Run(res, dev, roofline.Options{})
	if err != nil {
		log.Fatal(err)
	}
	l := e.Layers[0]
	fmt.Printf("%s, %s, %s, %d MAC, %d B, %s-bound\n", l.Op, l.Rule, e.Precision.Short(), l.Cost.MACs, l.Cost.Bytes(),
		l.Bound)
	// Output: MatMul+Relu, epilogue, fp32, 33554432 MAC, 16941056 B, memory-bound
}
