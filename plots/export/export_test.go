package export

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A subject is an estimate and the file that it was made from.
type subject struct {
	*roofline.Estimate
	file []byte
}

func (s *subject) input() *Input {
	return &Input{Estimates: []*roofline.Estimate{s.Estimate}, Rewrite: func(w io.Writer, a *onnxread.Annotations) error {
		return onnxread.Annotate("model", bytes.NewReader(s.file), int64(len(s.file)), w, a)
	}}
}

// subjectOf estimates a built-in model in a runtime on a device.
func subjectOf(t testing.TB, spec, device, runtime string) *subject {
	t.Helper()
	var b bytes.Buffer
	if err := zoo.Write(&b, spec); err != nil {
		t.Fatal(err)
	}
	return estimated(t, b.Bytes(), spec, device, runtime)
}

func estimated(t testing.TB, file []byte, name, device, runtime string) *subject {
	t.Helper()
	m, err := onnxread.Read(name, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	m.Name = name
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get(device)
	if err != nil {
		t.Fatal(err)
	}
	opt := roofline.Options{Tuner: tunerOf(t, runtime)}
	e, err := roofline.Run(res, d, opt)
	if err != nil {
		t.Fatal(err)
	}
	return &subject{e, file}
}

// noRuntime asks for the lower bound alone.
const noRuntime = "none"

// tunerOf returns what is known of a runtime, of the usual one for "".
func tunerOf(t testing.TB, runtime string) *roofline.Tuner {
	t.Helper()
	set, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	out := &roofline.Tuner{Runtimes: set, Model: joint.Shipped()}
	switch runtime {
	case "":
	case noRuntime:
		return nil
	default:
		if out.Runtime, err = set.Get(runtime); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// subjects are estimates that differ in what they have: modules by slashes and by dots, copies ahead of kernels, a host
// that sets the pace, no runtime.
func subjects(t testing.TB) map[string]*subject {
	return map[string]*subject{
		"slashes": subjectOf(t, "zoo:yolo11n", "rpi-5", ""),
		"dots":    subjectOf(t, "zoo:resnet18", "t4", ""),
		"copies":  subjectOf(t, "zoo:vit-ti-16", "rtx3060", "pytorch-eager"),
		"light":   subjectOf(t, "zoo:mobilenetv2", "rtx4090", noRuntime),
	}
}

func written(t testing.TB, format string, in *Input) []byte {
	t.Helper()
	f, err := Find(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, in); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

// decoded reads JSON into a type that has every member of it.
func decoded[T any](t testing.TB, data []byte) (out T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: found %g, expected %g", what, got, want)
	}
}

// checks has a test of each format: what it writes holds what the estimate says.
var checks = map[string]func(*testing.T, *subject, []byte){
	"pprof": checkPprof, "netron": checkNetron, "trace": checkTrace, "onnx": checkONNX, "model-explorer": checkExplorer,
	"speedscope": checkSpeedscope, "bench": checkBench, "bmf": checkBMF, "gha": checkGHA,
}

func TestFormats(t *testing.T) {
	all := subjects(t)
	if !slices.ContainsFunc(all["copies"].Layers, func(l roofline.Layer) bool { return len(l.Steps) == 0 }) {
		t.Error("found no kernel that is of no node, expected copies")
	}
	for _, f := range Formats() {
		check := checks[f.Name]
		if check == nil {
			t.Errorf("%s has no check", f.Name)
			continue
		}
		for name, s := range all {
			t.Run(f.Name+"/"+name, func(t *testing.T) {
				data := written(t, f.Name, s.input())
				check(t, s, data)
				if again := written(t, f.Name, s.input()); !bytes.Equal(data, again) {
					t.Error("two exports of one estimate differ")
				}
			})
		}
	}
}

func checkPprof(t *testing.T, s *subject, data []byte) {
	p, err := profile.ParseData(data)
	if err != nil {
		t.Fatal(err)
	}
	if p.DurationNanos != nanos(s.Latency.Best()) {
		t.Errorf("found a duration of %d ns, expected the latency", p.DurationNanos)
	}
	sums := map[string]float64{}
	for _, sample := range p.Sample {
		for i, v := range sample.Value {
			sums[p.SampleType[i].Type] += float64(v)
		}
		for _, label := range []string{"bound", "kernel", "device"} {
			if len(sample.Label[label]) != 1 {
				t.Fatalf("a sample has %d labels %s, expected one", len(sample.Label[label]), label)
			}
		}
		if root := sample.Location[len(sample.Location)-1].Line[0].Function.Name; root != s.Model {
			t.Fatalf("a stack begins with %q, expected the model", root)
		}
	}
	rounding := float64(len(p.Sample))
	near(t, "lower bound", sums["lower_bound"], 1e9*s.Latency.SpeedOfLight, rounding)
	near(t, "traffic", sums["traffic"], float64(s.Total.Bytes()), 0)
	near(t, "FLOPs", sums["flops"], float64(s.Total.FLOPs()), 0)
	if s.Latency.Expected != nil {
		near(t, "expected", sums["expected"], 1e9**s.Latency.Expected, rounding)
	} else if _, found := sums["expected"]; found {
		t.Error("found expected times without a runtime")
	}
}

// TestPprofTool reads profiles with the tool itself, and lets it subtract one from another.
func TestPprofTool(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i, spec := range []string{"zoo:yolo11n", "zoo:yolo11n?size=320"} {
		paths = append(paths, filepath.Join(dir, strconv.Itoa(i)+".pb.gz"))
		if err := os.WriteFile(paths[i], written(t, "pprof", subjectOf(t, spec, "rpi-5", "").input()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	calls := map[string][]string{
		`100%  zoo:yolo11n\n`:        {"-cum", paths[0]},
		`(?s)Type: traffic.*MB`:      {"-sample_index=traffic", paths[0]},
		`-\d+\.\d+ms.*/model.*conv`:  {"-diff_base", paths[0], paths[1]},
		`Active filters:\s+tagfocus`: {"-tagfocus=bound=memory", paths[0]},
	}
	if testing.Short() { // a call takes seconds on a busy machine
		calls = map[string][]string{`(?s)-\d+\.\d+ms.*/model.*conv`: {"-diff_base", paths[0], paths[1]}}
	}
	for want, args := range calls {
		out, err := exec.Command("go", append([]string{"tool", "pprof", "-top"}, args...)...).CombinedOutput()
		if err != nil || !regexp.MustCompile(want).Match(out) {
			t.Errorf("go tool pprof -top %v: %v, expected %s in\n%s", args, err, want, out)
		}
	}
}

func checkNetron(t *testing.T, s *subject, data []byte) {
	a := decoded[attachment](t, data)
	if a.Signature != "netron:attachment" || len(a.Metadata) == 0 {
		t.Fatalf("found signature %q and %d lines of metadata", a.Signature, len(a.Metadata))
	}
	nodes, values := map[string]bool{}, map[string]bool{}
	for i := range s.Inferred.Steps {
		n := s.Inferred.Steps[i].Node
		nodes[n.Name], values[outputOf(s.Estimate, n)] = true, true
	}
	sum, seen := 0.0, map[string]bool{}
	for _, m := range a.Metrics {
		known := m.Kind == "graph" && m.Target == "" || m.Kind == "node" && m.Target != "" && nodes[m.Target] ||
			m.Kind == "value" && values[m.Target]
		if key := m.Kind + "|" + m.Target + "|" + m.Name; !known || seen[key] {
			t.Fatalf("%s: no such target in the model, or a second one", key)
		} else {
			seen[key] = true
		}
		if m.Kind != "graph" && m.Name == "lower bound ms" {
			sum += m.Value.(float64)
		}
	}
	near(t, "lower bound", sum, 1e3*s.Latency.SpeedOfLight, 1e-9)
}

func checkTrace(t *testing.T, s *subject, data []byte) {
	v := decoded[trace](t, data)
	var stack []event
	end := func(e event) float64 { return e.Start + *e.Took }
	var kernels, peak float64
	const rounding = 2e-3 // µs
	for _, e := range v.Events {
		switch e.Phase {
		case "C":
			if args := e.Args.(map[string]any); e.Name == "activation memory" {
				peak = max(peak, args["bytes"].(float64))
			}
		case "X":
			for len(stack) > 1 && end(stack[len(stack)-1]) <= e.Start {
				stack = stack[:len(stack)-1]
			}
			if len(stack) > 0 && (e.Start < stack[len(stack)-1].Start || end(e) > end(stack[len(stack)-1])) {
				t.Fatalf("%s sticks out of %s", e.Name, stack[len(stack)-1].Name)
			}
			if e.Cat == "kernel" || e.Cat == "host" {
				kernels += *e.Took
			}
			stack = append(stack, e)
		}
	}
	near(t, "time of all kernels", kernels, 1e6*s.Latency.Best(), rounding*float64(len(v.Events)))
	near(t, "peak of activations", peak, float64(s.PeakActivationBytes), 0)
}

func checkExplorer(t *testing.T, s *subject, data []byte) {
	graphs := decoded[map[string]nodeData](t, data)
	d, ok := graphs[s.Inferred.Plan.Model.GraphName]
	if !ok || len(graphs) != 1 {
		t.Fatalf("found no graph %q", s.Inferred.Plan.Model.GraphName)
	}
	outputs, sum := map[string]bool{}, 0.0
	for _, tensor := range s.Inferred.Plan.Model.Tensors {
		outputs[tensor.Name] = true
	}
	for name, v := range d.Results {
		if !outputs[name] {
			t.Errorf("%q is no tensor of the model", name)
		}
		sum += v.Value
	}
	near(t, "time of all kernels", sum, 1e3*s.Spent.Device, 1e-9)
	if d.Gradient[0].Stop != 0 || d.Gradient[len(d.Gradient)-1].Stop != 1 {
		t.Error("a gradient needs stops at 0 and 1")
	}
}

func checkSpeedscope(t *testing.T, s *subject, data []byte) {
	v := decoded[scope](t, data)
	p := v.Profiles[0]
	if p.Type != "sampled" || p.Unit != "milliseconds" || len(p.Samples) != len(p.Weights) {
		t.Fatalf("found type %s, unit %s, %d samples, %d weights", p.Type, p.Unit, len(p.Samples), len(p.Weights))
	}
	sum := 0.0
	for i, stack := range p.Samples {
		sum += p.Weights[i]
		if slices.Max(stack) >= len(v.Shared.Frames) || v.Shared.Frames[stack[0]].Name != s.Model {
			t.Fatalf("stack %v does not begin with the model, or names no frame", stack)
		}
	}
	near(t, "latency", sum, s.Milliseconds(), 1e-9)
	near(t, "end", p.End, s.Milliseconds(), 1e-9)
}

// benchLine matches a result of the benchmark format: name, iterations, pairs of value and unit.
var benchLine = regexp.MustCompile(`^Benchmark[A-Z]\S* 1( \S+ \S+)+$`)

var benchTime = regexp.MustCompile(` \d+ ns/op`)

func checkBench(t *testing.T, s *subject, data []byte) {
	declared := map[string]bool{}
	results := 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if unit, ok := strings.CutPrefix(line, "Unit "); ok {
			declared[strings.Fields(unit)[0]] = true
		}
		if !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		results++
		if !benchLine.MatchString(line) {
			t.Fatalf("%q is no result of a benchmark", line)
		}
		fields := strings.Fields(line)
		for i := 2; i < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil || !declared[fields[i+1]] {
				t.Errorf("%s %s: %v, or a unit that no line declares", fields[i], fields[i+1], err)
			}
			if fields[i+1] == "ns/op" {
				near(t, "ns/op", v, 1e9*s.Latency.Best(), 1)
			}
		}
	}
	if results != 1 || benchTime.Match(data) != (s.Latency.Expected != nil) {
		t.Errorf("found %d results, or a latency that nothing is known of:\n%s", results, data)
	}
}

func checkBMF(t *testing.T, s *subject, data []byte) {
	for name, measures := range decoded[map[string]map[string]metric](t, data) {
		l, ok := measures["latency"]
		if ok != (s.Latency.Expected != nil) {
			t.Fatalf("%s: found a latency: %t", name, ok)
		}
		if ok && (l.Value != 1e9**s.Latency.Expected || *l.Low > l.Value || *l.High < l.Value) {
			t.Errorf("%s: found %v", name, l)
		}
		near(t, "lower bound", measures["lower-bound"].Value, 1e9*s.Latency.SpeedOfLight, 0)
	}
}

func checkGHA(t *testing.T, s *subject, data []byte) {
	all := decoded[[]benchmark](t, data)
	if len(all) != 1 || all[0].Unit != "ms" || all[0].Value != s.Milliseconds() {
		t.Errorf("found %v, expected %g ms", all, s.Milliseconds())
	}
}
