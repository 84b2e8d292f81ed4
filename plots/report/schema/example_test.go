package schema_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Results of a document are the structures of this package.
func Example() {
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
	out := report.Estimate(e, report.View{}).Results[0].(*schema.Estimate)
	fmt.Println(schema.ID("estimate"), out.Model, out.Total.MACs)
	// Output: ridgepoint/estimate/v2 mobilenetv2 300774272
}
