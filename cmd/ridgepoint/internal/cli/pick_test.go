package cli

import (
	"strings"
	"testing"
)

// TestChoiceUsage: what cannot be meant, or what nothing fits, is one clear error of pick, whatif and require.
func TestChoiceUsage(t *testing.T) {
	for args, want := range map[string]string{
		"pick --task singing --device rpi-5 --fps 30":                           "classification",
		"pick --device rpi-5":                                                   "--",
		"pick zoo:resnet18 --devices flavour=sweet --fps 30":                    "expected class=, vendor= or arch=",
		"pick zoo:resnet18 --devices class=toaster --fps 30":                    "no device has class=toaster",
		"pick zoo:resnet18 --fps 30":                                            "--device",
		"pick zoo:resnet18 --device rpi-5 --fps -1":                             "fps",
		"pick zoo:resnet18 --device rpi-5 --fps 30 --size 320..640:0":           "expected a list such as",
		"pick zoo:resnet18 --device rpi-5 --fps 30 --precision fp17":            "fp17",
		"pick zoo:resnet18 --device rpi-6 --fps 30":                             "rpi-5",
		"whatif zoo:resnet18 --device rpi-5 --set memory.dram.bandwidth":        "expected PATH=VALUE",
		"whatif zoo:resnet18 --device rpi-5 --set memory.dram.size=x2":          "the nearest are memory.dram.",
		"whatif zoo:resnet18 --device rpi-5 --device rpi-4b":                    "one --device",
		"require zoo:resnet18 --device rpi-5":                                   "--max-latency 10ms or --fps 30",
		"require zoo:resnet18 --latency 10ms":                                   "give --devices class=jetson, or one --device",
		"require zoo:resnet18 --latency 10ms --device-class toaster":            "no device has class=toaster",
		"require zoo:resnet18 --fps 30 --max-latency 1s --device rpi-5":         "expected one of the two",
		"require zoo:resnet18 --latency 10ms --device-class rpi --device rpi-5": "give --devices class=jetson, or one --device",
		"require zoo:resnet18 --latency 1ns --device rtx4090 --precision fp16":  "no rate and no bandwidth is enough",
	} {
		out, stderr, code := run(t, "", strings.Fields(args)...)
		if code == exitOK || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") > 2 {
			t.Errorf("%s: exit code %d, want an error that says %q; printed %q, %s", args, code, want, out, stderr)
		}
	}
}
