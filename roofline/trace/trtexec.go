package trace

import "github.com/ridgepoint/ridgepoint/graph/note"

// readTRTProfile reads what trtexec --exportProfile writes: a count of runs, then each layer with its mean time in ms.
func readTRTProfile(in *source, p *Trace) error {
	type layer struct {
		Name    string  `json:"name"`
		Average float64 `json:"averageMs"`
	}
	text := 0
	p.Notes = append(p.Notes, note.New(note.ProfilingSlows))
	return array(in, func(i int, l *layer) error {
		if i == 0 && l.Name == "" { // the count
			return nil
		}
		if text += len(l.Name); text > maxText {
			return errText
		}
		if len(p.Nodes) == maxNodes {
			return errNodes
		}
		t, err := sane(l.Name, l.Average, 1e-3)
		if err != nil {
			return err
		}
		p.Nodes = append(p.Nodes, Node{Name: l.Name, Seconds: t})
		return nil
	})
}

// readTRTTimes reads what trtexec --exportTimes writes: the time of each inference in ms. The compute time is taken,
// which leaves out the copies between host and device.
func readTRTTimes(in *source, p *Trace) error {
	type run struct {
		Compute *float64 `json:"computeMs"`
	}
	p.Notes = append(p.Notes, note.New(note.ComputeTimeOnly))
	return array(in, func(_ int, r *run) error {
		if r.Compute == nil {
			return nil
		}
		t, err := sane("computeMs", *r.Compute, 1e-3)
		if err != nil {
			return err
		}
		p.Times = append(p.Times, t)
		return nil
	})
}
