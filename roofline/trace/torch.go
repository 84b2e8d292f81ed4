package trace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A torchEvent is an event of a Chrome trace; times are in µs.
type torchEvent struct {
	Cat  string  `json:"cat"`
	Name string  `json:"name"`
	Ph   string  `json:"ph"`
	TS   float64 `json:"ts"`
	Dur  float64 `json:"dur"`
	TID  any     `json:"tid"`
	PID  any     `json:"pid"`
}

// A torchTrace is what is kept of a trace.
type torchTrace struct {
	kernels, ops summed  // of the GPU, and operators of the CPU
	threads      summed  // that ran operators
	events       []event // of ops, in s
}

// readTorch reads the Chrome trace of torch.profiler. Where the trace has GPU kernels, those are the nodes; otherwise
// the CPU operators, each without the time of the operators inside it. Steps (ProfilerStep#N) are inferences; a trace
// without steps is taken as one.
func readTorch(in *source, p *Trace) error {
	var t torchTrace
	err := member(in, "traceEvents", func(_ int, e *torchEvent) error {
		if e.Ph != "X" { // not a complete one
			return nil
		}
		return t.add(e, p)
	})
	if err != nil {
		return err
	}
	use := &t.kernels
	if len(use.nodes) == 0 {
		use = &t.ops
		selfTimes(t.events, use.nodes)
	}
	p.Nodes = use.per(max(len(p.Times), 1))
	if len(p.Times) == 0 {
		p.Notes = append(p.Notes, note.New(note.TraceOneInference))
	}
	return nil
}

// add adds a complete event.
func (t *torchTrace) add(e *torchEvent, p *Trace) error {
	took, err := sane(e.Name, e.Dur, 1e-6)
	if err != nil {
		return err
	}
	switch cat := strings.ToLower(e.Cat); {
	case strings.HasPrefix(e.Name, "ProfilerStep#") && cat != "gpu_user_annotation":
		p.Times = append(p.Times, took)
	case cat == "kernel" || cat == "gpu_memcpy" || cat == "gpu_memset":
		return t.kernels.add(e.Name, e.Name, took)
	case cat == "cpu_op" || cat == "operator":
		i, err := t.ops.node(e.Name, e.Name)
		if err != nil {
			return err
		}
		thread, err := t.threads.node(fmt.Sprint(e.PID, " ", e.TID), "")
		if err != nil {
			return err
		}
		t.events = append(t.events, event{int32(i), int32(thread), e.TS * 1e-6, took})
	}
	return nil
}

// selfTimes adds each event to its node, without what the events directly inside it, on the same thread, take.
func selfTimes(events []event, nodes []Node) {
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.thread, b.thread), cmp.Compare(a.start, b.start), cmp.Compare(b.took, a.took))
	})
	type running struct {
		event
		self float64
	}
	var open []running
	closeUntil := func(done func(*running) bool) {
		for len(open) > 0 && done(&open[len(open)-1]) {
			last := open[len(open)-1]
			nodes[last.node].Seconds += last.self
			open = open[:len(open)-1]
		}
	}
	for _, e := range events {
		closeUntil(func(o *running) bool { return o.thread != e.thread || e.start >= o.start+o.took })
		if len(open) > 0 {
			outer := &open[len(open)-1]
			outer.self = max(outer.self-e.took, 0)
		}
		open = append(open, running{e, e.took})
	}
	closeUntil(func(*running) bool { return true })
}
