// Package judge says how far a joint model is off on devices, families of networks and sources that its fit had not
// seen, and how often it breaks laws that latencies follow.
package judge

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// A Fold says what is left out together with a sample.
type Fold struct {
	Name  string
	of    func(*joint.Sample) string
	parts int // that folds are dealt to at most; where there are fewer, each is left out by itself
}

// The folds that a model is judged by.
var (
	Device = Fold{"device", func(s *joint.Sample) string { return s.Device }, 16}
	Family = Fold{"family", func(s *joint.Sample) string { return siblings(s.Family) }, 5}
	Source = Fold{"source", func(s *joint.Sample) string { return s.Source }, 8}
)

// kin lists families whose members are made of the same blocks: one of them in the fit tells of the others.
var kin = []struct {
	name  string
	stems []string
}{
	{"resnet", []string{"resnet", "res", "wide", "seresnet", "ecaresnet", "skresnet", "ssd"}},
	{"resnext", []string{"resnext", "seresnext", "ecaresnext", "resnest"}},
	{"vit", []string{"vit", "deit", "beit", "flexivit", "vision"}},
	{"mobilenet", []string{"mobilenet", "mnasnet", "semnasnet", "hardcorenas", "fbnet", "tinynet", "lcnet"}},
	{"efficientnet", []string{"efficientnet"}},
	{"convnext", []string{"convnext"}},
	{"yolo", []string{"yolo"}},
	{"regnet", []string{"regnet"}},
	{"ghostnet", []string{"ghostnet", "repghostnet"}},
	{"inception", []string{"inception", "googlenet", "xception"}},
	{"metaformer", []string{"caformer", "convformer", "poolformer"}},
	{"nfnet", []string{"nf", "dm"}},
	{"cspnet", []string{"cs", "darknet"}},
}

// siblings returns the group of families that a family belongs to; the longest stem decides.
func siblings(family string) string {
	family = strings.ToLower(family)
	best, longest := family, 0
	for _, k := range kin {
		for _, stem := range k.stems {
			if strings.HasPrefix(family, stem) && len(stem) > longest {
				best, longest = k.name, len(stem)
			}
		}
	}
	return best
}

// A Held is a sample and the forecast of a model that had not seen what it is judged by.
type Held struct {
	Sample   *joint.Sample
	Forecast joint.Forecast
}

// LeaveOut forecasts every sample by a model fitted without its fold. Variances are those of the model fitted to all.
// Every fit starts cold: one that starts from the fit to all keeps some of what it should not have seen.
func LeaveOut(samples []*joint.Sample, all *joint.Model, fold Fold) ([]Held, error) {
	groups := split(samples, fold)
	out, errs := make([][]Held, len(groups)), make([]error, len(groups))
	parallel.Do(len(groups), func(i int) {
		m, err := without(samples, groups[i], all)
		if errs[i] = err; err == nil {
			out[i] = Forecasts(m, groups[i])
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(out...), nil
}

// split returns the samples to leave out at a time, of one family of runtimes each, in the order of the folds' names.
func split(samples []*joint.Sample, fold Fold) [][]*joint.Sample {
	families := map[string][]*joint.Sample{}
	for _, s := range samples {
		families[s.RuntimeFamily] = append(families[s.RuntimeFamily], s)
	}
	var out [][]*joint.Sample
	for _, name := range slices.Sorted(maps.Keys(families)) {
		by := map[string][]*joint.Sample{}
		for _, s := range families[name] {
			by[fold.of(s)] = append(by[fold.of(s)], s)
		}
		groups := make([][]*joint.Sample, min(fold.parts, len(by)))
		for i, n := range slices.Sorted(maps.Keys(by)) {
			groups[i%len(groups)] = append(groups[i%len(groups)], by[n]...)
		}
		out = append(out, groups...)
	}
	return out
}

// without fits the runtimes of a group, with their kin, to all samples but the group.
func without(samples, group []*joint.Sample, all *joint.Model) (*joint.Model, error) {
	skip, families := map[*joint.Sample]bool{}, map[string]bool{}
	for _, s := range group {
		skip[s], families[s.RuntimeFamily] = true, true
	}
	rest := slices.DeleteFunc(slices.Clone(samples), func(s *joint.Sample) bool {
		return skip[s] || !families[s.RuntimeFamily]
	})
	return joint.Fit(rest, joint.Options{Variances: all.Variances()})
}

// Forecasts returns the forecasts of those samples that were measured. The fixed cost of a source is known where the
// fit saw others of it.
func Forecasts(m *joint.Model, samples []*joint.Sample) []Held {
	var out []Held
	for _, s := range samples {
		if !s.AtMost {
			out = append(out, Held{s, m.Forecast(anyones(s), s.Terms, s.Asked())})
		}
	}
	return out
}

// anyones returns the setting of a sample as a user asks for it: of a machine that nobody measured.
func anyones(s *joint.Sample) *joint.Setting {
	at := s.Setting
	at.Source = ""
	return &at
}

// Figures are how far forecasts of one part are off.
type Figures struct {
	Part     string
	N        int
	Errors   validate.Errors
	Coverage float64 // share inside the 90 % interval
}

// Judge returns the figures of all samples and of each part, in the order of names.
func Judge(held []Held) []Figures {
	by := map[string][]Held{}
	for _, h := range held {
		by[Part(h.Sample)] = append(by[Part(h.Sample)], h)
	}
	out := []Figures{figures("all", held)}
	for _, p := range slices.Sorted(maps.Keys(by)) {
		out = append(out, figures(p, by[p]))
	}
	return out
}

// figures returns errors and interval coverage of what was held out.
func figures(part string, held []Held) Figures {
	f := Figures{Part: part, N: len(held)}
	var predicted, measured []float64
	for _, h := range held {
		predicted = append(predicted, math.Exp(h.Forecast.Log))
		measured = append(measured, h.Sample.Measured)
		if math.Abs(math.Log(h.Sample.Measured)-h.Forecast.Log) <= joint.Reach(h.Forecast.Variance) {
			f.Coverage += 1 / float64(len(held))
		}
	}
	f.Errors = validate.Judge(predicted, measured)
	return f
}

// engines lists the runtimes with a part of their own.
var engines = map[string]string{
	"tensorrt": "server TensorRT", "ncnn": "ncnn", "openvino": "OpenVINO", "onnxruntime-cpu": "ONNX Runtime CPU",
	"tflite-xnnpack": "TFLite",
}

// Part returns the kind of device and runtime that a sample is of.
func Part(s *joint.Sample) string {
	torch := strings.HasPrefix(s.Runtime, "torch") || strings.HasPrefix(s.Runtime, "pytorch")
	switch engine, ok := engines[s.Runtime]; {
	case torch && s.Class == hwprofiles.CPU:
		return "CPU PyTorch"
	case torch && s.Class == hwprofiles.GPU:
		return "GPU PyTorch"
	case s.Class == hwprofiles.Jetson:
		return "Jetson"
	case ok:
		return engine
	}
	return "other"
}
