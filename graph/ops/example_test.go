package ops_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// Every operator is one row, found by its name and the version of its domain.
func ExampleLookup() {
	m, err := readers.Open("zoo:resnet18")
	if err != nil {
		fmt.Println(err)
		return
	}
	seen := map[string]bool{}
	for _, n := range m.Main.Nodes {
		if spec := ops.Lookup(n.Op, 17); spec != nil && !seen[n.Op.Type] {
			seen[n.Op.Type] = true
			fmt.Println(n.Op.Type, spec.Kind)
		}
	}
	// Output:
	// Conv convolution
	// Relu rectifier
	// MaxPool max pooling
	// Add arithmetic
	// GlobalAveragePool global average pooling
	// Flatten view
	// Gemm gemm
}
