package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// maxCell is the widest text cell; longer names lose their middle.
const maxCell = 48

// writeText prints aligned columns and numbered footnotes.
func writeText(w io.Writer, d *Document) error {
	var b bytes.Buffer
	for i := range d.Tables {
		if i > 0 {
			b.WriteString("\n")
		}
		d.Tables[i].text(&b)
	}
	for i, n := range d.lines() {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s %s\n", superscript(i+1), n)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (t *Table) text(b *bytes.Buffer) {
	if t.Title != "" {
		b.WriteString(visible.Text(t.Title) + "\n")
	}
	for _, l := range lines(t.Lead) {
		b.WriteString("  " + l + "\n")
	}
	if len(t.Drawing) > 0 {
		b.WriteString("\n  " + strings.Join(lines(t.Drawing), "\n  ") + "\n")
	}
	if len(t.Columns) == 0 {
		return
	}
	if t.Title != "" {
		b.WriteString("\n")
	}
	heads, columns, widths := t.layout()
	t.line(b, widths, func(i int) string { return heads[i] })
	for r := range t.Rows {
		t.line(b, widths, func(i int) string { return columns[i][r] })
	}
}

// layout formats every cell and measures the columns.
func (t *Table) layout() (heads []string, columns [][]string, widths []int) {
	for i := range t.Columns {
		head, cells := t.cells(i)
		width := utf8.RuneCountInString(head)
		for r := range cells {
			if i+1 < len(t.Columns) { // the last column may be prose, and widens nothing
				cells[r] = middle(cells[r], maxCell)
			}
			width = max(width, utf8.RuneCountInString(cells[r]))
		}
		heads, columns, widths = append(heads, head), append(columns, cells), append(widths, width)
	}
	return heads, columns, widths
}

func (t *Table) line(b *bytes.Buffer, widths []int, cell func(int) string) {
	var line strings.Builder
	for i, c := range t.Columns {
		text := cell(i)
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
		if i > 0 {
			line.WriteString("  ")
		}
		if c.numeric() {
			line.WriteString(pad + text)
		} else {
			line.WriteString(text + pad)
		}
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// middle cuts the middle out of a text that is too long.
func middle(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	left := (limit - 1) / 2
	return string(r[:left]) + "…" + string(r[len(r)-(limit-1-left):])
}

func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var out []rune
	for _, d := range fmt.Sprint(n) {
		out = append(out, digits[d-'0'])
	}
	return string(out)
}

// writeMarkdown prints tables that Markdown viewers show.
func writeMarkdown(w io.Writer, d *Document) error {
	var b bytes.Buffer
	for i := range d.Tables {
		d.Tables[i].markdown(&b)
	}
	for i, n := range d.lines() {
		fmt.Fprintf(&b, "%d. %s\n", i+1, escapeLine(n))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (t *Table) markdown(b *bytes.Buffer) {
	if t.Title != "" {
		fmt.Fprintf(b, "### %s\n\n", escape(visible.Text(t.Title)))
	}
	for _, l := range lines(t.Lead) {
		fmt.Fprintf(b, "- %s\n", escapeLine(l))
	}
	if len(t.Lead) > 0 {
		b.WriteString("\n")
	}
	if len(t.Drawing) > 0 {
		fmt.Fprintf(b, "```\n%s\n```\n\n", strings.Join(lines(t.Drawing), "\n"))
	}
	if len(t.Columns) == 0 {
		return
	}
	var heads, rule []string
	var columns [][]string
	for i, c := range t.Columns {
		head, cells := t.cells(i)
		heads, columns = append(heads, escape(head)), append(columns, cells)
		if c.numeric() {
			rule = append(rule, "---:")
		} else {
			rule = append(rule, "---")
		}
	}
	fmt.Fprintf(b, "| %s |\n| %s |\n", strings.Join(heads, " | "), strings.Join(rule, " | "))
	for r := range t.Rows {
		cells := make([]string, len(columns))
		for i := range columns {
			cells[i] = escape(columns[i][r])
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	b.WriteString("\n")
}

// markup replaces what Markdown gives a meaning inside a line: cells, tags, code, and what makes brackets a link, a
// picture or the definition of one.
var markup = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "`", "\\`", "](", `\](`, "][", `\][`, "]:", `\]:`)

// escape returns a text that reads in Markdown as it is written.
func escape(s string) string { return markup.Replace(s) }

// escapeLine is escape for a text at the beginning of a line, where some characters make headings, lists and rules.
func escapeLine(s string) string {
	if strings.IndexAny(s, "#>-+=~_") == 0 {
		return `\` + escape(s)
	}
	return escape(s)
}
