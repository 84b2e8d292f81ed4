package infer_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// TestBatchTwins compares graphs exported with a fixed batch, run at batch 8 by rebinding or by scaling, with their
// twins exported with a dynamic one: multiply-adds and FLOPs agree within 1 %, and so do bytes where both exports
// wrote the same operators (a newer exporter writes a normalisation as one node instead of eight).
func TestBatchTwins(t *testing.T) {
	dir := reference.Path(t, "corpus", "dev")
	twins, _ := filepath.Glob(filepath.Join(dir, "*_dynb.onnx.gz"))
	compared, traffic := 0, 0
	for _, twin := range twins {
		fixed := strings.Replace(twin, "_dynb", "", 1)
		a, err := atBatch(t, fixed, 8)
		if err != nil {
			if !strings.Contains(err.Error(), "no such file") {
				t.Errorf("%s: %v", filepath.Base(fixed), err)
			}
			continue
		}
		b, err := atBatch(t, twin, 8)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(twin), err)
			continue
		}
		compared++
		x, y := sumOf(a), sumOf(b)
		for _, f := range []struct {
			what string
			x, y int64
		}{{"MACs", x.MACs, y.MACs}, {"FLOPs", x.FLOPs(), y.FLOPs()}, {"bytes", x.Bytes(), y.Bytes()},
			{"weights", x.Weights, y.Weights}} {
			if f.what == "bytes" && norms(a) != norms(b) {
				continue
			}
			if f.what == "bytes" {
				traffic++
			}
			if math.Abs(float64(f.x)-float64(f.y)) > 0.01*float64(f.y) {
				t.Errorf("%s at batch 8 (scale %g): %s %d, its dynamic twin %d", filepath.Base(fixed), a.Scale, f.what, f.x, f.y)
			}
		}
	}
	if least := reference.Least(t, 10, 3); compared < least || traffic < least {
		t.Errorf("only %d pairs were compared, %d by traffic", compared, traffic)
	}
	t.Logf("%d pairs, %d of them by traffic", compared, traffic)
}

// norms counts the nodes that are a whole normalisation.
func norms(r *infer.Result) int {
	n := 0
	for i := range r.Steps {
		if r.Steps[i].Node.Op.Type == "LayerNormalization" {
			n++
		}
	}
	return n
}

func atBatch(t *testing.T, path string, batch int64) (*infer.Result, error) {
	t.Helper()
	m, err := readers.Open(path)
	if err != nil {
		return nil, err
	}
	p, err := infer.Prepare(m)
	if err != nil {
		return nil, err
	}
	return p.Run(infer.Bindings{Batch: batch}, nil)
}

func sumOf(r *infer.Result) cost.Cost {
	var sum cost.Cost
	for i := range r.Steps {
		if s := &r.Steps[i]; !s.Folded {
			c := s.Total()
			sum.Add(&c)
		}
	}
	return sum
}

// TestBatchTooLarge: a batch that a tensor cannot have is refused as such, and not taken for one that the graph fixes.
func TestBatchTooLarge(t *testing.T) {
	for _, batch := range []int64{1 << 27, 1 << 40, 1 << 60} {
		_, err := atBatch(t, "zoo:resnet18", batch)
		if err == nil || !strings.Contains(err.Error(), "is out of range") {
			t.Errorf("batch %d: %v", batch, err)
		}
	}
}
