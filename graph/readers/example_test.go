package readers_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/readers"
)

func ExampleOpen() {
	m, err := readers.Open("zoo:resnet50")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Name, len(m.Main.Nodes), "nodes")
	// Output: resnet50 122 nodes
}
