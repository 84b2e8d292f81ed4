package plots

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// servingAxes says what can vary between answers: the words of the axis, and the place of an answer on it.
var servingAxes = map[string]struct {
	label string
	of    func(*serve.Answer) float64
}{
	"context": {"context (tokens)", func(a *serve.Answer) float64 {
		return float64(a.Workload.Prompt + a.Workload.Output)
	}},
	"batch": {"sequences at once", func(a *serve.Answer) float64 { return float64(a.Batch) }},
	"quant": {"bits a weight", func(a *serve.Answer) float64 {
		params, _ := a.Setup.Model.Params()
		return 8 * float64(a.Setup.Model.Bytes()) / float64(max(params, 1))
	}},
}

// ServingAxes lists what Serving draws against.
func ServingAxes() []string { return []string{"context", "batch", "quant"} }

// Serving draws how fast language models write and when the first token stands against what varies: context, batch or
// quant. There is a line for each device, and for each quantisation where that does not vary.
func Serving(axis string, answers []*serve.Answer) (*Figure, error) {
	along, ok := servingAxes[axis]
	if !ok || len(answers) == 0 {
		return nil, fmt.Errorf("found %d answers and the axis %q, expected some and one of %v", len(answers), axis,
			ServingAxes())
	}
	var names []string
	at := map[string]int{}
	var rates, firsts track
	for _, a := range answers {
		name := a.Setup.Device.ID
		if axis != "quant" {
			name += " " + a.Setup.Model.Quant
		}
		k, ok := at[name]
		if !ok {
			k = len(names)
			at[name] = k
			names, rates, firsts = append(names, name), append(rates, nil), append(firsts, nil)
		}
		m := mark{x: along.of(a), none: a.Memory.Verdict == serve.No || a.Memory.Verdict == serve.Pages}
		n, f := &a.Next, &a.First
		m.y, m.low, m.high = a.Decode, a.Decode*n.Expected/n.High, a.Decode*n.Expected/n.Low
		rates[k] = append(rates[k], m)
		m.y, m.low, m.high = f.Expected, f.Low, f.High
		firsts[k] = append(firsts[k], m)
	}
	s := answers[0].Setup
	rate, first := newPanel(along.label, "writing (tokens/s)"), newPanel(along.label, "time to the first token")
	rates.addTo(rate, shortNumber)
	firsts.addTo(first, in(units.Seconds))
	f := &Figure{title: s.Model.Name + " by " + axis, panels: []panel{rate, first}}
	if axis != "context" {
		w := answers[0].Workload
		f.subtitle = []string{fmt.Sprintf("prompts of %d tokens, answers of %d", w.Prompt, w.Output)}
	}
	f.legend = []entry{{text: "Devices", head: true}}
	for i, name := range names {
		f.legend = append(f.legend, entry{text: name, thumb: lineThumb(lineStyle(i)), key: true})
	}
	f.legend = append(f.legend, entry{text: "in " + s.Engine.Name, indent: true}, entry{text: "Marks", head: true},
		entry{text: "band: 90 % interval"})
	if rates.crossed() {
		f.legend = append(f.legend, entry{text: "does not fit in memory", thumb: crossMark})
	}
	return f, nil
}
