package hwprofiles_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

func ExampleCatalog_Get() {
	d, err := hwprofiles.NewCatalog().Get("NVIDIA GeForce RTX 4090")
	if err != nil {
		fmt.Println(err)
		return
	}
	peak, _ := d.Peak(cost.Matrix, dtype.Float16)
	fmt.Printf("%s: %s (%s), %s\n", d.ID, peak.Rate.Text, peak.Rate.Note, d.DRAM().Bandwidth.Text)
	fmt.Printf("ridge point %.0f FLOP/B\n", peak.Rate.Value/d.DRAM().Bandwidth.Value)
	// Output:
	// rtx4090: 165.2 TFLOP/s (accumulating in fp32), 1.008 TB/s
	// ridge point 164 FLOP/B
}

func ExampleDecode() {
	_, err := hwprofiles.Decode("board.yaml", []byte(`schema: 1
id: board
name: Board
vendor: Me
class: gpu
peak: {vector: {fp32: 8.1 TFLOPS}}
memory: [{level: dram, bandwidth: 320 GB/s}]
sources: {default: {kind: vendor, title: data sheet}}
`))
	fmt.Println(err)
	// Output:
	// board.yaml:6:23: peak.vector.fp32: found "8.1 TFLOPS", expected a floating-point rate (FLOP/s)
	//   | peak: {vector: {fp32: 8.1 TFLOPS}}
	//   |                       ^
	//   write "8.1 TFLOP/s"
}

func ExampleDiff() {
	c := hwprofiles.NewCatalog()
	a, err := c.Get("a100-sxm4-40")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := c.Get("a100-sxm4-80")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range hwprofiles.Diff(a, b) {
		if d.A == nil || d.B == nil { // only one of them has it
			continue
		}
		fmt.Printf("%s: %s, %s (x%.2f)\n", d.Path, d.A.Text, d.B.Text, d.Ratio)
	}
	// Output:
	// memory.dram.capacity: 40 GiB, 80 GiB (x2.00)
	// memory.dram.visible: 40960 MiB, 81920 MiB (x2.00)
	// memory.dram.bandwidth: 1.555 TB/s, 2.039 TB/s (x1.31)
	// achieved.dram: 1382 GB/s, 1737 GB/s (x1.26)
}
