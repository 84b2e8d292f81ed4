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
	{" model.onnx", " " + root + "/testdata/corpus/dev/tv_mobilenet_v2.onnx.gz"},
	{" A ", " zoo:mobilenetv2 "}, {" B ", " zoo:yolo11n "},
	{"X,Y", "rpi-5,t4"}, {" X ", " rpi-5 "}, {" Y", " t4"}, {"fps N", "fps 5"},
	{"measured.csv", root + "/examples/calibrate/measured.csv"},
}

// needs lists what people ask most in public trackers, each with the question that answers it.
var needs = []struct{ need, question string }{
	{"latency, not FLOPs", "Why do twice fewer FLOPs not run twice as fast?"},
	{"will it make N FPS on my board", "Does model X make N FPS on board Y?"},
	{"FLOPs of an ONNX file at all", "How many FLOPs and parameters has this ONNX file?"},
	{"say MAC or FLOP", "Is that MAC or FLOP?"},
	{"count attention", "Is attention counted, and is it causal?"},
	{"causal, grouped heads, mixtures", "Is attention counted, and is it causal?"},
	{"dynamic shapes", "My model has dynamic shapes"},
	{"If, Loop, subgraphs", "Are If and Loop understood?"},
	{"more than 2 GB, no weights", "Must I have the weights, or 27 GB of memory?"},
	{"cost of every layer, in the viewer", "Can I see the cost of every layer, and which nodes became which kernel?"},
	{"compare two models or precisions", "How do two devices, models or precisions compare?"},
	{"see through fusion", "Why is that one kernel, and what was fused?"},
	{"how wrong is it", "How wrong may a prediction be?"},
	{"my device is missing", "My device is missing"},
	{"memory with real types and the cache", "How much memory does it take, with the KV cache?"},
}

// commandOf returns the arguments that a reader of the page types for a text in it, none if it is no command with
// arguments. Files of the reader are those of a folder.
func commandOf(text, dir string) []string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(text, "ridgepoint "), " ")
	if c, _, err := Root().Find([]string{first}); err != nil || c == Root() || c.Name() != first || rest == "" {
		return nil
	}
	line := first + " " + rest
	if rest == "new board.yaml" {
		line = strings.ReplaceAll(line, "board.yaml", filepath.Join(dir, "board.yaml"))
	}
	line = strings.ReplaceAll(line, " board.yaml", " "+filepath.Join(root, "examples", "own-device", "my-board.yaml"))
	line = strings.ReplaceAll(line, "--device-dir .", "--device-dir "+filepath.Join(root, "examples", "own-device"))
	for _, s := range stands {
		line = strings.ReplaceAll(line, s.word, s.by)
	}
	args := strings.Fields(line)
	for i := range args {
		if i > 0 && args[i-1] == "-o" {
			args[i] = filepath.Join(dir, args[i])
		}
	}
	return args
}

// TestFAQ runs every command that an answer of the page names with its arguments, in a sentence or on a line of its
// own, and holds that each of the needs has an answer with a command.
func TestFAQ(t *testing.T) {
	sampling.Alone(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "faq.md"))
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for _, section := range strings.Split(string(page), "\n## ")[1:] {
		question, answer, _ := strings.Cut(section, "\n")
		var texts []string
		for _, m := range inline.FindAllStringSubmatch(answer, -1) {
			texts = append(texts, m[1])
		}
		for line := range strings.Lines(answer) {
			if command, ok := strings.CutPrefix(line, "    ridgepoint "); ok {
				texts = append(texts, strings.TrimSpace(command))
			}
		}
		for _, text := range texts {
			args := commandOf(text, t.TempDir())
			if args == nil {
				continue
			}
			if _, stderr, code := run(t, "", args...); code != exitOK {
				t.Errorf("%s: exit code %d\n%s", text, code, stderr)
			}
			ran[question]++
		}
	}
	for _, n := range needs {
		if ran[n.question] == 0 {
			t.Errorf("%s: found no command below %q, expected one at least", n.need, n.question)
		}
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
