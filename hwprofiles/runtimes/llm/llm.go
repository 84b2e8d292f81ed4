// Package llm holds the engines that serve language models: what each achieves of a device when it reads a prompt and
// when it writes one token after the other, and how it spends memory.
package llm

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

//go:embed *.yaml
var builtIn embed.FS

// An Engine is a program that serves language models.
type Engine struct {
	ID, Name string   // and name for people
	Aliases  []string // other names
	Chunk    int64    // tokens of a prompt that are read at once
	Cache    []string // types that the key-value cache may have, the default first
	Share    float64  // of the usable memory that weights, cache and buffers may take
	// HostEmbedding says that the table of embeddings stays on the host where the device has its own memory.
	HostEmbedding bool
	LastLogits    bool      // of a prompt only the last token meets the output layer
	Split         string    // how several devices share a model: layer or tensor
	Quant         string    // weights where none are asked for
	Verify        Verify    // commands that measure the same
	Backends      []Backend // where it runs
	Notes         []string  // for people
}

// A Verify is the commands with which an engine measures itself. Words in braces stand for what is asked.
type Verify struct {
	One     string // of one sequence
	Several string // of several sequences at once; "": One says how many
	Load    string // of as many requests as have room; "": that of several
	Draft   string // where a draft writes ahead: a command instead of One, or flags that begin with a dash; "": none
	Split   string // what is added for several devices
	Cache   string // what is added for another type of the key-value cache than the first
	Offload string // what is added where the device is not the host's own processor
}

// A Backend is an engine's code for some devices.
type Backend struct {
	Name   string               // for people
	Places []runtimes.Condition // where it runs
	OptIn  []string             // faster ways of doing matrix work that it asks for
	Values Values               // parameters of the newest build
	Tiers  []Tier               // older versions, the oldest first
	Decode Spread               // of measured over expected, per token written
	Prompt Spread               // of measured over expected, per prompt
	Basis  string               // what the parameters rest on
}

// A Tier is a range of versions that differ from the newest in some parameters.
type Tier struct {
	To     int    // last build
	Values Values // parameters of these builds
}

// A Spread is the 5th and 95th percentile of measured over expected times on held-out devices.
type Spread struct{ Low, High float64 }

// At returns the parameters of a build; 0 is the newest.
func (b *Backend) At(build int) *Values {
	if build > 0 {
		for i := range b.Tiers {
			if build <= b.Tiers[i].To {
				return &b.Tiers[i].Values
			}
		}
	}
	return &b.Values
}

// On returns the backend for a device, nil where the engine does not run on it.
func (e *Engine) On(d *hwprofiles.Device) *Backend {
	for i := range e.Backends {
		b := &e.Backends[i]
		if slices.ContainsFunc(b.Places, func(c runtimes.Condition) bool { return c.Holds(d) }) {
			return b
		}
	}
	return nil
}

// Backend returns the backend of a name, nil if there is none.
func (e *Engine) Backend(name string) *Backend {
	for i := range e.Backends {
		if e.Backends[i].Name == name {
			return &e.Backends[i]
		}
	}
	return nil
}

// all reads the built-in engines once; their files are tested.
var all = sync.OnceValue(func() []*Engine {
	names, _ := fs.Glob(builtIn, "*.yaml")
	var out []*Engine
	for _, name := range names {
		data, err := builtIn.ReadFile(name)
		if err != nil {
			continue
		}
		if e, err := Decode(name, data); err == nil {
			out = append(out, e)
		}
	}
	return out
})

// IDs lists the ids of the built-in engines, which their files are called by, and reads none.
func IDs() []string {
	names, _ := fs.Glob(builtIn, "*.yaml")
	for i := range names {
		names[i] = strings.TrimSuffix(names[i], ".yaml")
	}
	return names
}

// Engines lists the built-in engines by id.
func Engines() []*Engine { return slices.Clone(all()) }

// Get finds an engine by its id or an alias; capitals and punctuation do not matter. The error names the nearest.
func Get(name string) (*Engine, error) {
	want := spelling.Squash(name)
	var ids []string
	for _, e := range all() {
		ids = append(ids, e.ID)
		if spelling.Squash(e.ID) == want ||
			slices.ContainsFunc(e.Aliases, func(a string) bool { return spelling.Squash(a) == want }) {
			return e, nil
		}
	}
	return nil, fmt.Errorf("there is no engine of language models %q; expected one of %s", spelling.Clip(name), strings.Join(ids, ", "))
}

// For returns the engine that is taken for a device where none is asked for: the first that runs on it.
func For(d *hwprofiles.Device) (*Engine, error) {
	var takes []string
	for _, e := range all() {
		if e.ID == "llama-cpp" && e.On(d) != nil {
			return e, nil
		}
		takes = append(takes, e.ID)
	}
	for _, e := range all() {
		if e.On(d) != nil {
			return e, nil
		}
	}
	return nil, fmt.Errorf("no engine of language models runs on %s (class %s, vendor %s); known are %s", d.ID, d.Class, d.Vendor,
		strings.Join(takes, ", "))
}

// Runs says in words where an engine runs.
func (e *Engine) Runs() string {
	var out []string
	for i := range e.Backends {
		for _, c := range e.Backends[i].Places {
			out = append(out, c.String())
		}
	}
	return "it runs on " + strings.Join(slices.Compact(out), ", ")
}
