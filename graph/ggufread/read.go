// Package ggufread reads the header of a GGUF file: what decoder it holds, and how each tensor is stored. Weights are
// never read.
package ggufread

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// Magic begins a GGUF file.
const Magic = "GGUF"

// The bounds of a header. Files of the largest published models have some 2,000 tensors and 20 MiB of metadata.
const (
	mostBytes   = 64 << 20 // of a header
	mostTensors = 1 << 18  // of a file
	mostKeys    = 1 << 16  // of metadata
	mostString  = 1 << 20  // bytes of a text
	pageSize    = 4 << 10  // bytes of a text that are taken at once
	mostListed  = 1 << 12  // numbers of a list that are kept
	mostSplits  = 1 << 10  // files of one model
	mostWeights = 1 << 50  // elements of all tensors
)

// A header is what stands before the weights.
type header struct {
	meta    map[string]any // uint64, int64, float64, bool, string, []int64, or a length for other lists
	tensors []tensor       // in the file's order
}

// A tensor is one entry of the list of tensors.
type tensor struct {
	name string   // as llama.cpp has it
	dims []uint64 // the fastest first
	kind uint32   // of ggml
}

// A length is the number of elements of a list that is not kept.
type length uint64

// A cursor reads little-endian numbers, and counts.
type cursor struct {
	r    *bufio.Reader // the file
	at   int64         // bytes read
	err  error         // the first
	name string        // of the file, for errors
}

// fail keeps the first error, with its place in bytes.
func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%s: byte %d: %s; expected the header of a GGUF file", c.name, c.at, fmt.Sprintf(format, args...))
	}
}

// bytes returns the next n bytes, nil after an error and beyond the limits.
func (c *cursor) bytes(n uint64) []byte {
	if c.err != nil {
		return nil
	}
	if n > mostString || c.at+int64(n) > mostBytes {
		c.fail("found %d bytes of text or more than %d MiB of header", n, mostBytes>>20)
		return nil
	}
	b, err := c.take(int64(n))
	if err != nil || len(b) < int(n) {
		c.fail("the file ends early")
		return nil
	}
	c.at += int64(n)
	return b
}

// take reads n bytes, fewer at the end of the file. Memory for a long text is taken as it comes: its size may be a lie.
func (c *cursor) take(n int64) ([]byte, error) {
	if n > pageSize {
		return io.ReadAll(io.LimitReader(c.r, n))
	}
	b := make([]byte, n)
	got, err := io.ReadFull(c.r, b)
	return b[:got], err
}

// skip passes n bytes over.
func (c *cursor) skip(n uint64) {
	if c.err != nil {
		return
	}
	if n > mostBytes || c.at+int64(n) > mostBytes {
		c.fail("found more than %d MiB of header", mostBytes>>20)
		return
	}
	if _, err := c.r.Discard(int(n)); err != nil {
		c.fail("the file ends early")
		return
	}
	c.at += int64(n)
}

// few returns the next n bytes, at most eight, which are overwritten by what is read next: a header has half a million
// lengths, so that none is allocated. It is nil after an error.
func (c *cursor) few(n int) []byte {
	if c.err != nil {
		return nil
	}
	if c.at+int64(n) > mostBytes {
		c.fail("found more than %d MiB of header", mostBytes>>20)
		return nil
	}
	b, err := c.r.Peek(n)
	if err == nil {
		_, err = c.r.Discard(n)
	}
	if err != nil {
		c.fail("the file ends early")
		return nil
	}
	c.at += int64(n)
	return b
}

// u32 returns the next 32 bits, little-endian.
func (c *cursor) u32() uint32 {
	if b := c.few(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// u64 returns the next 64 bits, little-endian.
func (c *cursor) u64() uint64 {
	if b := c.few(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// text returns the next string.
func (c *cursor) text() string { return string(c.bytes(c.u64())) }

// sizes lists the bytes of a scalar of each type of metadata; 0: it is no scalar.
var sizes = [...]uint64{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8}

const (
	kindString = 8 // ggml's number of texts
	kindArray  = 9 // ggml's number of lists
)

// scalar reads a number.
func (c *cursor) scalar(kind uint32) any {
	if kind >= uint32(len(sizes)) || sizes[kind] == 0 {
		c.fail("found type %d of metadata, known are 0 to 12", kind)
		return nil
	}
	b := c.few(int(sizes[kind]))
	if b == nil {
		return nil
	}
	var wide [8]byte
	copy(wide[:], b)
	u := binary.LittleEndian.Uint64(wide[:])
	switch kind {
	case 1:
		return int64(int8(u))
	case 3:
		return int64(int16(u))
	case 5:
		return int64(int32(u))
	case 6:
		return float64(math.Float32frombits(uint32(u)))
	case 7:
		return u != 0
	case 12:
		return math.Float64frombits(u)
	}
	if u > math.MaxInt64 {
		return int64(math.MaxInt64)
	}
	return int64(u)
}

// value reads a value of metadata. Of lists only short ones of whole numbers are kept.
func (c *cursor) value() any {
	kind := c.u32()
	switch kind {
	case kindString:
		return c.text()
	case kindArray:
		return c.list()
	}
	return c.scalar(kind)
}

// list returns the next list, or only its length where its elements do not matter.
func (c *cursor) list() any {
	kind, n := c.u32(), c.u64()
	switch {
	case c.err != nil:
		return nil
	case kind == kindString:
		for i := uint64(0); i < n && c.err == nil; i++ {
			c.skip(c.u64())
		}
		return length(n)
	case kind >= uint32(len(sizes)) || sizes[kind] == 0:
		c.fail("found a list of type %d, known are numbers and texts", kind)
		return nil
	case n > mostListed:
		if n > mostBytes {
			c.fail("found a list of %d numbers", n)
			return nil
		}
		c.skip(n * sizes[kind])
		return length(n)
	}
	out := make([]int64, 0, n)
	for i := uint64(0); i < n && c.err == nil; i++ {
		switch v := c.scalar(kind).(type) {
		case int64:
			out = append(out, v)
		case bool:
			out = append(out, map[bool]int64{true: 1}[v])
		}
	}
	return out
}

// parse reads a header.
func parse(name string, r io.Reader) (*header, error) {
	c := &cursor{r: bufio.NewReaderSize(r, 1<<16), name: name}
	if string(c.bytes(4)) != Magic {
		c.fail("found no %s at its beginning", Magic)
	}
	if v := c.u32(); c.err == nil && v != 2 && v != 3 {
		c.fail("found version %d, known are 2 and 3", v)
	}
	tensors, keys := c.u64(), c.u64()
	if tensors > mostTensors || keys > mostKeys {
		c.fail("found %d tensors and %d keys, known files have some 2000 and 60", tensors, keys)
	}
	h := &header{meta: map[string]any{}}
	for i := uint64(0); i < keys && c.err == nil; i++ {
		key := c.text()
		h.meta[key] = c.value()
	}
	for i := uint64(0); i < tensors && c.err == nil; i++ {
		h.tensors = append(h.tensors, c.tensor())
	}
	if c.err != nil {
		return nil, c.err
	}
	return h, nil
}

// tensor returns the next entry of the list of tensors: name, dimensions and format.
func (c *cursor) tensor() (t tensor) {
	t.name = c.text()
	n := c.u32()
	if n > 8 {
		c.fail("found %d dimensions of tensor %q", n, spelling.Clip(t.name))
		return t
	}
	elems := uint64(1)
	for range n {
		d := c.u64()
		if d == 0 || d > 1<<40 || elems > 1<<44/d {
			c.fail("found a dimension %d of tensor %q", d, spelling.Clip(t.name))
			return t
		}
		elems *= d
		t.dims = append(t.dims, d)
	}
	t.kind = c.u32()
	c.u64() // where its weights begin
	return t
}

// splitName matches the name of one of several files of a model.
var splitName = lazyexp.New(`^(.*)-(\d{5})-of-(\d{5})\.gguf$`)

// Open reads the header of a file. Of a file in several parts, such as x-00001-of-00003.gguf, it reads all headers.
func Open(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadParts(path, f, path)
}

// Read reads the header of a file in one part.
func Read(name string, r io.Reader) (*Model, error) { return ReadParts(name, r, "") }

// ReadParts reads the header of a file, which messages call name, and those of its other parts, which lie beside path;
// without a path the file is taken as whole.
func ReadParts(name string, r io.Reader, path string) (*Model, error) {
	first, err := parse(name, r)
	if err != nil {
		return nil, err
	}
	if m := splitName().FindStringSubmatch(filepath.Base(path)); m != nil {
		n, _ := strconv.Atoi(m[3])
		if n < 1 || n > mostSplits || m[2] != "00001" {
			return nil, fmt.Errorf("%s: found part %s of %s, expected the first of at most %d", name, m[2], m[3], mostSplits)
		}
		for i := 2; i <= n; i++ {
			part, err := open(filepath.Join(filepath.Dir(path), fmt.Sprintf("%s-%05d-of-%s.gguf", m[1], i, m[3])))
			if err != nil {
				return nil, err
			}
			if first.tensors = append(first.tensors, part.tensors...); len(first.tensors) > mostTensors {
				return nil, fmt.Errorf("%s: found more than %d tensors in its parts", path, mostTensors)
			}
		}
	}
	return first.model(name)
}

// open returns the header of the file at path; weights are not read.
func open(path string) (*header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parse(path, f)
}
