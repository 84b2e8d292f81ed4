package roofline

import (
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// The laws are tested in one of so many settings: primes, so that no number of threads or precision is left out. There
// are some hundred thousand.
const (
	lawsStep  = 41
	lawsWhole = 5 // where RIDGEPOINT_LAWS=all, as make check asks
)

// A setting is one way to run the model of the laws.
type setting struct {
	device    *hwprofiles.Device
	runtime   *runtimes.Runtime // nil: the device's default
	precision dtype.Type        // Undefined: the model's own
	threads   int               // 0: none given
}

func (s setting) String() string {
	id := "default"
	if s.runtime != nil {
		id = s.runtime.ID
	}
	return fmt.Sprintf("%s, %s, %s, %d threads", s.device.ID, id, s.precision.Short(), s.threads)
}

// A world is what the laws are tested on.
type world struct {
	tuner *Tuner
	model *infer.Result
}

// estimate runs the model of the laws in a setting.
func (w *world) estimate(s setting) (*Estimate, error) {
	t := *w.tuner
	t.Runtime = s.runtime
	return Run(w.model, s.device, Options{Precision: s.precision, Threads: s.threads, Tuner: &t})
}

// laws hold in every setting. A law returns how it is broken, "" where it holds or says nothing of the setting. To add
// a law, add a row.
var laws = []struct {
	name   string
	broken func(w *world, s setting) string
}{
	{"fewer threads are never faster, and the default is all or the number of the runtime", fewerThreads},
	{"more threads than there are, and threads of no CPU, are errors", countedThreads},
	{"a default mode is the device, and less power is never faster", lowerModes},
	{"a device that some runtime runs on has a default", hasDefault},
	{"a runtime runs where it can, and is refused elsewhere with those that run there", offered},
	{"ONNX Runtime takes as long in fp16 as in fp32 on a CPU", halfAsFull},
	{"OpenVINO takes as long in fp32 as in fp16 on a GPU and an NPU", fullAsHalf},
}

func onCores(d *hwprofiles.Device) bool { return d.Class.Cores() }

// TestLaws tests every law in every setting: all devices in all modes, with all runtimes, precisions and numbers of
// threads.
func TestLaws(t *testing.T) {
	sampling.Alone(t)
	w := &world{engines(t), built(t, "zoo:mobilenetv2?size=64", 1)}
	step := lawsStep
	if sampling.All() {
		step = lawsWhole
	}
	n := 0
	var tested []setting
	for s := range settings(t, w) {
		if n++; n%step == 0 {
			tested = append(tested, s)
		}
	}
	parallel.Do(len(tested), func(i int) {
		for _, law := range laws {
			if why := law.broken(w, tested[i]); why != "" {
				t.Errorf("%s: %s: %s", tested[i], law.name, why)
			}
		}
	})
	if n < 5000 {
		t.Errorf("found %d settings, expected those of the whole catalogue", n)
	}
}

// settings yields every setting.
func settings(t *testing.T, w *world) func(yield func(setting) bool) {
	devices := everyDevice(t)
	engines := append([]*runtimes.Runtime{nil}, w.tuner.Runtimes.List()...)
	precisions := []dtype.Type{dtype.Undefined}
	for i := range precisionRows {
		precisions = append(precisions, precisionRows[i].want)
	}
	return func(yield func(setting) bool) {
		for _, d := range devices {
			threads := []int{0}
			if onCores(d) {
				threads = []int{0, 1, max(1, d.Units/2), d.Units}
			}
			for _, r := range engines {
				if r != nil && !r.RunsOn(d) { // it is refused, whatever else is asked for
					if !yield(setting{d, r, dtype.Undefined, 0}) {
						return
					}
					continue
				}
				for _, p := range precisions {
					for _, n := range threads {
						if !yield(setting{d, r, p, n}) {
							return
						}
					}
				}
			}
		}
	}
}

// everyDevice returns the built-in devices, each in all of its modes whose limits are known.
func everyDevice(t *testing.T) []*hwprofiles.Device {
	t.Helper()
	c := hwprofiles.NewCatalog()
	all, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		for i := range d.Modes {
			if !d.Modes[i].Known() {
				continue
			}
			m, err := c.Get(d.ID + "@" + d.Modes[i].ID)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
	}
	return all
}
