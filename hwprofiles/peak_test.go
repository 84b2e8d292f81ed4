package hwprofiles

import (
	"fmt"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// TestPeakRules holds the order in which a rate is found, on shipped devices.
func TestPeakRules(t *testing.T) {
	tests := []struct {
		device string
		engine cost.Engine
		typ    dtype.Type
		path   string // of the peak; empty where the work is refused
	}{
		{"a100", cost.Matrix, dtype.Float16, "peak.matrix.fp16"},
		{"a100", cost.Matrix, dtype.TF32, "peak.matrix.tf32"},
		{"a100", cost.Matrix, dtype.Float32, "peak.vector.fp32"}, // not asked for TF32
		{"a100", cost.Matrix, dtype.Float64, "peak.matrix.fp64"},
		{"t4", cost.Matrix, dtype.Float64, "peak.vector.fp64"},
		{"v100", cost.Matrix, dtype.Int8, "peak.vector.int8"}, // dp4a
		{"a100", cost.Matrix, dtype.Uint8, "peak.matrix.int8"},
		{"a100", cost.Matrix, dtype.Int32, "peak.vector.fp32"},
		{"a100", cost.Matrix, dtype.Float8E4M3FN, ""},
		{"a100", cost.Vector, dtype.Float16, "peak.vector.fp16"},
		{"a100", cost.Vector, dtype.BFloat16, "peak.vector.fp32"}, // converted in registers
		{"a100", cost.Vector, dtype.Int64, "peak.vector.fp32"},
		{"a100", cost.Vector, dtype.Bool, "peak.vector.fp32"},
		{"a100", cost.Vector, dtype.Int8, "peak.vector.fp32"},
		{"a100", cost.Special, dtype.Float16, "peak.special.fp32"},
		{"rtx4090", cost.Matrix, dtype.Float8E5M2, "peak.matrix.fp8"},
		{"rtx4090", cost.Matrix, dtype.Float16, "peak.matrix.fp16"}, // sums in fp32: nothing asks for the opt-in rate
		{"t4", cost.Matrix, dtype.BFloat16, ""},
		{"t4", cost.Matrix, dtype.TF32, ""},
		{"jetson-orin-nano-8", cost.Matrix, dtype.Float64, ""},
		{"jetson-orin-nano-8", cost.Vector, dtype.Float64, "peak.vector.fp32"},
		{"jetson-nano", cost.Matrix, dtype.Int8, ""},
		{"rpi-4b", cost.Matrix, dtype.Int8, "peak.vector.int8"},
		{"rpi-4b", cost.Matrix, dtype.Uint8, "peak.vector.int8"},
		{"celeron-n5105", cost.Matrix, dtype.Int8, "peak.vector.fp32"}, // emulated
		{"rpi-4b", cost.Matrix, dtype.Float16, "peak.vector.fp32"},
		{"rpi-4b", cost.Vector, dtype.Float16, "peak.vector.fp32"},
		{"rpi-5", cost.Matrix, dtype.Float16, "peak.vector.fp16"},
		{"rpi-5", cost.Matrix, dtype.Uint8, "peak.matrix.int8"},
		{"rpi-5", cost.Matrix, dtype.BFloat16, ""},
		{"tpu-v5e", cost.Matrix, dtype.Float32, "peak.matrix.bf16"},
		{"tpu-v5e", cost.Vector, dtype.Float32, "peak.vector.fp32"},
		{"edge tpu", cost.Matrix, dtype.Float32, ""},
		{"edge tpu", cost.Vector, dtype.Float32, ""},
		{"edge tpu", cost.Matrix, dtype.Int8, "peak.matrix.int8"},
		{"edge tpu", cost.Vector, dtype.Int32, "peak.vector.int8"},
	}
	c := NewCatalog()
	for _, tt := range tests {
		d, err := c.Get(tt.device)
		if err != nil {
			t.Fatal(err)
		}
		path := ""
		if p, ok := d.Peak(tt.engine, tt.typ); ok {
			path = p.Rate.Path
		}
		if path != tt.path {
			t.Errorf("%s %s %s = %q, want %q", tt.device, tt.engine, tt.typ, path, tt.path)
		}
	}
}

// TestIntegerVectorWork holds that elementwise work on integers and booleans runs on every shipped device.
func TestIntegerVectorWork(t *testing.T) {
	all, err := NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		for _, typ := range []dtype.Type{dtype.Int32, dtype.Int64, dtype.Bool, dtype.Uint8, dtype.Int4} {
			if _, ok := d.Peak(cost.Vector, typ); !ok {
				t.Errorf("%s refuses vector work of type %s", d.ID, typ)
			}
		}
		if _, ok := d.Peak(cost.Special, dtype.Float32); !ok {
			t.Errorf("%s refuses special functions", d.ID)
		}
	}
}

func TestLint(t *testing.T) {
	const head = "schema: 1\nid: x\nname: X\nvendor: V\nclass: gpu\n"
	const tail = "\nsources: {default: {kind: vendor, title: data sheet}}\n"
	const memory = "\nmemory: [{level: dram, bandwidth: 1 TB/s}]"
	const orin = "\narch: Ampere GA10B\npeak: {vector: {fp32: 1 TFLOP/s}, matrix: {fp16: 8 TFLOP/s, bf16: 8 TFLOP/s, int8: 16 TOP/s"
	const modes = "peak: {vector: {fp32: 10 TFLOP/s}}\nunits: 4\nclock: 1 GHz\nmodes: {low: {units: 2, clock: %s, tdp: 10 W}, high: {units: 4, clock: 500 MHz, tdp: 20 W}}"
	tests := []struct{ text, path string }{
		{fmt.Sprintf(modes, "900 MHz") + memory, ""},
		{fmt.Sprintf(modes, "1.1 GHz") + memory, "modes.low"},
		{orin + ", tf32: 4 TFLOP/s}}" + memory, ""},
		{orin + "}}" + memory, "peak.matrix.tf32"},
		{"peak: {matrix: {fp16: 10 TFLOP/s}, opt_in: {fp16-accumulate: {fp16: 20 TFLOP/s}}}" + memory, ""},
		{"peak: {matrix: {fp16: 10 TFLOP/s}, opt_in: {fp16-accumulate: {fp16: 10 TFLOP/s}}}" + memory, "peak.opt_in.fp16-accumulate.fp16"},
		{"peak: {vector: {fp32: 10 TFLOP/s}}" + memory, ""},
		{"peak: {vector: {fp32: 10 PFLOP/s}}" + memory, "peak.vector.fp32"},
		{"peak: {vector: {fp32: 10 GFLOP/s}}" + memory, "peak.vector.fp32"},
		{"peak: {matrix: {fp16: 10 TFLOP/s}, vector: {fp16: 20 TFLOP/s}}" + memory, "peak.matrix.fp16"},
		{"peak: {vector: {fp32: 10 TFLOP/s, fp16: 5 TFLOP/s}}" + memory, "peak.vector.fp16"},
		{"peak: {matrix: {fp16: 100 TFLOP/s, int8: 400 TOP/s}}" + memory, "peak.matrix.int8"},
		{"peak: {matrix: {fp16: {value: 100 TFLOP/s, note: fp32 sums}, int8: 400 TOP/s}}" + memory, ""},
		{"peak: {vector: {fp32: 10 TFLOP/s}}\nmemory: [{level: dram, bandwidth: 1 TB/s, capacity: 1 GB}, {level: l2, bandwidth: 900 GB/s}]", "memory.l2.bandwidth"},
		{"peak: {vector: {fp32: 10 TFLOP/s}}\nmemory: [{level: dram, bandwidth: 1 TB/s, capacity: 1 GB}, {level: l2, capacity: 2 GB}]", "memory.l2.capacity"},
		{"peak: {vector: {fp32: 10 TFLOP/s}}\nemulate: {fp16: bf16}" + memory, "emulate.fp16"},
		{"peak: {matrix: {fp16: 20 TFLOP/s}, vector: {fp32: 10 TFLOP/s}}\nemulate: {fp16: fp32}" + memory, "emulate.fp16"},
	}
	for _, tt := range tests {
		d, err := Decode("x.yaml", []byte(head+tt.text+tail))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		switch f := Lint(d); {
		case tt.path == "" && len(f) != 0, tt.path != "" && (len(f) != 1 || f[0].Path != tt.path):
			t.Errorf("%s: findings %v, want one at %q", tt.text, f, tt.path)
		}
	}
	d, err := Decode("x.yaml", []byte(head+"peak: {vector: {fp32: 10 TFLOP/s}}"+memory+"\ntdp: {value: 9 W, source: a}\nclock: {value: 1 GHz, source: b}\nsources: {default: {kind: measured, title: t}, a: {kind: assumed, title: t}, b: {kind: vendor, title: t, url: x}}"))
	if err != nil {
		t.Fatal(err)
	}
	if f := Lint(d); len(f) != 3 {
		t.Errorf("findings on sources = %v, want three", f)
	}
}
