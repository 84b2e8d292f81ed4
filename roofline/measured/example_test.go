package measured_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

func ExampleRead() {
	table, err := measured.Read(strings.NewReader(
		"model,graph,device,runtime,precision,batch,latency_ms\nYOLO11n,zoo:yolo11n,Raspberry Pi 5,ncnn,fp32,1,94.3\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Rows[0].Graph, table.Rows[0].Latency, "s")
	// Output: zoo:yolo11n 0.0943 s
}
