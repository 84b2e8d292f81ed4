package roofline

import "testing"

// TestMetric: the metric that most candidates have ranks them; where two have as many, none does.
func TestMetric(t *testing.T) {
	of := func(metrics ...string) (out []Candidate) {
		for _, m := range metrics {
			c := Candidate{}
			if m != "" {
				c.Quality = &Quality{Metric: m}
			}
			out = append(out, c)
		}
		return out
	}
	for want, candidates := range map[string][]Candidate{
		"mAP50-95": of("mAP50", "mAP50-95", "", "mAP50-95", "VOC"), "": of("mAP50", "mAP50-95", ""), "top-1": of("", "top-1"),
	} {
		if got := Metric(candidates); got != want || ByQuality(candidates) != (want != "") {
			t.Errorf("found %q, expected %q", got, want)
		}
	}
}
