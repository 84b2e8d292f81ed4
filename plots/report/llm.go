package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// LLM describes language models on devices; price is that of one device for an hour, 0: none is given.
func LLM(all []*serve.Answer, price float64) *Document {
	var tables []Table
	var results []any
	if len(all) == 1 {
		tables = append(tables, servingTable(all[0], price))
	} else {
		tables = append(tables, servings(all, price))
	}
	for _, a := range all {
		results = append(results, servingJSON(a, price))
	}
	tables[0].Lead = append(tables[0].Lead, warnings(all)...)
	return document("llm", tables, nil, results...).rows(servingRows(all, price))
}

// warnings returns the warnings of all answers, each once.
func warnings(all []*serve.Answer) []string {
	var out []string
	for _, a := range all {
		for _, w := range a.Warnings {
			if len(all) > 1 {
				w = a.Setup.Device.ID + ", " + a.Setup.Model.Quant + ": " + w
			}
			if text := "but             " + w; !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// bytesOf returns n bytes with unit and prefix.
func bytesOf(n int64) string { return units.Format(float64(n), units.Capacity) }

// roomOf says in words whether a model fits.
func roomOf(a *serve.Answer) string {
	m := &a.Memory
	switch m.Verdict {
	case serve.Fits:
		return fmt.Sprintf("It fits: %s of %s usable.", bytesOf(m.Total), bytesOf(m.Usable))
	case serve.Pages:
		return fmt.Sprintf("It pages: it needs %s, %s are usable.", bytesOf(m.Total), bytesOf(m.Usable))
	case serve.No:
		return fmt.Sprintf("It does not fit: it needs %s, %s are usable.", bytesOf(m.Total), bytesOf(m.Usable))
	}
	return fmt.Sprintf("It needs %s; how much memory the device has is not known.", bytesOf(m.Total))
}

// servingTable returns one answer at length.
func servingTable(a *serve.Answer, price float64) Table {
	s := a.Setup
	devices := s.Device.Name
	if n := s.TP * s.PP; n > 1 {
		devices = fmt.Sprintf("%d x %s", n, devices)
	}
	params, active := s.Model.Params()
	model := fmt.Sprintf("%s parameters, %s, %.2f bits a weight", si(params), s.Model.Quant, 8*float64(s.Model.Bytes())/float64(params))
	if s.Model.Shape.Experts > 0 {
		model += fmt.Sprintf("; %s meet a token", si(active))
	}
	t := Table{
		Title: fmt.Sprintf("%s %s on %s with %s", s.Model.Name, s.Model.Quant, devices, s.Engine.Name),
		Lead: []string{
			roomOf(a), "",
			"model           " + model,
			memoryLine(a),
			roomLine(a),
			fmt.Sprintf("workload        prompt %d, answer %d, %s", a.Workload.Prompt, a.Workload.Output, atOnce(a)),
			fmt.Sprintf("reading         %s-bound: %s", a.Reading.Of(), boundShares(&a.Reading)),
			fmt.Sprintf("writing         %s-bound: %s", a.Writing.Of(), boundShares(&a.Writing)),
			"rests on        " + basisOf(a),
		},
		Columns: []Column{{"", Text, 0}, {"latency", Quantity, units.Seconds}, {"lower bound", Quantity, units.Seconds}, {"tokens/s", Number, 0}},
		Rows: [][]any{
			timeRow("first token", &a.First, a.Prefill), timeRow("each next token", &a.Next, a.Decode), timeRow("whole answer", &a.Whole, a.Rate),
		},
	}
	if price > 0 {
		t.Lead = append(t.Lead, fmt.Sprintf("price           %.3g a million tokens of answers", millionTokens(a, price)))
	}
	t.Lead = append(t.Lead, tokenEnergyLead(a)...)
	if v := verify(a); v != nil {
		t.Lead = append(t.Lead, "measure it      "+*v)
	}
	return t
}

// memoryLine says what the memory is for.
func memoryLine(a *serve.Answer) string {
	m := &a.Memory
	text := fmt.Sprintf("memory          %s weights + %s KV cache (%s) + %s buffers", bytesOf(m.Weights), bytesOf(m.Cache),
		a.Setup.Cache, bytesOf(m.Buffers))
	if m.Host > 0 {
		text += fmt.Sprintf("; %s host", bytesOf(m.Host))
	}
	return text
}

// roomLine says how much more would fit.
func roomLine(a *serve.Answer) string {
	m := &a.Memory
	if m.Verdict == serve.Unknown {
		return fmt.Sprintf("room            not known; %s a token", bytesOf(m.CachePerToken))
	}
	return fmt.Sprintf("room            %d tokens of context for each of %d, or %d sequences of this length; %s a token", m.MaxContext, a.Batch,
		m.MaxBatch, bytesOf(m.CachePerToken))
}

// basisOf says what an answer rests on, own runs included.
func basisOf(a *serve.Answer) string {
	if a.Setup.Own == nil {
		return a.Backend.Basis
	}
	return a.Backend.Basis + "; " + a.Setup.Own.Text()
}

// atOnce returns how many sequences the answer is for.
func atOnce(a *serve.Answer) string {
	switch {
	case a.Workload.Load:
		return fmt.Sprintf("at load: %d sequences at once", a.Batch)
	case a.Batch == 1:
		return "one sequence"
	}
	return fmt.Sprintf("%d sequences at once", a.Batch)
}

// boundShares returns which shares of the time compute, memory, overhead and communication decide,
// those below 0.5 % left out.
func boundShares(b *serve.Bounds) string {
	var out []string
	for _, p := range []struct {
		name  string
		share float64
	}{{"compute", b.Compute}, {"memory", b.Memory}, {"overhead", b.Overhead}, {"communication", b.Communication}} {
		if p.share >= 0.005 {
			out = append(out, fmt.Sprintf("%.0f %% %s", 100*p.share, p.name))
		}
	}
	return strings.Join(out, ", ")
}

// timeRow returns a row of a time in seconds, with its interval and lower bound, and of a rate.
func timeRow(what string, t *serve.Time, rate float64) []any {
	return []any{what, spanOf(t), t.SpeedOfLight, rate}
}

// spanOf returns a time in seconds with its interval, as one cell.
func spanOf(t *serve.Time) Span { return Span{&t.Expected, &t.Low, &t.High, t.SpeedOfLight} }

// millionTokens returns the price of a million tokens.
func millionTokens(a *serve.Answer, price float64) float64 {
	return float64(a.Setup.TP*a.Setup.PP) * price / (a.Rate * 3600) * 1e6
}

// verify returns the command that measures the same.
func verify(a *serve.Answer) *string {
	if a.Setup.Engine.Verify == "" {
		return nil
	}
	w := &a.Workload
	offload, cache := "-ngl 99 ", ""
	if a.Backend.Name == "cpu" {
		offload = ""
	}
	if c := a.Setup.Cache; c != a.Setup.Engine.Cache[0] {
		cache = " -ctk " + c + " -ctv " + c
	}
	text := strings.NewReplacer("{model}", a.Setup.Model.Name, "{offload}", offload, "{cache}", cache, "{prompt}", strconv.FormatInt(w.Prompt, 10),
		"{output}", strconv.FormatInt(w.Output, 10), "{batch}", strconv.FormatInt(a.Batch, 10)).Replace(a.Setup.Engine.Verify)
	return &text
}

// servings compares several answers.
func servings(all []*serve.Answer, price float64) Table {
	t := Table{Title: "Language models", Columns: []Column{{"model", Text, 0}, {"quantisation", Text, 0}, {"device", Text, 0},
		{"prompt", Count, 0}, {"batch", Count, 0}, {"memory", Quantity, units.Capacity}, {"verdict", Text, 0}, {"context", Count, 0},
		{"first token", Quantity, units.Seconds}, {"next token", Quantity, units.Seconds}, {"tokens/s", Number, 0}, {"bound by", Text, 0}}}
	if price > 0 {
		t.Columns = append(t.Columns, Column{"price a million", Number, 0})
	}
	for _, a := range all {
		row := []any{a.Setup.Model.Name, a.Setup.Model.Quant, a.Setup.Device.ID, a.Workload.Prompt, a.Batch, float64(a.Memory.Total),
			string(a.Memory.Verdict), a.Memory.MaxContext, spanOf(&a.First), spanOf(&a.Next), a.Decode, a.Writing.Of()}
		if price > 0 {
			row = append(row, millionTokens(a, price))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// servingRows returns the answers for CSV, in base units.
func servingRows(all []*serve.Answer, price float64) Table {
	t := Table{Columns: []Column{{"model", Text, 0}, {"quant", Text, 0}, {"device", Text, 0}, {"runtime", Text, 0}, {"count", Count, 0},
		{"prompt", Count, 0}, {"output", Count, 0}, {"batch", Count, 0}, {"weights", Quantity, units.Bytes}, {"cache", Quantity, units.Bytes},
		{"buffers", Quantity, units.Bytes}, {"usable", Quantity, units.Bytes}, {"verdict", Text, 0}, {"max_context", Count, 0},
		{"ttft", Quantity, units.Seconds}, {"ttft_low", Quantity, units.Seconds}, {"ttft_high", Quantity, units.Seconds},
		{"tpot", Quantity, units.Seconds}, {"tpot_low", Quantity, units.Seconds}, {"tpot_high", Quantity, units.Seconds},
		{"tpot_speed_of_light", Quantity, units.Seconds}, {"e2e", Quantity, units.Seconds}, {"decode_tokens_per_s", Number, 0},
		{"total_tokens_per_s", Number, 0}, {"bound", Text, 0}, {"cost_per_mtok", Number, 0}}}
	for _, a := range all {
		s, m := a.Setup, &a.Memory
		row := []any{s.Model.Name, s.Model.Quant, s.Device.ID, s.Engine.ID, s.TP * s.PP, a.Workload.Prompt, a.Workload.Output, a.Batch,
			float64(m.Weights), float64(m.Cache), float64(m.Buffers), float64(m.Usable), string(m.Verdict), m.MaxContext,
			a.First.Expected, a.First.Low, a.First.High, a.Next.Expected, a.Next.Low, a.Next.High, a.Next.SpeedOfLight,
			a.Whole.Expected, a.Decode, a.Rate, a.Writing.Of(), nil}
		if price > 0 {
			row[len(row)-1] = millionTokens(a, price)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// servingJSON returns an answer on a language model as the schema has it: milliseconds, tokens a
// second and bytes. price is money an hour for one device, 0 where none is given.
func servingJSON(a *serve.Answer, price float64) *schema.LLM {
	s, m := a.Setup, &a.Memory
	params, active := s.Model.Params()
	ms := func(t *serve.Time) schema.LLMTime {
		return schema.LLMTime{SpeedOfLight: 1e3 * t.SpeedOfLight, Expected: 1e3 * t.Expected, Low: 1e3 * t.Low, High: 1e3 * t.High}
	}
	rate := func(r float64, t *serve.Time) schema.LLMRange {
		return schema.LLMRange{Expected: r, Low: r * t.Expected / t.High, High: r * t.Expected / t.Low}
	}
	part := func(b *serve.Bounds) schema.LLMBound {
		return schema.LLMBound{Compute: b.Compute, Memory: b.Memory, Overhead: b.Overhead, Communication: b.Communication}
	}
	out := &schema.LLM{
		Model: schema.LLMModel{Name: s.Model.Name, Source: s.Model.Source, Params: params, Active: active, Quant: s.Model.Quant,
			Bytes: s.Model.Bytes(), Bits: 8 * float64(s.Model.Bytes()) / float64(params)},
		Device: deviceRef(s.Device), Count: s.TP * s.PP, Parallel: schema.LLMParallel{TP: s.TP, PP: s.PP},
		Runtime: s.Engine.ID, Backend: a.Backend.Name,
		Workload: schema.LLMWorkload{Prompt: a.Workload.Prompt, Output: a.Workload.Output, Batch: a.Batch, Load: a.Workload.Load, Cache: s.Cache},
		Memory: schema.LLMMemory{Weights: m.Weights, Host: m.Host, Cache: m.Cache, CachePerToken: m.CachePerToken, Buffers: m.Buffers,
			Reserve: m.Reserve, Total: m.Total, Verdict: string(m.Verdict), MaxContext: m.MaxContext, MaxBatch: m.MaxBatch},
		First: ms(&a.First), Next: ms(&a.Next), Whole: ms(&a.Whole),
		Rates:  schema.LLMRates{Prefill: rate(a.Prefill, &a.First), Decode: rate(a.Decode, &a.Next), Total: rate(a.Rate, &a.Whole)},
		Bound:  schema.LLMPhases{Prefill: part(&a.Reading), Decode: part(&a.Writing)},
		Energy: tokenEnergy(a), Tier: "runtime", Basis: basisOf(a), Verify: verify(a), Warnings: append([]string{}, a.Warnings...),
	}
	if r, p := deviceEnergy(a); r != nil {
		out.LLMEnergy = schema.LLMEnergy{Joules: &schema.LLMRange{Expected: r.Expected, Low: r.Low, High: r.High}, Watts: &p.Watts,
			Power: powerJSON(p)}
	}
	if m.Usable > 0 {
		out.Memory.Usable = &m.Usable
	}
	if s.Build > 0 {
		out.Version = &s.Build
	}
	if price > 0 {
		c := millionTokens(a, price)
		out.Cost = &c
	}
	return out
}
