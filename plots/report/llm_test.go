package report_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// llmOf is a small language model on a card; with n 2 also a larger one on an Apple GPU that it does not fit, at load.
func llmOf(t testing.TB, n int) *report.Document {
	var all []*serve.Answer
	for _, c := range []struct {
		model, device, engine string
		load                  bool
	}{{"llama3-8b", "rtx3060", "llama-cpp", false}, {"gpt-oss-120b", "apple-m1", "llama-cpp", true}}[:n] {
		k := must(decoder.Lookup(c.model))(t)
		s := serve.Setup{Model: must(serve.NewModel(k.Name, "zoo", k.Shape, "q4_k_m"))(t), Device: get(t, c.device),
			Engine: must(llm.Get(c.engine))(t), TP: 1, PP: 1}
		all = append(all, must(s.Run(serve.Workload{Prompt: 1024, Output: 128, Batch: 1, Load: c.load}))(t))
	}
	return report.LLM(all, 2.5)
}
