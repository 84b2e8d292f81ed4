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

// Export estimates models on devices and writes the estimates in one of ExportFormats.
func (e *Estimator) Export(w io.Writer, format string, specs, devices []string, opt *Options) error {
	if e == nil {
		return e.check(nil)
	}
	f, err := export.Find(format)
	if err != nil {
		return err
	}
	var in export.Input
	for _, spec := range specs {
		m, rewrite, done, err := e.source(spec, f.Model)
		if err != nil {
			return err
		}
		defer done()
		all, err := e.EstimateOn(m, devices, opt)
		if err != nil {
			return err
		}
		in.Estimates, in.Rewrite = append(in.Estimates, all...), rewrite
	}
	if len(in.Estimates) == 0 {
		return fmt.Errorf("found %d models and %d devices, expected one of each at least", len(specs), len(devices))
	}
	return f.Write(w, &in)
}

// A rewriter writes the file of a model with annotations.
type rewriter = func(io.Writer, *onnxread.Annotations) error

// source reads a model. Where its file is rewritten, it stays open until done.
func (e *Estimator) source(spec string, rewritten bool) (m *Model, rewrite rewriter, done func(), err error) {
	if !rewritten {
		m, err = e.Load(spec)
		return m, nil, func() {}, err
	}
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
