package roofline

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// copied returns the bytes that one inference copies between the host and a device: the inputs and the outputs of the
// graph, in the types that it declares, or in that of activations where they cross a link. It is 0 where copies are not
// asked for and no link makes them, and on CPUs, which share the memory.
func (s *session) copied(m *Machine) int64 {
	linked := m.device.Link != nil
	if !s.opt.Transfers && !linked || m.device.Class.Cores() {
		return 0
	}
	if m.runtime != nil && m.runtime.Interval { // frames are copied while others are in work
		return 0
	}
	var n int64
	main := s.res.Plan.Model.Main
	for _, id := range slices.Concat(main.Inputs, main.Outputs) {
		info := &s.res.Infos[id]
		bytes := info.Bytes()
		if bits := m.precision.acts; linked && m.precision.want != dtype.Undefined && kernel.Wide(info.Type) {
			bytes = bytes * int64(bits) / int64(info.Type.Bits())
		}
		n = sat.Add(n, bytes)
	}
	return n
}

// copying returns the term of copies of so many bytes: as many as take as long at the prior of transfers as these do
// over the device's link.
func (m *Machine) copying(bytes int64) *timing.Term {
	n := float64(bytes)
	if l := m.device.Link; l != nil {
		n *= params.Specs[params.Transfer].Prior / l.Bandwidth.Value
	}
	return &timing.Term{Transfer: n, Times: 1}
}

// copiesNote says how long the copies take and at which rate.
func copiesNote(bytes int64, sum *timing.Slope, p *params.Values) note.Note {
	time := sum.Copies(p)
	return note.New(note.HostTransfers, bytes, float64(bytes)/time, time)
}
