package roofline

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// TestCeilings checks that every class of kernel has a bandwidth of its own kind: parameter 0 is no bandwidth.
func TestCeilings(t *testing.T) {
	for c := kernel.Class(0); c < kernel.NumClasses; c++ {
		if ceilings[c].band == 0 {
			t.Errorf("kernels of class %s have no bandwidth: add it to ceilings in terms.go", c)
		}
	}
}
