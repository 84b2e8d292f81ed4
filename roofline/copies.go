package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// copied returns the bytes that one inference copies between the host and a device: the inputs and the outputs of the
// graph, in the types that it declares. It is 0 where copies are not asked for, and on CPUs, which share the memory.
func (s *session) copied(d *hwprofiles.Device) int64 {
	if !s.opt.Transfers || d.Class.Cores() {
		return 0
	}
	var n int64
	main := s.res.Plan.Model.Main
	for _, id := range main.Inputs {
		n = sat.Add(n, s.res.Infos[id].Bytes())
	}
	for _, id := range main.Outputs {
		n = sat.Add(n, s.res.Infos[id].Bytes())
	}
	return n
}

// copying returns the term of copies of so many bytes.
func copying(bytes int64) *timing.Term { return &timing.Term{Transfer: float64(bytes), Times: 1} }

// copiesNote says how long the copies take and at which rate.
func copiesNote(bytes int64, sum *timing.Slope, p *params.Values) note.Note {
	return note.New(note.HostTransfers, bytes, p[params.Transfer], sum.Copies(p))
}
