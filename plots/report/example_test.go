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
	// mobilenetv2 on Raspberry Pi 5 (BCM2712), fp32, batch 1
	//   lower bound     5.565 ms  (179.7 samples/s)
	//   assumes         fusion full, every kernel at the peak rate or the full memory bandwidth, no launch or host overhead
	//   time bound by   60.2 % compute, 39.8 % memory
	//   work            300.8 M MAC, 620.7 MFLOP, 68.86 MB moved, 9.014 FLOP/B
	//   memory          13.3 MiB weights + 9.188 MiB activations = 22.49 MiB: fits in 7.51 GiB usable; system and runtime take 501.8 MiB
	//   parameters      3.488 M; fusion full; coverage 100.0 %
	//
	// layer                                       kernels  work (MFLOP)  traffic (MB)  FLOP/B  attainable (GFLOP/s)  time (ms)   share  bound
	// /features/features.2/conv/conv.1/conv/Conv        1           6.3          6.02   1.049                  17.9      0.352   6.3 %  memory
	// 53 others                                        53         614.4         62.83   9.778                 117.9      5.213  93.7 %  compute
	//
	// ¹ batch dimension "batch" defaults to 1
}
