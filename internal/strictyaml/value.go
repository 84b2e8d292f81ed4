package strictyaml

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Value is one value of a document, with its path for messages.
type Value struct {
	doc  *document
	node *yaml.Node
	key  *yaml.Node // of an entry of a mapping, else nil
	path string     // such as peak.matrix.fp16; empty for the root
}

// A Field is one key of a mapping: how its value is read into a T.
type Field[T any] struct {
	Key  string
	Read func(v Value, into *T)
}

// Fields reads a mapping by its table, in the table's order, and reports unknown keys.
func Fields[T any](v Value, table []Field[T], into *T) {
	keys, ok := v.mapping()
	if !ok {
		return
	}
	known := make([]string, len(table))
	for i, f := range table {
		known[i] = f.Key
		if entry, ok := keys[f.Key]; ok {
			f.Read(entry, into)
			delete(keys, f.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		keys[key].Unknown(known)
	}
}

// mapping returns the entries of a mapping, and reports keys that are doubled or not plain.
func (v Value) mapping() (map[string]Value, bool) {
	if v.node.Kind != yaml.MappingNode {
		v.Errorf("", "found %s, expected a mapping of keys to values", v)
		return nil, false
	}
	entries := make(map[string]Value, len(v.node.Content)/2)
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.node.Content[i]
		if key.Kind != yaml.ScalarNode {
			v.doc.errorf(key, v.path, "", "found %s as a key, expected a word", found(key))
			continue
		}
		at := v.join(key.Value)
		if _, ok := entries[key.Value]; ok {
			v.doc.errorf(key, at, "keep one of them", "found the key %q twice", key.Value)
			continue
		}
		entries[key.Value] = Value{v.doc, v.node.Content[i+1], key, at}
	}
	return entries, true
}

// Entries yields the keys and values of a mapping in the order of the file.
func (v Value) Entries() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		entries, _ := v.mapping()
		for i := 0; i+1 < len(v.node.Content); i += 2 {
			key := v.node.Content[i].Value
			if e, ok := entries[key]; ok && e.node == v.node.Content[i+1] && !yield(key, e) {
				return
			}
		}
	}
}

// Key returns the value of a key of a mapping.
func (v Value) Key(key string) (Value, bool) {
	entries, _ := v.mapping()
	e, ok := entries[key]
	return e, ok
}

// Has reports whether a mapping has all the keys.
func (v Value) Has(keys ...string) bool {
	for _, key := range keys {
		has := false
		for i := 0; i+1 < len(v.node.Content); i += 2 {
			has = has || v.node.Content[i].Value == key
		}
		if !has {
			return false
		}
	}
	return true
}

// Need reports the keys that a mapping lacks, in one error.
func (v Value) Need(keys ...string) {
	missing := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return v.Has(key) })
	switch len(missing) {
	case 0:
	case 1:
		v.Child(missing[0]).Errorf("", "found no %s, expected one", missing[0])
	default:
		v.Errorf("", "found no %s, expected each of them", strings.Join(missing, ", no "))
	}
}

// Items yields the items of a list.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.node.Kind != yaml.SequenceNode {
			v.Errorf("write it as [a, b]", "found %s, expected a list", v)
			return
		}
		for i, item := range v.node.Content {
			if !yield(Value{doc: v.doc, node: item, path: fmt.Sprintf("%s[%d]", v.path, i)}) {
				return
			}
		}
	}
}

// Path returns where in the profile the value is, such as peak.matrix.fp16.
func (v Value) Path() string { return v.path }

// Line returns the line of the file on which the value begins, from 1.
func (v Value) Line() int { return v.node.Line }

// At returns the value under another path.
func (v Value) At(path string) Value {
	v.path = path
	return v
}

// Child returns the value under the path that its key would have.
func (v Value) Child(key string) Value { return v.At(v.join(key)) }

// join returns the path of a key below the value.
func (v Value) join(key string) string {
	if v.path == "" {
		return spelling.Clip(key)
	}
	return v.path + "." + spelling.Clip(key)
}

// Errorf reports an error at the value, with a hint that may be empty.
func (v Value) Errorf(hint, format string, args ...any) {
	v.doc.errorf(v.node, v.path, hint, format, args...)
}

// Unknown reports that the value's key is none of the known ones.
func (v Value) Unknown(known []string) {
	if len(v.doc.errs) >= MaxErrors {
		return
	}
	hint, near := "the keys here are "+strings.Join(known, ", "), spelling.Nearest(v.key.Value, known, 1)
	if len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	v.doc.errorf(v.key, v.path, hint, "found the unknown key %q", spelling.Clip(v.key.Value))
	v.doc.errs[len(v.doc.errs)-1].keys = len(near) == 0
}

// Sound reports whether no error was found so far.
func (v Value) Sound() bool { return len(v.doc.errs) == 0 }

// Finish returns all errors of the document, in the order of its lines, as an Errors; nil where there are none.
func (v Value) Finish() error { return v.doc.finish() }

// Scalar returns the text of a scalar; ok is false for lists and mappings.
func (v Value) Scalar() (text string, ok bool) { return v.node.Value, v.node.Kind == yaml.ScalarNode }

// IsMapping reports whether the value is a mapping.
func (v Value) IsMapping() bool { return v.node.Kind == yaml.MappingNode }

// Text reads a scalar that is not empty.
func (v Value) Text(example string) (string, bool) {
	if v.node.Kind != yaml.ScalarNode || strings.TrimSpace(v.node.Value) == "" || v.node.Tag == "!!null" {
		v.Errorf("", "found %s, expected text, such as %q", v, example)
		return "", false
	}
	return v.node.Value, true
}

// Texts reads a list of scalars that are not empty.
func (v Value) Texts(example string) []string {
	var out []string
	for item := range v.Items() {
		if s, ok := item.Text(example); ok {
			out = append(out, s)
		}
	}
	return out
}

// Count reads a whole number from low to high.
func (v Value) Count(low, high int) int {
	n, err := strconv.Atoi(v.node.Value)
	if v.node.Kind != yaml.ScalarNode || err != nil || n < low || n > high {
		v.Errorf("", "found %s, expected a whole number from %d to %d", v, low, high)
		return 0
	}
	return n
}

// Bool reads true or false; what says what it means.
func (v Value) Bool(what string) bool {
	var b bool
	if v.node.Decode(&b) != nil {
		v.Errorf("", "found %s, expected true or false: %s", v, what)
	}
	return b
}

// Schema reads the version of the format.
func (v Value) Schema() {
	if text, ok := v.Scalar(); !ok || text != fmt.Sprint(Version) {
		v.Errorf("a newer number needs a newer ridgepoint", "found %s, expected %d", v, Version)
	}
}

// String returns what was found, for messages: the quoted text of a scalar, or what else it is.
func (v Value) String() string { return found(v.node) }

// found returns what a node holds, as errors say it.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return found(n.Content[0])
		}
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "a YAML alias (write the value out)"
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			return fmt.Sprintf("%q", spelling.Clip(n.Value))
		}
	}
	return "nothing"
}
