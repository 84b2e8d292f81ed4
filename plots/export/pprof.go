package export

import (
	"io"
	"math"

	"github.com/google/pprof/profile"

	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// writePprof writes a gzipped profile.proto, whose texts are fit for a terminal. A stack is the model, its modules and
// a node; a sample is all executions of a kernel in one inference.
func writePprof(w io.Writer, in *Input) error {
	p := pprofOf(in.Estimates[0])
	if err := p.CheckValid(); err != nil {
		return err
	}
	return p.Write(w)
}

// pprofOf returns an estimate as a profile: a sample for each kernel, its modules as the stack.
func pprofOf(e *roofline.Estimate) *profile.Profile {
	b := &pprofBuilder{
		Profile:   &profile.Profile{SampleType: sampleTypes(e), DurationNanos: nanos(e.Latency.Best())},
		locations: map[string]*profile.Location{},
	}
	// without functions tools look for a program
	b.Mapping = []*profile.Mapping{{ID: 1, File: visible.Text(e.Model), HasFunctions: true}}
	b.PeriodType, b.Period = &profile.ValueType{Type: "latency", Unit: "nanoseconds"}, 1
	b.DefaultSampleType = b.SampleType[0].Type
	b.Comments = []string{visible.Text(titleOf(e)), latencyText(e)}
	for _, p := range Parts(e) {
		s := &profile.Sample{Location: []*profile.Location{b.location(p.Name)}, Label: map[string][]string{
			"bound": {p.Bound}, "kernel": {visible.Text(p.Op)}, "device": {visible.Text(e.Device.ID)}}}
		for i := len(p.Modules) - 1; i >= 0; i-- {
			s.Location = append(s.Location, b.location(p.Modules[i]))
		}
		s.Location = append(s.Location, b.location(e.Model))
		if e.Latency.Expected != nil {
			s.Value = append(s.Value, nanos(p.Seconds))
		}
		s.Value = append(s.Value, nanos(p.Light), p.FLOPs, p.Bytes)
		b.Sample = append(b.Sample, s)
	}
	return b.Profile
}

// sampleTypes returns what samples count. Without a runtime nothing is expected.
func sampleTypes(e *roofline.Estimate) []*profile.ValueType {
	out := []*profile.ValueType{
		{Type: "lower_bound", Unit: "nanoseconds"}, {Type: "flops", Unit: "count"}, {Type: "traffic", Unit: "bytes"},
	}
	if e.Latency.Expected == nil {
		return out
	}
	return append([]*profile.ValueType{{Type: "expected", Unit: "nanoseconds"}}, out...)
}

// nanos returns whole nanoseconds.
func nanos(seconds float64) int64 { return int64(math.Round(1e9 * seconds)) }

type pprofBuilder struct {
	*profile.Profile
	locations map[string]*profile.Location
}

// location returns the place of a model, a module or a node, one for each name. Viewers print names as they are.
func (b *pprofBuilder) location(name string) *profile.Location {
	if l := b.locations[name]; l != nil {
		return l
	}
	id := uint64(len(b.locations) + 1)
	shown := visible.Text(name)
	f := &profile.Function{ID: id, Name: shown, SystemName: shown}
	l := &profile.Location{ID: id, Mapping: b.Mapping[0], Line: []profile.Line{{Function: f}}}
	b.locations[name] = l
	b.Function, b.Location = append(b.Function, f), append(b.Location, l)
	return l
}
