package host

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// method says where it can be read how the figures were measured.
const method = "https://github.com/ridgepoint/ridgepoint/blob/main/docs/commands/ridgepoint-host.md"

// YAML returns the device profile of the machine, under an id. Peaks are theoretical, since a speed of light is a
// bound; bandwidths are measured, since nobody prints them for a machine with the memory that its owner fitted. when
// is the day, such as 2026-11-26. The profile is read back, so that what is returned is valid.
func (p *Profile) YAML(id, when string) ([]byte, error) {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Written by \"ridgepoint host\" on %s.", when)
	line("schema: %d\nid: %s\nname: %s\nvendor: %s\nclass: cpu\narch: %s\nunits: %d", hwprofiles.Schema, id, quote(p.Name()), quote(p.CPU.Vendor), quote(p.CPU.Arch), p.CPU.Cores)
	if p.CPU.Threads > p.CPU.Cores {
		line("threads: %d", p.CPU.Threads)
	}
	line("clock: {value: %s, source: measured}", units.Format(p.Clock, units.Hertz))
	p.peakLines(line)
	assumed := false
	for _, k := range p.Peaks {
		assumed = assumed || k.Assumed
	}
	p.memoryLines(line)
	if one := p.Levels[0].One.Rate; one > 0 && p.CPU.Cores > 1 {
		line("modes:\n  1t: {units: 1, bandwidth: {value: %s, source: measured}, note: one thread}", units.Format(one, units.ByteRate))
	}
	p.emulateLine(line)
	line("notes:\n  - %s", quote(p.matrixNote()))
	for _, n := range p.Notes {
		line("  - %s", quote(n.Text()))
	}
	line("sources:")
	kind, note := "derived", "operations a cycle of each instruction set, from the vendors' optimisation manuals"
	if assumed {
		kind, note = "assumed", "the number of units a core is what is usual for the instruction set"
	}
	line("  peak: {kind: %s, title: cores x measured clock x operations a cycle, note: %s}", kind, quote(note))
	line("  special: {kind: assumed, title: vector fp32 rate / 20, note: \"a polynomial exp or erf takes about 20 FLOP: range reduction, degree 5 to 7, scaling\"}")
	line("  measured: {kind: measured, title: %s, url: %q}", quote("ridgepoint host, "+when), method)
	if p.system() {
		line("  system: {kind: vendor, title: what the operating system says of the machine}")
	}
	data := b.Bytes()
	if _, err := hwprofiles.Decode(id+".yaml", data); err != nil {
		return nil, fmt.Errorf("the profile of this machine is not valid, which is a fault of ridgepoint: %w", err)
	}
	return data, nil
}

// system reports whether any figure is the operating system's word.
func (p *Profile) system() bool {
	for _, l := range p.Levels {
		if l.Capacity > 0 {
			return true
		}
	}
	return false
}

// Name returns the processor and how much of it there is.
func (p *Profile) Name() string { return fmt.Sprintf("%s, %d threads", p.CPU.Name, p.CPU.Threads) }

// peakLines writes the peaks of each engine.
func (p *Profile) peakLines(line func(string, ...any)) {
	line("peak: # dense; a multiply-add is 2")
	for _, e := range []cost.Engine{cost.Matrix, cost.Vector} {
		first := true
		for _, k := range p.Peaks {
			if k.Engine != e {
				continue
			}
			if first {
				line("  %s:", e)
				first = false
			}
			dim := units.FLOPRate
			if k.Type.IsInteger() {
				dim = units.OpRate
			}
			if v := k.Value; e == cost.Vector && k.Type == dtype.Float32 && p.MatrixAll.Rate > v {
				line("    %s: {value: %s, source: measured, note: %s}", k.Type.Short(), units.Format(p.MatrixAll.Rate, dim), quote("matrix product by "+p.MatrixAll.By+"; above the theoretical peak"))
			} else {
				line("    %s: {value: %s, source: peak, note: %s}", k.Type.Short(), units.Format(v, dim), quote(fmt.Sprintf("%s, %g a cycle and core: %s", k.ISA, k.PerCycle, k.Why)))
			}
		}
	}
	if v := p.Peak(cost.Vector, dtype.Float32); v != nil {
		line("  special:\n    fp32: {value: %s, source: special}", units.Format(v.Value/20, units.OpRate))
	}
}

// memoryLines writes the levels. A cache that was not measured faster than what is behind it is listed without a
// bandwidth.
func (p *Profile) memoryLines(line func(string, ...any)) {
	line("memory:")
	behind, capacity := 0.0, int64(0)
	for i, l := range p.Levels {
		if i > 0 && capacity > 0 && l.Capacity > capacity {
			continue // a shared cache of which the machine's memory is only a part
		}
		text := "level: " + l.Name
		if l.Capacity > 0 {
			text += fmt.Sprintf(", capacity: {value: %s, source: system}", strconv.FormatInt(l.Capacity>>10, 10)+" KiB")
		}
		if l.All.Rate > behind {
			text += fmt.Sprintf(", bandwidth: {value: %s, source: measured, note: %s}", units.Format(l.All.Rate, units.ByteRate), quote(fmt.Sprintf("%s, %d threads", l.All.Kernel, p.CPU.Threads)))
			behind = l.All.Rate
		}
		line("  - {%s}", text)
		capacity = l.Capacity
	}
}

// emulateLine says that half precision runs as fp32 where the processor has no arithmetic for it.
func (p *Profile) emulateLine(line func(string, ...any)) {
	text := ""
	for _, t := range []dtype.Type{dtype.Float16, dtype.BFloat16} {
		if p.Peak(cost.Vector, t) == nil && p.Peak(cost.Matrix, t) == nil {
			if text != "" {
				text += ", "
			}
			text += t.Short() + ": fp32"
		}
	}
	if text != "" {
		line("emulate: {%s}", text)
	}
}

// matrixNote returns the achieved rates of matrix multiplication as a note.
func (p *Profile) matrixNote() string {
	return fmt.Sprintf("achieved fp32 matrix rate: %s with %d threads, %s with one, by %s", units.Format(p.MatrixAll.Rate, units.FLOPRate), p.CPU.Threads, units.Format(p.MatrixOne.Rate, units.FLOPRate), p.MatrixAll.By)
}

// quote writes text as a YAML double-quoted scalar; JSON's escapes are YAML's.
func quote(s string) string { return strconv.QuoteToASCII(s) }
