package report_test

import (
	"errors"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/prices"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

const framesText = `schema: 1
name: gate
camera: {width: 1920, height: 1080, fps: 30}
stages:
  - capture
  - {stage: resize, to: 640x640}
  - {stage: inference, model: net}
  - {stage: nms, time: 2 ms}
`

// framesOf is a pipeline on a board, or on that, a card with a price and a board on which it cannot run.
func framesOf(t testing.TB, many bool) *report.Document {
	e, _ := estimateOn(t, "rpi-5", roofline.Options{Tuner: tunerOf(t)})
	one := func(id string) *pipeline.Result {
		f := must(pipeline.Read("camera.yaml", []byte(framesText)))(t)
		return must(f.Run(&pipeline.Setup{Device: get(t, id), Host: get(t, "core-i7-12700h"), Assumed: true,
			Infer: func(string) (*roofline.Estimate, error) { return e, nil }}))(t)
	}
	r := one("rpi-5")
	if !many {
		return report.Pipelines([]report.Frames{{Result: r, Device: get(t, "rpi-5")}}, 0, report.Usual)
	}
	table := must(prices.BuiltIn())(t)
	table.Grid = 300
	card := one("t4")
	return report.Pipelines([]report.Frames{{Result: r, Device: get(t, "rpi-5")},
		{Result: card, Device: get(t, "t4"), Model: "net", Money: report.FrameMoney(table, get(t, "t4"), card)},
		{Device: get(t, "hailo-8"), Err: errors.New("hailo-8 has no fp32 peak")}}, 25, report.Usual)
}
