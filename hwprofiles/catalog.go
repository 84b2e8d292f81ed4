package hwprofiles

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

//go:embed template.yaml
var template []byte

// Template returns a commented profile to start a new one from. It loads as it stands.
func Template() []byte { return bytes.Clone(template) }

// BuiltIn gives the Origin of a device that is part of the program.
const BuiltIn = "built-in"

// A Catalog finds devices by name. It reads directory listings when it is made
// and a profile only when it is asked for, so that one estimate parses one file.
// The zero Catalog and nil have no device.
type Catalog struct {
	store *strictyaml.Store[*Device] // of profiles
}

type entry = strictyaml.Entry[*Device]

// NewCatalog lists the profiles in the given directories (those that exist) and the built-in ones.
// Where two have one id the earlier wins.
func NewCatalog(userDirs ...string) *Catalog {
	c := &Catalog{}
	c.store = strictyaml.NewStore("device profile", func(e *entry, data []byte) (*Device, error) {
		return c.decode(e, data, false)
	})
	c.store.AddDirs(userDirs...)
	if len(c.store.Entries()) == 0 {
		c.store.AddEntries(builtInEntries())
		return c
	}
	c.store.AddEntries(c.besideUsers())
	return c
}

// entries returns all profiles, the user's first; nil has none.
func (c *Catalog) entries() []*entry {
	if c == nil {
		return nil
	}
	return c.store.Entries()
}

// IDs lists the ids of all devices, sorted, each once.
func (c *Catalog) IDs() []string {
	var ids []string
	for _, e := range c.entries() {
		ids = append(ids, e.Name)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A Label is the id of a device and its name for people.
type Label struct{ ID, Name string }

// Labels returns the ids and names of all devices by id, without reading the profiles as a whole.
func (c *Catalog) Labels() []Label {
	var out []Label
	for _, e := range c.entries() {
		if data, err := e.Read(); err == nil {
			out = append(out, Label{e.Name, strictyaml.Plain(data, "name")})
		}
	}
	slices.SortStableFunc(out, func(a, b Label) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(out, func(a, b Label) bool { return a.ID == b.ID })
}

// List reads all devices, in the order of IDs. With an error it still returns those that could be read.
func (c *Catalog) List() ([]*Device, error) {
	entries := slices.Clone(c.entries())
	slices.SortStableFunc(entries, func(a, b *entry) int { return strings.Compare(a.Name, b.Name) })
	entries = slices.CompactFunc(entries, func(a, b *entry) bool { return a.Name == b.Name })
	var all []*Device
	var errs []error
	for _, e := range entries {
		d, err := load(e)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, d)
	}
	return all, errors.Join(errs...)
}

// Get finds a device by the path of a profile (ending in .yaml or .yml), by its id or by an alias;
// capitals, spaces, hyphens and underscores do not matter. Products that hold a device (Pixel 8, g4dn.xlarge) and
// names as systems report them are found as well. A power mode follows an @, as in jetson-orin-nx-16@15W.
func (c *Catalog) Get(name string) (*Device, error) {
	if strictyaml.IsProfile(name) && len(c.entries()) > 0 {
		e := c.store.File(name)
		e.Name = "" // a file that is named may be called otherwise than the device
		return load(e)
	}
	whole := name
	name, mode, hasMode := strings.Cut(name, "@")
	if hasMode && clockReport().MatchString(whole) {
		name, hasMode = whole, false
	}
	d, err := c.Named(name)
	if err != nil {
		d, err = c.meant(name, err)
	}
	if err != nil || !hasMode {
		return d, err
	}
	return d.inMode(mode)
}

// Named finds a device by its id or by an alias, as Get does. A name of a file or of a power mode is not found.
func (c *Catalog) Named(name string) (*Device, error) {
	e := c.find(name, nil)
	if e == nil {
		e = c.alias(name)
	}
	if e == nil || spelling.Squash(name) == "" {
		return nil, fmt.Errorf("%w%s", c.notFound(name), c.unread())
	}
	return load(e)
}

// find returns the first entry of that id other than not.
func (c *Catalog) find(id string, not *entry) *entry {
	want := spelling.Squash(id)
	for _, e := range c.entries() {
		if spelling.Squash(e.Name) == want && (not == nil || e.File != not.File) {
			return e
		}
	}
	return nil
}

// alias returns the first entry with that alias. Only the line of the aliases is parsed: reading every profile
// as a whole would take longer than an estimate.
func (c *Catalog) alias(name string) *entry {
	want := spelling.Squash(name)
	for _, e := range c.entries() {
		data, err := e.Read()
		if err != nil {
			continue
		}
		for _, a := range strictyaml.List(data, "aliases") {
			if spelling.Squash(a) == want {
				return e
			}
		}
	}
	return nil
}

// With returns a catalog that has the profile of a path as well, before all others. Other names than paths of profiles
// give the catalog itself.
func (c *Catalog) With(name string) (*Catalog, error) {
	if !strictyaml.IsProfile(name) || c == nil {
		return c, nil
	}
	d, err := c.Get(name)
	if err != nil {
		return nil, err
	}
	out := &Catalog{}
	out.store = strictyaml.NewStore("device profile", func(e *entry, data []byte) (*Device, error) {
		return c.decode(e, data, false)
	})
	out.store.AddFiles(name)
	out.store.Entries()[0].Name = d.ID
	out.store.AddEntries(c.store.Entries())
	return out, nil
}

// load returns a device of its own for each call: what a caller changes stays with the caller.
func load(e *entry) (*Device, error) {
	d, err := e.Load()
	if err != nil {
		return nil, err
	}
	return d.clone(), nil
}

// decode reads one profile; a base that is itself extended from another is refused.
func (c *Catalog) decode(e *entry, data []byte, isBase bool) (*Device, error) {
	var extended *Device
	d, err := decode(e.File, data, func(id string) (*Device, error) {
		if isBase {
			return nil, fmt.Errorf("found a profile that extends %q and is extended itself, expected one level of extends",
				spelling.Clip(id))
		}
		var err error
		extended, err = c.base(e, id)
		return extended, err
	})
	if err != nil {
		return nil, err
	}
	if e.Name != "" && d.ID != e.Name {
		return nil, fmt.Errorf("%s: id: found %q, expected the name of the file, %q",
			e.File, spelling.Clip(d.ID), spelling.Clip(e.Name))
	}
	if e.BuiltIn {
		d.Origin = BuiltIn
		return d, nil
	}
	if extended != nil {
		d.Notes = append(d.Notes, "extends "+extended.ID)
		d.Like = d.like(extended)
	}
	if other := c.find(d.ID, e); other != nil {
		d.Notes = append(d.Notes, fmt.Sprintf("profile from %s, in place of the %s %s", e.File, origin(other), d.ID))
	}
	return d, nil
}

// base reads the profile that e extends.
func (c *Catalog) base(e *entry, id string) (*Device, error) {
	base := c.find(id, e)
	if base == nil {
		return nil, c.notFound(id)
	}
	data, err := base.Read()
	if err != nil {
		return nil, err
	}
	return c.decode(base, data, true)
}

// origin returns where a profile is from: built in, or its path.
func origin(e *entry) string {
	if e.BuiltIn {
		return BuiltIn
	}
	return e.File
}

// notFound returns the error for an unknown device, with the nearest names.
func (c *Catalog) notFound(name string) error {
	hint := `"ridgepoint devices list" prints all`
	if near := c.similar(name); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return fmt.Errorf("device %q: found no such id, alias or file; %s", spelling.Clip(name), hint)
}

// unread says which profile of the user cannot be read, with its first fault: it may be the one that is meant.
func (c *Catalog) unread() string {
	for _, e := range c.entries() {
		if e.BuiltIn {
			continue
		}
		_, err := e.Load()
		if err == nil {
			continue
		}
		if faults := Errors(nil); errors.As(err, &faults) {
			err = faults[0]
		}
		return "; a profile was left out: " + strings.Join(strings.Fields(err.Error()), " ")
	}
	return ""
}

// maxSimilar gives the most devices that are suggested for a name that is none, and sharedStart the number of
// letters two names must begin with alike to be of one family.
const (
	maxSimilar  = 4 // devices that are suggested
	sharedStart = 4 // letters that two names share
)

// similar lists the ids nearest to a name: by spelling, then those that hold it, then those that begin as it does.
func (c *Catalog) similar(published string) []string {
	name := spelling.Squash(published)
	ids := c.IDs()
	squashed := make([]string, len(ids))
	for i, id := range ids {
		squashed[i] = spelling.Squash(id)
	}
	var out []string
	add := func(id string) {
		if len(out) < maxSimilar && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, near := range spelling.Nearest(name, squashed, maxSimilar-1) {
		add(ids[slices.Index(squashed, near)])
	}
	for i, s := range squashed { // a name such as h100 is the beginning of several
		if len(name) > 1 && strings.Contains(s, name) {
			add(ids[i])
		}
	}
	for _, id := range alike(published, ids) {
		add(id)
	}
	labels := c.Labels()
	slices.SortStableFunc(labels, func(a, b Label) int { // names that begin so come first
		return strings.Index(spelling.Squash(a.Name), name) - strings.Index(spelling.Squash(b.Name), name)
	})
	for _, l := range labels {
		if spelling.HoldsWords(l.ID+" "+l.Name, published) {
			add(l.ID)
		}
	}
	return out
}

// alike lists the ids that hold a name without its maker and family or begin as it does, those with most letters in
// common first.
func alike(name string, ids []string) []string {
	key := reportKey(name)
	common := map[string]int{}
	for _, id := range ids {
		k, n := reportKey(id), 0
		for n < min(len(k), len(key)) && k[n] == key[n] {
			n++
		}
		if len(key) > 1 && strings.Contains(k, key) {
			n = len(k)
		}
		if n >= sharedStart || n == len(key) && n > 1 {
			common[id] = n
		}
	}
	return slices.SortedStableFunc(maps.Keys(common), func(a, b string) int {
		return cmp.Or(cmp.Compare(common[b], common[a]), strings.Compare(a, b))
	})
}
