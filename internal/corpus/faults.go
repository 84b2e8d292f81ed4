package corpus

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// A fault is a group of published rows that cannot be what they say. A cell that is given must hold the text. Rows that
// hold them all are left out, or put right where what they lack is known. To add one, add one row.
type fault struct {
	table                              string // "": any
	device, runtime, precision         string
	model, version, source, ref, notes string
	reason                             string
	put                                func(*measured.Row) // puts a row right; nil leaves it out
}

var faults = []fault{
	{device: "V100", precision: "int8",
		reason: "a V100 has no int8 matrix units: these rows take as long as fp16 (39 of BERT 1.06 times, 8 of Paddle 1.09 times)"},
	{table: "ultralytics", device: "AGX Orin", runtime: "onnx", model: "YOLO11", ref: "yolov12@",
		reason: "ran on the CPU: five to eight times as long as in the publisher's own table"},
	{table: "ultralytics", device: "A100", precision: "int8", model: "YOLOv8n",
		reason: "int8 takes longer than fp16: the engine fell back"},
	{table: "aihub", device: "QCS8275 (Proxy)",
		reason: "the same measurements as those of the SA7255P ADP, under another name"},
	{table: "hailo", model: "repvgg_a2", device: "Hailo-8L",
		reason: "some weights have four bits, the row does not say which: the link could not pass them all as bytes in that time"},
	{table: "aihub", model: "Yolo-v3",
		reason: "a smaller network than YOLOv3, which a Snapdragon 8 Elite could not do in that time at its peak"},
	{table: "mlperf_open", device: "Xavier CPU", runtime: "TFLite v2.3.0",
		reason: "takes twice as long as versions 2.2 and 2.4 of the same publisher: other threads or clocks"},
	{table: "mlperf_open", runtime: "TFLite v1.",
		reason: "one thread of a 32-bit system, which the row does not say: five to seven times as long as version 2.4"},
	{table: "mlperf_open", runtime: "TFLite vmaster", notes: "system=hp_pavilion",
		reason: "on a busy machine: a MobileNet at 128 pixels takes eight times as long as at 160"},
	{table: "mlperf_open", runtime: "TFLite vmaster", notes: "system=aws_t2",
		reason: "on a share of a core, which is rationed: a tenth of what one core of the same chip does"},
	{table: "mlperf_open", runtime: "TFLite vmaster", precision: "int8", notes: "system=macbook_pro_m1-",
		reason: "more threads than cores: ten to thirty times as long as on another machine of the same chip"},
	{table: "mlperf_open", runtime: "TFLite vmaster", precision: "fp32", put: threads(1),
		reason: "XNNPACK ran one thread, which the row does not say: 31 of the 35 GFLOP/s that a core of an AGX Orin has, " +
			"152 of 176 on a Ryzen 9 7950X, 13 of 18 on a Graviton, each of which has eight to sixteen cores"},
	{table: "mlperf_open", runtime: "TFLite vmaster", precision: "int8", source: "v5.", put: threads(1),
		reason: "XNNPACK ran one thread, which the row does not say: three times as long as in round 3.0 on the same chip"},
	{table: "mlperf_open", runtime: "TFLite vmaster", precision: "int8", notes: "system=aws_c5.4xlarge",
		put:    both(runtime("TFLite vmaster (ruy)"), threads(1)),
		reason: "quantised operators of one thread, as the fp32 rows of the machine: 176 GOP/s, where a core has 768"},
	{table: "openvino", device: "Celeron 6305E", precision: "fp32", model: "resnet-50",
		reason: "118 GFLOP/s, where both cores have 115 at the only clock that they are sold with"},
	{table: "mlperf_open", runtime: "TFLite vmaster", precision: "int8", source: "v3.0", put: runtime("TFLite vmaster (ruy)"),
		reason: "XNNPACK left quantised operators to ruy: on an AGX Orin 2.6 ms where rows of ruy say 2.7"},
	{table: "ultralytics", device: "P4d",
		reason: "cores that worked are not stated: rates are those of one core for small networks and of two for large ones"},
	{table: "tensorrt_consumer", device: "AGX Xavier", runtime: "tkDNN", precision: "int8",
		reason: "int8 as slow as fp16: layers without int8 kernels"},
	{table: "arttrt_batch_sweeps", device: "Jetson",
		reason: "clocks were not locked and no power mode is stated: an AGX Orin takes two to four times as long as in two other publishers' tables"},
	{table: "edge_misc", device: "NVIDIA T4", runtime: "tensorrt", model: "YOLOv3", source: "MMDeploy",
		reason: "fp16 takes longer than fp32 and as long as int8 to the last digit: something else than the network takes the time"},
	{table: "paddle_deploy", model: "UNet", runtime: "TensorRT", reason: "rows of several precisions are identical"},
	{table: "paddle", device: "6271C", runtime: "paddle inference native",
		reason: "runs without oneDNN: a MobileNet takes 2.5 to 3 times as long as with it"},
	{table: "paddle", device: "Jetson", runtime: "paddle inference",
		reason: "of the GPU of a Jetson, which the runtime's profile does not describe: its cores cannot be as fast"},
	{table: "ultralytics", device: "i7-13700H", runtime: "openvino",
		reason: "1.2 times as fast as the peak of the cores: the device that OpenVINO took is not stated"},
	{table: "timm", model: "repvgg", version: "torch 2.9.1",
		reason: "re-parameterised before it was timed: published activations and multiply-adds are fewer than the graph's"},
	{table: "timm", model: "fastvit", version: "torch 2.9.1",
		reason: "re-parameterised before it was timed: published activations and multiply-adds are fewer than the graph's"},
	{table: "timm", model: "repghostnet", version: "torch 2.9.1",
		reason: "re-parameterised before it was timed: published activations and multiply-adds are fewer than the graph's"},
	{table: "timm", model: "mobileone", version: "torch 2.9.1",
		reason: "re-parameterised before it was timed: published activations and multiply-adds are fewer than the graph's"},
	{table: "timm", model: "ese_vovnet39b_evos",
		reason: "timm casts the parameters of EvoNorm to the type of its input, which the graph does not show"},
	{table: "timm", model: "regnetz_d8_evos",
		reason: "timm casts the parameters of EvoNorm to the type of its input, which the graph does not show"},
	{table: "ultralytics", device: "Orin", runtime: "openvino", precision: "fp32", put: precision("fp16"),
		reason: "OpenVINO's CPU plugin computes in fp16 by default on Arm cores that have it: up to 1.6 times the peak of fp32"},
	{table: "ultralytics", device: "Pi 5", runtime: "openvino", precision: "fp32", put: precision("fp16"),
		reason: "OpenVINO's CPU plugin computes in fp16 by default on Arm cores that have it"},
	{table: "ultralytics", device: "Orin", runtime: "ncnn", precision: "fp32", put: precision("fp16"),
		reason: "ncnn computes in fp16 by default on Arm cores that have it: up to 1.15 times the peak of fp32"},
	{table: "ultralytics", device: "Pi 5", runtime: "ncnn", precision: "fp32", put: precision("fp16"),
		reason: "ncnn computes in fp16 by default on Arm cores that have it"},
	{table: "ultralytics", device: "AGX Orin", runtime: "mnn", precision: "fp32", put: both(precision("fp16"), threads(6)),
		reason: "ultralytics gives MNN half of the cores, rounded up, at low precision, which is fp16: 6 of 12"},
	{table: "ultralytics", device: "Orin Nano", runtime: "mnn", precision: "fp32", put: both(precision("fp16"), threads(3)),
		reason: "ultralytics gives MNN half of the cores, rounded up, at low precision, which is fp16: 3 of 6"},
	{table: "ultralytics", device: "Pi 5", runtime: "mnn", precision: "fp32", put: both(precision("fp16"), threads(2)),
		reason: "ultralytics gives MNN half of the cores, rounded up, at low precision, which is fp16: 2 of 4"},
	{table: "ultralytics", device: "Orin", runtime: "tf lite", put: threads(1),
		reason: "one thread, the default, which the row does not say: 30 GFLOP/s for large networks, where a core has 35"},
	{table: "ultralytics", device: "Pi", runtime: "tf lite", put: threads(1),
		reason: "one thread, the default, which the row does not say: 15 to 25 GFLOP/s, where a core of a Raspberry Pi 5 has 38"},
	{source: "TF-Slim MobileNet", runtime: "tflite", put: runtime("TFLite (ruy)"),
		reason: "measured from 2017 to 2019, before XNNPACK became the default in 2020"},
	{source: "EfficientNet-Lite README", device: "CPU", runtime: "tflite", put: runtime("TFLite (ruy)"),
		reason: "published before XNNPACK became the default in 2020"},
	{table: "sophon", notes: "2 of 2 TPU cores", put: device("SOPHGO BM1688 (2 cores)"),
		reason: "of both cores together, which the name of the device does not say"},
	{table: "stm32_modelzoo", notes: "external RAM 6",
		reason: "activations lie in external RAM, of which the profile knows nothing: three to five times as long"},
}

// threads returns what states the number of threads of a row.
func threads(n int) func(*measured.Row) {
	return func(row *measured.Row) { row.Notes = fmt.Sprintf("threads=%d; %s", n, row.Notes) }
}

// runtime returns what names the runtime of a row.
func runtime(name string) func(*measured.Row) {
	return func(row *measured.Row) { row.Runtime = name }
}

// device returns what names the device of a row.
func device(name string) func(*measured.Row) {
	return func(row *measured.Row) { row.Device = name }
}

// precision returns what names the precision that a row ran at.
func precision(name string) func(*measured.Row) {
	return func(row *measured.Row) { row.Precision = name }
}

// both returns what puts two things of a row right.
func both(a, b func(*measured.Row)) func(*measured.Row) {
	return func(row *measured.Row) { a(row); b(row) }
}

// faulty returns the first fault of a row of a table, nil where there is none.
func faulty(table string, row *measured.Row) *fault {
	for i := range faults {
		f := &faults[i]
		if f.table != "" && f.table != table {
			continue
		}
		holds := true
		for _, c := range [][2]string{
			{row.Device, f.device}, {row.Runtime, f.runtime}, {row.Precision, f.precision}, {row.Model, f.model},
			{row.Version, f.version}, {row.Source, f.source}, {row.Ref, f.ref}, {row.Notes, f.notes},
		} {
			holds = holds && strings.Contains(strings.ToLower(c[0]), strings.ToLower(c[1]))
		}
		if holds {
			return f
		}
	}
	return nil
}
