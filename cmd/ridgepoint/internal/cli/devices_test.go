package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestDevicesList: the filters keep what they name, and an order puts the largest figure first.
func TestDevicesList(t *testing.T) {
	for _, c := range []struct {
		args  string
		first string // the id in the first row
		none  string // an id that is in no row
	}{
		{"", "a10", ""},
		{"--class apple", "apple-a14", "rtx4090"},
		{"--vendor nvidia --class jetson", "jetson-agx-orin-32", "rtx4090"},
		{"--sort fp16", "mi355x", ""},
		{"--sort bandwidth --class rpi", "orange-pi-5", "rtx4090"},
		{"--sort memory --vendor NVIDIA --min-fp16 50TFLOP/s", "b300", "jetson-nano"},
		{"--sort tdp --class cpu", "epyc-9755", "rtx4090"},
		{"--min-fp16 2PFLOP/s", "b200", "h100-sxm5"},
	} {
		out, stderr, code := run(t, "", append([]string{"devices", "list", "-o", "csv"}, strings.Fields(c.args)...)...)
		rows := strings.Split(out, "\n")
		if code != exitOK || len(rows) < 2 || !strings.HasPrefix(rows[1], c.first+",") {
			t.Errorf("devices list %s: exit code %d, first row %q, want %s; %s", c.args, code, rows[min(1, len(rows)-1)], c.first, stderr)
		}
		if c.none != "" && strings.Contains(out, "\n"+c.none+",") {
			t.Errorf("devices list %s: found %s", c.args, c.none)
		}
	}
}

// TestDevicesUsage: what cannot be meant is one clear usage error.
func TestDevicesUsage(t *testing.T) {
	const like = "new --like rtx4090 --sm 60 --clock 2.4GHz --bandwidth 504GB/s"
	for args, want := range map[string]string{
		"list --class phone":       `class "phone": expected one of gpu, cpu, jetson`,
		"list --vendor Nvidea":     `vendor "Nvidea": expected one of AMD, AWS`,
		"list --sort price":        `order "price": expected one of id, fp16, bandwidth, memory, tdp`,
		"list --min-fp16 50":       "--min-fp16: found \"50\", expected a floating-point rate",
		"list --min-fp16 50TOP/s":  "--min-fp16",
		"new --sm 60":              "--sm describes a device that is like another one",
		"new --memory 12GB":        "--memory describes a device that is like another one",
		"new --like rtx4090":       "found nothing that differs",
		like + " --memory 12":      "--memory: found \"12\"",
		like + " --sm 0":           "--sm 0: expected 1 or more",
		like + " --clock 0Hz":      "expected more than zero",
		like + " -o MyGPU.yaml":    "expected the device's id and .yaml",
		like + " -o my-gpu.toml":   `the suffix ".toml" names no format; expected one of .yaml`,
		like + " -o a.yaml b.yaml": "expected one file to write",
	} {
		_, stderr, code := run(t, "", append([]string{"devices"}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("devices %s: exit code %d, want %q in: %s", args, code, want, stderr)
		}
	}
}

// TestDevicesNewLike: a scaled profile is valid, says what was scaled and from what, and can be used at once.
func TestDevicesNewLike(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my-gpu.yaml")
	args := []string{"devices", "new", "--like", "RTX 4090", "--sm", "64", "--clock", "1.26GHz", "--bandwidth", "504GB/s", "--memory", "12GB", "-o", file}
	if _, stderr, code := run(t, "", args...); code != exitOK || stderr != "wrote "+file+"\n" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if out, _, code := run(t, "", "devices", "validate", file); code != exitOK || strings.Contains(out, "warning") {
		t.Errorf("it is not valid: %s", out)
	}
	shown, _, _ := run(t, "", "devices", "show", file, "-o", "csv")
	for _, want := range []string{
		"clock,1.26e+09,1.26GHz,assumed,", "peak.matrix.fp16,4.13e+13,41.3 TFLOP/s,derived,", "memory.dram.bandwidth,5.04e+11,504GB/s,assumed,",
		"memory.dram.capacity,1.2e+10,12GB,assumed,", "memory.l2.capacity,3.7748736e+07,36 MiB,assumed,", "from 165.2 TFLOP/s of rtx4090",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("found no %q in\n%s", want, shown)
		}
	}
	if _, stderr, code := run(t, "", "estimate", "zoo:resnet50", "--device", file); code != exitOK {
		t.Errorf("estimate: %s", stderr)
	}
	if _, stderr, code := run(t, "", args...); code != exitUsage || !strings.Contains(stderr, "is there already") {
		t.Errorf("written twice: exit code %d, %s", code, stderr)
	}
	if _, stderr, code := run(t, "", "devices", "new", "--like", "apple-m4", "--sm", "8", "--clock", "1GHz", "--bandwidth", "100GB/s"); code != exitUsage || !strings.Contains(stderr, "no units or no clock") {
		t.Errorf("without a clock: exit code %d, %s", code, stderr)
	}
}

// TestDevicesNewLikeAll: every device whose units and clock are known can be scaled.
func TestDevicesNewLikeAll(t *testing.T) {
	sampling.Alone(t)
	all, err := hwprofiles.NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Units == 0 || d.Clock == nil {
			continue
		}
		if _, err := d.Scaled(hwprofiles.Scaling{ID: "x", Units: 2 * d.Units, Clock: "1.5 GHz", Bandwidth: "100 GB/s"}); err != nil {
			t.Errorf("%s: %v", d.ID, err)
		}
	}
}

// TestDevicesShow: a merged profile says which file every figure is from, and the roofline is drawn in characters.
func TestDevicesShow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slow.yaml")
	profile := "schema: 1\nid: slow\nextends: rtx4090\ntdp: 300 W\nsources: {default: {kind: measured, title: mine, url: 'https://example.com'}}\n"
	if err := os.WriteFile(file, []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, code := run(t, "", "devices", "show", file, "-o", "csv")
	if code != exitOK {
		t.Fatal(stderr)
	}
	for _, want := range []string{"device,figure,value in base units,as written,known as,source,url,note,profile\n", "tdp,300,300 W,measured,mine,https://example.com,," + file + "\n", ",built-in\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("found no %q in\n%s", want, out)
		}
	}
	for _, c := range []struct{ id, want string }{
		{"a100-sxm4-80", " fp16, bf16 312 TFLOP/s"}, {"a100-sxm4-80", "slope of l2: 5.43 TB/s"},
		{"a100-sxm4-80", "achieved.dram"}, {"hailo-8", "‾ int8 26 TOP/s"}, {"jetson-agx-orin-64@15W", "slope of dram: 136.5 GB/s"},
	} {
		if out, stderr, code := run(t, "", "devices", "show", c.id); code != exitOK || !strings.Contains(out, c.want) {
			t.Errorf("devices show %s: exit code %d, found no %q: %s%s", c.id, code, c.want, out, stderr)
		}
	}
}
