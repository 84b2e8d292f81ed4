package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint"
)

// runIn executes one command line in a project whose configuration file holds a text, and beside one of the user.
func runIn(t *testing.T, project, user string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	dirs := []string{t.TempDir(), t.TempDir()}
	for i, text := range []string{project, user} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dirs[i], ridgepoint.SettingsFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	code = Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs, ProjectDir: dirs[0],
		UserDir: dirs[1]})
	return out.String(), errs.String(), code
}

// TestConfigured: what files set holds where the command line says nothing, and each use of a file is said.
func TestConfigured(t *testing.T) {
	const user = "device: t4\nprecision: fp16\n"
	for _, c := range []struct {
		project, user, args string
		want                string // in the CSV: device, runtime, precision
		said                string
	}{
		{"", "", "-d rpi-5", "rpi-5,onnxruntime-cpu,fp32", ""},
		{"", user, "", "t4,tensorrt,fp16", "device t4, precision fp16, as "},
		{"device: rpi-5\nruntime: ncnn\n", user, "", "rpi-5,ncnn,fp32", "device rpi-5, runtime ncnn, as "},
		{"", user, "-d rpi-5", "rpi-5,onnxruntime-cpu,fp32", ""},
		{"", user, "--precision fp32", "t4,tensorrt,fp32", "device t4, as "},
		{"precision: fp16\n", "", "-d t4", "t4,tensorrt,fp16", "precision fp16, as "},
		{"runtime: ncnn\n", "", "-d rpi-5 --fusion none", "rpi-5,,fp32", ""},
	} {
		args := append([]string{"estimate", "zoo:mobilenetv2", "--format", "csv"}, strings.Fields(c.args)...)
		out, stderr, code := runIn(t, c.project, c.user, args...)
		if code != exitOK || !strings.Contains(out, "mobilenetv2,"+c.want+",") {
			t.Errorf("%+v: exit code %d, %s%.200s", c, code, stderr, out)
		}
		if !strings.Contains(stderr, c.said) || c.said == "" && strings.Contains(stderr, " says") {
			t.Errorf("%+v: said %s", c, stderr)
		}
	}
}

// TestConfiguredDevice: every command that must have a device takes that of a file, and says so.
func TestConfiguredDevice(t *testing.T) {
	for _, line := range []string{
		"estimate zoo:mobilenetv2", "sweep zoo:mobilenetv2 --batch 1,2", "pick zoo:mobilenetv2 --fps 1",
		"whatif zoo:mobilenetv2", "explain zoo:mobilenetv2", "diff zoo:mobilenetv2 zoo:resnet18",
		"plot zoo:mobilenetv2 --format csv", "llm llama3-8b",
	} {
		_, stderr, code := runIn(t, "device: rpi-5\n", "", strings.Fields(line)...)
		if code > exitNo || !strings.Contains(stderr, "device rpi-5, as ") {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
	}
}

// TestConfiguredFolder: a file adds folders of device profiles, relative to itself.
func TestConfiguredFolder(t *testing.T) {
	boards := filepath.Join(t.TempDir(), "boards")
	if err := os.Mkdir(boards, 0o700); err != nil {
		t.Fatal(err)
	}
	profile := strings.Replace(string(ridgepoint.ProfileTemplate()), "\nid: ", "\nid: mine # ", 1)
	if err := os.WriteFile(filepath.Join(boards, "mine.yaml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, code := runIn(t, "device_dirs: ["+boards+"]\n", "", "devices", "show", "mine")
	if code != exitOK || out == "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// TestBadConfiguration: a bad file is one clear error with its place, and help and the version do without it.
func TestBadConfiguration(t *testing.T) {
	_, stderr, code := runIn(t, "device: t4\nlibrary: ./evil.so\n", "", "estimate", "zoo:mobilenetv2")
	if code != exitUsage || !strings.Contains(stderr, "ridgepoint.yaml:2:1") || !strings.Contains(stderr, "library") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	for _, line := range []string{"version", "help estimate", "help units", "completion bash"} {
		if _, stderr, code := runIn(t, "library: x\n", "", strings.Fields(line)...); code != exitOK {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
	}
	out, _, _ := runIn(t, "device: t4\n", "runtime: tensorrt\n", "config", "show")
	for _, want := range []string{"device ", "t4", "runtime", "tensorrt", "not set"} {
		if !strings.Contains(out, want) {
			t.Errorf("config show has no %q: %s", want, out)
		}
	}
}

// TestCompletes: what is typed is completed by names of models, devices, modes, runtimes and precisions of the device.
func TestCompletes(t *testing.T) {
	for line, want := range map[string][]string{
		"estimate zoo:yolo11":                     {"zoo:yolo11n\tYOLO11, detection\n", "zoo:yolo11x"},
		"estimate x -d jetson-orin-nano-8":        {"jetson-orin-nano-8\tJetson Orin Nano 8GB", "jetson-orin-nano-8@\t"},
		"estimate x -d t4,rpi-":                   {"t4,rpi-5\tRaspberry Pi 5 (BCM2712)\n"},
		"estimate x -d jetson-orin-nano-8@":       {"jetson-orin-nano-8@7W\t"},
		"estimate x -d rpi-5 --runtime ":          {"ncnn\t", "onnxruntime-cpu\t", "all\t", "none\t"},
		"estimate x -d t4 --precision ":           {"fp16\n", "int8\n", "all\n"},
		"pick --task ":                            {"detection\n"},
		"models list --family yol":                {"YOLO11\n"},
		"devices show rpi-":                       {"rpi-5\t"},
		"runtimes show nc":                        {"ncnn\t"},
		"devices list --format ":                  {"json\tthe documented contract for programs\n"},
		"estimate testdata/complet":               {"testdata/complete/\n"},
		"estimate testdata/complete/":             {"testdata/complete/net.onnx\n"},
		"estimate x -d testdata/complete/":        {"testdata/complete/board.yaml\n"},
		"devices new --like rtx40":                {"rtx4090\t"},
		"plot zoo:yolo11n -d t4 --kind ":          {"roofline\n", "breakdown\n"},
		"require zoo:yolo11n --device-class jets": {"jetson\n"},
	} {
		args := append([]string{"__complete"}, strings.Split(line, " ")...)
		out, stderr, code := run(t, "", args...)
		for _, w := range want {
			if code != exitOK || !strings.Contains(out, w) {
				t.Errorf("%s: exit code %d, no %q in %.300s %s", line, code, w, out, stderr)
			}
		}
	}
	if out, _, _ := run(t, "", "__complete", "estimate", "x", "-d", "rpi-5", "--runtime", ""); strings.Contains(out, "tensorrt") {
		t.Errorf("a Raspberry Pi is offered TensorRT: %s", out)
	}
}

// TestTopics: every page of help is there, and the figures of the page on units are read as they stand.
func TestTopics(t *testing.T) {
	for _, topic := range topics() {
		if out, stderr, code := run(t, "", "help", topic.Name()); code != exitOK || !strings.Contains(out, topic.Long) {
			t.Errorf("help %s: exit code %d, %s%s", topic.Name(), code, out, stderr)
		}
	}
	dims := map[string]ridgepoint.Dim{"bandwidth": ridgepoint.Bandwidth, "rate": ridgepoint.Rate, "clock": ridgepoint.Clock,
		"memory": ridgepoint.Memory}
	found := 0
	for _, m := range regexp.MustCompile(`(?m)^  (\w+) +((?:[\d.]+[\w/]+(?:, )?)+)`).FindAllStringSubmatch(unitsHelp, -1) {
		dim, ok := dims[m[1]]
		if !ok {
			continue
		}
		for _, figure := range strings.Split(m[2], ", ") {
			found++
			if v, err := ridgepoint.ParseFigure(figure, dim); err != nil || !(v > 0) {
				t.Errorf("%s %s: %g, %v", m[1], figure, v, err)
			}
		}
	}
	if found < 6 {
		t.Errorf("found %d figures, expected 6 at least", found)
	}
}
