package infer

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// batchTolerance says how far the multiply-adds of a re-inferred batch may be from
// batch x those of the exported one before the graph is taken to mix samples.
const batchTolerance = 0.005

// maxScaled gives the largest work and traffic, in MACs plus bytes, that a batch is scaled to: three bits below where
// their sums and products by a few would saturate.
const maxScaled = 1 << 60

// macCache remembers the multiply-adds at the exported batch, by everything else that is bound.
type macCache struct {
	mu   sync.Mutex       // guards macs
	macs map[string]int64 // by bindings
}

// runBatch infers at the wanted batch. A graph exported with a fixed batch has the
// first dimension of its inputs rebound; where a constant baked into the graph forbids
// that, it is inferred as exported and its per-sample work and traffic are scaled.
func (p *Plan) runBatch(b Bindings, r *Result) error {
	native := p.nativeBatch()
	if b.Batch <= 0 || b.Batch == native {
		return p.run(&b, r)
	}
	at := b
	at.native, at.rebind = native, b.Batch
	err := p.run(&at, r)
	if _, unbound := err.(*UnboundError); unbound {
		return err
	}
	if errors.Is(err, ops.ErrTooLarge) { // of the batch, not of a graph that fixes its own
		return fmt.Errorf("batch %d is out of range: %w", b.Batch, err)
	}
	base := max(native, 1)
	want, nerr := p.macsAt(b, base)
	if nerr != nil {
		if err != nil {
			return err
		}
		return nerr
	}
	if err == nil && scales(r.sampleMACs(), want, float64(b.Batch)/float64(base)) {
		return nil
	}
	wanted := b.Batch
	b.Batch = base
	if err := p.run(&b, r); err != nil {
		return err
	}
	if sat.Mul(sat.Add(r.bytes(), r.MACs()), wanted) > maxScaled {
		return fmt.Errorf("batch %d is out of range: work or traffic would be more than 2^60", wanted)
	}
	r.scale(wanted, base)
	return nil
}

// nativeBatch returns the batch that the file declares, 0 if it is free.
func (p *Plan) nativeBatch() int64 {
	if p.batch.input == graph.None {
		return 0
	}
	d := p.Model.Tensors[p.batch.input].Decl.Dims[p.batch.dim]
	if d.Symbol != "" {
		return 0
	}
	return max(d.Value, 0)
}

// macsAt returns the multiply-adds on data of the samples at another batch, remembered.
func (p *Plan) macsAt(b Bindings, batch int64) (int64, error) {
	b.Batch = batch
	key := fmt.Sprint(batch, b.Dims, b.Shapes, b.Trip)
	p.macs.mu.Lock()
	defer p.macs.mu.Unlock()
	if m, ok := p.macs.macs[key]; ok {
		return m, nil
	}
	r := &Result{Plan: p}
	if err := p.run(&b, r); err != nil {
		return 0, err
	}
	if p.macs.macs == nil {
		p.macs.macs = make(map[string]int64)
	}
	p.macs.macs[key] = r.sampleMACs()
	return p.macs.macs[key], nil
}

// scales reports whether got is base times ratio, within batchTolerance.
func scales(got, base int64, ratio float64) bool {
	want := float64(base) * ratio
	return math.Abs(float64(got)-want) <= batchTolerance*want
}

// scale multiplies per-sample work and traffic by to/from. What depends on no input is done once whatever the
// batch, and weights and other constants cross memory once.
func (r *Result) scale(to, from int64) {
	r.Batch, r.Scale = to, float64(to)/float64(from)
	mul := func(v int64) int64 { return sat.Mul(v, to) / from }
	sample := r.perSample()
	for i := range r.Steps {
		s := &r.Steps[i]
		if !sample[i] {
			continue
		}
		c := &s.Cost
		c.MACs = mul(c.MACs)
		for e := range c.Work {
			c.Work[e].Ops = mul(c.Work[e].Ops)
		}
		once := min(r.constantReads(s), c.Read)
		c.Read, c.Written = mul(c.Read-once)+once, mul(c.Written)
	}
	r.Notes = append(r.Notes, note.New(note.BatchScaled, from, to, r.Scale))
}

// sampleMACs returns the multiply-adds on data of the samples: what a network makes of its weights alone, it makes once
// a batch.
func (r *Result) sampleMACs() (n int64) {
	sample := r.perSample()
	for i := range r.Steps {
		if s := &r.Steps[i]; sample[i] {
			n = sat.Add(n, sat.Mul(s.Cost.MACs, s.Times))
		}
	}
	return n
}

// perSample reports for each step whether it works on data of the samples: whether any input of the model reaches it
// other than through shapes.
func (r *Result) perSample() []bool {
	r.sampled = slices.Grow(r.sampled[:0], len(r.Infos))[:len(r.Infos)]
	clear(r.sampled)
	for _, id := range r.Plan.Model.Main.Inputs {
		r.sampled[id] = true
	}
	out := make([]bool, len(r.Steps))
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Folded {
			continue
		}
		out[i] = s.Depth > 0 // bodies see the samples by way of their own inputs
		for id := range reads(s.Node) {
			out[i] = out[i] || r.sampled[id]
		}
		for _, id := range s.Node.Outputs {
			if id != graph.None {
				r.sampled[id] = out[i]
			}
		}
	}
	return out
}

// constantReads returns the bytes that a step reads of tensors that are the same for all samples; weights are counted
// apart.
func (r *Result) constantReads(s *Step) int64 {
	var n int64
	for _, id := range s.Node.Inputs {
		if id != graph.None && !r.sampled[id] && r.Plan.Model.Tensors[id].Init == nil {
			n = sat.Add(n, r.Infos[id].Bytes())
		}
	}
	return n
}

// bytes returns the traffic of one inference, node by node.
func (r *Result) bytes() int64 {
	var n int64
	for i := range r.Steps {
		s := &r.Steps[i]
		n = sat.Add(n, sat.Mul(s.Cost.Bytes(), s.Times))
	}
	return n
}

// MACs returns the multiply-adds of one inference.
func (r *Result) MACs() int64 {
	var n int64
	for i := range r.Steps {
		s := &r.Steps[i]
		n = sat.Add(n, sat.Mul(s.Cost.MACs, s.Times))
	}
	return n
}
