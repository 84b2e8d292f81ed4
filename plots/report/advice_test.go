package report_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
)

// advisedOf is the advice on a small network, with a target in seconds or without one.
func advisedOf(t testing.TB, latency float64) *report.Document {
	t.Helper()
	plan, _ := inferred(t)
	q := &advice.Question{Spec: "net.onnx", Latency: latency, Setup: advice.Setup{Plan: plan,
		Bindings: infer.Bindings{Batch: 8}, Device: get(t, "rpi-5"), Options: roofline.Options{Tuner: tunerOf(t)}}}
	a := must(q.Answer(context.Background()))(t)
	for i := range a.Advice {
		a.Advice[i].Verify = "ridgepoint estimate net.onnx"
	}
	return report.Advice(a)
}

// TestNothingHelps says so where no change saves 2 %, with the share of the lower bound.
func TestNothingHelps(t *testing.T) {
	e, _ := estimateOn(t, "rpi-5", roofline.Options{})
	a := &advice.Answer{Question: &advice.Question{}, Base: e}
	text := textOf(t, report.Advice(a))
	if !strings.Contains(strings.Join(strings.Fields(text), " "),
		"Nothing that was tried saves 2 %: the lower bound is 100 % of that") {
		t.Errorf("found\n%s", text)
	}
}
