package compose_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A reader of another format writes a rectifier of ONNX.
func Example() {
	b := compose.New(1 << 16)
	x := b.Input("x", dtype.Float32, []int64{1, 8}, "batch")
	y := b.Value("y", dtype.Float32, []int64{1, 8})
	b.Node(b.Model.Main, graph.OpID{Type: "Relu"}, "relu", []graph.ID{x}, []graph.ID{y})
	b.Model.Main.Outputs = []graph.ID{y}
	fmt.Println(b.Model.Main.Nodes[0].Label(), b.Err())
	// Output: node "relu" (Relu) <nil>
}
