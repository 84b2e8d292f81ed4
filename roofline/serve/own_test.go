package serve_test

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/serve"
	"github.com/ridgepoint/ridgepoint/roofline/serve/bench"
)

// TestOwn: runs that are twice as slow as said move a forecast towards them, the further the more they are, and never
// beyond; runs of another engine or model change nothing and are named.
func TestOwn(t *testing.T) {
	plain := run(t, setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp"), usual)
	last := 1.0
	for n := 1; n <= 5; n++ {
		s := setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp")
		var runs []bench.Run
		for range n {
			runs = append(runs, bench.Run{Engine: "llama-cpp", Params: 8.03e9, Prompt: usual.Prompt, Output: usual.Output, Batch: 1,
				Seconds: 2 * plain.Next.Expected})
		}
		if err := s.Learn(runs); err != nil {
			t.Fatal(err)
		}
		a := run(t, s, usual)
		ratio := a.Next.Expected / plain.Next.Expected
		if want := math.Pow(2, float64(n)/float64(n+3)); math.Abs(ratio/want-1) > 1e-6 || ratio <= last {
			t.Errorf("%d runs: times %g, expected %g", n, ratio, want)
		}
		if a.First != plain.First {
			t.Errorf("%d runs of writing change reading", n)
		}
		ordered(t, "next", a.Next)
		last = ratio
	}
	s := setup(t, "llama3-8b", "q4_k_m", "rtx4090", "llama-cpp")
	if err := s.Learn([]bench.Run{{Engine: "mlx", Seconds: 1, Batch: 1}, {Engine: "llama-cpp", Params: 1e9, Seconds: 1, Batch: 1}}); err != nil {
		t.Fatal(err)
	}
	if a := run(t, s, usual); a.Next != plain.Next || len(s.Own.Skipped) != 2 || len(a.Warnings) != len(plain.Warnings)+2 {
		t.Errorf("runs of others change a forecast, or are not named: %v", s.Own)
	}
	if c := serve.Correct([]serve.Ratio{{Tokens: 512, Times: 1e9}}); c.Factor > 20 {
		t.Errorf("an absurd run makes times %g", c.Factor)
	}
}
