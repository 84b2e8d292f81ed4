package products_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/products"
)

func Example() {
	table := products.BuiltIn()
	fmt.Println(table.Device("Pixel 8 Pro"))
	fmt.Println(table.Share("c7g.xlarge"))
	near := table.Nearest("pixel-10")
	fmt.Printf("%s: %s\n", near.Device, near.Why)
	// Output:
	// tensor-g3
	// it has 4 cores of graviton3; name that device and 4 threads
	// tensor-g4: of the generation before
}
