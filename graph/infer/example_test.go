package infer_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// Bindings give the free dimensions of a model their sizes; inference gives every tensor its type and shape.
func ExamplePlan_Run() {
	m, err := readers.Open("zoo:bert-base")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := plan.Run(infer.Bindings{Batch: 2, Dims: map[string]int64{"sequence": 128}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range res.Plan.Model.Main.Outputs {
		fmt.Println(m.Tensors[id].Name, res.Infos[id].Type, res.Infos[id].Shape)
	}
	fmt.Printf("%.1f GMAC\n", float64(res.MACs())/1e9)
	// Output:
	// /encoder/layer.11/output/LayerNorm/LayerNormalization_output_0 float32 [2 128 768]
	// /pooler/activation/Tanh_output_0 float32 [2 768]
	// 22.3 GMAC
}
