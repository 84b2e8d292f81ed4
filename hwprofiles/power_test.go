package hwprofiles

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// withPower returns a profile with a line of power.
func withPower(line string) []byte {
	return fmt.Appendf(nil, `schema: 1
id: board
name: Board
vendor: Me
class: gpu
units: 4
clock: 1 GHz
peak: {vector: {fp32: 1 TFLOP/s}}
memory: [{level: dram, kind: GDDR6, bandwidth: 100 GB/s}]
tdp: 100 W
%s
modes: {half: {clock: 500 MHz}, slow: {clock: 500 MHz, tdp: 40 W}}
sources: {default: {kind: vendor, title: data sheet}}
`, line)
}

func TestPowerReads(t *testing.T) {
	cases := []struct{ line, want string }{
		{"power: {idle: 5 W, memory_bound: 60 W, compute_bound: 90 W}", ""},
		{"power: {memory_bound: 60 W, compute_bound: 90 W, covers: board}", ""},
		{"power: {memory_bound: 95 W, compute_bound: 90 W}", ""},
		{"power: {idle: 70 W, memory_bound: 60 W, compute_bound: 90 W}", "power.idle: found 70 W, expected at most the 60 W of memory_bound"},
		{"power: {idle: 70 W, memory_bound: 90 W, compute_bound: 60 W}", "expected at most the 60 W of compute_bound"},
		{"power: {idle: 5 W, memory_bound: 60 W}", "found no compute_bound, expected it"},
		{"power: {compute_bound: 60 W}", "found no memory_bound, expected it"},
		{"power: {memory_bound: 60, compute_bound: 90 W}", `write it as in "450 W"`},
		{"power: {memory_bound: 60 J, compute_bound: 90 W}", "expected a power (W)"},
		{"power: {memory_bound: 0 W, compute_bound: 90 W}", "missing is not zero"},
		{"power: {memory_bond: 60 W, compute_bound: 90 W}", `did you mean "memory_bound"?`},
		{"power: {memory_bound: 60 W, compute_bound: 90 W, covers: desk}", "expected one of device, module, board, computer"},
		{"power: {memory_bound: 60 W, compute_bound: 90 W, source: nowhere}", `found the source "nowhere"`},
		{"power: 60 W", "expected a mapping of keys to values"},
	}
	for _, c := range cases {
		d, err := Decode("board.yaml", withPower(c.line))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.line, err)
		case c.want == "":
			if d.Power == nil || d.Power.ComputeBound.Source == nil {
				t.Errorf("%s: found %+v", c.line, d.Power)
			}
		case err == nil || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: found %v, want %q", c.line, err, c.want)
		case !strings.Contains(err.Error(), "board.yaml:1"):
			t.Errorf("%s: %v names no line", c.line, err)
		}
	}
}

func TestPowerInModes(t *testing.T) {
	d, err := Decode("board.yaml", withPower("power: {idle: 10 W, memory_bound: 60 W, compute_bound: 90 W}"))
	if err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[string][3]float64{"half": {10, 35, 50}, "slow": {4, 24, 36}} {
		in, err := d.inMode(mode)
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range in.Power.quantities() {
			if math.Abs(q.Value-want[i]) > 1e-9 {
				t.Errorf("%s: found %s, want %g W", mode, q.Text, want[i])
			}
		}
	}
	if d.Power.ComputeBound.Value != 90 {
		t.Error("a mode changed the device")
	}
}

// TestDraws holds that every built-in device with a thermal design power draws something, no less at work than idle, and
// that what a profile says comes first.
func TestDraws(t *testing.T) {
	all, err := NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, d := range all {
		p := d.Draws()
		if d.Power != nil {
			said++
			if p.ComputeBound.Value != d.Power.ComputeBound.Value {
				t.Errorf("%s: found %s, want the profile's %s", d.ID, p.ComputeBound.Text, d.Power.ComputeBound.Text)
			}
		}
		if d.TDP != nil && p == nil {
			t.Errorf("%s: found no power, want some of %s", d.ID, d.TDP.Text)
		}
		if p == nil {
			continue
		}
		for _, q := range []*Quantity{p.MemoryBound, p.ComputeBound} {
			if !(q.Value > 0) || p.Idle != nil && p.Idle.Value > q.Value || q.Source == nil {
				t.Errorf("%s: found %s at work, idle %+v", d.ID, q.Text, p.Idle)
			}
		}
	}
	if said < 15 {
		t.Errorf("found %d profiles with power, want 15 at least", said)
	}
}
