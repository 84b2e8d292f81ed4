package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// writeText prints aligned columns and footnotes, no wider than the layout says.
func writeText(w io.Writer, d *Document) error {
	var b bytes.Buffer
	tables, notes := d.marked()
	for i := range tables {
		if i > 0 {
			b.WriteString("\n")
		}
		tables[i].text(&b, d.Layout)
	}
	for i, n := range notes {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString(wrap(n, d.Layout.width(), len(gap)) + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// text writes a table for a terminal, in as many blocks of columns as its width needs.
func (t *Table) text(b *bytes.Buffer, l Layout) {
	var grids []*grid
	var constants []string
	if len(t.Columns) > 0 {
		grids = t.grids(l)
		constants = grids[0].constants
	}
	t.heading(b, l, constants)
	for i, g := range grids {
		if i > 0 || t.Title != "" {
			b.WriteString("\n")
		}
		g.text(b, l)
	}
}

// heading prints what stands above the rows.
func (t *Table) heading(b *bytes.Buffer, l Layout, constants []string) {
	title := visible.Text(t.Title)
	same := strings.Join(constants, ", ")
	switch {
	case title != "" && same != "":
		title += ": " + same
	case same != "":
		title = "all rows: " + same
	}
	if title != "" {
		b.WriteString(wrap(title, l.width(), len(gap)) + "\n")
	}
	for _, line := range lines(t.Lead) {
		b.WriteString(strings.TrimRight(gap+wrap(line, l.width()-len(gap), len(gap)+labelled(line)), " ") + "\n")
	}
	if len(t.Drawing) > 0 {
		b.WriteByte('\n')
		for _, line := range lines(t.Drawing) {
			b.WriteString(gap + clipped(line, l.width()-len(gap)) + "\n")
		}
	}
}

// clipped returns a line of a drawing without the last of its labels, as many as do not fit, and one that does not fit by
// itself cut off: a table has them all.
func clipped(line string, width int) string {
	const more = "; …"
	for cut := len(line); runes(line) > width; {
		if cut = strings.LastIndex(line[:cut], "; "); cut < 0 {
			return string([]rune(line)[:width-1]) + "…"
		}
		if runes(line[:cut]+more) <= width {
			return line[:cut] + more
		}
	}
	return line
}

// labelled returns where the text of a line begins that has a label and spaces before it, 0 without a label.
func labelled(line string) int {
	i := strings.Index(line, gap)
	if i < 0 || i > 24 {
		return 0
	}
	return runes(line[:len(line)-len(strings.TrimLeft(line[i:], " "))])
}

// text prints the rows, each with its prose under it.
func (g *grid) text(b *bytes.Buffer, l Layout) {
	widths := make([]int, len(g.columns))
	for i := range g.columns {
		widths[i] = g.columns[i].wide()
	}
	last := len(g.columns) - 1
	if last >= 0 && g.columns[last].prose && !l.Wide {
		widths[last] = min(widths[last], max(g.room(last), proseRoom))
	}
	g.line(b, widths, l, -1)
	for r := range g.rows() {
		g.line(b, widths, l, r)
		for _, c := range g.columns {
			if c.below && c.cells[r] != "" && c.cells[r] != nothing {
				text := c.cells[r]
				if c.said {
					text = c.Name + " " + text
				}
				b.WriteString("    " + wrap(text, g.width-4, 6) + "\n")
			}
		}
	}
	if len(g.omitted) > 0 {
		b.WriteString(wrap("(left out for width: "+strings.Join(g.omitted, ", ")+")", g.width, len(gap)) + "\n")
	}
}

// rows returns how many rows a block has.
func (g *grid) rows() int {
	if len(g.columns) == 0 {
		return 0
	}
	return len(g.columns[0].cells)
}

// line prints a row, or the headings for -1. Prose in the last column wraps.
func (g *grid) line(b *bytes.Buffer, widths []int, l Layout, r int) {
	var line strings.Builder
	at := 0
	for i, c := range g.columns {
		if c.below {
			continue
		}
		cell := c.Name
		if r >= 0 {
			cell = c.cells[r]
		}
		if at > 0 {
			line.WriteString(gap)
			at += len(gap)
		}
		padded := right(cell, widths[i])
		if c.numeric() {
			padded = left(cell, widths[i])
		} else if runes(cell) > widths[i] {
			padded = wrap(cell, widths[i], 0)
			padded = strings.ReplaceAll(padded, "\n", "\n"+strings.Repeat(" ", at))
		}
		if l.Color && r >= 0 && c.tone {
			padded = colored(cell, padded)
		} else if l.Color && r < 0 {
			padded = bold + padded + plainInk
		}
		line.WriteString(padded)
		at += widths[i]
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// wrap breaks a text into lines of a width, those after the first indented. A word that is longer stays whole.
func wrap(s string, width, indent int) string {
	if runes(s) <= width {
		return s
	}
	var out strings.Builder
	at := 0
	for i, word := range strings.Split(s, " ") {
		switch n := runes(word); {
		case i == 0:
			at = n
		case at+1+n > width && at > indent:
			out.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent + n
		default:
			out.WriteByte(' ')
			at += 1 + n
		}
		out.WriteString(word)
	}
	rows := strings.Split(out.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n")
}

// Escape sequences of terminals (ECMA-48, SGR).
const (
	bold     = "\x1b[1m"
	plainInk = "\x1b[0m"
)

// tones lists the colours of words that judge, by their first word.
var tones = map[string]string{
	"yes": "\x1b[32m", "fits": "\x1b[32m", "likely": "\x1b[36m", "possible": "\x1b[36m", "tight": "\x1b[33m",
	"close": "\x1b[33m", "no": "\x1b[31m", "none": "\x1b[31m", "fails": "\x1b[31m",
	"pass": "\x1b[32m", "uncertain": "\x1b[33m", "fail": "\x1b[31m",
	"compute": "\x1b[34m", "memory": "\x1b[33m", "overhead": "\x1b[35m",
	"●": "\x1b[32m", "◐": "\x1b[32m", "○": "\x1b[33m", "·": "\x1b[31m",
}

// colored returns a padded cell in the colour of its first word.
func colored(cell, padded string) string {
	word, _, _ := strings.Cut(cell, " ")
	tone, ok := tones[word]
	if !ok {
		return padded
	}
	return tone + padded + plainInk
}
