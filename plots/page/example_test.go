package page_test

import (
	"fmt"
	"io"

	"github.com/ridgepoint/ridgepoint/plots/page"
)

func ExampleWrite() {
	err := page.Write(io.Discard, nil)
	fmt.Println(err)
	// Output: found no estimate, expected one at least
}
