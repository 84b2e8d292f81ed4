package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// measurements is a table for validate and calibrate.
const measurements = `model,graph,family,device,runtime,precision,batch,latency_ms
ResNet-18,zoo:resnet18,resnet,Raspberry Pi 5,onnxruntime-cpu,fp32,1,60
MobileNetV2,zoo:mobilenetv2,mobilenet,Raspberry Pi 5,onnxruntime-cpu,fp32,1,20
`

// A runnable command line, to be run in every format.
type sample struct {
	name string // of the command
	args string // TABLE stands for a table of measurements, YAML for a profile; - is a model that nobody knows
	code int
	made string // the suffix of what the command makes, "" for a report alone
}

var samples = []sample{
	{"estimate", "zoo:mobilenetv2 -d rpi-5", exitOK, ""},
	{"estimate", "zoo:mobilenetv2 zoo:resnet18 -d rpi-5,t4", exitOK, ""},
	{"estimate", "- -d rpi-5 --strict", exitStrict, ""},
	{"plot", "zoo:mobilenetv2 -d rpi-5", exitOK, ".svg"},
	{"report", "zoo:mobilenetv2 -d rpi-5", exitOK, ".html"},
	{"sweep", "zoo:mobilenetv2 -d rpi-5,t4 --batch 1..4", exitOK, ""},
	{"pick", "zoo:mobilenetv2 zoo:resnet18 -d rpi-5 --fps 20", exitOK, ""},
	{"pick", "zoo:mobilenetv2 -d rpi-5,t4 --fps 20", exitOK, ""},
	{"pick", "zoo:resnet18 -d rpi-5 --fps 1e6", exitNo, ""},
	{"pick", "zoo:resnet18 -d rpi-5,t4 --fps 1e6", exitNo, ""},
	{"config show", "", exitOK, ""},
	{"pipeline", "PIPELINE -d rpi-5", exitOK, ""},
	{"pipeline", "PIPELINE -d rpi-5,t4", exitOK, ""},
	{"estimate", "zoo:mobilenetv2 -d rpi-5 --runtime ncnn,openvino --precision all", exitOK, ""},
	{"whatif", "zoo:mobilenetv2 -d rpi-5", exitOK, ""},
	{"require", "zoo:mobilenetv2 -d rpi-5 --latency 20ms", exitOK, ""},
	{"measure", "zoo:resnet18 --from " + profiles + "ort-resnet18.json -d xeon-8480plus", exitOK, ""},
	{"measure", "--from " + profiles + "ncnn.txt", exitOK, ""},
	{"inspect", "zoo:mobilenetv2", exitOK, ""},
	{"inspect", "- --strict", exitStrict, ""},
	{"shapes", "zoo:mobilenetv2", exitOK, ""},
	{"flops", "zoo:mobilenetv2", exitOK, ""},
	{"flops", "zoo:mobilenetv2 --as thop", exitOK, ""},
	{"diff", "zoo:mobilenetv2 zoo:resnet18 -d rpi-5", exitOK, ""},
	{"diff", "zoo:mobilenetv2 -d t4,l4", exitOK, ""},
	{"export", "zoo:mobilenetv2 -d rpi-5", exitOK, ".pb.gz"},
	{"strip", "zoo:mobilenetv2", exitOK, ".onnx"},
	{"ops", "", exitOK, ""},
	{"llm", "zoo:llama3-8b --device rtx3060", exitOK, ""},
	{"models list", "--task detection", exitOK, ""},
	{"models show", "zoo:resnet18", exitOK, ""},
	{"models export", "zoo:mobilenetv2", exitOK, ".onnx.gz"},
	{"devices list", "--class rpi", exitOK, ""},
	{"devices show", "rpi-5", exitOK, ""},
	{"devices validate", "YAML", exitOK, ""},
	{"devices validate", "TABLE", exitNo, ""},
	{"devices new", "--like rtx4090 --sm 60 --clock 2GHz --bandwidth 1TB/s", exitOK, ".yaml"},
	{"devices new", "", exitOK, ".yaml"},
	{"devices diff", "rpi-5 rpi-4b", exitOK, ""},
	{"runtimes list", "", exitOK, ""},
	{"runtimes show", "ncnn", exitOK, ""},
	{"calibrate", "-d rpi-5 --runtime onnxruntime-cpu --precision fp32 --date 2026-01-01 --measurements TABLE", exitOK, ".yaml"},
	{"validate", "--measurements TABLE", exitOK, ""},
	{"version", "", exitOK, ""},
	{"explain", "zoo:mobilenetv2 -d rpi-5 --fps 100", exitOK, ""},
	{"check", "BUDGET", exitNo, ""},
	{"check init", "zoo:mobilenetv2 -d rpi-5", exitOK, ".yaml"},
	{"baseline", "BUDGET", exitOK, ""},
}

// line returns the arguments of a sample, with its files in dir.
func (s *sample) line(t *testing.T, dir string, more ...string) []string {
	t.Helper()
	table, profile := filepath.Join(dir, "in.csv"), filepath.Join(dir, "in.yaml")
	if err := os.WriteFile(table, []byte(measurements), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(profile, []byte("schema: 1\nid: in\nextends: rtx4090\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	budget := filepath.Join(dir, "budget.yaml")
	limits := "schema: 1\nbudgets: [{models: zoo:mobilenetv2, devices: [rpi-5, t4], max_expected_ms: 1, max_params: 4e6}]\n"
	if err := os.WriteFile(budget, []byte(limits), 0o600); err != nil {
		t.Fatal(err)
	}
	line := filepath.Join(dir, "camera.yaml")
	stages := "schema: 1\ncamera: {width: 640, height: 480, fps: 30}\nstages: [capture, resize, {stage: inference, model: zoo:mobilenetv2}]\n"
	if err := os.WriteFile(line, []byte(stages), 0o600); err != nil {
		t.Fatal(err)
	}
	args := strings.NewReplacer("PIPELINE", line, "BUDGET", budget, "TABLE", table, "YAML", profile).Replace(s.args)
	return slices.Concat(strings.Fields(s.name), strings.Fields(args), more)
}

// TestFormats runs every command in every format: on standard output by --format and by the bare name after -o, and to
// a file, whose suffix says the format. All three are the same bytes. Under the race detector every command runs in the
// first format alone: formats are written by one goroutine.
func TestFormats(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			formats := report.Formats()
			if sampling.Race {
				formats = formats[:1]
			}
			for _, f := range formats {
				dir := t.TempDir()
				want, stderr, code := run(t, mystery(), s.line(t, dir, "--format", f.Name)...)
				if code != s.code || len(want) == 0 || (s.code != exitStrict && strings.Contains(stderr, "error")) {
					t.Fatalf("--format %s: exit code %d, want %d: %s", f.Name, code, s.code, stderr)
				}
				if f.Name == "json" {
					checkJSON(t, want)
				}
				if sampling.Race {
					continue
				}
				bare, stderr, code := run(t, mystery(), s.line(t, dir, "-o", f.Name)...)
				if code != s.code || bare != want || !strings.Contains(stderr, "hint: -o "+f.Name) {
					t.Errorf("-o %s: exit code %d, want %d; %s", f.Name, code, s.code, stderr)
				}
				for _, path := range []string{filepath.Join(dir, "out"+f.Suffixes[0]), filepath.Join(dir, f.Name)} {
					out, stderr, code := run(t, mystery(), s.line(t, dir, "-o", path)...)
					got, err := os.ReadFile(path)
					if code != s.code || out != "" || string(got) != want || err != nil || !strings.Contains(stderr, "wrote "+path) {
						t.Errorf("-o %s: exit code %d, want %d, %q on standard output; %s", path, code, s.code, out, stderr)
					}
				}
			}
		})
	}
}

// checkJSON holds a result to the schema that it names and to the one shape of all results.
func checkJSON(t *testing.T, text string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := v.(map[string]any)["schema"].(string)
	kind := strings.ReplaceAll(strings.TrimPrefix(id, "ridgepoint/"), "/v", "-v")
	s, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "schema", kind+".json"))
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if err := s.Validate(v); err != nil {
		t.Error(err)
	}
}

// TestMade: what a command makes goes to the file, and by --format a report beside it to standard output.
func TestMade(t *testing.T) {
	sampling.Alone(t)
	for _, s := range samples {
		if s.made == "" {
			continue
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "made"+s.made)
		out, stderr, code := run(t, mystery(), s.line(t, dir, "-o", path, "--format", "json")...)
		st, err := os.Stat(path)
		if code != exitOK || err != nil || st.Size() == 0 || !json.Valid([]byte(out)) || !strings.HasPrefix(stderr, "wrote "+path+"\n") {
			t.Errorf("%s: exit code %d, %v, %q: %s", s.name, code, err, out[:min(len(out), 40)], stderr)
		}
	}
}

// TestEveryCommand: every command takes -o and --format, and has a sample above, except those that measure this machine or
// write rows alone, and the server, which has no answer of its own.
func TestEveryCommand(t *testing.T) {
	sampled := map[string]bool{"host": true, "batch": true}
	for _, s := range samples {
		sampled[s.name] = true
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		name := strings.TrimPrefix(c.CommandPath(), "ridgepoint ")
		if !c.HasSubCommands() && c.Runnable() { // a page of help is no command
			if name == "serve" {
				return
			}
			if c.Flags().Lookup("output") == nil || c.Flags().Lookup("format") == nil {
				t.Errorf("%s lacks -o or --format", name)
			}
			if !sampled[name] {
				t.Errorf("%s has no sample", name)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
}

// TestOutputUsage: what cannot be meant is a usage error before any work, and names the formats that there are.
func TestOutputUsage(t *testing.T) {
	for args, want := range map[string]string{
		"ops -o x.xml":                                    `the suffix ".xml" names no format; expected one of .txt, .json, .csv, .md, .html`,
		"ops -o ./x":                                      `the suffix "" names no format`,
		"ops --format xml":                                `no output format "xml"; expected table, json, csv, md, html`,
		"ops -o json --format csv":                        "name two formats",
		"plot zoo:resnet18 -d rpi-5":                      "say with -o FILE where to write: .png, .svg, .pdf",
		"plot zoo:resnet18 -d rpi-5 -o x.gif":             "expected one of .png, .svg, .pdf, .txt",
		"strip zoo:resnet18 -o x.onx":                     "expected one of .onnx, .onnx.gz",
		"models export resnet18 --random-weights -o onnx": "a model with weights is large",
	} {
		out, stderr, code := run(t, "", strings.Fields(args)...)
		if code != exitUsage || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, want %q in: %s", args, code, want, stderr)
		}
	}
}

// TestOverride: --format decides the format of a file whose suffix says nothing, or another one.
func TestOverride(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"x", "x.txt", "x.dat"} {
		path := filepath.Join(dir, name)
		_, stderr, code := run(t, "", "ops", "-o", path, "--format", "json")
		if got, err := os.ReadFile(path); code != exitOK || err != nil || !json.Valid(got) {
			t.Errorf("-o %s --format json: exit code %d, %v, %s", name, code, err, stderr)
		}
	}
}

// TestTerminal: nothing binary is written to a terminal.
func TestTerminal(t *testing.T) {
	sampling.Alone(t)
	for args, binary := range map[string]bool{
		"strip zoo:mobilenetv2": true, "models export mobilenetv2": true, "plot zoo:mobilenetv2 -d rpi-5 --format png": true,
		"strip zoo:mobilenetv2 --format json": false, "plot zoo:mobilenetv2 -d rpi-5 --format svg": false, "devices new": false,
	} {
		var out, errs bytes.Buffer
		s := Streams{In: strings.NewReader(""), Out: &out, Err: &errs, UserDir: t.TempDir(), Screen: true}
		code := Run(context.Background(), strings.Fields(args), s)
		if refused := code == exitUsage && out.Len() == 0 && strings.Contains(errs.String(), "not for a terminal"); refused != binary {
			t.Errorf("%s: exit code %d, %d bytes, %s", args, code, out.Len(), errs.String())
		}
	}
}

// TestVersion: three ways to ask for the version have one answer.
func TestVersion(t *testing.T) {
	want, _, code := run(t, "", "version")
	if code != exitOK || !strings.HasPrefix(want, "ridgepoint ") {
		t.Errorf("version: exit code %d, %q", code, want)
	}
	for _, flag := range []string{"--version", "-v"} {
		if got, stderr, code := run(t, "", flag); code != exitOK || got != want {
			t.Errorf("%s: exit code %d, found %q, want %q: %s", flag, code, got, want, stderr)
		}
	}
}
