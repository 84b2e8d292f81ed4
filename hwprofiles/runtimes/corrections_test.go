package runtimes

import (
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestKinship holds which residuals speak for a slice, and with what weight.
func TestKinship(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	table := NewCorrections([]Residual{
		{Network: "n", Slice: Slice{Device: "rtx4090", Runtime: "torch-compile", Precision: "fp16"}, Class: "gpu", Ratio: 2},
		{Network: "n", Slice: Slice{Device: "i9", Runtime: "torch-compile", Precision: "fp32"}, Class: "cpu", Ratio: 9},
		{Network: "n", Slice: Slice{Device: "t4", Runtime: "tensorrt", Precision: "fp16"}, Class: "gpu", Ratio: 3},
	})
	for _, c := range []struct {
		slice  Slice
		class  hwprofiles.Class
		weight float64 // 0: nothing is found
		ratio  float64
	}{
		{Slice{Device: "rtx4090", Runtime: "torch-compile", Precision: "fp16"}, "gpu", 1, 2},
		{Slice{Device: "rtx5090", Runtime: "torch-compile", Precision: "fp16"}, "gpu", 0.8, 2},
		{Slice{Device: "rtx4090", Runtime: "torch-compile", Precision: "fp32"}, "gpu", 0.5, 2},
		{Slice{Device: "rtx4090", Runtime: "pytorch-eager", Precision: "fp16"}, "gpu", 0.5, 2},
		{Slice{Device: "rtx5090", Runtime: "pytorch-eager-nhwc", Precision: "fp16"}, "gpu", 0.5, 2},
		{Slice{Device: "i9", Runtime: "pytorch-eager", Precision: "fp32"}, "cpu", 0.5, 9},
		{Slice{Device: "i7", Runtime: "pytorch-eager", Precision: "fp32"}, "cpu", 0, 0},
		{Slice{Device: "t4", Runtime: "tensorrt", Precision: "int8"}, "gpu", 0, 0},
		{Slice{Device: "t4", Runtime: "onnxruntime-cuda", Precision: "fp16"}, "gpu", 0, 0},
		{Slice{Device: "pi", Runtime: "torch-compile", Precision: "fp32"}, "rpi", 0, 0},
	} {
		r, err := set.Get(c.slice.Runtime)
		if err != nil {
			t.Fatal(err)
		}
		got, err := table.Find(Subject{"n", c.slice, c.class, func(id string) bool { return set.Related(r, id) }})
		switch {
		case err != nil:
			t.Errorf("%s: %v", c.slice, err)
		case (got == nil) != (c.weight == 0):
			t.Errorf("%s: found %+v, want weight %g", c.slice, got, c.weight)
		case got != nil && (got.Kinship.Weight() != c.weight || math.Abs(got.Factor-math.Pow(c.ratio, c.weight)) > 1e-12):
			t.Errorf("%s: found %+v, want weight %g of %g", c.slice, got, c.weight, c.ratio)
		}
	}
}

// TestNoCorrections holds that corrections that are absent find nothing.
func TestNoCorrections(t *testing.T) {
	for _, c := range []*Corrections{nil, {}, NewCorrections(nil)} {
		if got, err := c.Find(Subject{Network: "n", Slice: Slice{Device: "t4"}}); got != nil || err != nil {
			t.Errorf("found %v, %v", got, err)
		}
	}
}

// TestBuiltInResiduals reads every line of the built-in table, and finds each again by its network.
func TestBuiltInResiduals(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(builtInResiduals), "\n")
	if lines[0] != residualsHeader || len(lines) < 1000 {
		t.Fatalf("found %d lines under %q", len(lines), lines[0])
	}
	var all []Residual
	count := map[string]int{}
	for _, line := range lines[1:] {
		r, err := parseResidual(line)
		if err != nil {
			t.Error(err)
		}
		all = append(all, r)
		count[r.Network]++
	}
	if string(EncodeResiduals(all)) != builtInResiduals {
		t.Error("the table is not read back as written")
	}
	c := BuiltInCorrections()
	for network, n := range count {
		if rows, err := c.of(network); err != nil || len(rows) != n {
			t.Errorf("%s: found %d rows, %v; the table has %d", network, len(rows), err, n)
		}
	}
	if rows, err := c.of("absent"); err != nil || rows != nil {
		t.Errorf("found %v, %v of a network that is not there", rows, err)
	}
}
