package runtimes_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

func ExampleSet_Get() {
	set, err := runtimes.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := set.Get("trt")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.ID, "is", r.Name)
	// Output: tensorrt is NVIDIA TensorRT
}
