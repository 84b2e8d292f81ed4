package zoo

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// sampled is every how many entries are tried where all take too long.
const sampled = 8

// some returns the first entry of each family and one in sampled of its others.
func some() []Entry {
	seen := map[string]int{}
	return slices.DeleteFunc(Entries(), func(e Entry) bool {
		seen[e.Family]++
		return !sampling.All() && seen[e.Family]%sampled != 1
	})
}

// macs counts the multiply-adds of a spec, all of whose nodes must be known.
func macs(t *testing.T, spec string) int64 {
	t.Helper()
	r := built(t, spec)
	if i := slices.IndexFunc(r.Steps, func(s infer.Step) bool { return s.Unknown }); i >= 0 {
		t.Errorf("%s: %s is unknown", spec, r.Steps[i].Node.Label())
	}
	return r.MACs()
}

// TestSquare: height and width that are equal are one number.
func TestSquare(t *testing.T) {
	sampling.Alone(t)
	for _, e := range all() {
		for _, o := range e.Options {
			if o.Name != sizeOption {
				continue
			}
			_, one, err := Lookup(fmt.Sprintf("%s?size=%d", e.Name, o.Default))
			if err != nil {
				t.Fatal(err)
			}
			_, both, err := Lookup(fmt.Sprintf("%s?size=%dx%d", e.Name, o.Default, o.Default))
			if err != nil || !maps.Equal(one, both) {
				t.Errorf("%s: found %v, %v, expected %v", e.Name, both, err, one)
			}
		}
	}
}

// TestOblong builds models for images that are not square. Turning the image changes no count. Twice the width takes
// more multiply-adds, but never five times as many: attention among all places takes four times.
func TestOblong(t *testing.T) {
	sampling.Alone(t)
	for _, e := range some() {
		i := slices.IndexFunc(e.Options, func(o Option) bool { return o.Name == sizeOption })
		if i < 0 {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			n := e.Options[i].Default
			at := func(h, w int64) int64 { return macs(t, fmt.Sprintf("zoo:%s?size=%dx%d", e.Name, h, w)) }
			wide, high := at(n, 2*n), at(2*n, n)
			if wide != high {
				t.Errorf("%d x %d has %d MACs, turned %d", n, 2*n, wide, high)
			}
			if wide <= e.MACs || wide >= 5*e.MACs {
				t.Errorf("twice as wide has %d MACs, the square %d", wide, e.MACs)
			}
		})
	}
}

// TestConvolutionsScale: the multiply-adds of a network of convolutions are a constant and a number for each pixel.
func TestConvolutionsScale(t *testing.T) {
	sampling.Alone(t)
	for _, name := range []string{
		"resnet18", "mobilenetv2", "efficientnet-b0", "yolov8n", "yolox-nano", "shufflenetv2-x0.5", "unet", "fcn-resnet50",
	} {
		at := func(h, w int64) int64 { return macs(t, fmt.Sprintf("zoo:%s?size=%dx%d", name, h, w)) }
		one := at(128, 128)
		if per := at(128, 256) - one; at(256, 256)-one != 3*per || at(128, 384)-one != 2*per || at(384, 256)-one != 5*per {
			t.Errorf("%s: multiply-adds do not scale with height times width", name)
		}
	}
}

func TestOblongErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"zoo:yolo11n?size=384x641":           "size=384x641: expected height and width, each a multiple of 32 from 32 to 8192",
		"zoo:yolo11n?size=384x":              "size=384x: expected height and width",
		"zoo:yolo11n?size=1x2x3":             "size=1x2x3: expected height and width",
		"zoo:yolo11n?batch=1x2":              "batch=1x2: expected a whole number",
		"zoo:vit?size=224x200":               "size 224x200 is no multiple of patch 16",
		"zoo:yolo11n?size=384x640&size=640":  "size is given twice",
		"zoo:yolo11n?size's width=640":       "has no option",
		"zoo:resnet18?size=99999999999x9999": "expected height and width",
	} {
		if _, _, err := Lookup(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, expected %q", spec, err, want)
		}
	}
}

// TestOblongVariants: what changes another option, or makes images smaller, keeps their form.
func TestOblongVariants(t *testing.T) {
	sampling.Alone(t)
	const spec = "zoo:yolo11n?size=384x640"
	if got, _ := With(spec, "batch", 2); got != "zoo:yolo11n?batch=2&size=384x640" {
		t.Errorf("found %s", got)
	}
	var got []string
	for _, v := range Smaller(spec) {
		got = append(got, v.Spec, v.What)
	}
	want := []string{"zoo:yolo11n?size=288x480", "size 288x480", "zoo:yolo11n?size=192x320", "size 192x320",
		"zoo:yolo11n?size=96x160", "size 96x160"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}
