package web

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// view returns the ends of the axes that the address keeps, low and high of each; nothing where all is shown.
func (b *tab) view() []float64 {
	b.t.Helper()
	return eval[[]float64](b, `(new URLSearchParams(location.hash.slice(1)).get("view") || "").split(",").filter(Boolean).map(Number)`)
}

// plot returns the roofline's place on the screen: left, top, width and height.
func (b *tab) plot() (x, y, wide, high float64) {
	b.t.Helper()
	b.js(`document.querySelector(".plot").scrollIntoView({ block: "center" })`)
	r := eval[[]float64](b, `(() => { const r = document.querySelector(".u-over").getBoundingClientRect();
		return [r.x, r.y, r.width, r.height]; })()`)
	return r[0], r[1], r[2], r[3]
}

// drag moves the mouse from one place to another with the left button down.
func (b *tab) drag(x0, y0, x1, y1 float64, with ...chromedp.MouseOption) {
	b.t.Helper()
	held := append(with, chromedp.ButtonLeft, func(p *input.DispatchMouseEventParams) { p.Buttons = 1 })
	b.do(chromedp.MouseEvent(chromedp.MousePressed, x0, y0, append(held, chromedp.ClickCount(1))...))
	for _, share := range []float64{0.3, 0.7, 1} {
		b.do(chromedp.MouseEvent(chromedp.MouseMoved, x0+share*(x1-x0), y0+share*(y1-y0), held...))
	}
	b.do(chromedp.MouseEvent(chromedp.MouseReleased, x1, y1, append(with, chromedp.ButtonLeft, chromedp.ClickCount(1))...))
}

// near reports whether two ends of an axis are the same within a pixel or two of a wide chart.
func near(a, b float64) bool { return a/b < 1.02 && b/a < 1.02 }

// TestBrowserRoofline moves and zooms the roofline: by drag, box, wheel, double click and buttons. What the mouse
// touches stays under it, and a drag pins nothing.
func TestBrowserRoofline(t *testing.T) {
	b := open(t, reportFile(t, "zoo:yolo11n"), "file://")
	b.holds("start", ready)
	x, y, wide, high := b.plot()
	const button = `[...document.querySelectorAll(".tools button")].find((b) => b.textContent === %q).click()`
	b.js(fmt.Sprintf(button, "+"))
	before := b.view()
	if len(before) != 4 {
		t.Fatalf("the button zooms to %v, expected four ends", before)
	}
	b.drag(x+wide/2, y+high/2, x+0.75*wide, y+0.75*high)
	for i, by := range []float64{-0.25, 0.25} { // a quarter of each axis: what was right of the place comes nearer
		was, is := before[2*i:2*i+2], b.view()[2*i:2*i+2]
		if !near(is[1]/is[0], was[1]/was[0]) {
			t.Errorf("axis %d: a drag zooms from %v to %v", i, was, is)
		}
		span := was[1] / was[0]
		if want := was[0] * pow(span, by); !near(is[0], want) {
			t.Errorf("axis %d: a drag moves from %v to %v, expected a low end of %.4g", i, was, is, want)
		}
	}
	if eval[bool](b, `!!document.querySelector("[aria-current]")`) {
		t.Error("a drag pins a kernel")
	}

	before = b.view()
	b.drag(x+0.25*wide, y+0.5*high, x+0.5*wide, y+0.75*high, chromedp.ButtonModifiers(chromedp.ModifierShift))
	box := b.view()
	spanX, spanY := before[1]/before[0], before[3]/before[2]
	for i, want := range []float64{before[0] * pow(spanX, .25), before[0] * pow(spanX, .5), before[2] * pow(spanY, .25),
		before[2] * pow(spanY, .5)} {
		if !near(box[i], want) {
			t.Errorf("a box from %v shows %v, expected %.4g as end %d", before, box, want, i)
		}
	}

	boxed := eval[string](b, "location.hash.slice(1)")
	b.do(chromedp.MouseEvent(chromedp.MouseWheel, x+wide/2, y+high/2, chromedp.ButtonModifiers(chromedp.ModifierCtrl),
		func(p *input.DispatchMouseEventParams) { p.DeltaX, p.DeltaY = 1e-3, -100 }))
	b.holds("the wheel zooms", fmt.Sprintf(`!location.hash.includes(%q)`, boxed))
	wheel := b.view()
	if !(wheel[1]/wheel[0] < box[1]/box[0]) || !near(wheel[0]*wheel[1], box[0]*box[1]) {
		t.Errorf("the wheel at the centre leads from %v to %v", box, wheel)
	}
	b.do(chromedp.MouseClickXY(x+wide-3, y+3), chromedp.MouseClickXY(x+wide-3, y+3, chromedp.ClickCount(2)))
	b.holds("a double click shows all", `!location.hash.includes("view=")`)

	const toggle = `(() => { const l = [...document.querySelectorAll(".toggles label")].find((l) => l.textContent.startsWith(%q));
		l.querySelector("input").click(); })()`
	b.js(fmt.Sprintf(toggle, "conv"))
	b.holds("a class is left out", `decodeURIComponent(location.hash).includes("hide=class:conv")`)
	b.js(fmt.Sprintf(toggle, "roof of main"))
	b.holds("a roof is left out", `decodeURIComponent(location.hash).includes("level:")`)
	b.shoot("toggles")
	b.holds("what has no place is said", `[...document.querySelectorAll(".live .about")].some((p) => p.textContent.includes("have no place here"))`)
}

// pow returns a span of a logarithmic axis, of which a share is taken.
func pow(span, share float64) float64 { return math.Pow(span, share) }

// perfettoPage stands for Perfetto's page, which answers a ping once it has started and takes one trace.
const perfettoPage = `<!doctype html><title>stands for Perfetto</title><script>
addEventListener("message", (e) => {
	if (e.source !== opener) return;
	if (e.data === "PING") e.source.postMessage("PONG", "*");
	else fetch("/taken?title=" + encodeURIComponent(e.data.perfetto.title), { method: "POST", body: e.data.perfetto.buffer });
});
</script>`

// TestBrowserPerfetto opens a trace in a page that stands for Perfetto's, at Perfetto's address: from a report on disk,
// and from one that is served.
func TestBrowserPerfetto(t *testing.T) {
	type taken struct {
		title string
		trace []byte
	}
	took := make(chan taken, 1)
	var asked atomic.Int32
	site := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked.Add(1)
		if req.Method == http.MethodPost {
			body, _ := io.ReadAll(req.Body)
			took <- taken{req.URL.Query().Get("title"), body}
			return
		}
		w.Header().Set("Content-Type", htmlKind)
		io.WriteString(w, perfettoPage)
	}))
	t.Cleanup(site.Close)
	flags := []chromedp.ExecAllocatorOption{chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP ui.perfetto.dev:443 "+site.Listener.Addr().String())}
	_, h := served(t, nil)
	for _, url := range []string{reportFile(t, small), h.URL + "/report?device=rpi-5&model=" + small} {
		b := openWith(t, flags, url, url[:4])
		b.holds("start", ready)
		if asked.Load() != 0 {
			t.Errorf("%s: found %d requests before the click", url, asked.Load())
		}
		const button = `[data-section=e1] .files button[title*="perfetto"]`
		b.js(fmt.Sprintf("document.querySelector(%q).scrollIntoView({ block: \"center\" })", button))
		b.do(chromedp.Click(chromedp.CSS(button)))
		select {
		case got := <-took:
			var trace struct{ TraceEvents []map[string]any }
			if err := json.Unmarshal(got.trace, &trace); err != nil || len(trace.TraceEvents) < 20 {
				t.Errorf("%s: found a trace of %d events, %v", url, len(trace.TraceEvents), err)
			}
			if title := eval[string](b, `document.querySelector("[data-section=e1] h2").textContent`); got.title != title {
				t.Errorf("%s: the trace is called %q, expected %q", url, got.title, title)
			}
		case <-time.After(patience):
			t.Errorf("%s: no trace came; the page says %q", url, eval[string](b, `document.querySelector(".files output").textContent`))
		}
		b.holds("nothing is left to wait for", `document.querySelector("[data-section=e1] .files output").textContent === ""`)
		asked.Store(0)
	}
}

// tabTo presses Tab until an element has the focus, and holds that the focus is to be seen.
func (b *tab) tabTo(css string) {
	b.t.Helper()
	const most = 400
	for range most {
		b.do(chromedp.KeyEvent("\t"))
		if eval[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", css)) {
			b.holds(css+" shows its focus", `getComputedStyle(document.activeElement).outlineStyle !== "none"`)
			return
		}
	}
	b.t.Fatalf("%s has no focus after %d tabs", css, most)
}

// TestBrowserKeyboard asks for a report and uses it with the keyboard alone.
func TestBrowserKeyboard(t *testing.T) {
	_, h := served(t, nil)
	b := open(t, h.URL, h.URL)
	b.holds("start", `document.readyState === "complete"`)
	b.tabTo("#model")
	b.do(chromedp.KeyEvent(small))
	b.tabTo("#search")
	b.do(chromedp.KeyEvent("rpi-5\r"))
	b.holds("a device is picked", `document.getElementById("picked").textContent.includes("rpi-5")`)
	b.tabTo("button[type=submit]")
	b.do(chromedp.KeyEvent("\r"))
	b.holds("report", `location.pathname === "/report" && `+ready)

	b.tabTo("#text")
	b.do(chromedp.KeyEvent("conv"))
	b.holds("filter", rows+`.length > 0 && `+said+`.includes(" of ")`)
	b.tabTo("button[type=reset]")
	b.do(chromedp.KeyEvent(" "))
	b.holds("clear", `!location.hash.includes("q=")`)
	b.tabTo(".plot")
	b.do(chromedp.KeyEvent("n"))
	b.holds("the next kernel", `document.querySelector("tr[aria-current]")`)
	b.do(chromedp.KeyEvent("+"))
	b.holds("zoom", `location.hash.includes("view=")`)
	b.do(chromedp.KeyEvent("0"))
	b.holds("all", `!location.hash.includes("view=")`)
	b.tabTo(".toggles input")
	b.do(chromedp.KeyEvent(" "))
	b.holds("toggle", `location.hash.includes("hide=")`)
	b.tabTo("select.order")
	b.do(chromedp.KeyEvent("w"))
	b.holds("order of modules", `location.hash.includes("tree=wasted")`)
	b.tabTo(".tree summary")
	folded := `document.activeElement.parentElement.open`
	open := eval[bool](b, folded)
	b.do(chromedp.KeyEvent(" "))
	b.holds("fold", fmt.Sprintf("%s === %t", folded, !open))
	b.tabTo(".kernels thead th:nth-child(7) button")
	b.do(chromedp.KeyEvent("\r"))
	b.holds("sort", `location.hash.includes("sort=wasted")`)
	b.holds("sorted", `document.activeElement.parentElement.getAttribute("aria-sort") === "descending"`)
}

// forgive demands a complaint, and lets it pass.
func (b *tab) forgive(text string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		b.mu.Lock()
		i := slices.IndexFunc(b.bad, func(s string) bool { return strings.Contains(s, text) })
		if i >= 0 {
			b.bad = slices.Delete(b.bad, i, i+1)
		}
		b.mu.Unlock()
		if i >= 0 {
			return
		}
	}
	b.t.Errorf("the browser did not complain that %s", text)
}

// access holds a page to what axe-core finds serious, by all of its rules or by one.
func (b *tab) access(rules string) {
	b.t.Helper()
	b.js(`window.found = null; axe.run(` + rules + `).then((r) => { window.found = r; })`)
	b.holds("axe has run", "window.found")
	b.holds("axe has looked", "found.passes.length > 0")
	for _, v := range eval[[]struct{ Impact, ID, HTML string }](b, `found.violations.map((v) => ({ Impact: v.impact, ID: v.id, HTML: v.nodes[0].html.slice(0, 200) }))`) {
		report := b.t.Errorf
		if v.Impact != "serious" && v.Impact != "critical" {
			report = b.t.Logf
		}
		report("%s: %s: %s", v.Impact, v.ID, v.HTML)
	}
}

// TestBrowserAccess asks axe-core, which AXE names as a file, for what people with screen readers or keyboards could not
// use: of the report, the form and an error, light and dark, wide and narrow.
func TestBrowserAccess(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		t.Skip("NO AXE: set AXE to the axe.min.js of axe-core's npm package; accessibility was not tried: ", err)
	}
	_, h := served(t, nil)
	for name, url := range map[string]string{"report": reportFile(t, small), "form": h.URL, "error": h.URL + "/report?device=none"} {
		t.Run(name, func(t *testing.T) {
			b := open(t, url, url[:4])
			b.holds("start", `document.readyState === "complete"`)
			switch name {
			case "error":
				b.forgive("the server responded with a status of 400")
			case "report":
				b.holds("start", ready)
				b.do(chromedp.Focus(chromedp.CSS(".plot")), chromedp.KeyEvent("n"))
				b.pick("#over", "e2")
			}
			b.js(string(axe))
			b.access("")
			b.do(media("", dark), chromedp.EmulateViewport(400, 900))
			b.access(`{ runOnly: ["color-contrast", "target-size", "scrollable-region-focusable"] }`)
		})
	}
}
