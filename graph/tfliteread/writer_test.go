package tfliteread_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// A tab is a table to be written: its fields by slot. A field is an int8, int32, uint64, float32, string, tab, []int32,
// []int64, []float32, []byte or []tab.
type tab map[int]any

// A flat is a FlatBuffer being written from front to back: what refers stands before what it refers to.
type flat struct{ b []byte }

func (w *flat) u32(v int) { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(v)) }

func (w *flat) align(n, behind int) {
	for (len(w.b)+behind)%n != 0 {
		w.b = append(w.b, 0)
	}
}

// patch makes the offset at a place refer to the end.
func (w *flat) patch(at int) { binary.LittleEndian.PutUint32(w.b[at:], uint32(len(w.b)-at)) }

func width(v any) int {
	switch v.(type) {
	case int8:
		return 1
	case uint64:
		return 8
	}
	return 4
}

// table writes a table behind its list of fields, then what its fields refer to, and returns where it lies.
func (w *flat) table(t tab) int {
	slots := make([]int, 0, len(t))
	last := 2
	for s := range t {
		slots, last = append(slots, s), max(last, s)
	}
	slices.Sort(slots)
	w.align(4, 0)
	vtable := make([]byte, last+2)
	size, places := 4, map[int]int{}
	for _, s := range slots {
		n := width(t[s])
		for size%n != 0 {
			size++
		}
		places[s] = size
		binary.LittleEndian.PutUint16(vtable[s:], uint16(size))
		size += n
	}
	binary.LittleEndian.PutUint16(vtable, uint16(len(vtable)))
	binary.LittleEndian.PutUint16(vtable[2:], uint16(size))
	from := len(w.b)
	w.b = append(w.b, vtable...)
	w.align(8, 0)
	at := len(w.b)
	w.u32(at - from)
	w.b = append(w.b, make([]byte, size-4)...)
	for _, s := range slots {
		w.field(at+places[s], t[s])
	}
	return at
}

func (w *flat) field(at int, v any) {
	switch v := v.(type) {
	case int8:
		w.b[at] = byte(v)
	case int32:
		binary.LittleEndian.PutUint32(w.b[at:], uint32(v))
	case uint64:
		binary.LittleEndian.PutUint64(w.b[at:], v)
	case float32:
		binary.LittleEndian.PutUint32(w.b[at:], math.Float32bits(v))
	default:
		w.refer(at, v)
	}
}

// refer writes what a field refers to.
func (w *flat) refer(at int, v any) {
	begin := func(n, unit int) {
		w.align(4, 0)
		w.align(unit, 4)
		w.patch(at)
		w.u32(n)
	}
	switch v := v.(type) {
	case string:
		begin(len(v), 4)
		w.b = append(append(w.b, v...), 0)
	case []byte:
		begin(len(v), 16)
		w.b = append(w.b, v...)
	case []int32:
		begin(len(v), 4)
		for _, n := range v {
			w.u32(int(n))
		}
	case []float32:
		begin(len(v), 4)
		for _, n := range v {
			w.u32(int(math.Float32bits(n)))
		}
	case []int64:
		begin(len(v), 8)
		for _, n := range v {
			w.b = binary.LittleEndian.AppendUint64(w.b, uint64(n))
		}
	case tab:
		here := w.table(v)
		binary.LittleEndian.PutUint32(w.b[at:], uint32(here-at))
	case []tab:
		begin(len(v), 4)
		first := len(w.b)
		w.b = append(w.b, make([]byte, 4*len(v))...)
		for i := range v {
			here := w.table(v[i])
			binary.LittleEndian.PutUint32(w.b[first+4*i:], uint32(here-first-4*i))
		}
	}
}

// encode returns a file with a root table.
func encode(root tab) []byte {
	w := &flat{}
	w.u32(0)
	w.b = append(w.b, "TFL3"...)
	at := w.table(root)
	binary.LittleEndian.PutUint32(w.b, uint32(at))
	w.align(4, 0)
	return w.b
}

// The types of tensors as files number them.
const (
	float32s = 0
	int32s   = 2
	int64s   = 4
	bools    = 6
	int8s    = 9
)

// A lite is a TensorFlow Lite model being made.
type lite struct {
	codes, buffers []tab
	graphs         []*liteGraph
}

type liteGraph struct {
	tensors, ops    []tab
	inputs, outputs []int32
}

func newLite() *lite {
	return &lite{buffers: []tab{{}}, graphs: []*liteGraph{{}}}
}

// op adds an operator to a graph.
func (l *lite) op(g *liteGraph, code int, ins, outs []int32, options tab) {
	index := slices.IndexFunc(l.codes, func(t tab) bool { return t[10] == int32(code) })
	if index < 0 {
		index = len(l.codes)
		l.codes = append(l.codes, tab{4: int8(min(code, 127)), 10: int32(code)})
	}
	t := tab{4: int32(index), 6: ins, 8: outs}
	if options != nil {
		t[10], t[12] = int8(1), options
	}
	g.ops = append(g.ops, t)
}

// tensor adds a tensor. data makes it a constant.
func (l *lite) tensor(g *liteGraph, name string, kind int8, data []byte, dims ...int64) int32 {
	shape := []int32{}
	for _, d := range dims {
		shape = append(shape, int32(d))
	}
	t := tab{4: shape, 6: kind, 10: name, 20: int8(1)}
	if data != nil {
		t[8] = int32(len(l.buffers))
		l.buffers = append(l.buffers, tab{4: data})
	}
	if kind == int8s {
		scales, zeros := []float32{0.5}, []int64{0}
		if data != nil && len(dims) > 1 {
			scales, zeros = make([]float32, dims[0]), make([]int64, dims[0])
		}
		t[12] = tab{8: scales, 10: zeros}
	}
	g.tensors = append(g.tensors, t)
	return int32(len(g.tensors) - 1)
}

func (l *lite) bytes() []byte {
	var graphs []tab
	for _, g := range l.graphs {
		graphs = append(graphs, tab{4: g.tensors, 6: g.inputs, 8: g.outputs, 10: g.ops, 12: "main"})
	}
	return encode(tab{4: int32(3), 6: l.codes, 8: graphs, 10: "made by a test", 12: l.buffers})
}

func int32Bytes(list ...int64) []byte {
	var b []byte
	for _, v := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

// relink appends a list that refers n times to the first entry of a list of the first graph, which then uses it.
func relink(data []byte, slot, n int) []byte {
	u32 := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	field := func(table, slot int) int {
		vtable := table - int(int32(u32(table)))
		return table + int(binary.LittleEndian.Uint16(data[vtable+slot:]))
	}
	follow := func(at int) int { return at + u32(at) }
	graphs := follow(field(u32(0), 8))
	graph := follow(graphs + 4)
	at := field(graph, slot)
	target := follow(follow(at) + 4)
	// the list stands behind what it refers to, and offsets lead forwards: the entry is copied behind the list
	w := &flat{b: bytes.Clone(data)}
	w.align(4, 0)
	w.patch(at)
	w.u32(n)
	begin := len(w.b)
	w.b = append(w.b, make([]byte, 4*n)...)
	size := int(binary.LittleEndian.Uint16(data[target-int(int32(u32(target)))+2:]))
	copied := len(w.b)
	w.b = append(w.b, data[target:target+size]...)
	w.align(4, 0)
	binary.LittleEndian.PutUint32(w.b[copied:], uint32(copied-target+int(int32(u32(target)))))
	for off := 8; off+4 <= size; off += 4 { // what the entry refers to lies before it now: it refers to an empty list
		binary.LittleEndian.PutUint32(w.b[copied+off:], uint32(len(w.b)-copied-off))
	}
	w.u32(0)
	for i := range n {
		binary.LittleEndian.PutUint32(w.b[begin+4*i:], uint32(copied-begin-4*i))
	}
	return w.b
}
