package host_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
)

func ExampleDetect() {
	cpu := host.Detect()
	fmt.Println(cpu.Threads > 0)
	// Output: true
}
