package hwprofiles

import (
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// coreClasses lists the classes whose units are the cores of a CPU; those of Apple's are the graphics'.
var coreClasses = []Class{CPU, RPi, Mobile, MCU}

// A Cluster is the cores of one kind in a CPU.
type Cluster struct {
	Name    string    // such as P or little
	Core    string    // micro-architecture
	Cores   int       // of this kind
	Threads int       // hardware threads, at least one a core
	Clock   *Quantity // Hz; nil where unknown
	PerCore []Peak    // FLOP/s or OP/s of one core
}

var clusterFields = []strictyaml.Field[Cluster]{
	{Key: "name", Read: func(strictyaml.Value, *Cluster) {}}, // read before the others: it names their path
	{Key: "core", Read: func(v strictyaml.Value, c *Cluster) { c.Core, _ = v.Text("Cortex-A76") }},
	{Key: "cores", Read: func(v strictyaml.Value, c *Cluster) { c.Cores = v.Count(1, 1<<16) }},
	{Key: "threads", Read: func(v strictyaml.Value, c *Cluster) { c.Threads = v.Count(1, 1<<16) }},
	{Key: "clock", Read: func(v strictyaml.Value, c *Cluster) { optional(v, &c.Clock, units.Hertz) }},
	{Key: "per_core", Read: func(v strictyaml.Value, c *Cluster) { strictyaml.Fields(v, perCoreFields, c) }},
}

var perCoreFields = []strictyaml.Field[Cluster]{
	{Key: "matrix", Read: func(v strictyaml.Value, c *Cluster) { rates(v, cost.Matrix, &c.PerCore) }},
	{Key: "vector", Read: func(v strictyaml.Value, c *Cluster) { rates(v, cost.Vector, &c.PerCore) }},
}

// readClusters reads `clusters`, the kinds of cores of a CPU, by name. A list replaces that of the
// base.
func readClusters(v strictyaml.Value, dev *Device) {
	dev.Clusters = nil
	seen := map[string]bool{}
	for item := range v.Items() {
		if name, ok := itemName(item, "name", "big", seen); ok {
			seen[name] = true
			c := Cluster{Name: name}
			strictyaml.Fields(item.At(v.Child(name).Path()), clusterFields, &c)
			dev.Clusters = append(dev.Clusters, c)
		}
	}
}

// checkClusters holds that clusters are whole, come fastest first and add up to the device.
func checkClusters(root strictyaml.Value, dev *Device) {
	if len(dev.Clusters) == 0 {
		return
	}
	v, ok := root.Key("clusters")
	if !ok { // those of the base
		v = root.Child("clusters")
	}
	cores := 0
	for i := range dev.Clusters {
		c := &dev.Clusters[i]
		cores += c.Cores
		at := v.Child(c.Name)
		if c.Cores == 0 || len(c.PerCore) == 0 {
			at.Errorf("write it as in {name: big, cores: 4, per_core: {vector: {fp32: 38.4 GFLOP/s}}}",
				"found no cores or no rates, expected both")
		} else if i > 0 && c.speed() > dev.Clusters[i-1].speed() {
			at.Errorf("", "found faster cores than those of %s, expected the fastest first", dev.Clusters[i-1].Name)
		}
	}
	if cores != dev.Units {
		v.Errorf("", "found %d cores in all, expected the %d of units", cores, dev.Units)
	}
	checkShares(v, dev)
}

// checkThreads counts the hardware threads of a CPU: those of its clusters, or as given, or one a core.
func checkThreads(root strictyaml.Value, dev *Device) {
	v, given := root.Key("threads")
	switch {
	case len(dev.Clusters) > 0:
		if given {
			v.Errorf("take it out", "found threads beside clusters, expected those of the clusters to count")
		}
		dev.Threads = 0
		for i := range dev.Clusters {
			c := &dev.Clusters[i]
			c.Threads = max(c.Threads, c.Cores)
			dev.Threads += c.Threads
		}
	case given && dev.Threads < dev.Units:
		v.Errorf("", "found %d, expected no fewer than the %d of units", dev.Threads, dev.Units)
	case !given && root.Has("units") && slices.Contains(coreClasses, dev.Class):
		dev.Threads = dev.Units
	}
}

// checkShares holds that the rates of the cores add up to each peak of the device.
func checkShares(v strictyaml.Value, dev *Device) {
	const slack = 0.01 // published figures are rounded
	for _, p := range dev.Peaks {
		if p.Engine == cost.Special {
			continue
		}
		sum := 0.0
		for i := range dev.Clusters {
			c := &dev.Clusters[i]
			sum += float64(c.Cores) * c.rate(p.Engine, p.Type)
		}
		if math.Abs(sum/p.Rate.Value-1) > slack {
			v.Errorf("cores x rate of one core, over all clusters", "found %s of %s %s, expected the %s of %s",
				units.Format(sum, rateDim(p.Engine, p.Type)), p.Engine, p.Type.Short(), p.Rate.Text, p.Rate.Path)
		}
	}
}

// rate returns what one core does of a type, 0 where the profile does not say.
func (c *Cluster) rate(e cost.Engine, t dtype.Type) float64 {
	i := slices.IndexFunc(c.PerCore, func(p Peak) bool { return p.Engine == e && p.Type == t })
	if i < 0 {
		return 0
	}
	return c.PerCore[i].Rate.Value
}

// speed returns the rate that clusters are ordered by: fp32 in the vector lanes, or the first there is.
func (c *Cluster) speed() float64 {
	if r := c.rate(cost.Vector, dtype.Float32); r > 0 || len(c.PerCore) == 0 {
		return r
	}
	return c.PerCore[0].Rate.Value
}

// A Team is the cores of one kind that threads keep busy.
type Team struct {
	Cluster Cluster // of the cores
	Cores   int     // that work
}

// coresFor returns the cores that so many threads keep busy: one thread a core, the fastest cores first. 0 threads are
// one for every core, and so are more. A device without clusters has cores of one kind.
func (d *Device) coresFor(threads int) []Team {
	clusters := d.Clusters
	if len(clusters) == 0 {
		clusters = []Cluster{d.oneKind()}
	}
	left := threads
	if threads <= 0 {
		left = d.Units
	}
	var teams []Team
	for _, c := range clusters {
		if n := min(left, c.Cores); n > 0 {
			teams = append(teams, Team{c, n})
			left -= n
		}
	}
	return teams
}

// oneKind returns all cores of a device whose cores are alike.
func (d *Device) oneKind() Cluster {
	c := Cluster{Core: d.Arch, Cores: d.Units, Threads: d.Threads, Clock: clone(d.Clock)}
	for _, p := range d.Peaks {
		p.Rate.Value /= float64(max(d.Units, 1))
		c.PerCore = append(c.PerCore, p)
	}
	return c
}

// PeakShare returns which part of a peak so many threads have, between 0 and 1: the rates of the cores that they keep
// busy over those of all. Types that clusters give no rates of share as fp32 does.
func (d *Device) PeakShare(e cost.Engine, t dtype.Type, threads int) float64 {
	if threads <= 0 || threads >= d.Units {
		return 1
	}
	if p, ok := d.Peak(e, t); ok {
		e, t = p.Engine, p.Type
	}
	busy, all := d.coresFor(threads), d.coresFor(0)
	if together(all, e, t) == 0 {
		e, t = cost.Vector, dtype.Float32
	}
	if whole := together(all, e, t); whole > 0 {
		return together(busy, e, t) / whole
	}
	return 1
}

// EvenShare returns which part of a peak up to so many threads have that each get as much work, so that the slowest
// core is waited for: on as many of the fastest cores as are fastest together.
func (d *Device) EvenShare(e cost.Engine, t dtype.Type, threads int) float64 {
	if p, ok := d.Peak(e, t); ok {
		e, t = p.Engine, p.Type
	}
	all := d.coresFor(0)
	if together(all, e, t) == 0 {
		e, t = cost.Vector, dtype.Float32
	}
	whole := together(all, e, t)
	if whole == 0 {
		return 1
	}
	best, cores := 0.0, 0
	for _, team := range d.coresFor(threads) {
		cores += team.Cores
		best = max(best, float64(cores)*team.Cluster.rate(e, t))
	}
	return best / whole
}

// together returns what teams do together.
func together(teams []Team, e cost.Engine, t dtype.Type) float64 {
	total := 0.0
	for i := range teams {
		total += float64(teams[i].Cores) * teams[i].Cluster.rate(e, t)
	}
	return total
}
