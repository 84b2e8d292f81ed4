package page

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/golden"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

var update = flag.Bool("update", false, "accept the present page as the expected one")

// mine is a runtime by hand, so that the golden page does not change with a new fit.
const mine = `schema: 1
id: mine
name: My runtime
default_for: [rpi]
rules: [{rule: epilogue}]
priors: {rpi: {matrix: 0.5, launch: 20 µs}}
sources:
  default: {kind: vendor, title: its manual, url: "https://example.org"}
`

// estimated returns the estimate of a built-in model, in the runtime by hand or in none.
func estimated(t testing.TB, spec, device string, tuned bool) *roofline.Estimate {
	t.Helper()
	var b bytes.Buffer
	if err := zoo.Write(&b, spec); err != nil {
		t.Fatal(err)
	}
	m, err := onnxread.Read(spec, bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
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
	opt := roofline.Options{}
	if tuned {
		r, err := runtimes.Decode("mine.yaml", []byte(mine))
		if err != nil {
			t.Fatal(err)
		}
		opt.Tuner = &roofline.Tuner{Runtimes: runtimes.NewSet(r), Calibrations: &runtimes.Calibrations{}}
	}
	e, err := roofline.Run(res, d, opt)
	if err != nil {
		t.Fatal(err)
	}
	e.Model = strings.TrimPrefix(spec, "zoo:")
	return e
}

func written(t testing.TB, es ...*roofline.Estimate) string {
	t.Helper()
	var b bytes.Buffer
	var parts []Part
	for _, e := range es {
		parts = append(parts, Part{Estimate: e})
	}
	if err := Write(&b, parts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const small = "zoo:squeezenet1.1?size=64"

// TestGolden holds the page of a small model. Run with -update to accept a change.
func TestGolden(t *testing.T) {
	page := written(t, estimated(t, small, "rpi-5", true))
	have := golden.Digits(strings.ReplaceAll(page, report.VersionText(), "VERSION"))
	const path = "testdata/page.html"
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if have != string(want) {
		t.Errorf("%s differs; look at it with -update", path)
	}
}

var (
	addresses = regexp.MustCompile(`(?i)\s(?:src|href|xlink:href|srcset|action|data|poster)\s*=\s*["']?([^"'>\s]*)`)
	sites     = regexp.MustCompile(`\w+://[^"'` + "`" + `\s]*`)
	loaded    = regexp.MustCompile(`(?i)@import|url\(|<(?:link|img|iframe|object|embed|base|audio|video)\b`)
)

// TestNothingIsLoaded holds that a page names no address but its own headings where a browser would load it.
func TestNothingIsLoaded(t *testing.T) {
	e := estimated(t, small, "rpi-5", true)
	page := written(t, e, estimated(t, small, "t4", false))
	if n := strings.Count(page, script()); n != 1 {
		t.Fatalf("found the script %d times, expected it once", n)
	}
	page = strings.Replace(page, script(), "", 1)
	for _, m := range sites.FindAllString(pageScript(), -1) {
		if m != "https://ui.perfetto.dev" {
			t.Errorf("found the address %q in the script, expected that of Perfetto alone", m)
		}
	}
	links := addresses.FindAllStringSubmatch(page, -1)
	if len(links) != 2 {
		t.Errorf("found %d links, expected one to each of 2 sections: %q", len(links), links)
	}
	for _, m := range links {
		if id, ok := strings.CutPrefix(m[1], "#"); !ok || !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("found the address %q, expected that of a heading of the page", m[1])
		}
	}
	if m := loaded.FindString(page); m != "" {
		t.Errorf("found %q, which loads something", m)
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") {
		t.Error("found no policy that forbids requests")
	}
}

// TestEvilNames holds that names are shown and never run.
func TestEvilNames(t *testing.T) {
	const evil = "</script></style></svg></title><img src=x onerror=alert(1)>\"'`{{.}}\x1b[31m\u202e\n"
	e := estimated(t, small, "rpi-5", true)
	e.Model = evil
	for i := range e.Layers {
		e.Layers[i].Name, e.Layers[i].Op, e.Layers[i].Module = evil+"/conv", evil, evil
	}
	page := written(t, e)
	for _, bad := range []string{"<img", "\x1b", "\u202e", "onerror=alert(1)>"} {
		if strings.Contains(page, bad) {
			t.Errorf("found %q unescaped", bad)
		}
	}
	for tag, want := range map[string]int{"</script>": 5, "</style>": 1, "</title>": 2, "</svg>": 3} {
		if n := strings.Count(page, tag); n != want {
			t.Errorf("found %s %d times, expected %d", tag, n, want)
		}
	}
	if !strings.Contains(page, `&lt;img src=x`) || !strings.Contains(page, `\x1b`) {
		t.Error("found the name nowhere, expected it visible")
	}
}

// TestVendored holds the chart library to the checksums of its release, by which "make web" fetches it anew.
func TestVendored(t *testing.T) {
	sums, err := os.ReadFile("vendored/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(sums)), "\n")
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		text, err := os.ReadFile("vendored/" + name)
		if have := fmt.Sprintf("%x", sha256.Sum256(text)); err != nil || have != want {
			t.Errorf("%s: %v, found the checksum %s, expected %s", name, err, have, want)
		}
	}
	if len(lines) != 3 {
		t.Errorf("found %d files, expected 3", len(lines))
	}
}

// TestSize holds the page of a model of 1,000 nodes on three devices below 1.5 MB.
func TestSize(t *testing.T) {
	const spec, limit = "zoo:efficientnetv2-l", 1_500_000
	var es []*roofline.Estimate
	for _, device := range []string{"rpi-5", "t4", "rtx3060"} {
		e := estimated(t, spec, device, false)
		if n := len(e.Inferred.Steps); n < 1000 {
			t.Fatalf("%s has %d nodes, expected 1,000 at least", spec, n)
		}
		es = append(es, e)
	}
	page := written(t, es...)
	t.Logf("%d kernels each, %d bytes", len(es[0].Layers), len(page))
	if len(page) > limit {
		t.Errorf("found %d bytes, expected %d at most", len(page), limit)
	}
}

// TestTree holds that figures of modules add up to the latency and that the tree and the table have the same kernels.
func TestTree(t *testing.T) {
	e := estimated(t, "zoo:resnet18?size=64", "rpi-5", true)
	s, err := sectionOf(1, &Part{Estimate: e})
	if err != nil {
		t.Fatal(err)
	}
	if have, want := s.Tree.seconds, e.Latency.Best(); have < want*(1-1e-9) || have > want*(1+1e-9) {
		t.Errorf("found %g s in the tree, expected the latency of %g s", have, want)
	}
	seen, modules := map[int]bool{}, 0
	var walk func(*module)
	walk = func(m *module) {
		if m.Row != nil {
			if seen[m.Row.At] {
				t.Errorf("found kernel %d twice", m.Row.At)
			}
			seen[m.Row.At] = true
			return
		}
		modules++
		sum := 0.0
		for i, in := range m.Inside {
			sum += in.seconds
			if i > 0 && in.seconds > m.Inside[i-1].seconds {
				t.Errorf("%s: found %s after a shorter one", m.path, in.Name)
			}
			walk(in)
		}
		if sum < m.seconds*(1-1e-9) || sum > m.seconds*(1+1e-9) {
			t.Errorf("%s: found %g s inside, expected %g s", m.path, sum, m.seconds)
		}
	}
	walk(s.Tree)
	if len(seen) != len(s.Kernels) || modules < 5 {
		t.Errorf("found %d kernels in %d modules, expected %d in 5 modules at least", len(seen), modules, len(s.Kernels))
	}
}

// TestLowerBoundAlone holds that without a runtime nothing is called expected or wasted.
func TestLowerBoundAlone(t *testing.T) {
	s, err := sectionOf(1, &Part{Estimate: estimated(t, small, "rpi-5", false)})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range s.Kernels {
		if s.Expected || k.Figure[1] != "" {
			t.Fatalf("found %q wasted by %s, expected no word", k.Figure[1], k.Name)
		}
	}
}

// TestWriteRefuses holds that a page of nothing is an error.
func TestWriteRefuses(t *testing.T) {
	for _, es := range [][]Part{nil, {{}}, {{Estimate: new(roofline.Estimate)}}} {
		if err := Write(new(bytes.Buffer), es); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%v: found the error %v, expected one that says what is missing", es, err)
		}
	}
}
