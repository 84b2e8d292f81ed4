package export

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// axes returns what tells an estimate from others: keys and values.
func axes(e *roofline.Estimate) [][2]string {
	out := [][2]string{{"model", e.Model}, {"device", e.Device.ID}}
	if e.Tuning != nil {
		out = append(out, [2]string{"runtime", e.Tuning.Runtime.ID})
	}
	return append(out, [2]string{"precision", e.Precision.Short()}, [2]string{"batch", fmt.Sprint(max(e.Batch, 1))})
}

// writeBench writes the benchmark format of Go (golang.org/design/14313-benchmark-format), a line for each estimate.
// Figures are exact: an estimate of one model is the same each time.
func writeBench(w io.Writer, in *Input) error {
	var b strings.Builder
	b.WriteString("tool: ridgepoint\n")
	for _, unit := range []string{"ns/op", "low-ns/op", "high-ns/op", "bound-ns/op", "samples/s", "memory-B"} {
		fmt.Fprintf(&b, "Unit %s assume=exact\n", unit)
	}
	for _, e := range in.Estimates {
		b.WriteString("BenchmarkEstimate")
		for _, a := range axes(e) {
			fmt.Fprintf(&b, "/%s=%s", a[0], word(a[1]))
		}
		b.WriteString(" 1")
		l := &e.Latency
		if l.Expected != nil {
			fmt.Fprintf(&b, " %.0f ns/op %.0f low-ns/op %.0f high-ns/op", 1e9**l.Expected, 1e9**l.Low, 1e9**l.High)
		}
		fmt.Fprintf(&b, " %.0f bound-ns/op", 1e9*l.SpeedOfLight)
		if l.Expected != nil {
			fmt.Fprintf(&b, " %.5g samples/s", e.Throughput())
		}
		fmt.Fprintf(&b, " %d memory-B\n", e.MemoryBytes)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// word returns a text that may stand in the name of a benchmark: without spaces and slashes, and with escapes for what
// has no shape.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || unicode.IsSpace(r) {
			return '-'
		}
		return r
	}, visible.Text(s))
}

// A metric is a value with the ends of its interval, in the Bencher Metric Format.
type metric struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"lower_value,omitempty"`
	High  *float64 `json:"upper_value,omitempty"`
}

// writeBMF writes the Bencher Metric Format (bencherdev/bencher): latency in ns, throughput in samples/s, memory in
// bytes. Without a runtime latency is not known, and the lower bound alone is written.
func writeBMF(w io.Writer, in *Input) error {
	out := map[string]map[string]metric{}
	for _, e := range in.Estimates {
		var names []string
		for _, a := range axes(e) {
			names = append(names, a[1])
		}
		l := &e.Latency
		measures := map[string]metric{"lower-bound": {Value: 1e9 * l.SpeedOfLight}, "memory": {Value: float64(e.MemoryBytes)}}
		if l.Expected != nil {
			low, high := 1e9**l.Low, 1e9**l.High
			batch := float64(max(e.Batch, 1))
			least, most := batch / *l.High, batch / *l.Low
			measures["latency"] = metric{1e9 * *l.Expected, &low, &high}
			measures["throughput"] = metric{e.Throughput(), &least, &most}
		}
		out[strings.Join(names, "/")] = measures
	}
	return writeJSON(w, out)
}

// A benchmark is an entry of github-action-benchmark.
type benchmark struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Range string  `json:"range,omitempty"`
	Extra string  `json:"extra"`
}

// writeGHA writes the entries of github-action-benchmark's customSmallerIsBetter.
func writeGHA(w io.Writer, in *Input) error {
	out := []benchmark{}
	for _, e := range in.Estimates {
		l := &e.Latency
		b := benchmark{titleOf(e), "ms", 1e3 * l.SpeedOfLight, "", latencyText(e)}
		if l.Expected == nil {
			b.Name += " (lower bound)"
		} else {
			b.Value = 1e3 * *l.Expected
			b.Range = units.Short(*l.Low, units.Seconds) + " – " + units.Short(*l.High, units.Seconds)
		}
		out = append(out, b)
	}
	return writeJSON(w, out)
}
