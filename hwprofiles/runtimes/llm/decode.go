package llm

import (
	"strconv"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// engineFields lists the keys of an engine's profile.
var engineFields = []strictyaml.Field[Engine]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Engine) { v.Schema() }},
	{Key: "sources", Read: func(v strictyaml.Value, _ *Engine) { v.Sources() }},
	{Key: "id", Read: func(v strictyaml.Value, e *Engine) { e.ID, _ = v.Text("llama-cpp") }},
	{Key: "name", Read: func(v strictyaml.Value, e *Engine) { e.Name, _ = v.Text("llama.cpp") }},
	{Key: "aliases", Read: func(v strictyaml.Value, e *Engine) { e.Aliases = v.Texts("llama.cpp") }},
	{Key: "chunk", Read: func(v strictyaml.Value, e *Engine) { e.Chunk = int64(v.Count(1, 1<<20)) }},
	{Key: "cache", Read: func(v strictyaml.Value, e *Engine) { e.Cache = v.Texts("f16") }},
	{Key: "share", Read: func(v strictyaml.Value, e *Engine) { e.Share = number(v, 0.1, 1) }},
	{Key: "host_embedding", Read: func(v strictyaml.Value, e *Engine) {
		e.HostEmbedding = v.Bool("the table of embeddings stays on the host")
	}},
	{Key: "last_logits", Read: func(v strictyaml.Value, e *Engine) {
		e.LastLogits = v.Bool("of a prompt only the last token meets the output layer")
	}},
	{Key: "split", Read: readSplit},
	{Key: "quant", Read: func(v strictyaml.Value, e *Engine) { e.Quant, _ = v.Text("q4_k_m") }},
	{Key: "verify", Read: func(v strictyaml.Value, e *Engine) { strictyaml.Fields(v, verifyFields, &e.Verify) }},
	{Key: "backends", Read: readBackends},
	{Key: "notes", Read: func(v strictyaml.Value, e *Engine) { e.Notes = v.Texts("weights are repacked") }},
}

// verifyFields lists the keys of the commands that measure the same.
var verifyFields = []strictyaml.Field[Verify]{
	{Key: "one", Read: func(v strictyaml.Value, c *Verify) { c.One, _ = v.Text("llama-bench -m {model}") }},
	{Key: "several", Read: func(v strictyaml.Value, c *Verify) { c.Several, _ = v.Text("llama-batched-bench -npl {batch}") }},
	{Key: "load", Read: func(v strictyaml.Value, c *Verify) { c.Load, _ = v.Text("vllm bench throughput --model {model}") }},
	{Key: "draft", Read: func(v strictyaml.Value, c *Verify) { c.Draft, _ = v.Text("llama-speculative-simple -md {draft}") }},
	{Key: "split", Read: func(v strictyaml.Value, c *Verify) { c.Split, _ = v.Text("--tensor-parallel-size {devices}") }},
	{Key: "cache", Read: func(v strictyaml.Value, c *Verify) { c.Cache, _ = v.Text("--kv-cache-dtype {cache}") }},
	{Key: "offload", Read: func(v strictyaml.Value, c *Verify) { c.Offload, _ = v.Text("-ngl 99") }},
}

// readSplit reads `split`: whether devices share layers or each layer.
func readSplit(v strictyaml.Value, e *Engine) {
	e.Split, _ = v.Text("layer")
	if e.Split != "layer" && e.Split != "tensor" {
		v.Errorf("", "found %s, expected layer or tensor", v)
	}
}

// number reads a plain number within limits.
func number(v strictyaml.Value, lo, hi float64) float64 {
	text, ok := v.Scalar()
	x, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(x >= lo && x <= hi) {
		v.Errorf("", "found %s, expected a number from %g to %g", v, lo, hi)
		return 0
	}
	return x
}

var backendFields = []strictyaml.Field[Backend]{
	{Key: "name", Read: func(v strictyaml.Value, b *Backend) { b.Name, _ = v.Text("cuda") }},
	{Key: "runs_on", Read: func(v strictyaml.Value, b *Backend) { b.Places = runtimes.ReadConditions(v) }},
	{Key: "opt_in", Read: func(v strictyaml.Value, b *Backend) { b.OptIn = v.Texts("fp16-accumulate") }},
	{Key: "basis", Read: func(v strictyaml.Value, b *Backend) { b.Basis, _ = v.Text("fitted to 204 published rows") }},
	{Key: "values", Read: func(v strictyaml.Value, b *Backend) { readValues(v, &b.Values) }},
	{Key: "decode", Read: func(v strictyaml.Value, b *Backend) { b.Decode = readSpread(v) }},
	{Key: "prompt", Read: func(v strictyaml.Value, b *Backend) { b.Prompt = readSpread(v) }},
	{Key: "tiers", Read: readTiers},
}

// readBackends reads `backends`, where an engine runs and what it achieves there.
func readBackends(v strictyaml.Value, e *Engine) {
	for item := range v.Items() {
		var b Backend
		strictyaml.Fields(item, backendFields, &b)
		if b.Name == "" || len(b.Places) == 0 || b.Values[Band] == 0 || b.Decode.Low == 0 || b.Prompt.Low == 0 {
			item.Errorf("", "found a backend without one of name, runs_on, values, decode and prompt, expected all of them")
		}
		e.Backends = append(e.Backends, b)
	}
}

// readValues reads the parameters of a backend.
func readValues(v strictyaml.Value, into *Values) {
	fields := make([]strictyaml.Field[Values], NumParams)
	for p := range NumParams {
		fields[p] = strictyaml.Field[Values]{Key: Specs[p].Key, Read: func(v strictyaml.Value, into *Values) {
			into[p] = readParam(v, p)
		}}
	}
	strictyaml.Fields(v, fields, into)
}

// readParam reads a time with its unit, else a plain number.
func readParam(v strictyaml.Value, p Param) float64 {
	spec := &Specs[p]
	if spec.Unit != "s" {
		return number(v, spec.Lo, spec.Hi)
	}
	text, ok := v.Scalar()
	x, _, err := units.Parse(text, units.Seconds)
	if !ok || err != nil || x < spec.Lo || x > spec.Hi {
		v.Errorf("", "found %s, expected a time from %s to %s, such as 51 µs (%s)", v,
			units.Format(spec.Lo, units.Seconds), units.Format(spec.Hi, units.Seconds), spec.Doc)
		return 0
	}
	return x
}

// readSpread reads {low: 0.85, high: 1.14}.
func readSpread(v strictyaml.Value) (s Spread) {
	strictyaml.Fields(v, []strictyaml.Field[Spread]{
		{Key: "low", Read: func(v strictyaml.Value, s *Spread) { s.Low = number(v, 0.05, 1) }},
		{Key: "high", Read: func(v strictyaml.Value, s *Spread) { s.High = number(v, 1, 20) }},
	}, &s)
	return s
}

// readTiers reads versions that differ in some parameters from the newest, whose values stand before them.
func readTiers(v strictyaml.Value, b *Backend) {
	for item := range v.Items() {
		t := Tier{Values: b.Values}
		strictyaml.Fields(item, []strictyaml.Field[Tier]{
			{Key: "to", Read: func(v strictyaml.Value, t *Tier) { t.To = v.Count(1, 1<<30) }},
			{Key: "values", Read: func(v strictyaml.Value, t *Tier) { readValues(v, &t.Values) }},
		}, &t)
		if n := len(b.Tiers); n > 0 && b.Tiers[n-1].To >= t.To {
			item.Errorf("", "found a tier to %d behind one to %d, expected the oldest first", t.To, b.Tiers[n-1].To)
		}
		b.Tiers = append(b.Tiers, t)
	}
}

// Decode reads the profile of an engine; file names it in messages.
func Decode(file string, data []byte) (*Engine, error) {
	root, err := strictyaml.Open(file, data)
	if err != nil {
		return nil, err
	}
	e := new(Engine)
	strictyaml.Fields(root, engineFields, e)
	if root.Sound() && (e.ID == "" || e.Name == "" || len(e.Backends) == 0 || e.Chunk == 0 || len(e.Cache) == 0 || e.Split == "") {
		root.Errorf("", "found an engine without one of id, name, chunk, cache, split and backends, expected all of them")
	}
	return e, root.Finish()
}
