package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// llama is the configuration of a small language model.
const llama = `{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,"intermediate_size":128,` +
	`"vocab_size":1000}`

// evilFolder makes a folder with a model, a language model, a manifest and a budget file that have an evil name, and
// returns the model's path.
func evilFolder(t *testing.T, name string) (model string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	file := strings.Map(func(r rune) rune {
		if r == '/' || r == 0 {
			return '-'
		}
		return r
	}, name)
	model = file[:min(len(file), 200)] + ".onnx"
	quoted := strconv.QuoteToASCII(model) // of YAML and JSON, in which \xff is a letter
	csv := `"` + strings.ReplaceAll(model, `"`, `""`) + `"`
	for path, data := range map[string]string{
		model:           string(hostile.Named(name)),
		"manifest.csv":  "id,model\n" + csv + "," + csv + "\n",
		"manifest.yaml": "- {id: " + quoted + ", model: " + quoted + "}\n",
		"pipeline.yaml": "schema: 1\nname: " + quoted + "\ncamera: {width: 64, height: 64, fps: 30}\nstages:\n" +
			"  - {stage: inference, name: " + quoted + ", model: " + quoted + "}\n",
		"budget.yaml": "schema: 1\nbudgets:\n  - models: [" + quoted + "]\n    devices: [rpi-5]\n    max_high_ms: 1000\n",
	} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Skip("such names of files are not permitted: run where they are: ", err)
		}
	}
	if err := os.Mkdir(model+".d", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(model+".d", "config.json"), []byte(llama), 0o600); err != nil {
		t.Fatal(err)
	}
	return model
}

// TestEvilFiles runs the commands that name files in what they print, on files with evil names in every format: a name
// is written out and obeyed by nothing, also where it is an error of a manifest or a budget file.
func TestEvilFiles(t *testing.T) {
	sampling.Alone(t)
	for _, name := range append(sampling.Every(8, hostile.Names()), strings.Join(hostile.Names(), "")[:190]) {
		model := evilFolder(t, name)
		commands := [][]string{
			{"batch", model, "-d", "rpi-5"}, {"batch", "manifest.csv", "-d", "rpi-5"}, {"batch", "manifest.yaml", "-d", "rpi-5"},
			{"batch", "manifest.csv", "-d", model}, {"batch", model + ".csv", "-d", "rpi-5"},
			{"estimate", model, "-d", model}, {"inspect", "git:" + model + ":x"}, {"inspect", "git:HEAD:" + model},
			{"check", "budget.yaml", "--baseline", "git:" + model}, {"check", model + ".yaml"},
			{"llm", model + ".gguf", "-d", "rtx4090"}, {"estimate", model, "-d", "rpi-5", "--calibration", model},
			{"pipeline", model + ".yaml", "-d", "rpi-5"}, {"pipeline", "pipeline.yaml", "-d", model, "--host", model},
			{"pipeline", "--model", model, "--stages", model, "-d", "rpi-5"}, {"inspect", model, "-d", "coral-edgetpu-usb"},
			{"diff", model, "zoo:" + model, "-d", "rpi-5"}, {"report", model, "-d", model, "-o", "out.html"},
			{"export", model, "-d", "rpi-5", "--to", model, "-o", "out"}, {"strip", model, "-o", filepath.Join(model, "x.onnx")},
		}
		for _, f := range report.Formats() {
			for _, args := range [][]string{{"check", "budget.yaml"}, {"baseline", "budget.yaml"},
				{"pipeline", "pipeline.yaml", "-d", "rpi-5"}, {"estimate", model, "-d", "coral-edgetpu-usb"},
				{"llm", model + ".d", "-d", "rtx4090"}, {"diff", model, model, "-d", "rpi-5"}} {
				commands = append(commands, append(args, "--format", f.Name))
			}
		}
		for _, args := range commands {
			out, stderr, code := run(t, "", args...)
			at := strings.Join(args[:1], " ") + " as " + args[len(args)-1]
			harmless(t, at, name, out)
			harmless(t, at, name, strings.ReplaceAll(stderr, "\t", " ")) // carets stand below what they mark
			if code > exitStrict {
				t.Errorf("%q: exit code %d: %s", args, code, stderr)
			}
			if args[0] == "batch" && code == exitOK {
				for line := range strings.Lines(out) {
					if !json.Valid([]byte(line)) {
						t.Errorf("%s of %q: found %.200q, expected JSON", at, name, line)
					}
				}
			}
		}
	}
}

// TestEvilOutputs writes files of models with evil names: rows of a batch, exports and pages.
func TestEvilOutputs(t *testing.T) {
	sampling.Alone(t)
	scripts := 0 // of a page of a harmless name
	for _, name := range []string{"harmless", strings.Join(hostile.Names(), "")[:190], "=1+1", "\n# heading", "<script>alert(1)</script>",
		"\x1b[31m\u202e\xff"} {
		model := evilFolder(t, name)
		runs := map[string][]string{
			"rows.csv": {"batch", "manifest.csv", "-d", "rpi-5"}, "rows.jsonl": {"batch", "manifest.csv", "-d", "rpi-5"},
			"page.html": {"report", model, "-d", "rpi-5"},
		}
		for _, f := range ridgepoint.ExportFormats() {
			runs["export-"+f.Name] = []string{"export", model, "-d", "rpi-5", "--to", f.Name}
		}
		for file, args := range runs {
			_, stderr, code := run(t, "", append(args, "-o", file)...)
			if code != exitOK {
				t.Errorf("%s of %q: exit code %d: %s", file, name, code, stderr)
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if file == "export-onnx" || file == "export-pprof" { // protobuf
				continue
			}
			text := strings.ReplaceAll(string(data), "\t", " ")
			if file == "page.html" { // the page has scripts of its own
				n := strings.Count(text, "<script")
				if name == "harmless" {
					scripts = n
				}
				if n != scripts || strings.Contains(text, "<script>alert(1)") {
					t.Errorf("%s of %q: a name makes a script: found %d, expected %d", file, name, n, scripts)
				}
				text = regexp.MustCompile(`<script\b`).ReplaceAllString(text, "")
			}
			harmless(t, "as "+strings.TrimPrefix(filepath.Ext(file), "."), name, text)
			if file == "rows.csv" && countRows(t, "csv", string(data)) != 2 {
				t.Errorf("%s of %q: found %q, expected a heading and one row", file, name, data)
			}
		}
	}
}

// TestOverwrites: no command writes a file that another file tells it to read, nor one of a model's in a list.
func TestOverwrites(t *testing.T) {
	sampling.Alone(t)
	t.Chdir(t.TempDir())
	sound := "schema: 1\nbaseline: base.json\nbudgets:\n  - models: [m.onnx]\n    devices: [rpi-5]\n    max_regression: 10%\n"
	files := map[string]string{"b.yaml": sound, "m.onnx": string(hostile.Named("m")), "m.csv": "model\nm.onnx\n"}
	for name, data := range files {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr, code := run(t, "", "baseline", "b.yaml", "-o", "base.json"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	base, err := os.ReadFile("base.json")
	if err != nil {
		t.Fatal(err)
	}
	files["base.json"] = string(base)
	for _, args := range []string{
		"check b.yaml -o base.json", "check b.yaml --baseline base.json -o base.json", "check b.yaml --junit b.yaml",
		"check b.yaml --markdown base.json", "check b.yaml --sarif ./b.yaml", "batch m.csv -d rpi-5 -o m.csv",
		"baseline b.yaml -o b.yaml --format json", "export m.onnx -d rpi-5 --to onnx -o m.onnx", "strip m.onnx -o ./m.onnx",
		"report m.onnx -d rpi-5 -o m.onnx", "batch m.onnx -d rpi-5 -o m.onnx --format csv",
	} {
		if _, stderr, code := run(t, "", strings.Fields(args)...); code != exitUsage {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
		for name, want := range files {
			if data, err := os.ReadFile(name); err != nil || string(data) != want {
				t.Fatalf("%s: %s is now %.60q, %v", args, name, data, err)
			}
		}
	}
}

// TestNoNumbers: numbers that are none, or beyond what a figure can be, are refused wherever a flag takes one.
func TestNoNumbers(t *testing.T) {
	sampling.Alone(t)
	t.Chdir(t.TempDir())
	for _, command := range []string{
		"plot zoo:resnet18 -d rpi-5 -o p.svg --width %s", "plot zoo:resnet18 -d rpi-5 -o p.png --dpi %s",
		"plot zoo:resnet18 -d rpi-5 -o p.svg --font-size %s", "llm zoo:llama3-8b -d rtx4090 --price %s",
		"llm zoo:llama3-8b -d rtx4090 --accept %s --draft zoo:llama3.2-1b", "llm zoo:llama3-8b -d rtx4090 --prompt %s",
		"llm zoo:llama3-8b -d rtx4090 --concurrency %s", "llm zoo:llama3-8b -d rtx4090 --gpus %s",
		"batch zoo:resnet18 -d rpi-5 --jobs %s", "batch zoo:resnet18 -d rpi-5 --shard 1/%s",
		"batch zoo:resnet18 -d rpi-5 --size %s", "estimate zoo:resnet18 -d rpi-5 --size %s", "pick zoo:resnet18 -d rpi-5 --fps %s",
		"pick zoo:resnet18 -d rpi-5 --fps 1 --risk %s", "pick zoo:resnet18 -d rpi-5 --fps 1 --size %s",
		"sweep zoo:resnet18 -d rpi-5 --size 64x%s", "whatif zoo:resnet18 -d rpi-5 --set memory.bandwidth=%s",
		"require zoo:resnet18 -d rpi-5 --latency %s", "estimate zoo:resnet18 -d rpi-5 --overhead %s",
		"diff zoo:resnet18 zoo:resnet34 -d rpi-5 --fail-over %s", "estimate zoo:resnet18 -d rpi-5 --batch %s",
		"estimate zoo:resnet18 -d rpi-5 --threads %s",
	} {
		for _, value := range []string{"nan", "inf", "-inf", "-1", "1e400", "99999999999999999999", "1e18", "0x1p2000", ""} {
			args := strings.Fields(command)
			for i := range args {
				args[i] = strings.Replace(args[i], "%s", value, 1)
			}
			_, stderr, code := run(t, "", args...)
			if big := value == "1e18" || value == "99999999999999999999"; big && (strings.Contains(command, "--fps %s") ||
				strings.Contains(command, "--price %s")) && code <= exitNo { // a number may be absurd
				continue
			}
			if code != exitUsage || strings.Count(stderr, "\n") > 2 || strings.Contains(stderr, "strconv") {
				t.Errorf("%s: exit code %d: %s", fmt.Sprint(args), code, stderr)
			}
		}
	}
}
