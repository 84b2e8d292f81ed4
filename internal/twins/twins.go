// Package twins helps tests to compare what one network counts in two formats.
package twins

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// Run infers a model that has no free dimension.
func Run(t testing.TB, m *graph.Model) *infer.Result { return Bound(t, m, nil) }

// Bound infers a model whose free dimensions have these sizes.
func Bound(t testing.TB, m *graph.Model, dims map[string]int64) *infer.Result {
	t.Helper()
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(infer.Bindings{Dims: dims}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Sum returns the cost of a whole inference, and the labels of the nodes that are unknown.
func Sum(res *infer.Result) (c cost.Cost, unknown []string) {
	for i := range res.Steps {
		k := res.Steps[i].Total()
		c.Add(&k)
		if res.Steps[i].Unknown {
			unknown = append(unknown, res.Steps[i].Node.Label().String())
		}
	}
	return c, unknown
}
