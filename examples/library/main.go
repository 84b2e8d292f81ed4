// Command library asks the questions of the other examples from Go.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/ridgepoint/ridgepoint"
)

// main prints an estimate.
func main() {
	log.SetFlags(0)
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// run prints lower bounds of one network and says which networks fit a budget.
func run(ctx context.Context) error {
	var rp ridgepoint.Estimator
	m, err := rp.Load("zoo:resnet50")
	if err != nil {
		return err
	}
	bound := &ridgepoint.Options{Precision: "fp16", Runtime: ridgepoint.NoRuntime}
	e, err := rp.Estimate(m, "t4", bound)
	if err != nil {
		return err
	}
	fmt.Printf("%s on %s: at least %.2f ms\n", e.Model, e.Device.Name, e.Milliseconds())

	points, err := rp.Sweep(ctx, m, []string{"t4"}, ridgepoint.BatchAxis, []int64{1, 8, 64}, bound)
	if err != nil {
		return err
	}
	for _, p := range points {
		fmt.Printf("batch %d: at most %.0f FPS\n", p.Value, p.Throughput())
	}
	choices, err := rp.Pick(ctx, ridgepoint.Search{
		Models: []string{"zoo:mobilenetv2", "zoo:resnet50"}, Devices: []string{"rpi-5"},
		Options: &ridgepoint.Options{Runtime: ridgepoint.NoRuntime},
	}, ridgepoint.Budget{Latency: 0.02})
	if err != nil {
		return err
	}
	for _, c := range choices {
		fmt.Printf("%s within 20 ms: %v\n", c.Model, c.Verdict)
	}
	return nil
}
