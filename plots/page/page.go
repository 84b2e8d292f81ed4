// Package page writes estimates as one page for a browser: one file that opens from disk and loads nothing.
//
// It is readable without its script, which filters and sorts. Words and figures are those of plots/report, kernels
// those of plots/export, the roofline that of plots.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
)

var (
	//go:embed page.html.tmpl
	templateText string
	//go:embed page.css
	pageStyle string
	//go:embed script/*.js
	scripts embed.FS
	//go:embed vendored/uPlot.iife.min.js
	chartScript string
	//go:embed vendored/uPlot.min.css
	chartStyle string
)

// The style and the script of every page: the chart library's, then the page's own.
var (
	style  = sync.OnceValue(func() string { return chartStyle + "\n" + pageStyle })
	script = sync.OnceValue(func() string { return chartScript + "\n" + pageScript() })
)

// pageScript returns the page's own script: its files in the order of what needs what.
func pageScript() string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range []string{"base", "sections", "roof", "curves", "files", "main"} {
		text, err := scripts.ReadFile("script/" + name + ".js")
		if err != nil {
			panic(err) // the folder is part of the program
		}
		b.Write(text)
	}
	b.WriteString("})();\n")
	return b.String()
}

var layout = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{"labelled": labelled}).Parse(templateText))
})

// A labelledGrid is a table with the name that screen readers say.
type labelledGrid struct {
	Label string
	Grid  *grid
}

// labelled returns a grid with its label.
func labelled(label string, g *grid) labelledGrid { return labelledGrid{label, g} }

// A Part is an estimate, with what the page shows beside it.
type Part struct {
	Estimate *roofline.Estimate
	Advice   *advice.Answer        // what would make it faster; nil for none
	Sweep    []roofline.SweepPoint // over batches, all with an outcome; empty for none
}

// A document is what the template prints.
type document struct {
	Title      string
	Policy     string // content security policy
	Style      template.CSS
	Script     template.JS
	Comparison *grid // of several estimates
	Fastest    string
	Sections   []section
	Bounds     []string
	Sums       []string // headings of the figures of modules and kernels
	Tool       string
}

// Write writes a page of estimates, a section for each, with a table on top that compares several.
func Write(w io.Writer, parts []Part) error {
	if len(parts) == 0 {
		return errors.New("found no estimate, expected one at least")
	}
	var estimates []*roofline.Estimate
	for i := range parts {
		e := parts[i].Estimate
		if e == nil || e.Device == nil || e.Inferred == nil {
			return fmt.Errorf("found no estimate at place %d, expected one of a model on a device", i+1)
		}
		estimates = append(estimates, e)
	}
	doc := &document{Title: titleOf(estimates), Policy: Policy(), Style: template.CSS(style()),
		Script: template.JS(script()), Sums: []string{"time", "wasted", "FLOPs", "traffic"}, Tool: report.VersionText()}
	for b := range roofline.NumBounds {
		doc.Bounds = append(doc.Bounds, b.String())
	}
	if len(estimates) > 1 {
		doc.Comparison, doc.Fastest = comparison(estimates), report.Fastest(estimates)
	}
	for i := range parts {
		s, err := sectionOf(i+1, &parts[i])
		if err != nil {
			return err
		}
		doc.Sections = append(doc.Sections, *s)
	}
	var b bytes.Buffer
	if err := layout().Execute(&b, doc); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Policy returns the content security policy of a page, which forbids every request, and every style and script but its
// own.
func Policy() string {
	return "default-src 'none'; style-src '" + hash(style()) + "'; script-src '" + hash(script()) +
		"'; base-uri 'none'; form-action 'none'"
}

// hash returns the hash of a script as the page's policy names it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
