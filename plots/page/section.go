package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots/export"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
)

// A section is one estimate.
type section struct {
	ID       string // of its heading, for links
	Title    string
	Verdict  string
	Facts    []fact
	Shares   []share
	Drawing  drawing
	Expected bool // times are expected, not lower bounds
	Tree     *module
	Kernels  []row // in execution order
	Memory   *memory
	Sweep    *grid
	Advice   *answers
	Data     template.HTML // of the script, in base64
	Files    []file
	Notes    []string
	Figures  *grid // with their sources
	Formulas []string
}

// A fact is a line of the summary.
type fact struct{ Name, Text string }

// A share is the part of the time that one bound decides, in percent of the bar.
type share struct {
	Bound      string
	From, Wide float64
	Text       string
}

// A row is one kernel, ready to be read.
type row struct {
	At     int // its place in execution order, which the tree and the table share
	Name   string
	Op     string
	Bound  string
	DType  string
	Times  string // ×3, "" for once
	Figure []string
	Light  string
	Rate   string // FLOP per byte
}

// grid is a table of texts.
type grid = report.Grid

// answers are advice.
type answers struct {
	Title string
	Lead  []string
	Grid  *grid // nil where nothing helps
}

// adviceOf returns advice as people read it.
func adviceOf(a *advice.Answer) *answers {
	t := &report.Advice(a).Tables[0]
	out := &answers{Title: visible.Text(t.Title), Lead: texts(t.Lead)}
	if len(t.Rows) > 0 {
		out.Grid = t.Grid()
	}
	return out
}

// sectionOf returns the section of an estimate, the nth of the page.
func sectionOf(n int, p *Part) (*section, error) {
	e := p.Estimate
	doc := report.Estimate(e, report.View{By: roofline.ByOp})
	report.Explain(doc, e, report.View{By: roofline.ByOp})
	head, figures := &doc.Tables[0], &doc.Tables[len(doc.Tables)-1]
	out := &section{ID: fmt.Sprintf("e%d", n), Title: sectionTitle(e),
		Verdict: visible.Text(head.Title), Facts: facts(head.Lead),
		Shares: shares(e), Expected: e.Latency.Expected != nil, Figures: figures.Grid(), Formulas: texts(figures.Lead)}
	for i := range doc.Notes {
		out.Notes = append(out.Notes, visible.Text(doc.Notes[i].Text()))
	}
	parts := export.Parts(e)
	for i := range parts {
		out.Kernels = append(out.Kernels, rowOf(i, &parts[i], out.Expected))
	}
	out.Tree = treeOf(visible.Text(e.Model), parts, out.Kernels, out.Expected)
	out.Memory = memoryOf(e)
	if p.Advice != nil {
		out.Advice = adviceOf(p.Advice)
	}
	if len(p.Sweep) > 0 {
		out.Sweep = report.Sweep(e.Model, roofline.Axis{}, p.Sweep).Tables[0].Grid()
	}
	text, err := encoded(dataOf(p, parts, out.Title, fileName(e)))
	if err != nil {
		return nil, err
	}
	out.Data = template.HTML(text) // of an alphabet that needs no escape
	if out.Files, err = filesOf(e); err != nil {
		return nil, err
	}
	out.Drawing, err = draw(e)
	return out, err
}

// fileName returns a name for downloads that every system takes.
func fileName(e *roofline.Estimate) string {
	plain := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}
	const longest = 80
	name := strings.Trim(strings.Map(plain, e.Model), ".-")
	return cmp.Or(name[:min(len(name), longest)], "model") + "-" + strings.Map(plain, e.Device.ID)
}

// sectionTitle returns the heading of an estimate: model, device, precision, batch and runtime.
func sectionTitle(e *roofline.Estimate) string {
	text := fmt.Sprintf("%s on %s, %s, batch %d", e.Model, e.Device.Name, e.Precision.Short(), max(e.Batch, 1))
	if e.Tuning != nil {
		text += ", " + e.Tuning.Runtime.Name
	}
	return visible.Text(text)
}

// titleOf names a page after its first estimate.
func titleOf(es []*roofline.Estimate) string {
	text := sectionTitle(es[0])
	if len(es) > 1 {
		text += fmt.Sprintf(" and %d more", len(es)-1)
	}
	return text
}

// facts splits the lines of a summary into their names and texts.
func facts(lead []string) []fact {
	var out []fact
	for _, line := range lead {
		name, text, _ := strings.Cut(line, "  ")
		out = append(out, fact{visible.Text(name), visible.Text(strings.TrimSpace(text))})
	}
	return out
}

// texts returns lines with every character visible.
func texts(lines []string) []string {
	out := make([]string, len(lines))
	for i, s := range lines {
		out[i] = visible.Text(s)
	}
	return out
}

// shares returns the parts of the bar of bounds, without those too small to print.
func shares(e *roofline.Estimate) []share {
	var out []share
	from := 0.0
	for b := range roofline.NumBounds {
		wide := 100 * e.Spent.Share(b)
		if wide >= 0.05 {
			out = append(out, share{b.String(), from, wide, fmt.Sprintf("%.1f %%", wide)})
		}
		from += wide
	}
	return out
}

// comparison returns the table of several estimates. Its rows are in their order.
func comparison(es []*roofline.Estimate) *grid {
	return report.Comparison(es, report.View{}).Tables[0].Grid()
}

// rowOf returns a part as people read it.
func rowOf(at int, p *export.Part, expected bool) row {
	out := row{At: at, Name: visible.Text(p.Name), Op: visible.Text(p.Op), Bound: p.Bound,
		Light: short(p.Light, units.Seconds), Figure: figures(p.Seconds, p.Light, p.FLOPs, p.Bytes, expected)}
	if p.Bytes > 0 && p.FLOPs > 0 {
		out.Rate = units.Short(float64(p.FLOPs)/float64(p.Bytes), units.Intensity)
	}
	if l := p.Layer; l != nil {
		out.DType = l.Type.Short()
		if l.Times > 1 {
			out.Times = fmt.Sprintf("×%d", l.Times)
		}
	}
	return out
}

// figures returns the figures under the headings of document.Sums. Where no runtime is known, no time is wasted time.
func figures(seconds, light float64, flops, bytes int64, expected bool) []string {
	wasted := ""
	if expected {
		wasted = short(max(seconds-light, 0), units.Seconds)
	}
	return slices.Clip([]string{short(seconds, units.Seconds), wasted, short(float64(flops), units.FLOPs),
		short(float64(bytes), units.Bytes)})
}

// short prints a figure with its unit, zero without.
func short(v float64, dim units.Dim) string {
	if v == 0 {
		return "0"
	}
	return units.Short(v, dim)
}
