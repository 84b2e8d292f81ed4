package roofline

import (
	"fmt"
	"sort"

	"github.com/ridgepoint/ridgepoint/graph/cost"
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

// byNames lists the groupings as --by takes them.
var byNames = [...]string{"layer", "op", "module", "kernel"}

// String returns layer, op, module or kernel.
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
	Name       string       // operator, module or kernel
	Cost       cost.Cost    // of all kernels
	Spent      Spent        // in its kernels; host and fixed time belong to no group
	Share      float64      // of the time in all kernels
	Attainable float64      // FLOP/s: the FLOPs over the time at the speed of light
	Parts      timing.Parts // of all kernels, each part as long as it would take alone
}

// RollUp sums an estimate's layers, the longest group first; layers stay in
// execution order. depth shortens module paths, 0 for whole ones.
func RollUp(e *Estimate, by By, depth int) []Group {
	var groups []Group
	at := make(map[string]int)
	if by == ByLayer {
		groups = make([]Group, 0, len(e.Layers)) // of a large model they take tens of MiB
	}
	for i := range e.Layers {
		l := &e.Layers[i]
		name := groupName(l, by, depth)
		g, ok := at[name]
		if !ok || by == ByLayer {
			g = len(groups)
			if by != ByLayer {
				at[name] = g
			}
			groups = append(groups, Group{Name: name})
		}
		c := l.Cost.Times(l.Times)
		groups[g].Cost.Add(&c)
		groups[g].Spent.addRuns(&l.Timing, l.Times)
		groups[g].add(e.Parts(l))
	}
	for i := range groups {
		groups[i].finish(e.Spent.Device)
	}
	if by != ByLayer {
		sort.SliceStable(groups, func(i, j int) bool { return groups[i].Spent.Device > groups[j].Spent.Device })
	}
	return groups
}

// add adds the parts of a layer's time, in seconds.
func (g *Group) add(p timing.Parts) {
	g.Parts.Compute += p.Compute
	g.Parts.Vector += p.Vector
	g.Parts.Memory += p.Memory
	g.Parts.Launch += p.Launch
	g.Parts.Repack += p.Repack
	g.Parts.Steps += p.Steps
}

// finish sets what follows from the sums, where all kernels take so many seconds.
func (g *Group) finish(all float64) {
	if all > 0 {
		g.Share = g.Spent.Device / all
	}
	if g.Spent.Device > 0 {
		g.Attainable = float64(g.Cost.FLOPs()) / g.Spent.Device
	}
}

// groupName returns the group of a layer: its operator, its module to a depth, or itself.
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
