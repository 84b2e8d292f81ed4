package roofline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

func hasDefault(w *world, s setting) string {
	own, all := w.tuner.Runtimes.For(s.device), w.tuner.Runtimes.On(s.device)
	switch {
	case own == nil && len(all) > 0:
		return fmt.Sprintf("no default among %d runtimes", len(all))
	case own != nil && !own.RunsOn(s.device):
		return "the default does not run"
	}
	return ""
}

// homes are the devices that makers say their runtimes run on, apart from the profiles.
var homes = map[string]func(d *hwprofiles.Device) bool{
	"tensorrt":           func(d *hwprofiles.Device) bool { return d.Vendor == "NVIDIA" },
	"onnxruntime-cuda":   func(d *hwprofiles.Device) bool { return d.Vendor == "NVIDIA" },
	"pytorch-eager":      onCUDAOrCPU,
	"pytorch-eager-nhwc": onCUDAOrCPU,
	"torch-compile":      func(d *hwprofiles.Device) bool { return onCUDAOrCPU(d) || d.Vendor == "AMD" },
	"pytorch-rocm":       func(d *hwprofiles.Device) bool { return d.Vendor == "AMD" && d.Class == "gpu" },
	"migraphx":           func(d *hwprofiles.Device) bool { return d.Vendor == "AMD" && d.Class == "gpu" },
	"coreml":             func(d *hwprofiles.Device) bool { return d.Vendor == "Apple" },
	"pytorch-mps":        func(d *hwprofiles.Device) bool { return slices.Contains(d.Systems, "macos") },
	"openvino":           func(d *hwprofiles.Device) bool { return d.Vendor == "Intel" || onCores(d) },
	"ncnn":               onCores, "onnxruntime-cpu": onCores, "tflite-xnnpack": onCores,
	"tflite-ruy": onCores, "armnn": onCores,
	"fastertransformer": func(d *hwprofiles.Device) bool { return d.Vendor == "NVIDIA" && d.Class == hwprofiles.GPU },
	"qnn":               onHexagon, "tflite-qnn": onHexagon, "onnxruntime-qnn": onHexagon,
	"armnn-opencl": func(d *hwprofiles.Device) bool { return d.Vendor == "Arm" },
	"ncnn-vulkan":  func(d *hwprofiles.Device) bool { return !onCores(d) && d.Class != "npu" && d.Class != "tpu" },
	"dlprimitives": func(d *hwprofiles.Device) bool { return d.Class == hwprofiles.GPU },
	"mnn":          onCores, "paddle-lite": onCores, "paddle-lite-armv7": onCores,
	"tensorflow": onCUDAOrCPU, "paddle-inference": onCUDAOrCPU,
	"tensorflow-xla": func(d *hwprofiles.Device) bool { return d.Vendor == "NVIDIA" && d.Class == hwprofiles.GPU },
	"aitemplate": func(d *hwprofiles.Device) bool {
		return (d.Vendor == "NVIDIA" || d.Vendor == "AMD") && d.Class == hwprofiles.GPU
	},
	"pytorch-xpu": func(d *hwprofiles.Device) bool { return d.Vendor == "Intel" && d.Class == hwprofiles.GPU },
	"cloud-ai":    func(d *hwprofiles.Device) bool { return strings.HasPrefix(d.Arch, "Cloud AI") },
	"drp-ai-tvm":  npuOf("Renesas"), "bmruntime": npuOf("SOPHGO"), "horizon-bpu": npuOf("D-Robotics"),
	"stedgeai-npu": npuOf("STMicroelectronics"), "hailort": npuOf("Hailo"), "rknn": npuOf("Rockchip"),
	"voyager": npuOf("Axelera"), "syntiant": npuOf("Syntiant"),
	"edgetpu": func(d *hwprofiles.Device) bool { return d.Arch == "Edge TPU" },
	"ethos-u": func(d *hwprofiles.Device) bool { return strings.HasPrefix(d.Arch, "Ethos-U") },
	"xla-tpu": func(d *hwprofiles.Device) bool { return d.Vendor == "Google" && d.Class == hwprofiles.TPU },
	"tflm":    onMCU, "microtvm": onMCU, "onnc": onMCU, "hale": onMCU, "plumerai": onMCU,
	"stedgeai": func(d *hwprofiles.Device) bool { return onMCU(d) && d.Vendor == "STMicroelectronics" },
}

func onMCU(d *hwprofiles.Device) bool { return d.Class == hwprofiles.MCU }

func npuOf(vendor string) func(*hwprofiles.Device) bool {
	return func(d *hwprofiles.Device) bool { return d.Class == hwprofiles.NPU && d.Vendor == vendor }
}

func onCUDAOrCPU(d *hwprofiles.Device) bool {
	return d.Vendor == "NVIDIA" || d.Class == hwprofiles.CPU || d.Class == hwprofiles.RPi
}

func onHexagon(d *hwprofiles.Device) bool { return d.Vendor == "Qualcomm" && d.Arch == "Hexagon" }

func offered(w *world, s setting) string {
	if s.runtime == nil {
		return ""
	}
	runs := s.runtime.RunsOn(s.device)
	if can := homes[s.runtime.ID]; can == nil || runs && !can(s.device) {
		return "offered where it does not run"
	}
	_, err := w.estimate(s)
	refused := new(runtimes.MismatchError)
	if errors.As(err, &refused) == runs {
		return fmt.Sprintf("runs is %t, the error %v", runs, err)
	}
	for _, id := range refused.Others {
		if r, err := w.tuner.Runtimes.Get(id); err != nil || !r.RunsOn(s.device) {
			return fmt.Sprintf("the error names %s, which does not run there", id)
		}
	}
	return ""
}

func halfAsFull(w *world, s setting) string {
	if s.runtime == nil || s.runtime.ID != "onnxruntime-cpu" || s.precision != dtype.Float16 {
		return ""
	}
	return w.same(s, dtype.Float32)
}

func fullAsHalf(w *world, s setting) string {
	noCores := s.device.Class == "gpu" || s.device.Class == "npu"
	if s.runtime == nil || s.runtime.ID != "openvino" || s.precision != dtype.Float32 || !noCores {
		return ""
	}
	return w.same(s, dtype.Float16)
}

// same says how a setting differs from that with another type, which its work runs in.
func (w *world) same(s setting, as dtype.Type) string {
	asked, err := w.estimate(s)
	if !s.runtime.RunsOn(s.device) {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	other := s
	other.precision = as
	want, err := w.estimate(other)
	if err != nil {
		return err.Error()
	}
	if got := *asked.Latency.Expected; math.Abs(got-*want.Latency.Expected) > 1e-9*got {
		return fmt.Sprintf("%g s, %g s in %s", got, *want.Latency.Expected, as.Short())
	}
	if asked.Asked != s.precision || asked.Precision != s.precision || asked.Ran != as {
		return fmt.Sprintf("asked %s, labelled %s, ran %s", asked.Asked.Short(), asked.Precision.Short(), asked.Ran.Short())
	}
	return ""
}
