package strictyaml

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

var sourceFields = []Field[provenance.Source]{
	{Key: "kind", Read: readKind},
	{Key: "title", Read: func(v Value, s *provenance.Source) { s.Title, _ = v.Text("RTX 4090 data sheet") }},
	{Key: "url", Read: func(v Value, s *provenance.Source) { s.URL, _ = v.Text("https://…") }},
	{Key: "note", Read: func(v Value, s *provenance.Source) { s.Note, _ = v.Text("units x clock x 256") }},
}

// readKind reads how a figure is known.
func readKind(v Value, s *provenance.Source) {
	text, ok := v.Scalar()
	i := slices.Index(provenance.Kinds(), text)
	if !ok || i < 0 {
		v.Errorf("", "found %s, expected one of %s", v, strings.Join(provenance.Kinds(), ", "))
		return
	}
	s.Kind = provenance.Kind(i)
}

// Sources reads a mapping of sources, in the order of the file, to which Source then refers.
func (v Value) Sources() []*provenance.Source {
	var all []*provenance.Source
	for id, entry := range v.Entries() {
		s := &provenance.Source{ID: id, Kind: provenance.Assumed}
		Fields(entry, sourceFields, s)
		if !entry.Has("kind", "title") {
			entry.Errorf(`write it as {kind: vendor, title: "data sheet", url: "https://…"}`,
				"a source needs a kind and a title")
		}
		v.doc.sources[id] = s
		all = append(all, s)
	}
	return all
}

// Inherit adds a source of a profile that this one extends. It need not be used.
func (v Value) Inherit(s *provenance.Source) {
	v.doc.sources[s.ID], v.doc.used[s.ID] = s, true
}

// Source returns the source of that id, which is defined before it is used.
func (v Value) Source(id string) *provenance.Source {
	s, ok := v.doc.sources[id]
	if !ok {
		hint := "define it under sources, with kind and title"
		if near := spelling.Nearest(id, slices.Sorted(maps.Keys(v.doc.sources)), 1); len(near) > 0 {
			hint = fmt.Sprintf("did you mean %q?", near[0])
		}
		v.Errorf(hint, "found the source %q, expected one that is defined", spelling.Clip(id))
		return &provenance.Source{ID: id, Kind: provenance.Assumed}
	}
	v.doc.used[id] = true
	return s
}

// CheckUsed reports the sources of a mapping that nothing refers to.
func (v Value) CheckUsed() {
	if !v.Sound() { // an unused source may only be one whose figure was not read
		return
	}
	for id, entry := range v.Entries() {
		if !v.doc.used[id] {
			v.doc.errorf(entry.key, entry.path, "take it out, or name it where it belongs", "found a source that no figure uses")
		}
	}
}
