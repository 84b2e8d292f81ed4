package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// browserNames are the programs that the PATH is searched for.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"}

// patience is the time that one step may take on a busy machine.
const patience = 2 * time.Minute

// A tab is a page in a browser, and what it complained about.
type tab struct {
	t   *testing.T
	ctx context.Context
	mu  sync.Mutex
	bad []string
	// requests counts what the page asked for, itself included: a listener that hears nothing would find nothing bad
	requests int
}

// open opens a page in a browser, which CHROME or the PATH names. Requests for addresses that do not begin with allowed
// are held against it.
func open(t *testing.T, url, allowed string, before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	return openWith(t, nil, url, allowed, before...)
}

// openWith opens a page in a browser that has further flags.
func openWith(t *testing.T, flags []chromedp.ExecAllocatorOption, url, allowed string,
	before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	sampling.Alone(t) // TestTogether and TestTurns ask the server from many goroutines
	path := os.Getenv("CHROME")
	for _, name := range browserNames {
		if found, err := exec.LookPath(name); path == "" && err == nil {
			path = found
		}
	}
	if path == "" {
		t.Skip("NO BROWSER: set CHROME to a chromium, or put one on the PATH; the page was not tried in a browser")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WindowSize(1280, 1000), chromedp.WSURLReadTimeout(time.Minute), chromedp.UserDataDir(t.TempDir()))
	opts = append(opts, flags...)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
	if err := chromedp.Do(ctx, call(network.Enable, network.EnableParams{})); err != nil { // starts the browser
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(ev any) { b.hear(ev, allowed) }); err != nil {
		t.Fatal(err)
	}
	b.do(append(before, chromedp.Navigate(url))...)
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, text := range b.bad {
			t.Error(text)
		}
	})
	return b
}

// hear keeps what a page should not do: errors, and requests for addresses that do not begin with allowed.
func (b *tab) hear(ev any, allowed string) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.complain("exception: %s", ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			text, _ := json.Marshal(ev.Args)
			b.complain("console: %s", text)
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			b.complain("log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests++
		if at := ev.Request.URL; !strings.HasPrefix(at, allowed) && !strings.HasPrefix(at, "blob:") {
			b.complain("request: %s", at)
		}
	}
}

// call returns a command of the browser as an action.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

func (b *tab) complain(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = append(b.bad, fmt.Sprintf(format, args...))
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// js runs a statement of JavaScript.
func (b *tab) js(statement string) {
	b.t.Helper()
	eval[bool](b, statement+"; true")
}

// eval returns what an expression of JavaScript comes to.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// holds demands that an expression becomes true.
func (b *tab) holds(what, expression string) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if eval[bool](b, "!!("+expression+")") {
			return
		}
		if time.Now().After(end) {
			b.t.Errorf("%s: %s does not hold; the address is %s", what, expression, eval[string](b, "location.href"))
			return
		}
	}
}

// shoot keeps a picture in the folder that SCREENSHOTS names.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	b.do(chromedp.Sleep(300 * time.Millisecond))
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// pick chooses a value of a select.
func (b *tab) pick(id, value string) {
	b.t.Helper()
	b.js(fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.value = %q;
		s.dispatchEvent(new Event("change", { bubbles: true })); })()`, id, value))
}

const (
	ready = `document.documentElement?.dataset.ready === "true"`
	// rows are the kernels that the first section shows in its table.
	rows   = `[...document.querySelectorAll("section[data-section=e1] .kernels tbody tr")].filter((r) => !r.hidden)`
	leaves = `[...document.querySelectorAll("section[data-section=e1] .k[data-k]")].filter((r) => !r.hidden)`
	said   = `document.getElementById("count").textContent`
)

// reports are pages of models in two runtimes, as docs/report.md has one, by the name of the model.
var reports = map[string]func() ([]byte, error){
	"zoo:yolo11n": sync.OnceValues(func() ([]byte, error) { return reportOf("zoo:yolo11n") }),
	small:         sync.OnceValues(func() ([]byte, error) { return reportOf(small) }),
}

// reportOf returns the report of a model in two runtimes.
func reportOf(spec string) ([]byte, error) {
	rp, ctx := estimator(), context.Background() // several tests use what one of them makes
	m, err := rp.Load(spec)
	if err != nil {
		return nil, err
	}
	ways, err := rp.Ways(ctx, m, []string{"rpi-5"}, []string{"onnxruntime-cpu", "ncnn"}, nil, nil)
	if err != nil {
		return nil, err
	}
	var parts []ridgepoint.PagePart
	for _, e := range ways.Estimates {
		p, err := rp.PagePart(ctx, m, e, nil)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	var out bytes.Buffer
	err = ridgepoint.WritePage(&out, parts...)
	return out.Bytes(), err
}

// reportFile writes a report to disk, and returns its address.
func reportFile(t *testing.T, spec string) string {
	t.Helper()
	page, err := reports[spec]()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// hover moves the mouse over the roofline until a card appears, and returns the place.
func (b *tab) hover() (x, y float64) {
	b.t.Helper()
	b.js(`document.querySelector(".plot").scrollIntoView({ block: "center" })`)
	box := eval[[]float64](b, `(() => { const r = document.querySelector(".u-over").getBoundingClientRect();
		return [r.x, r.y, r.width, r.height]; })()`)
	for fx := 0.97; fx > 0.3; fx -= 0.01 {
		for fy := 0.1; fy < 0.7; fy += 0.03 {
			x, y = box[0]+box[2]*fx, box[1]+box[3]*fy
			b.do(chromedp.MouseEvent("mouseMoved", x, y))
			if eval[bool](b, `!document.querySelector(".tip").hidden`) {
				return x, y
			}
		}
	}
	b.t.Fatal("found no kernel under the mouse")
	return 0, 0
}

// TestBrowserReport uses the report as people do: hover, pin, filter, sort, lay over, switch, keys, downloads, a link.
func TestBrowserReport(t *testing.T) {
	url := reportFile(t, "zoo:yolo11n")
	b := open(t, url, "file://")
	b.holds("start", ready)
	b.holds("charts", `document.querySelectorAll("section[data-section=e1] .uplot").length === 3`)
	b.holds("the picture of the roofline gives way", `getComputedStyle(document.querySelector(".still")).display === "none"`)
	whole := eval[int](b, rows+".length")
	b.shoot("report-1280")

	x, y := b.hover()
	b.holds("hover", `[...document.querySelectorAll(".kernels tbody th")].some((h) => h.textContent.startsWith(document.querySelector(".tip strong").textContent))`)
	b.shoot("hover")
	b.do(chromedp.MouseClickXY(x, y))
	b.holds("pin", `document.querySelector(".kernels tr[aria-current]") && document.querySelector(".k[aria-current]") && location.hash.includes("pin=") && !document.querySelector(".side").hidden`)
	b.do(chromedp.MouseClickXY(x, y))
	b.holds("let go", `!document.querySelector("[aria-current]") && !location.hash.includes("pin=")`)

	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "conv"))
	b.pick("#bound", "memory")
	b.holds("filter", rows+`.length > 0 && `+rows+`.length < `+fmt.Sprint(whole))
	b.holds("one filter for table and tree", rows+".length === "+leaves+".length")
	b.holds("rows are of the bound", rows+`.every((r) => r.cells[4].textContent === "memory")`)
	b.holds("count", said+".startsWith("+rows+".length + ' of ')")
	b.holds("hash", `location.hash.includes("q=conv") && location.hash.includes("bound=memory")`)
	b.do(chromedp.Click(chromedp.CSS("button[type=reset]")))
	b.holds("clear", rows+".length === "+fmt.Sprint(whole)+` && !location.hash.includes("q=")`)

	const heading = `[...document.querySelectorAll(".kernels thead button")].find((h) => h.textContent === "wasted")`
	b.js(heading + ".click()")
	b.holds("sort", heading+`.parentElement.getAttribute("aria-sort") === "descending" && location.hash.includes("sort=wasted")`)
	first := eval[string](b, rows+"[0].cells[1].textContent")
	b.js(heading + ".click()")
	b.holds("sort again", rows+".at(-1).cells[1].textContent === "+fmt.Sprintf("%q", first))

	b.pick("#over", "e2")
	b.holds("lay over", `location.hash.includes("over=e2")`)
	b.shoot("overlay")
	b.do(chromedp.Focus(chromedp.CSS(".plot")), chromedp.KeyEvent("n"), chromedp.KeyEvent("+"))
	b.holds("keys", `location.hash.includes("pin=") && location.hash.includes("view=")`)
	pinned := eval[string](b, `document.querySelector(".kernels tr[aria-current]").cells[1].textContent`)
	link := eval[string](b, "location.href")

	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	b.holds("start again", ready)
	b.holds("a link shows the same", ` document.querySelector(".kernels tr[aria-current]").cells[1].textContent === `+
		fmt.Sprintf("%q", pinned))
	b.holds("a link keeps the view", fmt.Sprintf("location.href === %q", link))

	b.pick("#at", "e2")
	b.holds("switch", `document.querySelector("[data-section=e1]").hidden && !document.querySelector("[data-section=e2]").hidden`)
	b.holds("switch enlivens", `document.querySelectorAll("[data-section=e2] .uplot").length === 3`)
	b.downloads()
	if b.requests == 0 {
		t.Error("heard of no request, expected that of the page")
	}
}

// downloads holds what the buttons of the second section save.
func (b *tab) downloads() {
	b.t.Helper()
	b.js(`window.saved = {}; HTMLAnchorElement.prototype.click = function () {
		const name = this.download;
		fetchless(this.href).then((head) => { saved[name] = head; });
	};
	const blobs = new Map(), make = URL.createObjectURL;
	URL.createObjectURL = (blob) => { const at = make(blob); blobs.set(at, blob); return at; };
	window.fetchless = async (at) => [...new Uint8Array(await blobs.get(at).slice(0, 5).arrayBuffer())];
	for (const button of document.querySelectorAll("[data-section=e2] .files button")) {
		if (!button.textContent.includes("Perfetto")) button.click();
	}`)
	b.holds("downloads", "Object.keys(saved).length === 4")
	for suffix, head := range map[string]string{".csv": "model", ".pb.gz": "\x1f\x8b", ".trace.json": "{", ".png": "\u0089PNG"} {
		b.holds(suffix, fmt.Sprintf(`String.fromCharCode(...Object.entries(saved).find(([n]) => n.endsWith(%q))[1]).startsWith(%q)`,
			suffix, head))
	}
}

// TestBrowserQuestions answers the questions of docs/report.md as it says.
func TestBrowserQuestions(t *testing.T) {
	b := open(t, reportFile(t, "zoo:yolo11n"), "file://")
	b.holds("start", ready)
	const top = `[...document.querySelectorAll("section[data-section=e1] .tree > details > .in > details")]`
	wasted := `((d) => { const f = d.querySelector("summary").querySelectorAll("i"); return f[2].textContent; })`
	b.pick("select.order", "wasted")
	b.holds("where time is wasted", top+`.length > 3 && location.hash.includes("tree=wasted")`)
	t.Logf("most wasted: %s %s", eval[string](b, top+`[0].querySelector("summary span").textContent`),
		eval[string](b, wasted+"("+top+"[0])"))
	b.pick("#over", "e2")
	b.holds("what the other runtime changes", `location.hash.includes("over=e2")`)
	b.pick("#bound", "memory")
	b.pick("#class", "conv")
	b.holds("what memory bounds", rows+`.length > 0 && `+rows+`.every((r) => r.cells[4].textContent === "memory")`)
	t.Logf("convolutions that memory bounds: %s", eval[string](b, said))
	b.shoot("questions")
}

// media sets what a page is shown on, such as print.
func media(kind string, features ...*emulation.MediaFeature) chromedp.Action[chromedp.Void] {
	return call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: features})
}

// paper holds the page as it is printed from a dark screen: dark on white, no table or picture beyond the edge of an A4
// sheet within the page's margins of 12 mm, and the sources open.
func (b *tab) paper() {
	b.t.Helper()
	const wide = 703 // pixels of 1/96 inch
	b.do(chromedp.EmulateViewport(wide, 1000), media("print", dark))
	b.holds("paper", `getComputedStyle(document.querySelector(".still")).display === "block" &&
		getComputedStyle(document.querySelector(".live")).display === "none"`)
	b.holds("ink", `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)" &&
		getComputedStyle(document.body).color === "rgb(26, 26, 26)"`)
	over := eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll("td, th, .tree i, svg")].filter((e) =>
		e.getBoundingClientRect().right > %d).slice(0, 5).map((e) => e.textContent.slice(0, 80))`, wide))
	if len(over) > 0 {
		b.t.Errorf("on paper these lie beyond the edge: %q", over)
	}
	b.holds("sources", `document.querySelector(".sources table").getBoundingClientRect().height > 50`)
}

// dark is the wish for light text on a dark ground.
var dark = &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"}

// TestBrowserLooks holds the page without scripts, on paper, in the dark and on a telephone.
func TestBrowserLooks(t *testing.T) {
	url := reportFile(t, "zoo:yolo11n")
	b := open(t, url, "file://", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	b.shoot("plain")
	b.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}))
	b.holds("without scripts", `!document.querySelector(".uplot") && document.getElementById("filter").hidden &&
		document.querySelector(".still").getBoundingClientRect().height > 100 && `+rows+`.length > 50`)

	b = open(t, url, "file://")
	b.holds("start", ready)
	b.paper()
	b.do(chromedp.EmulateViewport(1280, 1000), media("", dark))
	b.holds("dark", `getComputedStyle(document.body).backgroundColor === "rgb(22, 22, 22)"`)
	b.js(`document.querySelector(".plot").scrollIntoView({ block: "center" })`)
	b.shoot("dark")

	b.do(media(""), chromedp.EmulateViewport(400, 900))
	b.js("scrollTo(0, 0)")
	b.holds("narrow", `document.documentElement.scrollWidth <= 400 && document.querySelector(".u-over").clientWidth < 400`)
	b.shoot("report-400")
	b.js(`document.querySelector(".plot").scrollIntoView({ block: "center" })`)
	b.shoot("roofline-400")
}

// TestBrowserServe drops a model on the form, and holds the report to have no complaint under the server's policy.
func TestBrowserServe(t *testing.T) {
	_, h := served(t, nil)
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := os.WriteFile(path, fileOf(t, small), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, h.URL, h.URL)
	b.shoot("serve-1280")
	b.do(chromedp.SendKeys(chromedp.CSS("#search"), "bcm2712\r"))
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	b.holds("the file is named", `document.getElementById("chosen").textContent.startsWith("net.onnx")`)
	b.holds("the device is picked", `document.getElementById("picked").textContent.includes("rpi-5")`)
	b.do(chromedp.Click(chromedp.CSS("button[type=submit]")))
	b.holds("report", `location.pathname === "/report" && `+ready+` && document.querySelectorAll(".uplot").length > 1`)
	b.holds("of the file", `document.title.startsWith("net on Raspberry Pi 5")`)
	b.shoot("served-report")

	b.do(chromedp.EmulateViewport(400, 900), chromedp.Navigate(h.URL))
	b.holds("narrow", "document.documentElement.scrollWidth <= 400")
	b.shoot("serve-400")
}
