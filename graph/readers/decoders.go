package readers

import (
	"bytes"
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ggufread"
	"github.com/ridgepoint/ridgepoint/graph/hfread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// configFile gives the name of the file that describes a language model of Hugging Face.
const configFile = "config.json"

// decoders lists the files that describe a language model by its sizes. Its graph is the built-in one of the family.
var decoders = Registry{
	{
		Name: "GGUF", Sniff: startsWith(0, ggufread.Magic), Read: readGGUF, Steps: true,
		Unknown: "the graph, which is built for the architecture that the file names; positions and soft caps",
	},
	{
		Name: "Hugging Face configuration", Sniff: isConfig, Read: readConfig, Steps: true,
		Unknown: "the graph, which is built for the model_type; weights, unless their safetensors lie beside it",
	},
}

// isConfig reports whether a file is JSON that names the type of a language model.
func isConfig(f *File) bool {
	head := bytes.TrimLeft(f.Head, " \t\r\n")
	if !bytes.HasPrefix(head, []byte("{")) || f.Size > hfread.MostBytes {
		return false
	}
	data, err := io.ReadAll(io.NewSectionReader(f.Reader, 0, f.Size))
	return err == nil && bytes.Contains(data, []byte(`"model_type"`))
}

// readGGUF reads the decoder of a GGUF file, with parts beside it.
func readGGUF(f *File) (*graph.Model, error) {
	m, err := ggufread.ReadParts(f.Name, io.NewSectionReader(f.Reader, 0, f.Size), f.Path)
	if err != nil {
		return nil, reject(f.Name, strings.TrimPrefix(err.Error(), f.Name+": "))
	}
	return built(f, &m.Shape, m.Tensors, dtype.Float16)
}

// readConfig reads the decoder of a config.json, with the checkpoint beside it where there is one.
func readConfig(f *File) (*graph.Model, error) {
	m, err := hfread.ReadBeside(f.Name, io.NewSectionReader(f.Reader, 0, f.Size), f.Path)
	if err != nil {
		return nil, reject(f.Name, strings.TrimPrefix(err.Error(), f.Name+": "))
	}
	t, stored := dtype.Float16, m.Tensors
	switch {
	case m.Unsaid != nil:
		return nil, reject(f.Name, strings.TrimPrefix(m.Unsaid.Error(), f.Name+": "))
	case m.Quant == "f32":
		t = dtype.Float32
	case m.Quant == "f16": // the precision that is asked for holds of weights too
		stored = nil
	case stored == nil:
		if stored, err = m.Shape.Store(m.Quant); err != nil {
			return nil, reject(f.Name, err.Error())
		}
	}
	return built(f, &m.Shape, stored, t)
}

// built returns the graph of a decoder.
func built(f *File, s *decoder.Shape, stored []decoder.Stored, t dtype.Type) (*graph.Model, error) {
	m, err := zoo.OpenDecoder(&zoo.Decoder{Name: f.Name, Shape: *s, Stored: stored, Type: t}, f.Query)
	if err != nil {
		return nil, reject(f.Name, strings.TrimPrefix(err.Error(), f.Name+": "))
	}
	return m, nil
}
