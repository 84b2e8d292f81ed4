package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A torchEvent is a complete event of a Chrome trace; times are in µs.
type torchEvent struct {
	Cat  string  `json:"cat"`
	Name string  `json:"name"`
	Ph   string  `json:"ph"`
	TS   float64 `json:"ts"`
	Dur  float64 `json:"dur"`
	TID  any     `json:"tid"`
	PID  any     `json:"pid"`
	self float64
}

// readTorch reads the Chrome trace of torch.profiler. Where the trace has GPU kernels, those are the nodes; otherwise the CPU operators,
// each without the time of the operators inside it. Steps (ProfilerStep#N) are inferences; a trace without steps is taken as one.
func readTorch(data []byte, p *Profile) error {
	var trace struct {
		Events []torchEvent `json:"traceEvents"`
	}
	if err := decode(data, &trace); err != nil {
		return err
	}
	var kernels, ops []*torchEvent
	for i := range trace.Events {
		e := &trace.Events[i]
		if e.Ph != "X" {
			continue
		}
		t, err := sane(e.Name, e.Dur, 1e-6)
		if err != nil {
			return err
		}
		e.self = t
		switch cat := strings.ToLower(e.Cat); {
		case strings.HasPrefix(e.Name, "ProfilerStep#") && cat != "gpu_user_annotation":
			p.Times = append(p.Times, t)
		case cat == "kernel" || cat == "gpu_memcpy" || cat == "gpu_memset":
			kernels = append(kernels, e)
		case cat == "cpu_op" || cat == "operator":
			ops = append(ops, e)
		}
	}
	use := kernels
	if len(use) == 0 {
		use = ops
		selfTimes(ops)
	}
	var s summed
	for _, e := range use {
		s.add(e.Name, e.Name, e.self)
	}
	p.Nodes = s.per(max(len(p.Times), 1))
	if len(p.Times) == 0 {
		p.Notes = append(p.Notes, note.New(note.TraceOneInference))
	}
	return nil
}

// selfTimes subtracts from each event what the events directly inside it, on the same thread, take.
func selfTimes(events []*torchEvent) {
	type thread struct{ pid, tid string }
	by := map[thread][]*torchEvent{}
	for _, e := range events {
		k := thread{fmt.Sprint(e.PID), fmt.Sprint(e.TID)}
		by[k] = append(by[k], e)
	}
	for _, list := range by {
		slices.SortStableFunc(list, func(a, b *torchEvent) int {
			return cmp.Or(cmp.Compare(a.TS, b.TS), cmp.Compare(b.Dur, a.Dur))
		})
		var open []*torchEvent
		for _, e := range list {
			for len(open) > 0 && e.TS >= open[len(open)-1].TS+open[len(open)-1].Dur {
				open = open[:len(open)-1]
			}
			if len(open) > 0 {
				outer := open[len(open)-1]
				outer.self = max(outer.self-e.Dur*1e-6, 0)
			}
			open = append(open, e)
		}
	}
}
