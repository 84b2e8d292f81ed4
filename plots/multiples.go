package plots

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// So many devices are drawn over each other; more of them, up to mostPanels, have a panel each.
const (
	overlaid   = 2
	mostPanels = 12
)

// multiples draws a panel for each device, all with the same axes.
func multiples(es []*roofline.Estimate, machines []*machine, s span) *Figure {
	f := new(Figure)
	var shown [kernel.NumClasses]float64
	for _, m := range machines {
		own := slices.DeleteFunc(slices.Clone(es), func(e *roofline.Estimate) bool {
			return e.Device.ID != m.device.ID || e.Device.Hash != m.device.Hash
		})
		_, dots, left := collect(own)
		c := &chart{span: s, machines: []*machine{m}, dots: dots, series: len(own), style: &f.Style, multiple: true,
			estimates: own}
		name := m.device.Name
		if len(own) == 1 {
			name += ", " + units.Short(own[0].Latency.Best(), units.Seconds)
			if left[0].share >= leastStrip {
				c.unplaced, left[0] = left[0], hidden{}
			}
		}
		if len(dots) > 0 {
			c.full = fullRadius(dots)
		}
		p := rooflinePanel(s, name, rateDim(machines))
		p.Add(grid{}, c)
		f.panels = append(f.panels, p)
		f.notes = append(f.notes, footnotes(own, left, dots, s)...)
		for k, v := range c.classShares() {
			shown[k] += v
		}
	}
	f.notes = f.notes[:min(len(f.notes), mostNotes)]
	f.title, _ = headline(es)
	f.subtitle = []string{rateLabel(es) + " over operational intensity, on the same axes for each device; the area of a " +
		"dot is its kernels' share of the time; hollow: overhead decides, not a roof"}
	f.legend = multiplesLegend(es, len(machines), shown)
	return f
}

// multiplesLegend explains the colours of models where a panel has several, and the shapes.
func multiplesLegend(es []*roofline.Estimate, machines int, shown [kernel.NumClasses]float64) []entry {
	var out []entry
	several := len(es) > machines
	if several {
		out = append(out, entry{text: "Models, in the order of each panel", head: true})
		for i, e := range es {
			if i < len(es)/machines {
				out = append(out, entry{text: e.Model, key: true,
					thumb: glyphThumb(looks[kernel.Conv].glyph, 6, series[i%len(series)])})
			}
		}
	}
	out = append(out, entry{text: "Kernels", head: true})
	for k := range kernel.NumClasses {
		if shown[k] == 0 {
			continue
		}
		fill := looks[k].color
		if several {
			fill = paper
		}
		out = append(out, entry{text: k.String(), thumb: glyphThumb(looks[k].glyph, 5.5, fill)})
	}
	return append(out, entry{text: "ridge point", thumb: ringThumb})
}
