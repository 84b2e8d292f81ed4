package tfliteread_test

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// samples are files that together use most of the format.
func samples() [][]byte {
	out := [][]byte{branches(31, tab{4: int32(1)}), branches(118, tab{4: int32(1), 6: int32(2)}), branches(119,
		tab{4: int32(3), 6: int32(1)})}
	for i := range uses {
		code := 0
		for _, c := range uses[i].codes {
			if c < '0' || c > '9' {
				break
			}
			code = 10*code + int(c-'0')
		}
		out = append(out, uses[i].model(code))
	}
	return out
}

// TestCut holds that a file which ends early is an error, wherever it ends. Only what pads it may be missing.
func TestCut(t *testing.T) {
	for _, data := range samples() {
		whole, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		content := len(bytes.TrimRight(data, "\x00"))
		for n := range data {
			m, err := read(data[:n])
			if err == nil && (n < content || !reflect.DeepEqual(m, whole)) {
				t.Fatalf("the first %d of %d bytes read as %v", n, len(data), m)
			}
		}
	}
}

// TestPadded reads files of any size: compilers for Edge TPUs pad them by odd numbers of bytes.
func TestPadded(t *testing.T) {
	data := uses[0].model(0)
	whole, err := read(data)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 9 {
		if m, err := read(append(bytes.Clone(data), make([]byte, n)...)); err != nil || !reflect.DeepEqual(m, whole) {
			t.Errorf("%d bytes behind a model: %v, expected the same model", n, err)
		}
	}
}

// TestAppended takes a whole archive behind a model, and refuses half of one.
func TestAppended(t *testing.T) {
	data := uses[0].model(0)
	zip := "PK\x03\x04 labels PK\x05\x06" + strings.Repeat("\x00", 18)
	if _, err := read(append(bytes.Clone(data), zip...)); err != nil {
		t.Error(err)
	}
	for n := 4; n < len(zip); n++ {
		if _, err := read(append(bytes.Clone(data), zip[:n]...)); err == nil {
			t.Errorf("the first %d of %d bytes of an archive behind a model are taken", n, len(zip))
		}
	}
}

// TestBad names what is wrong with a file.
func TestBad(t *testing.T) {
	bad := func(change func(*lite, *liteGraph)) []byte {
		l := newLite()
		g := l.graphs[0]
		x, y := l.tensor(g, "x", float32s, nil, 1, 4, 4, 3), l.tensor(g, "y", float32s, nil, 1, 4, 4, 8)
		g.inputs, g.outputs = []int32{x}, []int32{y}
		change(l, g)
		return l.bytes()
	}
	for _, c := range []struct {
		want   string
		change func(*lite, *liteGraph)
	}{
		{"tensor 9 of 2", func(l *lite, g *liteGraph) { l.op(g, 19, []int32{9}, []int32{1}, nil) }},
		{"no input 0", func(l *lite, g *liteGraph) { l.op(g, 19, nil, []int32{1}, nil) }},
		{"there already", func(l *lite, g *liteGraph) { l.op(g, 19, []int32{0}, []int32{0}, nil) }},
		{"uses graph 5 of 1", func(l *lite, g *liteGraph) { l.op(g, 31, []int32{0}, []int32{1}, tab{4: int32(5)}) }},
		{"16 graphs deep", func(l *lite, g *liteGraph) { l.op(g, 31, []int32{0}, []int32{1}, tab{4: int32(0)}) }},
		{"input channels", func(l *lite, g *liteGraph) {
			l.op(g, 3, []int32{0, l.tensor(g, "w", float32s, make([]byte, 4), 8, 1, 1, 2)}, []int32{1}, tab{})
		}},
		{"buffer 7 of 1", func(l *lite, g *liteGraph) {
			g.tensors = append(g.tensors, tab{8: int32(7)})
			l.op(g, 0, []int32{0, 2}, []int32{1}, nil)
		}},
		{"activation 9", func(l *lite, g *liteGraph) { l.op(g, 0, []int32{0, 0}, []int32{1}, tab{4: int8(9)}) }},
		{"element type 99", func(l *lite, g *liteGraph) {
			g.tensors[0][6] = int8(99)
			l.op(g, 19, []int32{0}, []int32{1},
				nil)
		}},
	} {
		_, err := read(bad(c.change))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.tflite: ") {
			t.Errorf("found %v, want the file's name and %q", err, c.want)
		}
	}
}

// bound is the memory that reading may take: beside what grows with the file, the pages of it that are kept.
var bound = allocated.Bound{PerByte: 8, AtLeast: 1 << 20}

// TestMemory holds that a file takes at most eight bytes of memory for each of its own, however often its tables are
// referred to.
func TestMemory(t *testing.T) {
	l := newLite()
	g := l.graphs[0]
	x, y := l.tensor(g, strings.Repeat("n", 1000), float32s, nil, 1, 8), l.tensor(g, "y", float32s, nil, 1, 8)
	g.inputs, g.outputs = []int32{x}, []int32{y}
	l.op(g, 15, []int32{x}, []int32{y}, nil)
	many := make([]int32, 1<<19)
	repeated := func(slot int) []byte {
		graph := tab{4: g.tensors, 6: g.inputs, 8: g.outputs, 10: g.ops}
		graph[slot] = many
		data := encode(tab{4: int32(3), 6: l.codes, 8: []tab{graph}, 12: l.buffers})
		return data
	}
	for name, data := range map[string][]byte{
		"one operator over and over": shared(g, l, 10), "one tensor over and over": shared(g, l, 4),
		"inputs": repeated(6), "outputs": repeated(8),
	} {
		var err error
		bound.Hold(t, len(data), func() { _, err = read(data) })
		if refused := err != nil && strings.Contains(err.Error(),
			"more graph than"); refused != (name == "one operator over and over") {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, _ := write(t, "zoo:mobilenetv2?batch=1", int8s)
	bound.Hold(t, len(data), func() {
		if _, err := read(data); err != nil {
			t.Error(err)
		}
	})
}

// shared makes a file whose list of tensors or operators names one of them half a million times.
func shared(g *liteGraph, l *lite, slot int) []byte {
	graph := tab{4: g.tensors, 6: g.inputs, 8: g.outputs, 10: g.ops}
	data := encode(tab{4: int32(3), 6: l.codes, 8: []tab{graph}, 12: l.buffers})
	return relink(data, slot, 1<<19)
}

// alias makes every entry of the list in a slot of a table refer to what its first entry refers to, which it returns.
func alias(data []byte, table, slot int) int {
	u32 := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	vtable := table - int(int32(u32(table)))
	at := table + int(binary.LittleEndian.Uint16(data[vtable+slot:]))
	list := at + u32(at)
	first := list + 4
	target := first + u32(first)
	for i := range u32(list) {
		binary.LittleEndian.PutUint32(data[first+4*i:], uint32(target-first-4*i))
	}
	return target
}

// TestAliases holds that lists whose entries are all one cost no more than the file has, in memory and in time.
func TestAliases(t *testing.T) {
	const many = 50_000
	l := newLite()
	g := l.graphs[0]
	x, y := l.tensor(g, "x", float32s, nil, 1, 8), l.tensor(g, "y", float32s, nil, 1, 8)
	g.inputs, g.outputs = []int32{x}, []int32{y}
	l.op(g, 15, []int32{x}, []int32{y}, nil)
	root := func(slot int, list []tab) []byte {
		all := tab{4: int32(3), 6: l.codes, 8: []tab{{4: g.tensors, 6: g.inputs, 8: g.outputs, 10: g.ops}}, 12: l.buffers}
		all[slot] = list
		return encode(all)
	}
	at := func(data []byte) int { return int(binary.LittleEndian.Uint32(data)) }
	codes := append([]tab{{4: int8(32), 6: strings.Repeat("n", 1000), 10: int32(32)}}, make([]tab, many)...)
	custom := root(6, codes)
	alias(custom, at(custom), 6)
	names := append([]tab{{4: "a"}}, make([]tab, many)...)
	signatures := root(18, append([]tab{{4: names, 8: "s"}}, make([]tab, many)...))
	alias(signatures, alias(signatures, at(signatures), 18), 4)
	metadata := root(16, append([]tab{{4: "a"}}, make([]tab, 1<<21)...))
	alias(metadata, at(metadata), 16)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"one long custom operator": {custom, "more graph than"}, "one signature of one name": {signatures, "more than"},
		"one entry of metadata": {metadata, "more than"},
	} {
		var err error
		bound.Hold(t, len(c.data), func() { _, err = read(c.data) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected an error that says %q", name, err, c.want)
		}
	}
}

// TestPages holds that a file whose tables lie a page apart is read without an allocation for each.
func TestPages(t *testing.T) {
	l := newLite()
	g := l.graphs[0]
	x, y := l.tensor(g, "x", float32s, nil, 1, 8), l.tensor(g, "y", float32s, nil, 1, 8)
	g.inputs, g.outputs = []int32{x}, []int32{y}
	l.op(g, 15, []int32{x}, []int32{y}, nil)
	for range 2000 {
		l.buffers = append(l.buffers, tab{4: make([]byte, 8<<10)})
	}
	data := l.bytes()
	allocated.Bound{AtLeast: 4 << 20}.Hold(t, len(data), func() {
		if _, err := read(data); err != nil {
			t.Error(err)
		}
	})
}

// FuzzRead looks for files that break the reader or inference, or that take more memory than they may.
func FuzzRead(f *testing.F) {
	for _, data := range samples() {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := read(data)
		if err != nil {
			if m != nil {
				t.Error("a model and an error")
			}
			return
		}
		bound.Hold(t, len(data), func() { _, _ = read(data) })
		if p, err := infer.Prepare(m); err == nil {
			_, _ = p.Run(infer.Bindings{}, nil)
		}
	})
}
