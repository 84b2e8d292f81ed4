package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
)

// A finding is what one slice shows.
type finding struct {
	title           string
	in, ldo, lmo    result
	cards           result // held out by the number of devices that share each layer
	mixtures        result // of rows of models with experts or compressed attention, held out by device
	constant        result
	rivals          []result
	cover, width    float64
	before1, after1 result
	before3, after3 result
	shipped         result
	trained         bool // on rows of another slice
	full            *setting
	samples         []*sample
	ldoSaid         []float64
	lmoSaid         []float64
	cardsSaid       []float64
}

const intro = `# How far forecasts of language models are off

Written by ` + "`go run ./internal/llmfit -o docs/accuracy-llm.md`" + ` over the published tables beside this repository. Every row is a
latency that somebody published: of a prompt, or of one more token. *Held out by device* means that the parameters were
fitted to rows of all other devices, from round starting values; *by model* likewise. A slice of one device is predicted
from the starting values alone.
Figures are errors of time: median and mean in per cent, and the share of rows within 20 %. Parameters, equations and
starting values were not chosen by these columns after they were first computed; bad slices are printed as the good ones.

What needs no fit is tested: published parameter counts to the last digit, sizes of weights on the device that llama.cpp
logs to a hundredth of a MiB, and file sizes to half a per cent.
`

// write writes the page.
func write(w io.Writer, all []*finding, cells []*cell) {
	fmt.Fprint(w, intro, "\n## Held out\n\n",
		"| slice | rows | devices | models | in sample | held out by device | within 20 % | bias | held out by model | within 20 % |\n",
		"|---|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range all {
		fmt.Fprintf(w, "| %s | %d | %d | %d | %s | **%s** | %.0f | %+.0f | %s | %.0f |\n", f.title, f.ldo.rows, f.ldo.devices, f.ldo.models,
			f.in.text(), f.ldo.text(), 100*f.ldo.within, 100*f.ldo.bias, f.lmo.text(), 100*f.lmo.within)
	}
	fmt.Fprint(w, "\nRows of models with experts or compressed attention among them, held out by device:\n\n| slice | rows | error | within 20 % | bias |\n|---|---|---|---|---|\n")
	for _, f := range all {
		if r := f.mixtures; r.rows > 0 {
			fmt.Fprintf(w, "| %s | %d | %s | %.0f | %+.0f |\n", f.title, r.rows, r.text(), 100*r.within, 100*r.bias)
		}
	}
	together(w, all)
	fmt.Fprint(w, "\n## Beside others on the same rows\n\nPure roofline: every peak is reached. BLIS's published coefficients were fitted to vLLM on H100 "+
		"(its form, not its code). One constant:\nthe time at every peak times one factor, the median of other devices.\n\n",
		"| slice | this, held out by device | pure roofline | BLIS's coefficients | one constant, held out by device |\n|---|---|---|---|---|\n")
	for _, f := range all {
		fmt.Fprintf(w, "| %s | **%s** | %s | %s | %s |\n", f.title, f.ldo.text(), f.rivals[0].text(), f.rivals[1].text(), f.constant.text())
	}
	fmt.Fprint(w, "\n## The 90 % interval\n\nThe ends of an interval rest on residuals that were held out by device: how far devices are apart, and rows of one device.\n"+
		"Each device is judged by those of the other devices alone.\n\n| slice | rows inside | upper end over lower |\n|---|---|---|\n")
	for _, f := range all {
		if !math.IsNaN(f.cover) {
			fmt.Fprintf(w, "| %s | %.0f %% | %.2f |\n", f.title, 100*f.cover, f.width)
		}
	}
	fmt.Fprint(w, "\n## Own runs\n\nWhat `llm --measured` does with one and with three rows of a model on a device, judged on the other rows of that model on "+
		"it; both were held out\nby device before. A factor of n rows is taken to the power n/(n+3), less where they disagree;\nwith rows of several lengths it follows their slope.\n\n",
		"| slice | rows | without | with one | rows | without | with three |\n|---|---|---|---|---|---|---|\n")
	for _, f := range all {
		if f.after1.rows > 0 {
			fmt.Fprintf(w, "| %s | %d | %s | %s | %d | %s | %s |\n", f.title, f.after1.rows, f.before1.text(), f.after1.text(), f.after3.rows,
				f.before3.text(), f.after3.text())
		}
	}
	rooms(w, cells)
	fmt.Fprint(w, notCompared)
}

const notCompared = `
## Not compared

The newest vLLM, SGLang and ONNX Runtime GenAI: no latencies of them are in the tables, so their forecasts rest on medians
of tables of matrix products or on the other engines. Rows of MLPerf Offline are predicted from TensorRT-LLM's own tables;
their submitters tune each machine. Prompts of ML.ENERGY's requests are taken as 250 tokens, which the table does not state.
`

// text returns the median and mean in per cent.
func (r *result) text() string {
	if r.rows == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f / %.1f", 100*r.median, 100*r.mean)
}

// values prints the parameters of a slice, as its profile has them, and the widest residuals.
func (f *finding) values(w io.Writer, worst int) {
	fmt.Fprintf(w, "\n%s: %d rows, in sample %s, shipped %s, held out by device %s within %.2f, by model %s within %.2f, by cards %s within %.2f\n", f.title, f.ldo.rows,
		f.in.text(), f.shipped.text(), f.ldo.text(), f.ldo.within, f.lmo.text(), f.lmo.within, f.cards.text(), f.cards.within)
	if low, high, ok := spreadOf(f.samples, f.ldoSaid, ""); ok {
		fmt.Fprintf(w, "  interval: {low: %.2f, high: %.2f}, covers %.2f, width %.2f\n", low, high, f.cover, f.width)
	}
	if f.full == nil {
		return
	}
	last := len(f.full.values) - 1
	fmt.Fprintf(w, "  values: %s\n", listed(f.full, f.full.values[last], llm.Values{}))
	for i := range f.full.to[:last] {
		fmt.Fprintf(w, "  to %d: %s\n", f.full.to[i], listed(f.full, f.full.values[i], f.full.values[last]))
	}
	order := byError(f.samples, f.ldoSaid)
	for _, i := range order[:min(worst, len(order))] {
		c := f.samples[i]
		fmt.Fprintf(w, "    %.2f %s\n", f.ldoSaid[i]/c.seconds, strings.Join([]string{c.device, c.model, c.quant, fmt.Sprintf("pp%d@%d out %d context %.0f seqs %.0f x%d b%d", c.tokens, c.past, c.output,
			c.context, c.sequences, c.cards, c.build)}, " "))
	}
}
