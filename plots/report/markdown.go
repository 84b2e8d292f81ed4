package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// writeMarkdown prints tables that Markdown viewers show.
func writeMarkdown(w io.Writer, d *Document) error {
	var b bytes.Buffer
	tables, notes := d.marked()
	for i := range tables {
		tables[i].markdown(&b)
	}
	for _, n := range notes {
		fmt.Fprintf(&b, "- %s\n", escapeLine(n))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// markdown writes a table as GitHub shows it. A folded one is behind a summary.
func (t *Table) markdown(b *bytes.Buffer) {
	switch {
	case t.Folded:
		fmt.Fprintf(b, "<details><summary>%s</summary>\n\n", html.EscapeString(visible.Text(t.Title)))
		defer b.WriteString("</details>\n\n")
	case t.Title != "":
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
		heads, columns = append(heads, escape(visible.Text(c.Name))), append(columns, t.cells(i))
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

// escapeLine returns escape for a text at the beginning of a line, where some characters make headings, lists and
// rules.
func escapeLine(s string) string {
	if strings.IndexAny(s, "#>-+=~_") == 0 {
		return `\` + escape(s)
	}
	return escape(s)
}
