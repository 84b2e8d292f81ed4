package readers

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// maxUnpacked bounds what a compressed file or a stream may hold, in bytes. Both are read into memory;
// a plain file of any size is not.
const maxUnpacked = 2 << 30

const gzipMagic = "\x1f\x8b"

// unzip returns the content of a gzip file, held in memory.
func unzip(f *File) (*File, error) {
	in := io.NewSectionReader(f.Reader, 0, f.Size)
	z, err := gzip.NewReader(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return nil, reject(f.Name, "looks like gzip but does not unpack: "+err.Error())
	}
	data, err := slurp(f.Name, z)
	var format *onnxread.FormatError
	if err != nil && !errors.As(err, &format) {
		return nil, reject(f.Name, "does not unpack: "+err.Error())
	}
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, reject(f.Name, "holds nothing once unpacked; expected an ONNX model")
	}
	return inMemory(f.Name, data)
}

// slurp reads a stream whole, up to maxUnpacked.
func slurp(name string, in io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxUnpacked {
		return nil, reject(name, "holds more than 2 GiB; give a model of this size as a plain file, whose weights are not read")
	}
	return data, nil
}
