package hwprofiles

import (
	"encoding/binary"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
)

// A codec writes devices or reads them, by one list of fields for both: device. Numbers are varints, texts have their
// length before them, and what may be missing has a 0 in its place. Texts that are read share the memory of data.
type codec struct {
	out     []byte               // written so far
	data    string               // to be read
	reads   bool                 // else it writes
	sources []*provenance.Source // of the device, each once
}

// device codes all fields of a device.
func (c *codec) device(d *Device) {
	c.sources = c.sources[:0]
	list(c, &d.Sources, c.source)
	for _, s := range []*string{&d.ID, &d.Silicon, &d.Name, &d.Vendor, (*string)(&d.Class), &d.Arch, &d.Host, &d.DefaultMode,
		&d.Origin, &d.Hash} {
		c.text(s)
	}
	for _, l := range []*[]string{&d.Systems, &d.Aliases, &d.Notes} {
		list(c, l, c.text)
	}
	for _, n := range []*int{&d.Year, &d.Units, &d.Threads, &d.Systolic} {
		whole(c, n)
	}
	c.flag(&d.InOrder)
	c.real(&d.Slowed)
	for _, q := range []**Quantity{&d.Clock, &d.Boost, &d.Launch, &d.TDP, &d.Achieved.DRAM, &d.Achieved.GraphLaunch} {
		optionally(c, q, c.quantity)
	}
	for _, l := range []*[]Peak{&d.Peaks, &d.Sustained, &d.Achieved.Matmul} {
		list(c, l, c.peak)
	}
	list(c, &d.Memory, c.level)
	list(c, &d.Clusters, c.cluster)
	list(c, &d.OptIn, c.optIn)
	list(c, &d.Modes, c.mode)
	optionally(c, &d.Flash, c.flash)
	optionally(c, &d.Link, c.link)
	optionally(c, &d.Fallback, c.fallback)
	optionally(c, &d.Power, c.power)
	c.emulate(&d.Emulate)
}

// quantity codes a figure.
func (c *codec) quantity(q *Quantity) {
	c.real(&q.Value)
	c.text(&q.Text)
	c.source(&q.Source)
	c.text(&q.Path)
	c.text(&q.Note)
	c.text(&q.Origin)
}

// source codes a source: the number of one that came before, from 1, or the number after those and the source itself.
func (c *codec) source(s **provenance.Source) {
	n := uint64(0)
	if !c.reads && *s != nil {
		if n = uint64(slices.Index(c.sources, *s)) + 1; n == 0 {
			n = uint64(len(c.sources)) + 1
		}
	}
	c.number(&n)
	switch {
	case n == 0:
		return
	case n <= uint64(len(c.sources)):
		*s = c.sources[n-1]
		return
	case c.reads:
		*s = new(provenance.Source)
	}
	c.sources = append(c.sources, *s)
	c.text(&(*s).ID)
	whole(c, &(*s).Kind)
	c.text(&(*s).Title)
	c.text(&(*s).URL)
	c.text(&(*s).Note)
}

// peak codes a rate of an engine.
func (c *codec) peak(p *Peak) {
	whole(c, &p.Engine)
	whole(c, &p.Type)
	c.quantity(&p.Rate)
}

// level codes a level of memory.
func (c *codec) level(m *MemoryLevel) {
	c.text(&m.Name)
	c.text(&m.Kind)
	c.quantity(&m.Capacity)
	c.quantity(&m.Visible)
	c.quantity(&m.Bandwidth)
}

// cluster codes the cores of one kind.
func (c *codec) cluster(l *Cluster) {
	c.text(&l.Name)
	c.text(&l.Core)
	whole(c, &l.Cores)
	whole(c, &l.Threads)
	optionally(c, &l.Clock, c.quantity)
	list(c, &l.PerCore, c.peak)
}

// optIn codes rates that software asks for.
func (c *codec) optIn(o *OptIn) {
	c.text(&o.Name)
	list(c, &o.Peaks, c.peak)
}

// mode codes a power mode.
func (c *codec) mode(m *Mode) {
	c.text(&m.ID)
	whole(c, &m.Units)
	optionally(c, &m.Clock, c.quantity)
	optionally(c, &m.Bandwidth, c.quantity)
	optionally(c, &m.TDP, c.quantity)
	c.text(&m.Note)
}

// flash codes the memory of weights.
func (c *codec) flash(f *Flash) {
	c.text(&f.Kind)
	c.quantity(&f.Capacity)
	c.quantity(&f.Bandwidth)
}

// link codes the way to the host.
func (c *codec) link(l *Link) {
	c.text(&l.Kind)
	c.quantity(&l.Bandwidth)
}

// fallback codes the unit that takes what the device does not run.
func (c *codec) fallback(f *Fallback) {
	c.text(&f.Unit)
	c.quantity(&f.Rate)
	c.quantity(&f.Bandwidth)
	c.quantity(&f.Handover)
	list(c, &f.Operators, c.fallen)
	whole(c, &f.Segments)
}

// fallen codes a group of kernels that fall back.
func (c *codec) fallen(f *Fallen) {
	list(c, &f.Classes, c.text)
	list(c, &f.Operators, c.text)
	c.flag(&f.Computed)
	whole(c, &f.Over)
	c.text(&f.Why)
	c.source(&f.Source)
}

// power codes what the device draws.
func (c *codec) power(p *Power) {
	optionally(c, &p.Idle, c.quantity)
	optionally(c, &p.MemoryBound, c.quantity)
	optionally(c, &p.ComputeBound, c.quantity)
	c.text(&p.Covers)
}

// emulate codes the types that run as others, by the first.
func (c *codec) emulate(m *map[dtype.Type]dtype.Type) {
	keys := slices.Sorted(maps.Keys(*m))
	if *m != nil && keys == nil {
		keys = []dtype.Type{}
	}
	list(c, &keys, func(t *dtype.Type) { whole(c, t) })
	if c.reads && keys != nil {
		*m = make(map[dtype.Type]dtype.Type)
	}
	for _, from := range keys {
		to := (*m)[from]
		whole(c, &to)
		(*m)[from] = to
	}
}

// list codes the elements of a slice, by each. nil and a slice without elements stay apart.
func list[T any](c *codec, s *[]T, each func(*T)) {
	n := uint64(len(*s)) + 1
	if *s == nil {
		n = 0
	}
	c.number(&n)
	if n == 0 {
		return
	}
	if c.reads {
		*s = make([]T, n-1)
	}
	for i := range *s {
		each(&(*s)[i])
	}
}

// optionally codes what a pointer points to; nil stays nil.
func optionally[T any](c *codec, p **T, value func(*T)) {
	there := *p != nil
	if c.flag(&there); !there {
		return
	}
	if c.reads {
		*p = new(T)
	}
	value(*p)
}

// whole codes a whole number of any type.
func whole[T ~int | ~int64 | ~uint8](c *codec, v *T) {
	n := uint64(*v)
	c.number(&n)
	*v = T(n)
}

// flag codes a truth.
func (c *codec) flag(b *bool) {
	n := uint64(0)
	if *b {
		n = 1
	}
	c.number(&n)
	*b = n == 1
}

// real codes a number to its last bit. Those of few bits, such as 0, 70 and 320e9, take few bytes.
func (c *codec) real(v *float64) {
	n := bits.Reverse64(math.Float64bits(*v))
	c.number(&n)
	*v = math.Float64frombits(bits.Reverse64(n))
}

// text codes a text.
func (c *codec) text(s *string) {
	n := uint64(len(*s))
	c.number(&n)
	if !c.reads {
		c.out = append(c.out, *s...)
		return
	}
	*s, c.data = c.data[:n], c.data[n:]
}

// number codes a whole number that is not negative.
func (c *codec) number(n *uint64) {
	if !c.reads {
		c.out = binary.AppendUvarint(c.out, *n)
		return
	}
	*n = 0
	for shift, i := 0, 0; ; shift, i = shift+7, i+1 {
		b := c.data[i]
		*n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			c.data = c.data[i+1:]
			return
		}
	}
}
