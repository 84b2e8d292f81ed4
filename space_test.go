package ridgepoint

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
)

// randomly returns a random candidate: widths in steps of 8 around the network's own, blocks left out at times.
func randomly(s *Space, r *rand.Rand) Candidate {
	var c Candidate
	for _, w := range s.Widths() {
		c.Widths = append(c.Widths, max(8, w.Channels*int64(2+r.IntN(8))/4/8*8))
	}
	for range s.Blocks() {
		c.Without = append(c.Without, r.IntN(3) == 0)
	}
	side := int64(128 + 32*r.IntN(5))
	c.Size = Size{Height: side, Width: side}
	return c
}

// BenchmarkSpace evaluates candidates around MobileNetV2, with expected latencies: widths, blocks and sizes at random.
func BenchmarkSpace(b *testing.B) {
	var e Estimator
	m, err := e.Load("zoo:mobilenetv2")
	if err != nil {
		b.Fatal(err)
	}
	for _, device := range []string{"rpi-4b", "jetson-orin-nano-8-super"} {
		b.Run(device, func(b *testing.B) {
			s, err := e.Space(m, device, nil)
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			all := make([]Candidate, 1024)
			for i := range all {
				all[i] = randomly(s, r)
			}
			var kernels int64
			began := cpuSeconds(b)
			for i := 0; b.Loop(); i++ {
				f, err := s.At(all[i%len(all)])
				if err != nil || f.Expected <= 0 {
					b.Fatalf("found %+v, %v", f, err)
				}
				kernels += f.Kernels
			}
			b.ReportMetric(float64(kernels)/(cpuSeconds(b)-began), "kernels/cpu-s")
		})
	}
}

// cpuSeconds returns the processor time of this program.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// TestSpaceWidths: a network with the channels of its smaller kin is estimated as that is.
func TestSpaceWidths(t *testing.T) {
	e := New(&Config{NoCorrection: true})
	for _, pair := range [][2]string{{"zoo:mnasnet-1.0", "zoo:mnasnet-0.5"}, {"zoo:resnet50", "zoo:wide-resnet50-2"},
		{"zoo:semnasnet-100", "zoo:semnasnet-050"}} {
		for _, device := range []string{"rpi-4b", "rtx4090", "jetson-orin-nano-8-super"} {
			large, small := spaceOf(t, e, pair[0], device), spaceOf(t, e, pair[1], device)
			if len(large.Widths()) != len(small.Widths()) || len(small.Widths()) < 10 {
				t.Fatalf("%v: found %d and %d widths", pair, len(large.Widths()), len(small.Widths()))
			}
			var c Candidate
			for _, w := range small.Widths() {
				c.Widths = append(c.Widths, w.Channels)
			}
			forecastAs(t, e, large, c, pair[1], device)
			forecastAs(t, e, large, Candidate{}, pair[0], device)
		}
	}
}

// TestSpaceBlocks: a network without some of its blocks is estimated as the one that never had them.
func TestSpaceBlocks(t *testing.T) {
	e := New(&Config{NoCorrection: true})
	s := spaceOf(t, e, "zoo:resnet101", "rpi-4b")
	c := Candidate{Without: make([]bool, len(s.Blocks()))}
	left := 0
	for i, b := range s.Blocks() {
		c.Without[i] = strings.Contains(b.Name, "layer3") && left < 17
		if c.Without[i] {
			left++
		}
	}
	forecastAs(t, e, s, c, "zoo:resnet50", "rpi-4b")
	forecastAs(t, e, s, Candidate{}, "zoo:resnet101", "rpi-4b")
}

// TestSpaceSizes: a candidate of another size is estimated as the network at that size.
func TestSpaceSizes(t *testing.T) {
	e := New(&Config{NoCorrection: true})
	s := spaceOf(t, e, "zoo:mobilenetv2", "rpi-4b")
	forecastAs(t, e, s, Candidate{Size: Size{Height: 160, Width: 128}}, "zoo:mobilenetv2?size=160x128", "rpi-4b")
}

// TestSpaceRefuses: what is no candidate is one clear error.
func TestSpaceRefuses(t *testing.T) {
	e := New(&Config{})
	s := spaceOf(t, e, "zoo:mobilenetv2", "rpi-4b")
	bad := make([]int64, len(s.Widths()))
	bad[0] = -1
	for _, c := range []Candidate{{Widths: []int64{8}}, {Without: []bool{true}}, {Widths: bad}} {
		if _, err := s.At(c); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%v: found error %v", c, err)
		}
	}
	if _, err := e.Space(nil, "rpi-4b", nil); err == nil {
		t.Error("no model was taken")
	}
	m, err := e.Load("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Space(m, "no-such-device", nil); err == nil {
		t.Error("no device was taken")
	}
}

func spaceOf(t *testing.T, e *Estimator, spec, device string) *Space {
	t.Helper()
	m, err := e.Load(spec)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Space(m, device, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// forecastAs holds the forecast of a candidate to the estimate of a model.
func forecastAs(t *testing.T, e *Estimator, s *Space, c Candidate, spec, device string) {
	t.Helper()
	f, err := s.At(c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Load(spec)
	if err != nil {
		t.Fatal(err)
	}
	want, err := e.Estimate(m, device, nil)
	if err != nil {
		t.Fatal(err)
	}
	expected := 0.0
	if want.Latency.Expected != nil {
		expected = *want.Latency.Expected
	}
	if f.Expected != expected || f.LowerBound != want.Latency.SpeedOfLight || f.MACs != want.MACs() ||
		f.Params != want.Params || f.MemoryBytes != want.MemoryBytes {
		t.Errorf("%s on %s: found %+v, expected %g s, %d MACs, %d parameters", spec, device, f, expected, want.MACs(),
			want.Params)
	}
}
