package judge

import (
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Grid is the latencies that a model expects of a few networks on every built-in device with every runtime and
// precision.
type Grid struct {
	latencies map[cell]float64 // s
	settings  map[cell]joint.Setting
	devices   map[string]*hwprofiles.Device
}

// A cell is one question to the model.
type cell struct {
	device, runtime, network string
	precision                dtype.Type
	batch                    int64
}

var gridNetworks = []string{"zoo:resnet50", "zoo:mobilenetv2", "zoo:yolov8n", "zoo:vgg11", "zoo:bert-base"}

var gridPrecisions = []dtype.Type{dtype.Float32, dtype.Float16, dtype.BFloat16, dtype.Int8}

// NewGrid asks a model about the networks at some batches.
func NewGrid(m *joint.Model, batches ...int64) (*Grid, error) {
	rs, err := runtimes.Load()
	if err != nil {
		return nil, err
	}
	devices, err := hwprofiles.NewCatalog().List()
	if err != nil {
		return nil, err
	}
	g := &Grid{map[cell]float64{}, map[cell]joint.Setting{}, map[string]*hwprofiles.Device{}}
	for _, name := range gridNetworks {
		for _, batch := range batches {
			res, err := inferred(name, batch)
			if err != nil {
				return nil, err
			}
			parts := make([][]answer, len(devices))
			c := cell{network: name, batch: batch}
			parallel.Do(len(devices), func(i int) { parts[i] = ask(m, rs, devices[i], c, res) })
			for i, d := range devices {
				g.devices[d.ID] = d
				for _, a := range parts[i] {
					g.latencies[a.cell], g.settings[a.cell] = a.latency, a.setting
				}
			}
		}
	}
	return g, nil
}

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

// An answer is what the model expects of a cell.
type answer struct {
	cell    cell
	setting joint.Setting
	latency float64 // s
}

// ask returns the answers about a network on a device. Precisions that the device cannot run have none.
func ask(m *joint.Model, rs *runtimes.Set, d *hwprofiles.Device, c cell, res *infer.Result) []answer {
	var out []answer
	for _, r := range rs.List() {
		if !r.RunsOn(d) {
			continue
		}
		for _, p := range gridPrecisions {
			terms, kernels, err := roofline.Terms(res, d, roofline.Options{Precision: p, Tuner: &roofline.Tuner{Runtime: r}})
			if err != nil {
				continue
			}
			s := joint.SettingOf(d, r, p, 0, "")
			c.device, c.runtime, c.precision = d.ID, r.ID, p
			latency := math.Exp(m.Forecast(&s, joint.Merge(terms), &joint.Network{Batch: c.batch, Bag: kernel.NewBag(kernels)}).Log)
			if !math.IsInf(latency, 0) && !math.IsNaN(latency) {
				out = append(out, answer{c, s, latency})
			}
		}
	}
	return out
}

// rate returns the rate of matrix work of a cell, as its runtime sustains it.
func (g *Grid) rate(c cell) float64 {
	s := g.settings[c]
	return s.Rates[s.Kind]
}

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
