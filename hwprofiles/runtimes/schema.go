package runtimes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// runtimeFields lists the keys of a runtime's profile, sources first because rules and priors refer to them.
var runtimeFields = []strictyaml.Field[Runtime]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Runtime) { v.Schema() }},
	{Key: "sources", Read: func(v strictyaml.Value, _ *Runtime) { v.Sources() }},
	{Key: "id", Read: func(v strictyaml.Value, r *Runtime) { r.ID, _ = v.Text("torch-compile") }},
	{Key: "name", Read: func(v strictyaml.Value, r *Runtime) { r.Name, _ = v.Text("torch.compile") }},
	{Key: "family", Read: func(v strictyaml.Value, r *Runtime) { r.Family, _ = v.Text("torch") }},
	{Key: "aliases", Read: func(v strictyaml.Value, r *Runtime) { r.Aliases = v.Texts("torch.compile") }},
	{Key: "runs_on", Read: func(v strictyaml.Value, r *Runtime) { r.Places = ReadConditions(v) }},
	{Key: "default_for", Read: func(v strictyaml.Value, r *Runtime) { r.Default = ReadConditions(v) }},
	{Key: "passes", Read: func(v strictyaml.Value, r *Runtime) { readRules(v, r, "pass", Passes) }},
	{Key: "data", Read: func(v strictyaml.Value, r *Runtime) { readRules(v, r, "data", Data) }},
	{Key: "rules", Read: func(v strictyaml.Value, r *Runtime) { readRules(v, r, "rule", AnyList) }}, // before 2026-11-30
	{Key: "types", Read: readTypes},
	{Key: "tf32", Read: readTF32},
	{Key: "opt_in", Read: func(v strictyaml.Value, r *Runtime) { r.OptIn = readOptIns(v) }},
	{Key: "winograd", Read: readWinograd},
	{Key: "wide_depthwise", Read: func(v strictyaml.Value, r *Runtime) {
		r.WideDepthwise = readShare(v, "times as efficient are depthwise kernels of more than 7x7")
	}},
	{Key: "contexts", Read: func(v strictyaml.Value, r *Runtime) {
		r.Contexts = v.Bool("whether a network that does not stay on the chip is switched in parts")
	}},
	{Key: "threads", Read: func(v strictyaml.Value, r *Runtime) { r.Threads = v.Count(1, 1024) }},
	{Key: "sharing", Read: readSharing},
	{Key: "held", Read: readHeld},
	{Key: "priors", Read: func(v strictyaml.Value, r *Runtime) {
		r.Priors = readPriors(v, r, func(hwprofiles.Class) params.Values { return params.Priors() })
	}},
	{Key: "throughput", Read: func(v strictyaml.Value, r *Runtime) { r.Rates = readPriors(v, r, r.priorOf) }},
	{Key: "published", Read: func(v strictyaml.Value, r *Runtime) { strictyaml.Fields(v, publishedFields, &r.Published) }},
	{Key: "notes", Read: func(v strictyaml.Value, r *Runtime) { r.Notes = v.Texts("weights are repacked") }},
}

var publishedFields = []strictyaml.Field[Published]{
	{Key: "as", Read: func(v strictyaml.Value, p *Published) { p.As, _ = v.Text("pytorch-eager") }},
	{Key: "layout", Read: func(v strictyaml.Value, p *Published) { p.Layout, _ = v.Text("nhwc") }},
	{Key: "words", Read: func(v strictyaml.Value, p *Published) { p.Words = v.Texts("ruy") }},
	{Key: "not", Read: func(v strictyaml.Value, p *Published) { p.Not = v.Texts("ruy") }},
}

// readClasses reads a list of classes of devices.
func readClasses(v strictyaml.Value) []hwprofiles.Class {
	var list []hwprofiles.Class
	for _, name := range v.Texts("gpu") {
		list = append(list, readClass(v, name))
	}
	return list
}

// readClass returns the class of a name found at v.
func readClass(v strictyaml.Value, name string) hwprofiles.Class {
	class, ok := hwprofiles.ParseClass(name)
	if !ok {
		v.Errorf("", "found %q, expected a class of devices: %s",
			spelling.Clip(name), strings.Join(hwprofiles.Classes(), ", "))
	}
	return class
}

// ruleFields lists the keys of a rule in a list whose items are named by key.
func ruleFields(key string) []strictyaml.Field[RuleUse] {
	return []strictyaml.Field[RuleUse]{
		{Key: key, Read: func(v strictyaml.Value, u *RuleUse) { u.Name, _ = v.Text("attention") }},
		{Key: "source", Read: func(v strictyaml.Value, u *RuleUse) {
			if id, ok := v.Text("default"); ok {
				u.Source = v.Source(id)
			}
		}},
		{Key: "except", Read: func(v strictyaml.Value, u *RuleUse) { u.Except = readClasses(v) }},
	}
}

// readRules reads a list of rules that the runtime applies, each once and with a source. key names an item.
func readRules(v strictyaml.Value, r *Runtime, key string, list List) {
	fields := ruleFields(key)
	for item := range v.Items() {
		u := RuleUse{List: list}
		strictyaml.Fields(item, fields, &u)
		if u.Source == nil {
			u.Source = item.Source("default")
		}
		if slices.ContainsFunc(r.Rules, func(o RuleUse) bool { return o.Name == u.Name }) {
			item.Errorf("keep one of them", "found the rule %q twice", spelling.Clip(u.Name))
		}
		r.Rules = append(r.Rules, u)
	}
}

// readHeld reads `held`, the parameters that have no effect.
func readHeld(v strictyaml.Value, r *Runtime) {
	for _, key := range v.Texts("winograd") {
		p, ok := params.Of(key)
		if !ok || !p.CanHold() {
			v.Errorf("", "found %q, expected some of %s", spelling.Clip(key), strings.Join(params.Holdable(), ", "))
			continue
		}
		r.held = append(r.held, p)
	}
}

// readPriors reads the priors of classes, which begin with those that from returns.
func readPriors(v strictyaml.Value, r *Runtime, from func(hwprofiles.Class) params.Values) []ClassPrior {
	var out []ClassPrior
	for name, entry := range v.Entries() {
		p := ClassPrior{Class: readClass(entry, name)}
		p.Values = from(p.Class)
		strictyaml.Fields(entry, paramFields(), &p.Values)
		p.Source = entry.Source("default")
		for _, h := range r.held {
			if !entry.Has(params.Specs[h].Key) {
				p.Held = append(p.Held, h)
			}
		}
		p.Hold(&p.Values)
		out = append(out, p)
	}
	return out
}

// priorOf returns the values of the prior of a class, those of no runtime where there is none.
func (r *Runtime) priorOf(class hwprofiles.Class) params.Values {
	if p := r.Prior(class); p != nil {
		return p.Values
	}
	return params.Priors()
}

// paramFields returns the parameters as keys of a mapping.
func paramFields() []strictyaml.Field[params.Values] {
	table := make([]strictyaml.Field[params.Values], params.NumParams)
	for i := range table {
		p := params.Param(i)
		read := func(v strictyaml.Value, into *params.Values) {
			if x, ok := readParam(v, p); ok {
				into[p] = x
			}
		}
		table[i] = strictyaml.Field[params.Values]{Key: params.Specs[i].Key, Read: read}
	}
	return table
}

// readParam reads the value of one parameter: a time with its unit, else a plain number.
func readParam(v strictyaml.Value, p params.Param) (float64, bool) {
	spec := &params.Specs[p]
	text, ok := v.Scalar()
	var x float64
	var err error
	if spec.Unit == "s" {
		x, _, err = units.Parse(text, units.Seconds)
	} else {
		x, err = strconv.ParseFloat(text, 64)
	}
	if !ok || err != nil || !p.Valid(x) {
		what := fmt.Sprintf("a number from %g to %g (%s)", spec.Lo, spec.Hi, spec.Doc)
		if spec.Unit == "s" {
			what = fmt.Sprintf("a time from %s to %s, such as 2.6 µs (%s)",
				units.Format(spec.Lo, units.Seconds), units.Format(spec.Hi, units.Seconds), spec.Doc)
		}
		v.Errorf("", "found %s, expected %s", v, what)
		return 0, false
	}
	return x, true
}

// Decode reads the profile of a runtime; file names it in messages. The error is an hwprofiles.Errors.
func Decode(file string, data []byte) (*Runtime, error) {
	root, err := strictyaml.Open(file, data)
	if err != nil {
		return nil, err
	}
	root.CheckShapes()
	r := &Runtime{Origin: file}
	strictyaml.Fields(root, runtimeFields, r)
	for _, need := range []struct {
		key    string
		absent bool
	}{{"id", r.ID == ""}, {"name", r.Name == ""}, {"priors", len(r.Priors) == 0}} {
		if need.absent && root.Sound() {
			root.Child(need.key).Errorf("", "found no %s, expected it", need.key)
		}
	}
	sum := sha256.Sum256(data)
	r.Hash = hex.EncodeToString(sum[:])
	r.overlap()
	return r, root.Finish()
}
