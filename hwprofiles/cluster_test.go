package hwprofiles

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

func hybrid(t *testing.T) *Device {
	t.Helper()
	data, err := os.ReadFile("testdata/ok/clusters.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode("hybrid.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCoresFor holds that threads fill the fastest cores first, and what they then share of each peak.
func TestCoresFor(t *testing.T) {
	d := hybrid(t)
	if d.Threads != 8 {
		t.Errorf("found %d hardware threads, expected two for each P core and one for each E core", d.Threads)
	}
	for _, c := range []struct {
		threads    int
		cores      []int
		fp32, int8 float64
	}{
		{1, []int{1}, 128. / 448, 512. / 1408},
		{2, []int{2}, 256. / 448, 1024. / 1408},
		{3, []int{2, 1}, 304. / 448, 1120. / 1408},
		{6, []int{2, 4}, 1, 1},
		{8, []int{2, 4}, 1, 1},
		{0, []int{2, 4}, 1, 1},
	} {
		var cores []int
		for _, team := range d.coresFor(c.threads) {
			cores = append(cores, team.Cores)
		}
		if !slices.Equal(cores, c.cores) {
			t.Errorf("%d threads run on %v cores, want %v", c.threads, cores, c.cores)
		}
		for _, want := range []struct {
			engine cost.Engine
			typ    dtype.Type
			share  float64
		}{
			{cost.Vector, dtype.Float32, c.fp32},
			{cost.Matrix, dtype.Float32, c.fp32}, // runs on the vector lanes
			{cost.Special, dtype.Float32, c.fp32},
			{cost.Matrix, dtype.Int8, c.int8},
		} {
			if got := d.PeakShare(want.engine, want.typ, c.threads); math.Abs(got-want.share) > 1e-12 {
				t.Errorf("%d threads have %g of %s %s, want %g", c.threads, got, want.engine, want.typ.Short(), want.share)
			}
		}
	}
}

// TestClustersInMode holds that the rates of cores follow the clock of a mode, so that they still add up.
func TestClustersInMode(t *testing.T) {
	slow, err := hybrid(t).inMode("slow")
	if err != nil {
		t.Fatal(err)
	}
	p := slow.Clusters[0]
	share := slow.PeakShare(cost.Vector, dtype.Float32, 2)
	if p.Clock.Value != 2e9 || p.PerCore[0].Rate.Value != 256e9 || share != 256./448 {
		t.Errorf("cores in a mode of half the clock = %+v", p)
	}
}

// TestShares holds for every built-in CPU that more threads have no less of a peak, that one for each core has all of
// it, and that no thread has less than an equal part, since the fastest cores are taken first.
func TestShares(t *testing.T) {
	all, err := NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Threads == 0 {
			continue
		}
		for i := range d.Peaks {
			p := &d.Peaks[i]
			last := 0.0
			for n := 1; n <= d.Units; n++ {
				share := d.PeakShare(p.Engine, p.Type, n)
				if share < last || share < float64(n)/float64(d.Units)-1e-9 {
					t.Errorf("%s: %d threads have %g of %s, %d have %g", d.ID, n, share, p.Rate.Path, n-1, last)
				}
				last = share
			}
			if math.Abs(last-1) > 1e-9 {
				t.Errorf("%s: one thread for each core has %g of %s, want all", d.ID, last, p.Rate.Path)
			}
		}
	}
}

// TestEvenShare holds that an even split waits for the slowest core, leaves slow cores out where that is faster, and
// never loses by threads.
func TestEvenShare(t *testing.T) {
	d, err := NewCatalog().Get("core-ultra-155h-cpu")
	if err != nil {
		t.Fatal(err)
	}
	const whole = 6*153.6 + 8*60.8 + 2*40
	last := 0.0
	for threads := 1; threads <= d.Units; threads++ {
		want := min(float64(threads), 6) * 153.6 / whole
		got := d.EvenShare(cost.Vector, dtype.Float32, threads)
		if math.Abs(got-want) > 1e-9 || got < last {
			t.Errorf("%d threads: share %g, want %g and no less than %g", threads, got, want, last)
		}
		last = got
	}
}
