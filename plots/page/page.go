// Package page writes estimates as one page for a browser: one file that opens from disk and loads nothing.
//
// It is readable without its script, which filters and sorts. Words and figures are those of plots/report, kernels
// those of plots/export, the roofline that of plots.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the templates, style and script
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"

	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

var (
	//go:embed page.html.tmpl
	templateText string
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

var layout = template.Must(template.New("page").Funcs(template.FuncMap{"labelled": labelled}).Parse(templateText))

// A labelledGrid is a table with the name that screen readers say.
type labelledGrid struct {
	Label string
	Grid  *grid
}

func labelled(label string, g *grid) labelledGrid { return labelledGrid{label, g} }

// A document is what the template prints.
type document struct {
	Title      string
	Policy     string // content security policy
	Style      template.CSS
	Script     template.JS
	Comparison *grid // of several estimates
	Sections   []section
	Bounds     []string
	Sums       []string // headings of the figures of modules and kernels
	Tool       string
}

// Write writes a page of estimates, a section for each, with a table on top that compares several.
func Write(w io.Writer, estimates []*roofline.Estimate) error {
	if len(estimates) == 0 {
		return errors.New("found no estimate, expected one at least")
	}
	for i, e := range estimates {
		if e == nil || e.Device == nil || e.Inferred == nil {
			return fmt.Errorf("found no estimate at place %d, expected one of a model on a device", i+1)
		}
	}
	doc := &document{Title: titleOf(estimates), Policy: policy(), Style: template.CSS(style), Script: template.JS(script),
		Sums: []string{"time", "wasted", "FLOPs", "traffic"}, Tool: report.VersionText()}
	for b := range roofline.NumBounds {
		doc.Bounds = append(doc.Bounds, b.String())
	}
	if len(estimates) > 1 {
		doc.Comparison = comparison(estimates)
	}
	for i, e := range estimates {
		s, err := sectionOf(i+1, e)
		if err != nil {
			return err
		}
		doc.Sections = append(doc.Sections, *s)
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, doc); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// policy forbids the page every request and every script but its own. Drawings have styles of their own.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}
