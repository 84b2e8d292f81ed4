package lower

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// TestEveryKind checks that every kind of operator has a class of kernel. The zero class is that of convolutions.
func TestEveryKind(t *testing.T) {
	for k := ops.NoKind; k < ops.NumKinds; k++ {
		if c := classes[k]; c >= kernel.NumClasses || c == kernel.Conv && !k.Convolution() {
			t.Errorf("kind %s has no class of kernel: add it to classes in class.go", k)
		}
		if k.Matrix() == (classes[k] >= kernel.Pointwise) {
			t.Errorf("kind %s has class %s, which is at odds with whether it does matrix work", k, classes[k])
		}
	}
}

// TestSeeds checks that the seeds of composites are operators of the standard: a misspelt one would never match.
func TestSeeds(t *testing.T) {
	for _, c := range allComposites {
		for _, op := range c.seeds {
			if s := ops.Lookup(graph.OpID{Type: op}, 24); s == nil {
				t.Errorf("composite %s grows from %s, which is no operator", c.rule, op)
			}
		}
	}
}
