package roofline

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// TestTraffic moves tensors and weights of several sizes on a CPU with two caches, one of a bandwidth that is known,
// and on a GPU with the same.
func TestTraffic(t *testing.T) {
	const mib = 1 << 20
	device := func(class hwprofiles.Class) *hwprofiles.Device {
		d, err := hwprofiles.NewCatalog().Get("rpi-5")
		if err != nil {
			t.Fatal(err)
		}
		d.Class = class
		dram := d.Memory[0]
		q := func(v float64) hwprofiles.Quantity {
			return hwprofiles.Quantity{Value: v, Source: dram.Bandwidth.Source}
		}
		d.Memory = []hwprofiles.MemoryLevel{dram, {Name: "l3", Capacity: q(32 * mib), Bandwidth: q(4 * dram.Bandwidth.Value)},
			{Name: "l2", Capacity: q(mib)}}
		return d
	}
	for _, c := range []struct {
		what                    string
		class                   hwprofiles.Class
		tensors, weights, model int64
		all, ofWeights          float64 // as bytes of main memory
	}{
		{"tensors in l2", "cpu", mib / 2, 0, 0, mib / 2.0 / privateCache, 0},
		{"tensors in l3", "cpu", 16 * mib, 0, 0, 4 * mib, 0},
		{"tensors in no cache", "cpu", 17 * mib, 0, 0, 17 * mib, 0},
		{"the weights of a small model", "cpu", 0, mib, 8 * mib, mib / 4, mib / 4},
		{"a few weights of a large model", "cpu", 0, mib, 64 * mib, mib, mib},
		{"both", "rpi", 16 * mib, mib, 64 * mib, 5 * mib, mib},
		{"a GPU", "gpu", mib / 2, mib, mib, mib/2 + mib, mib},
		{"nothing", "cpu", 0, 0, 0, 0, 0},
	} {
		m, err := NewMachine(device(c.class), dtype.Undefined, nil)
		if err != nil {
			t.Fatal(err)
		}
		k := kernel.Kernel{Cost: cost.Cost{Read: c.tensors / 2, Written: c.tensors - c.tensors/2, Weights: c.weights},
			ModelWeights: c.model}
		if all, weights := m.dramBytes(&k, trafficOf(&k.Cost)); all != c.all || weights != c.ofWeights {
			t.Errorf("%s: as %g bytes, %g of weights; expected %g and %g", c.what, all, weights, c.all, c.ofWeights)
		}
	}
}

// TestFreshPages: weights that are rearranged at every call cost as many times more above 32 MiB as their pages fault.
func TestFreshPages(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("core-i9-10940x")
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMachine(d, dtype.Float32, nil)
	if err != nil {
		t.Fatal(err)
	}
	repack := func(weights int64) float64 {
		k := kernel.Kernel{Class: kernel.Conv, Times: 1, ModelWeights: 1 << 40}
		k.Cost.Weights = weights
		k.Float.Weights = kernel.Traffic{Bytes: weights, Elems: weights / 4}
		return m.term(&k, m.precision.traffic(&k)).Repack / float64(weights)
	}
	if got := repack(33<<20) / repack(31<<20); math.Abs(got-freshPages) > 1e-9 {
		t.Errorf("a byte of 33 MiB takes %g times as long as one of 31 MiB, want %g", got, freshPages)
	}
}
