package roofline

import (
	"context"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestNothingGiven: zero values and nil are answered with an error.
func TestNothingGiven(t *testing.T) {
	res, d := inferred(t, reluModel(), infer.Bindings{}), testDevice()
	run := func(res *infer.Result, d *hwprofiles.Device, opt Options) func() error {
		return func() error { _, err := Run(res, d, opt); return err }
	}
	sweep := func(axis AxisKind) func() error {
		return func() error {
			_, err := Sweep(context.Background(), nil, infer.Bindings{}, []*hwprofiles.Device{d}, Axis{Kind: axis}, []int64{1},
				Options{})
			return err
		}
	}
	for name, do := range map[string]func() error{
		"run of no model":             run(nil, d, Options{}),
		"run of a zero model":         run(&infer.Result{}, d, Options{}),
		"run on no device":            run(res, nil, Options{}),
		"run on a zero device":        run(res, &hwprofiles.Device{}, Options{}),
		"machine with a zero tuning":  func() error { _, err := NewMachine(d, dtype.Undefined, new(Tuning)); return err },
		"kernels of no model":         func() error { _, err := Kernels(nil, Options{}); return err },
		"terms of no model":           func() error { _, _, err := Terms(nil, d, Options{}); return err },
		"requirements like no device": func() error { _, err := Require(res, nil, Options{}, 1); return err },
		"sweep of no plan":            sweep(BatchAxis),
		"sweep of no plan's images":   sweep(SizeAxis),
		"sweep of no plan's length":   sweep(DimAxis),
	} {
		if do() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if c := Changes(nil, infer.Bindings{}, nil, Options{}); len(c) > 0 {
		t.Errorf("%d changes of nothing", len(c))
	}
	cells, err := Grid(context.Background(), []Job{{}}, []*hwprofiles.Device{nil, {}, d}, Options{Tuner: new(Tuner)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range cells[0] {
		if cells[0][i].Err == nil {
			t.Errorf("grid of nothing on device %d: no error", i)
		}
	}
}
