package report_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measure"
	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// measureOf is a made-up measurement of an estimate at 1.5 times its prediction; whole has times of inferences and
// a device, otherwise only nodes are known and there is nothing to compare with.
func measureOf(e *roofline.Estimate, whole bool) *report.Document {
	m := &measure.Measurement{Model: "net", Runtime: "ONNX Runtime 0.0", Threads: 2, Match: &trace.Match{Outside: []trace.Node{{Name: "ReorderOutput", Seconds: 1e-4}}}, Notes: []note.Note{note.New(note.RandomWeights)}}
	total := 1e-4
	for i := range e.Layers {
		t := 1.5 * e.Layers[i].Timing.Total * float64(e.Layers[i].Times)
		m.Match.Layers = append(m.Match.Layers, t)
		total += t
	}
	alone := *e
	m.Estimate = &alone
	if !whole {
		alone.Device = nil
		return report.Measure(m)
	}
	m.Stats = timing.Of([]float64{total, 1.01 * total, 1.02 * total, 1.5 * total})
	return report.Measure(m)
}

func profileOf(t testing.TB, file string) *report.Document {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "roofline", "trace", "testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := trace.Read(file, f)
	if err != nil {
		t.Fatal(err)
	}
	return report.Profile(p)
}

// hostOf is a made-up machine.
func hostOf() *report.Document {
	return report.Host(&host.Profile{
		CPU: &host.CPU{Name: "Example CPU", Vendor: "Example", Arch: "amd64", ISA: []string{"AVX2+FMA"}, Threads: 4, Cores: 4, Memory: 16 << 30}, Clock: 3e9,
		Peaks:     []host.Peak{{Rate: host.Rate{Engine: cost.Vector, Type: dtype.Float32, PerCycle: 32, Why: "two fused units of 256 bits"}, ISA: "AVX2+FMA", Value: 384e9}},
		Levels:    []host.Level{{Name: "dram", Capacity: 16 << 30, One: host.Bandwidth{Rate: 12e9, Kernel: "copy", Noise: 0.01}, All: host.Bandwidth{Rate: 30e9, Kernel: "triad", Noise: 0.08}}, {Name: "l1", Capacity: 128 << 10}},
		Points:    []host.Point{{Kernel: "copy", Threads: 1, Bytes: 1 << 30, Rate: 12e9, Noise: 0.01}},
		MatrixOne: host.MatrixRate{Rate: 80e9, Noise: 0.02, By: "ONNX Runtime 0.0"}, MatrixAll: host.MatrixRate{Rate: 300e9, Noise: 0.01, By: "ONNX Runtime 0.0"},
		Notes: []note.Note{note.New(note.HostNoisy, 0.08, []string{"dram with all threads"})}, Took: 12 * time.Second,
	})
}
