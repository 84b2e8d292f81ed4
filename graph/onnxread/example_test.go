package onnxread_test

import (
	"bytes"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

func ExampleRead() {
	var b bytes.Buffer
	if err := zoo.Write(&b, "zoo:resnet18"); err != nil {
		fmt.Println(err)
		return
	}
	m, err := onnxread.Read("resnet18.onnx", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(m.Main.Nodes), "nodes,", len(m.Tensors), "tensors")
	// Output: 49 nodes, 92 tensors
}
