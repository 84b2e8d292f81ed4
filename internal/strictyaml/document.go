// Package strictyaml reads profiles and budgets: small YAML files with a fixed set of keys, in which whatever is not
// expected is an error with its place. It is the one home of the YAML parser.
package strictyaml

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// Version gives the version of the profile formats that this program reads.
const Version = 1

// MaxSize bounds a file: the longest shipped profile is a tenth of it. The limit
// also bounds the time the YAML parser may take on a hostile file.
const MaxSize = 64 << 10

// profile says what a file is unless OpenKind says otherwise.
const profile = "profile"

// MaxErrors bounds the errors that are collected from one file; nobody reads more.
const MaxErrors = 50

// A document is one file: its lines, its sources, and the errors collected instead of stopping at the first.
type document struct {
	file    string
	kind    string // what the file is, for messages
	lines   []string
	errs    Errors
	sources map[string]*provenance.Source
	used    map[string]bool // ids of sources that a figure refers to
}

var yamlLine = lazyexp.New(`^yaml: (?:line (\d+): )?(.*)$`)

// Open parses exactly one YAML document and returns its root, a mapping; file names it in messages. The error is an
// Errors.
func Open(file string, data []byte) (Value, error) { return OpenKind(profile, file, data) }

// OpenKind opens a document as Open does; kind says in messages what the file is, such as budget.
func OpenKind(kind, file string, data []byte) (Value, error) {
	d := &document{file: file, kind: kind, sources: map[string]*provenance.Source{}, used: map[string]bool{}}
	root := d.parse(data)
	if root == nil {
		return Value{}, d.errs
	}
	return Value{doc: d, node: root}, nil
}

// parse returns the root of a file; what is no YAML, too large or empty is an error with its place.
func (d *document) parse(data []byte) *yaml.Node {
	if len(data) > MaxSize {
		d.errs = append(d.errs, &Error{
			File: d.file, Msg: fmt.Sprintf("found %d bytes, expected a %s of at most %d", len(data), d.kind, MaxSize),
		})
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
		d.errorf(&second, "", "", "found a second YAML document, expected one %s per file", d.kind)
		return nil
	} else if err != io.EOF {
		d.syntax(err)
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		d.errorf(&doc, "", `begin with "schema: 1"`, "found %s, expected a mapping of keys to values", found(&doc))
		return nil
	}
	return doc.Content[0]
}

// splitLines ends lines where YAML 1.1 does, so that the parser's line numbers fit.
func splitLines(text string) []string {
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	return strings.Split(breaks.Replace(text), "\n")
}

// syntax adds an error of the YAML parser in our words, with its line.
func (d *document) syntax(err error) {
	if err == io.EOF {
		d.errs = append(d.errs, &Error{File: d.file, Msg: "found an empty file, expected a " + d.kind,
			Hint: `begin with "schema: 1"`})
		return
	}
	e := &Error{File: d.file, Msg: "not YAML: " + err.Error()}
	if m := yamlLine().FindStringSubmatch(err.Error()); m != nil {
		e.Msg = "not YAML: " + m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			e.Line, e.Col = line, 1
			e.SourceLine = d.line(line, 1)
		}
	}
	d.unquoted(e)
	d.errs = append(d.errs, e)
}

// line returns an excerpt of line n around a column.
func (d *document) line(n, col int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return excerpt(d.lines[n-1], col)
}

// errorf adds an error at a node, up to MaxErrors.
func (d *document) errorf(n *yaml.Node, path, hint, format string, args ...any) {
	if len(d.errs) >= MaxErrors {
		return
	}
	d.errs = append(d.errs, &Error{
		File: d.file, Line: n.Line, Col: n.Column, Path: path,
		Msg: fmt.Sprintf(format, args...), Hint: hint, SourceLine: d.line(n.Line, n.Column),
	})
}

// finish returns the errors in the order of their lines, nil where there are none.
func (d *document) finish() error {
	n := len(d.errs)
	if n == 0 {
		return nil
	}
	es := d.errs.sorted()
	if n == MaxErrors {
		es = append(es, &Error{File: d.file, Msg: fmt.Sprintf("and perhaps more: %d errors are shown", len(es))})
	}
	return es
}
