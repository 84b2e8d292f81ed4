// Command energyfit prints how far powers and the stages of pipelines are off on devices and networks that were left
// out, as the sections of docs/energy.md and docs/pipeline.md. It needs the reference data:
//
//	go run ./internal/energyfit ../shared
package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// main prints how far forecasts of power and energy are off.
func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: energyfit SHARED")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run reads the tables below shared and writes the page's tables to w.
func run(w io.Writer, shared string) error {
	all, err := readings(shared)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "| readings | devices | left out | predicted from | median error | within the interval |\n"+
		"|---|---|---|---|---|---|\n")
	for _, g := range groups {
		g.print(w, all)
	}
	fmt.Fprintln(w)
	if err := pipelines(w, shared); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return wholes(w, shared)
}

// A reading is a power that was measured.
type reading struct {
	group   string
	device  string // as the table names it
	model   string
	watts   float64
	profile *hwprofiles.Device // nil where there is none
}

// A group is a set of readings, and how each is predicted without itself.
type group struct {
	name, what string
	byDevice   bool // other devices' shares of their thermal design powers; else other models on the device
	spread     float64
}

var groups = []group{
	{"hbm-llm", "ML.ENERGY, language models on one GPU", true, 2},
	{"hbm-diffusion", "ML.ENERGY, diffusion at batch 2 and more", true, 2},
	{"gddr", "cards writing text on a Raspberry Pi, at the wall", true, 2},
	{"hbm-llm", "ML.ENERGY, language models on one GPU", false, 1.5},
	{"hbm-diffusion", "ML.ENERGY, diffusion at batch 2 and more", false, 1.5},
	{"gddr", "cards writing text on a Raspberry Pi, at the wall", false, 1.5},
	{"boards", "boards and computers writing text, at the wall", false, 1.5},
	{"qutibench", "QuTiBench: NCS2, Edge TPU, Zynq DPU and FINN, A53", false, 1.5},
	{"mlperf-tiny", "MLPerf Tiny: microcontrollers, energy over measured latency", false, 1.5},
}

var (
	serving   = regexp.MustCompile(`TP 1 PP 1; energy ([0-9.]+) J per request of ([0-9.]+) output tokens`)
	diffusion = regexp.MustCompile(`Energy/\w+ \(J\) ([0-9.]+)`)
	wall      = regexp.MustCompile(`wall power ([0-9.]+) ?W`)
	card      = regexp.MustCompile(`^Pi .*\((?:Nvidia |AMD |Intel )(.*?)\)`)
	full      = regexp.MustCompile(`full power ([0-9.]+) W`)
	tiny      = regexp.MustCompile(`energy ([0-9.]+) uJ per inference`)
)

// What stands between the wall and a card: the watts of the Raspberry Pi, and the share that its supply loses.
const (
	besideCard = 5.0
	supplied   = 0.9
)

// readings returns every power in the reference tables.
func readings(shared string) (out []reading, err error) {
	devices := hwprofiles.NewCatalog()
	for _, table := range []string{"ml_energy", "llm", "qutibench", "mlperf_tiny"} {
		rows, err := measured.ReadFile(filepath.Join(shared, "measured", table+".csv.gz"))
		if err != nil {
			return nil, err
		}
		for i := range rows {
			r, ok := readingOf(table, &rows[i])
			if !ok {
				continue
			}
			if d, err := devices.Get(r.device); err == nil && d.TDP != nil {
				r.profile = d
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// number returns a number, 0 for anything else.
func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return x
}

// readingOf returns the power of a row of a table.
func readingOf(table string, row *measured.Row) (r reading, ok bool) {
	r = reading{device: row.Device, model: row.Model}
	seconds := row.Latency
	switch table {
	case "ml_energy":
		if m := serving.FindStringSubmatch(row.Notes); m != nil {
			r.group, r.watts = "hbm-llm", number(m[1])/number(m[2])*row.Throughput
		} else if m := diffusion.FindStringSubmatch(row.Notes); m != nil && row.Batch > 1 && seconds > 0 {
			r.group, r.watts = "hbm-diffusion", number(m[1])*float64(row.Batch)/seconds
		}
	case "llm":
		m := wall.FindStringSubmatch(row.Notes)
		if m == nil {
			break
		}
		if c := card.FindStringSubmatch(row.Device); c != nil {
			r.group, r.device, r.watts = "gddr", c[1], (number(m[1])-besideCard)*supplied
		} else {
			r.group, r.watts = "boards", number(m[1])
		}
	case "qutibench":
		if m := full.FindStringSubmatch(row.Notes); m != nil {
			r.group, r.watts = "qutibench", number(m[1])
			r.device += " " + row.Precision
		}
	case "mlperf_tiny":
		if m := tiny.FindStringSubmatch(row.Notes); m != nil && seconds > 0 {
			r.group, r.watts = "mlperf-tiny", number(m[1])*1e-6/seconds
			r.device += " " + row.Runtime
		}
	}
	return r, r.group != "" && r.watts > 0
}

// print writes one line: every reading of the group predicted without its device, or without its model.
func (g *group) print(w io.Writer, all []reading) {
	var own []reading
	for _, r := range all {
		if r.group == g.name && (!g.byDevice || r.profile != nil) {
			own = append(own, r)
		}
	}
	var errs []float64
	inside := 0
	devices := map[string]bool{}
	for _, r := range own {
		p := g.predict(own, &r)
		if p == 0 {
			continue
		}
		devices[r.device] = true
		errs = append(errs, math.Abs(p/r.watts-1))
		if q := r.watts / p; q <= g.spread && q >= 1/g.spread {
			inside++
		}
	}
	left, from := "its model", "other models on the device"
	if g.byDevice {
		left, from = "its device", "shares of the limits of other devices"
	}
	if len(errs) == 0 {
		fmt.Fprintf(w, "| %s | 0 | %s | %s | not known: nothing is left | |\n", g.what, left, from)
		return
	}
	fmt.Fprintf(w, "| %s, %d | %d | %s | %s | %.0f %% | %.0f %% of ÷ and × %g |\n", g.what, len(errs), len(devices), left,
		from, 100*median(errs), 100*float64(inside)/float64(len(errs)), g.spread)
}

// predict returns the power of a reading from the others, 0 where nothing is left to tell it from.
func (g *group) predict(all []reading, r *reading) float64 {
	by := map[string][]float64{}
	for i := range all {
		o := &all[i]
		switch {
		case g.byDevice && o.device != r.device:
			by[o.device] = append(by[o.device], o.watts/o.profile.TDP.Value)
		case !g.byDevice && o.device == r.device && o.model != r.model:
			by[o.model] = append(by[o.model], o.watts)
		}
	}
	var each []float64
	for _, v := range by {
		each = append(each, median(v))
	}
	if len(each) == 0 {
		return 0
	}
	p := median(each)
	if g.byDevice {
		p *= r.profile.TDP.Value
	}
	return p
}

// median returns the middle of some numbers, which it sorts.
func median(x []float64) float64 {
	slices.SortFunc(x, cmp.Compare[float64])
	n := len(x)
	if n%2 == 1 {
		return x[n/2]
	}
	return (x[n/2-1] + x[n/2]) / 2
}
