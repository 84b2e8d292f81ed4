package energy_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// A device draws more while its arithmetic limits it than while its memory does.
func ExamplePowerOf() {
	d, err := hwprofiles.NewCatalog().Get("a100-sxm4-40")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range []roofline.Bound{roofline.Memory, roofline.Compute} {
		var shares energy.Shares
		shares[b] = 1
		p := energy.PowerOf(d, shares)
		fmt.Printf("%s-bound: %.0f W of the %s, %s\n", b, p.Watts, p.Covers, p.Basis)
	}
	// Output:
	// memory-bound: 200 W of the device, measured
	// compute-bound: 382 W of the device, measured
}
