package note_test

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A note is made of a code and arguments, and rendered when somebody reads it.
func Example() {
	n := note.New(note.BatchDefault, "N", int64(1))
	fmt.Println(n.Code, n.Level(), n.Values())
	fmt.Println(n.Text())
	// Output:
	// batch-default info map[dim:N value:1]
	// batch dimension "N" defaults to 1
}
