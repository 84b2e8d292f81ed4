package validate

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

func matcher(t testing.TB) *Matcher {
	t.Helper()
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Matcher{Devices: hwprofiles.NewCatalog(), Runtimes: rs}
}

func TestMatch(t *testing.T) {
	m := matcher(t)
	good := measured.Row{Model: "YOLO11n", Device: "NVIDIA T4", Runtime: "TensorRT 8.4.0, CUDA 11.6", Precision: "fp16",
		Batch: 1, InputShape: "3x640x640", Latency: 1e-3}
	c, err := m.Match(&good)
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Slice().String(); s != "t4/tensorrt/fp16" {
		t.Errorf("slice %s, want t4/tensorrt/fp16", s)
	}
	layout := good
	layout.Runtime, layout.Notes = "pytorch-eager", "layout=nhwc"
	if c, err := m.Match(&layout); err != nil || c.Runtime.ID != "pytorch-eager-nhwc" {
		t.Errorf("channels last: %v, %v", c, err)
	}
	threads := measured.Row{Graph: "zoo:resnet18",
		Device: "Raspberry Pi 4 Model B Broadcom BCM2711B0, Cortex-A72 (ARMv8) (1.8GHz x 4)", Runtime: "ncnn-cpu",
		Precision: "fp16-auto(fp32 fallback)", Batch: 1, Latency: 0.1, Notes: "threads=1"}
	if c, err := m.Match(&threads); err != nil || c.Slice().String() != "rpi-4b/ncnn/fp32/t1" {
		t.Errorf("one thread on a board without fp16: %v, %v", c, err)
	}
	perImage := good
	perImage.Batch, perImage.Notes = 8, "mean time PER IMAGE"
	if c, err := m.Match(&perImage); err != nil || math.Abs(c.Row.Latency-8e-3) > 1e-12 {
		t.Errorf("eight times a time per image: %v, %v", c, err)
	}
	for _, named := range []struct{ model, shape, precision, want string }{
		{"BERT Large", "seq=384", "fp16", "zoo:bert-large?seq=384"}, {"bert-base-cased", "128 tokens", "int8",
			"zoo:bert-base?seq=128"},
		{"mobilenet_ssd_int8", "3x300x300", "int8", "zoo:ssd-mobilenetv1?size=300&classes=21"},
		{"squeezenet", "3x227x227", "fp32", "zoo:squeezenet1.1?size=227"},
		{"mobilenet-v1-0.25-128-quantized", "3x128x128", "int8", "zoo:mobilenetv1?size=128&width=25"},
		{"mobilenet-v1-precision_float-0.5-160", "3x160x160", "fp32", "zoo:mobilenetv1?size=160&width=50"},
		{"mobilenet-v2-1.4-224-non-quantized", "3x224x224", "fp32", "zoo:mobilenetv2?size=224&width=140"},
		{"mobilenet-v3-large-minimalistic_224_1.0_uint8", "3x224x224", "int8",
			"zoo:mobilenetv3-large?size=224&minimalistic=1"},
		{"mobilenet-v3-precision_float-small-224", "3x224x224", "fp32", "zoo:mobilenetv3-small?size=224"},
		{"efficientnet-int8-lite3", "3x280x280", "int8", "zoo:efficientnet-lite3?size=280"},
		{"non-quantized-efficientnet-lite0", "3x224x224", "fp32", "zoo:efficientnet-lite0?size=224"},
		{"efficientnet-lite0-quantized", "3x224x224", "fp32", ""},
		{"mobilenetv2_035", "3x224x224", "amp-fp16", "zoo:mobilenetv2?size=224&width=35"},
		{"tf_mobilenetv3_small_minimal_100", "3x224x224", "fp32", "zoo:mobilenetv3-small?size=224&minimalistic=1"},
		{"vit_base_patch16_384", "3x384x384", "amp-fp16", "zoo:vit-b-16?size=384"},
		{"regnety_016", "3x224x224", "fp32", "zoo:regnety-1.6gf?size=224"}, {"regnety_003", "3x224x224", "fp32", ""},
		{"MobileNetV3_large_x0_35", "3x224x224 (zoo default)", "fp32", "zoo:mobilenetv3-large?size=224&width=35"},
		{"MobileNetV1_x0_25", "", "fp32", "zoo:mobilenetv1?width=25"},
		{"MobileNetV3 Small minimalistic", "224x224", "fp32", "zoo:mobilenetv3-small?size=224&minimalistic=1"},
		{"MobileNetV3 Large dm=0.75", "224x224", "fp32", "zoo:mobilenetv3-large?size=224&width=75"},
		{"MobileNetV3 Large dm=1", "224x224", "fp32", "zoo:mobilenetv3-large?size=224"},
		{"resnet50", "3x176x176", "fp32", "zoo:resnet50?size=176"}, {"mobilenetv2_110d", "3x224x224", "fp32",
			"zoo:mobilenetv2-110d?size=224"},
		{"zoo:vit-b-16?size=384", "", "fp16", "zoo:vit-b-16?size=384"},
		{"YOLO11n", "", "fp16", "zoo:yolo11n"}, {"YOLO11n", "seq=8", "fp16", ""},
		{"YOLO11n", "3x480x640", "fp16", "zoo:yolo11n"},
	} {
		if got := builtIn(&measured.Row{Model: named.model, InputShape: named.shape,
			Precision: named.precision}); got != named.want {
			t.Errorf("%+v: %s", named, got)
		}
	}
	for _, name := range []string{"JetPack 4.6, TensorRT 8.0.1, CUDA 10.2", "TensorRT v8.5.2.2", "tensorrt"} {
		if found, err := m.named(name); err != nil || len(found) != 1 || found[0].ID != "tensorrt" {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	for _, bad := range []struct {
		change func(*measured.Row)
		want   string
	}{
		{func(r *measured.Row) { r.Latency = 0 }, "no latency"},
		{func(r *measured.Row) { r.Notes = "THROUGHPUT mode" }, "THROUGHPUT"},
		{func(r *measured.Row) { r.Notes = "layers npu/gpu/cpu=3/0/9" }, "other units"},
		{func(r *measured.Row) { r.Skipped = `batch: found "127.7"` }, "127.7"},
		{func(r *measured.Row) { r.Device = "abacus" }, "abacus"},
		{func(r *measured.Row) { r.Device = "8x NVIDIA T4" }, "count of 8"},
		{func(r *measured.Row) { r.Runtime = "by hand" }, "by hand"},
		{func(r *measured.Row) { r.Runtime = "ncnn" }, "does not run on"},
		{func(r *measured.Row) { r.Device, r.Runtime, r.Precision = "Raspberry Pi 5", "tflite, EdgeTPU", "fp32" },
			"another engine"},
		{func(r *measured.Row) { r.Precision = "w4a16" }, "w4a16"},
		{func(r *measured.Row) { r.Model = "mystery" }, "mystery"},
		{func(r *measured.Row) { r.Graph = "../secret" }, "no file"},
		{func(r *measured.Row) { r.Params = 2.4e6 }, "another variant"},
	} {
		r := good
		bad.change(&r)
		if _, err := m.Match(&r); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%+v: %v, want an error with %q", r, err, bad.want)
		}
	}
}

// TestMatchedCluster holds which cores of a device a row of ncnn is of, by its threads and its powersave.
func TestMatchedCluster(t *testing.T) {
	m := matcher(t)
	for _, c := range []struct{ device, precision, notes, want string }{
		{"RK3399", "fp32", "threads=4; powersave=1", "rk3399-little/ncnn/fp32"},
		{"RK3399", "fp32", "threads=1; powersave=1", "rk3399-little/ncnn/fp32/t1"},
		{"RK3399", "fp32", "threads=1; powersave=2", "rk3399/ncnn/fp32/t1"},
		{"Raspberry Pi 4 Model B", "fp32", "threads=4; powersave=1", "rpi-4b/ncnn/fp32"},
		{"Snapdragon 865", "fp32", "threads=4; powersave=1", "little cores"},
		{"Raspberry Pi 4 Model B", "fp32", "warm-up 10, 2 threads, mean", "rpi-4b/ncnn/fp32/t2"},
		{"Raspberry Pi 4 Model B", "fp32", "cpu_math_library_num_threads=1, warm-up 10", "rpi-4b/ncnn/fp32/t1"},
		{"Raspberry Pi 4 Model B", "fp32", "with 2 threads 13.3 FPS", "rpi-4b/ncnn/fp32"},
		{"Raspberry Pi 4 Model B", "fp32", "includes copies; 1 CPU thread", "rpi-4b/ncnn/fp32/t1"},
		{"Raspberry Pi 4 Model B", "fp32", "2 thread(s); mean", "rpi-4b/ncnn/fp32/t2"},
		{"Raspberry Pi 4 Model B", "fp32", "mean, CPU threads 3", "rpi-4b/ncnn/fp32/t3"},
		{"Raspberry Pi 4 Model B", "fp32", "2 threads/core", "rpi-4b/ncnn/fp32"},
		{"Raspberry Pi 4 Model B", "fp32 (not stated; default)", "", "rpi-4b/ncnn/fp32"},
		{"Raspberry Pi 4 Model B", "fp23 (not stated)", "", "not known"},
	} {
		row := measured.Row{Model: "mobilenetv2", Device: c.device, Runtime: "ncnn", Precision: c.precision, Batch: 1,
			Latency: 1e-2, Notes: c.notes}
		got, err := m.Match(&row)
		if err != nil && !strings.Contains(err.Error(), c.want) || err == nil && got.Slice().String() != c.want {
			t.Errorf("%s, %s, %q: found %v, %v, expected %s", c.device, c.precision, c.notes, got, err, c.want)
		}
	}
}

// TestMatchedPart holds which engine and which part of a board a row is of.
func TestMatchedPart(t *testing.T) {
	m := matcher(t)
	for _, c := range []struct{ device, runtime, want string }{
		{"Raspberry Pi 4 (Arm Cortex-A72 MP4)", "TFLite v2.7.1 (ruy)", "rpi-4b/tflite-ruy/fp32"},
		{"Raspberry Pi 4 (Arm Cortex-A72 MP4)", "TFLite v1.15.0-rc2", "rpi-4b/tflite-ruy/fp32"},
		{"Raspberry Pi 4 (Arm Cortex-A72 MP4)", "TFLite vmaster (xnnpack)", "rpi-4b/tflite-xnnpack/fp32"},
		{"Odroid N2+ (odroid): Amlogic S922X (12nm): Arm Cortex-A73 MP4 (big)", "ArmNN v22.11 (Neon)",
			"amlogic-s922x/armnn/fp32"},
		{"Odroid N2+ (odroid): Arm Mali-G52 MP6 GPU", "ArmNN v22.11 (OpenCL)", "mali-g52-6ee/armnn-opencl/fp32"},
		{"NVIDIA Jetson AGX Orin (TFLite with ArmNN Neon on CPU) CPU (ARMv8)", "tflite vmaster",
			"jetson-agx-orin-cpu/armnn/fp32"},
		{"NVIDIA Jetson AGX Xavier CPU (NVIDIA Carmel (ARMv8.2))", "TFLite v2.7.1 (ruy)",
			"jetson-agx-xavier-cpu/tflite-ruy/fp32"},
		{"NVIDIA Jetson Nano", "ncnn-cpu", "jetson-nano-cpu/ncnn/fp32"},
		{"1x Apple M1", "TFLite vmaster (xnnpack)", "apple-m1-cpu/tflite-xnnpack/fp32"},
		{"Samsung Galaxy S25", "qnn_dlc", "snapdragon-8elite-npu/qnn/fp32"},
		{"Samsung Galaxy S25", "tflite", "snapdragon-8elite-npu/tflite-qnn/fp32"},
		{"Raspberry Pi 5", "pytorch", "rpi-5/pytorch-eager/fp32"}, {"NVIDIA Jetson Orin Nano Super", "pytorch",
			"jetson-orin-nano-8-super/pytorch-eager/fp32"},
		{"NVIDIA A100", "fastertransformer 4-way TP", "another engine"},
		{"Radeon RX 6600 XT", "PyTorch (OpenCL dlprim)", "rx6600xt/dlprimitives/fp32"},
		{"Radeon RX 6600 XT", "PyTorch (ROCm)", "rx6600xt/pytorch-rocm/fp32"},
		{"Intel Arc A380", "PyTorch (XPU, IPEX)", "arc-a380/pytorch-xpu/fp32"},
		{"NVIDIA Jetson AGX Orin (64GB)", "tf savedmodel", "jetson-agx-orin-cpu/tensorflow/fp32"},
		{"Snapdragon 865 CPU (1 thread, big core)", "paddle lite armv8", "snapdragon-865/paddle-lite/fp32/t1"},
		{"Snapdragon 865 CPU (1 thread, big core)", "paddle lite armv7", "snapdragon-865/paddle-lite-armv7/fp32/t1"},
		{"Snapdragon 865 CPU", "paddle lite OpenCL", "another engine"},
		{"Tesla T4", "Paddle Inference (GPU native)", "t4/paddle-inference/fp32"},
		{"NVIDIA T4", "paddle inference TensorRT", "t4/tensorrt/fp32"},
		{"Pixel 1 CPU (1 large core)", "tflite", "snapdragon-821/tflite-xnnpack/fp32/t1"},
		{"1x QUALCOMM Cloud AI 100 DM.2", "Qualcomm Cloud AI SDK v1.6.80", "cloud-ai-100-dm2/cloud-ai/fp32"},
		{"Raspberry Pi 5 Broadcom BCM2712 Overclock to 2.9Ghz", "ncnn-cpu", "found an overclocked device"},
	} {
		row := measured.Row{Model: "mobilenetv2", Device: c.device, Runtime: c.runtime, Precision: "fp32", Batch: 1,
			Latency: 1e-2}
		got, err := m.Match(&row)
		if err != nil && !strings.Contains(err.Error(), c.want) || err == nil && got.Slice().String() != c.want {
			t.Errorf("%s with %s: found %v, %v, expected %s", c.device, c.runtime, got, err, c.want)
		}
	}
}

func TestJudge(t *testing.T) {
	e := Judge([]float64{1, 2.2, 3.6, 4}, []float64{1, 2, 3, 5})
	if e.N != 4 || math.Abs(e.Median-0.15) > 1e-9 || math.Abs(e.Mean-0.125) > 1e-9 || e.Within10 != 0.25 &&
		math.Abs(e.Within10-0.5) > 1e-9 || e.Kendall != 1 || math.Abs(e.Spearman-1) > 1e-12 {
		t.Errorf("%+v", e)
	}
	if k := Judge([]float64{1, 2, 3}, []float64{3, 2, 1}).Kendall; k != -1 {
		t.Errorf("reversed ranks: tau %g, want -1", k)
	}
	if n := Judge(nil, nil).N; n != 0 {
		t.Errorf("nothing: n %d", n)
	}
}

// synthetic are samples of built-in models timed by known parameters.
func synthetic(t testing.TB, scale float64) []*Sample {
	t.Helper()
	m := matcher(t)
	var out []*Sample
	for _, f := range []struct{ family, model string }{{"resnet", "resnet18"}, {"resnet", "resnet50"},
		{"mobilenet", "mobilenetv2"}, {"vgg", "vgg11"}, {"efficientnet", "efficientnet-b0"}, {"densenet", "densenet121"},
		{"yolo", "yolo11n"}} {
		r := measured.Row{Model: f.model, Graph: "zoo:" + f.model, Family: f.family, Device: "rpi-5",
			Runtime: "onnxruntime-cpu", Precision: "fp32", Batch: 1, Latency: 1}
		c, err := m.Match(&r)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Prepare(c)
		if err != nil {
			t.Fatal(err)
		}
		v := c.Runtime.PriorOn(c.Device, c.Precision).Values
		v[params.Scale] = scale
		s.Measured = timing.Sum(&v, s.Terms)
		out = append(out, s)
	}
	return out
}

// A device that is off by one factor is found from few measurements, even from one, and twice the same.
func TestCalibrateFactor(t *testing.T) {
	for _, n := range []int{1, 3, 7} {
		s := synthetic(t, 3)[:n]
		f, err := Calibrate(new(joint.Model), s)
		if err != nil {
			t.Fatal(err)
		}
		p := f.Calibration.Parameters
		for _, x := range s {
			if r := timing.Sum(&p, x.Terms) / x.Measured; math.Abs(r-1) > map[bool]float64{true: 0.1, false: 0.05}[n == 1] {
				t.Errorf("of %d: %s is predicted %.2f times what was measured", n, x.Row.Model, r)
			}
		}
		if f.Calibration.Low >= 1 || f.Calibration.High <= 1 {
			t.Errorf("of %d: interval %g to %g", n, f.Calibration.Low, f.Calibration.High)
		}
		if again, _ := Calibrate(new(joint.Model), s); !reflect.DeepEqual(again.Calibration, f.Calibration) {
			t.Errorf("of %d: a second fit differs", n)
		}
	}
	if _, err := Calibrate(new(joint.Model), nil); err == nil {
		t.Error("a fit of nothing succeeded")
	}
}

// Held out means held out: a family whose measurements are absurd is not predicted absurdly.
func TestHeldOut(t *testing.T) {
	s := synthetic(t, 1)
	for _, x := range s {
		if x.Family == "vgg" {
			x.Measured *= 50
		}
	}
	f, err := Calibrate(new(joint.Model), s)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range s {
		if x.Family == "vgg" && f.Ratios[i] > 0.1 {
			t.Errorf("%s is predicted %.2f times its absurd measurement: the fit has seen it", x.Row.Model, f.Ratios[i])
		}
	}
}

// TestMatched demands that timm's rows are matched, where the tables are beside the checkout.
func TestMatched(t *testing.T) {
	rows, err := measured.ReadFile(reference.Path(t, "measured", "timm.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	m := matcher(t)
	m.Models = reference.Path(t, "corpus", "dev")
	n := 0
	rows = sampling.Every(20, rows)
	for i := range rows {
		if _, err := m.Match(&rows[i]); err == nil {
			n++
		}
	}
	if least := len(rows) / 13; n < least {
		t.Errorf("found %d of %d rows of timm that match, expected at least %d", n, len(rows), least)
	}
}

// Keep judges what it keeps: the figures over all slices are those of the slices that are left.
func TestKeep(t *testing.T) {
	of := func(device string, off float64) (ps []Prediction) {
		for _, at := range []float64{1, 2, 3} {
			ps = append(ps, Prediction{Slice: runtimes.Slice{Device: device}, Tuning: &roofline.Tuning{}, Measured: at,
				Expected: at * (1 + off)})
		}
		return ps
	}
	var r Report
	r.slices(append(of("good", 0.1), of("bad", 0.5)...))
	if r.All.N != 6 || !r.Keep("bad") || r.All.N != 3 || math.Abs(r.All.Median-0.5) > 1e-9 {
		t.Errorf("after keeping one slice of two: %+v", r.All)
	}
	if r.Keep("absent") {
		t.Error("a slice that is not there was kept")
	}
}

// Every published name leads to a model that can be built.
func TestPublished(t *testing.T) {
	m := matcher(t)
	for _, p := range published {
		if _, err := m.read(p.spec); err != nil || p.source == "" {
			t.Errorf("%s: %v", p.name, err)
		}
	}
	for _, p := range tabled {
		if _, err := m.read(p.spec); err != nil || p.source == "" {
			t.Errorf("%s in %s: %v", p.name, p.table, err)
		}
	}
}

// TestTabled holds that a name which one publisher alone uses for a network is read so in its table and in no other.
func TestTabled(t *testing.T) {
	for table, want := range map[string]string{"ncnn benchmark": "zoo:alexnet-grouped?size=227", "somebody": ""} {
		if got := builtIn(&measured.Row{Source: table, Model: "alexnet", InputShape: "3x227x227"}); got != want {
			t.Errorf("alexnet in the table of %s is %q, expected %q", table, got, want)
		}
	}
}

// TestOwnParams holds that a table of one's own counts the statistics of batch normalisation as parameters, and that
// others do not.
func TestOwnParams(t *testing.T) {
	m := matcher(t)
	for source, same := range map[string]bool{measured.Own: true, "somebody": false} {
		row := measured.Row{Source: source, Model: "densenet121", Graph: "zoo:densenet121", Device: "rpi-5",
			Runtime: "onnxruntime-cpu", Precision: "fp32", Batch: 1, Latency: 1, Params: 8.0625e6}
		if _, err := m.Match(&row); (err == nil) != same {
			t.Errorf("8.06 M parameters by %s: found the error %v", source, err)
		}
	}
}

// TestThroughput holds that rates of frames in flight are of the runtime's frames, that a rate is no latency, and that
// a report keeps both apart.
func TestThroughput(t *testing.T) {
	m := matcher(t)
	rate := measured.Row{Model: "zoo:resnet18", Device: "Hailo-8", Runtime: "hailort", Precision: "int8", Batch: 8,
		Throughput: 2000, Notes: "pipelined"}
	c, err := m.MatchThroughput(&rate)
	if err != nil || c.Slice().String() != "hailo-8/hailort-throughput/int8" || math.Abs(c.Measured()-4e-3) > 1e-12 {
		t.Fatalf("8 frames of 2000/s: %+v, %v", c, err)
	}
	if _, err := m.Match(&rate); err == nil {
		t.Error("a rate was taken for a latency")
	}
	for _, bad := range []struct{ device, runtime, precision, notes, want string }{
		{"NVIDIA T4", "TensorRT", "fp16", "", "no latency"}, {"Hailo-8", "hailort", "int8", "scenario=Offline", "Offline"},
	} {
		row := rate
		row.Device, row.Runtime, row.Precision, row.Notes = bad.device, bad.runtime, bad.precision, bad.notes
		if _, err := m.MatchThroughput(&row); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%+v: %v, expected an error with %q", bad, err, bad.want)
		}
	}
	single := rate
	single.Throughput, single.Latency, single.Batch, single.Notes = 0, 2e-3, 1, ""
	rs, _ := runtimes.Load()
	r, err := Run(context.Background(), []measured.Row{rate, single}, m, roofline.Tuner{Runtimes: rs}, func() {})
	if err != nil || len(r.Slices) != 2 || len(r.Misses) > 0 {
		t.Fatalf("%+v, %v, expected a slice of each metric", r, err)
	}
	for i := range r.Slices {
		s := &r.Slices[i]
		p := &s.Predictions[0]
		want := map[Metric]float64{Latency: math.Abs(p.Expected/p.Measured - 1),
			Throughput: math.Abs(p.Measured/p.Expected - 1)}[s.Metric]
		if s.Slice.Runtime != "hailort" || math.Abs(s.Expected.Median-want) > 1e-9 {
			t.Errorf("%s %s: an error of %g, expected %g", s.Slice, s.Metric, s.Expected.Median, want)
		}
	}
}
