package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// board is a profile of a device that nobody else has: with what a datasheet says, and no rate of special functions.
const board = `schema: 1
id: my-board
name: My Board
vendor: NVIDIA
class: jetson
units: 8
clock: 1 GHz
peak:
  matrix: {fp16: 15 TFLOP/s}
  vector: {fp32: 2 TFLOP/s}
memory:
  - {level: dram, capacity: 8 GiB, bandwidth: 100 GB/s}
sources:
  default: {kind: vendor, title: datasheet}
`

// measuredHere is a table of latencies on it.
const measuredHere = `model,device,runtime,precision,batch,latency_ms,source
yolo11n,my-board,tensorrt,fp16,1,7.4,bench
yolo11s,My Board,tensorrt,fp16,1,10.9,bench
`

// TestOwnDevice: a profile of an own board is estimated and calibrated as it stands, and what was measured corrects the
// estimates at once, without naming the calibration where it lies in the user's own folder.
func TestOwnDevice(t *testing.T) {
	dir, user := t.TempDir(), t.TempDir()
	in := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	profile, table := in("my-board.yaml", board), in("table.csv", measuredHere)
	ask := func(args ...string) (string, string) {
		t.Helper()
		var out, errs bytes.Buffer
		code := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs, UserDir: user})
		if code != exitOK {
			t.Fatalf("ridgepoint %s: exit code %d, %s", strings.Join(args, " "), code, errs.String())
		}
		return out.String(), errs.String()
	}
	estimate := []string{"estimate", "zoo:yolo11n", "-d", profile, "--precision", "fp16", "--top", "1"}
	if before, _ := ask(estimate...); strings.Contains(before, "measured here") {
		t.Errorf("nothing was measured yet: %s", before)
	}
	if shown, _ := ask("devices", "show", profile); !strings.Contains(shown, "vector fp32 rate / 20") {
		t.Errorf("the rate of special functions has no source: %s", shown)
	}
	if err := os.Mkdir(filepath.Join(user, "calibrations"), 0o700); err != nil {
		t.Fatal(err)
	}
	calibrate := []string{"calibrate", "--device", profile, "--runtime", "tensorrt", "--precision", "fp16", "--measurements", table, "-o"}
	if _, said := ask(append(calibrate, filepath.Join(dir, "c.yaml"))...); !strings.Contains(said, "is used by itself") {
		t.Errorf("nothing says where a calibration belongs: %s", said)
	}
	if _, said := ask(append(calibrate, filepath.Join(user, "calibrations", "c.yaml"))...); strings.Contains(said, "hint") {
		t.Errorf("a calibration in its place gives %s", said)
	}
	after, _ := ask(estimate...)
	if !strings.Contains(after, "this network was measured here") {
		t.Errorf("the calibration is not used: %s", after)
	}
}

// TestOwnNarrowWeights: weights in four bits were measured nowhere, until the user measures them.
func TestOwnNarrowWeights(t *testing.T) {
	dir := t.TempDir()
	table, own := filepath.Join(dir, "t.csv"), filepath.Join(dir, "c.yaml")
	text := "model,device,runtime,precision,batch,latency_ms,source\nzoo:resnet50,t4,tensorrt,int4,1,1.9,mine\n" +
		"zoo:resnet18,t4,tensorrt,int4,1,0.8,mine\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	how := "-d t4 --runtime tensorrt --precision int4"
	args := strings.Fields("calibrate " + how + " --measurements " + table + " -o " + own)
	if _, stderr, code := run(t, "", args...); code != exitOK {
		t.Fatal(stderr)
	}
	const none = "none read weights stored in int4"
	for args, want := range map[string]bool{"": true, " --calibration " + own: false} {
		out, stderr, _ := run(t, "", strings.Fields("estimate zoo:resnet50 "+how+" --top 1"+args)...)
		if said := strings.Join(strings.Fields(out), " "); strings.Contains(said, none) != want {
			t.Errorf("estimate%s: expected %q: %v, found %s%s", args, none, want, out, stderr)
		}
	}
}

// TestCalibrateSaysWhere: rows that cannot be used are named by table, line and model, the first ten of them, whether
// or not others can be used.
func TestCalibrateSaysWhere(t *testing.T) {
	dir := t.TempDir()
	bad := "resnt50,t4,tensorrt,fp16,1,3\nresnet50,t4,tensorrt,fp16,1,fast\nresnet50,t5,tensorrt,fp16,1,3\n" +
		"resnet50,t4,tensorrt,f16x,1,3\n" + strings.Repeat("somenet,t4,tensorrt,fp16,1,3\n", 8) +
		"resnet50,rpi-5,ncnn,fp32,1,90\n"
	for name, good := range map[string]string{"none": "", "one": "resnet18,t4,tensorrt,fp16,1,1.1\n"} {
		table := filepath.Join(dir, name+".csv")
		text := "model,device,runtime,precision,batch,latency_ms\n" + bad + good
		if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr, code := run(t, "", "calibrate", "-d", "t4", "--runtime", "tensorrt", "--precision", "fp16",
			"--measurements", table)
		for _, want := range []string{table,
			`line 2, resnt50: model "resnt50" names no graph and is not built in; did you mean resnet50`,
			`line 3, resnet50: a cell cannot be read: latency_ms: found "fast"`, `line 4, resnet50: device "t5"`,
			`line 5, resnet50: precision "f16x" is not known`, "line 11, somenet: ", "\n  and 2 more"} {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: expected %q, found %s", name, want, stderr)
			}
		}
		if want := map[string]int{"none": exitUsage, "one": exitOK}[name]; code != want ||
			strings.Contains(stderr, "line 12") {
			t.Errorf("%s: exit code %d, expected %d; %s", name, code, want, stderr)
		}
	}
}

// TestLeastTable: a table of models and times alone is of the slice that the flags name, and its units are told.
func TestLeastTable(t *testing.T) {
	dir := t.TempDir()
	var first string
	for _, c := range []struct{ name, text, note string }{
		{"ms", "model,latency_ms\nyolo11n,80\nresnet50,120\n", ""},
		{"open", "Name;Latency\nyolo11n;80\nresnet50;120\n", "column Latency is read in ms"},
		{"fps", "model,fps\nyolo11n,12.5\nresnet50,8.3333333333\n", "of one inference after another"},
	} {
		table := filepath.Join(dir, c.name+".csv")
		if err := os.WriteFile(table, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, device := range []string{"rpi-5", "jetson-orin-nano-8-super@15W"} {
			how := "calibrate -d " + device + " --runtime onnxruntime-cpu --precision fp32 --threads 2 --measurements " + table
			if device != "rpi-5" {
				how = "calibrate -d " + device + " --runtime tensorrt --precision fp16 --measurements " + table
			}
			out, stderr, code := run(t, "", strings.Fields(how)...)
			if code != exitOK || !strings.Contains(out, "2 measurements of 2 model families") ||
				!strings.Contains(stderr, c.note) ||
				strings.Contains(stderr, "note:") != (c.note != "") {
				t.Errorf("%s on %s: exit code %d, expected two measurements and %q, found %s%s", c.name, device, code, c.note,
					out, stderr)
			}
			if device == "rpi-5" && first == "" {
				first = out
			} else if device == "rpi-5" && out != first {
				t.Errorf("%s: expected the fit of %s, found %s", c.name, first, out)
			}
		}
	}
}
