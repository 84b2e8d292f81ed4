package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// A system is a table of whole calls, and what of it a pipeline can be made of.
type system struct {
	table, what       string
	devices, models   map[string]string // by the table's names
	precision, camera string
	stages            []string
	rate              bool // frames a second are compared, not times
}

var systems = []system{
	{"opencv_zoo", "OpenCV Zoo: calls from Python on cores, OpenCV DNN for ONNX Runtime", map[string]string{
		"Raspberry Pi 4B CPU": "rpi-4b", "Khadas VIM3 CPU": "amlogic-a311d", "Khadas VIM4 CPU": "amlogic-a311d2",
		"Jetson Nano B01 CPU": "jetson-nano-cpu", "Jetson Nano Orin CPU": "jetson-orin-nano-cpu",
		"StarFive VisionFive 2 CPU": "jh7110", "Horizon Sunrise X3 PI CPU": "sunrise-x3",
	}, map[string]string{"image_classification_mobilenetv1_2022apr": "zoo:mobilenetv1",
		"image_classification_mobilenetv2_2022apr": "zoo:mobilenetv2",
		"image_classification_ppresnet50_2022jan":  "zoo:resnet50",
		"object_detection_nanodet_2022nov":         "zoo:nanodet-plus-m-416", "object_detection_yolox_2022nov": "zoo:yolox-s",
	}, "", "640x480@1000", []string{"resize", "normalise", "inference"}, false},
	{"isaac_ros", "Isaac ROS: frames a second of RT-DETR graphs, 720p, TensorRT in fp16", map[string]string{
		"Jetson AGX Orin": "jetson-agx-orin-64", "Jetson Orin Nano 8GB": "jetson-orin-nano-8",
		"Jetson Orin Nano Super 8GB": "jetson-orin-nano-8-super",
		"x86_64 with RTX 4090":       "rtx4090", "x86_64 with RTX 5090": "rtx5090",
	}, map[string]string{"RT-DETR Object Detection Graph SyntheticaDETR": "zoo:rtdetr-l"}, "fp16", "1280x720@10000",
		[]string{"resize", "normalise", "transfer", "inference", "nms"}, true},
}

// wholes prints how far pipelines are off of whole calls that were measured with engines and hosts of their own.
func wholes(w io.Writer, shared string) error {
	fmt.Fprint(w, "| whole calls | calls | devices | median error | predicted over measured, median |\n",
		"|---|---|---|---|---|\n")
	for i := range systems {
		if err := systems[i].print(w, shared); err != nil {
			return err
		}
	}
	return outside(w, shared)
}

// print writes how far the energy of whole systems is off.
func (s *system) print(w io.Writer, shared string) error {
	rows, err := measured.ReadFile(filepath.Join(shared, "measured", s.table+".csv.gz"))
	if err != nil {
		return err
	}
	var e ridgepoint.Estimator
	var errs, ratios []float64
	devices := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		device, model := s.devices[r.Device], s.models[r.Model]
		truth := r.Latency
		if s.rate {
			truth = r.Throughput
		}
		if device == "" || model == "" || truth == 0 {
			continue
		}
		text, err := ridgepoint.PipelineText(s.camera, s.stages, []string{model})
		if err != nil {
			return err
		}
		runs, err := e.Pipelines(context.Background(), &ridgepoint.PipelineJob{Path: "table.yaml", Data: text,
			Devices: []string{device}, Options: &ridgepoint.Options{Precision: s.precision}})
		if err != nil {
			return fmt.Errorf("%s on %s: %w", model, device, err)
		}
		got := runs[0].Latency.Expected
		if s.rate {
			got = runs[0].FPS.Expected
		}
		devices[device] = true
		errs, ratios = append(errs, math.Abs(got/truth-1)), append(ratios, got/truth)
	}
	if len(errs) == 0 {
		return fmt.Errorf("%s: found no row to compare", s.table)
	}
	fmt.Fprintf(w, "| %s | %d | %d | %.0f %% | %.2f |\n",
		s.what, len(errs), len(devices), 100*median(errs), median(ratios))
	return nil
}

// boards lists the clocks of the cores beside the DPUs of QuTiBench, in Hz: application cores of Zynq UltraScale+,
// whose data sheet (DS891) gives up to 1.5 GHz; the ZCU boards run them at 1.2.
var boards = map[string]float64{"ZCU102-DPU": 1.2e9, "ZCU104-DPU": 1.2e9, "Ultra96-DPU": 1.5e9}

// The cycles of a call and of a pixel around a network, as pipelines take them (docs/pipeline.md), and the pixels of an
// image.
const (
	callCycles  = 1.4e6
	pixelCycles = 10.8
	imagePixels = 224 * 224
)

// outside prints how far the stages around a network are off of what QuTiBench's system latency adds to that of the
// device.
func outside(w io.Writer, shared string) error {
	rows, err := measured.ReadFile(filepath.Join(shared, "measured", "qutibench.csv.gz"))
	if err != nil {
		return err
	}
	alone := map[string]float64{}
	key := func(r *measured.Row) string { return fmt.Sprint(r.Ref, r.Precision, r.Batch) }
	for i := range rows {
		if r := &rows[i]; strings.HasPrefix(r.Notes, "COMPUTE") {
			alone[key(r)] = r.Latency
		}
	}
	var errs, ratios []float64
	devices := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		clock, engine := boards[r.Device], alone[key(r)]
		if !strings.HasPrefix(r.Notes, "SYSTEM") || clock == 0 || engine == 0 || r.Batch != 1 || r.Latency <= engine {
			continue
		}
		p := (callCycles + pixelCycles*imagePixels) / clock
		devices[r.Device] = true
		errs, ratios = append(errs, math.Abs((engine+p)/r.Latency-1)), append(ratios, p/(r.Latency-engine))
	}
	if len(errs) == 0 {
		return fmt.Errorf("qutibench: found no row to compare")
	}
	const what = "QuTiBench: system latency of Zynq DPUs, the engine measured"
	fmt.Fprintf(w, "| %s | %d | %d | %.0f %% | %.2f of what is outside the engine |\n", what,
		len(errs), len(devices), 100*median(errs), median(ratios))
	return nil
}
