package conventions_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/conventions"
)

func ExampleFind() {
	for _, name := range []string{"thop", "ultralytics"} {
		v, err := conventions.Find(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s prints %s and counts %ss\n", v.Name, v.Calls, v.Unit)
	}
	// Output:
	// thop prints FLOPs or MACs and counts MACs
	// ultralytics prints GFLOPs and counts FLOPs
}
