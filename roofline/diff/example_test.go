package diff_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/diff"
)

func ExampleCompare() {
	light := func(spec string) *roofline.Estimate {
		m, err := readers.Open(spec)
		if err != nil {
			panic(err)
		}
		plan, err := infer.Prepare(m)
		if err != nil {
			panic(err)
		}
		res, err := plan.Run(infer.Bindings{}, nil)
		if err != nil {
			panic(err)
		}
		d, err := hwprofiles.NewCatalog().Get("t4")
		if err != nil {
			panic(err)
		}
		e, err := roofline.Run(res, d, roofline.Options{})
		if err != nil {
			panic(err)
		}
		return e
	}
	d := diff.Compare(light("zoo:resnet34"), light("zoo:resnet18"))
	fmt.Println(d.Count[diff.Added], "added,", d.Count[diff.Removed], "removed")
	// Output: 0 added, 16 removed
}
