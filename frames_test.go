package ridgepoint

import (
	"context"
	"strings"
	"testing"
)

// framesFile is a pipeline whose models and lines the tests change.
const framesFile = `schema: 1
camera: {width: 640, height: 480, fps: 30}
precision: [fp16, int8]
runtime: RUNTIME
stages: [capture, transfer, {stage: inference, model: "zoo:mobilenetv2"}]
`

// framesOn runs a pipeline on devices.
func framesOn(text string, precisions []string, devices ...string) ([]PipelineRun, error) {
	e := new(Estimator)
	return e.Pipelines(context.Background(), &PipelineJob{Path: "p.yaml", Data: []byte(text), Devices: devices,
		Precisions: precisions})
}

// TestFramesRun holds that each device runs the first precision that it has, and which host feeds it.
func TestFramesRun(t *testing.T) {
	text := strings.Replace(framesFile, "runtime: RUNTIME\n", "", 1)
	runs, err := framesOn(text, nil, "jetson-orin-nano-8-super", "coral-edgetpu-usb-rpi5", "rk3588-npu", "hailo-8",
		"h100-sxm", "rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		precision, host string
		assumed         bool
	}{
		{"fp16", "jetson-orin-nano-super-cpu", false}, {"int8", "rpi-5", false}, {"fp16", "rk3588", false},
		{"int8", "rpi-5", true}, {"fp16", "core-i7-12700h", true}, {"fp16", "", false},
	} {
		r := &runs[i]
		if r.Err != nil {
			t.Errorf("%s: %v", r.Device.ID, r.Err)
			continue
		}
		host := ""
		if r.Setup.Host != nil {
			host = r.Setup.Host.ID
		}
		p, assumed := r.Steps[2].Estimates[0].Asked.Short(), r.Setup.Assumed
		if p != want.precision || host != want.host || assumed != want.assumed {
			t.Errorf("%s: found %s, fed by %q, assumed %t; want %+v", r.Device.ID, p, host, assumed, want)
		}
	}
	runs, err = framesOn(text, []string{"int8"}, "jetson-orin-nano-8-super")
	if err != nil || runs[0].Steps[2].Estimates[0].Asked.Short() != "int8" {
		t.Errorf("a precision that the job names: found %v, %v", runs, err)
	}
}

// TestFramesWrong holds that what a file says of its models is an error with its line.
func TestFramesWrong(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"RUNTIME", "tensorrrt", `p.yaml:4:10: runtime: runtime "tensorrrt"`},
		{"RUNTIME", "coreml", "p.yaml:4:10: runtime: "},
		{"int8", "int9", `p.yaml:3:19: precision[1]: found precision "int9"`},
		{"mobilenetv2", "mobilenetv9", "p.yaml:5:55: stages[2].model"},
	} {
		text := strings.Replace(framesFile, c.from, c.to, 1)
		_, err := framesOn(strings.Replace(text, "RUNTIME", "tensorrt", 1), nil, "t4")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found %v, expected %s", c.to, err, c.want)
		}
	}
}

// TestHosts holds that the host which a profile names is in the catalogue, and computes on cores.
func TestHosts(t *testing.T) {
	e := new(Estimator)
	all, err := e.Devices(nil)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, d := range all {
		if d.Host == "" {
			continue
		}
		named++
		if host, err := e.Device(d.Host); err != nil || !host.Class.Cores() {
			t.Errorf("%s: host %s: found %v, %v; expected cores", d.ID, d.Host, host, err)
		}
	}
	if named < 10 {
		t.Errorf("found %d devices with a host, expected ten at least", named)
	}
}
