package roofline

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		bytes, usable int64
		want          string
	}{
		{0, 0, "fits"},
		{1 << 40, 0, "fits"},
		{90, 100, "fits"},
		{91, 100, "tight"},
		{100, 100, "tight"},
		{101, 100, "does not fit"},
	} {
		if got := room(c.bytes, c.usable).String(); got != c.want {
			t.Errorf("%d of %d B: %s, want %s", c.bytes, c.usable, got, c.want)
		}
	}
}

// TestRooms holds verdicts that users met, and that grids, estimates and budgets agree on them.
func TestRooms(t *testing.T) {
	devices := hwprofiles.NewCatalog()
	for _, c := range []struct {
		model, device string
		batch         int64
		precision     dtype.Type
		want          Room
	}{
		{"zoo:llama3-8b", "jetson-orin-nano-8-super", 1, dtype.Int8, RoomNone}, // 7.5 GiB of 6.4 usable
		{"zoo:qwen3-8b", "t4", 1, dtype.Float16, RoomNone},                     // 15.4 GiB of 14.5 usable
		{"zoo:llama3-8b", "rpi-5", 1, dtype.Float16, RoomNone},
		{"zoo:llama3-8b", "rpi-5", 1, dtype.Int4, RoomFits},
		{"zoo:llama3-8b", "t4", 1, dtype.Int8, RoomFits},
		{"zoo:llama3-8b?past=8000", "t4", 12, dtype.Int8, RoomTight},
		{"zoo:resnet50", "rpi-5-2", 1, dtype.Float32, RoomFits},
	} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Run(built(t, c.model, c.batch), d, Options{Precision: c.precision})
		if err != nil {
			t.Fatal(err)
		}
		if e.Room != c.want {
			t.Errorf("%s on %s: %d B of %d: %s, want %s", c.model, c.device, e.MemoryBytes, e.UsableBytes, e.Room, c.want)
		}
		if _, over := (Budget{}).Over(e.cell()); (over > 0) != (c.want == RoomNone) {
			t.Errorf("%s on %s: %d B over the budget of the device: %s", c.model, c.device, over, e.Room)
		}
	}
}

// TestCacheBytes holds that key-value caches are told apart: gpt2 has 12 layers of keys and values of 12 heads x 64.
func TestCacheBytes(t *testing.T) {
	old := int64(2 * 12 * 12 * 64 * 4 * 100)
	e, err := Run(built(t, "zoo:gpt2?past=100", 1), testDevice(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e.CacheBytes < old || e.CacheBytes > 2*old || e.CacheBytes > e.PeakActivationBytes {
		t.Errorf("found %d B of caches among %d B of activations, expected %d to %d",
			e.CacheBytes, e.PeakActivationBytes, old, 2*old)
	}
	if e, err = Run(built(t, "zoo:alexnet", 1), testDevice(), Options{}); err != nil || e.CacheBytes != 0 {
		t.Errorf("alexnet: %v, found %d B of caches, expected none", err, e.CacheBytes)
	}
}
