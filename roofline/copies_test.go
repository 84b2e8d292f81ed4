package roofline

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestCopies: copies of ResNet-50's 3x224x224 input and 1000 outputs, in fp32, take their bytes over the rate, for
// every image of a batch and whatever the precision. A CPU copies nothing, and the lower bound does not move.
func TestCopies(t *testing.T) {
	const bytes = 4 * (3*224*224 + 1000)
	devices := hwprofiles.NewCatalog()
	for _, c := range []struct {
		device, runtime string
		batch           int64
		want            float64 // bytes
	}{
		{"rtx3060", "tensorrt", 1, bytes}, {"rtx3060", "tensorrt", 32, 32 * bytes}, {"rtx4090", "pytorch-eager", 1, bytes},
		{"rpi-5", "onnxruntime-cpu", 1, 0},
	} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		opt := Options{Tuner: engines(t), Precision: dtype.Float16}
		if opt.Tuner.Runtime, err = opt.Tuner.Runtimes.Get(c.runtime); err != nil {
			t.Fatal(err)
		}
		res := built(t, "zoo:resnet50", c.batch)
		without, err := Run(res, d, opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.Transfers = true
		with, err := Run(res, d, opt)
		if err != nil {
			t.Fatal(err)
		}
		const rate = 3.1e9 // B/s, to within what a fit may move it
		by := with.Latency.Best() - without.Latency.Best()
		if want := c.want / rate; math.Abs(by-want) > 0.3*want {
			t.Errorf("%s: copies take %g s, expected about %g", c.device, by, want)
		}
		if with.Latency.SpeedOfLight != without.Latency.SpeedOfLight {
			t.Errorf("%s: the lower bound is %g with copies and %g without", c.device, with.Latency.SpeedOfLight,
				without.Latency.SpeedOfLight)
		}
		if got := with.Spent.Total(); math.Abs(got-with.Latency.Best()) > 1e-9*got {
			t.Errorf("%s: parts add up to %g s of %g", c.device, got, with.Latency.Best())
		}
	}
}
