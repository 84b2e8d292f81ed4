package ridgepoint

import (
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// fileRuntimes lists the runtimes that run files of a format as they are. Where no runtime is asked for, the first that
// runs on a device is taken in place of the device's default. To add a format, add a row.
var fileRuntimes = []struct {
	format   string // as package readers names it
	runtimes []string
}{
	{"TensorFlow Lite", []string{"edgetpu", "ethos-u", "tflm", "tflite-xnnpack", "tflite-qnn"}},
	{"OpenVINO IR", []string{"openvino"}},
	{"ncnn", []string{"ncnn", "ncnn-vulkan"}},
}

// fileRuntime returns the runtime that a model's file is made for on a device, nil where none runs there or the file
// is of a format that many runtimes read.
func (e *Estimator) fileRuntime(m *Model, d *hwprofiles.Device) *runtimes.Runtime {
	for _, row := range fileRuntimes {
		if row.format != m.format {
			continue
		}
		for _, id := range row.runtimes {
			if r, err := e.tuner.Runtimes.Get(id); err == nil && r.RunsOn(d) {
				return r
			}
		}
	}
	return nil
}

// onDevice returns how a model is run on a device: as asked for, or where no runtime is, in that of its file. The note
// says so where the device's default is another one.
func (e *Estimator) onDevice(m *Model, d *hwprofiles.Device, how roofline.Options) (roofline.Options, []Note) {
	if how.Tuner == nil || how.Tuner.Runtime != nil {
		return how, nil
	}
	r := e.fileRuntime(m, d)
	usual := how.Tuner.Runtimes.For(d)
	if r == nil || usual != nil && usual.ID == r.ID {
		return how, nil
	}
	t := *how.Tuner
	t.Runtime, how.Tuner = r, &t
	other := "none"
	if usual != nil {
		other = usual.ID
	}
	return how, []Note{note.New(note.FileRuntime, m.format, r.ID, other)}
}
