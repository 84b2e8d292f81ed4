package web

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// estimateOf returns the estimate of a file as JSON.
func estimateOf(t *testing.T, file []byte) string {
	t.Helper()
	rp := estimator()
	m, err := rp.LoadBytes("net.onnx", file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := rp.EstimateOn(m, []string{"rpi-5"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonOf(report.Estimates(all, report.View{}))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestBrowserStrips drops a model with weights, more of them than the server takes, on the form: it leaves the browser
// without them, and its estimate is that of the whole file.
func TestBrowserStrips(t *testing.T) {
	var whole bytes.Buffer
	if err := new(ridgepoint.Estimator).Fill(small, &whole); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := os.WriteFile(path, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const most = 1 << 20
	if whole.Len() < 4*most {
		t.Fatalf("the file has %d bytes, expected several times what the server takes", whole.Len())
	}
	_, h := served(t, func(c *Config) { c.Upload = most })
	b := open(t, h.URL, h.URL)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	b.js(`window.held = new DataTransfer(); held.items.add(document.getElementById("file").files[0]);
		document.getElementById("file").value = "";
		document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: held }))`)
	const chosen = `document.getElementById("chosen").textContent`
	b.holds("weights are left out", chosen+`.startsWith("net.onnx") && `+chosen+`.endsWith("without weights")`)
	b.js(`document.getElementById("file").files[0].arrayBuffer().then((a) => {
		window.sent = btoa([...new Uint8Array(a)].map((c) => String.fromCharCode(c)).join("")); })`)
	b.holds("the file is at hand", "window.sent")
	sent, err := base64.StdEncoding.DecodeString(eval[string](b, "sent"))
	if err != nil || len(sent) > most/2 {
		t.Errorf("%d bytes are sent, %v", len(sent), err)
	}
	if got, want := estimateOf(t, sent), estimateOf(t, whole.Bytes()); got != want {
		t.Errorf("without weights the estimate is another: %.300s\nexpected %.300s", got, want)
	}

	b.js(`strip(new File(["GGUF", new Uint8Array(41 * 2 ** 20)], "m.gguf")).then((f) => { window.cut = f; })`)
	b.holds("of GGUF the header is sent", `window.cut?.size === 40 * 2 ** 20 && cut.name === "m.gguf"`)
	b.js(`strip(new File(["\b\b", new Uint8Array(2 ** 20)], "m.onnx")).then((f) => { window.kept = f; })`)
	b.holds("what is no ONNX file is sent as it is", `window.kept?.size === 2 ** 20 + 2`)

	b.do(chromedp.SendKeys(chromedp.CSS("#search"), "bcm2712\r"))
	b.do(chromedp.Click(chromedp.CSS("button[type=submit]")))
	b.holds("report", `location.pathname === "/report" && `+ready+` && document.title.startsWith("net on Raspberry Pi 5")`)

	b.do(chromedp.Navigate(h.URL))
	b.js(`held = new DataTransfer(); held.items.add(new File([new Uint8Array(2 * 2 ** 20)], "m.tflite"));
		document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: held }))`)
	b.holds("what is too large is said before it is sent", chosen+`.includes("more than the 1 MiB that the server takes")`)
	b.shoot("too-large")
}
