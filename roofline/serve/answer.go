package serve

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
)

// A Setup is a model on one or several devices under an engine.
type Setup struct {
	Model  *Model
	Device *hwprofiles.Device
	Engine *llm.Engine
	Build  int    // of the engine; 0: the newest
	Cache  string // type of the key-value cache; "": the engine's own
	TP, PP int    // devices that share each layer, and that share the layers
	Draft  *Model // writes tokens that the model verifies; nil: none
	Accept float64
	Ahead  int64 // tokens that the draft writes at once
	Own    *Own  // what own runs change; nil: none were read
}

// A Workload is what is asked of it.
type Workload struct {
	Prompt, Output, Batch int64
	Load                  bool  // as many sequences at once as have room, always
	Concurrency           int64 // with Load, at most so many; 0: no limit
}

// A Time is a forecast in seconds with its 90 % interval, above the least time that the device's peaks allow.
type Time struct{ SpeedOfLight, Expected, Low, High float64 }

// Bounds are the shares of a phase's expected time.
type Bounds struct{ Compute, Memory, Overhead, Communication float64 }

// An Answer is what a workload takes.
type Answer struct {
	Setup    *Setup
	Workload Workload
	Backend  *llm.Backend
	Memory   Memory
	First    Time // s to the first token
	Next     Time // s to each next one
	Whole    Time // s to the last one
	Reading  Bounds
	Writing  Bounds
	Prefill  float64 // tokens/s of prompts
	Decode   float64 // tokens/s of answers while they are written, all sequences together
	Rate     float64 // tokens/s of answers, reading included
	Batch    int64   // sequences at once; with Load those that have room
	Warnings []string
}

// check reports what a setup cannot be.
func (s *Setup) check(w *Workload) (*llm.Backend, error) {
	b := s.Engine.On(s.Device)
	if b == nil {
		return nil, fmt.Errorf("engine %s does not run on %s; %s", s.Engine.ID, s.Device.ID, s.Engine.Runs())
	}
	if s.Cache == "" {
		s.Cache = s.Engine.Cache[0]
	}
	if s.Cache == "fp16" {
		s.Cache = "f16"
	}
	if _, ok := dtype.BlockOf(s.Cache); !ok || !slices.Contains(s.Engine.Cache, s.Cache) {
		return nil, fmt.Errorf("found %q as type of the key-value cache, engine %s has %s", s.Cache, s.Engine.ID, strings.Join(s.Engine.Cache, ", "))
	}
	for name, v := range map[string]int64{"prompt": w.Prompt, "output": w.Output, "batch": w.Batch} {
		if v < 1 || v > mostTokens {
			return nil, fmt.Errorf("found %s %d, expected 1 to %d", name, v, mostTokens)
		}
	}
	sh := &s.Model.Shape
	if s.TP > 1 && sh.Heads%int64(s.TP) != 0 {
		return nil, fmt.Errorf("%d query heads cannot be shared by %d devices; expected one of %s%s", sh.Heads, s.TP,
			divisors(sh.Heads), instead(s))
	}
	if s.PP > int(sh.Layers) {
		return nil, fmt.Errorf("%d layers cannot be shared by %d devices", sh.Layers, s.PP)
	}
	return b, nil
}

// divisors lists the numbers of devices that heads can be shared by.
func divisors(heads int64) string {
	var out []string
	for n := int64(1); n <= min(heads, 64); n++ {
		if heads%n == 0 {
			out = append(out, strconv.FormatInt(n, 10))
		}
	}
	return strings.Join(out, ", ")
}

// instead says how so many devices can be used all the same.
func instead(s *Setup) string {
	if s.PP > 1 || int64(s.TP) > s.Model.Shape.Layers {
		return ""
	}
	return fmt.Sprintf(", or a pipeline of %d devices with a part of the layers each", s.TP)
}

// Run answers a workload.
func (s *Setup) Run(w Workload) (*Answer, error) {
	b, err := s.check(&w)
	if err != nil {
		return nil, err
	}
	a := &Answer{Setup: s, Workload: w, Backend: b, Batch: w.Batch}
	if w.Load {
		a.Batch = s.room(&w)
		if w.Concurrency > 0 {
			a.Batch = min(a.Batch, w.Concurrency)
		}
		a.Batch = max(a.Batch, 1)
	}
	at := w
	at.Batch = a.Batch
	a.Memory = s.memory(&at)
	s.times(a, b, &at)
	a.warn()
	return a, nil
}

// room returns the sequences that have room at once. Their number changes the buffers, which change their number.
func (s *Setup) room(w *Workload) int64 {
	device, _ := s.weights()
	usable := int64(s.Device.UsableMemory().Value*s.Engine.Share) * s.count()
	n := int64(1)
	for range 4 {
		at := *w
		at.Batch = max(n, 1)
		n = max((usable-device-s.buffers(&at))/max(s.cache(w.held()), 1), 0)
	}
	return n
}

// held returns the tokens of a sequence in the cache: all of its answer, and at load 0.6 of it on average.
func (w *Workload) held() int64 {
	if w.Load {
		return w.Prompt + w.Output*6/10
	}
	return w.Prompt + w.Output
}

// ideal lists parameters of an engine that reaches every peak.
var ideal = func() (v llm.Values) {
	for _, p := range []llm.Param{llm.Band, llm.EffF16, llm.EffQ8, llm.EffQ4, llm.EffQ4K, llm.EffMX, llm.Expert, llm.Attention} {
		v[p] = 1
	}
	return v
}()

// times forecasts the phases.
func (s *Setup) times(a *Answer, b *llm.Backend, w *Workload) {
	on, v := NewMachine(s.Device, b.OptIn), b.At(s.Build)
	on.Count, on.Link = max(s.TP, 1), Link(s.Device)
	share := 1 / float64(max(s.TP, 1))
	middle := float64(w.Prompt) + float64(w.Output)/2
	reads := w.Batch
	if w.Load {
		reads = 1
	}
	read := s.Model.Read(on, v, reads, w.Prompt, 0, s.Engine.Chunk, share)
	write := s.Model.Write(on, v, float64(w.Batch), middle, s.width(), share)
	s.correct(&read, &write, float64(w.Prompt), middle)
	best := NewMachine(s.Device, hwprofiles.OptIns())
	first := s.Model.Read(best, &ideal, reads, w.Prompt, 0, w.Prompt, share).Total
	next := s.Model.Write(best, &ideal, float64(w.Batch), middle, s.width(), share).Total
	if s.Draft != nil { // it reads the prompt too
		theirs := s.Draft.Read(on, v, reads, w.Prompt, 0, s.Engine.Chunk, share)
		read.add(&theirs)
		first += s.Draft.Read(best, &ideal, reads, w.Prompt, 0, w.Prompt, share).Total
	}
	hop := float64(max(s.PP, 1)-1) * s.hop(on, w.Batch)
	read.Communication += hop
	read.Total += hop
	write.Communication += hop
	write.Total += hop
	if s.Draft != nil {
		s.speculate(on, v, w, middle, share, &write)
		next /= s.gain()
	}
	a.First = spread(first, read.Total, b.Prompt)
	a.Next = spread(next, write.Total, b.Decode)
	a.Reading, a.Writing = bounds(&read), bounds(&write)
	rest := float64(w.Output - 1)
	if w.Load { // prompts of the others are read between the tokens of each
		n := float64(w.Batch)
		cycle := n*read.Total + float64(w.Output)*write.Total
		wide := llm.Spread{Low: 0.7, High: 1.45}
		light := n*first + float64(w.Output)*next
		a.Whole = spread(light, cycle, wide)
		a.Next = spread(light/float64(w.Output), cycle/float64(w.Output), wide)
		a.Rate = n * float64(w.Output) / cycle
	} else {
		sum := func(first, next float64) float64 { return first + rest*next }
		a.Whole = Time{sum(a.First.SpeedOfLight, a.Next.SpeedOfLight), sum(read.Total, write.Total), sum(a.First.Low, a.Next.Low), sum(a.First.High, a.Next.High)}
		a.Rate = float64(w.Batch*w.Output) / a.Whole.Expected
	}
	a.Prefill = float64(reads*w.Prompt) / read.Total
	a.Decode = float64(w.Batch) / a.Next.Expected
}

// See adds a network that reads pictures before the first token.
func (a *Answer) See(p *Part) {
	n := float64(p.Times)
	for _, t := range []*Time{&a.First, &a.Whole} {
		t.SpeedOfLight += n * p.Each.SpeedOfLight
		t.Expected += n * p.Each.Expected
		t.Low += n * p.Each.Low
		t.High += n * p.Each.High
	}
	if !a.Workload.Load {
		a.Rate = float64(a.Batch*a.Workload.Output) / a.Whole.Expected
	}
	a.Warnings = append(a.Warnings, fmt.Sprintf("%d pictures are read by %s, as LLaVA-1.5 has it; other models have other towers",
		p.Times, p.Model))
}

// hop returns the time to hand the state of some sequences to the next device: 10 µs and the bytes of a row each.
func (s *Setup) hop(on *Machine, sequences int64) float64 {
	return 10e-6 + over(2*float64(sequences*s.Model.Shape.Width), on.Link)
}

// gain returns the tokens of one step that verifies what a draft wrote: (1-a^(k+1))/(1-a), Leviathan et al. 2022
// (arXiv 2211.17192).
func (s *Setup) gain() float64 {
	if s.Accept >= 1 {
		return float64(s.Ahead + 1)
	}
	return (1 - math.Pow(s.Accept, float64(s.Ahead+1))) / (1 - s.Accept)
}

// speculate replaces the time of a token by that of a step that verifies a draft, over the tokens that it yields.
func (s *Setup) speculate(on *Machine, v *llm.Values, w *Workload, context, share float64, t *Terms) {
	verify := s.Model.Write(on, v, float64(w.Batch*(s.Ahead+1)), context, s.width()/float64(s.Ahead+1), share)
	draft := s.Draft.Write(on, v, float64(w.Batch), context, s.width(), share)
	draft.scale(float64(s.Ahead))
	verify.add(&draft)
	verify.scale(1 / s.gain())
	*t = verify
}

// Link returns the rate between two devices one way in B/s: NVLink of data-centre cards, else PCIe 4 x16.
func Link(d *hwprofiles.Device) float64 {
	for _, l := range links {
		if strings.Contains(d.ID, l.part) {
			return l.rate
		}
	}
	return 26e9
}

// links lists rates one way, half of the figure for both ways, in B/s: of NVLink by NVIDIA's data sheets, of the links
// between TPUs by Google's pages of each generation.
var links = []struct {
	part string
	rate float64
}{
	{"b200", 900e9}, {"h100-sxm", 450e9}, {"h200", 450e9}, {"gh200", 450e9}, {"a100-sxm", 300e9}, {"a100-pcie", 300e9},
	{"v100-sxm", 150e9}, {"tpu-v4", 150e9}, {"tpu-v5e", 100e9}, {"tpu-v5p", 300e9}, {"tpu-v6e", 224e9}, {"tpu-v7", 600e9},
}

// spread returns a time with its interval; nothing is below the lower bound.
func spread(light, expected float64, s llm.Spread) Time {
	light = min(light, expected) // own runs may show more than the profile of a device knows
	return Time{light, expected, max(expected*s.Low, light), expected * s.High}
}

// bounds returns the share of each term of a time.
func bounds(t *Terms) Bounds {
	compute := t.Compute + t.Attention
	sum := compute + t.Weights + t.Cache + t.Overhead + t.Communication
	if sum <= 0 {
		return Bounds{}
	}
	return Bounds{compute / sum, (t.Weights + t.Cache) / sum, t.Overhead / sum, t.Communication / sum}
}

// Of returns the name of the largest share.
func (b *Bounds) Of() string {
	names := []string{"compute", "memory", "overhead", "communication"}
	shares := []float64{b.Compute, b.Memory, b.Overhead, b.Communication}
	return names[slices.Index(shares, slices.Max(shares))]
}

// far reports whether two vocabularies differ by more than padding.
func far(a, b int64) bool { return max(a-b, b-a) > 1024 }

// held returns the workload with the sequences that are at once.
func (a *Answer) held() *Workload {
	w := a.Workload
	w.Batch = a.Batch
	return &w
}

// warn says what makes an answer doubtful.
func (a *Answer) warn() {
	s, w := a.Setup, &a.Workload
	add := func(format string, args ...any) { a.Warnings = append(a.Warnings, fmt.Sprintf(format, args...)) }
	switch a.Memory.Verdict {
	case No:
		add("it does not fit: it needs %.1f GiB of %.1f GiB%s; the times are those of a device with enough memory",
			float64(a.Memory.Total)/gibi, float64(a.Memory.Usable)/gibi, s.advice(a.held()))
	case Pages:
		add("it pages: it needs %.1f GiB of the %.1f GiB that the system leaves%s; measured machines were 3 to 7 times slower",
			float64(a.Memory.Total)/gibi, float64(a.Memory.Usable)/gibi, s.advice(a.held()))
	case Unknown:
		add("the memory of the device is not known: whether the model fits takes a figure for it, such as 16 GB")
	}
	if c := s.Model.Shape.Context; c > 0 && w.Prompt+w.Output > c {
		add("prompt and answer have %d tokens, the model was trained for %d", w.Prompt+w.Output, c)
	}
	if n, all := s.Model.Shape.Mixing(), s.Model.Shape.Layers; n > 0 {
		add("%d of %d layers mix tokens by a recurrence or a convolution: their weights and"+
			" state are counted, their scan is not (coverage %.0f %%)",
			n, all, 100*float64(all-n)/float64(all))
	}
	if d := s.Draft; d != nil && far(d.Shape.Vocabulary, s.Model.Shape.Vocabulary) {
		add("the draft has %d tokens in its vocabulary and the model %d; a draft must write the model's own tokens",
			d.Shape.Vocabulary, s.Model.Shape.Vocabulary)
	}
	if s.Own != nil {
		for _, text := range s.Own.Skipped {
			add("left out of the measurements: %s", text)
		}
	}
	if s.TP > 1 && s.Engine.Split == "layer" {
		add("%s splits layers; sharing each layer over %d devices is not measured", s.Engine.ID, s.TP)
	}
	if s.Device.Clock == nil || s.Device.Units == 0 {
		add("the profile of the device gives no clock or no number of units, so that the time to unpack weights is left out")
	}
	if s.Model.Shape.Experts > 0 && a.Batch > 8 {
		add("tokens are taken to choose experts evenly, which overstates what large batches read")
	}
}
