package hwprofiles

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/hwprofiles/params"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

//go:embed runtimes/*.yaml
var embeddedRuntimes embed.FS

// A Runtime is an inference engine as the model sees it: what it does to a graph, and what it
// is believed to achieve of a device before anything was measured.
type Runtime struct {
	ID      string // such as torch-compile
	Name    string
	Aliases []string // names under which measurements are published
	Default []string // the device classes that it is taken for where none is asked for
	Rules   []RuleUse
	Priors  []ClassPrior
	TF32    bool           // fp32 matrix work runs in TF32 where the device has it
	held    []params.Param // parameters that mean nothing here, save on classes whose priors name them
	Notes   []string
	Origin  string // built-in, or the path of the user's file
	Hash    string // of the file's content, hex
}

// A RuleUse is a rule of lowering that the runtime applies, and how that is known.
type RuleUse struct {
	Name   string
	Source *Source
	Except []string // classes of devices that it does not do it on
}

// A ClassPrior is what the runtime is believed to achieve on a class of devices.
type ClassPrior struct {
	Class  string
	Values params.Values
	Held   []params.Param // parameters that mean nothing on the class
	Source *Source
}

// RuleNames are the rules that apply on a class of devices by name, in the order of the file; "" is all of them.
func (r *Runtime) RuleNames(class string) []string {
	var names []string
	for _, u := range r.Rules {
		if !slices.Contains(u.Except, class) {
			names = append(names, u.Name)
		}
	}
	return names
}

// RunsOn reports whether something is believed of the runtime on a class of devices.
func (r *Runtime) RunsOn(class string) bool {
	return slices.ContainsFunc(r.Priors, func(p ClassPrior) bool { return p.Class == class })
}

// Hold sets the parameters that mean nothing on the class to where they have no effect.
func (c *ClassPrior) Hold(v *params.Values) {
	for _, p := range c.Held {
		v[p] = params.Neutral[p]
	}
}

// Prior is what is believed of a class of devices; that of the first class listed where it is not.
func (r *Runtime) Prior(class string) *ClassPrior {
	for i := range r.Priors {
		if r.Priors[i].Class == class {
			return &r.Priors[i]
		}
	}
	return &r.Priors[0]
}

var runtimeFields = []field[Runtime]{
	{"schema", func(d *decoder, path string, n *yaml.Node, _ *Runtime) { readSchema(d, path, n, nil) }},
	{"sources", func(d *decoder, path string, n *yaml.Node, _ *Runtime) { readSources(d, path, n, &Device{}) }},
	{"id", func(d *decoder, path string, n *yaml.Node, r *Runtime) { r.ID, _ = d.text(n, path, "torch-compile") }},
	{"name", func(d *decoder, path string, n *yaml.Node, r *Runtime) { r.Name, _ = d.text(n, path, "torch.compile") }},
	{"aliases", func(d *decoder, path string, n *yaml.Node, r *Runtime) { r.Aliases = d.texts(n, path, "torch.compile") }},
	{"default_for", readDefaultFor},
	{"rules", readRules},
	{"tf32", readTF32},
	{"held", readHeld},
	{"priors", readPriors},
	{"notes", func(d *decoder, path string, n *yaml.Node, r *Runtime) {
		r.Notes = d.texts(n, path, "weights are repacked")
	}},
}

func readDefaultFor(d *decoder, path string, n *yaml.Node, r *Runtime) {
	r.Default = d.classes(n, path)
}

// classes reads a list of classes of devices.
func (d *decoder) classes(n *yaml.Node, path string) []string {
	list := d.texts(n, path, "gpu")
	for _, c := range list {
		if !slices.Contains(classes, c) {
			d.errorf(n, path, "", "found %q, expected classes of devices: %s", clip(c), strings.Join(classes, ", "))
		}
	}
	return list
}

var ruleFields = []field[RuleUse]{
	{"rule", func(d *decoder, path string, n *yaml.Node, u *RuleUse) { u.Name, _ = d.text(n, path, "attention") }},
	{"source", func(d *decoder, path string, n *yaml.Node, u *RuleUse) {
		if id, ok := d.text(n, path, "default"); ok {
			u.Source = d.source(n, path, id)
		}
	}},
	{"except", func(d *decoder, path string, n *yaml.Node, u *RuleUse) { u.Except = d.classes(n, path) }},
}

func readRules(d *decoder, path string, n *yaml.Node, r *Runtime) {
	d.list(n, path, func(at string, item *yaml.Node) {
		u := RuleUse{}
		fields(d, item, at, ruleFields, &u)
		if u.Source == nil {
			u.Source = d.source(item, at, "default")
		}
		if slices.ContainsFunc(r.Rules, func(o RuleUse) bool { return o.Name == u.Name }) {
			d.errorf(item, at, "keep one of them", "found the rule %q twice", clip(u.Name))
		}
		r.Rules = append(r.Rules, u)
	})
}

func readTF32(d *decoder, path string, n *yaml.Node, r *Runtime) {
	if n.Decode(&r.TF32) != nil {
		d.errorf(n, path, "", "found %s, expected true or false: whether fp32 matrix work runs in TF32", kindOf(n))
	}
}

func readHeld(d *decoder, path string, n *yaml.Node, r *Runtime) {
	for _, key := range d.texts(n, path, "winograd") {
		p, ok := params.Of(key)
		if _, neutral := params.Neutral[p]; !ok || !neutral {
			d.errorf(n, path, "", "found %q, expected some of half_tile, product, winograd, repack, scale", clip(key))
			continue
		}
		r.held = append(r.held, p)
	}
}

func readPriors(d *decoder, path string, n *yaml.Node, r *Runtime) {
	d.record(n, path, func(keys map[string]*yaml.Node) {
		for class, v := range ordered(n, keys) {
			at := join(path, class)
			if !slices.Contains(classes, class) {
				d.errorf(v, at, "", "found %q, expected a class of devices: %s", clip(class), strings.Join(classes, ", "))
			}
			p := ClassPrior{Class: class, Values: params.Priors()}
			fields(d, v, at, paramTable(), &p.Values)
			p.Source = d.source(v, at, "default")
			for _, h := range r.held {
				if !names(v, params.Specs[h].Key) {
					p.Held = append(p.Held, h)
				}
			}
			p.Hold(&p.Values)
			r.Priors = append(r.Priors, p)
		}
	})
}

// names reports whether a mapping has a key.
func names(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// paramTable is the table of parameters as keys of a mapping.
func paramTable() []field[params.Values] {
	table := make([]field[params.Values], params.NumParams)
	for i := range table {
		p := params.Param(i)
		table[i] = field[params.Values]{params.Specs[i].Key, func(d *decoder, path string, n *yaml.Node, into *params.Values) {
			if v, ok := d.param(n, path, p); ok {
				into[p] = v
			}
		}}
	}
	return table
}

// param reads the value of one parameter: a time with its unit, else a plain number.
func (d *decoder) param(n *yaml.Node, path string, p params.Param) (float64, bool) {
	spec := &params.Specs[p]
	var v float64
	var err error
	if spec.Unit == "s" {
		v, _, err = units.Parse(n.Value, units.Seconds)
	} else {
		v, err = strconv.ParseFloat(n.Value, 64)
	}
	if n.Kind != yaml.ScalarNode || err != nil || !p.Valid(v) {
		what := fmt.Sprintf("a number from %g to %g (%s)", spec.Lo, spec.Hi, spec.Doc)
		if spec.Unit == "s" {
			what = fmt.Sprintf("a time from %s to %s, such as 2.6 µs (%s)", units.Format(spec.Lo, units.Seconds), units.Format(spec.Hi, units.Seconds), spec.Doc)
		}
		d.errorf(n, path, "", "found %s, expected %s", kindOf(n), what)
		return 0, false
	}
	return v, true
}

// newDecoder is a decoder for one file.
func newDecoder(file string) *decoder {
	return &decoder{file: file, sources: map[string]*Source{}, used: map[string]bool{}}
}

// finish is the decoder's errors as one, nil where there are none.
func (d *decoder) finish() error {
	if len(d.errs) == 0 {
		return nil
	}
	return d.errs.sorted()
}

// DecodeRuntime reads the profile of a runtime; file names it in messages. The error is an Errors.
func DecodeRuntime(file string, data []byte) (*Runtime, error) {
	d := newDecoder(file)
	root := d.parse(data)
	if root == nil {
		return nil, d.errs
	}
	r := &Runtime{Origin: file}
	fields(d, root, "", runtimeFields, r)
	missing := func(key string, absent bool) {
		if absent && len(d.errs) == 0 {
			d.errorf(root, key, "", "found no %s, expected it", key)
		}
	}
	missing("id", r.ID == "")
	missing("name", r.Name == "")
	missing("priors", len(r.Priors) == 0)
	sum := sha256.Sum256(data)
	r.Hash = hex.EncodeToString(sum[:])
	return r, d.finish()
}

// Runtimes are the runtimes that are known, users' first. Built-in ones are read when they are asked for.
type Runtimes struct {
	users   []*Runtime
	builtIn []shippedRuntime
}

// shippedRuntime is a built-in runtime: its file's name is its id, and its text tells which classes it is the default of.
type shippedRuntime struct {
	id   string
	text []byte
	read func() (*Runtime, error)
}

// NewRuntimes is a set of runtimes of one's own.
func NewRuntimes(all ...*Runtime) *Runtimes { return &Runtimes{users: all} }

// LoadRuntimes reads the runtimes of the given directories and finds the built-in ones, which they shadow.
func LoadRuntimes(userDirs ...string) (*Runtimes, error) {
	rs := &Runtimes{}
	var errs []error
	for _, dir := range userDirs {
		errs = append(errs, rs.scan(os.DirFS(dir), dir+"/"))
	}
	files, err := fs.Glob(embeddedRuntimes, "runtimes/*.yaml")
	errs = append(errs, err)
	for _, f := range files {
		id, _ := strings.CutSuffix(path.Base(f), ".yaml")
		if slices.ContainsFunc(rs.users, func(r *Runtime) bool { return r.ID == id }) {
			continue
		}
		text, err := embeddedRuntimes.ReadFile(f)
		errs = append(errs, err)
		rs.builtIn = append(rs.builtIn, shippedRuntime{id, text, sync.OnceValues(func() (*Runtime, error) {
			r, err := readRuntime(f, text)
			if err == nil {
				r.Origin = BuiltIn
			}
			return r, err
		})})
	}
	return rs, errors.Join(errs...)
}

// readRuntime decodes a file, which is called as the runtime's id.
func readRuntime(file string, data []byte) (*Runtime, error) {
	r, err := DecodeRuntime(file, data)
	if err == nil && r.ID != strings.TrimSuffix(path.Base(file), path.Ext(file)) {
		err = fmt.Errorf("%s: id: found %q, expected the name of the file", file, clip(r.ID))
	}
	return r, err
}

func (rs *Runtimes) scan(fsys fs.FS, prefix string) error {
	var errs []error
	_ = fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !isProfile(p) {
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		r, err := readRuntime(prefix+p, data)
		if err != nil {
			errs = append(errs, err)
		} else if !slices.ContainsFunc(rs.users, func(o *Runtime) bool { return o.ID == r.ID }) {
			rs.users = append(rs.users, r)
		}
		return nil
	})
	return errors.Join(errs...)
}

// some are the runtimes that pass, users' first; of the built-in ones only those whose file may pass are read, and these are tested to be well.
func (rs *Runtimes) some(may func(*shippedRuntime) bool, pass func(*Runtime) bool) []*Runtime {
	var out []*Runtime
	for _, r := range rs.users {
		if pass(r) {
			out = append(out, r)
		}
	}
	for i := range rs.builtIn {
		if !may(&rs.builtIn[i]) {
			continue
		}
		if r, err := rs.builtIn[i].read(); err == nil && pass(r) {
			out = append(out, r)
		}
	}
	return out
}

func anyFile(*shippedRuntime) bool { return true }

// List is all runtimes, users' first, then by name of file.
func (rs *Runtimes) List() []*Runtime {
	return rs.some(anyFile, func(*Runtime) bool { return true })
}

// Get finds a runtime by id or alias; capitals, spaces and punctuation do not matter.
func (rs *Runtimes) Get(name string) (*Runtime, error) {
	want := squash(name)
	called := func(r *Runtime) bool {
		return squash(r.ID) == want || slices.ContainsFunc(r.Aliases, func(a string) bool { return squash(a) == want })
	}
	for _, may := range []func(*shippedRuntime) bool{func(f *shippedRuntime) bool { return squash(f.id) == want }, anyFile} {
		if found := rs.some(may, called); len(found) > 0 {
			return found[0], nil
		}
	}
	var ids []string
	for _, r := range rs.List() {
		ids = append(ids, r.ID)
	}
	hint := "the runtimes are " + strings.Join(ids, ", ")
	if near := nearest(name, ids, 2); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return nil, fmt.Errorf("runtime %q: found no such id or alias; %s", clip(name), hint)
}

// For is the stated default runtime of a class of devices, nil where it has none.
func (rs *Runtimes) For(class string) *Runtime {
	names := func(f *shippedRuntime) bool {
		_, line, _ := strings.Cut(string(f.text), "\ndefault_for:")
		line, _, _ = strings.Cut(line, "\n")
		return strings.Contains(line, class)
	}
	if found := rs.some(names, func(r *Runtime) bool { return slices.Contains(r.Default, class) }); len(found) > 0 {
		return found[0]
	}
	return nil
}
