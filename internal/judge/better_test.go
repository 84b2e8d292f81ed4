package judge

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/joint"
)

func TestBetter(t *testing.T) {
	c := hwprofiles.NewCatalog()
	for _, tt := range []struct {
		device, other string
		want          bool
	}{
		{"a100-sxm4-80", "a100-sxm4-40", true},
		{"a100-sxm4-40", "a100-sxm4-80", false},
		{"rtx3090", "rtx3080", false}, // of a lower clock
		{"rtx3090", "rtx3090", false},
		{"rtx4090", "rtx3090", false}, // of another architecture
		{"t4", "titan-rtx", false},
	} {
		d, err := c.Get(tt.device)
		if err != nil {
			t.Fatal(err)
		}
		o, err := c.Get(tt.other)
		if err != nil {
			t.Fatal(err)
		}
		if got := better(d, o); got != tt.want {
			t.Errorf("%s and %s: found %t, expected %t", tt.device, tt.other, got, tt.want)
		}
	}
}

// TestRaised holds that no device takes longer where a figure is better.
func TestRaised(t *testing.T) {
	if testing.Short() {
		t.Skip("the catalogue is not asked in short mode: run without -short")
	}
	v, err := raised(joint.Shipped(), 4*every())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(v)
	if v.Of == 0 || v.Broken > 0 {
		t.Errorf("%s; expected none of some cells", v)
	}
}
