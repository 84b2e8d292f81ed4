package onnxread

import (
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/internal/room"
)

// A FormatError says where in a file something is not ONNX.
type FormatError struct {
	Name   string // of the file
	Offset int64  // in bytes, uncompressed; negative where no place can be named
	Msg    string // what was found, and what was expected
}

// Error returns name, place and what is wrong.
func (e *FormatError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("%s: %s", e.Name, e.Msg)
	}
	return fmt.Sprintf("%s: at byte %d: %s", e.Name, e.Offset, e.Msg)
}

// window says how much of the file is held at once. Payloads are seeked past, so
// a small window means little is read in vain behind each of them.
const window = 16 << 10

// maxText bounds one name, string attribute or small tensor that is loaded whole.
const maxText = 1 << 24

// cursor reads a file at wire level through a small window.
type cursor struct {
	name string         // of the file, for errors
	r    io.ReaderAt    // the file
	size int64          // in bytes
	at   int64          // where buf begins
	buf  []byte         // the window
	mem  []byte         // behind the window
	kept int64          // bytes of memory that what was read so far takes, about
	held [maxHeld]field // of the messages being read, outermost first, so that a field costs no allocation
	open int            // nested messages
}

// maxHeld gives the number of nested messages with a field in cursor.held; deeper ones allocate theirs.
const maxHeld = 64

// A span is a part of the file: the content of one message or string.
// span is a range of bytes of the file, from and up to.
type span struct{ from, to int64 }

// len returns how many bytes the span has.
func (s span) len() int64 { return s.to - s.from }

// errorf returns an error with the file's name and the offset in bytes.
func (c *cursor) errorf(at int64, format string, args ...any) error {
	return &FormatError{c.name, at, fmt.Sprintf(format, args...)}
}

// peek returns up to n bytes at off, fewer only at the end of the file.
func (c *cursor) peek(off int64, n int) ([]byte, error) {
	if off < c.at || off+int64(n) > c.at+int64(len(c.buf)) {
		if c.mem == nil {
			c.mem = make([]byte, window)
		}
		m, err := c.r.ReadAt(c.mem[:min(window, max(c.size-off, 0))], off)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		c.at, c.buf = off, c.mem[:m]
	}
	b := c.buf[off-c.at:]
	return b[:min(n, len(b))], nil
}

// load returns the whole of a span, copied.
func (c *cursor) load(s span) ([]byte, error) {
	if s.len() > maxText {
		return nil, c.errorf(s.from, "a text of %d bytes is longer than %d", s.len(), maxText)
	}
	if s.len() <= window {
		b, err := c.peek(s.from, int(s.len()))
		if err != nil {
			return nil, err
		}
		if int64(len(b)) < s.len() {
			return nil, c.errorf(s.from, "the file ends in the middle of a field")
		}
		return append([]byte(nil), b...), nil
	}
	b := make([]byte, s.len())
	if _, err := c.r.ReadAt(b, s.from); err != nil {
		return nil, c.errorf(s.from, "the file ends in the middle of a field")
	}
	return b, nil
}

// What parts of a model take in memory, in bytes, about, from the file to the lowered kernels.
const (
	nodeSize     = 800
	functionSize = 1600
	tensorSize   = 320
	attrSize     = 640
	valueSize    = 160
	typeSize     = 96
	dimSize      = 48
	lineSize     = 64 // of opsets and metadata
	textSize     = 24
	memberSize   = 40 // of a list of texts, beside the text
	intSize      = 16
)

// keep counts the memory of a part of the model, and refuses the part that is too much.
func (c *cursor) keep(at, size int64) error {
	if c.kept += size; c.kept > room.Most() {
		return c.errorf(at, "the model has too many parts: its nodes, attributes, values and names would take more than"+
			" %d MiB of memory, weights aside", room.Most()>>20)
	}
	return nil
}

// text returns a span as a string.
func (c *cursor) text(s span) (string, error) {
	if err := c.keep(s.from, textSize+s.len()); err != nil || s.len() == 0 {
		return "", err
	}
	if s.len() <= window {
		b, err := c.peek(s.from, int(s.len()))
		if err == nil && int64(len(b)) == s.len() {
			return string(b), nil
		}
	}
	b, err := c.load(s)
	return string(b), err
}

// A field is one field of a message: a number, or the span of its content.
type field struct {
	num  protowire.Number // of the message
	typ  protowire.Type   // how protobuf wrote it
	val  uint64           // of varint, fixed32 and fixed64
	body span             // of length-delimited fields
	at   int64            // where its tag begins
	end  int64            // where the next field begins
}

// fields calls f for every field of a message.
func (c *cursor) fields(s span, f func(*field) error) error {
	fl := c.hold()
	defer func() { c.open-- }()
	for off := s.from; off < s.to; {
		next, err := c.next(off, s.to, fl)
		if err != nil {
			return err
		}
		fl.end = next
		if err := f(fl); err != nil {
			return err
		}
		off = next
	}
	return nil
}

// hold returns room for one field of the next message within those being read.
func (c *cursor) hold() *field {
	c.open++
	if c.open <= maxHeld {
		return &c.held[c.open-1]
	}
	return new(field)
}

// next reads the field at off and returns where the one after it begins.
func (c *cursor) next(off, end int64, f *field) (int64, error) {
	head, err := c.peek(off, 24) // a tag takes at most 5 bytes and a varint 10
	if err != nil {
		return 0, err
	}
	head = head[:min(int64(len(head)), end-off)]
	num, typ, n := protowire.ConsumeTag(head)
	if n < 0 {
		return 0, c.errorf(off, "not a protobuf field; the file is damaged or not ONNX")
	}
	*f = field{num: num, typ: typ, at: off}
	head = head[n:]
	off += int64(n)
	switch typ {
	case protowire.VarintType:
		v, n := protowire.ConsumeVarint(head)
		if n < 0 {
			return 0, c.errorf(off, "not a number; the file is damaged or not ONNX")
		}
		f.val = v
		return off + int64(n), nil
	case protowire.Fixed32Type:
		v, n := protowire.ConsumeFixed32(head)
		if n < 0 {
			return 0, c.errorf(off, "the file ends in the middle of a number")
		}
		f.val = uint64(v)
		return off + 4, nil
	case protowire.Fixed64Type:
		v, n := protowire.ConsumeFixed64(head)
		if n < 0 {
			return 0, c.errorf(off, "the file ends in the middle of a number")
		}
		f.val = v
		return off + 8, nil
	case protowire.BytesType:
		v, n := protowire.ConsumeVarint(head)
		if n < 0 || v > uint64(end-off-int64(n)) {
			return 0, c.errorf(off, "a field claims %d bytes where %d are left; the file is truncated or not ONNX", v, max(end-off, 0))
		}
		f.body = span{off + int64(n), off + int64(n) + int64(v)}
		return f.body.to, nil
	}
	return 0, c.errorf(off, "protobuf groups do not occur in ONNX; the file is damaged or not ONNX")
}

// wants checks the wire type of a field that is going to be used.
func (c *cursor) wants(f *field, t protowire.Type, what string) error {
	if f.typ != t {
		return c.errorf(f.at, "%s has wire type %d, expected %d; the file is damaged or not ONNX", what, f.typ, t)
	}
	return nil
}

// str reads a string field into *dst.
func (c *cursor) str(f *field, dst *string, what string) error {
	if err := c.wants(f, protowire.BytesType, what); err != nil {
		return err
	}
	s, err := c.text(f.body)
	*dst = s
	return err
}

// verbatim keeps the bytes of a field, its tag included, for onnx-go.
func (s *scanner) verbatim(f *field) error {
	size := f.end - f.at
	if size > maxText {
		return s.errorf(f.at, "a text of %d bytes is longer than %d", size, maxText)
	}
	if size <= window {
		b, err := s.peek(f.at, int(size))
		if err == nil && int64(len(b)) < size {
			err = s.errorf(f.at, "the file ends in the middle of a field")
		}
		s.plain = append(s.plain, b...)
		return err
	}
	b, err := s.load(span{f.at, f.end})
	s.plain = append(s.plain, b...)
	return err
}

// ints appends the values of a repeated integer field, packed or not.
func (c *cursor) ints(f *field, dst []int64, limit int) ([]int64, error) {
	if f.typ == protowire.VarintType {
		dst = append(dst, int64(f.val))
		if err := c.keep(f.at, intSize); err != nil {
			return nil, err
		}
	} else {
		if err := c.wants(f, protowire.BytesType, "a list of integers"); err != nil {
			return nil, err
		}
		b, err := c.load(f.body)
		if err != nil {
			return nil, err
		}
		if err := c.keep(f.at, intSize*min(f.body.len(), int64(limit))); err != nil {
			return nil, err
		}
		for len(b) > 0 && len(dst) <= limit {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return nil, c.errorf(f.at, "a list of integers is cut short")
			}
			dst, b = append(dst, int64(v)), b[n:]
		}
	}
	if len(dst) > limit {
		return nil, c.errorf(f.at, "a list of integers has more than %d members", limit)
	}
	return dst, nil
}

// fixed appends the values of a repeated fixed-width field of width 4 or 8 bytes, packed or not.
func (c *cursor) fixed(f *field, dst []uint64, width int) ([]uint64, error) {
	if f.typ == protowire.Fixed32Type || f.typ == protowire.Fixed64Type {
		return append(dst, f.val), c.keep(f.at, intSize)
	}
	if err := c.wants(f, protowire.BytesType, "a list of numbers"); err != nil {
		return nil, err
	}
	if err := c.keep(f.at, intSize*f.body.len()/int64(width)); err != nil {
		return nil, err
	}
	b, err := c.load(f.body)
	if err != nil {
		return nil, err
	}
	for len(b) >= width {
		var v uint64
		for i := range width {
			v |= uint64(b[i]) << (8 * i)
		}
		dst, b = append(dst, v), b[width:]
	}
	return dst, nil
}
