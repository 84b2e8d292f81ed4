package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// verdicts lists the marks of what fits, told apart by outline and tone.
var verdicts = map[roofline.Verdict]struct {
	glyph
	color color.NRGBA
	text  string
}{
	roofline.Sure:     {polygon(32, 0), green, "the whole interval fits"},
	roofline.Likely:   {polygon(3, up), orange, "the expected latency fits"},
	roofline.Possible: {polygon(4, math.Pi/4), sky, "the speed of light fits"},
	roofline.Close:    {glyph{4, 0.42, up}, orange, "fits by less than the margin"},
	roofline.TooMuch:  {glyph{4, 0.42, up}, grey, "does not fit"},
}

// A choiceDot is a choice in the plane of a figure and accuracy.
type choiceDot struct {
	name         string
	verdict      roofline.Verdict
	x, low, high float64 // low and high are 0 where there is no interval
	y            float64
	front        bool // nothing is better in both
	named        bool
}

// Pick draws published accuracy against latency with its interval and, beside it, against work, which tells much less:
// the models that no other beats in both are joined. Models without an accuracy of the metric that most have are left
// out. It fails where no model has an accuracy, or no metric has most.
func Pick(b roofline.Budget, choices []roofline.Choice) (*Figure, error) {
	var rated []roofline.Candidate
	var kept []*roofline.Choice
	for i := range choices {
		if c := &choices[i]; c.Quality != nil && c.Verdict != roofline.Fails && positive(c.Latency.Best()) {
			kept, rated = append(kept, c), append(rated, *c.Candidate)
		}
	}
	metric := roofline.Metric(rated)
	if len(kept) > 0 && metric == "" {
		return nil, errors.New("accuracies by several metrics cannot be drawn together; name models of one task")
	}
	kept = slices.DeleteFunc(kept, func(c *roofline.Choice) bool { return c.Quality.Metric != metric })
	if len(kept) == 0 {
		return nil, errors.New("none of the models has a published accuracy to draw")
	}
	latency, work := dotsOf(kept, latencyDot), dotsOf(kept, workDot)
	name(latency)
	name(work)
	left, right := newPanel("expected latency", metric), newPanel("work (FLOP)", metric)
	if kept[0].Latency.Expected == nil {
		left.X.Label.Text = "latency at the speed of light"
	}
	limit := limitOf(b, kept)
	d := kept[0].Device
	f := &Figure{title: metric + " for the latency on " + d.Name}
	scatter{latency, limit, &f.Style}.addTo(left, in(units.Seconds))
	scatter{work, 0, &f.Style}.addTo(right, in(units.FLOPs))
	f.panels = []panel{left, right}
	f.subtitle = []string{"models that no other beats are joined and named: in accuracy and " + left.X.Label.Text +
		", and beside it in accuracy and work"}
	if way := commonChoice(kept); way != "" {
		f.subtitle = append(f.subtitle, way)
	}
	f.legend = []entry{{text: "Budget", head: true}}
	for v := roofline.Sure; v <= roofline.TooMuch; v++ {
		if m := verdicts[v]; slices.ContainsFunc(kept, func(c *roofline.Choice) bool { return c.Verdict == v }) {
			f.legend = append(f.legend, entry{text: m.text, thumb: glyphThumb(m.glyph, 5, m.color), key: true})
		}
	}
	f.legend = append(f.legend, entry{text: "90 % interval", thumb: lineThumb(draw.LineStyle{Color: grey, Width: 1.6})},
		entry{text: "no other is better in both", thumb: lineThumb(frontStyle)})
	if limit > 0 {
		f.legend = append(f.legend, entry{text: "budget: " + budgetText(b, limit), thumb: lineThumb(budgetStyle)})
	}
	return f, nil
}

// commonChoice says in which precision and runtime all choices are, "" where they differ.
func commonChoice(kept []*roofline.Choice) string {
	return common(kept, func(c *roofline.Choice) string { return c.Precision.Short() + inRuntime(c.Tuning) })
}

// budgetText says how long an inference may take, and why.
func budgetText(b roofline.Budget, limit float64) string {
	if text := units.Short(limit, units.Seconds); b.FPS > 0 {
		return fmt.Sprintf("%s (%g FPS)", text, b.FPS)
	} else {
		return text
	}
}

// farLabel gives the length of a label's leader in points, at most: a longer one is hard to follow among many dots.
const farLabel = 70

// mostNamed says how many models of a front are named: more labels hide the dots.
const mostNamed = 14

// name marks the dots of the front that are named: all of them, or of a long front an even choice with both ends.
func name(dots []choiceDot) {
	var front []*choiceDot
	for i := range dots {
		if dots[i].front {
			front = append(front, &dots[i])
		}
	}
	slices.SortStableFunc(front, func(a, b *choiceDot) int { return cmp.Compare(a.x, b.x) })
	n := min(len(front), mostNamed)
	for i := range n {
		front[i*(len(front)-1)/max(n-1, 1)].named = true
	}
}

var (
	frontStyle  = draw.LineStyle{Color: blue, Width: 1.8}
	budgetStyle = draw.LineStyle{Color: vermillion, Width: 1.8, Dashes: []vg.Length{7, 4}}
)

// latencyDot returns the dot of a choice over its latency in seconds, with the interval where there
// is one.
func latencyDot(c *roofline.Choice) (d choiceDot) {
	d.x = c.Latency.Best()
	if c.Latency.Low != nil {
		d.low, d.high = *c.Latency.Low, *c.Latency.High
	}
	return d
}

// workDot returns the dot of a choice over its FLOPs, which a logarithmic axis needs above zero.
func workDot(c *roofline.Choice) choiceDot { return choiceDot{x: float64(max(c.FLOPs, 1))} }

// dotsOf returns the dots of choices over their accuracy.
func dotsOf(choices []*roofline.Choice, of func(*roofline.Choice) choiceDot) []choiceDot {
	dots := make([]choiceDot, len(choices))
	for i, c := range choices {
		d := of(c)
		d.name, d.verdict, d.y = visible.Text(c.Model), c.Verdict, c.Quality.Score
		if c.Resized {
			d.name += " at " + c.Size.String()
		}
		dots[i] = d
	}
	for i := range dots {
		dots[i].front = !slices.ContainsFunc(dots, func(o choiceDot) bool {
			return o.x <= dots[i].x && o.y >= dots[i].y && (o.x < dots[i].x || o.y > dots[i].y)
		})
	}
	return dots
}

// limitOf returns the latency that the budget allows, in seconds; 0 without a limit.
func limitOf(b roofline.Budget, kept []*roofline.Choice) float64 {
	limit := b.Latency
	if b.FPS > 0 {
		if l := float64(max(kept[0].Batch, 1)) / b.FPS; limit == 0 || l < limit {
			limit = l
		}
	}
	return limit
}

// A scatter draws choices, their front and the budget.
type scatter struct {
	dots  []choiceDot
	limit float64
	style *Style
}

// addTo draws the scatter in a panel with a logarithmic horizontal axis.
func (s scatter) addTo(p panel, label func(float64) string) {
	x0, x1, y0, y1 := math.Inf(1), 0.0, math.Inf(1), math.Inf(-1)
	for _, d := range s.dots {
		x0, x1, y0, y1 = min(x0, d.x), max(x1, d.x, d.high), min(y0, d.y), max(y1, d.y)
		if d.low > 0 {
			x0 = min(x0, d.low)
		}
	}
	if s.limit > 0 {
		x0, x1 = min(x0, s.limit), max(x1, s.limit)
	}
	pad := max(0.08*(y1-y0), 0.5)
	p.X.Scale, p.X.Min, p.X.Max, p.X.Tick.Marker = plot.LogScale{}, x0/1.3, x1*1.3, decades{label}
	p.Y.Min, p.Y.Max, p.Y.Tick.Marker = y0-pad, y1+pad,
		even{label: func(v float64) string { return fmt.Sprintf("%.3g", math.Abs(v)) }}
	p.Add(grid{}, s)
}

// Plot implements plot.Plotter.
func (s scatter) Plot(canvas draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&canvas)
	p := &pen{c: canvas, x: x, y: y, room: placer{bounds: canvas.Rectangle, far: farLabel}}
	if s.limit > 0 {
		p.line(budgetStyle, vg.Point{X: x(s.limit), Y: canvas.Min.Y}, vg.Point{X: x(s.limit), Y: canvas.Max.Y})
	}
	for _, d := range s.dots {
		if d.high > 0 {
			p.line(draw.LineStyle{Color: grey, Width: 1.6}, p.at(d.low, d.y), p.at(d.high, d.y))
		}
	}
	s.joinFront(p)
	for _, d := range s.dots {
		p.room.dots = append(p.room.dots, around(p.at(d.x, d.y), vg.Point{X: 9, Y: 9}))
	}
	s.nameLimit(p)
	var labels []label
	sty := text(11.5, ink)
	for _, d := range s.dots {
		m := verdicts[d.verdict]
		drawGlyph(&p.c, m.glyph, p.at(d.x, d.y), 4.6, m.color)
		if d.named && (s.style.Labels == 0 || len(labels) < s.style.Labels) {
			labels = append(labels, label{p.at(d.x, d.y), 5, vg.Point{X: sty.Width(d.name) + 4, Y: sty.Height(d.name) + 3},
				d.name})
		}
	}
	p.write(sty, p.room.settleAll(labels))
}

// nameLimit writes the budget beside the head of its line, or beside its foot where dots are in the way.
func (s scatter) nameLimit(p *pen) {
	if s.limit <= 0 {
		return
	}
	sty, label := text(11, vermillion), units.Short(s.limit, units.Seconds)
	size := vg.Point{X: sty.Width(label) + 4, Y: sty.Height(label) + 4}
	at := vg.Point{X: p.x(s.limit) + 4 + size.X/2, Y: p.c.Max.Y - size.Y/2}
	if at.X+size.X/2 > p.c.Max.X {
		at.X -= size.X + 8
	}
	if p.room.onDot(around(at, size)) {
		at.Y = p.c.Min.Y + size.Y/2
	}
	p.room.take(around(at, size))
	sty.XAlign = draw.XCenter
	p.c.FillText(sty, at, label)
}

// joinFront draws the steps along the front.
func (s scatter) joinFront(p *pen) {
	var front []choiceDot
	for _, d := range s.dots {
		if d.front {
			front = append(front, d)
		}
	}
	slices.SortFunc(front, func(a, b choiceDot) int { return int(math.Copysign(1, a.x-b.x)) })
	for i := 1; i < len(front); i++ {
		a, b := front[i-1], front[i]
		p.line(frontStyle, p.at(a.x, a.y), p.at(b.x, a.y))
		p.line(frontStyle, p.at(b.x, a.y), p.at(b.x, b.y))
	}
}
