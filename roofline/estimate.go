// Package roofline joins a model's kernels with a device and predicts latency.
package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Bound says what limits a kernel.
type Bound uint8

// The bounds.
const (
	Compute   Bound = iota // arithmetic decides
	Memory                 // traffic decides
	Overhead               // launches and fixed costs decide
	NumBounds              // how many bounds there are
)

// String returns compute, memory or overhead.
func (b Bound) String() string { return [NumBounds]string{"compute", "memory", "overhead"}[b] }

// A Timing is the time of one execution of one kernel, in seconds.
type Timing struct {
	Compute  float64 // FLOPs over peak, summed over engines that share units, maximum over those that do not
	Memory   float64 // bytes over bandwidth
	Overhead float64 // launch; 0 at the speed of light
	Total    float64 // in seconds
	Bound    Bound   // the largest term
}

// A Layer is one row of an estimate: a kernel and its timing.
type Layer struct {
	kernel.Kernel
	Timing
	// seconds of one execution at the device's peaks; Timing is the expected one where there is a tuning
	SpeedOfLight float64
	Module       string  // path of the exporter's module that its main node belongs to
	Attainable   float64 // FLOP/s at its intensity: min(peak, intensity x bandwidth)
	// Peak is that of its main engine in the type that its work runs in, such as TF32; nil without work.
	Peak  *hwprofiles.Peak
	Falls bool        // runs on the device's fallback unit, or an operator fused into it does
	term  timing.Term // what the timing model takes
}

// A Latency is the time of one inference of the whole batch, in seconds.
// Expected, Low and High are nil until the slice is calibrated.
type Latency struct {
	SpeedOfLight        float64  // the lower bound, in seconds
	Expected, Low, High *float64 // in seconds; nil where only the lower bound is known
}

// Best returns the expected latency if there is one, else the speed of light.
func (l *Latency) Best() float64 {
	if l.Expected != nil {
		return *l.Expected
	}
	return l.SpeedOfLight
}

// add makes a latency longer by so many seconds.
func (l *Latency) add(seconds float64) {
	if seconds == 0 {
		return
	}
	l.SpeedOfLight += seconds
	for _, v := range []*float64{l.Expected, l.Low, l.High} {
		if v != nil {
			*v += seconds
		}
	}
}

// outsideNote adds what is to be said of work before and after an inference.
func (o *Options) outsideNote(notes []note.Note) []note.Note {
	if o.Outside == 0 {
		return notes
	}
	return append(notes, note.New(note.OutsideWork, o.Outside))
}

// Coverage counts how much of the model is understood.
type Coverage = infer.Coverage

// An Estimate is the predicted latency of one model on one device. What is not of the model alone is zero where there
// is no device: Kernels makes such estimates.
type Estimate struct {
	Model     string             // as it was asked for
	Inferred  *infer.Result      // what the estimate was made from
	Device    *hwprofiles.Device // in its power mode
	Precision dtype.Type         // of the heaviest matrix work, int4 and fp4 by their weights; printed with the result
	Asked     dtype.Type         // the precision asked for; Undefined for the model's own
	Ran       dtype.Type         // what the device or the runtime makes of Precision, such as TF32
	Fusion    string             // none, epilogue, full
	Batch     int64              // samples of an inference
	Layers    []Layer            // kernels in the order in which they run
	Total     cost.Cost          // of all kernels, as executed: fused, at the chosen precision
	// multiply-adds of constant expressions, done once when the model is loaded: in no kernel and no time
	ConstantMACs        int64
	ConstantFLOPs       int64                // FLOPs of constant expressions
	Params              int64                // elements of initializers
	WeightBytes         int64                // of initializers at the chosen precision
	PeakActivationBytes int64                // the most that is alive at once
	CacheBytes          int64                // key-value caches among the peak activations
	MemoryBytes         int64                // weights + peak activations: what the device must hold
	UsableBytes         int64                // what a model can have of the device's memory; 0 where unknown
	TakenBytes          int64                // what system and runtime take of the capacity; 0: unknown
	Room                Room                 // MemoryBytes in UsableBytes
	Latency             Latency              // of the whole batch
	Spent               Spent                // what the best latency known is spent on
	Coverage            Coverage             // share of nodes whose cost is known
	Notes               []note.Note          // what to know about the figures
	Weakest             *hwprofiles.Quantity // the least certain device figure that was used
	Outside             float64              // seconds of the latency before and after the inference itself
	Tuning              *Tuning              // what the expected latency rests on; nil without one
	Frames              *Frames              // of several in flight; nil where the runtime runs one after the other
	Alive               []int64              // bytes of activations alive in each step of Inferred, one pass of a body
	slope               params.Values        // derivative of the logarithm of the expected latency by those of parameters
	steps               []int32              // storage of the layers' steps
}

// MACs returns the multiply-adds of the whole graph, constant expressions included.
func (e *Estimate) MACs() int64 { return sat.Add(e.Total.MACs, e.ConstantMACs) }

// FLOPs returns the work of the whole graph, constant expressions included.
func (e *Estimate) FLOPs() int64 { return sat.Add(e.Total.FLOPs(), e.ConstantFLOPs) }

// Milliseconds returns the best latency that is known in ms: the expected one, or the lower bound where no runtime is
// named.
func (e *Estimate) Milliseconds() float64 {
	if e == nil {
		return 0
	}
	return 1e3 * e.Latency.Best()
}

// Frames is how often batches come out where several are in flight. The interval between two is shorter than the
// latency of one.
type Frames struct {
	Interval Latency // s
	Tuning   *Tuning // what the latency rests on
}

// Throughput returns samples per second, 0 without Frames.
func (f *Frames) Throughput(batch int64) float64 {
	if f == nil || !(f.Interval.Best() > 0) {
		return 0
	}
	return float64(max(batch, 1)) / f.Interval.Best()
}

// Throughput returns samples per second of one inference after the other, from the best latency known.
func (e *Estimate) Throughput() float64 {
	if t := e.Latency.Best(); t > 0 {
		return float64(max(e.Batch, 1)) / t
	}
	return 0
}
