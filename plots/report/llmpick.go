package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// LLMPick describes which language models do what is asked on a device; top is how many rows are shown, 0 for all.
func LLMPick(p *serve.Picked, top int) *Document {
	if top <= 0 {
		top = len(p.Choices)
	}
	shown := p.Choices[:min(top, len(p.Choices))]
	t := Table{
		Title: fmt.Sprintf("Language models on %s: %s", p.Device.Name, askedText(p)),
		Columns: slices.Concat(texts("model", "quantisation", "fits"), numbers("quality", "perplexity"),
			quantities(units.Capacity, "memory"), counts("longest context"), quantities(units.Seconds, "first token"),
			numbers("tokens/s", "low", "high"), texts("why not")),
		Lead: pickLead(p),
	}
	for i := range shown {
		t.Rows = append(t.Rows, llmChoiceRow(&shown[i], p.Metric, len(t.Columns)))
	}
	out := &schema.LLMPick{Device: deviceRef(p.Device), Budget: schema.LLMBudget{Context: p.Prompt + p.Output, Prompt: p.Prompt}}
	if p.Metric != "" {
		out.Metric = &p.Metric
	}
	if p.Budget.Rate > 0 {
		out.Budget.Rate = &p.Budget.Rate
	}
	if p.Budget.First > 0 {
		ms := 1e3 * p.Budget.First
		out.Budget.First = &ms
	}
	for i := range p.Choices {
		if p.Choices[i].Verdict.Fits() {
			out.Fitting++
		}
	}
	out.Choices = []schema.LLMChoice{}
	for i := range shown {
		out.Choices = append(out.Choices, llmChoiceJSON(&shown[i], i+1))
	}
	return document("llm-pick", []Table{t}, nil, out).rows(llmPickRows(p, shown))
}

// askedText says what is asked of the models.
func askedText(p *serve.Picked) string {
	parts := []string{fmt.Sprintf("%d tokens of context", p.Prompt+p.Output)}
	if p.Budget.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%g tokens/s", p.Budget.Rate))
	}
	if p.Budget.First > 0 {
		parts = append(parts, fmt.Sprintf("first token of a prompt of %d within %s", p.Prompt, units.Short(p.Budget.First, units.Seconds)))
	}
	return strings.Join(parts, ", ")
}

// pickLead says in words what was found, and what the columns rest on.
func pickLead(p *serve.Picked) []string {
	fitting, best := 0, ""
	for i := range p.Choices {
		c := &p.Choices[i]
		if !c.Verdict.Fits() {
			continue
		}
		if fitting++; best == "" {
			best = c.Model + " in " + c.Setup.Model.Quant
		}
	}
	lead := []string{fmt.Sprintf("None of %d models does it.", len(p.Choices)), ""}
	if fitting > 0 {
		lead[0] = fmt.Sprintf("%d of %d models do it; the best is %s.", fitting, len(p.Choices), best)
	}
	if p.Metric != "" {
		lead = append(lead, "quality         "+p.Metric+", published for 16 bits; models without it stand behind, the larger first")
	}
	return append(lead,
		"perplexity      what the quantisation adds to that of "+decoder.LossModel+" ("+decoder.LossSource[:strings.Index(decoder.LossSource, ":")]+")",
		"tokens/s        of the last token of the context, with its 90 % interval")
}

// llmChoiceRow returns the row of a choice; one that cannot be has its reason in the last column.
func llmChoiceRow(c *serve.Choice, metric string, columns int) []any {
	row := make([]any, columns)
	row[0], row[2], row[columns-1] = c.Model, c.Verdict.String(), c.Why
	if c.Quality != nil && c.Quality.Metric == metric {
		row[3] = c.Quality.Score
	}
	if c.Answer == nil {
		if c.Err != nil {
			row[columns-1] = c.Err.Error()
		}
		return row
	}
	row[1] = c.Setup.Model.Quant
	if c.Loss != nil {
		row[4] = *c.Loss
	}
	n := &c.Next
	row[5], row[6], row[7] = float64(c.Memory.Total), c.Memory.MaxContext, c.First.Expected
	row[8], row[9], row[10] = 1/n.Expected, 1/n.High, 1/n.Low
	return row
}

// llmPickRows returns the choices for CSV, in base units.
func llmPickRows(p *serve.Picked, shown []serve.Choice) Table {
	t := Table{Columns: slices.Concat(texts("model", "quant", "device", "runtime", "verdict"), texts("fits", "metric"), numbers("score", "perplexity_added"),
		quantities(units.Bytes, "memory"), counts("max_context"), quantities(units.Seconds, "ttft"), numbers("tokens_per_s", "low", "high"),
		texts("why"))}
	for i := range shown {
		c := &shown[i]
		row := make([]any, len(t.Columns))
		row[0], row[2], row[4], row[5], row[len(row)-1] = c.Model, p.Device.ID, c.Verdict.String(), c.Verdict.Fits(), c.Why
		if q := c.Quality; q != nil {
			row[6], row[7] = q.Metric, q.Score
		}
		if c.Loss != nil {
			row[8] = *c.Loss
		}
		if c.Answer != nil {
			row[1], row[3] = c.Setup.Model.Quant, c.Setup.Engine.ID
			row[9], row[10], row[11] = float64(c.Memory.Total), c.Memory.MaxContext, c.First.Expected
			row[12], row[13], row[14] = 1/c.Next.Expected, 1/c.Next.High, 1/c.Next.Low
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// llmChoiceJSON returns a choice with its place in the ranking, from 1.
func llmChoiceJSON(c *serve.Choice, rank int) schema.LLMChoice {
	out := schema.LLMChoice{Rank: rank, Model: c.Model, Verdict: c.Verdict.String(), Fits: c.Verdict.Fits(), Perplexity: c.Loss}
	if c.Why != "" {
		out.Why = &c.Why
	}
	if q := c.Quality; q != nil {
		out.Quality = &schema.LLMScore{Metric: q.Metric, Score: q.Score, Source: q.Source}
	}
	if c.Err != nil {
		text := c.Err.Error()
		out.Error = &text
	}
	if c.Answer == nil || c.Verdict == roofline.Fails {
		return out
	}
	f, n := &c.First, &c.Next
	out.Quant, out.Runtime = &c.Setup.Model.Quant, &c.Setup.Engine.ID
	out.Memory, out.MaxContext = &c.Memory.Total, &c.Memory.MaxContext
	if c.Memory.Usable > 0 {
		out.Usable = &c.Memory.Usable
	}
	out.First = &schema.LLMTime{SpeedOfLight: 1e3 * f.SpeedOfLight, Expected: 1e3 * f.Expected, Low: 1e3 * f.Low, High: 1e3 * f.High}
	out.Decode = &schema.LLMRange{Expected: 1 / n.Expected, Low: 1 / n.High, High: 1 / n.Low}
	return out
}
