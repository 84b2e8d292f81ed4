package pipeline_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

const text = `schema: 1
name: gate
camera: {width: 1920, height: 1080, fps: 30}
stages:
  - {stage: capture}
  - {stage: resize, time: 4 ms}
  - {stage: inference, model: small}
  - {stage: inference, models: [small, large], parallel: true, every: 4}
  - {stage: nms, time: 2 ms}
`

// times are the latencies of the models of the tests, in seconds.
var times = map[string]float64{"small": 0.010, "large": 0.040}

func infer(model string) (*roofline.Estimate, error) {
	x, ok := times[model]
	if !ok {
		return nil, errors.New("found no such model")
	}
	low, high := 0.8*x, 1.25*x
	spent := roofline.Spent{Device: x, ByBound: [roofline.NumBounds]float64{x}}
	return &roofline.Estimate{Model: model, Batch: 1, Spent: spent,
		Latency: roofline.Latency{SpeedOfLight: x / 4, Expected: &x, Low: &low, High: &high}}, nil
}

func device(t *testing.T, id string) *hwprofiles.Device {
	t.Helper()
	d, err := hwprofiles.NewCatalog().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func run(t *testing.T, text, id, host string) *pipeline.Result {
	t.Helper()
	f, err := pipeline.Read("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &pipeline.Setup{Device: device(t, id), Infer: infer}
	if host != "" {
		s.Host = device(t, host)
	}
	r, err := f.Run(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }

// TestRun holds the sums: the device is occupied 10 ms and a quarter of 50 ms for each frame, the host 6 ms.
func TestRun(t *testing.T) {
	r := run(t, text, "jetson-orin-nano-8-super", "jetson-orin-nano-super-cpu")
	if got := r.Busy[pipeline.Device].Expected; !near(got, 0.0225) {
		t.Errorf("device: found %g s a frame, want 0.0225", got)
	}
	if got := r.Busy[pipeline.Host].Expected; !near(got, 0.006) {
		t.Errorf("host: found %g s a frame, want 0.006", got)
	}
	if !near(r.Latency.Expected, 1./30+0.004+0.010+0.050+0.002) {
		t.Errorf("latency: found %g s", r.Latency.Expected)
	}
	if !near(r.FPS.Expected, 30) || r.Limit != pipeline.CameraSensor {
		t.Errorf("found %g FPS limited by %s, want those of the camera", r.FPS.Expected, r.Limit)
	}
	if r.Holds(30) != "yes" && r.Holds(30) != "likely" || r.Holds(31) != "no" {
		t.Errorf("30 FPS: found %s, 31: %s", r.Holds(30), r.Holds(31))
	}
	if e := r.Energy; e == nil || !(e.Joules.Low < e.Joules.Expected && e.Joules.Expected < e.Joules.High) {
		t.Errorf("energy: found %+v", r.Energy)
	}
	if s := r.Steps[3]; !near(s.Time.Expected, 0.050) || s.Time.Low > 0.8*0.040+1e-12 {
		t.Errorf("models in parallel: found %+v, expected their sum, and the longest at least", s.Time)
	}
}

// TestLimits holds what limits frames as stages get slower, as cameras are added, and without overlap.
func TestLimits(t *testing.T) {
	cases := []struct {
		name, from, to string
		fps            float64
		limit          pipeline.Resource
		slowest        string
	}{
		{"a slow model", "every: 4", "every: 1", 1 / 0.060, pipeline.Device, "inference"},
		{"a slow host", "time: 4 ms", "time: 48 ms", 20, pipeline.Host, "resize"},
		{"two cameras", "name: gate", "name: gate\ncameras: 2", 1 / 0.045, pipeline.Device, "inference"},
		{"without overlap", "name: gate", "name: gate\noverlap: false", 30, pipeline.CameraSensor, ""},
		{"a fast camera", "fps: 30", "fps: 300", 1 / 0.0225, pipeline.Device, "inference"},
		{"a fast camera without overlap", "fps: 30}", "fps: 300}\noverlap: false", 1 / 0.0285, pipeline.Device, "inference"},
	}
	for _, c := range cases {
		r := run(t, strings.Replace(text, c.from, c.to, 1), "jetson-orin-nano-8-super", "jetson-orin-nano-super-cpu")
		if !near(r.FPS.Expected, c.fps) || r.Limit != c.limit {
			t.Errorf("%s: found %g FPS limited by %s, want %g by %s", c.name, r.FPS.Expected, r.Limit, c.fps, c.limit)
		}
		if c.slowest != "" && !strings.HasPrefix(r.Slowest.Name(), c.slowest) {
			t.Errorf("%s: found %s, want %s", c.name, r.Slowest.Name(), c.slowest)
		}
		if r.FPS.Low > r.FPS.Expected || r.FPS.High < r.FPS.Expected {
			t.Errorf("%s: found the interval %+v", c.name, r.FPS)
		}
	}
}

// TestHeadroom holds what frames would wait for were the camera faster, and that there is none where it does not limit.
func TestHeadroom(t *testing.T) {
	r := run(t, text, "jetson-orin-nano-8-super", "jetson-orin-nano-super-cpu")
	h := r.Headroom
	if !near(h.Expected, 1/0.0225) || h.Low > h.Expected || h.High < h.Expected || r.After.On != pipeline.Device {
		t.Errorf("found %+v and then %+v, expected 44.4 FPS and the device", h, r.After)
	}
	hurried := strings.Replace(text, "fps: 30", "fps: 300", 1)
	fast := run(t, hurried, "jetson-orin-nano-8-super", "jetson-orin-nano-super-cpu")
	if fast.Headroom.Expected != 0 || fast.After != nil || !near(fast.FPS.Expected, r.Headroom.Expected) {
		t.Errorf("a faster camera: found %+v at %+v, expected the headroom as its rate", fast.Headroom, fast.FPS)
	}
}

// TestLink holds that what crosses a link is counted once: in the latency of a model, by the bytes that the file gives,
// or of the tensor where the file gives the model's time.
func TestLink(t *testing.T) {
	const model = "{stage: inference, model: small}"
	of := func(stages string) *pipeline.Step {
		r := run(t, "schema: 1\ncamera: {width: 400, height: 400, fps: 30}\nstages: ["+stages+"]\n", "hailo-8", "rpi-5")
		return &r.Steps[0]
	}
	for _, c := range []struct {
		stages string
		want   float64
	}{
		{"transfer, " + model, 0}, {"{stage: transfer, bytes: 3.938 MB}, " + model, 0.001},
		{"transfer, {stage: inference, time: 3 ms}", 3 * 160000 / 3.938e9},
	} {
		if s := of(c.stages); s.On != pipeline.Link || math.Abs(s.Time.Expected-c.want) > 0.01*c.want {
			t.Errorf("%s: found %g s on the %s because %s, want %g s on the link", c.stages, s.Time.Expected, s.On, s.Why,
				c.want)
		}
	}
	if s := run(t, estimated, "rk3588-npu", "rk3588").Steps[4]; s.On != pipeline.Device {
		t.Errorf("a memory that is shared: found a transfer on the %s because %s", s.On, s.Why)
	}
}

// TestDecoders holds that boards decode in hardware what their chips have a decoder for, and the rest in software.
func TestDecoders(t *testing.T) {
	for _, c := range []struct {
		device, host, codec string
		on                  pipeline.Resource
	}{
		{"rk3588-npu", "rk3588", "h264", pipeline.Codec}, {"rpi-5", "", "h265", pipeline.Codec},
		{"rpi-5-8", "", "h265", pipeline.Codec}, {"rpi-5", "", "h264", pipeline.Device},
		{"hailo-8", "rpi-5", "h264", pipeline.Host}, {"t4", "rpi-5", "h264", pipeline.Codec},
	} {
		text := "schema: 1\ncamera: {width: 1280, height: 720, fps: 30}\nstages: [{stage: decode, codec: " + c.codec + "}]\n"
		if s := run(t, text, c.device, c.host).Steps[0]; s.On != c.on || !(s.Time.Expected > 0) {
			t.Errorf("%s of %s with %s: found %g s on the %s, want the %s", c.codec, c.device, c.host, s.Time.Expected,
				s.On, c.on)
		}
	}
}

// TestOverlapOnDevice holds that a device which has several frames in work is busy for the interval between them, and
// that a frame takes its latency all the same; without overlap it is busy for the latency.
func TestOverlapOnDevice(t *testing.T) {
	between, low, high := 0.004, 0.003, 0.005
	times := func(model string) (*roofline.Estimate, error) {
		e, err := infer(model)
		e.Frames = &roofline.Frames{Interval: roofline.Latency{Expected: &between, Low: &low, High: &high}}
		return e, err
	}
	const one = "schema: 1\ncamera: {width: 4, height: 4, fps: 900}\nstages: [{stage: inference, model: small}]\n"
	for text, fps := range map[string]float64{one: 250, one + "overlap: false\n": 100} {
		f, err := pipeline.Read("p.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Run(&pipeline.Setup{Device: device(t, "hailo-8"), Infer: times})
		if err != nil || !near(r.FPS.Expected, fps) || !near(r.Latency.Expected, 0.010) {
			t.Errorf("found %+v FPS and %+v, %v; want %g FPS and 10 ms", r.FPS, r.Latency, err, fps)
		}
	}
}

const estimated = `schema: 1
camera: {width: 1920, height: 1080, fps: 30}
stages: [capture, {stage: decode, codec: h264}, {stage: resize, to: 640x640}, normalise, transfer, tracking, nms]
`

// TestEstimated holds that every stage that has an estimate takes time, more on a slower host, less in compiled code.
func TestEstimated(t *testing.T) {
	fast := run(t, estimated, "rtx3090", "core-i9-13900k")
	slow := run(t, estimated, "rtx3090", "jetson-nano-cpu")
	compiled := run(t, estimated+"code: c++\n", "rtx3090", "core-i9-13900k")
	for i := range fast.Steps {
		f, s, c := &fast.Steps[i], &slow.Steps[i], &compiled.Steps[i]
		if !(f.Time.Expected > 0) || !(f.Time.Low <= f.Time.Expected && f.Time.Expected <= f.Time.High) || f.Why == "" {
			t.Errorf("%s: found %+v because %q", f.Name(), f.Time, f.Why)
		}
		if f.On == pipeline.Host && !(s.Time.Expected > f.Time.Expected && c.Time.Expected < f.Time.Expected) {
			t.Errorf("%s: found %g s, %g s on a slower host, %g s in compiled code", f.Name(), f.Time.Expected,
				s.Time.Expected, c.Time.Expected)
		}
	}
	own := run(t, estimated, "rpi-5", "").Busy
	if own[pipeline.Host].Expected != 0 || own[pipeline.Device].Expected == 0 {
		t.Errorf("on a CPU the host's stages occupy it: found %+v", own)
	}
}

func TestReadFails(t *testing.T) {
	cases := []struct{ from, to, want string }{
		{"stage: resize", "stage: resise", `p.yaml:6:13: stages[1].stage: found "resise"`},
		{"stage: resize", "stage: resise", `did you mean "resize"?`},
		{"time: 4 ms", "time: 4", "a bare number has no unit"},
		{"time: 4 ms", "time: 4 W", "that is a power"},
		{"time: 4 ms", "time: 0 ms", "leave the key out to have it estimated"},
		{"time: 4 ms", "times: 4 ms", `did you mean "time"?`},
		{"model: small", "every: 2", "p.yaml:7:5: stages[2]: found no model"},
		{"resize, time: 4 ms", "resize, model: small", "found model of the stage resize, expected it of inference alone"},
		{"nms, time: 2 ms", "postprocess", "found no time, expected one"},
		{"[small, large]", "[small]", "found parallel: true of one model"},
		{"every: 4", "every: 0", "expected a whole number from 1"},
		{"nms, time: 2 ms", "resize, to: 640", "such as 640x640"},
		{"fps: 30", "fps: none", "expected frames a second"},
		{", fps: 30", "", "found a camera without width, height or fps"},
		{"nms, time: 2 ms", "decode, codec: vp9", "expected one of h264, h265, mjpeg, raw"},
		{"nms, time: 2 ms", "nms, on: cloud", "expected one of host, device"},
		{"schema: 1", "schema: 2", "a newer number needs a newer ridgepoint"},
		{"stage: capture", "stage: capture, codec: h264", "p.yaml:5:29: stages[0].codec: found codec of the stage capture"},
		{"resize, time: 4 ms", "resize, bytes: 3 MB", "expected it of transfer alone"},
		{"nms, time: 2 ms", "nms, to: 3x3", "expected it of resize alone"},
		{"nms, time: 2 ms", "nms, parallel: true", "expected it of inference alone"},
		{"stage: capture", "stage: capture, on: host", "found on of the stage capture, which the camera runs"},
		{"nms, time: 2 ms", "capture", "found a second stage capture"},
		{"model: small", "model: small, models: [large]", "found model and models, expected one of them"},
		{"name: gate", "precision: {}", "precision: found a mapping, expected a list"},
	}
	for _, c := range cases {
		_, err := pipeline.Read("p.yaml", []byte(strings.Replace(text, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: found %v, want %q", c.to, c.from, err, c.want)
		}
	}
	f, err := pipeline.Read("p.yaml", []byte(strings.Replace(text, "large", "larger", 1)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Run(&pipeline.Setup{Device: device(t, "t4"), Infer: infer})
	if err == nil || !strings.Contains(err.Error(), "p.yaml:8:") || !strings.Contains(err.Error(), "no such model") {
		t.Errorf("an unknown model: found %v", err)
	}
}

// TestHostile holds that no input panics, whatever it is.
func TestHostile(t *testing.T) {
	for _, s := range []string{"", "[", "stages: 1", "schema: 1\ncamera: 1\nstages: {}\n",
		"schema: 1\ncamera: []\nstages: [[]]\n",
		"schema: 1\ncamera: {width: 1, height: 1, fps: 1e-300}\nstages: [capture]\n",
		"schema: 1\ncamera: {width: 65536, height: 65536, fps: 100000}\nstages: [null, {}, {stage: null}]\n"} {
		f, err := pipeline.Read("p.yaml", []byte(s))
		if err != nil {
			continue
		}
		if _, err := f.Run(&pipeline.Setup{Device: device(t, "t4"), Infer: infer}); err != nil {
			t.Logf("%q: %v", s, err)
		}
	}
}

// A pipeline is read, given a device, and timed.
func ExampleRead() {
	f, err := pipeline.Read("camera.yaml", []byte(`schema: 1
camera: {width: 1280, height: 720, fps: 60}
stages:
  - {stage: capture}
  - {stage: inference, name: detector, time: 20 ms}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := f.Run(&pipeline.Setup{Device: d})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f FPS, limited by %s on the %s\n", r.FPS.Expected, r.Slowest.Name(), r.Limit)
	// Output: 50 FPS, limited by detector on the device
}

// TestCut: a pipeline that ends early is read as what is there, or refused with its name in front, wherever it ends.
func TestCut(t *testing.T) {
	for n := range len(text) {
		f, err := pipeline.Read("p.yaml", []byte(text[:n]))
		if err == nil {
			_, err = f.Run(&pipeline.Setup{Device: device(t, "rpi-5"), Infer: infer})
		}
		if strings.Contains(text[:n], "nms, time: 2 ms}") {
			if err != nil {
				t.Errorf("the first %d bytes, which have every stage: %v", n, err)
			}
			continue
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "p.yaml") || strings.Contains(err.Error(), " yaml: ")) {
			t.Errorf("the first %d bytes: found %q, expected the file's name and our own words", n, err)
		}
	}
}
