// Package tfliteread reads a TensorFlow Lite model into a graph.Model without reading its weights.
//
// A .tflite file is a FlatBuffer: tables whose fields are found by offsets. Every offset is checked against the size of
// the file before it is followed. Operators become those of ONNX that count alike. Images are stored with their
// channels last; their dimensions are renamed by views, which move nothing.
package tfliteread

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
)

// Magic stands in a file behind its first four bytes.
const Magic = "TFL3"

// The bounds of a file. spare is the memory beyond a multiple of its size that the model of a tiny file may take.
const (
	schema    = 3        // version of the format
	perByte   = 7        // memory for each byte of the file
	spare     = 64 << 10 // bytes of memory beyond
	mostSteps = 1 << 20  // tables that are visited
	mostDepth = 16       // subgraphs that hold each other
	opCost    = 400      // bytes that an operator takes
)

// A reader makes the graph of one file.
type reader struct {
	f         *file            // the file
	b         *compose.Builder // the graph in the making
	codes     []opcode         // operators by index
	subgraphs vector           // of the file
	buffers   vector           // of the file
	depth     int              // of subgraphs
	steps     int              // tables visited
}

// An opcode is one entry of the list of operators that a file uses.
type opcode struct {
	name   string // for errors and unknown operators
	custom bool   // known by name
	row    *row   // nil: not known
}

// Read reads a model of size bytes from r. name stands for it in messages.
func Read(name string, r io.ReaderAt, size int64) (*graph.Model, error) {
	f := newFile(name, r, size)
	rd := &reader{f: f, b: compose.New(size*perByte + spare)}
	if err := rd.read(); err != nil {
		return nil, err
	}
	return rd.b.Model, nil
}

// read reads the header, checks the version and builds the graph. The first fault ends it.
func (r *reader) read() error {
	f := r.f
	var magic [4]byte
	if f.read(4, magic[:]) && string(magic[:]) != Magic {
		f.fail(4, "%q in the place of %s", magic[:], Magic)
	}
	root := f.table(f.u32(0))
	if v := root.int(4, 0); f.err == nil && v != schema {
		f.fail(root.at, "version %d of the format, known is %d", v, schema)
	}
	r.subgraphs, r.buffers = root.vector(8, 4), root.vector(12, 4)
	if f.err == nil && r.subgraphs.n == 0 {
		f.fail(root.at, "no graph")
	}
	r.opcodes(root.vector(6, 4))
	quantised := r.walk(root)
	r.whole()
	if f.err == nil {
		r.main()
	}
	if f.err == nil && r.b.Err() != nil {
		f.err = fmt.Errorf("%s: %w", f.name, r.b.Err())
	}
	r.b.Model.Producer = "TensorFlow Lite"
	if quantised != (quantisation{}) {
		r.b.Model.Producer += ", " + quantised.String()
	}
	return f.err
}

// opcodes reads the operators that the file uses; custom ones are known by name.
func (r *reader) opcodes(list vector) {
	for i := int64(0); i < list.n && r.f.err == nil; i++ {
		t := list.table(i)
		code := max(t.byte(4, 0), t.int(10, 0))
		c := opcode{row: rowOf(code)}
		switch {
		case code == custom:
			name := t.text(6)
			c = opcode{name: cmp.Or(name, "custom"), custom: true, row: customs[name]}
		case c.row != nil:
			c.name = c.row.name
		default:
			c.name = fmt.Sprintf("builtin %d", code)
		}
		if !r.b.Spend(100 + 2*int64(len(c.name))) {
			return
		}
		r.codes = append(r.codes, c)
	}
}

// A quantisation says how many tensors have one scale, and one for each entry of an axis.
// quantisation counts the quantised tensors of a file.
type quantisation struct{ perTensor, perAxis int }

// String returns the counts in words.
func (q quantisation) String() string {
	return fmt.Sprintf("%d tensors with one scale, %d with one for each channel", q.perTensor, q.perAxis)
}

// walk follows every offset of the file once, so that a file that was cut is noticed, and counts quantised tensors.
func (r *reader) walk(root table) (q quantisation) {
	root.skipText(10)
	root.vector(14, 4)
	for i := int64(0); i < r.buffers.n && r.visit(r.buffers.at); i++ {
		r.buffer(i)
	}
	for i := int64(0); i < r.subgraphs.n && r.visit(r.subgraphs.at); i++ {
		s := r.subgraphs.table(i)
		s.skipText(12)
		s.vector(6, 4)
		s.vector(8, 4)
		q.add(r.walkTensors(s.vector(4, 4)))
		r.walkOperators(s.vector(10, 4))
	}
	for meta, i := root.vector(16, 4), int64(0); i < meta.n && r.visit(meta.at); i++ {
		meta.table(i).skipText(4)
	}
	for defs, i := root.vector(18, 4), int64(0); i < defs.n && r.visit(defs.at); i++ {
		d := defs.table(i)
		d.skipText(8)
		for _, slot := range []int64{4, 6} {
			for names, k := d.vector(slot, 4), int64(0); k < names.n && r.visit(names.at); k++ {
				names.table(k).skipText(4)
			}
		}
	}
	return q
}

// add adds the counts of another graph.
func (q *quantisation) add(o quantisation) { q.perTensor += o.perTensor; q.perAxis += o.perAxis }

// visit counts what is walked: a vector may point to one table a million times.
func (r *reader) visit(at int64) bool {
	if r.steps++; r.steps > mostSteps {
		r.f.fail(at, "more than %d tensors, operators, buffers and names", mostSteps)
	}
	return r.f.err == nil
}

// walkTensors visits every tensor, so that damage is found before memory is taken, and counts
// quantised ones.
func (r *reader) walkTensors(list vector) (q quantisation) {
	for i := int64(0); i < list.n && r.visit(list.at); i++ {
		t := list.table(i)
		t.skipText(10)
		t.vector(4, 4)
		t.vector(18, 4)
		p := t.child(12)
		p.vector(4, 4)
		p.vector(6, 4)
		p.vector(10, 8)
		switch n := p.vector(8, 4).n; {
		case n == 1:
			q.perTensor++
		case n > 1:
			q.perAxis++
		}
	}
	return q
}

// walkOperators visits every operator, so that damage is found before memory is taken.
func (r *reader) walkOperators(list vector) {
	for i := int64(0); i < list.n && r.visit(list.at); i++ {
		t := list.table(i)
		if n := t.int(4, 0); n < 0 || n >= int64(len(r.codes)) {
			r.f.fail(t.at, "a use of operator %d of %d", n, len(r.codes))
		}
		t.vector(6, 4)
		t.vector(8, 4)
		t.child(12)
		t.vector(14, 1)
		t.vector(18, 1)
		t.vector(20, 4)
	}
}

// The marks of a zip archive, which some tools append: labels and vocabularies.
const (
	zipBegin = "PK\x03\x04" // of metadata behind the model
	zipEnd   = "PK\x05\x06" // of metadata behind the model
	zipTail  = 22           // bytes of the end without a comment
)

// whole checks what lies behind the last thing that was found: a whole zip archive, or bytes that nothing refers to.
// Compilers pad files as they like.
func (r *reader) whole() {
	f := r.f
	if f.err != nil {
		return
	}
	end, rest := f.end, f.size-f.end
	var mark [4]byte
	if rest >= int64(len(mark)) {
		f.read(end, mark[:])
	}
	if string(mark[:]) == zipBegin {
		tail := make([]byte, min(rest, 2<<10))
		f.read(f.size-int64(len(tail)), tail)
		if i := bytes.LastIndex(tail, []byte(zipEnd)); f.err == nil && (i < 0 || len(tail)-i < zipTail) {
			f.fail(f.size, "the beginning of an appended archive without its end")
		}
	}
}

// main writes the first subgraph as the main graph.
func (r *reader) main() {
	t := r.subgraphs.table(0)
	g := r.b.Model.Main
	r.b.Model.GraphName = t.text(12)
	s := r.scope(t, g)
	for i, ins := int64(0), t.vector(6, 4); i < ins.n && r.f.err == nil; i++ {
		v := s.value(ins.int(i))
		if v == nil || v.buffer != 0 || len(v.forms) > 0 {
			continue
		}
		symbol := ""
		if v.open&1 != 0 {
			symbol = "batch"
		}
		v.forms = append(v.forms, form{v.dims, r.b.Input(v.name, v.typ, v.dims, symbol)})
	}
	s.operators(t)
	for i, outs := int64(0), t.vector(8, 4); i < outs.n && r.f.err == nil; i++ {
		if v := s.value(outs.int(i)); v != nil && r.b.Spend(4) {
			g.Outputs = append(g.Outputs, s.as(v, v.dims))
		}
	}
}

// scope returns the values of a subgraph.
func (r *reader) scope(t table, g *graph.Graph) *scope {
	return &scope{r: r, g: g, tensors: t.vector(4, 4), values: make(map[int64]*value)}
}

// operators writes the operators of a subgraph.
func (s *scope) operators(t table) {
	list := t.vector(10, 4)
	for i := int64(0); i < list.n && s.r.f.err == nil && s.r.b.Err() == nil; i++ {
		s.operator(list.table(i))
	}
}

// operator adds an operator's nodes to the graph.
func (s *scope) operator(t table) {
	if !s.r.b.Spend(opCost) {
		return
	}
	o := &op{scope: s, b: s.r.b, code: &s.r.codes[t.int(4, 0)], options: t.child(12)}
	o.ins, o.outs = s.list(t.vector(6, 4)), s.list(t.vector(8, 4))
	for _, v := range o.outs {
		if v == nil {
			continue
		}
		if o.name == "" {
			o.name = v.name
		}
		if len(v.forms) > 0 || v.buffer != 0 {
			o.broken("makes a tensor that is there already")
			return
		}
	}
	if s.r.f.err != nil {
		return
	}
	if o.code.row != nil && o.code.row.write != nil {
		o.code.row.write(o)
	} else {
		o.unknown()
	}
}

// list returns the values that a vector of indices names.
func (s *scope) list(v vector) []*value {
	if !s.r.b.Spend(8 * v.n) {
		return nil
	}
	out := make([]*value, v.n)
	for i := range out {
		out[i] = s.value(v.int(int64(i)))
	}
	return slices.Clip(out)
}

// unknown writes an operator that has no row: it is listed, and charged for its operands.
func (o *op) unknown() { o.own(o.code.name) }

// own writes an operator of TensorFlow Lite's own, with the sizes that the file states of its results.
func (o *op) own(name string) {
	var ins, outs []graph.ID
	var attrs []graph.Attr
	for i := range o.ins {
		ins = append(ins, o.plain(i))
	}
	for k, v := range o.outs {
		if v == nil {
			outs = append(outs, graph.None)
			continue
		}
		outs = append(outs, o.same(k, false))
		n := ""
		if k > 0 {
			n = fmt.Sprint(k)
		}
		attrs = append(attrs, compose.Ints("shape"+n, v.dims...), compose.Int("to"+n, int64(v.typ)))
	}
	o.b.Node(o.g, graph.OpID{Domain: compose.TFLite, Type: name}, o.name, ins, outs, attrs...)
}
