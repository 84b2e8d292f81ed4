package params_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

func ExampleOf() {
	p, ok := params.Of("launch")
	fmt.Println(params.Specs[p].Key, ok)
	// Output: launch true
}
