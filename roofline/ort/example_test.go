package ort_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/roofline/ort"
)

// MatMul makes a model of one matrix multiplication, whose rate is the machine's.
func ExampleMatMul() {
	model, c, err := ort.MatMul(64)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(model) > 0, c.Inputs[0].Shape)
	// Output: true [64 64]
}
