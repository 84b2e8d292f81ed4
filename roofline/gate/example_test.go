package gate_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// A budget of work and parameters needs no runtime.
func Example() {
	f, err := gate.Read("budgets.yaml", []byte(`schema: 1
budgets:
  - models: [zoo:mobilenetv2]
    devices: [rpi-5]
    max_flops: 600 MFLOP
    max_params: 3.5e6
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	entry := &f.Entries[0]
	m, err := readers.Open(entry.Models[0].Text)
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
	d, err := hwprofiles.NewCatalog().Get(entry.Devices[0].Text)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := roofline.Run(res, d, roofline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range gate.Judge(entry, &gate.Target{Estimate: e}, nil) {
		fmt.Println(c.Key, c.Show(c.Figure), "of", c.Show(c.Value), c.Verdict)
	}
	// Output:
	// max_flops 621 MFLOP of 600 MFLOP fail
	// max_params 3.49 M of 3.50 M pass
}
