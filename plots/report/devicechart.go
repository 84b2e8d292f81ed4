package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// A roof is the rate of matrix products in the element types that share it.
type roof struct {
	types string
	rate  *hwprofiles.Quantity
}

// roofsOf returns the roofs of a device, the highest first. Types that run as others have none of their own.
func roofsOf(d *hwprofiles.Device) []roof {
	var out []roof
	for t := dtype.Type(0); t <= dtype.TF32; t++ {
		p, ok := d.Peak(cost.Matrix, t)
		if !ok || p.Type != t {
			continue
		}
		i := slices.IndexFunc(out, func(r roof) bool { return r.rate.Value == p.Rate.Value })
		if i < 0 {
			out = append(out, roof{t.Short(), &p.Rate})
		} else {
			out[i].types += ", " + t.Short()
		}
	}
	slices.SortStableFunc(out, func(a, b roof) int { return cmp.Compare(b.rate.Value, a.rate.Value) })
	return out
}

// slopesOf returns the memory levels whose bandwidth is known, the main memory first.
func slopesOf(d *hwprofiles.Device) []hwprofiles.MemoryLevel {
	return slices.DeleteFunc(slices.Clone(d.Memory), func(m hwprofiles.MemoryLevel) bool { return m.Bandwidth.Value == 0 })
}

// rooflineTable has the ridge points of a device's roofs under each memory level, and the roofline drawn in characters.
func rooflineTable(d *hwprofiles.Device) Table {
	roofs, slopes := roofsOf(d), slopesOf(d)
	t := Table{Title: "Roofline: attainable rate over operational intensity, both logarithmic",
		Columns: []Column{{Name: "matrix products in"}, {Name: "roof"}}, Drawing: drawRoofline(roofs, slopes)}
	for _, m := range slopes {
		t.Columns = append(t.Columns, Column{Name: "ridge point, " + m.Name, Kind: Quantity, Dim: units.Intensity})
		t.Lead = append(t.Lead, fmt.Sprintf("slope of %s: %s", m.Name, m.Bandwidth.Text))
	}
	for _, r := range roofs {
		row := []any{r.types, r.rate.Text}
		for _, m := range slopes {
			row = append(row, r.rate.Value/m.Bandwidth.Value)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// The drawing is chartWidth by chartHeight characters; a character has three heights to be drawn at.
const (
	chartWidth  = 56
	chartHeight = 12
	chartSteps  = 3*chartHeight - 1
)

var chartMarks = [3]rune{'_', '-', '‾'}

// A chart is a grid of characters with logarithmic axes.
type chart struct {
	cells       [chartHeight][chartWidth]rune
	labels      [chartHeight][]string // right of the cells
	left, right float64               // operational intensity
	bottom, top float64               // rate
}

// drawRoofline draws the roofs of a device in characters, FLOP/s over FLOP/B in logarithms; nil
// without a peak or without a memory.
func drawRoofline(roofs []roof, slopes []hwprofiles.MemoryLevel) []string {
	if len(roofs) == 0 || len(slopes) == 0 {
		return nil
	}
	high, low := roofs[0].rate.Value, roofs[len(roofs)-1].rate.Value
	slow, fast := slopes[0].Bandwidth.Value, slopes[0].Bandwidth.Value
	for _, m := range slopes {
		slow, fast = min(slow, m.Bandwidth.Value), max(fast, m.Bandwidth.Value)
	}
	c := &chart{left: low / fast / 8, right: high / slow * 4, top: high}
	c.bottom = c.left * slow
	for i := range c.cells {
		for j := range c.cells[i] {
			c.cells[i][j] = ' '
		}
	}
	for _, m := range slopes {
		c.curve(func(x float64) float64 { return x * m.Bandwidth.Value })
	}
	for _, r := range roofs {
		c.curve(func(x float64) float64 {
			if x*fast < r.rate.Value {
				return math.Inf(1)
			}
			return r.rate.Value
		})
		row, _ := c.place(r.rate.Value)
		c.labels[row] = append(c.labels[row], r.types+" "+r.rate.Text)
	}
	return c.lines()
}

// curve draws a function of the intensity where it is within the chart.
func (c *chart) curve(of func(x float64) float64) {
	for j := range chartWidth {
		y := of(c.left * math.Pow(c.right/c.left, float64(j)/(chartWidth-1)))
		if y >= c.bottom*(1-1e-9) && y <= c.top*(1+1e-9) {
			row, mark := c.place(y)
			c.cells[row][j] = mark
		}
	}
}

// place returns the row of a rate, and the mark at its height within the row.
func (c *chart) place(y float64) (row int, mark rune) {
	step := int(math.Round(math.Log(y/c.bottom) / math.Log(c.top/c.bottom) * chartSteps))
	step = min(max(step, 0), chartSteps)
	return chartHeight - 1 - step/3, chartMarks[step%3]
}

// lines returns the rows of the drawing, labels at their right and powers of ten below.
func (c *chart) lines() []string {
	var out []string
	for i, row := range c.cells {
		out = append(out, strings.TrimRight("│"+string(row[:])+" "+strings.Join(c.labels[i], "; "), " "))
	}
	axis, ticks := []rune(strings.Repeat("─", chartWidth)), []rune(strings.Repeat(" ", chartWidth+len("100000")))
	for k := math.Ceil(math.Log10(c.left)); k <= math.Log10(c.right); k++ {
		j := int(math.Round((k - math.Log10(c.left)) / math.Log10(c.right/c.left) * (chartWidth - 1)))
		axis[j] = '┴'
		copy(ticks[j:], []rune(strconv.FormatFloat(math.Pow(10, k), 'f', -1, 64)))
	}
	return append(out, "└"+string(axis), " "+strings.TrimRight(string(ticks), " ")+" "+units.Intensity.Unit())
}
