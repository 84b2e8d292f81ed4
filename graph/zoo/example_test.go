package zoo_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

func ExampleOpen() {
	m, err := zoo.Open("zoo:yolo11n?size=320")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := p.Run(infer.Bindings{Batch: 4}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d nodes, %.2f GMAC\n", len(m.Main.Nodes), float64(r.MACs())/1e9)
	// Output: 345 nodes, 3.25 GMAC
}

func ExampleLookup() {
	_, opts, err := zoo.Lookup("zoo:llama3-8b?past=4096")
	fmt.Println(opts["seq"], opts["past"], err)
	_, _, err = zoo.Lookup("zoo:yolo11n?size=321")
	fmt.Println(err)
	// Output:
	// 1 4096 <nil>
	// zoo:yolo11n: size=321: expected a multiple of 32 from 32 to 8192
}
