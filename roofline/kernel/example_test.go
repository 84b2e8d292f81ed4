package kernel_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// The kernels of a model are what a runtime launches for its nodes.
func Example() {
	m, err := readers.Open("zoo:mobilenetv2")
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
	e, err := roofline.Kernels(res, roofline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	k := &e.Layers[0].Kernel
	fmt.Println(k.Name, k.Class, k.Cost.MACs, "MAC")
	// Output: /features/features.0/features.0.0/Conv conv 10838016 MAC
}
