package validate

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

func TestDeviceNames(t *testing.T) {
	c := newDeviceNames(hwprofiles.NewCatalog())
	for _, tt := range []struct{ text, id, why string }{
		{"NVIDIA T4", "t4", ""},
		{"Jetson TX2 (maxq mode)", "jetson-tx2@MAXQ", ""},
		{"NVIDIA Jetson TX2 maxp", "jetson-tx2@MAXP_ALL", ""},
		{"Jetson AGX Orin 64GB (MAXN)", "jetson-agx-orin-64@MAXN", ""},
		{"jetson-agx-orin-64@30W", "jetson-agx-orin-64@30W", ""},
		{"NVIDIA Jetson AGX Orin 15 W", "jetson-agx-orin-64@15W", ""},
		{"NVIDIA Jetson Xavier NX, 10W mode", "jetson-xavier-nx-8@10W", ""},
		{"NVIDIA Jetson Orin Nano 8GB (15W)", "jetson-orin-nano-8@15W", ""},
		{"NVIDIA Jetson Orin Nano 8GB (MAXN_SUPER)", "jetson-orin-nano-8-super@MAXN_SUPER", ""},
		{"Jetson AGX Orin 64GB (Max-Q)", "", "found the power mode Max-Q"},
		{"Jetson TX1 (10W)", "", "found the power mode 10W"},
		{"Raspberry Pi Zero 2 W", "rpi-zero-2w", ""},
		{"1x NVIDIA T4", "t4", ""},
		{"NVIDIA RTX3090 (GA102 SM x 82 + Tensor Core 328)", "rtx3090", ""},
		{"NVIDIA GeForce RTX 4090", "rtx4090", ""},
		{"4x NVIDIA T4", "", "count of 4"},
		{"NVIDIA A40 x4", "", "count of 4"},
		{"NVIDIA A100 MIG", "", "MIG slice"},
		{"NVIDIA GeForce RTX 3080 12 GB", "rtx3080-12gb", ""},
		{"NVIDIA GeForce RTX 3080 16 GB", "", "found 16 GB"},
		{"Spacemit(R) A100 RISC-V core cluster", "", "found no such"},
		{"host CPU of [NVIDIA Jetson Nano]", "jetson-nano-cpu", ""},
		{"host CPU of [Raspberry Pi 5 Broadcom BCM2712, VideoCore VII Graphics (Vulkan 1.2)]", "rpi-5", ""},
		{"host CPU of [NVIDIA RTX3090 (GA102 SM x 82 + Tensor Core 328)]", "", "the host"},
		{"Raspberry Pi 5 Broadcom BCM2712, VideoCore VII Graphics (Vulkan 1.2) | Vulkan: V3D 7.1.7", "videocore-vii", ""},
		{"Rockchip RK3399 (Cortex-A72 1.8GHz x 2) | Vulkan: Mali-T860", "mali-t860-mp4", ""},
		{"NVIDIA Jetson AGX Orin (12 cores) | Vulkan: NVIDIA Tegra Orin (nvgpu)", "jetson-agx-orin-64", ""},
		{"MacBook Air (13-inch, M3, 2024) | Vulkan: Apple M3", "apple-m3", ""},
		{"Raspberry Pi 4 | Vulkan: V3D 4.2", "", "another processor"},
		{"AMD Instinct MI250 1 GCD", "mi250-gcd", ""},
		{"AMD Instinct MI250 2 GCDs", "", "count of 2"},
		{"1x NVIDIA A100-PCIe", "", "another variant"},
		{"NVIDIA GeForce RTX 5090 Laptop GPU", "rtx5090-laptop", ""},
		{"AMD MI250X (one GCD)", "", "one die"},
		{"Qualcomm Snapdragon 8 Gen 2", "snapdragon-8gen2", ""},
		{"Qualcomm Snapdragon 8 Gen 2 CPU", "snapdragon-8gen2", ""},
		{"Qualcomm Snapdragon 8 Gen 3 NPU", "", "another processor"},
		{"Snapdragon 8 Elite Gen 5 QRD", "snapdragon-8elite-gen5-npu", ""},
		{"Apple A18 Pro", "apple-a18-pro", ""},
		{"", "", "found no such"},
		{"../x.yaml", "", "found no such"},
	} {
		d, err := c.match(tt.text, "")
		switch {
		case tt.why == "" && (err != nil || d.ID != tt.id):
			t.Errorf("%q: %v, %v, want %s", tt.text, d, err, tt.id)
		case tt.why != "" && (err == nil || !strings.Contains(err.Error(), tt.why)):
			t.Errorf("%q: %v, %v, want an error with %q", tt.text, d, err, tt.why)
		}
	}
}

// wholly are the measurement files all of whose devices are in the catalogue.
var wholly = []string{"intel_inc.csv.gz", "nvidia_deeplearningexamples.csv.gz", "nvidia_tensorrt_demo.csv.gz",
	"timm.csv.gz"}

// TestDevicesMeasured lists, by file, the share of measured rows whose device resolves.
func TestDevicesMeasured(t *testing.T) {
	sampling.Alone(t)
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "measured"), "*.csv.gz"))
	if err != nil || len(files) == 0 {
		t.Fatal("no measured tables: ", err)
	}
	c := newDeviceNames(hwprofiles.NewCatalog())
	seen := map[string]string{}
	for _, file := range files {
		hit, all := 0, 0
		for _, name := range deviceColumn(t, file) {
			if _, ok := seen[name]; !ok {
				seen[name] = ""
				if d, err := c.match(name, ""); err == nil {
					seen[name] = d.ID
				}
			}
			all++
			if seen[name] != "" {
				hit++
			}
		}
		if slices.Contains(wholly, filepath.Base(file)) && hit < all {
			t.Errorf("%s: only %d of %d rows resolve", filepath.Base(file), hit, all)
		}
		t.Logf("%s: %d of %d rows resolve", filepath.Base(file), hit, all)
	}
}

func deviceColumn(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := slices.Index(rows[0], "device")
	if col < 0 {
		t.Fatalf("%s: no column device", file)
	}
	var out []string
	for _, r := range rows[1:] {
		out = append(out, r[col])
	}
	return out
}

// TestSystemMode reads the power mode from the name of the system, which MLPerf's device column leaves out.
func TestSystemMode(t *testing.T) {
	c := newDeviceNames(hwprofiles.NewCatalog())
	if d, err := c.match("1x NVIDIA AGX Xavier", "AGX_Xavier_TRT"); err != nil || d.ID != "jetson-agx-xavier" {
		t.Errorf("no mode: found %v and error %v", d, err)
	}
	if d, err := c.match("1x NVIDIA AGX Xavier", "AGX_Xavier_TRT_MaxQ"); err == nil && d.ID == "jetson-agx-xavier" {
		t.Errorf("MaxQ: found the default mode %s", d.ID)
	}
}
