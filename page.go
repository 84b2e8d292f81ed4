package ridgepoint

import (
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/ridgepoint/ridgepoint/plots/page"
)

// A PagePart is an estimate of a page, with what the page shows beside it.
type PagePart = page.Part

// WritePage writes estimates as one HTML page with a section for each, which opens from disk and loads nothing: the
// verdict, the roofline, the tree of modules, every kernel, memory, a sweep, advice, notes and sources.
func WritePage(w io.Writer, parts ...PagePart) error { return page.Write(w, parts) }

// PagePolicy returns the content security policy of pages, for servers that send them.
func PagePolicy() string { return page.Policy() }

// PageBatches returns the batches that the sweep of a page has.
func PageBatches() []int64 { return []int64{1, 2, 4, 8, 16, 32, 64} }

// PagePart adds to an estimate what its page shows beside it: advice, and a sweep of the batch where the model leaves
// that open. The estimate is of the model with the options, in a runtime and a precision that may be others.
func (e *Estimator) PagePart(ctx context.Context, m *Model, of *Estimate, opt *Options) (PagePart, error) {
	o := Options{}
	if opt != nil {
		o = *opt
	}
	if o.Runtime = NoRuntime; of.Tuning != nil {
		o.Runtime = of.Tuning.Runtime.ID
	}
	if o.Precision = ""; of.Asked != 0 {
		o.Precision = of.Asked.Short()
	}
	part := PagePart{Estimate: of}
	m, sized, err := e.sized(m, &o)
	if err != nil {
		return part, err
	}
	o = *sized
	shown := *m // a page is sent to others: it names a file, and not where it lies
	if !IsBuiltIn(m.Spec) && !inGit(m.Spec) {
		shown.Spec = filepath.Base(m.Spec)
	}
	advice, err := e.advise(ctx, &shown, of.Device, of.Device.ID, Target{}, &o)
	if err != nil {
		return part, err
	}
	part.Advice = advice
	o.Batch = 0
	points, err := e.sweep(ctx, m, []*Device{of.Device}, steps(BatchAxis, PageBatches()), &o)
	failed := func(p SweepPoint) bool { return p.Err != nil }
	if err == nil && !slices.ContainsFunc(points, failed) {
		part.Sweep = points
	}
	return part, ctx.Err()
}
