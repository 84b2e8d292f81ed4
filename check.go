package ridgepoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/gitfile"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/internal/wholefile"
	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// A GateResult is the outcome of a budget file: a verdict on every limit of every model on every device.
type GateResult = gate.Result

// The verdicts of a GateResult.
const (
	GatePass      = gate.Pass
	GateUncertain = gate.Uncertain
	GateFail      = gate.Fail
)

// GateError gives the level of limits that break a budget.
const GateError = gate.Error

// A GateTarget is one model of a budget file on one of its devices.
type GateTarget = gate.Target

// A gateTarget is a target, and what it was estimated from.
type gateTarget struct {
	GateTarget
	entry   *gate.Entry
	options *Options
	path    string // of the model's file; "" for a built-in model
}

// Check holds models to the budgets of a YAML file. baseline is a file that Baseline's report wrote, or git:REVISION,
// and comes before the one that the file names; "" for that one. Everything wrong with the file is one error.
func (e *Estimator) Check(ctx context.Context, path, baseline string) (*GateResult, error) {
	f, targets, err := e.targets(ctx, path)
	if err != nil {
		return nil, err
	}
	out := &GateResult{File: f}
	bases, err := e.bases(ctx, f, targets, baseline, out)
	if err != nil {
		return nil, err
	}
	for i := range targets {
		t := &targets[i]
		out.Checks = append(out.Checks, gate.Judge(t.entry, &t.GateTarget, bases[i])...)
	}
	return out, nil
}

// Baseline estimates every model of a budget file on every device of its entry.
func (e *Estimator) Baseline(ctx context.Context, path string) ([]GateTarget, error) {
	_, targets, err := e.targets(ctx, path)
	if err != nil {
		return nil, err
	}
	out := make([]GateTarget, len(targets))
	for i := range targets {
		out[i] = targets[i].GateTarget
	}
	return out, nil
}

// targets reads a budget file and estimates all that it names.
func (e *Estimator) targets(ctx context.Context, path string) (*gate.File, []gateTarget, error) {
	if e == nil {
		return nil, nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, nil, err
	}
	e.reads(path)
	data, err := wholefile.Read(path, "a budget file", strictyaml.MaxSize)
	if err != nil {
		return nil, nil, fmt.Errorf("budget file: %w", err)
	}
	f, err := gate.Read(path, data)
	if err != nil {
		return nil, nil, err
	}
	var out []gateTarget
	models := map[string]*Model{}
	for i := range f.Entries {
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		out = append(out, e.entryTargets(f, &f.Entries[i], models, mostTargets-len(out))...)
	}
	return f, out, f.Finish()
}

// mostTargets bounds the models on devices of a budget file, whose estimates are kept until all are judged.
const mostTargets = 1 << 10

// entryTargets estimates every model of an entry on every device, room of them at most. What cannot be is an error of
// the file.
func (e *Estimator) entryTargets(f *gate.File, entry *gate.Entry, models map[string]*Model,
	room int) (out []gateTarget) {
	opt := &Options{Batch: int64(entry.Batch), Threads: entry.Threads, Dims: entry.Dims, Runtime: entry.Runtime.Text,
		Precision: entry.Precision.Text}
	unable := false // to run in any way: names are looked up all the same
	for _, n := range []struct {
		name *gate.Name
		opt  Options
	}{{&entry.Runtime, Options{Runtime: opt.Runtime}}, {&entry.Precision, Options{Precision: opt.Precision}}} {
		if _, err := e.how(&n.opt); err != nil && n.name.Text != "" {
			n.name.Wrongf("", "%s", ErrorText(err))
			unable = true
		}
	}
	var devices []*gate.Name
	for i := range entry.Devices {
		n := &entry.Devices[i]
		if _, err := e.Device(n.Text); err != nil {
			n.Wrongf("", "%s", ErrorText(err))
			continue
		}
		devices = append(devices, n)
	}
	found := e.entryModels(f, entry, models)
	if unable {
		return nil
	}
	if len(found)*len(devices) > room {
		entry.Models[0].Wrongf("the command batch takes more",
			"found more than %d models on devices, expected at most as many", mostTargets)
		return nil
	}
	opts := entryOptions(found, opt)
	for i, m := range found {
		for _, d := range devices {
			est, err := e.Estimate(m.Model, d.Text, opts[i])
			if err != nil {
				text := fmt.Sprintf("%s on %s: %s", m.spec, d.Text, strings.TrimPrefix(ErrorText(err), m.Spec+": "))
				if keys := e.condition(m.Model, d.Text, opts[i]); keys != nil {
					entry.Wrongf(keys, "", "%s", text)
				} else {
					d.Wrongf("", "%s", text)
				}
				continue
			}
			t := GateTarget{Model: m.spec, Device: d.Text, Setting: entry.Setting(), Estimate: est}
			out = append(out, gateTarget{t, entry, opts[i], m.file})
		}
	}
	return out
}

// An entryModel is a model of an entry, as the entry names it.
type entryModel struct {
	*Model
	spec, file string // file is its path; "" for a built-in model and one of a revision
}

// entryModels loads the models of an entry, in its order. Those that cannot be loaded are errors of the file.
func (e *Estimator) entryModels(f *gate.File, entry *gate.Entry, models map[string]*Model) (out []entryModel) {
	for i := range entry.Models {
		n := &entry.Models[i]
		for _, spec := range expand(f, n) {
			if m, file, err := e.named(f, n, spec, models); err == nil {
				out = append(out, entryModel{m, spec, file})
			}
		}
	}
	return out
}

// entryOptions returns the options of each model of an entry. A dimension that none of them has stays, for the estimate
// to refuse where the entry says it.
func entryOptions(found []entryModel, opt *Options) []*Options {
	all := make([]*Model, len(found))
	for i := range found {
		all[i] = found[i].Model
	}
	if opts, err := optionsFor(all, opt); err == nil {
		return opts
	}
	out := make([]*Options, len(found))
	for i := range out {
		out[i] = opt
	}
	return out
}

// condition returns the keys of the one condition without which a model can be estimated on a device; nil where there
// is none.
func (e *Estimator) condition(m *Model, device string, opt *Options) []string {
	type change struct {
		keys []string
		to   func(*Options)
	}
	changes := []change{{[]string{"runtime"}, func(o *Options) { o.Runtime = "" }},
		{[]string{"precision"}, func(o *Options) { o.Precision = "" }},
		{[]string{"threads"}, func(o *Options) { o.Threads = 0 }},
		{[]string{"batch"}, func(o *Options) { o.Batch = 0 }}}
	for _, dim := range slices.Sorted(maps.Keys(opt.Dims)) {
		changes = append(changes, change{[]string{"dims", dim}, func(o *Options) {
			o.Dims = maps.Clone(o.Dims)
			delete(o.Dims, dim)
		}})
	}
	if len(opt.Dims) > 1 {
		changes = append(changes, change{[]string{"dims"}, func(o *Options) { o.Dims = nil }})
	}
	for _, c := range changes {
		o := *opt
		c.to(&o)
		if _, err := e.Estimate(m, device, &o); err == nil {
			return c.keys
		}
	}
	return nil
}

// inGit reports whether a model is named by a revision of git.
func inGit(spec string) bool { return strings.HasPrefix(spec, gitfile.Prefix) }

// expand returns the models that a name of a budget file stands for: globs are of files beside the budget file.
func expand(f *gate.File, n *gate.Name) []string {
	if zoo.IsSpec(n.Text) || inGit(n.Text) || !strings.ContainsAny(n.Text, "*?[") {
		return []string{n.Text}
	}
	dir := filepath.Dir(f.Path)
	found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(n.Text)))
	if err != nil || len(found) == 0 {
		n.Wrongf("paths are relative to the budget file", "found no file that %s matches, expected one at least", n.Text)
		return nil
	}
	for i := range found {
		if rel, err := filepath.Rel(dir, found[i]); err == nil {
			found[i] = filepath.ToSlash(rel)
		}
	}
	slices.Sort(found)
	return found
}

// named loads a model that a budget file names, once. file is its path, "" for a built-in model and one of a revision.
func (e *Estimator) named(f *gate.File, n *gate.Name, spec string, models map[string]*Model) (m *Model, file string,
	err error) {
	if !zoo.IsSpec(spec) && !inGit(spec) {
		file = filepath.Join(filepath.Dir(f.Path), filepath.FromSlash(spec))
		if filepath.IsAbs(spec) {
			file = spec
		}
	}
	if m, ok := models[spec]; ok {
		return m, file, nil
	}
	m, err = e.Load(cmp.Or(file, spec))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		n.Wrongf(beside(file), "found no file %s, expected a model; paths are relative to the budget file", spec)
	case err != nil:
		n.Wrongf("", "%s", ErrorText(err))
	default:
		models[spec] = m
	}
	return m, file, err
}

// beside returns what a missing file may stand for: a file of its folder or a built-in model with such a name.
func beside(file string) string {
	base := filepath.Base(file)
	var all []string
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		return ""
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	if _, err := BuiltInModel(base); err == nil {
		return fmt.Sprintf("did you mean %q?", BuiltInSpec(base))
	}
	if near := spelling.Nearest(base, all, 1); len(near) > 0 {
		return fmt.Sprintf("did you mean %q?", near[0])
	}
	return ""
}

// bases returns what the limit on growth compares each target with; nil for targets without that limit.
func (e *Estimator) bases(ctx context.Context, f *gate.File, targets []gateTarget, asked string,
	out *GateResult) ([]*gate.Base, error) {
	bases := make([]*gate.Base, len(targets))
	compared := func(entry *gate.Entry) *gate.Bound {
		i := slices.IndexFunc(entry.Bounds, func(b gate.Bound) bool { return b.Key == gate.MaxRegression })
		if i < 0 {
			return nil
		}
		return &entry.Bounds[i]
	}
	i := slices.IndexFunc(targets, func(t gateTarget) bool { return compared(t.entry) != nil })
	if i < 0 {
		return bases, nil
	}
	from := asked
	if from == "" && f.Baseline.Text != "" {
		if from = f.Baseline.Text; !strings.HasPrefix(from, gitfile.Prefix) && !filepath.IsAbs(from) {
			from = filepath.Join(filepath.Dir(f.Path), filepath.FromSlash(from))
		}
	}
	if from == "" {
		compared(targets[i].entry).Wrongf(`write "baseline: baseline.json" or "baseline: git:main" at the top`,
			"found no baseline, expected one to compare with")
		return nil, f.Finish()
	}
	out.Baseline = from
	find, err := e.basesFrom(ctx, from, filepath.Dir(f.Path), out)
	switch {
	case err != nil && asked == "":
		hint := `"ridgepoint baseline" writes one`
		if inGit(from) {
			hint = ""
		}
		f.Baseline.Wrongf(hint, "%s", ErrorText(err))
		return nil, f.Finish()
	case err != nil:
		return nil, fmt.Errorf("baseline %s: %w", from, err)
	}
	for i := range targets {
		t := &targets[i]
		b := compared(t.entry)
		if b == nil {
			continue
		}
		base, err := find(t)
		if err != nil {
			b.Wrongf("make the baseline again, or take the limit out for this model", "%s", ErrorText(err))
			continue
		}
		bases[i] = base
	}
	return bases, f.Finish()
}

// mostBaseline bounds a baseline, in bytes: an estimate takes some 600.
const mostBaseline = 32 << 20

// basesFrom returns what finds the base of a target in a baseline: a file's rows, or estimates of old models. A
// revision is one of the repository around dir.
func (e *Estimator) basesFrom(ctx context.Context, from, dir string,
	out *GateResult) (func(*gateTarget) (*gate.Base, error), error) {
	if revision, ok := strings.CutPrefix(from, gitfile.Prefix); ok {
		if err := gitfile.Has(ctx, dir, revision); err != nil {
			return nil, err
		}
		return func(t *gateTarget) (*gate.Base, error) { return e.old(ctx, revision, t) }, nil
	}
	e.reads(from)
	data, err := wholefile.Read(from, "a baseline", mostBaseline)
	if err != nil {
		return nil, err
	}
	b, err := gate.ReadBaseline(data)
	if err != nil {
		return nil, err
	}
	out.BaselineVersion = b.Version
	return func(t *gateTarget) (*gate.Base, error) {
		base := b.Of(t.Model, t.Device, t.Setting)
		if base == nil {
			return nil, fmt.Errorf("found no %s in the baseline %s, expected one", describe(t), from)
		}
		return base, nil
	}, nil
}

// describe returns a target as one phrase: model, device and setting.
func describe(t *gateTarget) string {
	text := t.Model + " on " + t.Device
	if t.Setting != "" {
		text += " (" + t.Setting + ")"
	}
	return text
}

// old estimates a model as it is in a revision, as its target is estimated. A built-in model and one of a revision have
// no other version.
func (e *Estimator) old(ctx context.Context, revision string, t *gateTarget) (*gate.Base, error) {
	if t.path == "" {
		return gate.NewBase(&t.GateTarget, t.Estimate), nil
	}
	var m *Model
	dir, base := filepath.Split(t.path)
	err := gitfile.Read(ctx, dir, revision, "./"+base, func(in io.Reader) (err error) {
		if m, err = e.Read(t.path, in); err != nil {
			err = fmt.Errorf("in revision %s: %w", revision, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	est, err := e.Estimate(m, t.Device, t.options)
	if unbound := new(UnboundError); errors.As(err, &unbound) {
		if again, lacks := e.Estimate(m, t.Device, sizedAs(t.options, m, t.Estimate)); lacks == nil {
			est, err = again, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("in revision %s: %w", revision, err)
	}
	return gate.NewBase(&t.GateTarget, est), nil
}

// Budgets returns the text of a budget file that holds models on devices to their present figures and a quarter more.
// dir is the folder that the file is for: the paths of models are written relative to it. The estimates come with it.
func (e *Estimator) Budgets(models, devices []string, dir string, opt *Options) (text []byte, targets []GateTarget,
	err error) {
	loaded, opts, err := e.LoadAll(models, opt)
	if err != nil {
		return nil, nil, err
	}
	var entries []gate.Entry
	for i, m := range loaded {
		all, err := e.EstimateOn(m, devices, opts[i])
		if err != nil {
			return nil, nil, err
		}
		name := models[i]
		if !zoo.IsSpec(name) && !inGit(name) {
			if name, err = relative(dir, name); err != nil {
				return nil, nil, err
			}
		}
		for _, est := range all {
			targets = append(targets, GateTarget{Model: name, Device: e.asNamed(devices, est.Device), Estimate: est})
			entries = append(entries, entryOf(opts[i]))
		}
	}
	return gate.New(entries, targets), targets, nil
}

// entryOf returns the entry of a budget file that runs models under options.
func entryOf(opt *Options) gate.Entry {
	if opt == nil {
		return gate.Entry{}
	}
	how := gate.Entry{Batch: int(opt.Batch), Threads: opt.Threads, Dims: opt.Dims}
	how.Runtime.Text, how.Precision.Text = opt.Runtime, opt.Precision
	return how
}

// asNamed returns the first of names that stands for a device; its id where none does.
func (e *Estimator) asNamed(names []string, d *Device) string {
	for _, name := range names {
		if o, err := e.Device(name); err == nil && o.ID == d.ID && o.Hash == d.Hash {
			return name
		}
	}
	return d.ID
}

// relative returns the path of a model as a budget file in a folder names it.
func relative(dir, path string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return filepath.ToSlash(abs), nil // on another drive
	}
	return filepath.ToSlash(rel), nil
}
