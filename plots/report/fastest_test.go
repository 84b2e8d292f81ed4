package report

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestBehind holds what is said of an estimate behind the fastest: it may be as fast where its ratio leaves that open.
func TestBehind(t *testing.T) {
	ratio := func(value, low, high float64) roofline.Ratio {
		return roofline.Ratio{Value: value, Low: &low, High: &high}
	}
	for _, c := range []struct {
		ratio roofline.Ratio
		want  string
	}{
		{ratio(2.5, 1.5, 4), "l4 takes 2.50 times as long (90 % between 1.50 and 4)"},
		{ratio(1.5, 0.9, 2.5), "l4 may be as fast (1.50 times as long, 90 % between 0.900 and 2.50)"},
		{ratio(2, 2, 2), "l4 takes 2 times as long"},
		{roofline.Ratio{Value: 3}, "l4 takes 3 times as long"},
	} {
		if have := behind("l4", c.ratio); have != c.want {
			t.Errorf("found %q, expected %q", have, c.want)
		}
	}
}
