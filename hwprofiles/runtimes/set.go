package runtimes

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

//go:embed *.yaml
var builtIn embed.FS

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
	s.store.AddBuiltIn(builtIn)
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

// some returns the runtimes that pass, users' first. Of the files only those that may pass are read. All are known to be
// well: users' because Load read them, built-in ones because they are tested.
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

func anyFile(*entry) bool { return true }

// List returns all runtimes, users' first, then by name of file.
func (s *Set) List() []*Runtime {
	return s.some(anyFile, func(*Runtime) bool { return true })
}

// Get finds a runtime by id or alias; capitals, spaces and punctuation do not matter.
func (s *Set) Get(name string) (*Runtime, error) {
	want := spelling.Squash(name)
	called := func(r *Runtime) bool {
		return spelling.Squash(r.ID) == want ||
			slices.ContainsFunc(r.Aliases, func(a string) bool { return spelling.Squash(a) == want })
	}
	for _, may := range []func(*entry) bool{func(e *entry) bool { return spelling.Squash(e.Name) == want }, anyFile} {
		if found := s.some(may, called); len(found) > 0 {
			return found[0], nil
		}
	}
	var ids []string
	for _, r := range s.List() {
		ids = append(ids, r.ID)
	}
	hint := "the runtimes are " + strings.Join(ids, ", ")
	if near := spelling.Nearest(name, ids, 2); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return nil, fmt.Errorf("runtime %q: found no such id or alias; %s", spelling.Clip(name), hint)
}

// Published returns the runtime that a table of measurements means by the name of r, on a class of devices and with a
// layout of tensors: r itself, or one that goes by its name there.
func (s *Set) Published(r *Runtime, class hwprofiles.Class, layout string) *Runtime {
	goes := s.some(anyFile, func(o *Runtime) bool {
		p := &o.Published
		here := len(p.Classes) == 0 || slices.Contains(p.Classes, class)
		return p.As == r.ID && here && (p.Layout == "" || p.Layout == layout)
	})
	if len(goes) == 0 {
		return r
	}
	return goes[0]
}

// Related reports whether the runtime of that id is of r's family. A runtime without a family is related to none.
func (s *Set) Related(r *Runtime, id string) bool {
	if r.Family == "" || id == r.ID {
		return r.Family != ""
	}
	called := s.some(func(e *entry) bool { return e.Name == id }, func(o *Runtime) bool { return o.ID == id })
	return len(called) > 0 && called[0].Family == r.Family
}

// For returns the stated default runtime of a class of devices, nil where it has none.
func (s *Set) For(class hwprofiles.Class) *Runtime {
	may := func(e *entry) bool {
		data, err := e.Read()
		return err == nil && slices.Contains(strictyaml.List(data, "default_for"), string(class))
	}
	if found := s.some(may, func(r *Runtime) bool { return slices.Contains(r.Default, class) }); len(found) > 0 {
		return found[0]
	}
	return nil
}
