package ridgepoint

import (
	"slices"
	"testing"
)

func TestSetShape(t *testing.T) {
	for in, want := range map[string][]int64{
		"images=1x3x640x640": {1, 3, 640, 640},
		"x=2,4":              {2, 4},
		"a=b=3":              {3},
		"s=scalar":           {},
	} {
		var o Options
		if err := o.SetShape(in); err != nil || len(o.Shapes) != 1 {
			t.Errorf("SetShape(%q): %v, %v", in, o.Shapes, err)
		}
		for name, got := range o.Shapes {
			if !slices.Equal(got, want) {
				t.Errorf("SetShape(%q) gives %s the shape %v, want %v", in, name, got, want)
			}
		}
	}
	for _, bad := range []string{"images", "=1x2", "x=1x-1", "x=ax2", "x=1.5"} {
		if err := new(Options).SetShape(bad); err == nil {
			t.Errorf("SetShape(%q) sets a shape, want an error", bad)
		}
	}
}

func TestSetDim(t *testing.T) {
	var o Options
	if err := o.SetDim("a=b=3"); err != nil || o.Dims["a=b"] != 3 {
		t.Errorf("SetDim sets %v: %v", o.Dims, err)
	}
	for _, bad := range []string{"seq", "=1", "seq=", "seq=-1", "seq=1.5"} {
		if err := o.SetDim(bad); err == nil {
			t.Errorf("SetDim(%q) sets a dimension, want an error", bad)
		}
	}
}
