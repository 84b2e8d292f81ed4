package zoo

import (
	"cmp"
	"fmt"
)

const ultralyticsDocs = "Ultralytics docs"

// A yoloFigure is what Ultralytics publishes of one model: parameters before batch normalisation is folded, GFLOPs at
// the default size, and the accuracy of its task.
type yoloFigure struct {
	size         string // n, s, m, l or x
	params, macs int64
	gflops       float64
	accuracy     float64
}

// A yoloFamily is a family of detectors of Ultralytics, and how its members are built for a task.
type yoloFamily struct {
	prefix, name string
	scales       map[string]yoloScale
	build        func(*yolo, values)
	note         string
	figures      string            // where accuracies and GFLOPs stand, if not in Ultralytics' documentation
	apart        map[string]string // by the suffix of a task: why its published GFLOPs are not 2 x the MACs here
}

// entries returns the members of the family for one task.
func (f *yoloFamily) entries(task yoloTask, figures ...yoloFigure) []Entry {
	var out []Entry
	for _, g := range figures {
		scale, published, note := f.scales[g.size], g.gflops/2, f.note
		if why, apart := f.apart[task.suffix]; apart {
			published, note = 0, note+", where "+why
		}
		out = append(out, Entry{
			Name: f.prefix + g.size + task.suffix, Family: f.name, Task: task.name, Doc: fmt.Sprintf("%s, %d classes, decoding included", f.name+" for "+task.name, task.classes),
			Params: g.params, MACs: g.macs, Published: published, License: "AGPL-3.0",
			Source:   fmt.Sprintf("Ultralytics model files (parameters before fusion); published %.1f GFLOPs = 2 x MACs%s at %d", g.gflops, note, task.size),
			Accuracy: Accuracy{task.metric, g.accuracy, "", cmp.Or(f.figures, ultralyticsDocs)},
			Options:  []Option{imageSize(task.size, 32), classOption(task.classes), batchOption},
			build:    func(b *builder, v values) { f.build(&yolo{builder: b, yoloScale: scale, task: task}, v) },
		})
	}
	return out
}

// classifiers returns the members of the family that end in a classifier of ImageNet; build makes the layers before.
func (f *yoloFamily) classifiers(scales map[string]yoloScale, build func(*yolo, values) tensor, figures ...yoloFigure) []Entry {
	var out []Entry
	for _, g := range figures {
		scale := scales[g.size]
		out = append(out, Entry{
			Name: f.prefix + g.size + "-cls", Family: f.name, Task: "classification", Doc: f.name + " for classification, 1000 classes",
			Params: g.params, MACs: g.macs, Published: 0, License: "AGPL-3.0",
			Source:   fmt.Sprintf("Ultralytics model files (parameters before fusion); published %.1f GFLOPs at 224, which is too round to compare", g.gflops),
			Accuracy: Accuracy{"ImageNet top-1", g.accuracy, "%", ultralyticsDocs},
			Options:  []Option{imageSize(224, 32), batchOption},
			build: func(b *builder, v values) {
				y := &yolo{builder: b, yoloScale: scale}
				x := build(y, v)
				p := y.path()
				x = y.act(x, p+"/conv", 1280, 1, 1, 1)
				x = y.unary("Flatten", y.unary("GlobalAveragePool", x, p+"/pool"), p, attr{"axis", int64(1)})
				y.output(y.unary("Softmax", y.gemm(x, p+"/linear", 1000), p, attr{"axis", int64(1)}).name, int64(1000))
			},
		})
	}
	return out
}
