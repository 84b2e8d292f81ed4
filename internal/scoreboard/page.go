package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/judge"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

//go:embed head.md
var head string

//go:embed reading.md
var reading string

// page returns docs/accuracy.md.
func (b *board) page() string {
	var w strings.Builder
	w.WriteString(head)
	b.devices(&w)
	w.WriteString(b.figures())
	w.WriteString(reading)
	w.WriteString(b.loop)
	b.others(&w)
	b.slices(&w)
	b.read(&w)
	b.worst(&w)
	return w.String()
}

// figures returns how far forecasts are off by the questions that were asked.
func (b *board) figures() string {
	var w strings.Builder
	b.parts(&w)
	b.withOwn(&w)
	b.laws(&w)
	return w.String()
}

// errorsOf returns how far forecasts are off and the share inside their intervals.
func errorsOf(held []judge.Held) (validate.Errors, float64) {
	f := judge.Judge(held)[0]
	return f.Errors, f.Coverage
}

// by groups forecasts by a name.
func by(held []judge.Held, name func(judge.Held) string) map[string][]judge.Held {
	out := map[string][]judge.Held{}
	for _, h := range held {
		out[name(h)] = append(out[name(h)], h)
	}
	return out
}

// networks returns how many networks were held out.
func networks(held []judge.Held) int {
	seen := map[string]bool{}
	for _, h := range held {
		seen[h.Sample.Network] = true
	}
	return len(seen)
}

// few gives the number of measurements below which a row of the page says nothing.
const few = 5

// devices writes the section on what to expect by device and runtime.
func (b *board) devices(w *strings.Builder) {
	w.WriteString("## What to expect, by device and runtime\n\n" +
		"| device | runtime | networks measured | a new network: median error | in interval |" +
		" had the device not been measured: median error |\n|---|---|---|---|---|---|\n")
	name := func(h judge.Held) string { return h.Sample.MeasuredAs + " | " + h.Sample.Runtime }
	family, device := by(b.family, name), by(b.device, name)
	for _, n := range slices.Sorted(maps.Keys(family)) {
		if len(family[n]) < few {
			continue
		}
		e, cover := errorsOf(family[n])
		d, _ := errorsOf(device[n])
		fmt.Fprintf(w, "| %s | %d | %.0f %% | %.0f %% | %.0f %% |\n",
			n, networks(family[n]), 100*e.Median, 100*cover, 100*d.Median)
	}
	w.WriteByte('\n')
}

// parts writes the errors of families, devices and sources left out.
func (b *board) parts(w *strings.Builder) {
	for _, q := range []struct {
		title string
		held  []judge.Held
	}{
		{"Networks of families that no fit has seen", b.family}, {"Devices that no fit has seen", b.device},
		{"Sources that no fit has seen", b.source},
	} {
		if q.held == nil {
			continue
		}
		fmt.Fprintf(w, "## %s\n\n", q.title)
		w.WriteString("| part | n | median | mean | p90 | within 20 % | Kendall | in interval |\n|---|---|---|---|---|---|---|---|\n")
		for _, f := range judge.Judge(q.held) {
			e := &f.Errors
			fmt.Fprintf(w, "| %s | %d | **%.1f** | %.1f | %.1f | %.0f | %.3f | %.0f |\n", f.Part, f.N, 100*e.Median,
				100*e.Mean, 100*e.P90, 100*e.Within20, e.Kendall, 100*f.Coverage)
		}
		w.WriteByte('\n')
	}
}

// withOwn writes the errors with measurements of one's own.
func (b *board) withOwn(w *strings.Builder) {
	if b.own == nil {
		return
	}
	w.WriteString("## With measurements of one's own\n\nA device that no fit has seen, but for some measurements of the" +
		" slice, which `ridgepoint calibrate` takes in.\n\n| measurements | n | median | mean | within 20 % | in interval |\n|---|---|---|---|---|---|\n")
	for _, k := range counts {
		e, cover := errorsOf(b.own[k])
		fmt.Fprintf(w, "| %d | %d | **%.1f** | %.1f | %.0f | %.0f |\n", k, e.N, 100*e.Median, 100*e.Mean, 100*e.Within20,
			100*cover)
	}
	w.WriteByte('\n')
}

// laws writes how often each law is broken.
func (b *board) laws(w *strings.Builder) {
	if b.verdicts == nil {
		return
	}
	w.WriteString("## Laws over the catalogue\n\nEvery built-in device with every runtime and precision, nine networks," +
		" batch 1, 8 and 32.\n\n")
	for _, v := range b.verdicts {
		fmt.Fprintf(w, "- %s\n", v)
	}
	w.WriteByte('\n')
}

// sliceOf returns the name of a forecast's slice.
func sliceOf(h judge.Held) string {
	s := h.Sample
	name := s.MeasuredAs + "/" + s.Runtime + "/" + s.Precision
	if s.Threads > 0 {
		name += fmt.Sprintf("/t%d", s.Threads)
	}
	return name
}

// slices writes the errors of each slice.
func (b *board) slices(w *strings.Builder) {
	w.WriteString("## Slices\n\n| slice | sources | n | networks | family left out: median | mean | within 20 % | Kendall |" +
		" in interval | device left out: median |\n|---|---|---|---|---|---|---|---|---|---|\n")
	device := by(b.device, sliceOf)
	family := by(b.family, sliceOf)
	for _, n := range slices.Sorted(maps.Keys(family)) {
		held := family[n]
		if len(held) < few {
			continue
		}
		sources := by(held, func(h judge.Held) string { return h.Sample.Source })
		e, cover := errorsOf(held)
		d, _ := errorsOf(device[n])
		fmt.Fprintf(w, "| %s | %s | %d | %d | **%.1f** | %.1f | %.0f | %.3f | %.0f | %.1f |\n", n,
			strings.Join(slices.Sorted(maps.Keys(sources)), "; "), e.N, networks(held), 100*e.Median, 100*e.Mean,
			100*e.Within20, e.Kendall, 100*cover, 100*d.Median)
	}
	w.WriteByte('\n')
}

// others judges by the tables that no fit uses.
func (b *board) others(w *strings.Builder) {
	w.WriteString("## Tables that no fit uses\n\nForecasts of the shipped model, by who published the measurements and by" +
		" slice: NeuSight's own transformers, and NVIDIA's servers with overheads that no profile has.\n\n" +
		"| source | slice | n | median | mean | within 10 % | within 20 % | in interval |\n|---|---|---|---|---|---|---|---|\n")
	row := func(source, slice string, held []judge.Held) {
		e, cover := errorsOf(held)
		fmt.Fprintf(w, "| %s | %s | %d | **%.1f** | %.1f | %.0f | %.0f | %.0f |\n", source, slice, e.N, 100*e.Median,
			100*e.Mean, 100*e.Within10, 100*e.Within20, 100*cover)
	}
	sources := by(b.apart, func(h judge.Held) string { return h.Sample.Source })
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		row(source, "all", sources[source])
		of := by(sources[source], sliceOf)
		for _, slice := range slices.Sorted(maps.Keys(of)) {
			row(source, slice, of[slice])
		}
	}
	w.WriteByte('\n')
}

// read writes which rows of the tables were read, and why others were not.
func (b *board) read(w *strings.Builder) {
	w.WriteString("## The tables\n\nRows of the published tables that were read, that name a device, a runtime and a network" +
		" which are known, and why the others were left out.\n\n")
	corpus.Markdown(w, b.tables)
	w.WriteByte('\n')
}

// worstOf gives the number of worst forecasts that are listed.
const worstOf = 40

// worst writes the forecasts that are furthest off.
func (b *board) worst(w *strings.Builder) {
	w.WriteString("## What is furthest off\n\nOf new networks, on slices of fifty measurements or more.\n\n" +
		"| slice | network | predicted / measured |\n|---|---|---|\n")
	var all []judge.Held
	for _, held := range by(b.family, sliceOf) {
		if len(held) >= 50 {
			all = append(all, held...)
		}
	}
	off := func(h judge.Held) float64 { return h.Forecast.Log - math.Log(h.Sample.Measured) }
	slices.SortFunc(all, func(x, y judge.Held) int {
		return cmp.Or(cmp.Compare(math.Abs(off(y)), math.Abs(off(x))),
			cmp.Compare(sliceOf(x)+x.Sample.Model, sliceOf(y)+y.Sample.Model))
	})
	for _, h := range all[:min(worstOf, len(all))] {
		fmt.Fprintf(w, "| %s | %s | %.2f |\n", sliceOf(h), h.Sample.Model, math.Exp(off(h)))
	}
}
