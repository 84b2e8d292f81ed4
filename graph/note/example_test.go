package note_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// Inference returns notes as data; the table of this package turns them into text.
func Example() {
	m, err := readers.Open("zoo:resnet18")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range res.Notes {
		fmt.Println(n.Code)
		fmt.Println(note.Texts([]note.Note{n})[0])
	}
	// Output:
	// batch-default
	// batch dimension "batch" defaults to 1
}
