package batch

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/internal/numlist"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/wholefile"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// An Entry is a row of a manifest: models on devices in ways. Every list multiplies the estimates of the entry.
type Entry struct {
	Where      string // file and line, for messages
	ID         string // copied to the rows
	Model      string
	Devices    []string        // ids, aliases, id@MODE or paths
	Select     string          // conditions on devices, such as class=jetson
	Runtimes   []string        // "": the device's default
	Precisions []string        // "": the model's own
	Threads    []int64         // 0: all
	Batches    []int64         // 0: as exported
	Sizes      []roofline.Size // of images; the zero Size: the model's own
	Dims       []string        // NAME=N
	Shapes     []string        // INPUT=1x3x640x640
	Trips      int64
	Fusion     string
	Causal     bool
	Transfers  bool
	Overhead   time.Duration // of work before and after each inference
	Err        error         // what cannot be read in the row
}

// A field is a column of a manifest: the name of a flag, and how its text is read.
type field struct {
	name string
	read func(e *Entry, text string) error
}

var fields = []field{
	{"id", func(e *Entry, s string) error { e.ID = s; return nil }},
	{"model", func(e *Entry, s string) error { e.Model = s; return nil }},
	{"device", func(e *Entry, s string) error { e.Devices = words(s); return nil }},
	{"devices", func(e *Entry, s string) error { e.Select = s; return nil }},
	{"runtime", func(e *Entry, s string) error { e.Runtimes = words(s); return nil }},
	{"precision", func(e *Entry, s string) error { e.Precisions = words(s); return nil }},
	{"threads", func(e *Entry, s string) error { return list(&e.Threads, s) }},
	{"batch", func(e *Entry, s string) error { return list(&e.Batches, s) }},
	{"size", func(e *Entry, s string) error { return sizes(&e.Sizes, s) }},
	{"dim", func(e *Entry, s string) error { e.Dims = words(s); return nil }},
	{"shape", func(e *Entry, s string) error { e.Shapes = strings.Fields(s); return nil }},
	{"trip", func(e *Entry, s string) error { return whole(&e.Trips, s) }},
	{"fusion", func(e *Entry, s string) error { e.Fusion = s; return nil }},
	{"causal", func(e *Entry, s string) error { return truth(&e.Causal, s) }},
	{"transfers", func(e *Entry, s string) error { return truth(&e.Transfers, s) }},
	{"overhead", func(e *Entry, s string) error { return span(&e.Overhead, s) }},
}

// words returns the parts of a list that commas separate.
func words(s string) []string {
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// list reads a list of whole numbers.
func list(into *[]int64, s string) (err error) {
	*into, err = numlist.Parse(s)
	return err
}

// sizes reads a list of image sizes.
func sizes(into *[]roofline.Size, s string) (err error) {
	*into, err = roofline.ParseSizes(s)
	return err
}

// whole reads a whole number, 0 or more.
func whole(into *int64, s string) error {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 {
		return fmt.Errorf("found %q, expected a whole number", s)
	}
	*into = v
	return nil
}

// truth reads true or false.
func truth(into *bool, s string) error {
	v, err := strconv.ParseBool(s)
	if err != nil {
		return fmt.Errorf("found %q, expected true or false", s)
	}
	*into = v
	return nil
}

// span reads a time with its unit.
func span(into *time.Duration, s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return fmt.Errorf("found %q, expected a time with its unit, such as 6ms", s)
	}
	*into = v
	return nil
}

// Fields returns the columns that a manifest can have.
func Fields() []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// set reads the text of a column; an empty one leaves the entry as it is.
func (e *Entry) set(column, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == column })
	if err := fields[i].read(e, text); err != nil && e.Err == nil {
		e.Err = fmt.Errorf("%s: column %s: %w", e.Where, column, err)
	}
}

// known returns the error of a column that a manifest cannot have.
func known(where, column string) error {
	names := Fields()
	if slices.Contains(names, column) {
		return nil
	}
	hint := "the columns are " + strings.Join(names, ", ")
	if near := spelling.Nearest(column, names, 1); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	return fmt.Errorf("%s: found the unknown column %q; %s", where, spelling.Clip(column), hint)
}

// The bounds of a manifest: its bytes, those of one in YAML, which take many times as much memory, and the memory of
// its rows.
const (
	maxManifest = 32 << 20
	maxYAML     = 512 << 10
	maxRows     = 64 << 20
)

// rowSize gives the memory of a row without its lists, in bytes.
const rowSize = int(unsafe.Sizeof(Entry{}))

// A rows collects the rows of a manifest.
type rows struct {
	list  []Entry
	taken int
}

// rowsOf returns the rows to be of a manifest of so many lines.
func rowsOf(name string, lines int) (*rows, error) {
	if lines > maxRows/rowSize {
		return nil, tooMuch(name)
	}
	return &rows{list: make([]Entry, 0, lines)}, nil
}

// tooMuch returns the error of a manifest that takes too much memory.
func tooMuch(where string) error {
	return fmt.Errorf("%s: found rows that take more than %d MiB of memory, expected fewer or shorter lists; split the "+
		"manifest", where, maxRows>>20)
}

// add adds a row, unless the manifest takes too much.
func (r *rows) add(e Entry, base *Entry) error {
	r.taken += rowSize + len(e.Where)
	for _, l := range [][2][]int64{{e.Threads, base.Threads}, {e.Batches, base.Batches}} {
		r.taken += ownBytes(l[0], l[1])
	}
	r.taken += ownBytes(e.Sizes, base.Sizes)
	for _, l := range [][]string{e.Devices, e.Runtimes, e.Precisions, e.Dims, e.Shapes} {
		r.taken += 16 * len(l)
	}
	if r.taken > maxRows {
		return tooMuch(e.Where)
	}
	r.list = append(r.list, e)
	return nil
}

// ownBytes returns the memory of a list, 0 where it is the one that all rows share.
func ownBytes[T any](list, shared []T) int {
	if len(list) == 0 || len(shared) > 0 && &list[0] == &shared[0] {
		return 0
	}
	return len(list) * int(unsafe.Sizeof(list[0]))
}

// manifests lists the kinds of manifest by the suffixes of their files.
var manifests = map[string]func(name string, data []byte, base Entry) ([]Entry, error){
	".csv": readCSV, ".jsonl": readJSONL, ".ndjson": readJSONL, ".yaml": readYAML, ".yml": readYAML,
}

// IsManifest reports whether a path is that of a manifest, by its suffix.
func IsManifest(path string) bool { return manifests[strings.ToLower(filepath.Ext(path))] != nil }

// Read reads a manifest. What a row leaves out is as in base.
func Read(path string, base Entry) ([]Entry, error) {
	kind, most := strings.ToLower(filepath.Ext(path)), int64(maxManifest)
	if kind == ".yaml" || kind == ".yml" {
		most = maxYAML
	}
	data, err := wholefile.Read(path, "a manifest", most)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, base)
}

// Parse reads a manifest from memory; the suffix of name says of which kind it is.
func Parse(name string, data []byte, base Entry) ([]Entry, error) {
	read := manifests[strings.ToLower(filepath.Ext(name))]
	if read == nil {
		return nil, fmt.Errorf("%s: expected a manifest: .csv, .jsonl, .ndjson, .yaml or .yml", name)
	}
	entries, err := read(name, data, base)
	if err == nil && len(entries) == 0 {
		err = fmt.Errorf("%s: found no row, expected one for each model", name)
	}
	return entries, err
}

// readCSV reads rows under a heading; base has what a row leaves out.
func readCSV(name string, data []byte, base Entry) ([]Entry, error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.Comment, in.TrimLeadingSpace = '#', true
	heading, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: found an empty file, expected a heading such as model,device,batch", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range heading {
		heading[i] = strings.ToLower(strings.TrimSpace(heading[i]))
		if err := known(name, heading[i]); err != nil {
			return nil, err
		}
		if slices.Contains(heading[:i], heading[i]) {
			return nil, fmt.Errorf("%s: found the column %q twice, expected it once", name, heading[i])
		}
	}
	out, err := rowsOf(name, bytes.Count(data, []byte("\n")))
	if err != nil {
		return nil, err
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out.list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := in.FieldPos(0)
		e := base
		e.Where = fmt.Sprintf("%s:%d", name, line)
		for i, text := range record {
			e.set(heading[i], text)
		}
		if err := out.add(e, &base); err != nil {
			return nil, err
		}
	}
}

// readJSONL reads an object a line; base has what a row leaves out.
func readJSONL(name string, data []byte, base Entry) ([]Entry, error) {
	out, err := rowsOf(name, bytes.Count(data, []byte("\n"))+1)
	if err != nil {
		return nil, err
	}
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, maxLine)
	for line := 1; in.Scan(); line++ {
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		e, err := ParseLine(fmt.Sprintf("%s:%d", name, line), in.Bytes(), base)
		if err == nil {
			err = out.add(e, &base)
		}
		if err != nil {
			return nil, err
		}
	}
	if in.Err() != nil {
		return nil, fmt.Errorf("%s: found a line longer than %d bytes, expected a row", name, maxLine)
	}
	return out.list, nil
}

// maxLine bounds a line of a manifest, in bytes.
const maxLine = 1 << 20

// ParseLine reads one row that is a JSON object. The error is of what is no such row.
func ParseLine(where string, line []byte, base Entry) (Entry, error) {
	e := base
	e.Where = where
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var row map[string]any
	if err := dec.Decode(&row); err != nil || row == nil {
		return e, fmt.Errorf(`%s: found no JSON object, expected a row such as {"model": "zoo:resnet50", "device": "rpi-5"}`,
			where)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return e, fmt.Errorf("%s: found text behind the JSON object, expected one object on each line", where)
	}
	for _, f := range fields {
		v, ok := row[f.name]
		if !ok {
			continue
		}
		delete(row, f.name)
		text, err := textOf(v)
		if err != nil {
			return e, fmt.Errorf("%s: column %s: %w", where, f.name, err)
		}
		e.set(f.name, text)
	}
	for column := range row {
		return e, known(where, column)
	}
	return e, nil
}

// textOf returns a value of JSON as a column has it.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			if _, nested := v[i].([]any); nested {
				return "", errors.New("found a list in a list, expected texts and numbers")
			}
			text, err := textOf(v[i])
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("found an object, expected a text, a number or a list of them")
}

// readYAML reads a list of rows; base has what a row leaves out.
func readYAML(name string, data []byte, base Entry) ([]Entry, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("%s: not YAML: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s: expected a list of rows, such as \"- model: zoo:resnet50\"", name)
	}
	out := rows{}
	for _, item := range root.Content[0].Content {
		e := base
		e.Where = fmt.Sprintf("%s:%d", name, item.Line)
		if item.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("%s: expected a row such as \"- model: zoo:resnet50\"", e.Where)
		}
		for i := 0; i+1 < len(item.Content); i += 2 {
			column := item.Content[i].Value
			if err := known(e.Where, column); err != nil {
				return nil, err
			}
			text, ok := scalars(item.Content[i+1])
			if !ok {
				return nil, fmt.Errorf("%s: column %s: expected a text, a number or a list of them", e.Where, column)
			}
			e.set(column, text)
		}
		if err := out.add(e, &base); err != nil {
			return nil, err
		}
	}
	return out.list, nil
}

// scalars returns a scalar, or a list of scalars with commas between them.
func scalars(n *yaml.Node) (string, bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "", true
		}
		return n.Value, true
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return "", false
			}
			parts[i] = item.Value
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}
