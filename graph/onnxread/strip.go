package onnxread

import (
	"bufio"
	"io"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// keepInline gives the largest payload in bytes that Strip leaves in the model.
const keepInline = 1 << 10

// weightsFile says where a stripped model says its weights are; it need not exist.
const weightsFile = "weights.bin"

// Strip copies a model of size bytes without its weights: the payload of every tensor above 1 KiB becomes
// a reference to external data at weights.bin; names, dims, types and everything else stay as they are. So do lists of
// one number over and over, which are no weights.
// Reading the result gives the same graph. Payloads are seeked past, never loaded.
func Strip(name string, r io.ReaderAt, size int64, w io.Writer) error {
	if _, err := Read(name, r, size); err != nil {
		return err
	}
	s := newStripper(name, r, size)
	s.tensor = s.bare
	b := bufio.NewWriter(w)
	if err := s.message(span{0, size}, modelMessage, func(p []byte) error { _, err := b.Write(p); return err }); err != nil {
		return err
	}
	return b.Flush()
}

// The messages that hold tensors somewhere inside.
type message uint8

const (
	modelMessage    message = iota // ModelProto
	graphMessage                   // GraphProto
	nodeMessage                    // NodeProto
	attrMessage                    // AttributeProto
	functionMessage                // FunctionProto
	sparseMessage                  // SparseTensorProto
	tensorMessage                  // TensorProto
)

// inside says which fields of a message hold which other such message.
var inside = [...]map[protowire.Number]message{
	modelMessage:    {7: graphMessage, 25: functionMessage},
	graphMessage:    {1: nodeMessage, 5: tensorMessage, 15: sparseMessage},
	nodeMessage:     {5: attrMessage},
	attrMessage:     {5: tensorMessage, 6: graphMessage, 10: tensorMessage, 11: graphMessage, 22: sparseMessage, 23: sparseMessage},
	functionMessage: {7: nodeMessage, 11: attrMessage},
	sparseMessage:   {1: tensorMessage, 2: tensorMessage},
	tensorMessage:   nil,
}

// stripper rewrites messages. The length of a message stands before it, so each is rewritten into
// memory first; without payloads a model is small.
type stripper struct {
	*scanner
	tensor func(body span) ([]byte, error)     // rewrites a TensorProto
	offset int64                               // in the weights file that is not there
	node   func(body span) ([]byte, error)     // returns fields to be added to a NodeProto outside functions; nil: none
	drop   func(message, *field) (bool, error) // reports whether a field of a message is left out; nil: none is
	shared bool                                // inside a function, whose nodes are those of several calls
}

// newStripper returns a stripper of a file of size bytes.
func newStripper(name string, r io.ReaderAt, size int64) *stripper {
	return &stripper{scanner: &scanner{cursor: &cursor{name: name, r: r, size: size}}}
}

// message emits the fields of a message, those that hold tensors rewritten.
func (s *stripper) message(body span, kind message, emit func([]byte) error) error {
	return s.fields(body, func(f *field) error {
		if s.drop != nil {
			if gone, err := s.drop(kind, f); gone || err != nil {
				return err
			}
		}
		sub, ok := inside[kind][f.num]
		if !ok || f.typ != protowire.BytesType {
			end := f.body.to
			if f.typ != protowire.BytesType {
				var err error
				if end, err = s.next(f.at, body.to, new(field)); err != nil {
					return err
				}
			}
			return s.copy(span{f.at, end}, emit)
		}
		out, err := s.rewritten(f.body, sub)
		if err != nil {
			return err
		}
		return emit(appendMessage(nil, f.num, out))
	})
}

// rewritten returns a message that holds tensors, or is one.
func (s *stripper) rewritten(body span, kind message) (out []byte, err error) {
	if kind == tensorMessage {
		return s.tensor(body)
	}
	if kind == functionMessage {
		s.shared = true
		defer func() { s.shared = false }()
	}
	if err = s.message(body, kind, func(p []byte) error { out = append(out, p...); return nil }); err != nil {
		return nil, err
	}
	if kind == nodeMessage && s.node != nil && !s.shared {
		more, err := s.node(body)
		return append(out, more...), err
	}
	return out, nil
}

// copy emits a part of the file as it is, a window at a time.
func (s *stripper) copy(part span, emit func([]byte) error) error {
	for off := part.from; off < part.to; {
		b, err := s.peek(off, int(min(part.to-off, window)))
		if err != nil {
			return err
		}
		if len(b) == 0 {
			return s.errorf(off, "the file ends in the middle of a field")
		}
		if err := emit(b); err != nil {
			return err
		}
		off += int64(len(b))
	}
	return nil
}

// bare rewrites a TensorProto, its payload replaced if it is large.
func (s *stripper) bare(body span) ([]byte, error) {
	_, c, err := s.tensorProto(body)
	if err != nil {
		return nil, err
	}
	var out []byte
	keep := func(p []byte) error { out = append(out, p...); return nil }
	bytes := c.Type.Bytes(c.Shape.Elems())
	fills, err := s.fills(body, c)
	if err != nil {
		return nil, err
	}
	if fills || c.External || c.Stored <= keepInline || bytes <= keepInline || c.Type == dtype.String {
		return out, s.copy(body, keep)
	}
	if err := s.withoutData(body, keep); err != nil {
		return nil, err
	}
	for _, p := range []graph.Property{
		{Key: "location", Value: weightsFile},
		{Key: "offset", Value: strconv.FormatInt(s.offset, 10)},
		{Key: "length", Value: strconv.FormatInt(bytes, 10)},
	} {
		entry := appendText(appendText(nil, 1, p.Key), 2, p.Value)
		out = appendMessage(out, 13, entry)
	}
	s.offset += bytes
	out = protowire.AppendTag(out, 14, protowire.VarintType)
	return protowire.AppendVarint(out, 1), nil
}

// withoutData emits the fields of a TensorProto but for its data in all its forms, and where it is.
func (s *stripper) withoutData(body span, emit func([]byte) error) error {
	return s.fields(body, func(f *field) error {
		switch f.num {
		case 4, 5, 6, 7, 9, 10, 11, 13, 14:
			return nil
		}
		end := f.body.to
		if f.typ != protowire.BytesType {
			var err error
			if end, err = s.next(f.at, body.to, new(field)); err != nil {
				return err
			}
		}
		return s.copy(span{f.at, end}, emit)
	})
}
