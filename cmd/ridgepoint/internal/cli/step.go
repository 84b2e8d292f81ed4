package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// stepFlags say which step of a language model runs.
type stepFlags struct {
	phase   string
	context int64
}

// add adds the flags that choose the step of a language model, and its context in tokens.
func (f *stepFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.phase, "phase", "", "language models: `STEP` to run: decode (the next token) or prefill (a whole prompt) (default: decode)")
	cmd.Flags().Int64Var(&f.context, "context", 0, "language models: `TOKENS` of the prompt, or in a decode step with those in the cache (default: 1025)")
}

// specs returns models with the step that is asked for behind them.
func (f *stepFlags) specs(models []string) ([]string, error) {
	if f.phase == "" && f.context == 0 {
		return models, nil
	}
	tokens := f.context
	if tokens == 0 {
		tokens = 1025
	}
	query := fmt.Sprintf("?seq=1&past=%d", tokens-1)
	switch {
	case tokens < 1:
		return nil, usagef("found --context %d, expected a positive number of tokens", f.context)
	case f.phase == "prefill":
		query = fmt.Sprintf("?seq=%d&past=0", tokens)
	case f.phase != "" && f.phase != "decode":
		return nil, usagef("found --phase %q, expected decode or prefill", f.phase)
	}
	out := make([]string, len(models))
	for i, m := range models {
		if strings.Contains(m, "?") {
			return nil, usagef("found --phase or --context beside %s; expected the step in one of the two", m)
		}
		out[i] = m + query
	}
	return out, nil
}
