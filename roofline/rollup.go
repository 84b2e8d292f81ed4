package roofline

import (
	"fmt"
	"sort"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// By says how layers are grouped.
type By uint8

// The groupings.
const (
	ByLayer  By = iota // one row a kernel, in execution order
	ByOp               // by the operators fused
	ByModule           // by the exporter's module
	ByKernel           // by class of kernel and fusion rule
)

var byNames = [...]string{"layer", "op", "module", "kernel"}

// String is layer, op, module or kernel.
func (b By) String() string { return byNames[b] }

// ParseBy reads a grouping's name.
func ParseBy(s string) (By, error) {
	for i, n := range byNames {
		if s == n {
			return By(i), nil
		}
	}
	return ByLayer, fmt.Errorf("grouping %q is not known; it is one of layer, op, module, kernel", s)
}

// A Group is the sum of some layers.
type Group struct {
	Name       string
	Kernels    int64     // launches per inference
	Cost       cost.Cost // of all of them
	Seconds    float64
	Share      float64      // of the whole time
	Bound      Bound        // what most of its time is spent on
	Attainable float64      // FLOP/s: the FLOPs over the time at the speed of light
	Parts      timing.Parts // of all kernels, each part as long as it would take alone
}

// RollUp sums an estimate's layers, the longest group first; layers stay in
// execution order. depth shortens module paths, 0 for whole ones.
func RollUp(e *Estimate, by By, depth int) []Group {
	var groups []Group
	var spent [][NumBounds]float64
	at := make(map[string]int)
	total := 0.0
	for i := range e.Layers {
		l := &e.Layers[i]
		name := groupName(l, by, depth)
		g, ok := at[name]
		if !ok || by == ByLayer {
			g = len(groups)
			at[name] = g
			groups, spent = append(groups, Group{Name: name}), append(spent, [NumBounds]float64{})
		}
		c := l.Cost.Times(l.Times)
		seconds := l.Timing.Total * float64(l.Times)
		groups[g].Kernels = sat.Add(groups[g].Kernels, l.Times)
		groups[g].Cost.Add(&c)
		groups[g].Seconds += seconds
		groups[g].add(e.Parts(l))
		spent[g][l.Bound] += seconds
		total += seconds
	}
	for i := range groups {
		groups[i].finish(&spent[i], total)
	}
	if by != ByLayer {
		sort.SliceStable(groups, func(i, j int) bool { return groups[i].Seconds > groups[j].Seconds })
	}
	return groups
}

func (g *Group) add(p timing.Parts) {
	g.Parts.Compute += p.Compute
	g.Parts.Vector += p.Vector
	g.Parts.Memory += p.Memory
	g.Parts.Launch += p.Launch
	g.Parts.Repack += p.Repack
	g.Parts.Steps += p.Steps
}

func (g *Group) finish(spent *[NumBounds]float64, total float64) {
	for b := range NumBounds {
		if spent[b] > spent[g.Bound] {
			g.Bound = b
		}
	}
	if total > 0 {
		g.Share = g.Seconds / total
	}
	if g.Seconds > 0 {
		g.Attainable = float64(g.Cost.FLOPs()) / g.Seconds
	}
}

func groupName(l *Layer, by By, depth int) string {
	switch by {
	case ByOp:
		return l.Op
	case ByModule:
		if l.Module == "" {
			return "(no module)"
		}
		return trim(l.Module, depth)
	case ByKernel:
		if l.Rule == "" {
			return l.Class.String()
		}
		return l.Class.String() + " / " + l.Rule
	}
	return l.Name
}
