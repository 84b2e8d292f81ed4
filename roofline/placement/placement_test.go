package placement

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// estimated estimates a built-in model on a device by the priors of its default runtime.
func estimated(t *testing.T, spec, device string) *roofline.Estimate {
	t.Helper()
	m, err := readers.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{Batch: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get(device)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := roofline.Run(res, d, roofline.Options{Precision: dtype.Int8, Tuner: &roofline.Tuner{Runtimes: rs}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestOf holds what falls back on boards of which that is published, and that runs add up to the network.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		model, device, verdict string
		falls                  []string // operators of the first run that falls back
		segments               int      // 0: not held
	}{
		{"zoo:resnet50", "rzv2h", "runs whole", nil, 1},
		{"zoo:resnext50-32x4d", "rzv2h", "runs in part: some kernels fall back", []string{"Conv"}, 17},
		{"zoo:mobilenetv2", "coral-edgetpu-usb", "runs whole", nil, 1},
		{"zoo:yolov8n?size=320", "coral-edgetpu-usb-rpi5", "runs in part: some kernels fall back", []string{"Softmax"}, 1},
		{"zoo:vit-ti-16", "coral-edgetpu-usb", "runs in part: some kernels fall back", nil, 1},
		{"zoo:resnet50", "hailo-8", "runs whole, as far as is known: no list of what falls back", nil, 1},
		{"zoo:mlperf-tiny-ic", "nucleo-l4r5zi", "runs whole, as far as is known: no list of what falls back", nil, 1},
		{"zoo:resnet50", "nucleo-l4r5zi", "does not fit: more weights than flash", nil, 1},
		{"zoo:mobilenetv1?width=25", "nucleo-g0b1re", "does not fit: more activations than RAM", nil, 1},
	} {
		e := estimated(t, c.model, c.device)
		p := Of(e)
		if p.Verdict() != c.verdict || c.segments > 0 && p.Segments != c.segments {
			t.Errorf("%s on %s: found %q in %d segments, want %q in %d", c.model, c.device, p.Verdict(), p.Segments, c.verdict,
				c.segments)
		}
		i := slices.IndexFunc(p.Runs, func(r Run) bool { return r.Falls })
		if c.falls != nil && (i < 0 || !slices.Equal(p.Runs[i].Operator, c.falls)) {
			t.Errorf("%s on %s: found the runs %+v, want the first fallen of %v", c.model, c.device, p.Runs, c.falls)
		}
		var seconds, fell float64
		for _, r := range p.Runs {
			seconds += r.Seconds
			if r.Falls {
				fell += r.Seconds
			}
		}
		if math.Abs(seconds-e.Spent.Device) > 1e-9*seconds || math.Abs(fell-p.Seconds) > 1e-9*seconds {
			t.Errorf("%s on %s: runs take %g s, %g of them fallen, want %g and %g", c.model, c.device, seconds, fell,
				e.Spent.Device, p.Seconds)
		}
		if *e.Latency.Expected <= 0 || e.Latency.SpeedOfLight > *e.Latency.Expected {
			t.Errorf("%s on %s: no time, or one below the bound", c.model, c.device)
		}
	}
}

// TestSpilled holds that weights beyond the chip are counted as those that cross the link.
func TestSpilled(t *testing.T) {
	for model, spills := range map[string]bool{"zoo:mobilenetv2": false, "zoo:resnet50": true} {
		p := Of(estimated(t, model, "coral-edgetpu-usb"))
		if got := p.Spilled > 0; got != spills || spills && p.Spilled != p.Of.WeightBytes-p.Scratch {
			t.Errorf("%s: %d B of %d cross the link with %d on the chip", model, p.Spilled, p.Of.WeightBytes, p.Scratch)
		}
	}
}

// TestFrames holds that frames in flight come out more often than one after the other, where the runtime has several.
func TestFrames(t *testing.T) {
	for device, several := range map[string]bool{"hailo-8": true, "metis-m2": true, "rk3588-npu": true,
		"coral-edgetpu-usb": false} {
		e := estimated(t, "zoo:mobilenetv2", device)
		if (e.Frames != nil) != several {
			t.Errorf("%s: found frames in flight %v, expected %v", device, e.Frames != nil, several)
		}
		if e.Frames == nil {
			continue
		}
		l := &e.Frames.Interval
		if e.Frames.Throughput(e.Batch) <= e.Throughput() || !(*l.Low < *l.Expected && *l.Expected < *l.High) {
			t.Errorf("%s: found %g frames/s in flight and %g one after the other", device, e.Frames.Throughput(e.Batch),
				e.Throughput())
		}
	}
}

// TestPacked holds that a network within an operator of a vendor's compiler has no place: it is not said to fall back.
func TestPacked(t *testing.T) {
	for device, operator := range map[string]string{"ethos-u55-256": "ethos-u", "coral-edgetpu-usb": "edgetpu-custom-op"} {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range []string{operator, "NoSuchOperator"} {
			k := kernel.Kernel{Name: "n", Op: op, Operator: op, Class: kernel.Unknown, Times: 1}
			p := Of(&roofline.Estimate{Device: d, Layers: []roofline.Layer{{Kernel: k, Falls: true}}})
			isPacked := op == operator
			said := strings.HasPrefix(p.Verdict(), "not known: the file is compiled")
			if said != isPacked || p.Packed != isPacked {
				t.Errorf("%s on %s: found the verdict %q", op, device, p.Verdict())
			}
			why := strings.Join(p.Runs[0].Why, " ")
			if len(p.Runs) != 1 || strings.Contains(why, "before that compiler") != isPacked {
				t.Errorf("%s on %s: found the runs %+v", op, device, p.Runs)
			}
		}
	}
}
