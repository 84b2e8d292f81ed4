package explore_test

import (
	"context"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/explore"
)

func ExampleSweep_Run() {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := explore.Sweep{
		Load: func(spec string) (*infer.Plan, error) {
			m, err := readers.Open(spec)
			if err != nil {
				return nil, err
			}
			return infer.Prepare(m)
		},
		Devices: []*hwprofiles.Device{d},
		Axis:    roofline.Axis{Kind: roofline.SizeAxis},
		Sizes:   []roofline.Size{roofline.Square(160), {Height: 160, Width: 224}},
	}
	points, err := s.Run(context.Background(), "zoo:mobilenetv2")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range points {
		fmt.Println(p.Step, p.MACs, "MAC")
	}
	// Output:
	// 160 154083200 MAC
	// 160x224 215204480 MAC
}
