package report_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// requestOf is a request of two networks, one of which runs thirty times.
func requestOf(t testing.TB) *report.Document {
	return report.Requests([]*serve.Request{{Model: "sdxl", Device: get(t, "rtx3060"), Units: 1, Unit: "pictures",
		Notes: []string{"with guidance"}, Parts: []serve.Part{
			{Name: "denoiser", Model: "zoo:sdxl-unet", Times: 30, Each: serve.Time{SpeedOfLight: 0.1, Expected: 0.2, Low: 0.15, High: 0.3}, Runtime: "tensorrt", Precision: "fp16", Basis: "related"},
			{Name: "picture decoder", Model: "zoo:sd-vae-decoder", Times: 1, Each: serve.Time{SpeedOfLight: 0.1, Expected: 0.5, Low: 0.4, High: 0.7}, Runtime: "tensorrt", Precision: "fp16", Basis: "related"},
		}}})
}
