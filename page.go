package ridgepoint

import (
	"io"

	"github.com/ridgepoint/ridgepoint/plots/page"
)

// WritePage writes estimates as one HTML page with a section for each, which opens from disk and loads nothing: the
// verdict, the roofline, the tree of modules, every kernel, notes and sources.
func WritePage(w io.Writer, estimates ...*Estimate) error { return page.Write(w, estimates) }
