package trace_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

func ExampleRead() {
	p, err := trace.Read("profile.json", strings.NewReader(`[
  { "count" : 100 }
, { "name" : "/conv1/Conv + /relu/Relu", "timeMs" : 2.0, "averageMs" : 0.02, "percentage" : 80 }
, { "name" : "/fc/Gemm", "timeMs" : 0.5, "averageMs" : 0.005, "percentage" : 20 }
]`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d nodes, %.0f µs\n", p.Format, len(p.Nodes), 1e6*p.Total)
	// Output: trtexec --exportProfile: 2 nodes, 25 µs
}
