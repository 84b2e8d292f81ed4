package hwprofiles

import (
	"maps"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/codec"
)

// A coder writes a device or reads it. A source is written where it first stands; later its number is.
type coder struct {
	*codec.Coder
	sources []*provenance.Source // each once
}

// device codes all fields of a device.
func (c *coder) device(d *Device) {
	codec.List(c.Coder, &d.Sources, c.source)
	for _, s := range []*string{&d.ID, &d.Silicon, &d.Name, &d.Vendor, (*string)(&d.Class), &d.Arch, &d.Host,
		&d.DefaultMode, &d.Origin, &d.Hash} {
		c.Text(s)
	}
	for _, l := range []*[]string{&d.Systems, &d.Aliases, &d.Notes} {
		codec.List(c.Coder, l, c.Text)
	}
	for _, n := range []*int{&d.Year, &d.Units, &d.Threads, &d.Systolic} {
		codec.Whole(c.Coder, n)
	}
	c.Flag(&d.InOrder)
	c.Double(&d.Slowed)
	for _, q := range []**Quantity{&d.Clock, &d.Boost, &d.Launch, &d.TDP, &d.Achieved.DRAM, &d.Achieved.GraphLaunch} {
		codec.Optionally(c.Coder, q, c.quantity)
	}
	for _, l := range []*[]Peak{&d.Peaks, &d.Sustained, &d.Achieved.Matmul} {
		codec.List(c.Coder, l, c.peak)
	}
	codec.List(c.Coder, &d.Memory, c.level)
	codec.List(c.Coder, &d.Clusters, c.cluster)
	codec.List(c.Coder, &d.OptIn, c.optIn)
	codec.List(c.Coder, &d.Modes, c.mode)
	codec.Optionally(c.Coder, &d.Flash, c.flash)
	codec.Optionally(c.Coder, &d.Link, c.link)
	codec.Optionally(c.Coder, &d.Fallback, c.fallback)
	codec.Optionally(c.Coder, &d.Power, c.power)
	c.emulate(&d.Emulate)
}

// quantity codes a figure.
func (c *coder) quantity(q *Quantity) {
	c.Double(&q.Value)
	c.Text(&q.Text)
	c.source(&q.Source)
	c.Text(&q.Path)
	c.Text(&q.Note)
	c.Text(&q.Origin)
}

// source codes a source: the number of one that came before, from 1, or the number after those and the source itself.
func (c *coder) source(s **provenance.Source) {
	n := 0
	if !c.Reads() && *s != nil {
		if n = slices.Index(c.sources, *s) + 1; n == 0 {
			n = len(c.sources) + 1
		}
	}
	c.Count(&n)
	switch {
	case n == 0:
		return
	case n <= len(c.sources):
		*s = c.sources[n-1]
		return
	case c.Reads():
		*s = new(provenance.Source)
	}
	c.sources = append(c.sources, *s)
	c.Text(&(*s).ID)
	codec.Whole(c.Coder, &(*s).Kind)
	c.Text(&(*s).Title)
	c.Text(&(*s).URL)
	c.Text(&(*s).Note)
}

// peak codes a rate of an engine.
func (c *coder) peak(p *Peak) {
	codec.Whole(c.Coder, &p.Engine)
	codec.Whole(c.Coder, &p.Type)
	c.quantity(&p.Rate)
}

// level codes a level of memory.
func (c *coder) level(m *MemoryLevel) {
	c.Text(&m.Name)
	c.Text(&m.Kind)
	c.quantity(&m.Capacity)
	c.quantity(&m.Visible)
	c.quantity(&m.Bandwidth)
}

// cluster codes the cores of one kind.
func (c *coder) cluster(l *Cluster) {
	c.Text(&l.Name)
	c.Text(&l.Core)
	codec.Whole(c.Coder, &l.Cores)
	codec.Whole(c.Coder, &l.Threads)
	codec.Optionally(c.Coder, &l.Clock, c.quantity)
	codec.List(c.Coder, &l.PerCore, c.peak)
}

// optIn codes rates that software asks for.
func (c *coder) optIn(o *OptIn) {
	c.Text(&o.Name)
	codec.List(c.Coder, &o.Peaks, c.peak)
}

// mode codes a power mode.
func (c *coder) mode(m *Mode) {
	c.Text(&m.ID)
	codec.Whole(c.Coder, &m.Units)
	codec.Optionally(c.Coder, &m.Clock, c.quantity)
	codec.Optionally(c.Coder, &m.Bandwidth, c.quantity)
	codec.Optionally(c.Coder, &m.TDP, c.quantity)
	c.Text(&m.Note)
}

// flash codes the memory of weights.
func (c *coder) flash(f *Flash) {
	c.Text(&f.Kind)
	c.quantity(&f.Capacity)
	c.quantity(&f.Bandwidth)
}

// link codes the way to the host.
func (c *coder) link(l *Link) {
	c.Text(&l.Kind)
	c.quantity(&l.Bandwidth)
}

// fallback codes the unit that takes what the device does not run.
func (c *coder) fallback(f *Fallback) {
	c.Text(&f.Unit)
	c.quantity(&f.Rate)
	c.quantity(&f.Bandwidth)
	c.quantity(&f.Handover)
	codec.List(c.Coder, &f.Operators, c.fallen)
	codec.Whole(c.Coder, &f.Segments)
}

// fallen codes a group of kernels that fall back.
func (c *coder) fallen(f *Fallen) {
	codec.List(c.Coder, &f.Classes, c.Text)
	codec.List(c.Coder, &f.Operators, c.Text)
	c.Flag(&f.Computed)
	codec.Whole(c.Coder, &f.Over)
	c.Text(&f.Why)
	c.source(&f.Source)
}

// power codes what the device draws.
func (c *coder) power(p *Power) {
	codec.Optionally(c.Coder, &p.Idle, c.quantity)
	codec.Optionally(c.Coder, &p.MemoryBound, c.quantity)
	codec.Optionally(c.Coder, &p.ComputeBound, c.quantity)
	c.Text(&p.Covers)
}

// emulate codes the types that run as others, by the first.
func (c *coder) emulate(m *map[dtype.Type]dtype.Type) {
	keys := slices.Sorted(maps.Keys(*m))
	codec.List(c.Coder, &keys, func(t *dtype.Type) { codec.Whole(c.Coder, t) })
	if c.Reads() && len(keys) > 0 {
		*m = make(map[dtype.Type]dtype.Type)
	}
	for _, from := range keys {
		to := (*m)[from]
		codec.Whole(c.Coder, &to)
		(*m)[from] = to
	}
}
