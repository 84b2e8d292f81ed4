package page

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A drawing is a roofline, or why there is none.
type drawing struct {
	SVG  template.HTML
	None string
}

var (
	// head matches what stands before an SVG's first element, and its size in points: the page sets the size.
	head   = lazyexp.New(`(?s)^.*?<svg width="[^"]*" height="[^"]*"[^>]*viewBox="([^"]*)"[^>]*>`)
	spaces = lazyexp.New(`\s*\n\s*`)
	// styled matches a style attribute, whose rules are written as attributes: the page's policy allows no inline style.
	styled = lazyexp.New(`style="([^"]*)"`)
)

// attributes returns the rules of a style attribute as attributes of their own.
func attributes(style []byte) []byte {
	var out []string
	for rule := range strings.SplitSeq(string(styled().FindSubmatch(style)[1]), ";") {
		if name, value, ok := strings.Cut(rule, ":"); ok {
			out = append(out, strings.TrimSpace(name)+`="`+strings.TrimSpace(value)+`"`)
		}
	}
	return []byte(strings.Join(out, " "))
}

// draw returns the roofline of an estimate. Package plots escapes the names in it.
func draw(e *roofline.Estimate) (drawing, error) {
	f, err := plots.Roofline([]*roofline.Estimate{e})
	if err != nil {
		return drawing{None: visible.Text(err.Error())}, nil
	}
	var b bytes.Buffer
	if err := f.Write(&b, "svg"); err != nil {
		return drawing{}, err
	}
	const open = `<svg role="img" aria-label="Roofline, described by the table of kernels" viewBox="$1">`
	svg := head().ReplaceAll(b.Bytes(), []byte(open))
	svg = styled().ReplaceAllFunc(svg, attributes)
	return drawing{SVG: template.HTML(spaces().ReplaceAll(svg, []byte(" ")))}, nil
}
