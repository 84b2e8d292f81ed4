package report

import (
	"html/template"
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// page makes one file that needs nothing else: no script, no font and no picture from elsewhere. It follows the
// reader's choice of light or dark.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 90rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .1rem 0; }
div.wide { overflow-x: auto; margin-top: .8rem; }
table { border-collapse: collapse; }
th, td { padding: .2rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid #8884; }
th { border-bottom: 2px solid #888; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { line-height: 1.2; overflow-x: auto; }
.notes { color: #777; margin-top: 2rem; }
</style>
</head>
<body>
{{- range .Tables}}
{{if .Title}}<h2>{{.Title}}</h2>{{end}}
{{- range .Lead}}
<p>{{.}}</p>
{{- end}}
{{- if .Drawing}}
<pre>{{.Drawing}}</pre>
{{- end}}
{{- if .Heads}}
<div class="wide"><table>
<thead><tr>{{range .Heads}}<th{{if .Number}} class="number"{{end}}>{{.Text}}</th>{{end}}</tr></thead>
<tbody>
{{- range .Rows}}
<tr>{{range .}}<td{{if .Number}} class="number"{{end}}>{{.Text}}</td>{{end}}</tr>
{{- end}}
</tbody>
</table></div>
{{- end}}
{{- end}}
{{- if .Notes}}
<div class="notes">
{{- range .Notes}}
<p>{{.}}</p>
{{- end}}
</div>
{{- end}}
</body>
</html>
`))

// A pageTable is a table of a page.
type pageTable struct {
	Title   string
	Lead    []string
	Drawing string
	Grid
}

// A Grid is the headings and rows of a table as people read them.
type Grid struct {
	Heads []GridCell
	Rows  [][]GridCell
}

// A GridCell is a text, visible whatever it holds, that is set flush right if it is a number.
type GridCell struct {
	Text   string
	Number bool
}

// writeHTML prints one page that stands by itself; names out of files are escaped.
func writeHTML(w io.Writer, d *Document) error {
	data := struct {
		Title  string
		Tables []pageTable
		Notes  []string
	}{Title: "Ridgepoint"}
	tables, notes := d.marked()
	data.Notes = notes
	for i := range tables {
		t := &tables[i]
		if i == 0 && t.Title != "" {
			data.Title = visible.Text(t.Title)
		}
		data.Tables = append(data.Tables, t.page())
	}
	return page.Execute(w, data)
}

// page returns what the template of a page needs of a table, every text made visible.
func (t *Table) page() pageTable {
	return pageTable{visible.Text(t.Title), lines(t.Lead), strings.Join(lines(t.Drawing), "\n"), *t.Grid()}
}

// Grid returns the texts of a table. It is for pages that set tables themselves.
func (t *Table) Grid() *Grid {
	out := &Grid{Rows: make([][]GridCell, len(t.Rows))}
	for i, c := range t.Columns {
		out.Heads = append(out.Heads, GridCell{visible.Text(c.Name), c.numeric()})
		for r, cell := range t.cells(i) {
			out.Rows[r] = append(out.Rows[r], GridCell{cell, c.numeric()})
		}
	}
	return out
}
