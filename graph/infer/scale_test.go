package infer

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestScaleAgreesWithRebinding infers graphs with a dynamic batch at 8, and at 1 with costs scaled by 8: the two
// ways to a batch agree within 1 %.
func TestScaleAgreesWithRebinding(t *testing.T) {
	sampling.Alone(t)
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*_dynb.onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		m, err := readers.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		rebound, err := p.Run(Bindings{Batch: 8}, nil)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		scaled, err := p.Run(Bindings{Batch: 1}, nil)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		scaled.scale(8, 1)
		a, b := sum(scaled), sum(rebound)
		for _, f := range []struct {
			what string
			a, b int64
		}{{"MACs", a.MACs, b.MACs}, {"FLOPs", a.FLOPs(), b.FLOPs()}, {"bytes", a.Bytes(), b.Bytes()},
			{"weight bytes", a.Weights, b.Weights}} {
			if math.Abs(float64(f.a)-float64(f.b)) > 0.01*float64(f.b) {
				t.Errorf("%s: %d %s scaled, %d rebound", filepath.Base(path), f.a, f.what, f.b)
			}
		}
	}
}

func sum(r *Result) cost.Cost {
	var total cost.Cost
	for i := range r.Steps {
		if s := &r.Steps[i]; !s.Folded {
			c := s.Total()
			total.Add(&c)
		}
	}
	return total
}
