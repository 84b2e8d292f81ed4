package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRefused holds that every command that predicts refuses a device that its runtime does not run on, and names those
// that do run there.
func TestRefused(t *testing.T) {
	const want = "runtime tensorrt does not run on rpi-5 (class rpi, vendor Raspberry Pi); these do: "
	figure := filepath.Join(t.TempDir(), "x.svg")
	for _, args := range []string{
		"estimate zoo:resnet18 --device rpi-5",
		"estimate zoo:resnet18 --device t4,rpi-5",
		"sweep zoo:resnet18 --device t4,rpi-5 --batch 1,2",
		"pick zoo:resnet18 --device rpi-5 --fps 5",
		"pick zoo:resnet18 --device t4,rpi-5 --fps 5",
		"plot zoo:resnet18 --device rpi-5 -o " + figure,
		"whatif zoo:resnet18 --device rpi-5",
		"require zoo:resnet18 --device rpi-5 --latency 5ms",
		"measure zoo:resnet18 --device rpi-5",
	} {
		if _, stderr, code := run(t, "", append(strings.Fields(args), "--runtime", "tensorrt")...); code != exitUsage ||
			!strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %s", args, code, stderr)
		}
	}
	if _, stderr, code := run(t, "", "require", "zoo:resnet18", "--device-class", "rpi", "--latency", "5ms", "--runtime",
		"tensorrt"); code != exitUsage || !strings.Contains(stderr, "runtime tensorrt does not run on") {
		t.Errorf("require of a class: exit code %d, %s", code, stderr)
	}
	// Of devices that a selector names, those that cannot run it are rows that fail; where none can, that is an error.
	out, stderr, code := run(t, "", "pick", "zoo:resnet18", "--devices", "class=gpu", "--fps", "5", "--runtime",
		"tensorrt")
	if code != exitOK || !strings.Contains(out, "runtime tensorrt does not run on ") {
		t.Errorf("pick of a class: exit code %d, %s%s", code, out, stderr)
	}
	if _, stderr, code := run(t, "", "pick", "zoo:resnet18", "--devices", "class=rpi", "--fps", "5", "--runtime",
		"tensorrt"); code != exitUsage || !strings.Contains(stderr, "does not run on") {
		t.Errorf("pick of a class that cannot: exit code %d, %s", code, stderr)
	}
}

// TestNameByDevice holds that a name that several runtimes share means the one that runs on the device.
func TestNameByDevice(t *testing.T) {
	for device, want := range map[string]string{"t4": "pytorch-eager", "mi300x": "pytorch-rocm",
		"apple-m2": "pytorch-mps"} {
		out, stderr, code := run(t, "", "estimate", "zoo:resnet18", "--device", device, "--runtime", "pytorch",
			"--format", "json")
		if code != exitOK || !strings.Contains(out, `"runtime": "`+want+`"`) {
			t.Errorf("PyTorch on %s, want %s: exit code %d, %s", device, want, code, stderr)
		}
	}
}

// TestConditionsListed holds that the list of runtimes says for programs on which devices they run.
func TestConditionsListed(t *testing.T) {
	out, _, code := run(t, "", "runtimes", "list", "--format", "json")
	var got struct {
		Results []struct {
			Runtimes []struct {
				ID        string
				Classes   []string
				RunsOn    []struct{ Class, Vendor string } `json:"runs_on"`
				DefaultOn []struct{ Class, Vendor string } `json:"default_on"`
			}
		}
	}
	if code != exitOK {
		t.Fatal(code)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Results[0].Runtimes {
		if r.ID == "tensorrt" {
			gpu := struct{ Class, Vendor string }{"gpu", "NVIDIA"}
			if !slices.Contains(r.RunsOn, gpu) || !slices.Contains(r.DefaultOn, gpu) || !slices.Contains(r.Classes, "jetson") {
				t.Errorf("tensorrt is listed as %+v", r)
			}
			return
		}
	}
	t.Error("tensorrt is not listed")
}
