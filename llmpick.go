package ridgepoint

import (
	"errors"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A ServingBudget is what a language model must do on a device; a zero limit is none.
type ServingBudget = serve.Budget

// A ServingChoice is the verdict on a language model in the way of storing its weights that was chosen for it.
type ServingChoice = serve.Choice

// A ServingPick is language models on a device, ranked by a budget.
type ServingPick = serve.Picked

// PickServing judges language models on a device by a budget, each in the one of the quantisations that costs the least
// quality within it, and ranks them. Without models all that are built in are judged. o says how they are served.
func (e *Estimator) PickServing(models []string, device string, quants []string, b ServingBudget,
	o ServingOptions) (*ServingPick, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	d, err := e.Device(device)
	if err != nil {
		return nil, err
	}
	if _, err := setupOf(d, &o); err != nil {
		return nil, err
	}
	for _, q := range quants {
		if _, err := decoder.ParseQuant(q); err != nil && q != "" {
			return nil, err
		}
	}
	named := len(models) > 0
	if !named {
		models = LanguageModels()
	}
	p := &ServingPick{Device: d, Budget: b, Prompt: o.Prompt, Output: o.Output}
	for _, m := range models {
		c := e.chooseQuant(m, device, quants, b, o)
		if c.Err != nil && named {
			return nil, c.Err
		}
		p.Choices = append(p.Choices, c)
	}
	p.Metric = serve.Rank(p.Choices)
	return p, nil
}

// chooseQuant returns the verdict on one model.
func (e *Estimator) chooseQuant(model, device string, quants []string, b ServingBudget,
	o ServingOptions) ServingChoice {
	var ways []*Serving
	var errs []error
	if len(quants) == 0 {
		quants = []string{""}
	}
	for _, q := range quants {
		o.Quant = q
		a, err := e.Serve(model, device, &o)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ways = append(ways, a)
	}
	if len(ways) == 0 {
		return ServingChoice{Model: model, Verdict: roofline.Fails, Err: errors.Join(errs...)}
	}
	return b.Choose(ways[0].Setup.Model.Name, ways, qualityOf(ways[0].Setup.Model.Name))
}

// qualityOf returns the published quality of a built-in language model, nil where none is known.
func qualityOf(name string) *roofline.Quality {
	entry, _, err := zoo.Lookup(name)
	if err != nil || entry.Accuracy.Metric == "" {
		return nil
	}
	a := entry.Accuracy
	return &roofline.Quality{Text: a.Figure(), Metric: a.Metric, Score: a.Score(), Source: a.Source}
}
