package hwprofiles

import (
	"iter"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// An OptIn is a way of doing matrix work faster that software has to ask for, because it costs accuracy or needs
// instructions of its own. No estimate uses its rates unless a runtime names it.
type OptIn struct {
	Name  string // one of optIns
	Peaks []Peak // FLOP/s or OP/s of the matrix engine
}

// optIns lists the ways that a profile may give rates of.
var optIns = []string{
	"fp16-accumulate", // sums of fp16 and fp8 products kept in fp16: twice the rate on GeForce cards
	"apple-amx",       // Apple's undocumented matrix coprocessor, which its Accelerate library drives
	"sme",             // the Scalable Matrix Extension of Arm, in which Apple's coprocessor is reached from the M4 on
}

// OptIns lists the ways that a profile may give rates of.
func OptIns() []string { return slices.Clone(optIns) }

// readOptIn reads `peak.opt_in`, matrix rates that a runtime must ask for, such as TF32.
func readOptIn(v strictyaml.Value, dev *Device) {
	for name, entry := range v.Entries() {
		if !slices.Contains(optIns, name) {
			entry.Unknown(optIns)
			continue
		}
		i := slices.IndexFunc(dev.OptIn, func(o OptIn) bool { return o.Name == name })
		if i < 0 {
			i = len(dev.OptIn)
			dev.OptIn = append(dev.OptIn, OptIn{Name: name})
		}
		rates(entry, cost.Matrix, &dev.OptIn[i].Peaks)
	}
}

// rates yields the peaks, then those that software asks for.
func (d *Device) rates() iter.Seq[*Peak] {
	return func(yield func(*Peak) bool) {
		for i := range d.Peaks {
			if !yield(&d.Peaks[i]) {
				return
			}
		}
		for i := range d.OptIn {
			for j := range d.OptIn[i].Peaks {
				if !yield(&d.OptIn[i].Peaks[j]) {
					return
				}
			}
		}
	}
}

// optIn holds that what software asks for is faster than what it gets without asking.
func (l *linter) optIn() {
	for _, o := range l.device.OptIn {
		for _, p := range o.Peaks {
			if plain := l.device.fastest(p.Type); plain != nil && p.Rate.Value <= plain.Rate.Value {
				l.report(p.Rate.Path, "found %s, expected more than the %s that needs no asking", p.Rate.Text, plain.Rate.Text)
			}
		}
	}
}
