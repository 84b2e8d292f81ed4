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

// figureOf finds what a column of the table of published figures says, in the column's unit, in a profile; 0 where it is not there.
type figureOf func(d *Device) float64

func rateOf(e cost.Engine, t dtype.Type) figureOf {
	return func(d *Device) float64 {
		if p := d.find(e, t); p != nil {
			return p.Rate.Value / 1e12
		}
		return 0
	}
}

// halfSums is the fp16 rate with sums in fp16: the plain one where the card is no faster so.
func halfSums(d *Device) float64 {
	for _, o := range d.OptIn {
		for _, p := range o.Peaks {
			if o.Name == "fp16-accumulate" && p.Type == dtype.Float16 {
				return p.Rate.Value / 1e12
			}
		}
	}
	return rateOf(cost.Matrix, dtype.Float16)(d)
}

// tableColumns are the columns that are compared, with how they are read from a profile.
var tableColumns = []struct {
	name string
	of   figureOf
}{
	{"fp64_tflops", rateOf(cost.Vector, dtype.Float64)}, {"fp32_vector_tflops", rateOf(cost.Vector, dtype.Float32)},
	{"tf32_tensor_tflops", rateOf(cost.Matrix, dtype.TF32)}, {"fp16_vector_tflops", rateOf(cost.Vector, dtype.Float16)},
	{"fp16_tensor_tflops_dense", rateOf(cost.Matrix, dtype.Float16)}, {"bf16_tensor_tflops_dense", rateOf(cost.Matrix, dtype.BFloat16)},
	{"fp16_tensor_fp16acc_tflops_dense", halfSums}, {"fp8_tflops_dense", rateOf(cost.Matrix, dtype.Float8E4M3FN)},
	{"int8_tops_dense", func(d *Device) float64 { // the table does not tell dp4a from a matrix unit
		return max(rateOf(cost.Matrix, dtype.Int8)(d), rateOf(cost.Vector, dtype.Int8)(d))
	}},
	{"int4_tops_dense", rateOf(cost.Matrix, dtype.Int4)}, {"fp4_tflops_dense", rateOf(cost.Matrix, dtype.Float4E2M1)},
	{"mem_bandwidth_gbs", func(d *Device) float64 { return d.DRAM().Bandwidth.Value / 1e9 }},
	{"mem_capacity_gib", func(d *Device) float64 { return d.DRAM().Capacity.Value / (1 << 30) }},
	{"tdp_w", func(d *Device) float64 {
		if d.TDP == nil {
			return 0
		}
		return d.TDP.Value
	}},
}

// tableElsewhere are the cells that another profile holds, or none for the reason given: a row describes a whole board, a profile one unit.
var tableElsewhere = map[[2]string]struct{ id, why string }{
	{"coral-dev-board", "fp32_vector_tflops"}:     {id: "coral-dev-board-cpu"},
	{"coral-dev-board", "mem_bandwidth_gbs"}:      {id: "coral-dev-board-cpu"},
	{"coral-dev-board", "mem_capacity_gib"}:       {id: "coral-dev-board-cpu"},
	{"snapdragon-x-elite", "fp32_vector_tflops"}:  {id: "snapdragon-x-elite-cpu"},
	{"snapdragon-x-elite", "fp16_vector_tflops"}:  {id: "snapdragon-x-elite-cpu"},
	{"beaglebone-ai-64", "int8_tops_dense"}:       {why: "the rate of its C7x accelerator, not of the cores that the profile describes"},
	{"a30", "fp16_tensor_fp16acc_tflops_dense"}:   {why: "the rate with sums in fp32, rounded otherwise"},
	{"l4", "fp16_tensor_fp16acc_tflops_dense"}:    {why: "the rate with sums in fp32, rounded otherwise"},
	{"core-ultra-155h-cpu", "fp64_tflops"}:        {why: "without the two low-power cores"},
	{"core-ultra-155h-cpu", "fp32_vector_tflops"}: {why: "without the two low-power cores"},
	{"core-ultra-155h-cpu", "int8_tops_dense"}:    {why: "without the two low-power cores"},
	{"orange-pi-5", "fp64_tflops"}:                {why: "the rate of its four big cores alone"},
	{"orange-pi-5", "fp32_vector_tflops"}:         {why: "the rate of its four big cores alone"},
	{"orange-pi-5", "fp16_vector_tflops"}:         {why: "the rate of its four big cores alone"},
	{"orange-pi-5", "int8_tops_dense"}:            {why: "the rate of its four big cores alone"},
	{"rpi-5", "mem_capacity_gib"}:                 {id: "rpi-5-16"},
	{"gtx1080ti", "fp16_vector_tflops"}:           {why: "its emulate: 1/64 of the fp32 rate, which no library uses"},
}

// printsDecimal: within this a vendor's GB stands for 10⁹ B where the table's column is in GiB.
const printsDecimal = 1.073741824

// TestReferenceTable holds that every row of a table of published figures has a profile and that the two agree.
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
	c, compared := NewCatalog(), 0
	for _, row := range rows[1:] {
		for _, col := range tableColumns {
			if want, err := strconv.ParseFloat(row[column[col.name]], 64); err == nil {
				compareCell(t, c, row[column["id"]], col.name, col.of, want)
				compared++
			}
		}
	}
	if compared < 1100 {
		t.Errorf("compared %d figures, expected most of the table", compared)
	}
}

func compareCell(t *testing.T, c *Catalog, id, column string, of figureOf, want float64) {
	t.Helper()
	holder := id
	switch elsewhere := tableElsewhere[[2]string{id, column}]; {
	case elsewhere.why != "":
		return
	case elsewhere.id != "":
		holder = elsewhere.id
	}
	d, err := c.Get(holder)
	if err != nil {
		t.Errorf("the row %s has no profile: %v", id, err)
		return
	}
	got := of(d)
	if math.Abs(got/want-1) > 1e-6 && (column != "mem_capacity_gib" || math.Abs(got*printsDecimal/want-1) > 1e-6) {
		t.Errorf("%s: %s = %g, the table says %g", holder, column, got, want)
	}
}
