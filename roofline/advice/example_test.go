package advice_test

import (
	"context"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
)

// Without a runtime, savings are of the lower bound.
func Example() {
	m, err := readers.Open("zoo:resnet18")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		fmt.Println(err)
		return
	}
	q := &advice.Question{Setup: advice.Setup{Plan: plan, Device: d}}
	a, err := q.Answer(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	first := a.Advice[0]
	fmt.Printf("%s, %d %% of the time, accuracy may change: %t\n", first.What, int(100*first.Share), first.Accuracy)
	// Output: precision int8, 87 % of the time, accuracy may change: true
}
