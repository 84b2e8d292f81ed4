package lower_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

func ExampleLower() {
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
	for _, level := range []lower.Level{lower.None, lower.Epilogue, lower.Full} {
		fmt.Println(level, len(lower.Lower(res, level.Recipe())), "kernels")
	}
	// Output:
	// none 99 kernels
	// epilogue 54 kernels
	// full 54 kernels
}
