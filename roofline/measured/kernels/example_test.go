package kernels_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/measured/kernels"
)

func ExampleRead() {
	rows, err := kernels.Read(strings.NewReader(
		"device,precision,op,batch,m,n,k,bytes_moved_min,flops,latency_us\n" +
			"H100,fp16,gemm,1,4096,4096,4096,100663296,137438953472,195\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f TFLOP/s\n", rows[0].FLOPs/rows[0].Latency/1e12)
	// Output: 705 TFLOP/s
}
