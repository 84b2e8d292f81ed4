package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline"
)

const everyKey = `schema: 1
baseline: git:main
levels: {max_high_ms: warn, max_flops: off}
budgets:
  - models: [zoo:a, m/*.onnx]
    devices: t4
    runtime: tensorrt
    precision: fp16
    batch: 8
    threads: 2
    dims: {seq: 128}
    max_expected_ms: 12 ms
    max_high_ms: 15
    min_fps: 30
    max_memory: 512 MiB
    max_flops: 8.2 GFLOP
    max_params: 25.6e6
    min_coverage: 99.5 %
    max_regression: 5 %
    levels: {min_fps: warn}
`

// TestRead reads every key, in base units, with levels and lines.
func TestRead(t *testing.T) {
	f, err := Read("b.yaml", []byte(everyKey))
	if err != nil || f.Finish() != nil {
		t.Fatal(err, f.Finish())
	}
	e := f.Entries[0]
	if f.Baseline.Text != "git:main" || len(e.Models) != 2 || e.Devices[0].Text != "t4" ||
		e.Setting() != "runtime tensorrt, precision fp16, batch 8, threads 2, seq 128" {
		t.Errorf("found %+v, setting %s", e, e.Setting())
	}
	var got []string
	for _, b := range e.Bounds {
		got = append(got, fmt.Sprintf("%s %g %s %d", b.Key, b.Value, b.Level, b.Line))
	}
	want := []string{"max_expected_ms 0.012 error 12", "max_high_ms 0.015 warn 13", "min_fps 30 warn 14",
		"max_memory 5.36870912e+08 error 15", "max_params 2.56e+07 error 17", "min_coverage 0.995 error 18",
		"max_regression 0.05 error 19"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}

// TestReadErrors tells everything wrong with a file at once: the line, what was expected and the nearest name.
func TestReadErrors(t *testing.T) {
	f, err := Read("b.yaml", []byte(`schema: 2
levls: {}
levels: {max_flop: warn, max_memory: eror}
budgets:
  - models: []
    max_expected_ms: 12 s
    max_memory: 512 Mb
    max_flops: 8 GFLOP/s
    min_coverage: 120 %
    max_regression: 5
    max_params: [1]
    batch: 0
    dims: {seq: x}
  - models: zoo:a
    devices: [t4]
  - 7
`))
	if err != nil {
		t.Fatal(err)
	}
	text := f.Finish().Error()
	for _, want := range []string{
		`b.yaml:1:9: schema: found "2", expected 1`,
		`b.yaml:2:1: levls: found the unknown key "levls"`, `did you mean "levels"?`,
		`b.yaml:3:10: levels.max_flop: found the unknown key "max_flop"`, `did you mean "max_flops"?`,
		`did you mean "error"?`,
		`b.yaml:6:22: budgets[0].max_expected_ms: found "12 s", expected a number of milliseconds above zero`,
		`b.yaml:7:17: budgets[0].max_memory: found "512 Mb", expected a size (B)`,
		`that is a floating-point rate (FLOP/s)`, `found "120 %", expected a percentage from 0 % to 100 %`,
		`found "5", expected a percentage of zero or more`, `budgets[0].max_params: found a list, expected a value such as`,
		`b.yaml:12:12: budgets[0].batch: found "0"`, `budgets[0].dims.seq: found "x"`, `found no devices, expected a list`,
		`b.yaml:16:5: budgets[2]: found "7", expected models, devices and limits`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("found no %q in:\n%s", want, text)
		}
	}
	for _, text := range []string{"", "[", "- a", "a: 1\n---\nb: 2\n", strings.Repeat("# x\n", 1<<15)} {
		if _, err := Read("b.yaml", []byte(text)); err == nil || strings.Contains(err.Error(), "profile") {
			t.Errorf("%.20q: found the error %v, expected one of a budget", text, err)
		}
	}
	if f, err = Read("b.yaml", []byte("schema: 1\nbudgets: [{models: a, devices: b}]\n")); err != nil ||
		!strings.Contains(f.Finish().Error(), "found no limit, expected one of max_expected_ms") {
		t.Errorf("an entry without limits: %v, %v", err, f.Finish())
	}
}

// of returns an estimate with a latency in ms: lower bound, low, expected, high.
func of(light, low, expected, high float64) *roofline.Estimate {
	ms := func(v float64) *float64 { v *= 1e-3; return &v }
	return &roofline.Estimate{MemoryBytes: 1 << 20, Params: 1000, Batch: 2,
		Coverage: infer.Coverage{Nodes: 10, Known: 10},
		Latency:  roofline.Latency{SpeedOfLight: 1e-3 * light, Low: ms(low), Expected: ms(expected), High: ms(high)}}
}

// TestVerdicts holds every limit to its verdicts.
func TestVerdicts(t *testing.T) {
	sure := of(5, 8, 10, 12)
	bound := of(5, 0, 0, 0)
	bound.Latency.Low, bound.Latency.Expected, bound.Latency.High = nil, nil, nil
	partly := of(5, 8, 10, 12)
	partly.Coverage.Known = 9
	for _, c := range []struct {
		limit string
		e     *roofline.Estimate
		want  Verdict
		why   string
	}{
		{"max_expected_ms: 12", sure, Pass, ""},
		{"max_expected_ms: 11", sure, Uncertain, "reaches 12 ms"},
		{"max_expected_ms: 9", sure, Fail, ""},
		{"max_expected_ms: 6", bound, Uncertain, "only the lower bound"},
		{"max_expected_ms: 4", bound, Fail, "the lower bound alone"},
		{"max_expected_ms: 12", partly, Uncertain, "1 of 10 nodes are unknown"},
		{"max_high_ms: 12", sure, Pass, ""},
		{"max_high_ms: 11.9", sure, Fail, ""},
		{"max_high_ms: 12", bound, Uncertain, "only the lower bound"},
		{"min_fps: 166", sure, Pass, ""},
		{"min_fps: 170", sure, Uncertain, "reaches 167 FPS"},
		{"min_fps: 201", sure, Fail, ""},
		{"max_memory: 1 MiB", sure, Pass, ""},
		{"max_memory: 1 MB", sure, Fail, ""},
		{"max_memory: 1 MiB", partly, Uncertain, "unknown"},
		{"max_params: 1000", partly, Pass, ""},
		{"max_params: 999", sure, Fail, ""},
		{"min_coverage: 90 %", partly, Pass, ""},
		{"min_coverage: 91 %", partly, Fail, ""},
	} {
		f, err := Read("b.yaml", []byte("schema: 1\nbudgets: [{models: a, devices: b, "+c.limit+"}]\n"))
		if err != nil || f.Finish() != nil {
			t.Fatal(c.limit, err, f.Finish())
		}
		got := Judge(&f.Entries[0], &Target{Model: "a", Device: "b", Estimate: c.e}, nil)
		if len(got) != 1 {
			t.Fatalf("%s: found %d checks, expected one", c.limit, len(got))
		}
		why := got[0].Why
		if got[0].Verdict != c.want || !strings.Contains(why, c.why) || c.why == "" && why != "" {
			t.Errorf("%s of %+v: found %s (%s), expected %s (%s)", c.limit, c.e.Latency, got[0].Verdict, why, c.want, c.why)
		}
	}
}

// TestRegression compares with a baseline; where the two rest on different measurements the lower bounds must agree.
func TestRegression(t *testing.T) {
	f, err := Read("b.yaml", []byte("schema: 1\nbudgets: [{models: a, devices: b, max_regression: 5 %}]\n"))
	if err != nil || f.Finish() != nil {
		t.Fatal(err, f.Finish())
	}
	base := func(light, expected float64, basis string) *Base {
		expected *= 1e-3
		return &Base{SpeedOfLight: 1e-3 * light, Expected: &expected, Basis: basis}
	}
	const same = "a lower bound" // what Basis says of an estimate without a tuning
	now := of(5, 8, 10, 12)
	for _, c := range []struct {
		base *Base
		want Verdict
		grew float64
	}{
		{base(5, 10, same), Pass, 0},
		{base(5, 9.6, same), Pass, 10/9.6 - 1},
		{base(5, 9, same), Fail, 10.0/9 - 1},
		{base(5, 20, same), Pass, -0.5},
		{base(5, 9, "measured"), Uncertain, 10.0/9 - 1}, // lower bounds are equal
		{base(4.5, 9, "measured"), Fail, 10.0/9 - 1},
		{base(4.5, 10, "measured"), Uncertain, 0},
		{&Base{SpeedOfLight: 4e-3, Basis: same}, Uncertain, 0.25},
	} {
		got := Judge(&f.Entries[0], &Target{Estimate: now}, c.base)[0]
		if got.Verdict != c.want || got.Figure < c.grew-1e-9 || got.Figure > c.grew+1e-9 {
			t.Errorf("%+v: found %s at %g (%s), expected %s at %g", c.base, got.Verdict, got.Figure, got.Why, c.want, c.grew)
		}
	}
}

// TestResult holds the verdict on the everyKey: what only warns breaks nothing.
func TestResult(t *testing.T) {
	r := &Result{}
	add := func(v Verdict, l Level) *Result {
		r.Checks = append(r.Checks, Check{Verdict: v, Bound: Bound{Level: l}})
		return r
	}
	steps := []struct {
		v    Verdict
		l    Level
		want Verdict
	}{{Fail, Warn, Pass}, {Uncertain, Warn, Pass}, {Uncertain, Error, Uncertain}, {Fail, Error, Fail}, {Pass, Error, Fail}}
	for _, s := range steps {
		if got := add(s.v, s.l).Verdict(); got != s.want {
			t.Errorf("with %s at %s: found %s, expected %s", s.v, s.l, got, s.want)
		}
	}
}

// TestBaseline refuses what is no baseline, and finds rows by model, device and setting.
func TestBaseline(t *testing.T) {
	text := `{"schema": "ridgepoint/baseline/v1", "tool": {"version": "v9"}, "results": [{"estimates": [{"model": "a",
		"device_named": "b", "setting": "batch 2", "basis": "measured",
		"latency_ms": {"speed_of_light": 1, "expected": 2.5}}]}]}`
	b, err := ReadBaseline([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := b.Of("a", "b", "batch 2")
	if got == nil || got.Best() != 2.5e-3 || got.Basis != "measured" || b.Version != "v9" || b.Of("a", "b", "") != nil {
		t.Errorf("found %+v", got)
	}
	for text, want := range map[string]string{
		"{": "JSON", `{"schema": "ridgepoint/estimate/v2"}`: "expected ridgepoint/baseline/v1",
		strings.Replace(text, `"results"`, `"other"`, 1):             "found no estimates",
		strings.NewReplacer("1,", "0,", "2.5", "null").Replace(text): "found no latency of a on b",
	} {
		if _, err := ReadBaseline([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, expected %s", text, err, want)
		}
	}
}

// TestNew reads back what a new budget file says: it is within its own limits, with room.
func TestNew(t *testing.T) {
	how := &Entry{Batch: 2, Threads: 3, Dims: map[string]int64{"a b": 7}}
	how.Precision.Text = "fp16"
	e := of(5, 8, 10, 12)
	target := Target{Model: "my model.onnx", Device: "t4@70W", Estimate: e}
	text := New([]Entry{*how}, []Target{target})
	f, err := Read("b.yaml", text)
	if err != nil || f.Finish() != nil {
		t.Fatalf("%v, %v:\n%s", err, f.Finish(), text)
	}
	got := &f.Entries[0]
	if got.Models[0].Text != target.Model || got.Devices[0].Text != target.Device || got.Setting() != how.Setting() {
		t.Errorf("found %+v of:\n%s", got, text)
	}
	for _, c := range Judge(got, &target, nil) {
		if c.Verdict != Pass {
			t.Errorf("%s: found %s (%s)", c.Key, c.Verdict, c.Why)
		}
		if c.Key == MaxExpected && c.Value != 12.5e-3 {
			t.Errorf("found %g s allowed, expected 12.5 ms", c.Value)
		}
	}
	if !strings.Contains(string(text), "10 ms now, 90 % between 8.00 and 12 ms") {
		t.Errorf("found no present figure in:\n%s", text)
	}
}

// TestSchema holds docs/schema/budget-v1.json to the keys that are read, and to files that are right and wrong.
func TestSchema(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "schema", "budget-v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("file:///budget.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("file:///budget.json")
	if err != nil {
		t.Fatal(err)
	}
	props := doc.(map[string]any)
	for _, member := range []string{"properties", "budgets", "items", "properties"} {
		props = props[member].(map[string]any)
	}
	fields := entryFields()
	for _, f := range fields {
		if props[f.Key] == nil {
			t.Errorf("the schema lacks %s", f.Key)
		}
	}
	if len(props) != len(fields) {
		t.Errorf("the schema has %d keys, %d are read", len(props), len(fields))
	}
	valid := func(text string) error {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(value)
	}
	fresh := New(make([]Entry, 1), []Target{{Model: "zoo:a", Device: "t4", Estimate: of(5, 8, 10, 12)}})
	for _, text := range []string{everyKey, string(fresh)} {
		if err := valid(text); err != nil {
			t.Errorf("%v of:\n%s", err, text)
		}
	}
	for _, change := range [][2]string{{"schema: 1\n", ""}, {"levels: {max_high", "levls: {max_high"},
		{"devices: t4", "device: t4"},
		{"batch: 8", "batch: 0"}, {"max_memory: 512 MiB", "max_memory: 512"}, {"off", "none"}} {
		if valid(strings.Replace(everyKey, change[0], change[1], 1)) == nil {
			t.Errorf("passes with %q for %q", change[1], change[0])
		}
	}
}
