package ridgepoint

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// A Model is a model made ready for estimates. It may be used by several goroutines at once.
type Model struct {
	Spec string // as it was named: a path, -, or zoo:NAME
	Name string // for titles

	format string // of the file; "" where it was read from a stream
	plan   *infer.Plan
}

// Load reads a model: the path of a file, compressed by gzip or not, "-" for Config.Stdin, or a built-in model such as
// zoo:yolo11s?size=320. Weights are not read.
func (e *Estimator) Load(spec string) (*Model, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if !formats.BuiltIn(spec) {
		e.reads(spec)
	}
	g, format, err := formats.OpenFormat(spec, e.config.Stdin)
	if err != nil {
		return nil, err
	}
	m, err := prepare(spec, g)
	if err == nil {
		m.format = format
	}
	return m, err
}

// Read reads a model from a stream, which is held in memory. name stands for it in titles and messages.
func (e *Estimator) Read(name string, r io.Reader) (*Model, error) { return e.ReadInTurn(name, r, nil) }

// ReadInTurn reads a model as Read does, for programs that read several at once. turn is called before much memory is
// taken for a model with a large description: it may wait until others are done, more than once for one model, and an
// error of it ends the read. The weights do not count.
func (e *Estimator) ReadInTurn(name string, r io.Reader, turn func() error) (*Model, error) {
	if r == nil {
		return nil, fmt.Errorf("%s: found no reader, expected one of a model", name)
	}
	g, err := formats.ReadInTurn(name, r, turn)
	if err != nil {
		return nil, err
	}
	g.Name = formats.Name(name)
	return prepare(name, g)
}

// LoadBytes reads a model from memory. name stands for it in titles and messages.
func (e *Estimator) LoadBytes(name string, data []byte) (*Model, error) {
	return e.Read(name, bytes.NewReader(data))
}

// prepare returns a model that is ready for inference; a graph with a cycle is an error.
func prepare(spec string, g *graph.Model) (*Model, error) {
	p, err := infer.Prepare(g)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return &Model{Spec: spec, Name: g.Name, plan: p}, nil
}

// ModelName returns the name of a model for titles: a file's without its folder and suffixes, a built-in one's without
// zoo:.
func ModelName(spec string) string { return formats.Name(spec) }

// An UnboundError lists the free dimensions of a model that Options do not bind.
type UnboundError = infer.UnboundError

// load reads a model for the packages that search.
func (e *Estimator) load(spec string) (*infer.Plan, error) {
	m, err := e.Load(spec)
	if err != nil {
		return nil, err
	}
	return m.plan, nil
}

// infer binds the free dimensions of a model and infers every shape.
func (m *Model) infer(b infer.Bindings) (*infer.Result, error) {
	if err := m.plan.KnowsAll(&b); err != nil {
		return nil, fmt.Errorf("%s: %w%s", m.Spec, err, m.asOption(b.Dims))
	}
	res, err := m.plan.Run(b, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Spec, err)
	}
	return res, nil
}

// asOption returns how to write a dimension that is an option of a built-in model, nothing where none is.
func (m *Model) asOption(dims map[string]int64) string {
	for _, name := range slices.Sorted(maps.Keys(dims)) {
		if spec, ok := zoo.With(m.Spec, name, dims[name]); ok && dims[name] > 0 {
			return "; " + name + " is an option of the built-in model: write " + spec
		}
	}
	return ""
}

// Strip writes a model without its weights: the payload of every tensor above 1 KiB becomes a reference to external
// data that need not exist. Reading the result gives the same model.
func (e *Estimator) Strip(spec string, w io.Writer) error {
	return e.rewrite(spec, w, onnxread.Strip)
}

// Fill writes a model whose missing weights are random numbers, so that a runtime can execute it; its results mean
// nothing.
func (e *Estimator) Fill(spec string, w io.Writer) error {
	return e.rewrite(spec, w, onnxread.Fill)
}

// rewrite opens an ONNX file and lets write make another of it. Files of other formats are refused.
func (e *Estimator) rewrite(spec string, w io.Writer, write func(string, io.ReaderAt, int64, io.Writer) error) error {
	if e == nil {
		return e.check(nil)
	}
	e.reads(spec)
	f, done, err := formats.ONNX(spec, e.config.Stdin)
	if err != nil {
		return err
	}
	defer done()
	return write(spec, f.Reader, f.Size, w)
}
