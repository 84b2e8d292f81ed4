package tfliteread_test

import (
	"reflect"
	"sync"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// TestShared lets many goroutines read the same files, and use one plan of each; under -race it finds what they share.
func TestShared(t *testing.T) {
	for _, data := range samples() {
		m, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				if again, err := read(data); err != nil || len(again.Main.Nodes) != len(m.Main.Nodes) ||
					!reflect.DeepEqual(again.Main.Outputs, m.Main.Outputs) {
					t.Errorf("read again: %v, expected the same model", err)
				}
				_, _ = plan.Run(infer.Bindings{}, nil) // sizes may be missing
			})
		}
		all.Wait()
	}
}
