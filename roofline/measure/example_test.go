package measure_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ridgepoint/ridgepoint/roofline/measure"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

func ExampleAppend() {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	table := filepath.Join(dir, "mine.csv")
	row := measured.Row{Model: "resnet50", Graph: "zoo:resnet50", Device: "rpi-5", Runtime: "ncnn", Precision: "fp32",
		Latency: 0.118}
	if err := measure.Append(table, row); err != nil {
		fmt.Println(err)
		return
	}
	rows, err := measured.ReadFile(table)
	fmt.Println(len(rows), "row,", err)
	// Output: 1 row, <nil>
}
