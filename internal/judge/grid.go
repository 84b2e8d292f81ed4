package judge

import (
	"fmt"
	"maps"
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

// String returns the question in words.
func (c *cell) String() string {
	return fmt.Sprintf("%s in %s with %s on %s at batch %d", c.network, c.precision.Short(), c.runtime, c.device, c.batch)
}

// An answer is the estimate of a cell.
type answer struct {
	setting          *joint.Setting
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
	rs, devices, err := catalogue(every)
	if err != nil {
		return nil, err
	}
	jobs, err := jobsOf(gridNetworks, gridBatches)
	if err != nil {
		return nil, err
	}
	g := &Grid{map[cell]answer{}, map[string]*hwprofiles.Device{}, worse(devices)}
	by := map[*runtimes.Runtime][]*hwprofiles.Device{}
	for _, d := range devices {
		g.devices[d.ID] = d
		for _, r := range rs.On(d) {
			by[r] = append(by[r], d)
		}
	}
	var asked []question
	for _, r := range rs.List() {
		for chunk := range slices.Chunk(by[r], together) {
			for _, p := range gridPrecisions {
				asked = append(asked, question{r, p, chunk})
			}
		}
	}
	parts := make([]map[cell]answer, len(asked))
	parallel.Do(len(asked), func(i int) { parts[i] = asked[i].ask(m, rs, jobs) })
	for _, part := range parts {
		maps.Copy(g.answers, part)
	}
	return g, nil
}

// catalogue returns the built-in runtimes and every so many of the devices.
func catalogue(every int) (*runtimes.Set, []*hwprofiles.Device, error) {
	rs, err := runtimes.Load()
	if err != nil {
		return nil, nil, err
	}
	devices, err := hwprofiles.NewCatalog().List()
	n := 0
	return rs, slices.DeleteFunc(devices, func(*hwprofiles.Device) bool { n++; return n%every != 0 }), err
}

// together bounds the devices that are asked about at once, so that no processor waits long for the last one.
const together = 100

// A gridJob is one network at one batch.
type gridJob struct {
	roofline.Job
	network string
	batch   int64
}

// jobsOf returns built-in networks at batches.
func jobsOf(networks []string, batches []int64) (out []gridJob, err error) {
	for _, name := range networks {
		plan, err := planOf(name)
		if err != nil {
			return nil, err
		}
		for _, batch := range batches {
			out = append(out, gridJob{roofline.Job{Plan: plan, Bindings: infer.Bindings{Batch: batch}}, name, batch})
		}
	}
	return out, nil
}

// planOf returns a built-in network, ready for inference.
func planOf(name string) (*infer.Plan, error) {
	model, err := zoo.Open(name)
	if err != nil {
		return nil, err
	}
	return infer.Prepare(model)
}

// inferred returns a built-in network at a batch.
func inferred(name string, batch int64) (*infer.Result, error) {
	plan, err := planOf(name)
	if err != nil {
		return nil, err
	}
	return plan.Run(infer.Bindings{Batch: batch}, nil)
}

// A question is about a runtime at a precision on devices.
type question struct {
	runtime   *runtimes.Runtime
	precision dtype.Type
	devices   []*hwprofiles.Device
}

// ask returns the answers about all jobs. Precisions that a device cannot run have none.
func (q *question) ask(m *joint.Model, rs *runtimes.Set, jobs []gridJob) map[cell]answer {
	out := map[cell]answer{}
	all := roofline.NewEvaluator(q.devices, roofline.Options{Precision: q.precision,
		Tuner: &roofline.Tuner{Runtimes: rs, Model: m, Runtime: q.runtime}})
	settings := make([]*joint.Setting, len(q.devices))
	cells := make([]roofline.Cell, len(q.devices))
	for i := range jobs {
		job := &jobs[i]
		all.Run(&job.Job, cells)
		for j := range cells {
			c, l := &cells[j], &cells[j].Latency
			if c.Err != nil {
				continue
			}
			if settings[j] == nil {
				at := joint.SettingOf(q.devices[j], q.runtime, q.precision, 0, "")
				settings[j] = &at
			}
			of := cell{q.devices[j].ID, q.runtime.ID, job.network, q.precision, job.batch}
			out[of] = answer{
				setting: settings[j], rate: fastest(q.devices[j], q.runtime, settings[j]), macs: c.Whole.MACs,
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
