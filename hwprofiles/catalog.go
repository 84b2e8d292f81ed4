package hwprofiles

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

//go:embed devices
var embedded embed.FS

//go:embed template.yaml
var template []byte

// Template is a commented profile to start a new one from. It loads as it stands.
func Template() []byte { return bytes.Clone(template) }

// BuiltIn is the Origin of a device that is part of the program.
const BuiltIn = "built-in"

// A Catalog finds devices by name. It reads directory listings when it is made
// and a profile only when it is asked for, so that one estimate parses one file.
type Catalog struct {
	entries []entry                              // the user's first, then the built-in ones, each sorted by id
	names   func() (map[string][]*Device, error) // what Match looks names up in; reads every profile, once
}

type entry struct {
	id   string // the name of the file; empty for a path given by hand
	file string // as messages name it
	user bool
	read func() ([]byte, error)
}

// NewCatalog lists the profiles in the given directories (those that exist) and the built-in ones.
// Where two have one id the earlier wins.
func NewCatalog(userDirs ...string) *Catalog {
	c := &Catalog{}
	c.names = sync.OnceValues(c.readNames)
	for _, dir := range userDirs {
		c.scan(os.DirFS(dir), func(p string) entry {
			file := filepath.Join(dir, filepath.FromSlash(p))
			return entry{file: file, user: true, read: func() ([]byte, error) { return readFile(file) }}
		})
	}
	c.scan(embedded, func(p string) entry {
		return entry{file: p, read: func() ([]byte, error) { return embedded.ReadFile(p) }}
	})
	return c
}

// scan adds the profiles of one tree: files and those one folder deep. An unreadable directory has none.
func (c *Catalog) scan(fsys fs.FS, at func(p string) entry) {
	var found []entry
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() && strings.Count(p, "/") >= 2:
			return fs.SkipDir
		case !d.IsDir() && isProfile(p):
			e := at(p)
			e.id = strings.TrimSuffix(path.Base(p), path.Ext(p))
			found = append(found, e)
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b entry) int { return strings.Compare(a.id, b.id) })
	c.entries = append(c.entries, found...)
}

func isProfile(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// readFile reads at most one byte more than a profile may have.
func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// IDs lists the ids of all devices, sorted, each once.
func (c *Catalog) IDs() []string {
	ids := make([]string, len(c.entries))
	for i, e := range c.entries {
		ids[i] = e.id
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// List reads all devices, in the order of IDs. With an error it still returns those that could be read.
func (c *Catalog) List() ([]*Device, error) {
	var all []*Device
	var errs []error
	for _, id := range c.IDs() {
		d, err := c.load(c.find(id, nil), false)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, d)
	}
	return all, errors.Join(errs...)
}

// Get finds a device by the path of a profile (ending in .yaml or .yml), by its id or by an alias;
// capitals, spaces, hyphens and underscores do not matter. A power mode follows an @, as in jetson-orin-nx-16@15W.
func (c *Catalog) Get(name string) (*Device, error) {
	base, mode, hasMode := strings.Cut(name, "@")
	if isProfile(name) {
		base, mode, hasMode = name, "", false
	}
	e := c.lookup(base)
	if e == nil {
		return nil, c.notFound(base)
	}
	d, err := c.load(e, false)
	if err != nil || !hasMode {
		return d, err
	}
	return d.inMode(mode)
}

func (c *Catalog) lookup(name string) *entry {
	if isProfile(name) {
		return &entry{file: name, read: func() ([]byte, error) { return readFile(name) }, user: true}
	}
	if e := c.find(name, nil); e != nil {
		return e
	}
	return c.alias(name)
}

// find is the first entry of that id other than not.
func (c *Catalog) find(id string, not *entry) *entry {
	want := squash(id)
	for i := range c.entries {
		if e := &c.entries[i]; squash(e.id) == want && (not == nil || e.file != not.file) {
			return e
		}
	}
	return nil
}

// alias is the first entry with that alias. The lines are scanned, not parsed: reading every profile
// as YAML would take longer than an estimate.
func (c *Catalog) alias(name string) *entry {
	want := squash(name)
	for i := range c.entries {
		data, err := c.entries[i].read()
		if err == nil && slices.ContainsFunc(scanAliases(data), func(a string) bool { return squash(a) == want }) {
			return &c.entries[i]
		}
	}
	return nil
}

// scanAliases finds the value of a top-level aliases key written on one line or as a list of lines.
func scanAliases(data []byte) []string {
	var out []string
	inside := false
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		rest, starts := strings.CutPrefix(string(line), "aliases:")
		switch {
		case starts:
			inside = true
			for item := range strings.SplitSeq(strings.Trim(strings.TrimSpace(rest), "[]"), ",") {
				out = append(out, unquote(item))
			}
		case inside && strings.HasPrefix(text, "- "):
			out = append(out, unquote(text[2:]))
		case inside:
			return slices.DeleteFunc(out, func(s string) bool { return s == "" })
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'`) }

// squash is what two spellings of one name have in common: their letters, digits and plus signs.
func squash(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, name)
}

// load reads one entry; a base that is itself extended from another is refused.
func (c *Catalog) load(e *entry, isBase bool) (*Device, error) {
	data, err := e.read()
	if err != nil {
		return nil, fmt.Errorf("device profile: %w", err)
	}
	d, err := decode(e.file, data, func(id string) (*Device, error) {
		if isBase {
			return nil, fmt.Errorf("found a profile that extends %q and is extended itself, expected one level of extends", clip(id))
		}
		base := c.find(id, e)
		if base == nil || base.file == e.file {
			return nil, c.notFound(id)
		}
		return c.load(base, true)
	})
	if err != nil {
		return nil, err
	}
	if e.id != "" && d.ID != e.id {
		return nil, fmt.Errorf("%s: id: found %q, expected the name of the file, %q", e.file, clip(d.ID), clip(e.id))
	}
	if !e.user {
		d.Origin = BuiltIn
	} else if other := c.find(d.ID, e); other != nil && other.file != e.file {
		d.Notes = append(d.Notes, fmt.Sprintf("profile from %s, in place of the %s %s", e.file, origin(other), d.ID))
	}
	return d, nil
}

func origin(e *entry) string {
	if e.user {
		return e.file
	}
	return BuiltIn
}

func (c *Catalog) notFound(name string) error {
	hint := `"ridgepoint devices list" prints all`
	if near := c.similar(squash(name)); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return fmt.Errorf("device %q: found no such id, alias or file; %s", clip(name), hint)
}

// maxSimilar is how many devices are suggested for a name that is none, and sharedStart how many
// letters two names must begin with alike to be of one family.
const (
	maxSimilar  = 4
	sharedStart = 4
)

// similar lists the ids nearest to a squashed name: by spelling, then those that hold it, then those that begin as it does.
func (c *Catalog) similar(name string) []string {
	ids := c.IDs()
	squashed := make([]string, len(ids))
	for i, id := range ids {
		squashed[i] = squash(id)
	}
	var out []string
	add := func(id string) {
		if len(out) < maxSimilar && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, near := range nearest(name, squashed, maxSimilar-1) {
		add(ids[slices.Index(squashed, near)])
	}
	for i, s := range squashed { // a name such as h100 is the beginning of several
		if len(name) > 1 && strings.Contains(s, name) {
			add(ids[i])
		}
	}
	for i, s := range squashed {
		if len(name) >= sharedStart && strings.HasPrefix(s, name[:sharedStart]) {
			add(ids[i])
		}
	}
	return out
}
