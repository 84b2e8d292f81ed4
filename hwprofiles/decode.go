package hwprofiles

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Schema is the version of the profile format that this package reads.
const Schema = 1

// maxSize bounds a profile: the longest shipped one is a tenth of it. The limit
// also bounds the time the YAML parser may take on a hostile file.
const maxSize = 64 << 10

// maxErrors is how many errors are collected from one file; nobody reads more.
const maxErrors = 50

// Decode reads one profile; file names it in messages. The error is an Errors.
// A profile that extends another one is only read through a Catalog.
func Decode(file string, data []byte) (*Device, error) {
	return decode(file, data, func(string) (*Device, error) {
		return nil, fmt.Errorf("extends is only read from a file, through the catalog")
	})
}

// decode reads a profile on top of the one it extends, which base finds.
func decode(file string, data []byte, base func(id string) (*Device, error)) (*Device, error) {
	d := &decoder{file: file, base: base, sources: map[string]*Source{}, used: map[string]bool{}}
	root := d.parse(data)
	if root == nil {
		return nil, d.errs
	}
	dev := &Device{Origin: file}
	whole := true
	d.record(root, "", func(keys map[string]*yaml.Node) { whole = d.extend(keys["extends"], dev) })
	fields(d, root, "", deviceFields, dev)
	if whole { // without its base a profile lacks what the base would have given
		d.complete(root, dev)
	}
	sum := sha256.Sum256(append([]byte(dev.Hash), data...)) // dev.Hash is the base's, if there is one
	dev.Hash = hex.EncodeToString(sum[:])
	if n := len(d.errs); n > 0 {
		es := d.errs.sorted()
		if n == maxErrors {
			es = append(es, &Error{File: file, Msg: fmt.Sprintf("and perhaps more: %d errors are shown", len(es))})
		}
		return nil, es
	}
	return dev, nil
}

// A decoder walks one document, collecting errors instead of stopping at the first.
type decoder struct {
	file    string
	lines   []string
	errs    Errors
	base    func(id string) (*Device, error)
	sources map[string]*Source
	used    map[string]bool // source ids that a figure refers to
}

// A field is one key of a mapping: how it is read into a T.
type field[T any] struct {
	key  string
	read func(d *decoder, path string, n *yaml.Node, into *T)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// parse reads exactly one YAML document whose root is a mapping.
func (d *decoder) parse(data []byte) *yaml.Node {
	if len(data) > maxSize {
		d.errs = append(d.errs, &Error{File: d.file, Msg: fmt.Sprintf("found %d bytes, expected a profile of at most %d", len(data), maxSize)})
		return nil
	}
	text := string(data)
	d.lines = splitLines(text)
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); err != nil {
		d.syntax(err)
		return nil
	}
	if err := dec.Decode(&second); err == nil {
		d.errorf(&second, "", "", "found a second YAML document, expected one profile per file")
		return nil
	} else if err != io.EOF {
		d.syntax(err)
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		d.errorf(&doc, "", `begin with "schema: 1"`, "found %s, expected a mapping of keys to values", kindOf(&doc))
		return nil
	}
	return doc.Content[0]
}

// splitLines ends lines where YAML 1.1 does, so that the parser's line numbers fit.
func splitLines(text string) []string {
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	return strings.Split(breaks.Replace(text), "\n")
}

func (d *decoder) syntax(err error) {
	if err == io.EOF {
		d.errs = append(d.errs, &Error{File: d.file, Msg: "found an empty file, expected a profile", Hint: `begin with "schema: 1"`})
		return
	}
	e := &Error{File: d.file, Msg: "not YAML: " + err.Error()}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		e.Msg = "not YAML: " + m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			e.Line, e.Col = line, 1
			e.SourceLine = d.line(line, 1)
		}
	}
	d.errs = append(d.errs, e)
}

func (d *decoder) line(n, col int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return excerpt(d.lines[n-1], col)
}

func (d *decoder) errorf(n *yaml.Node, path, hint, format string, args ...any) {
	if len(d.errs) >= maxErrors {
		return
	}
	d.errs = append(d.errs, &Error{
		File: d.file, Line: n.Line, Col: n.Column, Path: path,
		Msg: fmt.Sprintf(format, args...), Hint: hint, SourceLine: d.line(n.Line, n.Column),
	})
}

// record passes the keys of a mapping to use, and reports keys that are doubled or not plain.
func (d *decoder) record(n *yaml.Node, path string, use func(map[string]*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.errorf(n, path, "", "found %s, expected a mapping of keys to values", kindOf(n))
		return
	}
	keys := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			d.errorf(key, path, "", "found %s as a key, expected a word", kindOf(key))
			continue
		}
		if _, ok := keys[key.Value]; ok {
			d.errorf(key, join(path, key.Value), "keep one of them", "found the key %q twice", key.Value)
			continue
		}
		keys[key.Value] = n.Content[i+1]
	}
	use(keys)
}

// fields reads a mapping by its table, in the table's order, and reports unknown keys.
func fields[T any](d *decoder, n *yaml.Node, path string, table []field[T], into *T) {
	d.record(n, path, func(keys map[string]*yaml.Node) {
		known := make([]string, len(table))
		for i, f := range table {
			known[i] = f.key
			if v, ok := keys[f.key]; ok {
				f.read(d, join(path, f.key), v, into)
				delete(keys, f.key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			d.unknown(keyNode(n, key), join(path, key), key, known)
		}
	})
}

func (d *decoder) unknown(n *yaml.Node, path, key string, known []string) {
	if len(d.errs) >= maxErrors {
		return
	}
	hint := "the keys here are " + strings.Join(known, ", ")
	if near := nearest(key, known, 1); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	d.errorf(n, path, hint, "found the unknown key %q", clip(key))
}

func keyNode(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i]
		}
	}
	return n
}

// text reads a scalar that is not empty.
func (d *decoder) text(n *yaml.Node, path, example string) (string, bool) {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" || n.Tag == "!!null" {
		d.errorf(n, path, "", "found %s, expected text, such as %q", kindOf(n), example)
		return "", false
	}
	return n.Value, true
}

// count reads a whole number from low to high.
func (d *decoder) count(n *yaml.Node, path string, low, high int) int {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < low || v > high {
		d.errorf(n, path, "", "found %s, expected a whole number from %d to %d", kindOf(n), low, high)
		return 0
	}
	return v
}

// list calls each for the items of a sequence.
func (d *decoder) list(n *yaml.Node, path string, each func(path string, n *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.errorf(n, path, "write it as [a, b]", "found %s, expected a list", kindOf(n))
		return
	}
	for i, item := range n.Content {
		each(fmt.Sprintf("%s[%d]", path, i), item)
	}
}

func join(path, key string) string {
	if path == "" {
		return clip(key)
	}
	return path + "." + clip(key)
}

// clip shortens what is quoted from a file.
func clip(s string) string {
	const limit = 60
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}

// kindOf says what a node is, for a message.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return kindOf(n.Content[0])
		}
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "a YAML alias (write the value out)"
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			return fmt.Sprintf("%q", clip(n.Value))
		}
	}
	return "nothing"
}
