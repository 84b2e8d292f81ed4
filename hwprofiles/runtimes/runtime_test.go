package runtimes

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

func TestRuntimes(t *testing.T) {
	rs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	devices, err := hwprofiles.NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	if files, err := fs.Glob(builtIn, "*.yaml"); err != nil || len(rs.List()) != len(files) {
		t.Errorf("%d runtimes of %d files can be read: %v", len(rs.List()), len(files), err)
	}
	for _, r := range rs.List() {
		if len(r.Rules) == 0 || len(r.Priors) == 0 {
			t.Errorf("%s has no rules or no priors", r.ID)
		}
		for _, u := range r.Rules {
			if u.Source.Title == "" || u.Source.URL == "" && u.Source.Kind != provenance.Measured {
				t.Errorf("%s: rule %s does not say how it is known", r.ID, u.Name)
			}
		}
		if as := r.Published.As; as != "" {
			if o, err := rs.Get(as); err != nil || o.ID != as {
				t.Errorf("%s goes by the name of %q, which is no id: %v", r.ID, as, err)
			}
		}
		for i := range r.Places {
			if c := &r.Places[i]; r.Prior(c.Class) == nil {
				t.Errorf("%s runs on %s and has no prior of that class", r.ID, c)
			}
		}
		for _, u := range r.Types {
			if u.Source.Title == "" {
				t.Errorf("%s: type %s does not say how it is known", r.ID, u.Type.Short())
			}
		}
		for _, name := range append([]string{r.ID}, r.Aliases...) {
			all, err := rs.Named(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range devices {
				if n := count(all, func(o *Runtime) bool { return o.RunsOn(d) }); n > 1 {
					t.Errorf("%q means %d runtimes on %s", name, n, d.ID)
				}
			}
		}
	}
	for _, d := range devices {
		usual := slices.DeleteFunc(rs.List(), func(r *Runtime) bool { return !anyHolds(r.Default, d) })
		if got := rs.For(d); len(usual) > 1 || (got == nil) != (len(usual) == 0) || got != nil && got != usual[0] {
			t.Errorf("%s has %d default runtimes, found %v", d.ID, len(usual), got)
		}
	}
	for _, name := range []string{"pytorch-torchcompile", "TensorRT", "onnxruntime", "ncnn-cpu", "tf lite", "openvino"} {
		if _, err := rs.Get(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := rs.Get("tensorr"); err == nil || !strings.Contains(err.Error(), "tensorrt") {
		t.Errorf("a misspelt runtime: %v", err)
	}
}

func count(all []*Runtime, is func(*Runtime) bool) int {
	return len(slices.DeleteFunc(slices.Clone(all), func(r *Runtime) bool { return !is(r) }))
}

func TestRuntimeErrors(t *testing.T) {
	const good = "schema: 1\nid: mine\nname: Mine\nrules: [{rule: attention}]\npriors: {gpu: {matrix: 0.5, launch: 3 µs}}\nsources: {default: {kind: assumed, title: mine}}\n"
	if _, err := Decode("mine.yaml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"matrix: 0.5", "matrix: 1.5", "priors.gpu.matrix"},
		{"name: Mine", "name: Mine\ntf32: perhaps", "tf32"},
		{"launch: 3 µs", "launch: 3", "such as 2.6 µs"},
		{"matrix:", "matrx:", `did you mean "matrix"`},
		{"gpu:", "gnu:", "expected a class of devices"},
		{"name: Mine\n", "", "found no name"},
		{"{rule: attention}", "{rule: attention}, {rule: attention}", "twice"},
		{"rules: [{rule: attention}]", "passes: [{pass: attention}]\nrules: [{rule: attention}]", "twice"},
		{"rules: [{rule: attention}]", "passes: [{rule: attention}]", `passes[0].rule`},
		{"kind: assumed", "kind: guessed", "expected one of measured"},
		{"schema: 1", "schema: 2", "expected 1"},
		{"{rule: attention}", "{rule: attention, except: [gnu]}", "rules[0].except"},
		{"name: Mine", "name: Mine\nruns_on: [gnu]", `found "gnu", expected a class of devices`},
		{"name: Mine", "name: Mine\nruns_on: [{os: hurd}]", `found "hurd", expected one of linux`},
		{"name: Mine", "name: Mine\nruns_on: [{}]", "found no condition"},
		{"name: Mine", "name: Mine\ntypes: [{type: fp16}]", "expected a type with runs_as or efficiency"},
		{"name: Mine", "name: Mine\ntypes: [{type: fp17, runs_as: fp32}]", "expected an element type"},
		{"name: Mine", "name: Mine\ntypes: [{type: int8, efficiency: 3}]", "expected a number from 0.05 to 2"},
	} {
		_, err := Decode("mine.yaml", []byte(strings.Replace(good, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("with %q: %v, want an error with %q", c.to, err, c.want)
		}
	}
}

// TestPublished holds that runtimes of one published name are told apart by the device and the layout.
func TestPublished(t *testing.T) {
	rs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	devices := hwprofiles.NewCatalog()
	for _, c := range []struct{ name, device, layout, want string }{
		{"PyTorch", "t4", "", "pytorch-eager"}, {"pytorch-eager", "epyc-7742", "nhwc", "pytorch-eager-nhwc"},
		{"PyTorch", "mi300x", "", "pytorch-rocm"}, {"pytorch eager", "mi210", "nhwc", "pytorch-rocm"}, {"torch", "apple-m2",
			"", "pytorch-mps"},
		{"ONNX Runtime", "epyc-7742", "", "onnxruntime-cpu"}, {"ort", "jetson-nano", "", "onnxruntime-cuda"},
		{"torch-compile", "t4", "nhwc", "torch-compile"}, {"tflite", "snapdragon-8elite-npu", "", "tflite-qnn"}, {"tflite",
			"rpi-5", "", "tflite-xnnpack"},
	} {
		all, err := rs.Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rs.Published(d, all, c.layout, "")
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != c.want {
			t.Errorf("%s on %s with layout %q means %s, want %s", c.name, c.device, c.layout, got.ID, c.want)
		}
	}
}

// What a runtime holds has no effect, save on a class whose priors name it.
func TestHeld(t *testing.T) {
	const text = "schema: 1\nid: mine\nname: Mine\nrules: [{rule: attention}]\npriors: {gpu: {matrix: 0.5}, cpu: {winograd: 1.5}}\nheld: [winograd]\nsources: {default: {kind: assumed, title: mine}}\n"
	r, err := Decode("mine.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	gpu, cpu := r.Prior("gpu"), r.Prior("cpu")
	if len(gpu.Held) != 1 || gpu.Values[params.Winograd] != 1 {
		t.Errorf("gpu: held %v, winograd %g", gpu.Held, gpu.Values[params.Winograd])
	}
	if len(cpu.Held) != 0 || cpu.Values[params.Winograd] != 1.5 {
		t.Errorf("cpu: held %v, winograd %g", cpu.Held, cpu.Values[params.Winograd])
	}
}

func TestCalibrationFiles(t *testing.T) {
	c := &Calibration{Slice: Slice{Device: "rpi-5", Runtime: "ncnn", Precision: "fp32", Threads: 1}, Class: "rpi",
		Parameters: params.Priors(), N: 3, Low: 0.8, High: 1.3,
		Rows: []MeasuredRow{{Model: "ResNet-18", Network: "0123", Ratio: 1.25, Slope: params.Values{params.EffMatrix: -0.5}}}}
	file := filepath.Join(t.TempDir(), c.FileName())
	if err := os.WriteFile(file, c.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	cs, err := LoadCalibrations([]string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := cs.Find(c.Slice)
	if got == nil || !reflect.DeepEqual(got.Encode(), c.Encode()) || !reflect.DeepEqual(got.Rows, c.Rows) {
		t.Errorf("found %+v, want %+v as it was written", got, c)
	}
	for _, bad := range []string{"", "schema: 1\n", "schema: 1\ndevice: x\nruntime: y\nprecision: fp32\nmeasurements: 1\ninterval: {low: 2, high: 1}\nparameters: {matrix: 0.5}\n"} {
		if _, err := parseCalibration("bad.yaml", []byte(bad)); err == nil {
			t.Errorf("%q is taken for a calibration", bad)
		}
	}
}

// reading bounds what reading a calibration may allocate; fifty errors may quote a line each.
var reading = allocated.Bound{PerByte: 4000, AtLeast: 4 << 20}

func FuzzCalibration(f *testing.F) {
	c := &Calibration{Slice: Slice{Device: "d", Runtime: "r", Precision: "fp16"}, Parameters: params.Priors(), N: 1, Low: 0.8, High: 1.3}
	f.Add(c.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		var c *Calibration
		var err error
		reading.Hold(t, len(data), func() { c, err = parseCalibration("fuzz.yaml", data) })
		if err != nil {
			return
		}
		if _, err := parseCalibration("again.yaml", c.Encode()); err != nil {
			t.Fatalf("not read back: %v\n%s", err, c.Encode())
		}
	})
}

// TestRulesByClass holds that a rule is left out on the classes that it names, and on no others, and that the two lists
// of passes and data are read as the one list that files had before.
func TestRulesByClass(t *testing.T) {
	for _, lists := range []string{
		"rules: [{rule: attention}, {rule: shared, except: [cpu, rpi]}, {rule: strides}]",
		"passes: [{pass: attention}, {pass: shared, except: [cpu, rpi]}]\ndata: [{data: strides}]",
	} {
		r, err := Decode("mine.yaml", []byte("schema: 1\nid: mine\nname: Mine\n"+lists+
			"\npriors: {gpu: {matrix: 0.5}, cpu: {matrix: 0.5}}\nsources: {default: {kind: assumed, title: mine}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		for class, want := range map[hwprofiles.Class]string{"": "attention shared strides",
			"gpu": "attention shared strides", "cpu": "attention strides", "rpi": "attention strides"} {
			if got := strings.Join(r.RuleNames(class), " "); got != want {
				t.Errorf("%s on %q: %s, want %s", lists, class, got, want)
			}
		}
	}
}

// TestFrames holds that a runtime with frames in flight is timed by their interval with priors of its own, which begin
// with those of the latency, and that others are not.
func TestFrames(t *testing.T) {
	rs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id     string
		class  hwprofiles.Class
		frames bool
	}{{"hailort", hwprofiles.NPU, true}, {"voyager", hwprofiles.NPU, true}, {"rknn", hwprofiles.NPU, true},
		{"openvino", hwprofiles.CPU, true}, {"openvino", hwprofiles.RPi, false}, {"tensorrt", hwprofiles.GPU, false}, {"edgetpu", hwprofiles.NPU, false}} {
		r, err := rs.Get(c.id)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Frames(c.class)
		if (f != nil) != c.frames {
			t.Errorf("%s: found frames %v, expected %v", c.id, f != nil, c.frames)
		}
		if f == nil {
			continue
		}
		one, many := r.Prior(c.class).Values, f.Prior(c.class).Values
		if many[params.EffMatrix] != one[params.EffMatrix] || many[params.Fixed] >= one[params.Fixed] {
			t.Errorf("%s: frames take %g s beside their work and one %g s, expected less, of the same efficiency", c.id,
				many[params.Fixed], one[params.Fixed])
		}
		if id, ok := OfFrames(f.ID); !ok || id != c.id || !f.Interval || r.Interval || f.Frames(c.class) != nil {
			t.Errorf("%s: found frames called %s of %s", c.id, f.ID, id)
		}
		if _, err := rs.Get(f.ID); err == nil {
			t.Errorf("%s can be asked for, expected the runtime alone", f.ID)
		}
	}
}

// TestRunsAs holds that a type runs as a narrower one where the device has arithmetic in that, and else as itself.
func TestRunsAs(t *testing.T) {
	rs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	devices := hwprofiles.NewCatalog()
	for _, c := range []struct {
		runtime, device string
		want            dtype.Type
	}{
		{"ncnn", "rpi-5", dtype.Float16}, {"ncnn", "rpi-4b", dtype.Float32}, {"ncnn", "core-i7-7700k", dtype.Float32},
		{"openvino", "rpi-5", dtype.Float16}, {"openvino", "rpi-4b", dtype.Float32},
		{"openvino", "core-i7-7700k", dtype.Float32}, {"openvino", "xeon-6980p", dtype.BFloat16},
		{"openvino", "arc-a770", dtype.Float16}, {"onnxruntime-cpu", "rpi-5", dtype.Float32},
	} {
		r, err := rs.Get(c.runtime)
		if err != nil {
			t.Fatal(err)
		}
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.RunsAs(d, dtype.Float32); got != c.want {
			t.Errorf("%s on %s runs fp32 as %s, expected %s", c.runtime, c.device, got.Short(), c.want.Short())
		}
	}
}

// What a runtime saves in a type it may save in narrower ones, on matrix units where it says so.
func TestSaves(t *testing.T) {
	r := &Runtime{Winograd: []Saving{{Type: dtype.Float32, Times: 4}, {Type: dtype.Float16, Times: 2, Matrix: true}}}
	for _, c := range []struct {
		t             dtype.Type
		saves, matrix float64
	}{{dtype.Float64, 1, 1}, {dtype.Float32, 4, 1}, {dtype.Float16, 4, 2}, {dtype.Int8, 4, 2}} {
		if s, m := r.Saves(c.t), r.SavesOnMatrix(c.t); s != c.saves || m != c.matrix {
			t.Errorf("%v: %g and %g on matrix units, want %g and %g", c.t, s, m, c.saves, c.matrix)
		}
	}
}
