package serve

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// A Verdict says whether a workload has room in memory.
type Verdict string

// The verdicts.
const (
	Fits    Verdict = "fits"
	Pages   Verdict = "pages"   // it is within the memory, but the system keeps part of that: it swaps
	No      Verdict = "no"      // it is not
	Unknown Verdict = "unknown" // the capacity is not known
)

// Memory is the memory that a workload takes on all its devices together, in bytes.
type Memory struct {
	Weights       int64 // on the devices
	Host          int64 // of the weights, left in the host's memory
	Cache         int64 // of keys and values, at the end of the answers
	CachePerToken int64 // what the first token of a sequence adds
	Buffers       int64
	Total         int64 // weights, cache and buffers
	Reserve       int64 // of the capacity that is not for a model
	Usable        int64
	Verdict       Verdict
	MaxContext    int64 // tokens of each sequence that have room; 0: none
	MaxBatch      int64 // sequences of this prompt and answer that have room
}

const gibi = 1 << 30

// mostTokens bounds what is looked for: no model is trained for more.
const mostTokens = 1 << 24

// memory plans the memory of a workload.
func (s *Setup) memory(w *Workload) Memory {
	m := Memory{Buffers: s.buffers(w), CachePerToken: s.cache(1) - s.states()}
	m.Weights, m.Host = s.weights()
	m.Cache = w.Batch * s.cache(w.held())
	m.Total = m.Weights + m.Cache + m.Buffers
	capacity := int64(s.Device.DRAM().Capacity.Value) * s.count()
	m.Usable = int64(s.Device.UsableMemory().Value*s.Engine.Share) * s.count()
	m.Reserve = max(capacity-m.Usable, 0)
	switch {
	case m.Usable <= 0:
		m.Verdict = Unknown
		return m
	case m.Total <= m.Usable:
		m.Verdict = Fits
	case shared(s.Device) && m.Total <= capacity:
		m.Verdict = Pages
	default:
		m.Verdict = No
	}
	room := m.Usable - m.Weights - m.Buffers
	if room > 0 {
		m.MaxBatch = room / max(s.cache(w.held()), 1)
		m.MaxContext = s.longest(room / w.Batch)
	}
	return m
}

// WithMemory returns a device whose main memory has another size, in B; its bandwidth stays.
func WithMemory(d *hwprofiles.Device, size float64) *hwprofiles.Device {
	like := *d
	like.Memory = slices.Clone(d.Memory)
	if len(like.Memory) > 0 {
		m := &like.Memory[0]
		m.Visible = hwprofiles.Quantity{}
		m.Capacity.Value, m.Capacity.Text = size, units.Format(size, units.Capacity)
	}
	return &like
}

// shared reports whether a device has the host's memory.
func shared(d *hwprofiles.Device) bool {
	return d.Class != hwprofiles.GPU && d.Class != hwprofiles.TPU
}

// models lists the model, and the draft that writes ahead.
func (s *Setup) models() []*Model {
	if s.Draft == nil {
		return []*Model{s.Model}
	}
	return []*Model{s.Model, s.Draft}
}

// weights returns what is on the devices and what stays on the host.
func (s *Setup) weights() (device, host int64) {
	for _, m := range s.models() {
		sums := m.of()
		device += int64(sums.total)
		if !s.Engine.HostEmbedding || shared(s.Device) {
			continue
		}
		host += int64(sums.table)
		if !m.Shape.Tied { // else the output layer is on the device too
			device -= int64(sums.table)
		}
	}
	return device, host
}

// cache returns the bytes of keys and values of one sequence, on all devices that hold them, and of the states that
// recurrences keep of it.
func (s *Setup) cache(tokens int64) (sum int64) {
	for _, m := range s.models() {
		n := s.cacheBytes(m.Shape.Cached(tokens))
		if s.TP > 1 {
			n = int64(float64(n) * copiesOf(&m.Shape, s.TP))
		}
		sum += n
	}
	return sum + s.states()
}

// states returns the bytes that recurrences keep of one sequence.
func (s *Setup) states() (sum int64) {
	for _, m := range s.models() {
		sum += m.Shape.State()
	}
	return sum
}

// cacheBytes returns the bytes of elements of the key-value cache, by its format.
func (s *Setup) cacheBytes(elements int64) int64 {
	if b, ok := dtype.BlockOf(s.Cache); ok {
		return b.Bytes(elements)
	}
	return 2 * elements
}

// width returns the bytes of one element of the cache.
func (s *Setup) width() float64 {
	if b, ok := dtype.BlockOf(s.Cache); ok {
		return b.Bits() / 8
	}
	return 2
}

// buffers returns what a chunk of a prompt needs beside weights and cache: logits of a chunk in 32 bits, unless the
// engine makes those of the last token alone, and some tensors as wide as the model. llama.cpp logs 560 to 640 MiB for
// Llama 3 8B with 8192 tokens of context.
func (s *Setup) buffers(w *Workload) (sum int64) {
	for _, m := range s.models() {
		sum += s.buffersOf(&m.Shape, w)
	}
	return sum
}

// buffersOf returns what a chunk of a prompt of one decoder needs.
func (s *Setup) buffersOf(sh *decoder.Shape, w *Workload) int64 {
	rows := min(s.Engine.Chunk, max(w.Prompt, 1)*w.Batch)
	if s.Engine.Split == "layer" {
		rows = s.Engine.Chunk
		logits := rows
		if s.Engine.LastLogits {
			logits = w.Batch
		}
		return logits*sh.Vocabulary*4 + 6*rows*sh.Width*4
	}
	inner := max(sh.FFN, sh.ExpertWidth()*max(sh.Active, 1))
	return s.count()*gibi/2 + rows*(6*sh.Width+2*inner)*2 + w.Batch*sh.Vocabulary*4
}

// longest returns the tokens of a sequence whose cache has room in so many bytes.
func (s *Setup) longest(room int64) int64 {
	low, high := int64(0), int64(mostTokens)
	for low < high {
		mid := (low + high + 1) / 2
		if s.cache(mid) <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// count returns how many devices share the model.
func (s *Setup) count() int64 { return max(int64(s.TP), 1) * max(int64(s.PP), 1) }
