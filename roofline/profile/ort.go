package profile

import (
	"strings"
)

// readORT reads the profile that ONNX Runtime writes with enable_profiling. Times are in µs. The first inference warms up and is left
// out where there are others.
func readORT(data []byte, p *Profile) error {
	var events []struct {
		Cat  string  `json:"cat"`
		Name string  `json:"name"`
		Dur  float64 `json:"dur"`
		TS   float64 `json:"ts"`
		Args struct {
			Op string `json:"op_name"`
		} `json:"args"`
	}
	if err := decode(data, &events); err != nil {
		return err
	}
	var starts []float64
	for i := range events {
		if e := &events[i]; e.Cat == "Session" && e.Name == "model_run" {
			t, err := sane(e.Name, e.Dur, 1e-6)
			if err != nil {
				return err
			}
			starts = append(starts, e.TS)
			p.Times = append(p.Times, t)
		}
	}
	from := 0.0
	if len(p.Times) > 1 {
		p.Times, from = p.Times[1:], starts[1]
	}
	var s summed
	for i := range events {
		e := &events[i]
		name, ok := strings.CutSuffix(e.Name, "_kernel_time")
		if e.Cat != "Node" || !ok || e.TS < from {
			continue
		}
		t, err := sane(name, e.Dur, 1e-6)
		if err != nil {
			return err
		}
		s.add(name, e.Args.Op, t)
	}
	p.Nodes = s.per(max(len(p.Times), 1))
	return nil
}
