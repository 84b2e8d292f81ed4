package tfliteread_test

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/tfliteread"
)

// A file that is cut says where it ends and what was expected.
func ExampleRead() {
	const data = "\x1c\x00\x00\x00TFL3"
	_, err := tfliteread.Read("cut.tflite", strings.NewReader(data), int64(len(data)))
	what, expected, _ := strings.Cut(err.Error(), "; ")
	fmt.Println(what)
	fmt.Println(expected)
	// Output:
	// cut.tflite: at byte 8: found the end of the file, but 4 bytes are referred to at byte 28
	// expected a whole TensorFlow Lite model
}
