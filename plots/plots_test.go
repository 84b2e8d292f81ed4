package plots_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

var (
	update = flag.Bool("update", false, "accept the present output as the expected one")
	saveTo = flag.String("save", "", "directory to write the charts to, to look at")
)

func device(t testing.TB, id string) *hwprofiles.Device {
	t.Helper()
	d, err := hwprofiles.NewCatalog().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// layer is a kernel that does macs multiply-adds on bytes of traffic, timed as the roofline says.
func layer(d *hwprofiles.Device, name string, class kernel.Class, macs, bytes, times int64) roofline.Layer {
	l := roofline.Layer{Kernel: kernel.Kernel{Name: name, Op: "Conv", Class: class, Type: dtype.Float32, Times: times}}
	l.Cost.AddMACs(dtype.Float32, macs)
	l.Cost.Read = bytes
	p, _ := d.Peak(cost.Matrix, dtype.Float32)
	if macs > 0 {
		l.Peak = p
	}
	l.Compute = 2 * float64(macs) / p.Rate.Value
	l.Memory = float64(bytes) / d.DRAM().Bandwidth.Value
	l.Total = max(l.Compute, l.Memory)
	if l.Memory > l.Compute {
		l.Bound = roofline.Memory
	}
	return l
}

// estimate is a small network: one kernel of each class and a copy without FLOPs.
func estimate(d *hwprofiles.Device) *roofline.Estimate {
	e := &roofline.Estimate{Model: "small", Device: d, Precision: dtype.Float32, Fusion: "full", Batch: 1}
	for c := range kernel.NumClasses {
		e.Layers = append(e.Layers, layer(d, fmt.Sprintf("/block.%d/%s", c, c), c, 1e8>>c, 1e6, 1+int64(c)%3))
	}
	e.Layers = append(e.Layers, layer(d, "/copy", kernel.Move, 0, 4e6, 2))
	for i := range e.Layers {
		l := &e.Layers[i]
		e.Spent.Device += l.Seconds()
		e.Spent.ByBound[l.Bound] += l.Seconds()
	}
	e.Latency.SpeedOfLight = e.Spent.Device
	return e
}

func render(t testing.TB, f *plots.Figure, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func mustRoofline(t testing.TB, es ...*roofline.Estimate) *plots.Figure {
	t.Helper()
	f, err := plots.Roofline(es)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sweepPoints(devices ...*hwprofiles.Device) (points []roofline.SweepPoint) {
	for i, d := range devices {
		for batch := int64(1); batch <= 64; batch *= 2 {
			p := roofline.SweepPoint{Device: d, Step: roofline.Step{Value: batch}}
			p.Batch = batch
			if batch >= 64 {
				p.Room = roofline.RoomNone
			}
			p.Latency.SpeedOfLight = 1e-3 * float64(i+1) * (1 + float64(batch)/8)
			p.Knee = batch == 32
			points = append(points, p)
		}
	}
	points = append(points, roofline.SweepPoint{Cell: roofline.Cell{Err: fmt.Errorf("no fp16 peak")}, Device: devices[0],
		Step: roofline.Step{Value: 128}})
	return points
}

// choices are models of several verdicts and one without an accuracy.
func choices(d *hwprofiles.Device) (out []roofline.Choice) {
	b := roofline.Budget{Latency: 0.010}
	for i, ms := range []float64{1, 2, 3, 6, 8, 20, 5} {
		expected, low, high := ms*1e-3, ms*0.7e-3, ms*1.4e-3
		c := &roofline.Candidate{Model: fmt.Sprintf("net-%d", i), Device: d,
			Quality: &roofline.Quality{Metric: "ImageNet top-1", Score: 60 + 4*float64(i%6)}}
		w := roofline.Way{Size: roofline.Square(160), Resized: i == 2}
		w.Cell = roofline.Cell{Batch: 1, FLOPs: int64(1e9 * (1 + (i*5)%7)),
			Latency: roofline.Latency{SpeedOfLight: low / 2, Expected: &expected, Low: &low, High: &high}}
		if c.Ways = []roofline.Way{w}; i == 6 {
			c.Quality = nil
		}
		out = append(out, b.Choose(c))
	}
	return out
}

func mustPick(t testing.TB) *plots.Figure {
	t.Helper()
	f, err := plots.Pick(roofline.Budget{Latency: 0.010}, choices(device(t, "rpi-5")))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPickRefuses(t *testing.T) {
	all := choices(device(t, "rpi-5"))
	other := *all[0].Candidate
	other.Quality = &roofline.Quality{Metric: "COCO mAP50-95", Score: 40}
	stranger := roofline.Choice{Candidate: &other, Way: all[0].Way}
	if _, err := plots.Pick(roofline.Budget{Latency: 1}, append(all, stranger)); err != nil {
		t.Errorf("one accuracy of another metric: %v, expected the others", err)
	}
	for want, list := range map[string][]roofline.Choice{"published accuracy": all[6:],
		"cannot be drawn together": {all[0], stranger}} {
		if _, err := plots.Pick(roofline.Budget{Latency: 1}, list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func mustRequire(t testing.TB) *plots.Figure {
	t.Helper()
	r := &roofline.Requirements{Like: device(t, "rpi-5"), Precision: dtype.Float32, Limit: 0.01,
		Balanced:  roofline.Need{Rate: 2e11, Bandwidth: 4e10},
		LeastRate: roofline.Need{Rate: 1e11, Bandwidth: math.Inf(1)}, LeastBand: roofline.Need{Rate: math.Inf(1),
			Bandwidth: 1e10},
		Curve: []roofline.Need{{Rate: math.Inf(1), Bandwidth: 1e10}, {Rate: 9e11, Bandwidth: 1.2e10},
			{Rate: 2e11, Bandwidth: 4e10}, {Rate: 1e11, Bandwidth: 9e11}}}
	return plots.Require("small", r, []*hwprofiles.Device{device(t, "rpi-5"), device(t, "jetson-nano"),
		device(t, "jetson-xavier-nx")})
}

// mustValidation is of nine slices of a few measurements each, two more than have a look of their own.
func mustValidation(t testing.TB) *plots.Figure {
	t.Helper()
	r := &validate.Report{All: validate.Errors{N: 27, Median: 0.1, Within20: 0.75}}
	for i := range 9 {
		s := validate.SliceResult{Slice: runtimes.Slice{Device: fmt.Sprint("device-", i), Runtime: "tensorrt",
			Precision: "fp16"}, Rows: 3, Expected: validate.Errors{Median: 0.02 * float64(i), Within20: 1}}
		for k := range 3 {
			at := 1e-3 * math.Pow(4, float64(k)+float64(i)/9)
			s.Predictions = append(s.Predictions, validate.Prediction{Measured: at, Expected: at * (1 + 0.02*float64(i*(k-1)))})
		}
		r.Slices = append(r.Slices, s)
	}
	f, err := plots.Validation(r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestValidationRefuses(t *testing.T) {
	if _, err := plots.Validation(&validate.Report{}); err == nil || !strings.Contains(err.Error(),
		"no measurement matched") {
		t.Errorf("a report without predictions: %v", err)
	}
}

// figures is one of each kind of chart.
func figures(t testing.TB) map[string]*plots.Figure {
	pi, gpu := device(t, "rpi-5"), device(t, "h100-sxm")
	return map[string]*plots.Figure{
		"roofline":  mustRoofline(t, estimate(gpu)),
		"overlay":   mustRoofline(t, estimate(pi), estimate(gpu)),
		"sweep":     plots.Sweep("small", roofline.Axis{}, sweepPoints(pi, gpu)),
		"breakdown": plots.Breakdown(estimate(pi), roofline.ByLayer, 0, 8),
		"measured":  mustMeasured(t, estimate(pi)),
		"machines":  mustMachines(t),
		"pick":      mustPick(t),
		"require":   mustRequire(t),
		"validate":  mustValidation(t),
	}
}

// An SVG says what is drawn and where in text that can be reviewed.
func TestGolden(t *testing.T) {
	for name, f := range figures(t) {
		got := render(t, f, "svg")
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s; look at both, then accept it with -update", name, path)
		}
	}
}

func TestSameBytes(t *testing.T) {
	for _, format := range plots.Formats() {
		a, b := figures(t), figures(t)
		for name := range a {
			if !bytes.Equal(render(t, a[name], format), render(t, b[name], format)) {
				t.Errorf("%s as %s is not the same twice", name, format)
			}
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	f := mustRoofline(t, estimate(device(t, "rpi-5")))
	for _, c := range []struct{ name, magic string }{{"a.png", "\x89PNG"}, {"a.svg", "<?xml"}, {"a.PDF", "%PDF"}} {
		path := filepath.Join(dir, c.name)
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, []byte(c.magic)) {
			t.Errorf("%s starts with %q", c.name, data[:8])
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("%v, %v: only the three pictures should be left", entries, err)
	}
	for _, bad := range []string{"a", "a.jpg", filepath.Join("absent", "a.png")} {
		if err := f.Save(filepath.Join(dir, bad)); err == nil {
			t.Errorf("saving %s succeeded", bad)
		}
	}
	if err := f.Save(filepath.Join(dir, "a.jpg")); !strings.Contains(err.Error(), ".png, .svg, .pdf") {
		t.Errorf("%v does not say what is expected", err)
	}
}

// TestPDFFonts holds that a PDF brings the outlines of every font that it names: journals refuse others.
func TestPDFFonts(t *testing.T) {
	data := render(t, mustRoofline(t, estimate(device(t, "rpi-5"))), "pdf")
	count := func(of string) int { return len(regexp.MustCompile(of).FindAll(data, -1)) }
	described, outlines := count(`/Type\s*/FontDescriptor`), count(`/FontFile[23]?\s+\d+ 0 R`)
	if described == 0 || outlines != described {
		t.Errorf("%d fonts, %d with outlines", described, outlines)
	}
	if n := count(`/Subtype\s*/Type1\b`); n > 0 {
		t.Errorf("%d fonts of the reader's machine", n)
	}
}

func TestSize(t *testing.T) {
	cfg, err := png.DecodeConfig(bytes.NewReader(render(t, mustRoofline(t, estimate(device(t, "rpi-5"))), "png")))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Width != 1600 || cfg.Height != 1000 {
		t.Errorf("%d x %d pixels, want 1600 x 1000", cfg.Width, cfg.Height)
	}
}

// What has no place on logarithmic axes is counted in a footnote, and nothing panics.
func TestWithoutPlace(t *testing.T) {
	d := device(t, "rpi-5")
	if _, err := plots.Roofline(nil); err == nil {
		t.Error("no estimate is not an error")
	}
	none := &roofline.Estimate{Model: "copies", Device: d,
		Layers: []roofline.Layer{layer(d, "copy", kernel.Move, 0, 10, 1)}}
	if _, err := plots.Roofline([]*roofline.Estimate{none}); err == nil || !strings.Contains(err.Error(), "copies") {
		t.Errorf("an estimate without FLOPs: %v", err)
	}
	svg := string(render(t, mustRoofline(t, estimate(d)), "svg"))
	if !strings.Contains(svg, "2 kernels without FLOPs") {
		t.Error("the copies are not in the picture")
	}
}

func TestExtremes(t *testing.T) {
	d := device(t, "rpi-5")
	odd := func(change func(*roofline.Layer)) *roofline.Estimate {
		e := estimate(d)
		for i := range e.Layers {
			change(&e.Layers[i])
		}
		return e
	}
	cases := map[string]*roofline.Estimate{
		"endless": odd(func(l *roofline.Layer) { l.Total = math.Inf(1) }),
		"NaN":     odd(func(l *roofline.Layer) { l.Total = math.NaN() }),
		"zero":    odd(func(l *roofline.Layer) { l.Total = 0 }),
		"tiny":    odd(func(l *roofline.Layer) { l.Total = 1e-300 }),
		"never":   odd(func(l *roofline.Layer) { l.Times = 0 }),
		"largest": odd(func(l *roofline.Layer) { l.Cost.Work[cost.Matrix].Ops, l.Times = math.MaxInt64, math.MaxInt64 }),
		"names":   odd(func(l *roofline.Layer) { l.Name = strings.Repeat("very/long/", 500) + "\x00\n\xff<&>日本語🙂" }),
		"one":     {Model: "one", Device: d, Layers: []roofline.Layer{layer(d, "only", kernel.GEMM, 1, 1, 1)}},
	}
	for name, e := range cases {
		for _, format := range plots.Formats() {
			if f, err := plots.Roofline([]*roofline.Estimate{e, e}); err == nil {
				render(t, f, format)
			}
			render(t, plots.Breakdown(e, roofline.ByLayer, 0, 0), format)
		}
		t.Log(name, "drawn")
	}
	var points []roofline.SweepPoint
	render(t, plots.Sweep("none", roofline.Axis{}, points), "png")
	points = append(points, roofline.SweepPoint{Device: d, Step: roofline.Step{Value: 1},
		Cell: roofline.Cell{Latency: roofline.Latency{SpeedOfLight: math.Inf(1)}, Batch: 1}})
	render(t, plots.Sweep("endless", roofline.Axis{}, points), "png")
}

// In grey print every class keeps a tone or outline of its own; here, that ink is on the page in several tones.
func TestGreyKeepsContrast(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(render(t, mustRoofline(t, estimate(device(t, "h100-sxm"))), "png")))
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(img.Bounds())
	tones := map[uint8]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			grey.Set(x, y, img.At(x, y))
			tones[grey.GrayAt(x, y).Y/32]++
		}
	}
	for tone, least := range map[uint8]int{0: 500, 7: 1_000_000} { // ink and paper
		if tones[tone] < least {
			t.Errorf("tone %d has %d pixels, want %d at least", tone, tones[tone], least)
		}
	}
	if len(tones) < 6 {
		t.Errorf("%d tones of grey, want 6 at least", len(tones))
	}
	if *saveTo != "" {
		save(t, filepath.Join(*saveTo, "grey.png"), grey)
		for name, f := range figures(t) {
			if err := f.Save(filepath.Join(*saveTo, name+".png")); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func save(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func ExampleRoofline() {
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := plots.Roofline([]*roofline.Estimate{estimate(d)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Save("roofline.bmp"))
	// Output: roofline.bmp: suffix ".bmp" names no picture format; expected .png, .svg, .pdf
}

func BenchmarkRooflinePNG(b *testing.B) {
	e := estimate(device(b, "rpi-5"))
	for b.Loop() {
		render(b, mustRoofline(b, e), "png")
	}
}
