package trace

import (
	"strings"
)

// readORT reads the profile that ONNX Runtime writes with enable_profiling. Times are in µs. The first inference warms
// up and is left out where there are others.
func readORT(in *source, p *Trace) error {
	type record struct {
		Cat  string  `json:"cat"`
		Name string  `json:"name"`
		Dur  float64 `json:"dur"`
		TS   float64 `json:"ts"`
		Args struct {
			Op string `json:"op_name"`
		} `json:"args"`
	}
	var names summed
	var events []event
	var starts []float64
	err := array(in, func(_ int, r *record) error {
		name, kernel := strings.CutSuffix(r.Name, "_kernel_time")
		run := r.Cat == "Session" && r.Name == "model_run"
		if kernel = kernel && r.Cat == "Node"; !run && !kernel {
			return nil
		}
		t, err := sane(name, r.Dur, 1e-6)
		if err != nil {
			return err
		}
		if run {
			starts, p.Times = append(starts, r.TS), append(p.Times, t)
			return nil
		}
		i, err := names.node(name, r.Args.Op)
		events = append(events, event{node: int32(i), start: r.TS, took: t})
		return err
	})
	if err != nil {
		return err
	}
	from := 0.0
	if len(p.Times) > 1 {
		p.Times, from = p.Times[1:], starts[1]
	}
	var s summed
	for _, e := range events {
		if e.start < from {
			continue
		}
		if err := s.add(names.nodes[e.node].Name, names.nodes[e.node].Op, e.took); err != nil {
			return err
		}
	}
	p.Nodes = s.per(max(len(p.Times), 1))
	return nil
}
