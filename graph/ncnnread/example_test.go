package ncnnread_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/ncnnread"
)

// The layers of a file become operators of ONNX.
func ExampleRead() {
	const data = "7767517\n2 2\nInput i 0 1 in 0=6 1=6 2=8\nReLU r 1 1 in out\n"
	m, err := ncnnread.Read("one.param", strings.NewReader(data), int64(len(data)))
	fmt.Println(m.Main.Nodes[0].Label(), err)
	// Output: node "r" (Relu) <nil>
}
