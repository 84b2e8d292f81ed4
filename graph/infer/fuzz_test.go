package infer_test

import (
	"bytes"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// inferring bounds what inference may allocate: functions and loops multiply what a small file says, up to bounds of
// their own.
var inferring = allocated.Bound{PerByte: 8000, AtLeast: 1 << 30}

// FuzzInfer holds that no file makes inference panic, run on without end or find impossible costs. The seeds
// named after tests are models of ONNX's backend tests (Apache-2.0); the others are findings.
func FuzzInfer(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := onnxread.Read("fuzz.onnx", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		inferring.Hold(t, len(data), func() {
			plan, err := infer.Prepare(m)
			if err != nil {
				return
			}
			var r *infer.Result
			for _, b := range fuzzBindings(plan) {
				if r, err = plan.Run(b, r); err == nil {
					checkResult(t, r)
				}
			}
		})
	})
}

// fuzzBindings are the defaults, another batch with every symbol bound, and huge dimensions.
func fuzzBindings(p *infer.Plan) []infer.Bindings {
	small, huge := map[string]int64{}, map[string]int64{}
	for _, id := range p.Model.Main.Inputs {
		if d := p.Model.Tensors[id].Decl; d != nil {
			for _, dim := range d.Dims {
				small[dim.Symbol], huge[dim.Symbol] = 7, 1<<40
			}
		}
	}
	return []infer.Bindings{{}, {Batch: 3, Dims: small}, {Dims: huge, Trip: 5}}
}

// checkResult holds that every cost and dimension is a number that can be.
func checkResult(t *testing.T, r *infer.Result) {
	t.Helper()
	for i := range r.Steps {
		s := &r.Steps[i]
		c := s.Total()
		if s.Times < 0 || c.MACs < 0 || c.Read < 0 || c.Weights < 0 || c.Written < 0 {
			t.Fatalf("%s: %d times %+v", s.Node.Label(), s.Times, s.Cost)
		}
		for _, w := range c.Work {
			if w.Ops < 0 {
				t.Fatalf("%s: %+v", s.Node.Label(), s.Cost)
			}
		}
		for _, id := range s.Node.Outputs {
			if id != graph.None {
				checkDims(t, s.Node, r.Infos[id].Shape)
			}
		}
	}
}

func checkDims(t *testing.T, n *graph.Node, s graph.Shape) {
	t.Helper()
	for _, d := range s {
		if d < 0 {
			t.Fatalf("%s: shape %v", n.Label(), s)
		}
	}
}
