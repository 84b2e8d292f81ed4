package host

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestTable holds peaks a cycle to what is published of some processors.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		name, arch string
		vendor     cpuid.Vendor
		family     int
		features   []cpuid.FeatureID
		fp32, int8 float64
	}{
		{"Sapphire Rapids", "amd64", cpuid.Intel, 6, []cpuid.FeatureID{cpuid.AVX, cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512VNNI, cpuid.AMXTILE, cpuid.AMXINT8, cpuid.AMXBF16}, 64, 2048},
		{"Cascade Lake", "amd64", cpuid.Intel, 6, []cpuid.FeatureID{cpuid.AVX, cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512VNNI}, 64, 256},
		{"Zen 4", "amd64", cpuid.AMD, 0x19, []cpuid.FeatureID{cpuid.AVX, cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512VNNI}, 32, 128},
		{"Zen 5", "amd64", cpuid.AMD, 0x1a, []cpuid.FeatureID{cpuid.AVX, cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512VNNI}, 64, 256},
		{"Haswell", "amd64", cpuid.Intel, 6, []cpuid.FeatureID{cpuid.AVX, cpuid.AVX2, cpuid.FMA3}, 32, 0},
		{"Sandy Bridge", "amd64", cpuid.Intel, 6, []cpuid.FeatureID{cpuid.AVX}, 16, 0},
		{"Core 2", "amd64", cpuid.Intel, 6, nil, 8, 0},
		{"Neoverse N1", "arm64", cpuid.ARM, 0, []cpuid.FeatureID{cpuid.ASIMD, cpuid.ASIMDDP, cpuid.ASIMDHP}, 16, 64},
		{"unheard of", "riscv64", cpuid.VendorUnknown, 0, nil, 2, 0},
	} {
		id := &cpuid.CPUInfo{VendorID: c.vendor, Family: c.family}
		id.Enable(c.features...)
		var fp32, int8 float64
		for _, r := range tableFor(id, c.arch) {
			switch {
			case r.Engine == cost.Vector && r.Type == dtype.Float32:
				fp32 = r.PerCycle
			case r.Engine == cost.Matrix && r.Type == dtype.Int8:
				int8 = r.PerCycle
			}
		}
		if fp32 != c.fp32 || int8 != c.int8 {
			t.Errorf("%s: found %g FLOP and %g OP a cycle, expected %g and %g", c.name, fp32, int8, c.fp32, c.int8)
		}
	}
}

// TestSysCaches reads a made-up machine of four processors in two cores with a shared last cache.
func TestSysCaches(t *testing.T) {
	root := t.TempDir()
	for cpu := range 4 {
		pair := fmt.Sprintf("%d-%d", cpu/2*2, cpu/2*2+1)
		for i, l := range [][4]string{{"1", "Data", "48K", pair}, {"1", "Instruction", "32K", pair}, {"2", "Unified", "2048K", pair}, {"3", "Unified", "32M", "0-3"}} {
			dir := filepath.Join(root, fmt.Sprintf("cpu%d", cpu), "cache", fmt.Sprintf("index%d", i))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for k, file := range []string{"level", "type", "size", "shared_cpu_list"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(l[k]+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	got := sysCaches(root)
	want := []Cache{{"l1", 48 << 10, 2}, {"l2", 2 << 20, 2}, {"l3", 32 << 20, 1}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("found %v, expected %v", got, want)
	}
	if got := sysCaches(filepath.Join(root, "nothing")); got != nil {
		t.Errorf("found %v where there is nothing", got)
	}
}

func TestMultiply(t *testing.T) {
	n := 2 * tile
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	for i := range a {
		a[i], b[i] = float32(i%7), float32(i%5)
	}
	multiply(c, a, b, n, 0, n)
	for _, at := range []int{0, n*n/2 + 3, n*n - 1} {
		want := float32(0)
		for k := range n {
			want += a[at/n*n+k] * b[k*n+at%n]
		}
		if c[at] != want {
			t.Errorf("element %d: found %g, expected %g", at, c[at], want)
		}
	}
}

// TestKernelsUseAll holds each memory kernel to the bytes that it claims, on a buffer shared by three threads.
func TestKernelsUseAll(t *testing.T) {
	buf := make([]float32, 4096)
	for i := range memKernels {
		ones(buf)
		k := &memKernels[i]
		q := k.measure(buf, 3)
		if want := int64(4096 / 3 / k.arrays / 16 * 16 * 4 * k.arrays * 3); q.Bytes != want {
			t.Errorf("%s: claims %d bytes, expected %d", k.name, q.Bytes, want)
		}
		changed := 0
		for _, v := range buf {
			if v == 1.5 {
				changed++
			}
		}
		if want := int(q.Bytes) / 4 / 3; k.name == "triad" && changed != want {
			t.Errorf("triad wrote %d elements, expected %d", changed, want)
		}
		if len(q.rates) != tries || math.IsNaN(q.rates[0]) || q.rates[0] <= 0 {
			t.Errorf("%s: found the rates %v", k.name, q.rates)
		}
	}
}

// TestLevels picks levels from a made-up sweep.
func TestLevels(t *testing.T) {
	p := &Profile{CPU: &CPU{Threads: 2, Cores: 2, Caches: []Cache{{"l1", 32 << 10, 2}, {"l2", 1 << 20, 2}}, Memory: 1 << 30}}
	for _, n := range []int{1, 2} {
		f := float64(n)
		p.Points = append(p.Points, Point{Kernel: "read", Threads: n, Bytes: 16 << 10, Rate: 100 * f}, Point{Kernel: "copy", Threads: n, Bytes: 512 << 10, Rate: 50 * f},
			Point{Kernel: "read", Threads: n, Bytes: 512 << 10, Rate: 40 * f}, Point{Kernel: "read", Threads: n, Bytes: 64 << 20, Rate: 10 * f, Noise: 0.3})
	}
	p.levels()
	p.doubts()
	var got []string
	for _, l := range p.Levels {
		got = append(got, fmt.Sprintf("%s %d: %g %s, %g", l.Name, l.Capacity, l.One.Rate, l.One.Kernel, l.All.Rate))
	}
	want := "dram 1073741824: 10 read, 20|l2 2097152: 50 copy, 100|l1 65536: 100 read, 200"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("found %s, expected %s", s, want)
	}
	noise := note.New(note.HostNoisy, 0.3, []string{"dram with one thread", "dram with all threads"})
	if len(p.Notes) != 1 || !p.Notes[0].Equal(noise) {
		t.Errorf("found the notes %v, expected the noise of the main memory once: %v", p.Notes, noise)
	}
}

// TestMeasure profiles the machine that runs the test and reads the profile back as a device.
func TestMeasure(t *testing.T) {
	p, err := Measure(context.Background(), Options{ // small, since the race detector makes memory and products ten times slower
		Sweep:  4 << 20,
		Matrix: func(threads int) (MatrixRate, error) { return product(2*tile, threads) },
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := p.YAML("host", "2026-11-26")
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	d, err := hwprofiles.Decode("host.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range hwprofiles.Lint(d) {
		t.Errorf("%s\n%s", f, data)
	}
	peak, ok := d.Peak(cost.Vector, dtype.Float32)
	if !ok || peak.Rate.Value < 1e9 || d.DRAM().Bandwidth.Value < 1e8 || p.Clock < 1e8 || p.Clock > 1e10 {
		t.Errorf("found impossible figures:\n%s", data)
	}
	if p.MatrixAll.Rate <= 0 || p.MatrixAll.Rate > peak.Rate.Value*1.001 {
		t.Errorf("found a matrix rate of %g FLOP/s under a peak of %g", p.MatrixAll.Rate, peak.Rate.Value)
	}
}
