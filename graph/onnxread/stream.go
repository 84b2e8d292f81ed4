package onnxread

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/room"
)

// polynomial holds the table of checksums of chunks.
var polynomial = crc32.MakeTable(crc32.Castagnoli)

// What bounds a stream: a bomb of compressed zeros ends in an error and not in swap.
const (
	maxStream     = 2 << 30  // bytes in all
	maxStreamKept = 48 << 20 // bytes that are no weights
	chunkSize     = 1 << 20  // bytes that are kept or passed over together
)

// What is a large description, in bytes that are no weights. Once it is whole, work on it takes up to 230 times as much
// memory; while it comes in, it takes what it has.
const (
	large       = 128 << 10
	largeComing = 4 << 20
)

// A Stream is a file that was read from a pipe or unpacked. Payloads of weights were passed over: they read as zeros.
type Stream struct {
	chunks []chunk       // in order
	size   int64         // bytes so far
	kept   int64         // bytes in memory
	holes  []hole        // that were passed over
	in     *bufio.Reader // the stream
	turn   func() error  // called before more is kept than a small description has; nil: already called
}

// A hole is a payload that was passed over.
type hole struct {
	span
	sum uint32 // of its bytes
}

// A chunk is a part of the file that was kept.
type chunk struct {
	at   int64  // its place in the file
	data []byte // its bytes
}

// Errors of ReadStream that are not those of its reader.
var (
	ErrTooLong  = errors.New("holds more than 2 GiB; give a model of this size as a plain file, whose weights are not read")
	ErrTooDense = fmt.Errorf("holds more than %d MiB that are no weights; give it as a plain file", maxStreamKept>>20)
	errNoField  = errors.New("not a field") // ends a guess
)

// ReadStream reads a file to its end and keeps what Read looks at. turn is called once where the description is large,
// before much memory is taken for it: it may wait, and an error of it ends the read. It may be nil.
func ReadStream(in io.Reader, turn func() error) (*Stream, error) {
	s := &Stream{in: bufio.NewReaderSize(in, 64<<10), turn: turn}
	err := s.message(modelMessage, -1, 0)
	if errors.Is(err, errNoField) { // no ONNX, or damaged: others say what it is
		err = s.copy(-1)
	}
	if err != nil && err != io.EOF { // io.EOF is the end, wherever it is: the reader of the file says what is missing
		return nil, err
	}
	return s, s.wait(large)
}

// wait waits for the turn of a description of more than most bytes.
func (s *Stream) wait(most int64) error {
	if s.turn == nil || s.kept <= most {
		return nil
	}
	turn := s.turn
	s.turn = nil
	return turn()
}

// Size returns the bytes of the file.
func (s *Stream) Size() int64 { return s.size }

// Sparse reports whether payloads were passed over.
func (s *Stream) Sparse() bool { return s != nil && len(s.holes) > 0 }

// passedOver reports whether a part of the file has a payload that was not kept.
func (s *Stream) passedOver(part span) bool {
	return len(s.within(part)) > 0
}

// sums returns the checksums of what was passed over in a part of the file, by which two payloads are compared.
func (s *Stream) sums(part span) []uint32 {
	var out []uint32
	for _, h := range s.within(part) {
		out = append(out, h.sum)
	}
	return out
}

// within returns the holes of a part of the file, none of a nil Stream.
func (s *Stream) within(part span) []hole {
	if s == nil {
		return nil
	}
	find := func(at int64) int {
		i, _ := slices.BinarySearchFunc(s.holes, at, func(h hole, at int64) int { return cmp.Compare(h.from, at) })
		return i
	}
	return s.holes[find(part.from):find(part.to)]
}

// ReadAt reads a part of the file.
func (s *Stream) ReadAt(p []byte, off int64) (int, error) {
	if off >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-off))
	clear(p[:n])
	i, _ := slices.BinarySearchFunc(s.chunks, off, func(c chunk, off int64) int {
		if c.at+int64(len(c.data)) <= off {
			return -1
		}
		return 1
	})
	for ; i < len(s.chunks) && s.chunks[i].at < off+int64(n); i++ {
		c := &s.chunks[i]
		if c.at >= off {
			copy(p[c.at-off:n], c.data)
		} else {
			copy(p[:n], c.data[off-c.at:])
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// room returns where the next bytes are kept, at least one.
func (s *Stream) room() (*chunk, error) {
	if s.kept >= min(maxStreamKept, room.Most()) {
		return nil, ErrTooDense
	}
	if err := s.wait(largeComing); err != nil {
		return nil, err
	}
	last := len(s.chunks) - 1
	if last >= 0 {
		c := &s.chunks[last]
		if c.at+int64(len(c.data)) == s.size && len(c.data) < cap(c.data) {
			return c, nil
		}
	}
	size := 512 // what stands between two payloads is short
	if last >= 0 && s.chunks[last].at+int64(len(s.chunks[last].data)) == s.size {
		size = min(2*cap(s.chunks[last].data), chunkSize)
	}
	s.chunks = append(s.chunks, chunk{s.size, make([]byte, 0, size)})
	return &s.chunks[last+1], nil
}

// copy keeps n bytes, all that are left where n is negative.
func (s *Stream) copy(n int64) error {
	for n != 0 {
		c, err := s.room()
		if err != nil {
			return err
		}
		free := cap(c.data) - len(c.data)
		if n >= 0 {
			free = int(min(int64(free), n))
		}
		got, err := s.in.Read(c.data[len(c.data) : len(c.data)+free])
		c.data = c.data[:len(c.data)+got]
		if n > 0 {
			n -= int64(got)
		}
		s.kept += int64(got)
		if err := s.grow(int64(got)); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// skip passes over n bytes.
func (s *Stream) skip(n int64) error {
	s.holes = append(s.holes, hole{span: span{s.size, s.size + n}})
	sum := &s.holes[len(s.holes)-1].sum
	for n > 0 {
		part, err := s.in.Peek(int(min(n, int64(s.in.Size()))))
		*sum = crc32.Update(*sum, polynomial, part)
		got, _ := s.in.Discard(len(part))
		n -= int64(got)
		if err := s.grow(int64(got)); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grow counts n more bytes; more than maxStream is ErrTooLong.
func (s *Stream) grow(n int64) error {
	if s.size += n; s.size > maxStream {
		return ErrTooLong
	}
	return nil
}

// varint reads a number and keeps its bytes.
func (s *Stream) varint() (uint64, int64, error) {
	head, err := s.in.Peek(binary.MaxVarintLen64)
	v, n := protowire.ConsumeVarint(head)
	if n < 0 {
		if len(head) == 0 {
			return 0, 0, err
		}
		return 0, 0, errNoField
	}
	return v, int64(n), s.copy(int64(n))
}

// message reads a message of n bytes, the whole file where n is negative. What it holds of a tensor's type so far
// decides how much of a payload may be wanted.
func (s *Stream) message(kind message, n int64, depth int) error {
	elem := dtype.Undefined
	for n != 0 {
		tag, used, err := s.varint()
		if err != nil {
			return err
		}
		num, typ := protowire.DecodeTag(tag)
		body := int64(0)
		switch typ {
		case protowire.VarintType:
			v, width, err := s.varint()
			if err != nil {
				return err
			}
			used += width
			if kind == tensorMessage && num == 2 {
				elem = dtype.Type(v)
			}
		case protowire.Fixed32Type:
			body = 4
		case protowire.Fixed64Type:
			body = 8
		case protowire.BytesType:
			v, width, err := s.varint()
			if err != nil {
				return err
			}
			if used += width; v > maxStream {
				return errNoField
			}
			body = int64(v)
		default:
			return errNoField
		}
		if n > 0 && used+body > n {
			return errNoField
		}
		if err := s.body(kind, num, typ, body, elem, depth); err != nil {
			return err
		}
		if n > 0 {
			n -= used + body
		}
	}
	return nil
}

// body reads the content of a field.
func (s *Stream) body(kind message, num protowire.Number, typ protowire.Type, n int64, elem dtype.Type,
	depth int) error {
	sub, nested := inside[kind][num]
	switch {
	case n == 0:
		return nil
	case typ == protowire.BytesType && nested && depth < 4*maxDepth:
		return s.message(sub, n, depth+1)
	case typ == protowire.BytesType && kind == tensorMessage && isPayload[num] && n > wanted(elem):
		return s.skip(n)
	}
	return s.copy(n)
}

// isPayload tells the fields of a tensor that hold its numbers.
var isPayload = map[protowire.Number]bool{4: true, 5: true, 7: true, 9: true, 10: true, 11: true}

// wanted returns the longest payload of a type that is ever looked at, in bytes.
func wanted(t dtype.Type) int64 {
	const widest = 10 // bytes of a number
	if t.IsFloat() {
		return keepInline * widest
	}
	return graph.MaxFold * widest
}
