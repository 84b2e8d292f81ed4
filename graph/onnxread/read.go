// Package onnxread reads an ONNX file into a graph.Model without reading its weights.
//
// One scan at wire level reads the file, seeks past payloads and resolves names. github.com/owulveryck/onnx-go then
// decodes a skeleton that the scan wrote: operands and results by number, and the scalar, string and list
// attributes by the file's own bytes. It has no scopes and no tensors without weights, so those stay with the scan.
// This package is the only home of onnx-go.
package onnxread

import (
	"io"

	"github.com/ridgepoint/ridgepoint/graph"
)

// Read reads a model of size bytes from r. name stands for it in messages. Its errors are *FormatError
// and those of r.
func Read(name string, r io.ReaderAt, size int64) (*graph.Model, error) {
	s := &scanner{cursor: &cursor{name: name, r: r, size: size}}
	raw, err := s.modelProto(span{0, size})
	if err != nil {
		return nil, err
	}
	return s.model(raw)
}
