package runtimes

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

//go:embed *.yaml
var builtIn embed.FS

// builtInEntries lists the built-in runtimes. All sets share them, so that each file is decoded once.
var builtInEntries = sync.OnceValue(func() []*entry {
	s := strictyaml.NewStore("runtime", decodeEntry)
	s.AddBuiltIn(builtIn)
	return s.Entries()
})

// A Set is the runtimes that are known, users' first. Built-in ones are read when they are asked for.
// The zero Set and nil have none.
type Set struct {
	own   []*Runtime
	store *strictyaml.Store[*Runtime]
}

type entry = strictyaml.Entry[*Runtime]

// NewSet returns a set of runtimes of one's own.
func NewSet(all ...*Runtime) *Set {
	return &Set{own: all}
}

// Load reads the runtimes of the given directories and finds the built-in ones, which they shadow.
func Load(userDirs ...string) (*Set, error) {
	s := &Set{store: strictyaml.NewStore("runtime", decodeEntry)}
	s.store.AddDirs(userDirs...)
	err := s.store.ReadUsers()
	s.store.AddEntries(builtInEntries())
	s.store.Shadow()
	return s, err
}

// decodeEntry reads a file, which is called as the runtime's id.
func decodeEntry(e *entry, data []byte) (*Runtime, error) {
	r, err := Decode(e.File, data)
	if err == nil && r.ID != e.Name {
		err = fmt.Errorf("%s: id: found %q, expected the name of the file", e.File, spelling.Clip(r.ID))
	}
	if err == nil && e.BuiltIn {
		r.Origin = hwprofiles.BuiltIn
	}
	return r, err
}

// some returns the runtimes that pass, users' first. Of the files only those that may pass are read. All are known to
// be well: users' because Load read them, built-in ones because they are tested.
func (s *Set) some(may func(*entry) bool, pass func(*Runtime) bool) []*Runtime {
	if s == nil {
		return nil
	}
	var out []*Runtime
	for _, r := range s.own {
		if pass(r) {
			out = append(out, r)
		}
	}
	for _, e := range s.store.Entries() {
		if e.BuiltIn && !may(e) {
			continue
		}
		if r, err := e.Load(); err == nil && pass(r) {
			out = append(out, r)
		}
	}
	return out
}

// anyFile reports true: all files are wanted.
func anyFile(*entry) bool { return true }

// List returns all runtimes, users' first, then by name of file.
func (s *Set) List() []*Runtime {
	return s.some(anyFile, func(*Runtime) bool { return true })
}

// Named returns the runtimes of an id or alias, that of the id first; capitals, spaces and punctuation do not matter. A
// name that several share, as PyTorch's does, means another one on another device.
func (s *Set) Named(name string) ([]*Runtime, error) {
	want := spelling.Squash(name)
	called := func(id string, aliases []string) bool {
		return spelling.Squash(id) == want ||
			slices.ContainsFunc(aliases, func(a string) bool { return spelling.Squash(a) == want })
	}
	may := func(e *entry) bool {
		data, err := e.Read()
		return err == nil && called(e.Name, strictyaml.List(data, "aliases"))
	}
	found := s.some(may, func(r *Runtime) bool { return called(r.ID, r.Aliases) })
	if len(found) > 0 {
		i := slices.IndexFunc(found, func(r *Runtime) bool { return spelling.Squash(r.ID) == want })
		if i > 0 {
			found[0], found[i] = found[i], found[0]
		}
		return found, nil
	}
	var ids []string
	for _, r := range s.List() {
		ids = append(ids, r.ID)
	}
	const near = 4
	return nil, fmt.Errorf("runtime %q: found no such id or alias; %s \"ridgepoint runtimes list\" shows all %d",
		spelling.Clip(name), spelling.Suggest(name, ids, near), len(ids))
}

// Get returns the first of the runtimes of an id or alias.
func (s *Set) Get(name string) (*Runtime, error) {
	found, err := s.Named(name)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// Published returns the runtime that a table of measurements means on a device by the name of some runtimes, where
// tensors have a layout and the row says some text of runtime and device: one that goes by their name then, else the
// first of them that runs there.
func (s *Set) Published(d *hwprofiles.Device, named []*Runtime, layout, text string) (*Runtime, error) {
	text = strings.ToLower(text)
	says := func(word string) bool { return strings.Contains(text, strings.ToLower(word)) }
	for _, r := range named {
		goes := s.some(anyFile, func(o *Runtime) bool {
			p := &o.Published
			return p.As == r.ID && (p.Layout == "" || p.Layout == layout) && o.RunsOn(d) &&
				(len(p.Words) == 0 || slices.ContainsFunc(p.Words, says))
		})
		if len(goes) > 0 {
			return goes[0], nil
		}
	}
	return s.Choose(d, named...)
}

// Related reports whether the runtime of that id is of r's family. A runtime without a family is related to none.
func (s *Set) Related(r *Runtime, id string) bool {
	if r.Family == "" || id == r.ID {
		return r.Family != ""
	}
	called := s.some(func(e *entry) bool { return e.Name == id }, func(o *Runtime) bool { return o.ID == id })
	return len(called) > 0 && called[0].Family == r.Family
}

// For returns the default runtime of a device, nil where it has none.
func (s *Set) For(d *hwprofiles.Device) *Runtime {
	may := func(e *entry) bool {
		data, err := e.Read()
		if err != nil {
			return false
		}
		return slices.ContainsFunc(strictyaml.Mappings(data, "default_for", "class"), func(m map[string]string) bool {
			c := Condition{hwprofiles.Class(m["class"]), m["vendor"], m["arch"], m["os"]}
			return c.Holds(d)
		})
	}
	if found := s.some(may, func(r *Runtime) bool { return anyHolds(r.Default, d) && r.RunsOn(d) }); len(found) > 0 {
		return found[0]
	}
	return nil
}

// On returns the runtimes that run on a device.
func (s *Set) On(d *hwprofiles.Device) []*Runtime {
	return s.some(anyFile, func(r *Runtime) bool { return r.RunsOn(d) })
}

// Choose returns the first of some runtimes that runs on a device. The error is a MismatchError.
func (s *Set) Choose(d *hwprofiles.Device, among ...*Runtime) (*Runtime, error) {
	for _, r := range among {
		if r.RunsOn(d) {
			return r, nil
		}
	}
	out := &MismatchError{Runtime: among[0].ID, Device: d}
	for _, r := range s.On(d) {
		out.Others = append(out.Others, r.ID)
	}
	return nil, out
}
