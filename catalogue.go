package ridgepoint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/explore"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A Device is a machine that models run on: its peaks, bandwidths and memory, each with its source.
type Device = hwprofiles.Device

// A Runtime is an inference engine: what it fuses and what it achieves.
type Runtime = runtimes.Runtime

// A BuiltIn is a built-in model and what is published about it.
type BuiltIn = zoo.Entry

// Device returns the device with an id, an alias, id@MODE, or the path of a profile.
func (e *Estimator) Device(name string) (*Device, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	name = strings.TrimSpace(name)
	e.reads(name)
	return e.devices.Get(name)
}

// A DeviceLabel is the id of a device and its name for people.
type DeviceLabel = hwprofiles.Label

// DeviceLabels returns the ids and names of all devices by id. It does not check the profiles.
func (e *Estimator) DeviceLabels() ([]DeviceLabel, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	return e.devices.Labels(), nil
}

// RuntimesOn returns the runtimes that run on a device.
func (e *Estimator) RuntimesOn(d *Device) ([]*Runtime, error) {
	if _, err := e.Runtimes(); err != nil {
		return nil, err
	}
	return e.tuner.Runtimes.On(d), nil
}

// PrecisionsOn returns the names of the precisions that a device has arithmetic for, widest first.
func PrecisionsOn(d *Device) []string {
	runs := roofline.Runs(d)
	return slices.DeleteFunc(Precisions(), func(name string) bool {
		t, err := roofline.ParsePrecision(name)
		return err != nil || !slices.Contains(runs, t) && t.Bits() >= 8
	})
}

// A DeviceFilter says which devices are listed, and in which order.
type DeviceFilter = explore.Filter

// Devices returns the devices that a filter lets through; nil lets all through. With an error it still returns those
// whose profiles can be read.
func (e *Estimator) Devices(f *DeviceFilter) ([]*Device, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	all, broken := e.devices.List()
	if f == nil {
		return all, broken
	}
	kept, err := f.Apply(all)
	if err != nil {
		return nil, err
	}
	return kept, broken
}

// Classes returns the classes of devices.
func Classes() []string { return hwprofiles.Classes() }

// DeviceSorts returns the orders of a DeviceFilter; the first is the default.
func DeviceSorts() []string { return explore.SortKeys() }

// SelectDevices returns the devices that meet conditions such as class=jetson or class=gpu,vendor=AMD. Profiles that
// cannot be read are left out with a warning.
func (e *Estimator) SelectDevices(conditions string) ([]*Device, error) {
	all, broken := e.Devices(nil)
	if all == nil {
		return nil, broken
	}
	e.warn(broken) // of devices that are left out
	return explore.Select(all, conditions)
}

// Runtimes returns the runtimes, the user's and the built-in ones, by id.
func (e *Estimator) Runtimes() ([]*Runtime, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	return e.tuner.Runtimes.List(), nil
}

// Runtime returns the runtime with an id or alias.
func (e *Estimator) Runtime(name string) (*Runtime, error) {
	if _, err := e.Runtimes(); err != nil {
		return nil, err
	}
	return e.tuner.Runtimes.Get(name)
}

// Slices returns what was measured: the slices of the published tables and of the user's calibrations, each once.
func (e *Estimator) Slices() ([]Slice, error) {
	if _, err := e.Runtimes(); err != nil {
		return nil, err
	}
	var out []Slice
	for _, c := range e.tuner.Calibrations.List() {
		out = append(out, c.Slice)
	}
	for _, s := range e.tuner.Model.Slices() {
		out = append(out, s.Slice)
	}
	slices.SortFunc(out, func(a, b Slice) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(out), nil
}

// Passes returns what each pass of lowering does, by name.
func Passes() map[string]string {
	does := map[string]string{}
	for _, rule := range lower.Rules() {
		if does[rule[0]] == "" {
			does[rule[0]] = rule[2]
		}
	}
	return does
}

// Tasks returns what the built-in models are for.
func Tasks() []string { return zoo.Tasks() }

// Families returns the families of the built-in models.
func Families() []string {
	var out []string
	for _, e := range zoo.Entries() {
		out = append(out, e.Family)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// BuiltIns returns the built-in models of a task and a family, however spelled; "" is any. A text that names none
// stands for all that hold it. BuiltIns fails where there is none.
func BuiltIns(task, family string) ([]BuiltIn, error) {
	ofTask, ofFamily := named(task, Tasks()), named(family, Families())
	entries := slices.DeleteFunc(zoo.Entries(), func(e BuiltIn) bool { return !ofTask(e.Task) || !ofFamily(e.Family) })
	if len(entries) == 0 {
		return nil, noBuiltIn(task, family)
	}
	return entries, nil
}

// near gives the number of families that are named in place of one that no model is of.
const near = 5

// noBuiltIn returns the error that no built-in model is of a task and a family.
func noBuiltIn(task, family string) error {
	families := Families()
	switch {
	case !slices.ContainsFunc(Tasks(), named(task, Tasks())):
		return fmt.Errorf("found no built-in model of the task %q; %stasks are %s", task, meant(task, Tasks()),
			strings.Join(Tasks(), ", "))
	case !slices.ContainsFunc(families, named(family, families)):
		list := meant(family, families)
		if list == "" {
			list = fmt.Sprintf("families are %s, ...; ", strings.Join(families[:min(near, len(families))], ", "))
		}
		return fmt.Errorf("found no built-in model of the family %q; %s\"ridgepoint models list\" shows all %d",
			family, list, len(families))
	}
	return fmt.Errorf("found no built-in model of both the task %q and the family %q", task, family)
}

// meant asks for the names that a text may stand for: those that it holds or whose words it has, then those that are
// spelled nearly so or begin as it does. It returns "" where nothing is near.
func meant(text string, names []string) string {
	var found []string
	lower := strings.ToLower(text)
	for _, n := range names {
		if text != "" && strings.Contains(lower, strings.ToLower(n)) {
			found = append(found, n)
		}
	}
	for _, n := range append(spelling.Nearest(text, names, near), spelling.Beginning(text, names)...) {
		if !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(found[:min(near, len(found))], ", ") + "? "
}

// BuiltInModel returns the built-in model that a spec or a name without zoo: stands for.
func BuiltInModel(name string) (*BuiltIn, error) {
	e, _, err := zoo.Lookup(name)
	return e, err
}

// BuiltInsNear returns the built-in models whose name or description holds every word of a text, at most three; where
// there is none, those with a name that is spelled nearly so.
func BuiltInsNear(text string) []string {
	const most = 3
	var names, found []string
	for _, e := range zoo.Entries() {
		names = append(names, e.Name)
		if len(found) < most && spelling.HoldsWords(e.Name+" "+e.Family+" "+e.Task+" "+e.Doc, text) {
			found = append(found, e.Name)
		}
	}
	if len(found) > 0 {
		return found
	}
	return spelling.Nearest(text, names, most)
}

// BuiltInSpec returns the spec of a built-in model that is named with or without zoo:.
func BuiltInSpec(name string) string {
	if zoo.IsSpec(name) {
		return name
	}
	return zoo.Prefix + name
}

// IsBuiltIn reports whether a spec names a built-in model, and no file.
func IsBuiltIn(spec string) bool { return zoo.IsSpec(spec) }

// named returns whether a text is meant by a name: the one of all texts that is spelled so or, if there is none, any
// that holds it. Capitals, spaces and hyphens do not matter.
func named(name string, all []string) func(string) bool {
	want := spelling.Squash(name)
	if want == "" {
		return func(string) bool { return name == "" }
	}
	equal := func(text string) bool { return spelling.Squash(text) == want }
	if slices.ContainsFunc(all, equal) {
		return equal
	}
	return func(text string) bool { return strings.Contains(spelling.Squash(text), want) }
}
