// Package gate holds models to budgets: a YAML file of models, devices and limits, read strictly, and the verdicts on
// the estimates of each.
package gate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Level says what a broken limit means for the exit code.
type Level string

// The levels.
const (
	Off   Level = "off"   // the limit is not looked at
	Warn  Level = "warn"  // it is reported
	Error Level = "error" // it breaks the budget; what limits have unless the file says otherwise
)

// levels lists the levels of a limit.
var levels = []string{string(Off), string(Warn), string(Error)}

// A File is a budget file.
type File struct {
	Path     string           // of the budget file
	Baseline Name             // file of a baseline, or git:REVISION; empty for none
	Entries  []Entry          // in order
	levels   map[string]Level // by limit, for all entries
	root     strictyaml.Value // for errors
}

// An Entry is a list of models and devices with their limits, and how the models are run.
type Entry struct {
	Models, Devices    []Name           // each with each
	Runtime, Precision Name             // conditions, empty where they are the usual ones
	Batch, Threads     int              // 0 where it is not given
	Dims               map[string]int64 // by name
	Bounds             []Bound          // limits
	levels             map[string]Level // by limit
	at                 strictyaml.Value // for errors
}

// Wrongf reports an error at a condition, by its keys, with a hint that may be empty.
func (e *Entry) Wrongf(keys []string, hint, format string, args ...any) {
	v := e.at
	for _, key := range keys {
		if inner, ok := v.Key(key); ok {
			v = inner
		}
	}
	v.Errorf(hint, format, args...)
}

// A Bound is a limit of an entry.
type Bound struct {
	*Limit
	Value float64          // in base units
	Level Level            // of its breach
	Line  int              // of the file
	at    strictyaml.Value // for errors
}

// Wrongf reports an error at the limit, with a hint that may be empty.
func (b *Bound) Wrongf(hint, format string, args ...any) { b.at.Errorf(hint, format, args...) }

// A Name is a word of the file with its place.
type Name struct {
	Text string           // as the file has it
	at   strictyaml.Value // for errors
}

// Wrongf reports an error at the name, with a hint that may be empty.
func (n *Name) Wrongf(hint, format string, args ...any) { n.at.Errorf(hint, format, args...) }

// Finish returns everything that is wrong with the file, in the order of its lines; nil where nothing is.
func (f *File) Finish() error { return f.root.Finish() }

// Read parses a budget file. Errors that are of the file's form come with the file, so that names can be looked up and
// everything wrong be told at once by Finish; only a file that is no YAML at all is an error here.
func Read(path string, data []byte) (*File, error) {
	root, err := strictyaml.OpenKind("budget", path, data)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, root: root}
	root.CheckShapes()
	strictyaml.Fields(root, fileFields, f)
	if !root.Has("schema") {
		root.Errorf(`begin with "schema: 1"`, "found no schema")
	}
	if len(f.Entries) == 0 && root.Sound() {
		root.Errorf("", "found no budgets, expected a list of models, devices and limits under budgets")
	}
	f.spread()
	return f, nil
}

// fileFields lists the keys of a budget file.
var fileFields = []strictyaml.Field[File]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *File) { v.Schema() }},
	{Key: "baseline", Read: func(v strictyaml.Value, f *File) { f.Baseline = name(v, "baseline.json or git:main") }},
	{Key: "levels", Read: func(v strictyaml.Value, f *File) { f.levels = readLevels(v) }},
	{Key: "budgets", Read: func(v strictyaml.Value, f *File) {
		for item := range v.Items() {
			f.Entries = append(f.Entries, readEntry(item))
		}
	}},
}

// readEntry reads models, devices, conditions and limits.
func readEntry(v strictyaml.Value) (e Entry) {
	if !v.IsMapping() {
		v.Errorf("", "found %s, expected models, devices and limits", v)
		return e
	}
	e.at = v
	strictyaml.Fields(v, entryFields(), &e)
	for _, key := range []string{"models", "devices"} {
		if !v.Has(key) {
			v.Errorf("", "found no %s, expected a list such as %s: [%s]", key, key, examples[key])
		}
	}
	if len(e.Bounds) == 0 && v.Sound() {
		v.Errorf("", "found no limit, expected one of %s", strings.Join(Keys(), ", "))
	}
	return e
}

// examples lists what errors show for a key.
var examples = map[string]string{"models": "zoo:yolo11n, models/*.onnx", "devices": "rpi-5"}

// entryFields returns how an entry is read: how its models are run, then a field for each limit.
func entryFields() []strictyaml.Field[Entry] {
	out := []strictyaml.Field[Entry]{
		{Key: "models", Read: func(v strictyaml.Value, e *Entry) { e.Models = names(v, "models") }},
		{Key: "devices", Read: func(v strictyaml.Value, e *Entry) { e.Devices = names(v, "devices") }},
		{Key: "runtime", Read: func(v strictyaml.Value, e *Entry) { e.Runtime = name(v, "tensorrt") }},
		{Key: "precision", Read: func(v strictyaml.Value, e *Entry) { e.Precision = name(v, "fp16") }},
		{Key: "batch", Read: func(v strictyaml.Value, e *Entry) { e.Batch = v.Count(1, 1<<20) }},
		{Key: "threads", Read: func(v strictyaml.Value, e *Entry) { e.Threads = v.Count(1, 1<<12) }},
		{Key: "dims", Read: func(v strictyaml.Value, e *Entry) { e.Dims = readDims(v) }},
		{Key: "levels", Read: func(v strictyaml.Value, e *Entry) { e.levels = readLevels(v) }},
	}
	for i := range limits {
		out = append(out, strictyaml.Field[Entry]{Key: limits[i].Key, Read: limits[i].read})
	}
	return out
}

// read reads the value of a limit.
func (l *Limit) read(v strictyaml.Value, e *Entry) {
	text, ok := v.Scalar()
	if !ok {
		v.Errorf("", "found %s, expected a value such as %s", v, l.Example)
		return
	}
	value, err := l.parse(text)
	var unit *units.ParseError
	switch {
	case errors.As(err, &unit):
		v.Errorf(unit.Hint, "found %q, expected %s", unit.Text, unit.Expected)
		return
	case err != nil:
		v.Errorf(fmt.Sprintf("write it as in %q", l.Key+": "+l.Example), "found %q, %v", spelling.Clip(text), err)
		return
	}
	e.Bounds = append(e.Bounds, Bound{Limit: l, Value: value, Level: Error, Line: v.Line(), at: v})
}

// name returns a text with its place, for errors.
func name(v strictyaml.Value, example string) Name {
	text, _ := v.Text(example)
	return Name{Text: strings.TrimSpace(text), at: v}
}

// names reads a list of names, or one name alone.
func names(v strictyaml.Value, key string) (out []Name) {
	if _, scalar := v.Scalar(); scalar {
		if n := name(v, examples[key]); n.Text != "" {
			out = append(out, n)
		}
		return out
	}
	for item := range v.Items() {
		if n := name(item, examples[key]); n.Text != "" {
			out = append(out, n)
		}
	}
	if len(out) == 0 && v.Sound() {
		v.Errorf("", "found an empty list, expected %s such as %s", key, examples[key])
	}
	return out
}

// readDims reads the sizes of named dimensions.
func readDims(v strictyaml.Value) map[string]int64 {
	out := map[string]int64{}
	for key, value := range v.Entries() {
		text, ok := value.Scalar()
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || n < 1 || n > 1<<40 {
			value.Errorf("", "found %s, expected a whole number of elements", value)
			continue
		}
		out[key] = n
	}
	return out
}

// readLevels reads the level of each limit: error, warn or off.
func readLevels(v strictyaml.Value) map[string]Level {
	out := map[string]Level{}
	for key, value := range v.Entries() {
		text, ok := value.Scalar()
		switch {
		case !slices.Contains(Keys(), key):
			value.Unknown(Keys())
		case !ok || !slices.Contains(levels, text):
			hint := ""
			if near := spelling.Nearest(text, levels, 1); len(near) > 0 {
				hint = fmt.Sprintf("did you mean %q?", near[0])
			}
			value.Errorf(hint, "found %s, expected one of %s", value, strings.Join(levels, ", "))
		default:
			out[key] = Level(text)
		}
	}
	return out
}

// spread gives each limit its level: the entry's, else the file's, else error; and takes those that are off out.
func (f *File) spread() {
	for i := range f.Entries {
		e := &f.Entries[i]
		for k := range e.Bounds {
			b := &e.Bounds[k]
			if l, ok := f.levels[b.Key]; ok {
				b.Level = l
			}
			if l, ok := e.levels[b.Key]; ok {
				b.Level = l
			}
		}
		e.Bounds = slices.DeleteFunc(e.Bounds, func(b Bound) bool { return b.Level == Off })
	}
}

// Setting returns how an entry's models are run, in words; the same words stand for the same setting.
func (e *Entry) Setting() string {
	var parts []string
	add := func(key, value string) {
		if value != "" && value != "0" {
			parts = append(parts, key+" "+value)
		}
	}
	add("runtime", e.Runtime.Text)
	add("precision", e.Precision.Text)
	add("batch", strconv.Itoa(e.Batch))
	add("threads", strconv.Itoa(e.Threads))
	for _, dim := range slices.Sorted(maps.Keys(e.Dims)) {
		add(dim, strconv.FormatInt(e.Dims[dim], 10))
	}
	return strings.Join(parts, ", ")
}
