package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// talkFlags say what a language model must do.
type talkFlags struct {
	quants  string
	cache   string
	context int64
	answer  int64
	rate    float64
	first   time.Duration
	gpus    int
}

// talkNames lists the flags that ask for language models.
var talkNames = []string{"quant", "context", "tokens-per-s", "ttft"}

// add adds the flags that hold for language models alone.
func (f *talkFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.quants, "quant", "", "language models: store weights as the best `TYPE` of a list that fits: q4_k_m,q8_0,f16 (default: the engine's usual one)")
	fl.Int64Var(&f.context, "context", 4096, "language models: `TOKENS` of prompt and answer together")
	fl.Int64Var(&f.answer, "answer", 256, "language models: `TOKENS` of the answer")
	fl.Float64Var(&f.rate, "tokens-per-s", 0, "language models: write at least `N` tokens per second at the end of the context")
	fl.DurationVar(&f.first, "ttft", 0, "language models: `TIME` to the first token at most, for example 2s")
	fl.StringVar(&f.cache, "kv", "", "language models: `TYPE` of the key-value cache (default: f16)")
	fl.IntVar(&f.gpus, "gpus", 1, "language models: `N` devices, which share layers or each layer as the engine does")
}

// asked reports whether language models are to be judged.
func (f *talkFlags) asked(cmd *cobra.Command) bool {
	return slices.ContainsFunc(talkNames, cmd.Flags().Changed)
}

// run judges language models.
func (f *talkFlags) run(a *app, cmd *cobra.Command, search *searchFlags, limit *budgetFlags, models []string, top int,
	out *output) error {
	for _, name := range []string{"fps", "max-latency", "max-memory", "size", "devices", "precision", "plot", "batch", "fusion", "threads"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s is not for language models; give --quant, --context, --tokens-per-s and --ttft", name)
		}
	}
	models = append(models, search.models...)
	devices := search.how.names()
	switch {
	case len(devices) != 1:
		return usagef("found %d devices, expected one with --device to pick a language model for", len(devices))
	case search.task != "" && spelling.Squash(search.task) != spelling.Squash(talkTask):
		return usagef("--quant, --context, --tokens-per-s and --ttft are for --task %q, found %q", talkTask, search.task)
	case f.context <= f.answer || f.answer < 1:
		return usagef("found --context %d and --answer %d, expected more tokens of context than of the answer", f.context, f.answer)
	case f.rate < 0 || f.first < 0:
		return usagef("found a negative --tokens-per-s or --ttft, expected a limit")
	}
	if search.task != "" && len(models) > 0 {
		models = append(models, ridgepoint.LanguageModels()...)
	}
	var quants []string
	if f.quants != "" {
		quants = listed([]string{f.quants})
	}
	o := ridgepoint.ServingOptions{Runtime: search.engine.runtime, Cache: f.cache, Prompt: f.context - f.answer, Output: f.answer, GPUs: f.gpus}
	b := ridgepoint.ServingBudget{Rate: f.rate, First: f.first.Seconds(), Risk: float64(limit.risk)}
	p, err := a.open(ridgepoint.Config{}).PickServing(models, devices[0], quants, b, o)
	if err != nil {
		return err
	}
	if err := a.write(out, report.LLMPick(p, top)); err != nil {
		return err
	}
	if !slices.ContainsFunc(p.Choices, func(c ridgepoint.ServingChoice) bool { return c.Verdict.Fits() }) {
		return nof("no language model does what is asked")
	}
	return nil
}

// talkTask gives the task of language models.
const talkTask = "text generation"
