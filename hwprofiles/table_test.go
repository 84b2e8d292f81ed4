package hwprofiles

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// TestReferenceTable compares peaks and bandwidths with a table of published figures, in TFLOP/s and GB/s.
func TestReferenceTable(t *testing.T) {
	f, err := os.Open(reference.Path(t, "devices", "devices.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	peaks := []struct {
		column string
		engine cost.Engine
		typ    dtype.Type
	}{
		{"fp64_tflops", cost.Vector, dtype.Float64}, {"fp32_vector_tflops", cost.Vector, dtype.Float32},
		{"tf32_tensor_tflops", cost.Matrix, dtype.TF32}, {"fp16_tensor_tflops_dense", cost.Matrix, dtype.Float16},
		{"bf16_tensor_tflops_dense", cost.Matrix, dtype.BFloat16}, {"fp8_tflops_dense", cost.Matrix, dtype.Float8E4M3FN},
		{"int8_tops_dense", cost.Matrix, dtype.Int8}, {"int4_tops_dense", cost.Matrix, dtype.Int4},
		{"fp4_tflops_dense", cost.Matrix, dtype.Float4E2M1},
	}
	c := NewCatalog()
	compared := 0
	for _, row := range rows[1:] {
		id := row[column["id"]]
		if c.find(id, nil) == nil || id == "beaglebone-ai-64" { // its int8 figure is of another core
			continue
		}
		d, err := c.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, want, got float64) {
			compared++
			if math.Abs(got/want-1) > 1e-6 {
				t.Errorf("%s: %s = %g, the table says %g", id, what, got, want)
			}
		}
		for _, p := range peaks {
			if want, err := strconv.ParseFloat(row[column[p.column]], 64); err == nil {
				got := 0.0
				if peak := d.find(p.engine, p.typ); peak != nil {
					got = peak.Rate.Value
				}
				check(p.column, want*1e12, got)
			}
		}
		if want, err := strconv.ParseFloat(row[column["mem_bandwidth_gbs"]], 64); err == nil {
			check("bandwidth", want*1e9, d.DRAM().Bandwidth.Value)
		}
	}
	if compared < 700 {
		t.Errorf("compared %d figures, expected most of the table", compared)
	}
}
