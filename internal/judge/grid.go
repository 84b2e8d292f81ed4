package judge

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Grid is what estimates say of a few networks on every built-in device with every runtime and precision.
type Grid struct {
	answers map[cell]answer
	devices map[string]*hwprofiles.Device
	worse   map[string][]string // devices that each is better than
}

// A cell is one question.
type cell struct {
	device, runtime, network string
	precision                dtype.Type
	batch                    int64
}

// An answer is the estimate of a cell.
type answer struct {
	setting          joint.Setting
	rate             float64 // operations/s of the fastest matrix work
	latency          float64 // s
	light, low, high float64 // s
	macs             int64
}

// gridNetworks lists the networks asked about. Those of one name in several sizes stand in their order.
var gridNetworks = []string{
	"zoo:mobilenetv2", "zoo:vgg11", "zoo:bert-base",
	"zoo:resnet50?size=160", "zoo:resnet50", "zoo:resnet50?size=288",
	"zoo:yolov8n?size=320", "zoo:yolov8n?size=480", "zoo:yolov8n",
}

// larger lists pairs of one network at two sizes.
var larger = map[string]string{
	"zoo:resnet50": "zoo:resnet50?size=160", "zoo:resnet50?size=288": "zoo:resnet50",
	"zoo:yolov8n?size=480": "zoo:yolov8n?size=320", "zoo:yolov8n": "zoo:yolov8n?size=480",
}

var gridPrecisions = []dtype.Type{dtype.Float32, dtype.Float16, dtype.BFloat16, dtype.Int8}

// gridBatches lists the batches asked about, in rising order.
var gridBatches = []int64{1, 8, 32}

// NewGrid asks about all cells with what a model knows, of every so many devices of the catalogue.
func NewGrid(m *joint.Model, every int) (*Grid, error) {
	rs, err := runtimes.Load()
	if err != nil {
		return nil, err
	}
	devices, err := catalogue(every)
	if err != nil {
		return nil, err
	}
	g := &Grid{map[cell]answer{}, map[string]*hwprofiles.Device{}, worse(devices)}
	for _, name := range gridNetworks {
		for _, batch := range gridBatches {
			res, err := inferred(name, batch)
			if err != nil {
				return nil, err
			}
			parts := make([]map[cell]answer, len(devices))
			c := cell{network: name, batch: batch}
			parallel.Do(len(devices), func(i int) { parts[i] = ask(m, rs, devices[i], c, res) })
			for i, d := range devices {
				g.devices[d.ID] = d
				for c, a := range parts[i] {
					g.answers[c] = a
				}
			}
		}
	}
	return g, nil
}

// catalogue returns every so many devices of the catalogue.
func catalogue(every int) ([]*hwprofiles.Device, error) {
	devices, err := hwprofiles.NewCatalog().List()
	if err != nil {
		return nil, err
	}
	n := 0
	return slices.DeleteFunc(devices, func(*hwprofiles.Device) bool { n++; return n%every != 0 }), nil
}

// inferred returns a built-in network at a batch.
func inferred(name string, batch int64) (*infer.Result, error) {
	model, err := zoo.Open(name)
	if err != nil {
		return nil, err
	}
	plan, err := infer.Prepare(model)
	if err != nil {
		return nil, err
	}
	return plan.Run(infer.Bindings{Batch: batch}, nil)
}

// ask returns the answers about a network on a device. Precisions that the device cannot run have none.
func ask(m *joint.Model, rs *runtimes.Set, d *hwprofiles.Device, c cell, res *infer.Result) map[cell]answer {
	out := map[cell]answer{}
	for _, r := range rs.On(d) {
		for _, p := range gridPrecisions {
			tuner := &roofline.Tuner{Runtimes: rs, Model: m, Runtime: r}
			e, err := roofline.Run(res, d, roofline.Options{Precision: p, Tuner: tuner})
			if err != nil {
				continue
			}
			c.device, c.runtime, c.precision = d.ID, r.ID, p
			l := &e.Latency
			s := joint.SettingOf(d, r, p, 0, "")
			out[c] = answer{
				setting: s, rate: fastest(d, r, &s), macs: e.MACs(),
				latency: *l.Expected, light: l.SpeedOfLight, low: *l.Low, high: *l.High,
			}
		}
	}
	return out
}

// fastest returns the highest rate of matrix work that a setting has, as its runtime sustains it: of fp32 that of TF32
// where convolutions run in it.
func fastest(d *hwprofiles.Device, r *runtimes.Runtime, s *joint.Setting) float64 {
	rate := s.Rates[s.Kind]
	if tf32, ok := d.Peak(cost.Matrix, dtype.TF32); ok && r.TF32Conv && s.Kind == joint.Kind32 {
		slow, _ := d.Throttle(dtype.TF32)
		rate = max(rate, tf32.Rate.Value/slow)
	}
	return rate
}

// rate returns the rate of the fastest matrix work of a cell.
func (g *Grid) rate(c cell) float64 { return g.answers[c].rate }

// vector returns the rate of vector work of a cell, of 8 bits in the wider type that it runs in.
func (g *Grid) vector(c cell) float64 {
	d := g.devices[c.device]
	rate := func(t dtype.Type) float64 {
		if peak, ok := d.Peak(cost.Vector, t); ok {
			return peak.Rate.Value
		}
		return 0
	}
	if c.precision == dtype.Int8 {
		return max(rate(dtype.Float16), rate(dtype.Float32))
	}
	return rate(c.precision)
}
