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
	if _, stderr, code := run(t, "", strings.Fields("calibrate "+how+" --measurements "+table+" -o "+own)...); code != exitOK {
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

// TestCalibrateSaysWhere: a row that cannot be used is named by table, line and model.
func TestCalibrateSaysWhere(t *testing.T) {
	table := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(table, []byte("model,device,runtime,precision,batch,latency_ms\nsomenet,t4,tensorrt,fp16,1,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := run(t, "", "calibrate", "-d", "t4", "--runtime", "tensorrt", "--precision", "fp16", "--measurements", table)
	if code != exitUsage || !strings.Contains(stderr, table) || !strings.Contains(stderr, "line 2, somenet") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}
