package judge

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// better reports whether a device is at least as good as another of its architecture in every figure that the other
// has, and better in one.
func better(d, o *hwprofiles.Device) bool {
	if d.Vendor != o.Vendor || d.Class != o.Class || d.Arch != o.Arch || d.Units < o.Units || d.Host != o.Host {
		return false
	}
	more := d.Units > o.Units
	no := func(mine, other *hwprofiles.Quantity) bool { // worse
		if other == nil || other.Value == 0 {
			return false
		}
		if mine == nil || mine.Value < other.Value*(1-rounding) {
			return true
		}
		more = more || mine.Value > other.Value*(1+rounding)
		return false
	}
	if no(d.Clock, o.Clock) || no(d.Boost, o.Boost) || no(d.TDP, o.TDP) {
		return false
	}
	for _, peaks := range [][2][]hwprofiles.Peak{{d.Peaks, o.Peaks}, {d.Sustained, o.Sustained}} {
		for i := range peaks[1] {
			if no(rateOf(peaks[0], &peaks[1][i]), &peaks[1][i].Rate) {
				return false
			}
		}
	}
	for i := range o.Memory {
		level, same := levelOf(d, o.Memory[i].Name), &o.Memory[i]
		if no(&level.Bandwidth, &same.Bandwidth) || i > 0 && no(&level.Capacity, &same.Capacity) {
			return false
		}
	}
	return more
}

// rateOf returns the rate of the engine and type of a peak among others, nil where there is none.
func rateOf(peaks []hwprofiles.Peak, of *hwprofiles.Peak) *hwprofiles.Quantity {
	same := func(p hwprofiles.Peak) bool { return p.Engine == of.Engine && p.Type == of.Type }
	if i := slices.IndexFunc(peaks, same); i >= 0 {
		return &peaks[i].Rate
	}
	return nil
}

// levelOf returns a device's level of memory by name, empty where it has none.
func levelOf(d *hwprofiles.Device, name string) *hwprofiles.MemoryLevel {
	i := slices.IndexFunc(d.Memory, func(m hwprofiles.MemoryLevel) bool { return m.Name == name })
	if i < 0 {
		return &hwprofiles.MemoryLevel{}
	}
	return &d.Memory[i]
}

// worse returns the devices that each device is better than, by its id.
func worse(devices []*hwprofiles.Device) map[string][]string {
	out := map[string][]string{}
	for _, d := range devices {
		for _, o := range devices {
			if better(d, o) {
				out[d.ID] = append(out[d.ID], o.ID)
			}
		}
	}
	return out
}

// betterNoSlower returns the largest ratio of a device's time to that of one that it is better than.
func betterNoSlower(g *Grid, c cell, a *answer) (by float64, applies bool) {
	for _, id := range g.worse[c.device] {
		o := c
		o.device = id
		if slow, ok := g.answers[o]; ok {
			by, applies = max(by, a.latency/slow.latency), true
		}
	}
	return by, applies
}

// figureLaw names what raised tries.
const figureLaw = "a device takes no longer where one of its figures is a quarter better"

var (
	figureNetworks = []string{"zoo:mobilenetv2", "zoo:resnet50"}
	figureBatches  = []int64{1, 8}
)

// raised tries on every so many devices of the catalogue whether they take no longer, with what a model knows, when
// one of their rates, clocks or sizes is raised by a quarter.
func raised(m *joint.Model, every int) (Verdict, error) {
	out := Verdict{Law: figureLaw}
	rs, devices, err := catalogue(every)
	if err != nil {
		return out, err
	}
	jobs, err := jobsOf(figureNetworks, figureBatches)
	if err != nil {
		return out, err
	}
	parts := make([]Verdict, len(devices))
	parallel.Do(len(devices), func(i int) {
		r := raise(devices[i])
		for _, rt := range rs.On(devices[i]) {
			for _, p := range gridPrecisions {
				r.ask(jobs, rt, roofline.Options{Precision: p, Tuner: &roofline.Tuner{Runtimes: rs, Model: m, Runtime: rt}})
			}
		}
		parts[i] = r.verdict
	})
	for i := range parts {
		out.join(&parts[i])
	}
	return out, nil
}

// join adds the cells of another verdict of the law.
func (v *Verdict) join(o *Verdict) {
	v.Broken, v.Of = v.Broken+o.Broken, v.Of+o.Of
	if o.Worst > v.Worst {
		v.Worst, v.where = o.Worst, o.where
	}
}

// A raiser compares a device with itself, one figure raised in each of the others.
type raiser struct {
	devices []*hwprofiles.Device // the device as it is first
	figures []string             // raised
	verdict Verdict
}

// raise returns a device with each of its figures raised in turn.
func raise(d *hwprofiles.Device) *raiser {
	r := &raiser{devices: []*hwprofiles.Device{d}, figures: []string{""}}
	for _, q := range d.Figures() {
		if c, err := d.With(q.Path + "=x1.25"); err == nil { // some, such as times, may not be changed
			r.devices, r.figures = append(r.devices, c), append(r.figures, q.Path)
		}
	}
	return r
}

// ask compares the answers about all jobs. What the device cannot run has none.
func (r *raiser) ask(jobs []gridJob, rt *runtimes.Runtime, opt roofline.Options) {
	all := roofline.NewEvaluator(r.devices, opt)
	cells := make([]roofline.Cell, len(r.devices))
	for i := range jobs {
		all.Run(&jobs[i].Job, cells)
		for j := 1; j < len(cells); j++ {
			if cells[0].Err != nil || cells[j].Err != nil {
				continue
			}
			c := cell{r.devices[0].ID + " with more " + r.figures[j], rt.ID, jobs[i].network, opt.Precision, jobs[i].batch}
			r.verdict.add(*cells[j].Latency.Expected / *cells[0].Latency.Expected, &c)
		}
	}
}
