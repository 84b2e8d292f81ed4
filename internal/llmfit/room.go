package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A cell is one model on one machine of a table whose author ran all models on all machines: it has figures, or it is
// blank because the model had no room there.
type cell struct {
	table, machine, model, quant string
	context                      int64 // longest that ran; of a blank cell the shortest of the table
	ran                          bool
	says, without                serve.Verdict // with that context, and with one token
}

// A tableOf is a table and the contexts that its shortest runs had.
type tableOf struct {
	source, prefix string // of the names of its models
	title          string
	shortest       int64
}

// filled lists the tables of XiongjieDai/GPU-Benchmarks-on-LLM-Inference, whose blank cells are out of memory.
var filled = []tableOf{
	{"llama.cpp llama-bench (XiongjieDai)", "LLaMA 3", "Llama 3, llama-bench", 1024},
	{"llama.cpp main timings (XiongjieDai)", "LLaMA 2", "LLaMA 2, main", 512},
	{"llama.cpp main timings (XiongjieDai)", "LLaMA ", "LLaMA, main", 512},
}

// filledOf returns the table that a row is of, nil if none.
func filledOf(row *measured.Row) *tableOf {
	for i := range filled {
		t := &filled[i]
		if row.Source == t.source && strings.HasPrefix(row.Model, t.prefix) {
			if t.prefix == "LLaMA " && strings.HasPrefix(row.Model, "LLaMA 3") {
				return nil // one model alone was run
			}
			return t
		}
	}
	return nil
}

var sizeOf = regexp.MustCompile(`(\d+) GB\)`)

// cells reads the tables that are filled, blank cells included.
func (r *reader) cells(rows []measured.Row) []*cell {
	type key struct{ table, machine, model, quant string }
	ran := map[key]int64{}
	machines, models := map[string][]string{}, map[string][][2]string{}
	shortest := map[string]int64{}
	for i := range rows {
		row := &rows[i]
		t := filledOf(row)
		if t == nil {
			continue
		}
		m := [2]string{row.Model, row.Precision}
		if !slices.Contains(models[t.title], m) {
			models[t.title] = append(models[t.title], m)
		}
		if strings.HasPrefix(row.Device, "host CPU") { // what had no room on the GPU
			continue
		}
		if !slices.Contains(machines[t.title], row.Device) {
			machines[t.title] = append(machines[t.title], row.Device)
		}
		shortest[t.title] = t.shortest
		s := new(sample)
		if err := s.phase(row); err != nil {
			continue
		}
		k := key{t.title, row.Device, row.Model, row.Precision}
		ran[k] = max(ran[k], s.past+s.tokens, int64(2*s.context), t.shortest)
	}
	var out []*cell
	for _, t := range filled {
		for _, machine := range machines[t.title] {
			for _, m := range models[t.title] {
				context, ok := ran[key{t.title, machine, m[0], m[1]}]
				if !ok {
					context = shortest[t.title]
				}
				c := &cell{table: t.title, machine: machine, model: m[0], quant: m[1], context: context, ran: ok}
				if c.judge(r) == nil {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// judge asks whether the model of a cell has room.
func (c *cell) judge(r *reader) error {
	s := &sample{engine: "llama-cpp", cards: 1}
	row := &measured.Row{Device: c.machine, Model: c.model, Precision: c.quant}
	d, err := r.device(row, s)
	if err != nil {
		return err
	}
	if m := sizeOf.FindStringSubmatch(c.machine); m != nil {
		gb, _ := strconv.ParseFloat(m[1], 64)
		d = serve.WithMemory(d, gb*(1<<30))
	}
	m, err := r.model(row, s)
	if err != nil {
		return err
	}
	e, err := llm.Get(s.engine)
	if err != nil {
		return err
	}
	for context, says := range map[int64]*serve.Verdict{c.context: &c.says, 2: &c.without} {
		set := serve.Setup{Model: m, Device: d, Engine: e, TP: 1, PP: s.cards}
		a, err := set.Run(serve.Workload{Prompt: context - 1, Output: 1, Batch: 1})
		if err != nil {
			return err
		}
		*says = a.Memory.Verdict
	}
	return nil
}

// right reports whether what is said of a cell is what the table shows. What pages does not count as room.
func (c *cell) right() bool { return (c.says == serve.Fits) == c.ran }

// decided reports whether the context decides.
func (c *cell) decided() bool { return c.says != c.without }

// rooms writes how often it is right whether a model has room.
func rooms(w io.Writer, cells []*cell) {
	fmt.Fprint(w, "\n## Room in memory\n\nTables of XiongjieDai/GPU-Benchmarks-on-LLM-Inference, whose author ran each model on each machine: a cell has figures,\n"+
		"or it is blank, out of memory; a machine of blank cells alone is not listed. Nothing of the memory model was fitted to them. What pages is no room.\n"+
		"Cells that the context decides stand apart.\n\n"+
		"| table | cells | that ran | right | of those that ran | of blank ones | the context decides | right |\n|---|---|---|---|---|---|---|---|\n")
	for _, t := range filled {
		roomRow(w, t.title, cells, func(c *cell) bool { return c.table == t.title })
	}
	roomRow(w, "together", cells, func(*cell) bool { return true })
	var wrong []string
	for _, c := range cells {
		if !c.right() {
			wrong = append(wrong, fmt.Sprintf("%s %s on %s (%s; said %s)", c.model, c.quant, c.machine,
				map[bool]string{true: "ran", false: "blank"}[c.ran], c.says))
		}
	}
	if len(wrong) > 0 {
		fmt.Fprintf(w, "\nWrong are: %s.\n", strings.Join(wrong, "; "))
	}
}

// roomRow writes one line.
func roomRow(w io.Writer, title string, cells []*cell, takes func(*cell) bool) {
	var all, ok, ran, ranOK, apart, apartOK int
	for _, c := range cells {
		switch {
		case !takes(c):
		case c.decided():
			apart++
			if c.right() {
				apartOK++
			}
		default:
			all++
			if c.ran {
				ran++
			}
			if c.right() {
				ok++
				if c.ran {
					ranOK++
				}
			}
		}
	}
	if all == 0 {
		return
	}
	fmt.Fprintf(w, "| %s | %d | %d | **%s** | %s | %s | %d | %s |\n", title, all, ran, percent(ok, all), percent(ranOK, ran),
		percent(ok-ranOK, all-ran), apart, percent(apartOK, apart))
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}
