package ridgepoint

import (
	"fmt"
	"io"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/plots/export"
)

// An ExportFormat is a kind of file that viewers, charts and gates of others open.
type ExportFormat = export.Format

// ExportFormats returns the formats of Export.
func ExportFormats() []ExportFormat { return export.Formats() }

// FindExportFormat returns a format of Export by its name. Its error names the nearest.
func FindExportFormat(name string) (*ExportFormat, error) { return export.Find(name) }

// An Exported holds estimates that are ready to be written in a format of others.
type Exported struct {
	format *export.Format
	in     export.Input
	done   []func()
}

// Write writes the estimates.
func (x *Exported) Write(w io.Writer) error { return x.format.Write(w, &x.in) }

// Close closes the files of models that stay open to be rewritten.
func (x *Exported) Close() {
	for _, done := range x.done {
		done()
	}
}

// Export estimates models on devices for one of ExportFormats. The caller closes the result.
func (e *Estimator) Export(format string, specs, devices []string, opt *Options) (*Exported, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	f, err := export.Find(format)
	if err != nil {
		return nil, err
	}
	out := &Exported{format: f}
	var models []*Model
	for _, spec := range specs {
		m, rewrite, done, err := e.source(spec, f.Model)
		if err != nil {
			out.Close()
			return nil, err
		}
		models, out.done, out.in.Rewrite = append(models, m), append(out.done, done), rewrite
	}
	if err := out.add(e, models, devices, opt); err != nil {
		out.Close()
		return nil, err
	}
	switch n := len(out.in.Estimates); {
	case n == 0:
		err = fmt.Errorf("found %d models and %d devices, expected one of each at least", len(specs), len(devices))
	case n > 1 && !f.Many:
		err = fmt.Errorf("found %d estimates, expected one: the format %s is of one model on one device", n, f.Name)
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

// add adds the estimates of models.
func (x *Exported) add(e *Estimator, models []*Model, devices []string, opt *Options) error {
	opts, err := optionsFor(models, opt)
	if err != nil {
		return err
	}
	for i, m := range models {
		all, err := e.EstimateOn(m, devices, opts[i])
		if err != nil {
			return err
		}
		x.in.Estimates = append(x.in.Estimates, all...)
	}
	return nil
}

// A rewriter writes the file of a model with annotations.
type rewriter = func(io.Writer, *onnxread.Annotations) error

// source reads a model. Where its file is rewritten, it stays open until done.
func (e *Estimator) source(spec string, rewritten bool) (m *Model, rewrite rewriter, done func(), err error) {
	if !rewritten {
		m, err = e.Load(spec)
		return m, nil, func() {}, err
	}
	e.reads(spec)
	f, done, err := formats.ONNX(spec, e.config.Stdin)
	if err != nil {
		return nil, nil, nil, err
	}
	g, err := formats.Read(f)
	if err == nil {
		g.Name = formats.Name(spec)
		m, err = prepare(spec, g)
	}
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	return m, func(w io.Writer, notes *onnxread.Annotations) error {
		return onnxread.Annotate(spec, f.Reader, f.Size, w, notes)
	}, done, nil
}
