package timing_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A term is one kernel at the peaks of a device; the parameters say what a runtime achieves of them.
func ExampleSum() {
	p := params.Priors()
	one := []timing.Term{{Compute: 1e-3, Memory: 2e-3, Times: 1}}
	fmt.Println(timing.Sum(&p, one) > 2e-3)
	// Output: true
}
