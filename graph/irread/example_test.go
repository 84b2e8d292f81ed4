package irread_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/irread"
)

// The layers of a file become operators of ONNX.
func ExampleRead() {
	const data = `<net name="one"><layers>
	<layer id="0" name="x" type="Parameter"><output><port id="0" precision="FP32"><dim>1</dim></port></output></layer>
	<layer id="1" name="y" type="ReLU"><input><port id="0"><dim>1</dim></port></input>
	<output><port id="1" precision="FP32"><dim>1</dim></port></output></layer>
	</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/></edges></net>`
	m, err := irread.Read("one.xml", strings.NewReader(data), int64(len(data)))
	fmt.Println(m.Main.Nodes[0].Label(), err)
	// Output: node "y" (Relu) <nil>
}
