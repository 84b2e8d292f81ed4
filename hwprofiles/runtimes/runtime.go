// Package runtimes holds what software achieves of devices: profiles of inference engines, calibrations of slices, and
// how far single networks were off.
package runtimes

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A Runtime is an inference engine as the model sees it: what it does to a graph, and what it
// is believed to achieve of a device before anything was measured.
type Runtime struct {
	ID            string         // such as torch-compile
	Name          string         // for people
	Family        string         // of runtimes that run the same kernels, such as torch; empty where it is alone
	Aliases       []string       // names under which measurements are published
	Places        []Condition    // devices that it runs on, of the classes of Priors; empty: all of them
	Default       []Condition    // devices that it is taken for where none is asked for
	Rules         []RuleUse      // of lowering that it applies: passes, and how tensors lie and move
	Priors        []ClassPrior   // by class
	Rates         []ClassPrior   // of the interval between frames, where those in flight overlap
	Types         []TypeUse      // element types without fast kernels
	TF32          bool           // fp32 matrix work runs in TF32 where the device has it
	TF32Conv      bool           // fp32 convolutions do, other matrix work does not
	OptIn         []string       // ways of doing matrix work faster that it asks for where the device has them
	Contexts      bool           // a network that does not stay on the chip is switched in parts: all its weights move
	Threads       int            // of a CPU that work where none are asked for; 0: all
	Sharing       Sharing        // of work between the cores of a CPU; empty: Dynamic
	WideDepthwise float64        // on accelerators, times as efficient are depthwise kernels of more than 7x7; 0: as others
	Winograd      []Saving       // what 3x3 convolutions may need less of
	held          []params.Param // parameters that mean nothing here, save on classes whose priors name them
	Notes         []string       // for people
	// Published says under which names measurements of it are published, beside its own.
	Published Published
	Origin    string // built-in, or the path of the user's file
	Hash      string // of the file's content, hex
	// Interval says that times are those between frames, of which several are in flight, and no latencies.
	Interval bool
	frames   *Runtime
}

// Frames returns the runtime as it is timed by the interval between frames, of which several are in flight; nil where
// nothing says how far they overlap on a class of devices.
func (r *Runtime) Frames(class hwprofiles.Class) *Runtime {
	if r == nil || r.frames == nil || r.frames.Prior(class) == nil {
		return nil
	}
	return r.frames
}

// framesSuffix ends the ids of what Frames returns.
const framesSuffix = "-throughput"

// OfFrames returns the id of the runtime whose intervals an id is of, and whether it is one.
func OfFrames(id string) (string, bool) { return strings.CutSuffix(id, framesSuffix) }

// overlap makes what Frames returns.
func (r *Runtime) overlap() {
	if len(r.Rates) == 0 {
		return
	}
	f := *r
	f.ID, f.Aliases, f.Default, f.Priors, f.Rates = r.ID+framesSuffix, nil, nil, r.Rates, nil
	f.Interval = true
	r.frames = &f
}

// Published tells runtimes apart that tables of measurements call by one name.
type Published struct {
	As     string   // id of the runtime whose name it goes by; empty if it goes by its own
	Layout string   // where the tensors have this layout, such as nhwc; empty: whatever they have
	Words  []string // where the name of the runtime or of the device has one of them; none: whatever it has
	Not    []string // words in a name that mean another engine
}

// A List is the list of a runtime's file in which a rule stands.
type List string

// The lists of rules.
const (
	Passes  List = "passes" // transformations of the graph
	Data    List = "data"   // how tensors lie and move
	AnyList List = "rules"  // both, as files had it before they were told apart
)

// A RuleUse is a rule of lowering that the runtime applies, and how that is known.
type RuleUse struct {
	Name   string             // of the rule
	List   List               // in which it stands
	Source *provenance.Source // that says so
	Except []hwprofiles.Class // classes of devices that it does not do it on
}

// A ClassPrior is what the runtime is believed to achieve on a class of devices.
type ClassPrior struct {
	Class  hwprofiles.Class   // of devices
	Values params.Values      // medians
	Held   []params.Param     // parameters that mean nothing on the class
	Source *provenance.Source // that says so
}

// RuleNames returns the names of the rules that apply on a class of devices, in the order of the file; all for "".
func (r *Runtime) RuleNames(class hwprofiles.Class) []string {
	var names []string
	for _, u := range r.Rules {
		if !slices.Contains(u.Except, class) {
			names = append(names, u.Name)
		}
	}
	return names
}

// Conditions returns the conditions one of which a device meets that the runtime runs on.
func (r *Runtime) Conditions() []Condition {
	if len(r.Places) > 0 {
		return r.Places
	}
	var classes []Condition
	for _, p := range r.Priors {
		classes = append(classes, Condition{Class: p.Class})
	}
	return classes
}

// RunsOn reports whether the runtime runs on a device: one of its conditions holds, and there is a prior of the class.
func (r *Runtime) RunsOn(d *hwprofiles.Device) bool {
	return anyHolds(r.Conditions(), d) && r.Prior(d.Class) != nil
}

// Hold sets the parameters that mean nothing on the class to where they have no effect.
func (c *ClassPrior) Hold(v *params.Values) {
	for _, p := range c.Held {
		v[p] = params.Specs[p].Neutral
	}
}

// Prior returns the prior of a class of devices, nil where it has none.
func (r *Runtime) Prior(class hwprofiles.Class) *ClassPrior {
	for i := range r.Priors {
		if r.Priors[i].Class == class {
			return &r.Priors[i]
		}
	}
	return nil
}
