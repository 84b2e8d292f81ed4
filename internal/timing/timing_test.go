package timing

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestOf(t *testing.T) {
	s := Of([]float64{5, 1, 4, 2, 3})
	if s.Min != 1 || s.Median != 3 || s.Q1 != 2 || s.Q3 != 4 || math.Abs(s.Low-1.4) > 1e-12 || s.Runs != 5 {
		t.Errorf("found %+v", s)
	}
	if one := Of([]float64{7}); one.Median != 7 || one.MedianLow != 7 || one.MedianHigh != 7 {
		t.Errorf("found %+v of a single time", one)
	}
}

// TestInterval holds the interval to what it claims: it covers the true median in 95 % of repetitions, here of a skewed
// distribution.
func TestInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	const repeats = 2000
	for _, n := range []int{10, 30, 200} {
		inside := 0
		for range repeats {
			times := make([]float64, n)
			for i := range times {
				times[i] = random.ExpFloat64()
			}
			// the median of the exponential distribution
			if s := Of(times); s.MedianLow <= math.Ln2 && math.Ln2 <= s.MedianHigh {
				inside++
			}
		}
		if share := float64(inside) / repeats; share < 0.935 {
			t.Errorf("%d times: the interval covers the median in %.1f %% of repetitions, expected 95 %%", n, 100*share)
		}
	}
}

func TestMeasure(t *testing.T) {
	plan := Plan{Warmup: 2, MinRuns: 10, MaxRuns: 50, Limit: time.Hour, HalfSpan: 0.02}
	calls := 0
	s, err := Measure(context.Background(), plan, func() (float64, error) { calls++; return 1, nil })
	if err != nil || s.Runs != 10 || calls != 12 || !s.Settled {
		t.Errorf("found %+v, %d calls, %v; expected 10 runs after 2 that warm up, settled", s, calls, err)
	}
	alternate := 0.0
	s, err = Measure(context.Background(), plan, func() (float64, error) {
		alternate = 3 - alternate
		return 1 + alternate,
			nil
	})
	if err != nil || s.Runs != 50 || s.Settled {
		t.Errorf("found %+v, %v; expected all 50 runs, not settled", s, err)
	}
	broken := errors.New("broken")
	if _, err := Measure(context.Background(), plan, func() (float64, error) { return 0, broken }); !errors.Is(err,
		broken) {
		t.Errorf("found the error %v, expected that of the run", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Measure(ctx, plan, func() (float64, error) { return 1, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("found the error %v, expected that it was cancelled", err)
	}
}
