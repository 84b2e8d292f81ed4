package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// qdq applies what QuantizeLinear and DequantizeLinear around an operator mean, at
// every level: the operator reads and writes quantised tensors. A
// DequantizeLinear joins the first step that reads through it (others read the
// same quantised bytes), a QuantizeLinear joins what makes its input.
func qdq(f *fuser) {
	for i := range f.Live {
		if f.Live[i] && !f.passes(int32(i)) {
			f.takeDequantize(int32(i))
		}
	}
	for i := range f.Live {
		q := int32(i)
		if !f.Live[i] || f.Kind(q) != ops.Quantize || f.fusion[q] != cost.Elementwise {
			continue
		}
		in := f.Root[f.Res.Steps[q].Node.Inputs[0]]
		m := f.Maker[in]
		if m < 0 || f.Const[in] {
			continue
		}
		u := f.unit[m]
		if f.fusion[u] != cost.Opaque && f.out(u) == in && f.reader(in) == f.unit[q] && f.together(m, q) {
			f.merge(u, f.unit[q], qdqRule)
		}
	}
}

// passes reports whether a step is a DequantizeLinear that is read through.
func (f *fuser) passes(i int32) bool {
	out := dataflow.FirstOutput(f.Res.Steps[i].Node)
	return f.Kind(i) == ops.Dequantize && f.Root[out] != out
}

// takeDequantize merges into step i the DequantizeLinear steps that nothing before it took.
func (f *fuser) takeDequantize(i int32) {
	for _, id := range f.Res.Steps[i].Node.Inputs {
		if id == graph.None {
			continue
		}
		if d := f.Through[id]; d >= 0 && f.single(d) && f.together(d, i) && f.unit[i] != d {
			f.merge(f.unit[i], d, qdqRule)
		}
	}
}

// quantised sets the types of a kernel's arithmetic where its operands are
// stored quantised: matrix work whose two factors both are, and other work in
// kernels that read and write no wide floating-point tensor or only convert.
func (l *Lowerer) quantised(k *kernel.Kernel, main int32) {
	t := dtype.Undefined
	if k.Cost.MACs > 0 {
		t = l.product(main)
	} else if l.converts(k) {
		t = dtype.Int8
	}
	if t == dtype.Undefined {
		return
	}
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 && kernel.Wide(w.Type) {
			w.Type = t
		}
	}
}

// product returns the type of a product of two quantised factors, Undefined if one of them is not.
func (l *Lowerer) product(main int32) dtype.Type {
	in := l.Res.Steps[main].Node.Inputs
	if len(in) < 2 || in[0] == graph.None || in[1] == graph.None || !kernel.Wide(l.Res.Infos[in[0]].Type) {
		return dtype.Undefined
	}
	_, a := l.Size(in[0])
	_, b := l.Size(in[1])
	if kernel.Wide(a) || kernel.Wide(b) || a == dtype.Undefined || b == dtype.Undefined {
		return dtype.Undefined
	}
	if b.Bits() > a.Bits() {
		a = b
	}
	switch {
	case a == dtype.Uint8:
		return dtype.Int8
	case a == dtype.Uint4:
		return dtype.Int4
	}
	return a
}

// converts reports whether a kernel holds quantisation steps and moves quantised tensors only, or nothing else.
func (l *Lowerer) converts(k *kernel.Kernel) bool {
	some, all := false, true
	for _, s := range k.Steps {
		c := l.Kind(s)
		is := c == ops.Quantize || c == ops.Dequantize
		some, all = some || is, all && is
	}
	return all || some && k.Float.Read.Bytes == 0 && k.Float.Written.Bytes == 0
}
