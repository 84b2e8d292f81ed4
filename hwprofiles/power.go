package hwprofiles

import (
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Power is what a device draws, in W, where its profile says so. Figures are nil where unknown.
type Power struct {
	Idle         *Quantity // ready, without work
	MemoryBound  *Quantity // while its memory limits it
	ComputeBound *Quantity // while its arithmetic limits it
	Covers       string    // device, module, board or computer
}

// powerScopes says what figures of power cover, the smallest first: the chip or card alone, a module with its memory, a
// whole board at its input, or a computer at the wall.
var powerScopes = []string{"device", "module", "board", "computer"}

// A powerReader is a mapping of power while it is read.
type powerReader struct {
	Power
	source string
}

// powerFields lists the keys of power, the source first because figures refer to it.
var powerFields = []strictyaml.Field[powerReader]{
	{Key: "source", Read: func(v strictyaml.Value, p *powerReader) { p.source, _ = v.Text("default") }},
	{Key: "covers", Read: func(v strictyaml.Value, p *powerReader) {
		text, _ := v.Scalar()
		if p.Covers = text; !slices.Contains(powerScopes, text) {
			v.Errorf("", "found %s, expected one of %s", v, strings.Join(powerScopes, ", "))
		}
	}},
	{Key: "idle", Read: func(v strictyaml.Value, p *powerReader) { p.read(v, &p.Idle) }},
	{Key: "memory_bound", Read: func(v strictyaml.Value, p *powerReader) { p.read(v, &p.MemoryBound) }},
	{Key: "compute_bound", Read: func(v strictyaml.Value, p *powerReader) { p.read(v, &p.ComputeBound) }},
}

// read reads one figure, whose usual source is that of the mapping.
func (p *powerReader) read(v strictyaml.Value, into **Quantity) {
	var q Quantity
	quantityFrom(v, &q, units.Watts, p.source)
	if q.Source != nil {
		*into = &q
	}
}

// readPower reads `power` in watts: idle, memory-bound and compute-bound, and what the figures
// cover.
func readPower(v strictyaml.Value, dev *Device) {
	p := powerReader{source: "default", Power: Power{Covers: powerScopes[0]}}
	strictyaml.Fields(v, powerFields, &p)
	dev.Power = &p.Power
	if !v.Sound() {
		return
	}
	for _, need := range []struct {
		key string
		q   *Quantity
	}{{"memory_bound", p.MemoryBound}, {"compute_bound", p.ComputeBound}} {
		switch {
		case need.q == nil:
			v.Child(need.key).Errorf("write it as in power: {idle: 3 W, memory_bound: 6 W, compute_bound: 9 W}",
				"found no %s, expected it", need.key)
		case p.Idle != nil && p.Idle.Value > need.q.Value:
			v.Child("idle").Errorf("work takes no less power than waiting", "found %s, expected at most the %s of %s",
				p.Idle.Text, need.q.Text, need.key)
		}
	}
}

// clone returns a copy that shares no figure; nil of nil.
func (p *Power) clone() *Power {
	if p == nil {
		return nil
	}
	return &Power{clone(p.Idle), clone(p.MemoryBound), clone(p.ComputeBound), p.Covers}
}

// quantities returns the figures, nil ones included.
func (p *Power) quantities() []*Quantity {
	if p == nil {
		return nil
	}
	return []*Quantity{p.Idle, p.MemoryBound, p.ComputeBound}
}

// A classPower is the share of the thermal design power that a kind of device draws.
type classPower struct {
	idle, memory, compute float64
	note                  string
}

// stacked and graphics are kinds of memory that GPUs draw power by: memory on the package, and memory on the board.
const (
	stacked  = "gpu with HBM"
	graphics = "gpu with GDDR or LPDDR"
)

// classPowers lists the shares of the thermal design power by class. docs/energy.md says which devices were measured,
// how far the shares are off on devices left out, and which are assumed.
var classPowers = map[string]classPower{
	stacked:        {0.15, 0.45, 0.94, "A100 and H100 in language models and diffusion, ML.ENERGY"},
	graphics:       {0.10, 0.90, 0.95, "eight cards writing text on a Raspberry Pi, at the wall, less 5 W and a tenth"},
	string(Jetson): {0.20, 0.51, 0.73, "AGX Orin 64 and Orin NX 16"},
	string(Apple):  {0.10, 1.15, 1.15, "M3 Ultra and M4 at the wall, less a tenth"},
	string(CPU):    {0.20, 0.80, 1.00, "assumed"},
	string(RPi):    {0.35, 0.80, 1.00, "assumed"},
	string(Mobile): {0.10, 0.70, 1.00, "assumed"},
	string(NPU):    {0.25, 0.65, 1.00, "assumed"},
	string(TPU):    {0.15, 0.45, 0.94, "assumed to be as GPUs with HBM"},
}

// powerKind returns the row of shares that a device has in the derivation of power from its thermal design power.
func (d *Device) powerKind() string {
	switch {
	case d.Class != GPU:
		return string(d.Class)
	case strings.Contains(d.DRAM().Kind, "HBM"):
		return stacked
	}
	return graphics
}

// derivedPower returns the power that the thermal design power and the class imply, nil where that is unknown.
func (d *Device) derivedPower() *Power {
	row, ok := classPowers[d.powerKind()]
	if d.TDP == nil || !ok {
		return nil
	}
	source := classSource(d, row)
	of := func(name string, share float64) *Quantity {
		q := &Quantity{Path: "power." + name}
		q.set(share*d.TDP.Value, units.Watts, source)
		return q
	}
	p := &Power{of("idle", row.idle), of("memory_bound", row.memory), of("compute_bound", row.compute), powerScopes[0]}
	if d.Class == Jetson {
		p.Covers = "module"
	}
	return p
}

// classSource returns the source of figures that the class implies.
func classSource(d *Device, row classPower) *provenance.Source {
	return &provenance.Source{ID: "class", Kind: provenance.Assumed,
		Title: "share of the thermal design power by class: " + d.powerKind(), Note: row.note}
}

// Draws returns what the device draws: what its profile says, completed by what its class implies; nil where neither is
// known.
func (d *Device) Draws() *Power {
	if d.Power == nil {
		return d.derivedPower()
	}
	p := d.Power.clone()
	if row := classPowers[d.powerKind()]; p.Idle == nil { // in proportion: figures may cover more than the tdp does
		p.Idle = &Quantity{Path: "power.idle"}
		p.Idle.set(min(p.MemoryBound.Value, p.ComputeBound.Value)*row.idle/row.memory, units.Watts, classSource(d, row))
	}
	return p
}

// inMode scales the power to a power mode: by the ratio of the thermal design powers where both are known, else what
// work adds to the idle power by the ratio of units times clock.
func (p *Power) inMode(d, c *Device, m *Mode) *Power {
	if p == nil {
		return nil
	}
	source := &provenance.Source{ID: "mode-power", Kind: provenance.Assumed,
		Title: "power of " + d.ID + ", scaled to mode " + m.ID}
	out, rest, ratio := p.clone(), 0.0, 1.0
	if m.TDP != nil && d.TDP != nil {
		ratio = m.TDP.Value / d.TDP.Value
	} else {
		if p.Idle != nil {
			rest = p.Idle.Value
		}
		if m.Clock != nil {
			ratio *= c.Clock.Value / d.Clock.Value
		}
		if m.Units != 0 {
			ratio *= float64(c.Units) / float64(d.Units)
		}
	}
	for _, q := range out.quantities() {
		if q != nil && math.Abs(ratio-1) > 1e-9 {
			q.set(rest+(q.Value-rest)*ratio, units.Watts, source)
		}
	}
	return out
}

// power holds that a device draws at most half as much again as its thermal design power, where figures are of the same
// thing.
func (l *linter) power() {
	const most = 1.5
	p, tdp := l.device.Power, l.device.TDP
	if p == nil || tdp == nil || p.Covers != powerScopes[0] {
		return
	}
	for _, q := range []*Quantity{p.MemoryBound, p.ComputeBound} {
		if q.Value > most*tdp.Value {
			l.report(q.Path, "found %s, expected at most %g times the tdp of %s", q.Text, most, tdp.Text)
		}
	}
}
