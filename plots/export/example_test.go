package export_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/plots/export"
)

func ExampleFind() {
	_, err := export.Find("netrn")
	fmt.Println(err.Error()[:55])
	f, err := export.Find("gha")
	fmt.Println(f.Suffix, err)
	// Output:
	// there is no export format "netrn"; did you mean netron?
	// .gha.json <nil>
}
