package serve_test

import (
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// ways are the answers of a model in several quantisations on a card of 12 GB.
func ways(t *testing.T, model string, quants ...string) (out []*serve.Answer) {
	for _, q := range quants {
		out = append(out, run(t, setup(t, model, q, "rtx3060", "llama-cpp"), serve.Workload{Prompt: 3840, Output: 256, Batch: 1}))
	}
	return out
}

// TestChoose: of the ways that are within a budget the one with most bits is taken, whatever their order; where none
// is, the verdict says why.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		model, want string
		verdict     roofline.Verdict
		budget      serve.Budget
		why         string
	}{
		{"llama3-8b", "q8_0", roofline.Sure, serve.Budget{}, ""},
		{"llama3-8b", "q4_k_m", roofline.Sure, serve.Budget{Rate: 40}, ""},
		{"llama3-8b", "q4_k_m", roofline.Likely, serve.Budget{Rate: 50, Risk: 1.05}, ""},
		{"llama3-8b", "q4_k_m", roofline.Close, serve.Budget{Rate: 50, Risk: 2}, "tokens/s"},
		{"llama3-8b", "q4_k_m", roofline.Close, serve.Budget{Rate: 50, Risk: math.Inf(1)}, "tokens/s"},
		{"llama3-8b", "q4_k_m", roofline.TooMuch, serve.Budget{Rate: 500}, "tokens/s"},
		{"llama3-8b", "q4_k_m", roofline.TooMuch, serve.Budget{First: 1e-3}, "first token"},
		{"llama3-70b", "q4_k_m", roofline.TooMuch, serve.Budget{}, "needs"},
		{"llama-7b", "q4_k_m", roofline.TooMuch, serve.Budget{}, "trained for 2048"},
	} {
		for _, quants := range [][]string{{"q4_k_m", "q8_0", "f16"}, {"f16", "q8_0", "q4_k_m"}} {
			got := c.budget.Choose(c.model, ways(t, c.model, quants...), nil)
			if got.Verdict != c.verdict || got.Setup.Model.Quant != c.want || !strings.Contains(got.Why, c.why) || (got.Why == "") != (c.why == "") {
				t.Errorf("%s within %+v of %v: %s, %s, %q; expected %s, %s, %q (%.3g tokens/s)", c.model, c.budget, quants, got.Setup.Model.Quant,
					got.Verdict, got.Why, c.want, c.verdict, c.why, 1/got.Next.Expected)
			}
			if got.Loss == nil {
				t.Errorf("%s: no loss of %s", c.model, got.Setup.Model.Quant)
			}
		}
	}
}

// TestRank: what fits stands first by the figure that most have, then what has another figure or none, then what does
// not fit, what failed last.
func TestRank(t *testing.T) {
	quality := func(metric string, score float64) *roofline.Quality {
		return &roofline.Quality{Metric: metric, Score: score}
	}
	one := func(model string, q *roofline.Quality) serve.Choice {
		return serve.Budget{}.Choose(model, ways(t, model, "q4_k_m"), q)
	}
	choices := []serve.Choice{
		{Model: "broken", Verdict: roofline.Fails}, one("llama3-70b", quality("MMLU", 99)), one("llama3.2-1b", quality("other", 100)),
		one("llama3.2-3b", quality("MMLU", 58)), one("llama3-8b", quality("MMLU", 66)), one("gemma3-4b", nil),
	}
	if m := serve.Rank(choices); m != "MMLU" {
		t.Errorf("ranked by %q", m)
	}
	var got []string
	for i := range choices {
		got = append(got, choices[i].Model)
	}
	if want := "llama3-8b llama3.2-3b gemma3-4b llama3.2-1b llama3-70b broken"; strings.Join(got, " ") != want {
		t.Errorf("ranked %v, expected %s", got, want)
	}
}
