package provenance_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// Every figure of a device says where it comes from.
func Example() {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.DRAM().Bandwidth.Text, "is known as", d.DRAM().Bandwidth.Source.Kind)
	// Output: 320 GB/s is known as derived
}
