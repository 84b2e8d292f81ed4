package hwprofiles

import "testing"

func TestMatch(t *testing.T) {
	c := NewCatalog()
	for _, r := range []struct{ published, id string }{
		{"NVIDIA GeForce RTX 4090", "rtx4090"},
		{"Intel Core i9-10940X", "core-i9-10940x"},
		{"NVIDIA T4", "t4"},
		{"1x NVIDIA T4", "t4"},
		{"Raspberry Pi 5 Broadcom BCM2712, Cortex-A76 (ARMv8) (2.4GHz x 4)", "rpi-5"},
		{"Raspberry Pi 4 Model B Broadcom BCM2711B0, Cortex-A72 (ARMv8) (1.8GHz x 4)", "rpi-4b"},
		{"Raspberry Pi Zero 2 W Broadcom BCM2710A1, Cortex-A53 (ARMv8) (1.0GHz x 4)", "rpi-zero-2w"},
		{"NVIDIA Jetson AGX Orin (64GB)", "jetson-agx-orin-64"},
		{"NVIDIA Jetson Orin Nano Super", "jetson-orin-nano-8-super"},
		{"NVIDIA A100", "a100-sxm4-40"},
		{"Raspberry Pi 3 Model B+ Broadcom BCM2837B0, Cortex-A53 (ARMv8) (1.4GHz x 4)", "rpi-3b-plus"},
		{"NVIDIA L4", "l4"},
		{"NVIDIA L40S", "l40s"},
		{"Intel Core i7-12700H", "core-i7-12700h"},
		{"NVIDIA Jetson AGX Thor", "jetson-thor-t5000"},
	} {
		d, err := c.Match(r.published)
		switch {
		case err != nil:
			t.Errorf("%q: %v", r.published, err)
		case d.ID != r.id:
			t.Errorf("%q is %s, want %s", r.published, d.ID, r.id)
		}
	}
	for _, name := range []string{"4x NVIDIA T4", "an abacus"} {
		if d, err := c.Match(name); err == nil {
			t.Errorf("%q is %s, want an error", name, d.ID)
		}
	}
}
