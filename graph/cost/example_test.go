package cost_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// The cost of a node is its work by engine and its traffic.
func Example() {
	m, err := readers.Open("zoo:resnet18")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range res.Steps {
		if s := &res.Steps[i]; s.Node.Op.Type == "Conv" {
			fmt.Printf("%d MAC, %d FLOP, %d B\n", s.Cost.MACs, s.Cost.FLOPs(), s.Cost.Bytes())
			break
		}
	}
	// Output: 118013952 MAC, 236830720 FLOP, 3851264 B
}
