package readers

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// gzipMagic begins a gzip file.
const gzipMagic = "\x1f\x8b"

// unzip returns the content of a gzip file, weights aside held in memory.
func unzip(f *File) (*File, error) {
	in := io.NewSectionReader(f.Reader, 0, f.Size)
	z, err := gzip.NewReader(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return nil, reject(f.Name, "looks like gzip but does not unpack")
	}
	out, err := slurp(f.Name, z, f.turn)
	var format *onnxread.FormatError
	switch {
	case errors.As(err, &format):
		return nil, err
	case err != nil:
		return nil, reject(f.Name, "does not unpack: its gzip data is damaged or cut short")
	case out.Size == 0:
		return nil, reject(f.Name, "holds nothing once unpacked; expected an ONNX model")
	}
	return out, nil
}

// slurp reads a stream to its end. Payloads of weights are passed over. turn is called where the rest is large.
func slurp(name string, in io.Reader, turn func() error) (*File, error) {
	s, err := onnxread.ReadStream(in, turn)
	switch {
	case errors.Is(err, onnxread.ErrTooLong), errors.Is(err, onnxread.ErrTooDense):
		return nil, reject(name, err.Error())
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f, err := NewFile(name, s, s.Size())
	if err == nil {
		f.turn = turn
	}
	return f, err
}
