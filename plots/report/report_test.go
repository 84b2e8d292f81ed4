package report_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/conventions"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/settings"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/golden"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/diff"
	"github.com/ridgepoint/ridgepoint/roofline/explore"
)

var update = flag.Bool("update", false, "accept the present output as the expected one")

// network is a matrix product, its activation, an operator that nobody knows and one whose shape depends on data.
func network() *graph.Model {
	op := func(name, typ, domain string, in, out []graph.ID) graph.Node {
		return graph.Node{Name: name, Op: graph.OpID{Domain: domain, Type: typ}, Version: 17, Inputs: in, Outputs: out}
	}
	return &graph.Model{
		Name: "net", Producer: "by hand", IRVersion: 8,
		Opsets: []graph.Opset{{Version: 17}, {Domain: "acme", Version: 1}},
		Tensors: []graph.Tensor{
			{Name: "x", Kind: graph.FromInput, Decl: &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true, Dims: []graph.Dim{{Symbol: "batch"}, {Value: 256}}}},
			{Name: "w", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Float32, Shape: graph.Shape{256, 512}}},
			{Name: "h"}, {Name: "a"}, {Name: "u", Decl: &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true, Dims: []graph.Dim{{Value: 8}, {Value: 512}}}}, {Name: "found"},
		},
		Main: &graph.Graph{
			Nodes: []graph.Node{
				op("/block/fc/MatMul", "MatMul", "", []graph.ID{0, 1}, []graph.ID{2}),
				op("/block/act/Relu", "Relu", "", []graph.ID{2}, []graph.ID{3}),
				op("/head/Mystery|1", "Mystery", "acme", []graph.ID{3}, []graph.ID{4}),
				op("/head/NonZero", "NonZero", "", []graph.ID{3}, []graph.ID{5}),
			},
			Inputs: []graph.ID{0}, Outputs: []graph.ID{4, 5}, Initializers: []graph.ID{1},
		},
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func get(t testing.TB, id string) *hwprofiles.Device { return must(hwprofiles.NewCatalog().Get(id))(t) }

func inferred(t testing.TB) (*infer.Plan, *infer.Result) {
	plan := must(infer.Prepare(network()))(t)
	return plan, must(plan.Run(infer.Bindings{Batch: 8}, nil))(t)
}

func estimateOn(t testing.TB, id string, opt roofline.Options) (*roofline.Estimate, *infer.Result) {
	_, res := inferred(t)
	return must(roofline.Run(res, get(t, id), opt))(t), res
}

func sweepOf(t testing.TB) *report.Document {
	plan, _ := inferred(t)
	points := must(roofline.Sweep(context.Background(), plan, infer.Bindings{}, []*hwprofiles.Device{get(t, "rpi-5")}, roofline.Axis{}, []int64{1, 8, 64, 1 << 24}, roofline.Options{}))(t)
	points[2].Err = errors.New("it could not be inferred")
	return report.Sweep("net", roofline.Axis{}, points)
}

// candidatesOf are two models on a device: one with a published accuracy, at two sizes, one without.
func candidatesOf(t testing.TB, id string) []roofline.Candidate {
	plan, _ := inferred(t)
	d := get(t, id)
	jobs := []roofline.Job{{Plan: plan, Bindings: infer.Bindings{Batch: 8}}, {Plan: plan, Bindings: infer.Bindings{Batch: 1}}}
	cells := must(roofline.Grid(context.Background(), jobs, []*hwprofiles.Device{d}, roofline.Options{Tuner: tunerOf(t)}))(t)
	changes := func() []roofline.Change {
		return roofline.Changes(plan, jobs[0].Bindings, d, roofline.Options{})
	}
	known := &roofline.Quality{Text: "ImageNet top-1 70 %", Metric: "ImageNet top-1", Score: 70, Source: "by hand"}
	return []roofline.Candidate{
		{Model: "net", Device: d, Changes: changes, Ways: []roofline.Way{{Cell: cells[0][0]}}},
		{Model: "known", Device: d, Quality: known, Ways: []roofline.Way{{Cell: cells[0][0], Size: roofline.Square(224)}, {Cell: cells[1][0], Size: roofline.Square(160), Resized: true}}},
		{Model: "lacking", Device: d, Ways: []roofline.Way{{Cell: roofline.Cell{Err: errors.New("no fp4 peak")}}}},
	}
}

func pickOf(t testing.TB) *report.Document {
	b := roofline.Budget{Latency: 1e-6, Memory: 1 << 19}
	return report.Pick(b, roofline.Pick(candidatesOf(t, "rpi-5"), b), 0, report.Ranking{})
}

func matrixOf(t testing.TB) *report.Document {
	b := roofline.Budget{FPS: 10000}
	var devices []*hwprofiles.Device
	var rows [][]roofline.Choice
	for _, id := range []string{"rpi-4b", "rtx4090"} {
		var row []roofline.Choice
		for _, c := range candidatesOf(t, id) {
			row = append(row, b.Choose(&c))
		}
		devices, rows = append(devices, get(t, id)), append(rows, row)
	}
	return report.Matrix(b, devices, rows, report.Ranking{})
}

func diffOf(t testing.TB, old, new string, opt roofline.Options) *report.Document {
	a, _ := estimateOn(t, old, opt)
	b, _ := estimateOn(t, new, opt)
	return report.Diff(diff.Compare(a, b), 1)
}

func conventionsOf(t testing.TB, names ...string) *report.Document {
	_, res := inferred(t)
	var counts []*conventions.Count
	for _, name := range names {
		counts = append(counts, must(conventions.Find(name))(t).Of(res, conventions.Auto))
	}
	return report.Conventions("net", counts)
}

// documents is one of each kind of result.
func whatIfOf(t testing.TB) *report.Document {
	t.Helper()
	base, res := estimateOn(t, "rpi-5", roofline.Options{})
	var variants []explore.Variant
	for _, change := range []string{"memory.dram.bandwidth=x2", "peak.vector.fp32=+50%"} {
		d, err := get(t, "rpi-5").With(change)
		if err != nil {
			t.Fatal(err)
		}
		e, err := roofline.Run(res, d, roofline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		variants = append(variants, explore.Variant{Changes: []string{change}, Estimate: e})
	}
	return report.WhatIf(base, variants)
}

func requireOf(t testing.TB, res *infer.Result) *report.Document {
	t.Helper()
	r, err := roofline.Require(res, get(t, "rpi-5"), roofline.Options{}, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	return report.Require("net", r)
}

func explainOf(t testing.TB, opt roofline.Options, v report.View) *report.Document {
	t.Helper()
	e, _ := estimateOn(t, "rpi-5", opt)
	d := report.Estimate(e, v)
	report.Explain(d, e, v)
	return d
}

func modelOf(t testing.TB, spec string) *report.Document {
	t.Helper()
	e, _, err := zoo.Lookup(spec)
	if err != nil {
		t.Fatal(err)
	}
	return report.Model(e)
}

func deviceCheckOf(t testing.TB) *report.Document {
	t.Helper()
	doubtful := *get(t, "rpi-5")
	doubtful.Year = 3000
	return report.DeviceChecks([]report.DeviceCheck{
		{File: "a.yaml", Device: &doubtful},
		{File: "b.yaml", Err: errors.New("b.yaml:3:5: found no id\n    3 | x\n        ^\n")},
	})
}

func documents(t testing.TB) map[string]*report.Document {
	e, res := estimateOn(t, "rpi-5", roofline.Options{})
	e16, _ := estimateOn(t, "rtx4090", roofline.Options{Precision: dtype.Float16})
	plan := res.Plan
	why := errors.New("batch is free")
	return map[string]*report.Document{
		"estimate":        report.Estimate(e, report.View{}),
		"estimate-top":    report.Estimate(e, report.View{Top: 1}),
		"estimate-module": report.Estimate(e, report.View{By: roofline.ByModule}),
		"comparison":      report.Comparison([]*roofline.Estimate{e, e16}, report.View{Top: 1}),
		"config": report.Settings([]settings.Setting{{Key: "device", Value: "rpi-5", From: "ridgepoint.yaml"},
			{Key: "device_dirs", Value: "boards", From: "ridgepoint.yaml"}}, settings.Keys()),
		"ways": report.Ways([]*roofline.Estimate{e, e16}, []roofline.Refusal{
			{Device: e.Device, Runtime: "tensorrt", Why: "runs on gpu (NVIDIA)"}, {Device: e.Device, Precision: "fp8", Why: "rpi-5 has no fp8 peak"},
			{Device: e.Device, Runtime: "ncnn", Precision: "fp8", Why: "rpi-5 has no fp8 peak"}}, 0),
		"sweep":           sweepOf(t),
		"llm":             llmOf(t, 1),
		"llm-load":        llmOf(t, 2),
		"llm-pick":        llmPickOf(t),
		"request":         requestOf(t),
		"pick":            pickOf(t),
		"pipeline":        framesOf(t, false),
		"pipeline-many":   framesOf(t, true),
		"pick-matrix":     matrixOf(t),
		"inspect":         report.Inspect("net", plan, res, nil),
		"inspect-unbound": report.Inspect("net", plan, nil, why),
		"inspect-device":  placedOf(t),
		"shapes":          report.Shapes("net", res),
		"flops":           conventionsOf(t, "fvcore", "thop"),
		"flops-one":       conventionsOf(t, "fvcore"),
		"device":          report.Device(get(t, "rpi-5")),
		"devices":         report.Devices([]*hwprofiles.Device{get(t, "rpi-5"), get(t, "rtx4090")}, nil),
		"devices-wide": report.Devices([]*hwprofiles.Device{get(t, "rpi-5"), get(t, "rtx4090"), get(t, "hailo-8")},
			[]runtimes.Slice{{Device: "rpi-5", Runtime: "ncnn", Precision: "fp32"}}),
		"device-diff":      report.DeviceDiff(get(t, "rpi-5"), get(t, "jetson-nano")),
		"models":           report.Models(zoo.Entries()),
		"model":            modelOf(t, "zoo:vit"),
		"ops":              must(report.Operators(""))(t),
		"estimate-runtime": expectedOf(t),
		"estimate-explain": explainOf(t, roofline.Options{Tuner: tunerOf(t)}, report.View{By: roofline.ByKernel}),
		"explain-layers":   explainOf(t, roofline.Options{Tuner: tunerOf(t)}, report.View{}),
		"explain-light":    explainOf(t, roofline.Options{}, report.View{By: roofline.ByKernel}),
		"runtimes":         runtimesOf(t, ""),
		"runtime":          runtimesOf(t, "torch-compile"),
		"validate":         validationOf(t),
		"calibration":      calibrationOf(t),
		"measure":          measureOf(e, true),
		"measure-nodes":    measureOf(e, false),
		"profile":          profileOf(t, "openvino-average.csv"),
		"profile-models":   profileOf(t, "ncnn.txt"),
		"host":             hostOf(),
		"whatif":           whatIfOf(t),
		"diff":             diffOf(t, "rpi-5", "rpi-4b", roofline.Options{Tuner: tunerOf(t)}),
		"diff-light":       diffOf(t, "rtx4090", "t4", roofline.Options{}),
		"version":          report.Version(),
		"model-file":       report.ModelFile(&schema.ModelFile{Model: "net", Weights: "none", Bytes: 1234, SHA256: "0f"}),
		"device-check":     deviceCheckOf(t),
		"require":          requireOf(t, res),
		"explain":          advisedOf(t, 0),
		"explain-target":   advisedOf(t, 1e-5),
		"check":            report.Check(checked(t)),
		"baseline":         baselineOf(t),
	}
}

// catalogues have goldens of their own elsewhere or would only repeat the tables that they print; the version depends on the build.
var catalogues = map[string]bool{"models": true, "ops": true, "version": true}

// build is what depends on the build in a result.
var build = regexp.MustCompile(`("version": |"commit": )("[^"]*"|null)`)

// normal takes out of a result what depends on the build and on the processor.
func normal(s string) string { return golden.Digits(build.ReplaceAllString(s, "${1}\"-\"")) }

func TestGolden(t *testing.T) {
	sampling.Alone(t)
	docs := documents(t)
	for name, doc := range docs {
		if catalogues[name] {
			continue
		}
		for _, f := range report.Formats() {
			var b bytes.Buffer
			if err := f.Write(&b, doc); err != nil {
				t.Errorf("%s as %s: %v", name, f.Name, err)
				continue
			}
			path, got := filepath.Join("testdata", name+"."+f.Name), normal(b.String())
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s as %s:\n%s\nwant\n%s", name, f.Name, got, want)
			}
		}
	}
}

// Every line of a text table fits the width that is asked for; with Wide no column is left out.
func TestWidth(t *testing.T) {
	for name, doc := range documents(t) {
		for _, width := range []int{80, 100, 120} {
			doc.Layout = report.Layout{Width: width}
			for line := range strings.Lines(textOf(t, doc)) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("%s at %d: %d characters: %s", name, width, n, line)
				}
			}
		}
		doc.Layout = report.Layout{Width: 80, Wide: true}
		whole := textOf(t, doc)
		for _, table := range doc.Tables {
			for _, c := range table.Columns {
				if !strings.Contains(whole, c.Name) {
					t.Errorf("%s: --wide leaves %q out", name, c.Name)
				}
			}
		}
	}
}

// A table of long names fits as well: columns that most readers look for go at last, and the key of its rows never goes.
func TestWidthOfLongNames(t *testing.T) {
	span := report.Span{Expected: new(0.00765), Low: new(0.00595), High: new(0.00985)}
	row := func(model string, size int) []any {
		return []any{model, "jetson-orin-nano-8-super", size, "onnxruntime-cpu", span, report.Rate{Value: 131, Unit: "FPS"},
			"memory", "● measured"}
	}
	text := func(names ...string) (out []report.Column) {
		for _, n := range names {
			out = append(out, report.Column{Name: n})
		}
		return out
	}
	table := report.Table{Title: "sweep", Key: "size", Columns: slices.Concat(text("model", "device"),
		[]report.Column{{Name: "size", Kind: report.Count}}, text("runtime"),
		[]report.Column{{Name: "latency", Kind: report.Quantity, Dim: units.Seconds},
			{Name: "throughput", Kind: report.Number}},
		text("bound", "basis")),
		Rows: [][]any{row("ssdlite320-mobilenetv3-large", 320), row("yolo11n", 640)}}
	table.Rows[1][1], table.Rows[1][3], table.Rows[1][6], table.Rows[1][7] = "t4", "tensorrt", "compute", "○ related"
	for _, c := range []struct {
		width int
		left  string
	}{
		{160, ""}, {125, "bound"}, {110, "bound, throughput"}, {100, "bound, runtime, throughput"},
	} {
		got := textOf(t, &report.Document{Tables: []report.Table{table}, Layout: report.Layout{Width: c.width}})
		for line := range strings.Lines(got) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > c.width {
				t.Errorf("at %d: %d characters: %s", c.width, n, line)
			}
		}
		if !strings.Contains(got, "size") || strings.Contains(got, "left out") != (c.left != "") ||
			!strings.Contains(got, c.left) {
			t.Errorf("at %d, want %q left out and size kept:\n%s", c.width, c.left, got)
		}
	}
}

func textOf(t *testing.T, doc *report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Formats()[0].Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The rows that --top leaves out are summed: no time or work is lost, and none of those shown is lighter than one left out.
func TestTop(t *testing.T) {
	e, _ := estimateOn(t, "rpi-5", roofline.Options{})
	whole := report.Estimate(e, report.View{}).Results[0].(*schema.Estimate)
	for top := 1; top <= len(whole.Layers)+1; top++ {
		part := report.Estimate(e, report.View{Top: top}).Results[0].(*schema.Estimate)
		var flops int64
		share := 0.0
		for _, l := range part.Layers {
			flops += l.FLOPs
			share += l.Share
		}
		if flops != whole.Total.FLOPs || share < 0.999 || share > 1.001 {
			t.Errorf("top %d: %d FLOP and a share of %g, want %d and 1", top, flops, share, whole.Total.FLOPs)
		}
		if first := part.Layers[0]; first.Op == "" || first.Class == "" || len(first.Nodes) == 0 {
			t.Errorf("top %d: a kernel without operators: %+v", top, first)
		}
	}
	heaviest := report.Estimate(e, report.View{Top: 1}).Results[0].(*schema.Estimate).Layers[0]
	for _, l := range whole.Layers {
		if l.Time > heaviest.Time {
			t.Errorf("%s takes %g ms, more than the heaviest shown, %g", l.Name, l.Time, heaviest.Time)
		}
	}
}

// A name out of a file is text in a page, never markup.
func TestHTMLEscapes(t *testing.T) {
	const bad = "<script>alert(1)</script>"
	f, err := report.Lookup("html")
	if err != nil {
		t.Fatal(err)
	}
	doc := &report.Document{Notes: []report.Footnote{{Note: note.New(note.ProfileText, bad), About: []string{bad}}}, Tables: []report.Table{{Title: bad, Lead: []string{bad}, Drawing: []string{bad}, Columns: []report.Column{{Name: bad}}, Rows: [][]any{{bad}}}}}
	var b strings.Builder
	if err := f.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "<script") || strings.Count(got, "&lt;script") != 8 {
		t.Errorf("not eight escaped texts:\n%s", got)
	}
}

func TestLookup(t *testing.T) {
	for _, f := range report.Formats() {
		if got, err := report.Lookup(f.Name); err != nil || got.Name != f.Name {
			t.Errorf("%s: %v, %v", f.Name, got.Name, err)
		}
	}
	if _, err := report.Lookup("xml"); err == nil || !strings.Contains(err.Error(), report.Names()) {
		t.Errorf("xml: %v", err)
	}
}
