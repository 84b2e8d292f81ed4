package placement_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// ExampleOf says where a network runs on an accelerator without grouped convolutions.
func ExampleOf() {
	m, err := readers.Open("zoo:resnext50-32x4d")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := plan.Run(infer.Bindings{Batch: 1}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("rzv2h")
	if err != nil {
		fmt.Println(err)
		return
	}
	rs, err := runtimes.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := roofline.Run(res, d, roofline.Options{Precision: dtype.Int8, Tuner: &roofline.Tuner{Runtimes: rs}})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := placement.Of(e)
	fmt.Println(p.Verdict())
	fmt.Println(p.Fallen, "kernels fall back,", p.Segments, "segments,", p.Transfers, "transfers")
	// Output:
	// runs in part: some kernels fall back
	// 16 kernels fall back, 17 segments, 32 transfers
}
