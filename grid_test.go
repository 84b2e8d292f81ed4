package ridgepoint

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestEvaluatorAgrees: an evaluator that runs one job after another on many devices says to the bit what an estimate of
// its own says of each, whatever came before.
func TestEvaluatorAgrees(t *testing.T) {
	var e Estimator
	devices, err := e.find([]string{"rpi-5", "rtx4090", "jetson-orin-nano-8-super", "a100-sxm4-80", "rpi-4b", "h100-sxm",
		"rtx3060"})
	if err != nil {
		t.Fatal(err)
	}
	for _, opt := range []*Options{nil, {Precision: "fp16"}, {Precision: "int8"}, {Causal: true}, {Transfers: true},
		{Runtime: NoRuntime}, {Threads: 1}} {
		how, err := e.exploring(opt)
		if err != nil {
			t.Fatal(err)
		}
		all := roofline.NewEvaluator(devices, how)
		cells := make([]roofline.Cell, len(devices))
		for _, spec := range []string{"zoo:mobilenetv2", "zoo:bert-base", "zoo:mobilenetv2", "zoo:yolo11n"} {
			m, err := e.Load(spec)
			if err != nil {
				t.Fatal(err)
			}
			for _, batch := range []int64{1, 4} {
				all.Run(&roofline.Job{Plan: m.plan, Bindings: infer.Bindings{Batch: batch}}, cells)
				res, err := m.infer(infer.Bindings{Batch: batch})
				if err != nil {
					t.Fatal(err)
				}
				for i, d := range devices {
					agree(t, &cells[i], res, d, how)
				}
			}
		}
	}
}

// agree compares a cell with an estimate of its own.
func agree(t *testing.T, c *roofline.Cell, res *infer.Result, d *hwprofiles.Device, how roofline.Options) {
	t.Helper()
	want, err := roofline.Run(res, d, how)
	if err != nil || c.Err != nil {
		if err == nil || c.Err == nil || err.Error() != c.Err.Error() {
			t.Errorf("%s on %s: found error %v, an estimate of its own has %v", res.Plan.Model.Name, d.ID, c.Err, err)
		}
		return
	}
	whole := roofline.Whole{MACs: want.MACs(), FLOPs: want.FLOPs(), Bytes: want.Total.Bytes(),
		WeightBytes: want.WeightBytes, PeakActivationBytes: want.PeakActivationBytes}
	same := c.Latency.SpeedOfLight == want.Latency.SpeedOfLight && c.Spent == want.Spent && c.Whole == whole &&
		c.Precision == want.Precision && c.Ran == want.Ran && c.MemoryBytes == want.MemoryBytes && c.Room == want.Room
	for i, p := range [][2]*float64{{c.Latency.Expected, want.Latency.Expected}, {c.Latency.Low, want.Latency.Low},
		{c.Latency.High, want.Latency.High}} {
		if (p[0] == nil) != (p[1] == nil) || p[0] != nil && *p[0] != *p[1] {
			t.Errorf("%s on %s: latency %d of expected, low and high differs", want.Model, d.ID, i)
		}
	}
	if !same {
		t.Errorf("%s on %s, batch %d: found %+v %+v %+v, an estimate of its own has %+v %+v %+v", want.Model, d.ID, c.Batch,
			c.Latency.SpeedOfLight, c.Spent, c.Whole, want.Latency.SpeedOfLight, want.Spent, whole)
	}
	if c.Tuning != nil && !slices.EqualFunc(c.Tuning.Notes(), want.Tuning.Notes(),
		func(a, b Note) bool { return a.Text() == b.Text() }) {
		t.Errorf("%s on %s: notes differ", want.Model, d.ID)
	}
}

// BenchmarkGridExpected is the default path of a grid: 200 built-in networks of at most 700 nodes on 30 devices of
// the catalogue in random order at 8 batches, with expected latencies. It states kernel timings a second of processor
// time.
func BenchmarkGridExpected(b *testing.B) {
	var e Estimator
	how, err := e.exploring(nil)
	if err != nil {
		b.Fatal(err)
	}
	jobs, devices := gridJobs(b, &e, 200), gridDevices(b, &e, &how, 30)
	var kernels int64
	began := cpuSeconds(b)
	for b.Loop() {
		cells, err := roofline.Grid(b.Context(), jobs, devices, how)
		if err != nil {
			b.Fatal(err)
		}
		kernels = 0
		for i := range cells {
			for j := range cells[i] {
				kernels += cells[i][j].Spent.Kernels
			}
		}
	}
	b.ReportMetric(float64(kernels)*float64(b.N)/(cpuSeconds(b)-began), "kernels/cpu-s")
	b.ReportMetric(float64(len(jobs)*len(devices)), "cells")
}

func gridJobs(b *testing.B, e *Estimator, models int) (jobs []roofline.Job) {
	for _, entry := range zoo.Entries() {
		m, err := e.Load(zoo.Prefix + entry.Name)
		if err != nil {
			b.Fatal(err)
		}
		if len(m.plan.Model.Main.Nodes) > 700 {
			continue
		}
		for batch := int64(1); batch <= 128; batch *= 2 {
			jobs = append(jobs, roofline.Job{Plan: m.plan, Bindings: infer.Bindings{Batch: batch}})
		}
		if models--; models == 0 {
			break
		}
	}
	return jobs
}

func gridDevices(b *testing.B, e *Estimator, how *roofline.Options, n int) []*hwprofiles.Device {
	all, err := e.Devices(nil)
	if err != nil {
		b.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(d *Device) bool { return how.Check(d) != nil })
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}
