package report_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// mine is a runtime by hand, so that goldens do not change with a new fit.
const mine = `schema: 1
id: mine
name: My runtime
aliases: [my-engine]
default_for: [rpi]
rules: [{rule: epilogue}, {rule: elementwise, source: seen}]
held: [winograd, repack, half_tile]
priors: {rpi: {matrix: 0.5, launch: 20 µs}}
sources:
  default: {kind: vendor, title: its manual, url: "https://example.org"}
  seen: {kind: measured, title: its profiler}
`

func allRuntimes(t testing.TB) *runtimes.Set {
	t.Helper()
	r, err := runtimes.Decode("mine.yaml", []byte(mine))
	if err != nil {
		t.Fatal(err)
	}
	return runtimes.NewSet(r)
}

func tunerOf(t testing.TB) *roofline.Tuner {
	return &roofline.Tuner{Runtimes: allRuntimes(t), Calibrations: &runtimes.Calibrations{}}
}

func expectedOf(t testing.TB) *report.Document {
	e, _ := estimateOn(t, "rpi-5", roofline.Options{Tuner: tunerOf(t)})
	return report.Estimate(e, report.View{})
}

func runtimesOf(t testing.TB, show string) *report.Document {
	rs := allRuntimes(t)
	if show == "" {
		return report.Runtimes(rs.List(), nil)
	}
	return report.Runtime(rs.List()[0], nil, map[string]string{"epilogue": "applies what follows"})
}

// table is three measurements, one of a model and one of a device that nobody knows.
const table = `model,graph,family,device,runtime,precision,batch,latency_ms
ResNet-18,zoo:resnet18,resnet,Raspberry Pi 5,my-engine,fp32,1,60
MobileNetV2,zoo:mobilenetv2,mobilenet,Raspberry Pi 5,my-engine,fp32,1,20
VGG-16,zoo:vgg16,vgg,Raspberry Pi 5,my-engine,fp32,1,2500
Mystery,,mystery,Raspberry Pi 5,my-engine,fp32,1,1
ResNet-18,zoo:resnet18,resnet,Abacus,my-engine,fp32,1,1
`

func matcher(t testing.TB) ([]measured.Row, *validate.Matcher) {
	read, err := measured.Read(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	return read.Rows, &validate.Matcher{Devices: hwprofiles.NewCatalog(), Runtimes: allRuntimes(t)}
}

func validationOf(t testing.TB) *report.Document {
	rows, m := matcher(t)
	r, err := validate.Run(context.Background(), rows, m, *tunerOf(t), func() {})
	if err != nil {
		t.Fatal(err)
	}
	return report.Validation(r)
}

func calibrationOf(t testing.TB) *report.Document {
	rows, m := matcher(t)
	var samples []*validate.Sample
	for i := range rows[:3] {
		c, err := m.Match(&rows[i])
		if err != nil {
			t.Fatal(err)
		}
		s, err := validate.Prepare(c)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, s)
	}
	f, err := validate.Calibrate(new(joint.Model), samples)
	if err != nil {
		t.Fatal(err)
	}
	return report.Calibration(f, samples)
}

// placedOf returns the document of a network on an accelerator that it falls back from, by priors alone, so that the
// golden does not change with a new fit.
func placedOf(t testing.TB) *report.Document {
	plan := must(infer.Prepare(must(readers.Open("zoo:mobilenetv3-small"))(t)))(t)
	res := must(plan.Run(infer.Bindings{Batch: 1}, nil))(t)
	tuner := &roofline.Tuner{Runtimes: must(runtimes.Load())(t)}
	e := must(roofline.Run(res, get(t, "coral-edgetpu-usb"), roofline.Options{Tuner: tuner, Precision: dtype.Int8}))(t)
	return report.InspectOn("net", plan, e)
}
