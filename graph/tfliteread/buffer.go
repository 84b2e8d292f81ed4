package tfliteread

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Pages of a file are read and kept as they are asked for: tables lie scattered among the weights, which are never
// read.
const (
	pageSize  = 4 << 10 // bytes
	mostPages = 64      // kept at once
)

// A file reads little-endian numbers at offsets. Its errors are sticky: once one is noted everything reads as 0.
type file struct {
	name  string           // for errors
	r     io.ReaderAt      // the bytes
	size  int64            // in bytes
	pages map[int64][]byte // by number
	ring  [mostPages]int64 // the pages in the order in which they were read
	next  int              // of the ring
	end   int64            // behind everything that was found
	err   error            // the first
}

// newFile returns a file of size bytes that is read in pages.
func newFile(name string, r io.ReaderAt, size int64) *file {
	return &file{name: name, r: r, size: size, pages: make(map[int64][]byte)}
}

// fail keeps the first error, with its place in bytes.
func (f *file) fail(at int64, format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("%s: at byte %d: found %s; expected a whole TensorFlow Lite model", f.name, at,
			fmt.Sprintf(format, args...))
	}
}

// has reports whether n bytes lie at an offset, and notes that something was found there.
func (f *file) has(at, n int64) bool {
	if f.err != nil {
		return false
	}
	if at < 0 || n < 0 || at > f.size || n > f.size-at {
		f.fail(f.size, "the end of the file, but %d bytes are referred to at byte %d", n, at)
		return false
	}
	f.end = max(f.end, at+n)
	return true
}

// read fills b from an offset.
func (f *file) read(at int64, b []byte) bool {
	if !f.has(at, int64(len(b))) {
		return false
	}
	for len(b) > 0 {
		p := f.page(at / pageSize)
		if p == nil {
			return false
		}
		n := copy(b, p[min(at%pageSize, int64(len(p))):])
		if n == 0 {
			f.fail(at, "less than the file's size says")
			return false
		}
		b, at = b[n:], at+int64(n)
	}
	return true
}

// page returns page i; the oldest of mostPages makes room for a new one.
func (f *file) page(i int64) []byte {
	if p, ok := f.pages[i]; ok {
		return p
	}
	var p []byte
	if len(f.pages) == mostPages { // the oldest makes room
		p = f.pages[f.ring[f.next]]
		delete(f.pages, f.ring[f.next])
	} else {
		p = make([]byte, pageSize)
	}
	p = p[:min(pageSize, f.size-i*pageSize)]
	n, err := f.r.ReadAt(p, i*pageSize)
	if err != nil && err != io.EOF {
		f.err = fmt.Errorf("%s: %w", f.name, err)
		return nil
	}
	f.pages[i], f.ring[f.next] = p[:n], i
	f.next = (f.next + 1) % mostPages
	return p[:n]
}

// number reads n bytes as a little-endian number.
func (f *file) number(at int64, n int) uint64 {
	var b [8]byte
	if !f.read(at, b[:n]) {
		return 0
	}
	return binary.LittleEndian.Uint64(b[:])
}

// i32 returns the signed 32 bits at a place.
func (f *file) i32(at int64) int64 { return int64(int32(f.number(at, 4))) }

// u32 returns the unsigned 32 bits at a place.
func (f *file) u32(at int64) int64 { return int64(f.number(at, 4)) }

// f32 returns the float at a place.
func (f *file) f32(at int64) float64 { return float64(math.Float32frombits(uint32(f.number(at, 4)))) }

// A table is a record whose fields are found by a list of offsets, its vtable. The zero table has no fields.
type table struct {
	f      *file // the file
	at     int64 // place in the file
	vtable int64 // place in the file
	slots  int64 // bytes of the vtable
	bytes  int64 // of the table
}

// table returns the table at an offset.
func (f *file) table(at int64) table {
	t := table{f: f, at: at, vtable: at - f.i32(at)}
	t.slots, t.bytes = int64(f.number(t.vtable, 2)), int64(f.number(t.vtable+2, 2))
	if f.err == nil && (t.slots < 4 || t.slots%2 != 0 || t.bytes < 4) {
		f.fail(t.vtable, "a list of fields of %d bytes for a table of %d bytes", t.slots, t.bytes)
	}
	if !f.has(t.vtable, t.slots) || !f.has(at, t.bytes) {
		return table{}
	}
	return t
}

// field returns where a field of n bytes lies, 0 if the table has none. Slots are those of the vtable: 4, 6, 8, …
func (t table) field(slot, n int64) int64 {
	if t.f == nil || slot+2 > t.slots {
		return 0
	}
	off := int64(t.f.number(t.vtable+slot, 2))
	if off == 0 || t.f.err != nil {
		return 0
	}
	if off < 4 || off+n > t.bytes {
		t.f.fail(t.vtable+slot, "a field %d bytes into a table of %d bytes", off, t.bytes)
		return 0
	}
	return t.at + off
}

// int returns a field of four bytes.
func (t table) int(slot, def int64) int64 {
	if at := t.field(slot, 4); at != 0 {
		return t.f.i32(at)
	}
	return def
}

// byte returns a field of one byte with its sign.
func (t table) byte(slot, def int64) int64 {
	if at := t.field(slot, 1); at != 0 {
		return int64(int8(t.f.number(at, 1)))
	}
	return def
}

// long returns a field of eight bytes; what no offset can be is -1.
func (t table) long(slot int64) int64 {
	if at := t.field(slot, 8); at != 0 {
		if v := t.f.number(at, 8); v <= math.MaxInt64 {
			return int64(v)
		}
		return -1
	}
	return 0
}

// float returns the float of a slot, 0 where it is absent.
func (t table) float(slot int64) float64 {
	if at := t.field(slot, 4); at != 0 {
		return t.f.f32(at)
	}
	return 0
}

// refer returns what a field of an offset points to, 0 if the table has none.
func (t table) refer(slot int64) int64 {
	at := t.field(slot, 4)
	if at == 0 {
		return 0
	}
	to := at + t.f.u32(at)
	if t.f.err != nil {
		return 0
	}
	return to
}

// child returns the table that a field points to; the zero table if there is none.
func (t table) child(slot int64) table {
	if at := t.refer(slot); at != 0 {
		return t.f.table(at)
	}
	return table{}
}

// A vector is a list of n elements of size bytes each.
type vector struct {
	f       *file // the file
	at      int64 // of the first element
	n, size int64 // elements, and bytes of each
}

// vector returns the list that a field points to, empty if there is none.
func (t table) vector(slot, size int64) vector {
	at := t.refer(slot)
	if at == 0 {
		return vector{}
	}
	v := vector{f: t.f, at: at + 4, n: t.f.u32(at), size: size}
	if !t.f.has(v.at, v.n*size) {
		return vector{}
	}
	return v
}

// int returns element i of a list of numbers of four or eight bytes.
func (v vector) int(i int64) int64 {
	if v.size == 8 {
		return int64(v.f.number(v.at+8*i, 8))
	}
	return v.f.i32(v.at + 4*i)
}

// table returns element i of a list of tables.
func (v vector) table(i int64) table {
	at := v.at + 4*i
	return v.f.table(at + v.f.u32(at))
}

// mostText bounds a name; longer ones are cut. Names of fused layers join those of all layers.
const mostText = 1 << 10

// chars returns a field of text, behind which a zero stands.
func (t table) chars(slot int64) vector {
	v := t.vector(slot, 1)
	if v.n == 0 || !v.f.has(v.at, v.n+1) {
		return vector{}
	}
	return v
}

// skipText checks a field of text.
func (t table) skipText(slot int64) { t.chars(slot) }

// text returns a field of text, "" if there is none.
func (t table) text(slot int64) string {
	v := t.chars(slot)
	if v.n == 0 {
		return ""
	}
	b := make([]byte, min(v.n, mostText))
	if !v.f.read(v.at, b) {
		return ""
	}
	return string(b)
}
