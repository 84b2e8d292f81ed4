package ridgepoint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// TestCheckPage holds the table of limits in docs/check.md to the limits that there are, and its file to the reader.
func TestCheckPage(t *testing.T) {
	page := textOf(t, "docs/check.md")
	for _, l := range gate.Limits() {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", l.Key, l.Doc, l.Example); !strings.Contains(page, row) {
			t.Errorf("docs/check.md lacks the row %s", row)
		}
	}
	_, file, _ := strings.Cut(page, "```yaml\n")
	file, _, _ = strings.Cut(file, "```")
	f, err := gate.Read("page.yaml", []byte(file))
	if err != nil || f.Finish() != nil || len(f.Entries) != 1 {
		t.Errorf("docs/check.md shows a file that is not read: %v, %v", err, f.Finish())
	}
}

// TestSizedAs holds that a model with free sizes takes those of another version of it, input by input.
func TestSizedAs(t *testing.T) {
	e := New(nil)
	m, err := e.Load("testdata/corpus/dev/hf_bert_base.onnx.gz")
	if err != nil {
		t.Fatal(err)
	}
	like, err := e.Estimate(m, "t4", &Options{Dims: map[string]int64{"sequence": 96}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Estimate(m, "t4", nil); err == nil {
		t.Fatal("found an estimate without a sequence, expected an error")
	}
	own, err := e.Estimate(m, "t4", sizedAs(&Options{}, m, like))
	if err != nil || own.Latency.Best() != like.Latency.Best() || own.FLOPs() != like.FLOPs() {
		t.Errorf("found another estimate, or %v", err)
	}
	other, err := e.Load("testdata/corpus/dev/tv_mobilenet_v2.onnx.gz")
	if err != nil {
		t.Fatal(err)
	}
	if opt := sizedAs(&Options{}, other, like); len(opt.Shapes) != 0 {
		t.Errorf("found shapes %v for inputs that the model lacks", opt.Shapes)
	}
}
