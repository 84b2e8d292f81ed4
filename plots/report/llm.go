package report

import (
	"cmp"
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
	varies := map[int]bool{}
	for _, a := range all {
		for i, word := range wordsOf(a) {
			varies[i] = varies[i] || word != wordsOf(all[0])[i]
		}
	}
	for _, a := range all {
		var which []string
		for i, word := range wordsOf(a) {
			if varies[i] {
				which = append(which, word)
			}
		}
		for _, w := range a.Warnings {
			if len(which) > 0 {
				w = strings.Join(which, ", ") + ": " + w
			}
			if text := "but             " + w; !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// wordsOf names what an answer is for, in the order of the columns of a comparison.
func wordsOf(a *serve.Answer) []string {
	return []string{a.Setup.Device.ID, a.Setup.Model.Quant, fmt.Sprintf("prompt %d", a.Workload.Prompt),
		fmt.Sprintf("batch %d", a.Batch)}
}

// bytesOf returns n bytes with unit and prefix.
func bytesOf(n int64) string { return units.Short(float64(n), units.Capacity) }

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
		text += fmt.Sprintf("; %s on the host", bytesOf(m.Host))
	}
	return text
}

// roomLine says how much more would fit.
func roomLine(a *serve.Answer) string {
	m := &a.Memory
	if m.Verdict == serve.Unknown {
		return fmt.Sprintf("room            not known; %s a token", bytesOf(m.CachePerToken))
	}
	return fmt.Sprintf("room            %s; %s a token", mostRoom(a), bytesOf(m.CachePerToken))
}

// mostRoom says in words how long a context and how many sequences have room.
func mostRoom(a *serve.Answer) string {
	m := &a.Memory
	if m.MaxContext == 0 {
		return "none for a context"
	}
	each := ""
	if a.Batch > 1 {
		each = fmt.Sprintf(" for each of %d", a.Batch)
	}
	text := fmt.Sprintf("%d tokens of context%s", m.MaxContext, each)
	if c := a.Setup.Model.Shape.Context; c > 0 && m.MaxContext > c {
		text = fmt.Sprintf("all %d tokens of context that the model was trained for%s", c, each)
	}
	return fmt.Sprintf("%s, or %s of this length", text, sequences(m.MaxBatch))
}

// sequences counts sequences in words.
func sequences(n int64) string {
	if n == 1 {
		return "one sequence"
	}
	return fmt.Sprintf("%d sequences", n)
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
		return "at load: " + sequences(a.Batch) + " at once"
	case a.Batch == 1:
		return "one sequence"
	}
	return sequences(a.Batch) + " at once"
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
	s, w := a.Setup, &a.Workload
	v := &s.Engine.Verify
	text := v.One
	if a.Batch > 1 {
		text = cmp.Or(v.Several, text)
	}
	if w.Load {
		text = cmp.Or(v.Load, text)
	}
	if s.Draft != nil {
		switch flags := strings.HasPrefix(v.Draft, "-"); {
		case v.Draft == "":
			return nil
		case !flags:
			text = v.Draft
		default:
			text += " " + v.Draft
		}
	}
	if text == "" {
		return nil
	}
	for _, add := range []struct {
		flags string
		holds bool
	}{{v.Offload, a.Backend.Name != "cpu"}, {v.Split, s.TP*s.PP > 1}, {v.Cache, s.Cache != s.Engine.Cache[0]}} {
		if add.holds && add.flags != "" {
			text += " " + add.flags
		}
	}
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	draft := ""
	if s.Draft != nil {
		draft = s.Draft.Name
	}
	text = strings.NewReplacer("{model}", s.Model.Name, "{draft}", draft, "{ahead}", n(s.Ahead), "{cache}", s.Cache,
		"{prompt}", n(w.Prompt), "{output}", n(w.Output), "{context}", n(a.Batch*(w.Prompt+w.Output)),
		"{batch}", n(a.Batch), "{requests}", n(4*a.Batch), "{tp}", n(int64(s.TP)), "{pp}", n(int64(s.PP)),
	).Replace(text)
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
