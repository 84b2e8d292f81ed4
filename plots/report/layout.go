package report

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Layout says how tables of characters are laid out for a reader.
type Layout struct {
	Width int  // of a line, in characters; 0 for usualWidth
	Wide  bool // all columns whole, whatever the width
	Color bool // words that judge have colours
}

// usualWidth gives the width of lines where nobody says.
const usualWidth = 100

// width returns how many columns a table may take, 100 where the terminal says nothing.
func (l Layout) width() int {
	if l.Width > 0 {
		return l.Width
	}
	return usualWidth
}

// A trait says how a column yields where a table is too wide, and how it is shown.
type trait struct {
	whole bool // a name that people type: it is not cut
	fold  bool // one value in all rows goes to the heading
	less  int  // the larger, the sooner it is left out; 0: not while names can be cut
	last  int  // as less, of columns that go only where no other way is left; 0: never
	prose bool // wraps, or goes under its row
	said  bool // prose that has the column's name before it under a row
	tone  bool // has colours
}

// traits lists how columns are fitted, by their names. Other columns stay as they are.
var traits = map[string]trait{
	"kernels": {fold: true, less: 6}, "FLOP/B": {less: 3}, "attainable": {less: 5}, "traffic": {less: 2},
	"bound": {fold: true, tone: true, last: 3}, "throughput": {last: 2}, "fits": {tone: true}, "basis": {fold: true, tone: true},
	"model": {whole: true, fold: true}, "device": {whole: true, fold: true}, "precision": {fold: true}, "batch": {fold: true}, "size": {fold: true, less: 4},
	"runtime": {whole: true, fold: true, last: 1}, "in memory": {fold: true, less: 1, tone: true}, "work": {less: 3}, "lower bound": {less: 2},
	"memory": {less: 3}, "accuracy": {less: 1}, "energy": {less: 4},
	"limited by": {fold: true}, "frame takes": {less: 5}, "energy a frame": {last: 2}, "holds": {whole: true, tone: true},
	"on": {fold: true}, "every": {fold: true}, "1 in": {last: 4},
	"why not, and what would help": {prose: true}, "why": {prose: true}, "what it counts": {prose: true},
	"what it does": {prose: true}, "what it is": {prose: true}, "does": {prose: true}, "sets": {prose: true}, "note": {prose: true}, "notes": {prose: true},
	"source": {less: 2}, "what": {prose: true}, "url": {less: 1}, "because": {prose: true}, "remark": {prose: true},
	"unit": {less: 1}, "calls it": {less: 2}, "family": {less: 9}, "class": {less: 8, fold: true}, "kind": {less: 7},
	"operator": {whole: true}, "known from": {less: 7},
	"year": {less: 6}, "TDP": {less: 1}, "domain": {fold: true}, "vendor": {less: 4}, "usable": {less: 7},
	"peaks known as": {less: 9}, "bandwidth known as": {less: 10}, "TDP known as": {less: 11}, "calibrated": {prose: true},
	"options": {less: 3}, "task": {fold: true, less: 2}, "parameters": {less: 1}, "name": {less: 1}, "rule": {less: 2}, "nodes": {less: 1},
	"launch": {less: 3}, "repack": {less: 2}, "steps": {less: 4}, "wait": {less: 2},
	"default for": {prose: true, said: true}, "runs on": {less: 2},
	"Spearman": {less: 6}, "Kendall": {less: 7}, "lower bound, median": {less: 2}, "measured/predicted": {less: 1},
	"low": {less: 3}, "high": {less: 3}, "context": {less: 4}, "longest context": {less: 4}, "first token": {less: 2},
	"quality": {less: 1}, "perplexity": {less: 2}, "why not": {fold: true}, "price a million": {less: 5}, "bound by": {fold: true, less: 6}, "quantisation": {fold: true},
	"limit": {whole: true}, "allowed": {less: 1}, "advice": {whole: true}, "check it with": {prose: true}, "effort": {less: 1}, "runs as": {fold: true, less: 3},
	"prompt": {fold: true}, "verdict": {whole: true, tone: true}, "speed of light": {less: 2},
	"int8": {less: 1}, "a cycle and core": {less: 1}, "within 10 %": {less: 4}, "within 20 %": {less: 5}, "mean": {less: 3}, "mostly": {less: 1}, "tier": {less: 1},
}

// The widths of texts that are not prose: at first, where room is short, and where it is shorter still.
var cuts = []int{48, 36, 26}

// proseRoom gives the least room beside other columns in which prose wraps; with less it goes under its row.
const proseRoom = 30

// A grid is a table as characters.
type grid struct {
	width     int
	columns   []gridColumn
	constants []string // columns with one value, which the heading tells
	omitted   []string // columns without room
}

type gridColumn struct {
	Column
	trait
	cells []string
	below bool // its cells go under their rows
}

// usual lists values that go without saying where all rows have them.
var usual = []string{"", nothing, roofline.RoomFits.String(), "exact"}

// grids lays a table out: as one grid, or as several where a matrix is too wide even when it is turned.
func (t *Table) grids(l Layout) []*grid {
	g := t.grid(l)
	if !t.Matrix || l.Wide || g.total() <= g.width || len(g.omitted) > 0 {
		return []*grid{g}
	}
	if turned := t.turned().grid(l); turned.total() <= turned.width {
		return []*grid{turned}
	}
	return g.blocks()
}

// grid lays a table out in one piece.
func (t *Table) grid(l Layout) *grid {
	g := &grid{width: l.width()}
	for i, c := range t.Columns {
		col := gridColumn{Column: c, trait: traits[bare(c.Name)], cells: t.cells(i)}
		if !l.Wide && col.fold && t.constant(col.cells) {
			if !slices.Contains(usual, col.cells[0]) {
				g.constants = append(g.constants, c.Name+" "+col.cells[0])
			}
			continue
		}
		if t.Key != "" && c.Name == t.Key {
			col.less, col.last = 0, 0
		}
		if c.numeric() {
			col.cells = aligned(col.cells)
		}
		g.columns = append(g.columns, col)
	}
	if !l.Wide {
		g.fit()
	}
	return g
}

// constant reports whether a column says nothing that its heading could not: the row that sums up aside.
func (t *Table) constant(cells []string) bool {
	if t.Sum {
		cells = cells[:len(cells)-1]
	}
	return len(cells) > 1 && !slices.ContainsFunc(cells, func(c string) bool { return c != cells[0] })
}

// fit makes a grid as narrow as it has to be, what costs least first: columns that few read are left out, prose goes
// under its row, names lose their middle, and more columns are left out, at last those that most readers look for.
func (g *grid) fit() {
	g.cut(cuts[0])
	g.omit(minor, trait.rank)
	for i := range g.columns {
		c := &g.columns[i]
		c.below = c.prose && g.total() > g.width && g.room(i) < proseRoom
	}
	g.cutTo(cuts[1])
	g.omit(minor/2, trait.rank)
	g.cutTo(cuts[2])
	g.omit(1, trait.rank)
	g.omit(1, trait.lastRank)
	slices.Sort(g.omitted)
}

// minor gives the least figure of columns that few read.
const minor = 6

// rank returns how soon a column is left out.
func (t trait) rank() int { return t.less }

// lastRank returns how soon a column goes that only goes at last.
func (t trait) lastRank() int { return t.last }

// omit leaves out columns of a rank of least or more, the largest first, while the grid is too wide.
func (g *grid) omit(least int, rank func(trait) int) {
	for g.total() > g.width {
		worst := -1
		for i, c := range g.columns {
			if r := rank(c.trait); r >= least && (worst < 0 || r > rank(g.columns[worst].trait)) {
				worst = i
			}
		}
		if worst < 0 {
			return
		}
		g.omitted = append(g.omitted, bare(g.columns[worst].Name))
		g.columns = slices.Delete(g.columns, worst, worst+1)
	}
}

// cutTo cuts texts where the grid is too wide.
func (g *grid) cutTo(limit int) {
	if g.total() > g.width {
		g.cut(limit)
	}
}

// cut shortens the texts of columns that may be shortened, in their middle, to so many characters.
func (g *grid) cut(limit int) {
	for i := range g.columns {
		if c := &g.columns[i]; c.Kind == Text && !c.prose && !c.whole {
			for r := range c.cells {
				c.cells[r] = middle(c.cells[r], limit)
			}
		}
	}
}

// wide returns the width of a column.
func (c *gridColumn) wide() int {
	width := runes(c.Name)
	for _, cell := range c.cells {
		width = max(width, runes(cell))
	}
	return width
}

const gap = "  "

// total returns the width of the grid. Prose that wraps counts with the room that it needs.
func (g *grid) total() int {
	sum := 0
	for i := range g.columns {
		c := &g.columns[i]
		switch w := c.wide(); {
		case c.below:
		case c.prose && i == len(g.columns)-1:
			sum += min(w, proseRoom) + len(gap)
		default:
			sum += w + len(gap)
		}
	}
	return sum - len(gap)
}

// room returns what the other columns leave to one.
func (g *grid) room(col int) int {
	left := g.width
	for i := range g.columns {
		if c := &g.columns[i]; i != col && !c.below {
			left -= c.wide() + len(gap)
		}
	}
	return left
}

// turned returns a matrix with its rows as columns.
func (t *Table) turned() *Table {
	out := &Table{Title: t.Title, Lead: t.Lead, Columns: []Column{{Name: t.Columns[0].Name}}}
	first := t.cells(0)
	for _, name := range first {
		out.Columns = append(out.Columns, Column{Name: name})
	}
	for i := 1; i < len(t.Columns); i++ {
		row := []any{t.Columns[i].Name}
		for _, cell := range t.cells(i) {
			row = append(row, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// blocks returns parts of a grid that are narrow enough, each with the first column before it.
func (g *grid) blocks() []*grid {
	var out []*grid
	for i := 1; i < len(g.columns); {
		part := &grid{width: g.width, columns: []gridColumn{g.columns[0]}}
		if i == 1 {
			part.constants = g.constants
		}
		for ; i < len(g.columns); i++ {
			part.columns = append(part.columns, g.columns[i])
			if len(part.columns) > 2 && part.total() > part.width {
				part.columns = part.columns[:len(part.columns)-1]
				break
			}
		}
		out = append(out, part)
	}
	return out
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

// bare returns a heading without the marks of footnotes.
func bare(name string) string { return strings.TrimRight(name, digits) }
