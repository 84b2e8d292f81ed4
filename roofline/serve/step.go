// Package serve predicts how a language model is served: whether it fits, how long the first token takes, and how long
// each next one. It knows decoders by their sizes (package decoder) and engines by their parameters (package llm).
package serve

import (
	"cmp"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
)

// A Model is a decoder with its weights as they are stored.
type Model struct {
	Name    string
	Source  string // gguf, config or zoo
	Quant   string
	Shape   decoder.Shape
	Tensors []decoder.Stored

	sums *sums
}

// sums are what a step needs of the tensors, made once.
type sums struct {
	dense, expert  [numFamilies]float64 // B of the layers and the output layer, and of all experts
	denseU, allU   [numFamilies]float64 // the same as unpacking counts them
	denseN, lastN  [numFamilies]float64 // weights of matrices that meet each token, and of the output layer
	expertN        [numFamilies]float64
	table          float64 // B of the table of embeddings
	total          float64
	params, active int64
}

// families lists the ways of storing weights that steps tell apart: those of the parameters in their order, then those
// that share the parameters of another but may have a faster peak.
var families = [...]dtype.Family{dtype.F16, dtype.Q8, dtype.Q4, dtype.Q4K, dtype.MX, dtype.IQ, dtype.FP8, dtype.FP4}

// paramOf returns the place of a family's parameters behind those of 16 bits.
func paramOf(f int) llm.Param {
	switch families[f] {
	case dtype.FP8:
		return 1
	case dtype.FP4:
		return 4
	}
	return llm.Param(f)
}

const numFamilies = len(families)

// familyOf returns the place of a way of storing weights, the first where it is not listed.
func familyOf(f dtype.Family) int {
	for i := range families {
		if families[i] == f {
			return i
		}
	}
	return 0
}

// of sums the tensors of a model.
func (m *Model) of() *sums {
	if m.sums != nil {
		return m.sums
	}
	s := new(sums)
	for i := range m.Tensors {
		t := &m.Tensors[i]
		f, bytes, n := familyOf(t.Format.Family), float64(t.Bytes()), float64(t.Elems())
		unpack := unpacked(&t.Format, bytes, n)
		s.total += bytes
		s.params += t.Elems()
		switch {
		case t.Role == decoder.Embedding || t.Role == decoder.Position:
			s.table += bytes
			if m.Shape.Tied && t.Role == decoder.Embedding { // it is the output layer too
				s.dense[f] += bytes
				s.denseU[f] += unpack
				s.lastN[f] += n
				s.active += t.Elems()
			}
		case t.Experts > 0:
			s.expert[f] += bytes
			s.allU[f] += unpack
			s.expertN[f] += n / float64(t.Experts) * float64(m.Shape.Active)
			s.active += t.Elems() / t.Experts * m.Shape.Active
		case t.Role == decoder.Output:
			s.dense[f] += bytes
			s.denseU[f] += unpack
			s.lastN[f] += n
			s.active += t.Elems()
		default:
			s.dense[f] += bytes
			s.denseU[f] += unpack
			if !t.Vector() {
				s.denseN[f] += n
				s.active += t.Elems()
			}
		}
	}
	m.sums = s
	return s
}

// unpacked returns the bytes that unpacking a tensor counts as. A weight of a super-block or a codebook takes the same
// work in few bits as in many: each counts as one of four and a half.
func unpacked(b *dtype.Block, bytes, weights float64) float64 {
	if b.Family == dtype.Q4K || b.Family == dtype.IQ {
		return weights * 4.5 / 8
	}
	return bytes
}

// Bytes returns what all weights occupy.
func (m *Model) Bytes() int64 { return int64(m.of().total) }

// Params returns the number of weights, and of those that meet one token.
func (m *Model) Params() (all, active int64) { return m.of().params, m.of().active }

// A Machine is a device as steps see it, of one or several cards.
type Machine struct {
	Bandwidth float64              // B/s of the memory of one
	Clocks    float64              // units x clock of one, 1/s; 0: unknown
	Peak      float64              // FLOP/s of matrix products in 16 bits, of one
	Narrow    [numFamilies]float64 // times as much of it that weights of a family have, where they are multiplied as they are; 0: once
	Watts     float64              // limit of one; 0: unknown
	Count     int                  // of devices
	Link      float64              // B/s one way between two
}

// NewMachine returns what a device offers an engine that asks for some faster ways of matrix work.
func NewMachine(d *hwprofiles.Device, optIn []string) *Machine {
	m := &Machine{Bandwidth: d.DRAM().Bandwidth.Value, Peak: peak(d, optIn), Count: 1}
	if d.Clock != nil {
		m.Clocks = float64(d.Units) * d.Clock.Value
	}
	if d.TDP != nil {
		m.Watts = d.TDP.Value
	}
	for f := range families {
		m.Narrow[f] = 1
	}
	m.Narrow[familyOf(dtype.FP8)] = faster(d, m.Peak, dtype.Float8E4M3FN)
	m.Narrow[familyOf(dtype.FP4)] = max(faster(d, m.Peak, dtype.Float4E2M1), m.Narrow[familyOf(dtype.FP8)])
	return m
}

// faster returns how many times the peak of a type is that of 16 bits, at least once.
func faster(d *hwprofiles.Device, peak float64, t dtype.Type) float64 {
	for _, p := range d.Peaks {
		if p.Engine == cost.Matrix && p.Type == t && peak > 0 {
			return max(p.Rate.Value/peak, 1)
		}
	}
	return 1
}

// peak returns the rate of products in 16 bits, else in 32.
func peak(d *hwprofiles.Device, optIn []string) (rate float64) {
	take := func(list []hwprofiles.Peak, engine cost.Engine, types ...dtype.Type) {
		for _, p := range list {
			for _, t := range types {
				if p.Engine == engine && p.Type == t {
					rate = max(rate, p.Rate.Value)
				}
			}
		}
	}
	for _, o := range d.OptIn {
		for _, name := range optIn {
			if o.Name == name {
				take(o.Peaks, cost.Matrix, dtype.Float16)
			}
		}
	}
	take(d.Peaks, cost.Matrix, dtype.Float16, dtype.BFloat16)
	take(d.Peaks, cost.Vector, dtype.Float16, dtype.Float32)
	return rate
}

// Terms are the parts of a step's time, in seconds. Memory and compute overlap, so that their sum is more than Total.
type Terms struct {
	Weights, Cache, Compute, Overhead, Communication, Total float64
	Attention                                               float64 // work of a prompt over itself and what is cached
}

// norm joins parts that overlap: the larger decides, and where they are near each other both do.
func norm(parts ...float64) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += p * p * p
	}
	return math.Cbrt(sum)
}

// over returns x / y, 0 where y is unknown: the term has no effect.
func over(x, y float64) float64 {
	if y <= 0 {
		return 0
	}
	return x / y
}

// rate returns the compute rate that a device keeps up under its power limit.
func (m *Machine) rate(v *llm.Values) float64 {
	limit := v[llm.Power] * m.Watts
	if limit <= 0 || m.Peak <= 0 {
		return m.Peak
	}
	return math.Pow(math.Pow(m.Peak, -4)+math.Pow(limit, -4), -0.25)
}

// narrow returns how many times the peak of 16 bits a family has.
func (m *Machine) narrow(f int) float64 { return max(m.Narrow[f], 1) }

// eff returns the share of the peak of 16 bits that products with weights of a family reach; it may be above 1. Kernels
// that multiply blocks of integers reach no more than so much a clock in one unit, whatever the peak is.
func (m *Machine) eff(v *llm.Values, f int) float64 {
	e := cmp.Or(v[llm.EffF16+paramOf(f)], v[llm.EffQ4K]) * m.narrow(f)
	limit := over(v[llm.UnitBlocks]*m.Clocks, m.rate(v))
	if limit <= 0 || e <= 0 || families[f] == dtype.F16 {
		return e
	}
	return math.Pow(math.Pow(e, -4)+math.Pow(limit, -4), -0.25)
}

// Write returns the time in which each of some sequences gets one more token, each with so many tokens in its cache.
// width is the bytes of an element of the cache; share is the part of the model that one device holds in a tensor
// split.
func (m *Model) Write(on *Machine, v *llm.Values, sequences, context, width, share float64) Terms {
	s, sh := m.of(), &m.Shape
	var flops float64
	for f := range numFamilies {
		flops += 2 * sequences * over(s.denseN[f]+s.lastN[f]+s.expertN[f], on.eff(v, f))
	}
	cached := sequences * (float64(sh.Cached(int64(context)))*width + 2*float64(sh.State())) // states are read and written
	band := cmp.Or(v[llm.CacheBand], v[llm.Band])
	held := share * m.copies(on, share) // of the cache, on one device
	cache := norm(over(held*cached, on.Bandwidth*band), over(held*cached, on.Clocks*v[llm.UnitCache]),
		m.latent(on, v, sequences*context)*share)
	t := Terms{
		Weights:  share * m.weights(on, v, sequences),
		Cache:    cache,
		Overhead: float64(sh.Layers)*v[llm.Layer] + float64(sh.SparseLayers())*v[llm.ExpertLayer] + sequences*v[llm.Sequence],
	}
	if sequences > 1 {
		t.Compute = share * over(flops, on.rate(v)) * (1 + v[llm.HalfBatch]/sequences)
	}
	t.Communication = m.reduce(on, v, sequences, share)
	joint := norm(t.Weights, t.Compute)
	if sequences > 1 { // one after the other is a way too
		joint = min(joint, share*sequences*m.weights(on, v, 1))
	}
	t.Total = joint + t.Cache + t.Overhead + t.Communication
	return t
}

// weights returns the time of reading what a step over so many tokens touches of the weights.
func (m *Model) weights(on *Machine, v *llm.Values, tokens float64) float64 {
	s, touched := m.of(), 1.0
	if m.Shape.Experts > 0 {
		touched = m.Shape.Touched(tokens) / float64(m.Shape.Experts)
	}
	var bytes, unpack float64
	for f := range numFamilies {
		bytes += s.dense[f] + s.expert[f]*touched
		unpack += over(s.denseU[f]+s.allU[f]*touched, cmp.Or(v[llm.UnitF16+paramOf(f)], v[llm.UnitQ4K]))
	}
	return norm(over(bytes, on.Bandwidth*v[llm.Band]), over(unpack, on.Clocks))
}

// copies returns how often several devices that share each layer hold the cache of one: what is compressed is not
// divided by heads, and heads are not divided further.
func (m *Model) copies(on *Machine, share float64) float64 {
	if share >= 1 || on.Count < 2 {
		return 1
	}
	return copiesOf(&m.Shape, on.Count)
}

// copiesOf returns how often so many devices hold a cache, all together.
func copiesOf(s *decoder.Shape, devices int) float64 {
	if s.Latent != nil {
		return float64(devices)
	}
	return max(1, float64(devices)/float64(max(s.KV, 1)))
}

// latent returns the work of attention over compressed keys and values: 2 FLOP for each of 2 r_kv + r_rope elements,
// head, layer and cached token.
func (m *Model) latent(on *Machine, v *llm.Values, cached float64) float64 {
	l := m.Shape.Latent
	if l == nil {
		return 0
	}
	flops := 2 * float64(m.Shape.Heads*m.Shape.Layers*(2*l.KV+l.RoPE)) * cached
	return over(flops, on.Peak*v[llm.Attention])
}

// reduce returns the time of adding up results twice a layer in a tensor split: a start, and a ring over the link.
func (m *Model) reduce(on *Machine, v *llm.Values, rows, share float64) float64 {
	if share >= 1 || on.Count < 2 {
		return 0
	}
	n := float64(on.Count)
	ring := over(2*(n-1)/n*rows*float64(m.Shape.Width)*2, on.Link)
	return 2 * float64(m.Shape.Layers) * (v[llm.Reduce] + ring)
}

// Read returns the time in which a prompt of each of some sequences is read, in chunks, behind past cached tokens.
func (m *Model) Read(on *Machine, v *llm.Values, sequences, prompt, past, chunk int64, share float64) Terms {
	var sum Terms
	if prompt <= 0 || sequences <= 0 {
		return sum
	}
	together := min(max(chunk/prompt, 1), sequences) // sequences that share a chunk
	for at := int64(0); at < prompt; at += chunk {
		t := m.chunk(on, v, float64(together), min(chunk, prompt-at), past+at, at+chunk >= prompt, share)
		sum.add(&t)
	}
	sum.scale(float64(sequences) / float64(together)) // sequences fill chunks one after the other
	return sum
}

// add adds the terms of another step, in seconds.
func (t *Terms) add(o *Terms) {
	t.Weights += o.Weights
	t.Cache += o.Cache
	t.Compute += o.Compute
	t.Overhead += o.Overhead
	t.Communication += o.Communication
	t.Total += o.Total
	t.Attention += o.Attention
}

// scale multiplies all terms.
func (t *Terms) scale(by float64) {
	*t = Terms{t.Weights * by, t.Cache * by, t.Compute * by, t.Overhead * by, t.Communication * by, t.Total * by,
		t.Attention * by}
}

// chunk returns the time of some tokens of a prompt behind past ones; last adds the output layer for one row each.
func (m *Model) chunk(on *Machine, v *llm.Values, sequences float64, tokens, past int64, last bool, share float64) Terms {
	s, sh := m.of(), &m.Shape
	rows := sequences * float64(tokens)
	touched, perExpert := 0.0, 0.0
	if sh.Experts > 0 {
		touched = sh.Touched(rows) / float64(sh.Experts)
		perExpert = rows * float64(sh.Active) / float64(sh.Experts)
	}
	var bytes, weights, work float64
	for f := range numFamilies {
		bytes += s.dense[f] + s.expert[f]*touched
		weights += s.denseN[f] + s.expertN[f]/float64(max(sh.Active, 1))*float64(sh.Experts)*touched
		e := on.eff(v, f)
		if last { // one row each: its weights decide, not how few rows it has
			work += 2 * over(sequences*s.lastN[f], e)
		}
		work += 2 * over(rows*s.denseN[f], e*saturate(rows, v[llm.HalfM]))
		work += 2 * over(rows*s.expertN[f], min(e*v[llm.Expert], on.narrow(f))*saturate(perExpert, v[llm.HalfM]))
	}
	rate := on.rate(v)
	t := Terms{
		Compute:   share * over(work, rate),
		Weights:   share * over(bytes+weights*v[llm.Dequant], on.Bandwidth*v[llm.Band]),
		Attention: share * over(m.scores(tokens, past)*sequences, on.Peak*v[llm.Attention]),
		Overhead:  float64(sh.Layers+sh.SparseLayers()) * v[llm.PromptLayer],
	}
	t.Communication = m.reduce(on, v, rows, share)
	t.Total = norm(t.Compute, t.Weights) + t.Attention + t.Overhead + t.Communication
	if v[llm.Dequant] > 0 { // weights are unpacked before the product, not beside it
		unpack := share * over(weights*v[llm.Dequant], on.Bandwidth*v[llm.Band])
		t.Total = norm(t.Compute, share*over(bytes, on.Bandwidth*v[llm.Band])) + unpack + t.Attention + t.Overhead +
			t.Communication
	}
	return t
}

// saturate returns rows/(rows + half): how much of a rate so many rows reach; 1 where rows do not
// matter.
func saturate(rows, half float64) float64 {
	if rows <= 0 {
		return 1
	}
	return rows / (rows + half)
}

// scores returns the FLOP of causal attention of new tokens over themselves and past ones: 2 for each element of a key
// and of a value, head and pair.
func (m *Model) scores(tokens, past int64) (flops float64) {
	sh := &m.Shape
	width := float64(2 * sh.Heads * (sh.HeadSize() + sh.ValueSize()))
	for l := range sh.Layers {
		flops += width * pairs(tokens, past, sh.Sees(l, math.MaxInt64))
	}
	return flops
}

// pairs counts the pairs of a new token and one that it sees: itself and at most window-1 before it.
func pairs(tokens, past, window int64) float64 {
	n, p := float64(tokens), float64(past)
	all := n*p + n*(n+1)/2
	if past+tokens <= window {
		return all
	}
	w := float64(window)
	whole := max(min(n, w-p), 0) // tokens that see all before them
	return whole*p + whole*(whole+1)/2 + (n-whole)*w
}
