// Package readers opens a model by its spec: a path, "-" for standard input, or a built-in model such as zoo:resnet50.
//
// The formats are the rows of Default. To add one, write a package that reads it into a graph.Model and add one row.
// Nothing else asks which format a model has.
package readers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// A Format is one way in which a model can be named or stored.
// Exactly one of Read, Unpack and Advice is set.
type Format struct {
	Name    string                            // as errors write it
	Prefix  string                            // of the specs that it opens without a file, such as "zoo:"
	Sniff   func(*File) bool                  // reports whether the content has this format; nil with a Prefix
	Read    func(*File) (*graph.Model, error) // reads the content
	Unpack  func(*File) (*File, error)        // returns the file inside a container
	Write   func(*File) (*File, error)        // of a Prefix with Read: returns the model as an ONNX file
	Advice  string                            // what to do with a file that is recognised but not read
	Unknown string                            // what a graph read from this format cannot tell
	Steps   bool                              // a spec may name a step of a decoder behind a ?, as in m.gguf?seq=1&past=4096
}

// A File is the content of a model, sniffed before it is read.
type File struct {
	Name   string      // stands for the file in messages
	Path   string      // of a file on disk, beside which others may lie; "" for what is read from elsewhere
	Query  string      // what a spec has behind a ?
	Head   []byte      // the first bytes, at most headSize
	Size   int64       // bytes
	Reader io.ReaderAt // of its bytes

	turn func() error // for ReadInTurn
}

// headSize gives the number of bytes that a File holds of its beginning.
const headSize = 512

// NewFile returns a file of size bytes. It reads the head only.
func NewFile(name string, r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, min(max(size, 0), headSize))
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &File{Name: name, Head: head[:n], Size: size, Reader: r}, nil
}

// inMemory returns data as a file.
func inMemory(name string, data []byte) (*File, error) {
	return NewFile(name, bytes.NewReader(data), int64(len(data)))
}

// A Registry lists formats; the first whose Sniff accepts a file reads it.
type Registry []Format

// Open reads the model that spec names with the formats of Default, without standard input.
func Open(spec string) (*graph.Model, error) { return Default().Open(spec, nil) }

// Stdin gives the spec of a model on standard input.
const Stdin = "-"

// Open reads the model that spec names, and gives it the name of Name. in is read where spec is Stdin.
func (r Registry) Open(spec string, in io.Reader) (*graph.Model, error) {
	m, _, err := r.OpenFormat(spec, in)
	return m, err
}

// OpenFormat does as Open and returns the name of the model's format too.
func (r Registry) OpenFormat(spec string, in io.Reader) (m *graph.Model, format string, err error) {
	built := r.scheme(spec)
	if built != nil && built.Read != nil {
		if m, err = built.Read(&File{Name: spec}); err != nil {
			return nil, "", err
		}
		m.Name = r.Name(spec)
		return m, built.Name, nil
	}
	f, done, err := r.file(spec, in)
	if err != nil {
		return nil, "", err
	}
	defer done()
	f, how, err := r.unpack(f)
	if err != nil {
		return nil, "", err
	}
	if f.Query != "" && !how.Steps {
		return nil, "", reject(spec, "has options behind a ?, which files of the format "+how.Name+" do not take")
	}
	if m, err = how.Read(f); err != nil {
		return nil, "", err
	}
	m.Name, format = r.Name(spec), how.Name
	if built != nil {
		format = built.Name
	}
	return m, format, nil
}

// Read reads a model from a file of any format.
func (r Registry) Read(f *File) (*graph.Model, error) {
	f, format, err := r.unpack(f)
	if err != nil {
		return nil, err
	}
	return format.Read(f)
}

// ReadStream reads a model from a stream, which is held in memory but for its weights.
func (r Registry) ReadStream(name string, in io.Reader) (*graph.Model, error) {
	return r.ReadInTurn(name, in, nil)
}

// ReadInTurn reads a model as ReadStream does. turn is called before much memory is taken for a large description, at
// most once for each container around it: it may wait, and an error of it ends the read.
func (r Registry) ReadInTurn(name string, in io.Reader, turn func() error) (*graph.Model, error) {
	f, err := slurp(name, in, turn)
	if err != nil {
		return nil, err
	}
	return r.Read(f)
}

// ONNX opens the plain ONNX content of the model that spec names. The caller closes it with done.
func (r Registry) ONNX(spec string, in io.Reader) (f *File, done func(), err error) {
	f, done, err = r.file(spec, in)
	if err != nil {
		return nil, nil, err
	}
	f, format, err := r.unpack(f)
	if err == nil && format.Name != onnx.Name {
		err = reject(spec, "has the format "+format.Name+", expected "+onnx.Name)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return f, done, nil
}

// BuiltIn reports whether spec names a model without a file.
func (r Registry) BuiltIn(spec string) bool { return r.scheme(spec) != nil }

// Name returns the name of a model for titles: a file's without its folder and suffixes, a built-in model's without
// the prefix.
func (r Registry) Name(spec string) string {
	if f := r.scheme(spec); f != nil {
		return spec[len(f.Prefix):]
	}
	spec, query, has := strings.Cut(spec, "?")
	if filepath.Base(spec) == configFile {
		if dir := filepath.Base(filepath.Dir(spec)); dir != "." {
			spec = dir
		}
	}
	name := strings.TrimSuffix(filepath.Base(spec), ".gz")
	for _, suffix := range []string{".onnx", ".tflite", ".xml", ".param", ".gguf", ".json"} {
		name = strings.TrimSuffix(name, suffix)
	}
	if has {
		name += "?" + query
	}
	return name
}

// scheme returns the format of a spec with a prefix, nil where it has none.
func (r Registry) scheme(spec string) *Format {
	for i := range r {
		if r[i].Prefix != "" && strings.HasPrefix(spec, r[i].Prefix) {
			return &r[i]
		}
	}
	return nil
}

// file opens what spec names as it is stored.
func (r Registry) file(spec string, in io.Reader) (f *File, done func(), err error) {
	if format := r.scheme(spec); format != nil {
		unpack := format.Unpack
		if unpack == nil {
			unpack = format.Write
		}
		f, err = unpack(&File{Name: spec})
		return f, func() {}, err
	}
	if spec == Stdin {
		f, err = stream("standard input", in)
		return f, func() {}, err
	}
	path, query := located(spec)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; expected the path of an .onnx file, - for standard input, or a built-in model such as zoo:resnet50", err)
	}
	if err != nil {
		return nil, nil, err
	}
	f, err = stored(path, file)
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	f.Query = query
	return f, func() { file.Close() }, nil
}

// located returns the path that a spec names, and the options behind it. A folder of a language model stands for the
// configuration in it.
func located(spec string) (path, query string) {
	path = spec
	if _, err := os.Stat(spec); err != nil {
		if before, after, ok := strings.Cut(spec, "?"); ok {
			path, query = before, after
		}
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		if _, err := os.Stat(filepath.Join(path, configFile)); err == nil {
			path = filepath.Join(path, configFile)
		}
	}
	return path, query
}

// stored returns the content of an open file; what is no regular file is read as a stream.
func stored(path string, file *os.File) (*File, error) {
	st, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, reject(path, folder(path))
	}
	if !st.Mode().IsRegular() {
		return stream(path, file)
	}
	f, err := NewFile(path, file, st.Size())
	if err == nil {
		f.Path = path
	}
	return f, err
}

// folder says what a folder seems to hold, and what to do.
func folder(path string) string {
	for _, row := range []struct{ holds, advice string }{
		{"saved_model.pb", "is a TensorFlow SavedModel; convert it with tf2onnx, or to TensorFlow Lite"},
		{"Manifest.json", coreML}, {"coremldata.bin", compiledML}, {"model.mil", compiledML},
		{"model_index.json", "is a pipeline of several models; name the folder of one of them"},
	} {
		if _, err := os.Stat(filepath.Join(path, row.holds)); err == nil {
			return row.advice
		}
	}
	for _, end := range []string{"*.onnx", "*.onnx.gz", "*.tflite", "*.xml", "*.param", "*.gguf"} {
		if found, _ := filepath.Glob(filepath.Join(globEscape.Replace(path), end)); len(found) > 0 {
			return "is a directory without a config.json; name the model file in it, such as " + filepath.Base(found[0])
		}
	}
	return "is a directory without a config.json; name the model file in it"
}

// globEscape makes a path one that matches itself alone.
var globEscape = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

// stream reads all of a stream.
func stream(name string, in io.Reader) (*File, error) {
	if in == nil {
		return nil, reject(name, "is not connected; give the path of a model")
	}
	return slurp(name, in, nil)
}

// unpack follows containers to the file inside and finds its format.
func (r Registry) unpack(f *File) (*File, *Format, error) {
	if len(f.Head) == 0 {
		return nil, nil, reject(f.Name, "is empty; expected an ONNX model")
	}
	for container := ""; ; {
		format := r.sniff(f)
		switch {
		case format == nil:
			return nil, nil, reject(f.Name, "has no known format; expected an ONNX model")
		case format.Advice != "":
			return nil, nil, reject(f.Name, format.Advice)
		case format.Unpack == nil:
			return f, format, nil
		case format.Name == container:
			return nil, nil, reject(f.Name, "is compressed twice; unpack it once")
		}
		container = format.Name
		inside, err := format.Unpack(f)
		if err != nil {
			return nil, nil, err
		}
		inside.Query = f.Query
		f = inside
	}
}

// sniff returns the first format that recognises the file, nil where none does.
func (r Registry) sniff(f *File) *Format {
	for i := range r {
		if r[i].Sniff != nil && r[i].Sniff(f) {
			return &r[i]
		}
	}
	return nil
}

// reject returns the error of a file that is no model.
func reject(name, why string) error { return &onnxread.FormatError{Name: name, Offset: -1, Msg: why} }
