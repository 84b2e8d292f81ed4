package hwprofiles

import (
	"embed"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/internal/codec"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

//go:embed devices
var embedded embed.FS

// index holds the built-in devices as coders write them: parsing their YAML takes a hundred times as long. "make docs"
// writes it, and a test holds it to the profiles.
//
//go:embed devices.index
var index []byte

// An indexed is a built-in device of the index.
type indexed struct {
	file string // of its profile
	base string // the id of the device that it extends; "": none
	data []byte // of a coder
}

// code codes a device of the index.
func (x *indexed) code(c *codec.Coder) {
	c.Text(&x.file)
	c.Text(&x.base)
	c.Block(&x.data)
}

// device reads the device.
func (x *indexed) device() *Device {
	d := new(Device)
	(&coder{Coder: codec.Shared(string(x.data))}).device(d)
	return d
}

// entry returns the device as an entry of a catalogue.
func (x *indexed) entry() *entry {
	return &entry{
		Name: strings.TrimSuffix(path.Base(x.file), path.Ext(x.file)), File: x.file, BuiltIn: true,
		Read: func() ([]byte, error) { return embedded.ReadFile(x.file) },
		Load: sync.OnceValues(func() (*Device, error) { return x.device(), nil }),
	}
}

// indexes lists the built-in devices by name.
var indexes = sync.OnceValue(func() (all []indexed) {
	c := codec.Reader(index)
	codec.List(c, &all, func(x *indexed) { x.code(c) })
	return all
})

// builtInEntries lists the built-in devices as entries. All catalogues share them, so that each is read once.
var builtInEntries = sync.OnceValue(func() []*entry {
	all := indexes()
	entries := make([]*entry, len(all))
	for i := range all {
		entries[i] = all[i].entry()
	}
	return entries
})

// besideUsers lists the built-in devices of a catalogue that has profiles of a user. The index does not hold for those
// that extend a device in whose place the user has another: they are decoded anew.
func (c *Catalog) besideUsers() []*entry {
	mine := map[string]bool{}
	for _, e := range c.entries() {
		mine[spelling.Squash(e.Name)] = true
	}
	entries := slices.Clone(builtInEntries())
	for i := range indexes() {
		if x := &indexes()[i]; x.base != "" && mine[spelling.Squash(x.base)] {
			entries[i] = c.parsed(entries[i])
		}
	}
	return entries
}

// parsed returns an entry of a built-in device that is decoded from its profile.
func (c *Catalog) parsed(e *entry) *entry {
	p := *e
	p.Load = sync.OnceValues(func() (*Device, error) {
		data, err := p.Read()
		if err != nil {
			return nil, err
		}
		return c.decode(&p, data, false)
	})
	return &p
}
