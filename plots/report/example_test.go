package report_test

import (
	"fmt"
	"os"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A document is written in any of the formats.
func ExampleLookup() {
	m, err := readers.Open("zoo:mobilenetv2")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := roofline.Run(res, d, roofline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := report.Lookup("table")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := f.Write(os.Stdout, report.Estimate(e, report.View{Top: 1})); err != nil {
		fmt.Println(err)
	}
	// Output:
	// mobilenetv2 takes at least 5.57 ms on Raspberry Pi 5 (BCM2712) (at most 180 FPS), limited by
	//   compute; lower bound only
	//   lower bound     5.57 ms
	//   runs as¹        fp32, batch 1
	//   assumes         fusion full, every kernel at the peak rate or the full memory bandwidth, no launch
	//                   or host overhead
	//   bound by        60.2 % compute, 39.8 % memory
	//   work            301 MMAC, 621 MFLOP, 68.9 MB moved, 9.01 FLOP/B
	//   memory          13.3 MiB weights + 9.19 MiB activations = 22.5 MiB: fits in 7.51 GiB usable;
	//                   system and runtime take 502 MiB
	//   coverage        100.0 % of nodes are known; 3.49 M parameters
	//
	// layer                                         work   traffic  FLOP/B       time   share  bound
	// /features/feature…v/conv.1/conv/Conv    6.32 MFLOP   6.02 MB    1.05  352    µs   6.3 %  memory
	// 53 others                             614    MFLOP  62.8  MB    9.78    5.21 ms  93.7 %  compute
	// (left out for width: attainable, kernels)
	//
	// ¹ batch dimension "batch" defaults to 1
}
