package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// inline matches code in a sentence.
var inline = regexp.MustCompile("`([^`\n]+)`")

// stands lists what a reader puts in place of words of a page, in the order in which they are replaced.
var stands = []struct{ word, by string }{
	{"MODEL...", "zoo:mobilenetv2 zoo:yolo11n"}, {"MODEL", "zoo:mobilenetv2"}, {"BOARD", "rpi-5"}, {"DEVICE", "rpi-5"},
	{"FILE", root + "/testdata/corpus/dev/tv_mobilenet_v2.onnx.gz"},
	{" A ", " zoo:mobilenetv2 "}, {" B ", " zoo:yolo11n "},
	{"X,Y", "rpi-5,t4"}, {" X ", " rpi-5 "}, {" Y", " t4"}, {"fps N", "fps 5"},
	{"measured.csv", root + "/examples/calibrate/measured.csv"},
}

// TestFAQ runs every command that an answer of the page names with its arguments.
func TestFAQ(t *testing.T) {
	sampling.Alone(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "faq.md"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, m := range inline.FindAllStringSubmatch(string(page), -1) {
		first, rest, _ := strings.Cut(strings.TrimPrefix(m[1], "ridgepoint "), " ")
		if c, _, err := Root().Find([]string{first}); err != nil || c == Root() || c.Name() != first || rest == "" {
			continue
		}
		board := filepath.Join(root, "examples", "own-device", "my-board.yaml")
		if rest == "new board.yaml" {
			board = filepath.Join(t.TempDir(), "board.yaml")
		}
		line := strings.ReplaceAll(first+" "+rest, "board.yaml", board)
		for _, s := range stands {
			line = strings.ReplaceAll(line, s.word, s.by)
		}
		if _, stderr, code := run(t, "", strings.Fields(line)...); code != exitOK {
			t.Errorf("%s: exit code %d\n%s", m[1], code, stderr)
		}
		ran++
	}
	if ran < 8 {
		t.Errorf("the page names %d commands with arguments, expected 8 or more", ran)
	}
}

// exporters are the commands that pages give for files of others: their form, and a file that such an exporter wrote.
var exporters = []struct{ form, file, what string }{
	{`^yolo export model=\S+\.pt format=onnx$`, "../shared/corpus/dev/yolo11n.onnx.gz", "2.62 M"},
	{`torch\.onnx\.export\(.+, .+, ["'][a-z0-9]+\.onnx["'](, dynamo=True)?\)`,
		"testdata/corpus/dev/tv_resnet50.onnx.gz", "25.5 M"},
}

// TestExports holds that the pages name a known command of each exporter, and that a file which it wrote is read whole.
func TestExports(t *testing.T) {
	for _, page := range []string{"faq.md", "tutorials.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		var code []string
		for _, m := range inline.FindAllStringSubmatch(string(text), -1) {
			code = append(code, m[1])
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "    ") {
				line, _, _ = strings.Cut(line, "  #")
				code = append(code, strings.TrimSpace(line))
			}
		}
		for _, e := range exporters {
			if !slices.ContainsFunc(code, regexp.MustCompile(e.form).MatchString) {
				t.Errorf("%s: found no code of the form %s", page, e.form)
			}
		}
	}
	for _, e := range exporters {
		file := filepath.Join(root, e.file)
		if _, err := os.Stat(file); err != nil {
			t.Logf("%s is part of the reference data, which are not here", e.file)
			continue
		}
		out, stderr, code := run(t, "", "inspect", file)
		if code != exitOK || !strings.Contains(out, e.what) || !strings.Contains(out, "100.0 %") {
			t.Errorf("inspect %s: exit code %d, want %q and all nodes known in\n%s%s", e.file, code, e.what, out, stderr)
		}
	}
}
