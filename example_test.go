package ridgepoint_test

import (
	"context"
	"fmt"

	"github.com/ridgepoint/ridgepoint"
)

func ExamplePredict() {
	e, err := ridgepoint.Predict("zoo:yolo11n", "rpi-5", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f ms\n", e.Milliseconds())
	// Output: 162 ms
}

func ExampleEstimator_Sweep() {
	var rp ridgepoint.Estimator
	m, err := rp.Load("zoo:resnet50")
	if err != nil {
		fmt.Println(err)
		return
	}
	points, err := rp.Sweep(context.Background(), m, []string{"t4"}, ridgepoint.BatchAxis, []int64{1, 8, 64},
		&ridgepoint.Options{Precision: "fp16"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range points {
		fmt.Printf("batch %d: %.0f FPS\n", p.Value, p.Throughput())
	}
	// Output:
	// batch 1: 872 FPS
	// batch 8: 2247 FPS
	// batch 64: 2789 FPS
}

func ExampleEstimator_Pick() {
	var rp ridgepoint.Estimator
	choices, err := rp.Pick(context.Background(), ridgepoint.Search{
		Models:  []string{"zoo:yolo11n", "zoo:yolo11s", "zoo:yolo11m"},
		Devices: []string{"jetson-orin-nano-8-super"},
		Options: &ridgepoint.Options{Precision: "fp16"},
	}, ridgepoint.Budget{FPS: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range choices {
		fmt.Println(c.Model, c.Verdict)
	}
	// Output:
	// yolo11s yes
	// yolo11n yes
	// yolo11m no
}
