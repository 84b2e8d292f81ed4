package main

import (
	"bytes"
	"fmt"
)

// The picture, in pixels.
const (
	width, height = 640, 420
	left, bottom  = 70, 50
	margin        = 20
)

// draw returns a picture of work over latency: candidates of both searches, the front and the budget.
func draw(device string, budget float64, random, bred, front []found) []byte {
	var b bytes.Buffer
	last := &front[len(front)-1]
	most, slow := 1.05*last.worth(), min(1.3*last.Expected, 4*budget)
	x := func(s float64) float64 { return left + min(s/slow, 1)*(width-left-margin) }
	y := func(w float64) float64 { return height - bottom - w/most*(height-bottom-margin) }
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" `+
		"font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
		width, height)
	for _, set := range []struct {
		list   []found
		colour string
	}{{random, "#bbbbbb"}, {bred, "#4477aa"}} {
		for i := range set.list {
			if f := &set.list[i]; f.Expected <= slow {
				fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="2" fill="%s"/>`+"\n", x(f.Expected), y(f.worth()), set.colour)
			}
		}
	}
	b.WriteString(`<polyline fill="none" stroke="#cc3311" stroke-width="2" points="`)
	for i := range front {
		if front[i].Expected <= slow {
			fmt.Fprintf(&b, "%.1f,%.1f ", x(front[i].Expected), y(front[i].worth()))
		}
	}
	fmt.Fprintf(&b, "\"/>\n"+`<path d="M%.1f %d V%d" stroke="black" stroke-dasharray="4"/>`+"\n", x(budget), margin,
		height-bottom)
	fmt.Fprintf(&b, `<path d="M%d %d V%d H%d" stroke="black" fill="none"/>`+"\n", left, margin, height-bottom,
		width-margin)
	for i := range 5 {
		s, w := slow*float64(i)/4, most*float64(i)/4
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%.0f</text>`+"\n", x(s), height-bottom+16, 1e3*s)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" text-anchor="end">%.0f</text>`+"\n", left-6, y(w)+4, w/1e6)
	}
	for _, t := range []struct {
		x, y int
		text string
	}{{left + 10, margin + 12, "work in MMAC; grey: at random, blue: evolution, red: front, dashed: budget"},
		{(left + width) / 2, height - 12, "expected latency on " + device + " in ms"}} {
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", t.x, t.y, t.text)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
