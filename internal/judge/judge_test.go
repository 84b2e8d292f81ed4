package judge

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/joint"
)

func sampleOf(device, family, runtime string, class hwprofiles.Class) *joint.Sample {
	at := joint.Setting{Device: device, Runtime: runtime, Class: class}
	return &joint.Sample{Setting: at, Family: family, Measured: 1}
}

func TestSiblingsStayTogether(t *testing.T) {
	for family, want := range map[string]string{
		"ResNet50": "resnet", "seresnext50": "resnext", "deit3": "vit", "mobilenetv3": "mobilenet",
		"densenet": "densenet",
	} {
		if got := siblings(family); got != want {
			t.Errorf("%s: found the group %q, expected %q", family, got, want)
		}
	}
}

func TestSplitLeavesOutWholeFolds(t *testing.T) {
	var samples []*joint.Sample
	for _, family := range []string{"a", "b", "c", "d", "e", "f", "g", "a"} {
		samples = append(samples, sampleOf("device "+family, family, "ncnn", hwprofiles.CPU))
	}
	for _, c := range []struct {
		fold Fold
		want int
	}{{Device, 7}, {Family, 5}, {Source, 1}} {
		groups, in, n := split(samples, c.fold), map[string]int{}, 0
		for i, g := range groups {
			for _, s := range g {
				if at, ok := in[c.fold.of(s)]; ok && at != i {
					t.Errorf("%s: %q is in groups %d and %d, expected one", c.fold.Name, c.fold.of(s), at, i)
				}
				in[c.fold.of(s)] = i
				n++
			}
		}
		if len(groups) != c.want || n != len(samples) {
			t.Errorf("%s: found %d groups of %d samples, expected %d of %d",
				c.fold.Name, len(groups), n, c.want, len(samples))
		}
	}
}

func TestJudge(t *testing.T) {
	var held []Held
	for _, predicted := range []float64{1, 1.1, 1.5} {
		forecast := joint.Forecast{Log: math.Log(predicted), Variance: 0.01}
		held = append(held, Held{sampleOf("d", "f", "ncnn", hwprofiles.CPU), forecast})
	}
	figures := Judge(held)
	if len(figures) != 2 || figures[0].Part != "all" || figures[1].Part != "ncnn" {
		t.Fatalf("found the parts %v, expected all and ncnn", figures)
	}
	f := figures[0]
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"median", f.Errors.Median, 0.1}, {"mean", f.Errors.Mean, 0.2}, {"coverage", f.Coverage, 2.0 / 3}} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: found %g, expected %g", c.name, c.got, c.want)
		}
	}
}

func TestPart(t *testing.T) {
	for _, c := range []struct {
		runtime string
		class   hwprofiles.Class
		want    string
	}{
		{"torch-compile", hwprofiles.CPU, "CPU PyTorch"}, {"pytorch-eager", hwprofiles.GPU, "GPU PyTorch"},
		{"tensorrt", hwprofiles.Jetson, "Jetson"}, {"tensorrt", hwprofiles.GPU, "server TensorRT"},
		{"ncnn", hwprofiles.RPi, "ncnn"}, {"onnxruntime-cuda", hwprofiles.GPU, "other"},
	} {
		if got := Part(sampleOf("d", "f", c.runtime, c.class)); got != c.want {
			t.Errorf("%s on %s: found %q, expected %q", c.runtime, c.class, got, c.want)
		}
	}
}
