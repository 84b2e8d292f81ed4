package profile

import "github.com/ridgepoint/ridgepoint/graph/note"

// readTRTProfile reads what trtexec --exportProfile writes: a count of runs, then each layer with its mean time in ms.
func readTRTProfile(data []byte, p *Profile) error {
	var layers []struct {
		Name    string  `json:"name"`
		Average float64 `json:"averageMs"`
	}
	if err := decode(data, &layers); err != nil {
		return err
	}
	for i, l := range layers {
		if i == 0 && l.Name == "" { // the count
			continue
		}
		t, err := sane(l.Name, l.Average, 1e-3)
		if err != nil {
			return err
		}
		p.Nodes = append(p.Nodes, Node{Name: l.Name, Seconds: t})
	}
	p.Notes = append(p.Notes, note.New(note.ProfilingSlows))
	return nil
}

// readTRTTimes reads what trtexec --exportTimes writes: the time of each inference in ms. The compute time is taken,
// which leaves out the copies between host and device.
func readTRTTimes(data []byte, p *Profile) error {
	var runs []struct {
		Compute *float64 `json:"computeMs"`
	}
	if err := decode(data, &runs); err != nil {
		return err
	}
	for _, r := range runs {
		if r.Compute == nil {
			continue
		}
		t, err := sane("computeMs", *r.Compute, 1e-3)
		if err != nil {
			return err
		}
		p.Times = append(p.Times, t)
	}
	p.Notes = append(p.Notes, note.New(note.ComputeTimeOnly))
	return nil
}
