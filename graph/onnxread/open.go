// Package onnxread reads an ONNX file into a graph.Model without reading its weights.
//
// One scan at wire level seeks past payloads; github.com/owulveryck/onnx-go decodes
// topology and attributes from a skeleton of the file; the two are joined and must agree.
// This package is the only home of onnx-go.
package onnxread

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ridgepoint/ridgepoint/graph"
)

// maxUnpacked bounds what a compressed file or a stream may hold, in bytes. Those are read into
// memory; a plain file of any size is not.
const maxUnpacked = 2 << 30

// Open reads the model in a file, compressed by gzip or not.
// Its errors are *FormatError and those of the file system.
func Open(path string) (*graph.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, &FormatError{path, -1, "is a directory; name the .onnx file in it"}
	}
	if !st.Mode().IsRegular() {
		return ReadStream(path, f)
	}
	return Read(path, f, st.Size())
}

// ReadStream reads a model from a stream, compressed by gzip or not. The stream is held in memory.
func ReadStream(name string, in io.Reader) (*graph.Model, error) {
	data, err := slurp(name, in)
	if err != nil {
		return nil, err
	}
	return Read(name, bytes.NewReader(data), int64(len(data)))
}

func slurp(name string, in io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxUnpacked {
		return nil, &FormatError{name, -1, "holds more than 2 GiB; give a model of this size as a plain file, whose weights are not read"}
	}
	return data, nil
}

// Read reads a model of size bytes from r. name stands for it in messages.
func Read(name string, r io.ReaderAt, size int64) (*graph.Model, error) {
	var head [512]byte
	n, err := r.ReadAt(head[:min(int64(len(head)), max(size, 0))], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if bytes.HasPrefix(head[:n], gzipMagic) {
		data, err := Unzip(name, io.NewSectionReader(r, 0, size))
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(data, gzipMagic) {
			return nil, &FormatError{name, -1, "is compressed twice; unpack it once"}
		}
		return Read(name, bytes.NewReader(data), int64(len(data)))
	}
	if what := alien(head[:n]); what != "" {
		return nil, &FormatError{name, -1, what}
	}
	s := &scanner{cursor: &cursor{name: name, r: r, size: size}}
	raw, err := s.modelProto(span{0, size})
	if err != nil {
		return nil, err
	}
	return s.model(raw)
}

var gzipMagic = []byte{0x1f, 0x8b}

// Unzip is the content of a gzip file, bounded.
func Unzip(name string, in io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return nil, &FormatError{name, -1, "looks like gzip but does not unpack: " + err.Error()}
	}
	data, err := slurp(name, z)
	var format *FormatError
	if err != nil && !errors.As(err, &format) {
		err = &FormatError{name, -1, "does not unpack: " + err.Error()}
	}
	return data, err
}
