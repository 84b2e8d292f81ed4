package graph_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// A model is a list of nodes and the tensors between them.
func Example() {
	m, err := readers.Open("zoo:resnet18")
	if err != nil {
		fmt.Println(err)
		return
	}
	n := m.Main.Nodes[0]
	fmt.Println(n.Op.Type, "makes", m.Tensors[n.Outputs[0]].Name)
	// Output: Conv makes /conv1/Conv_output_0
}
