// Package zoo builds well-known architectures as real ONNX graphs without weights.
//
// To add a model, write its function in the file of its family and add one Entry to that file's slice;
// a test holds its parameters and multiply-adds to the published figures.
package zoo

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// Prefix marks the spec of a built-in model.
const Prefix = "zoo:"

// IsSpec reports whether spec names a built-in model.
func IsSpec(spec string) bool { return strings.HasPrefix(spec, Prefix) }

// An Entry is one built-in model and what is published about it.
type Entry struct {
	Name      string
	Family    string
	Task      string
	Doc       string
	Params    int64   // elements of the published model's parameters, batch normalisation included
	MACs      int64   // at the default options, batch 1: convolutions and matrix products
	Published float64 // 1e9 multiply-adds as the source prints them; half of a figure printed in FLOP; 0: none is printed
	Source    string  // of the figures, with the convention
	Accuracy  Accuracy
	License   string // of the source's code and weights, an SPDX name
	Options   []Option
	check     func(values) error // of options that do not fit together; may be nil
	build     func(*builder, values)
}

// An Accuracy is a published quality figure. More is better, but for perplexity and error rates.
type Accuracy struct {
	Metric string
	Value  float64
	Unit   string // "%", "dB" or none
	Source string
}

// Figure returns the metric with its value, without the source; "" if none is published.
func (a Accuracy) Figure() string {
	if a.Metric == "" {
		return ""
	}
	text := fmt.Sprintf("%s %g", a.Metric, a.Value)
	if a.Unit != "" {
		text += " " + a.Unit
	}
	return text
}

// Score returns the value, its sign turned where less is better: more is always better.
func (a Accuracy) Score() float64 {
	if strings.Contains(a.Metric, "perplexity") {
		return -a.Value
	}
	return a.Value
}

// String returns the figure with its source.
func (a Accuracy) String() string {
	if a.Metric == "" {
		return ""
	}
	return fmt.Sprintf("%s (%s)", a.Figure(), a.Source)
}

// An Option is a parameter of a model, such as the image size.
type Option struct {
	Name     string
	Default  int64
	Min, Max int64
	Multiple int64
	Doc      string
}

// kind names the values that an option takes.
func (o *Option) kind() string {
	if o.Multiple > 1 {
		return fmt.Sprintf("a multiple of %d", o.Multiple)
	}
	return "a whole number"
}

// parse reads a value that the option takes.
func (o *Option) parse(text string) (int64, bool) {
	v, err := strconv.ParseInt(text, 10, 64)
	return v, err == nil && v >= o.Min && v <= o.Max && (o.Multiple == 0 || v%o.Multiple == 0)
}

// values are the options of one build.
type values map[string]int64

// Entries lists the built-in models in printing order.
func Entries() []Entry { return slices.Clone(all()) }

// all makes the entries when a built-in model is first asked for: an estimate of a file does without.
var all = sync.OnceValue(func() []Entry {
	return slices.Concat(resnets(), vggs(), denseNets(), mobilenets(), mobilenetv3s(), efficientNets(), vits(), yolov8s(), yolo11s(), berts(), gpt2s(), llamas(),
		convNets(), transformers(), detectors(), scenes(), language())
})

// tasks lists what the built-in models are for, in printing order: help pages list them, and need no model for it.
var tasks = []string{"classification", "detection", "instance segmentation", "pose estimation", "oriented detection",
	"language encoding", "text generation", "anomaly detection", "keyword spotting", "text recognition",
	"re-identification", "action recognition", "super-resolution", "segmentation", "text to text",
	"speech recognition", "image and text matching", "image generation"}

// Tasks lists what the built-in models are for, in printing order.
func Tasks() []string { return slices.Clone(tasks) }

// Lookup parses a spec such as zoo:yolo11s?size=320 into its entry and options.
// Its errors name the nearest entries, or the options that the entry has.
func Lookup(spec string) (*Entry, map[string]int64, error) {
	name, query, _ := strings.Cut(strings.TrimPrefix(spec, Prefix), "?")
	entries := all()
	i := find(entries, name)
	if i < 0 {
		return nil, nil, fmt.Errorf("there is no built-in model %q; the nearest are %s; \"ridgepoint models list\" shows all", name, strings.Join(nearest(entries, name), ", "))
	}
	e := &entries[i]
	opts, err := e.options(query)
	if err != nil {
		return nil, nil, fmt.Errorf("%s%w", Prefix, err)
	}
	return e, opts, nil
}

// find returns the place of the entry of a name, -1 for none. Marks between letters and digits make no difference where
// one entry alone has these: mobilenet_v2 is mobilenetv2.
func find(entries []Entry, name string) int {
	name = strings.ToLower(name)
	if i := slices.IndexFunc(entries, func(e Entry) bool { return e.Name == name }); i >= 0 {
		return i
	}
	at, want := -1, spelling.Squash(name)
	for i := range entries {
		if spelling.Squash(entries[i].Name) != want {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// options parses a query such as size=320&batch=2.
func (e *Entry) options(query string) (values, error) {
	opts := make(values)
	for _, o := range e.Options {
		opts[o.Name] = o.Default
	}
	seen := make(map[string]bool)
	for _, pair := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' }) {
		key, _, _ := strings.Cut(pair, "=")
		if seen[key] {
			return nil, fmt.Errorf("%s: %s is given twice; give it once", e.Name, key)
		}
		seen[key] = true
		if err := e.set(opts, pair); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	if e.check != nil {
		if err := e.check(opts); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	return opts, nil
}

// nearest returns the names of three entries: those first of which some text holds the name, then those whose names are
// fewest edits from it.
func nearest(entries []Entry, name string) []string {
	name = strings.ToLower(name[:min(len(name), 64)]) // nothing is near a longer one, and edits take time
	list, edits, squashed := make([]string, len(entries)), map[string]int{}, spelling.Squash(name)
	for i := range entries {
		e := &entries[i]
		list[i], edits[e.Name] = e.Name, spelling.Distance(name, e.Name)
		if text := spelling.Squash(e.Name + e.Family + e.Task + e.Doc); squashed != "" && strings.Contains(text, squashed) {
			edits[e.Name] -= 64 // more than any edits of a name
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return edits[a] - edits[b] })
	return list[:min(3, len(list))]
}

// set sets the option of pair, NAME=VALUE, in opts; a size may be HEIGHTxWIDTH. An unknown name, a
// value that is no number and one outside the limits are errors that say what was expected.
func (e *Entry) set(opts values, pair string) error {
	name, text, _ := strings.Cut(pair, "=")
	for _, o := range e.Options {
		if o.Name != name {
			continue
		}
		if h, w, ok := strings.Cut(text, "x"); ok && name == sizeOption {
			return o.setBoth(opts, h, w)
		}
		v, ok := o.parse(text)
		if !ok {
			return fmt.Errorf("%s=%s: expected %s from %d to %d", name, text, o.kind(), o.Min, o.Max)
		}
		opts[name] = v
		return nil
	}
	var have []string
	for _, o := range e.Options {
		have = append(have, o.Name)
	}
	return fmt.Errorf("has no option %q; it has %s", name, strings.Join(have, ", "))
}

// Write writes a built-in model as an ONNX file.
func Write(w io.Writer, spec string) error {
	e, opts, err := Lookup(spec)
	if err != nil {
		return err
	}
	b := newBuilder()
	e.build(b, opts)
	return b.write(w, e.Name)
}

// Open builds a model: the same that the reader of ONNX returns of what Write writes.
func Open(spec string) (*graph.Model, error) {
	e, opts, err := Lookup(spec)
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	e.build(b, opts)
	return b.model(spec, e.Name)
}

// batchOption fixes the batch in the graph; by default it is left open.
var batchOption = Option{"batch", 0, 1, 1 << 20, 1, "samples per inference; left open by default"}

// imageSize returns the side of square images in pixels.
func imageSize(def, multiple int64) Option {
	return Option{sizeOption, def, max(32, multiple), 8192, multiple, imageDoc}
}

// anySize returns the side of the images of a network of convolutions and pools, which takes any.
func anySize(def int64) Option { return imageSize(def, 1) }

// batch returns the first dimension of inputs: open unless the option fixes it.
func (v values) batch() any {
	if n := v["batch"]; n > 0 {
		return n
	}
	return symbol("batch")
}

// A Variant is a built-in model with one option changed.
type Variant struct {
	Spec string
	What string // such as "size 480"
}

// usual gives the number that sizes of images are multiples of, also where a network takes others.
const usual = 32

// Smaller lists a spec's variants at three quarters, a half and a quarter of its image size; none if it has no images
// or is not built in.
func Smaller(spec string) []Variant {
	if !IsSpec(spec) {
		return nil
	}
	e, opts, err := Lookup(spec)
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(e.Options, func(o Option) bool { return o.Name == sizeOption })
	if i < 0 {
		return nil
	}
	var out []Variant
	for _, quarters := range []int64{3, 2, 1} {
		own := values(opts).extent()
		size := extent{e.Options[i].smaller(own.h, quarters), e.Options[i].smaller(own.w, quarters)}
		if min(size.h, size.w) >= e.Options[i].Min && size != own {
			out = append(out, Variant{e.spec(opts, sizeOption, size.String()), "size " + size.String()})
		}
	}
	return out
}

// smaller returns some quarters of a side of an image, rounded down to what the option takes.
func (o *Option) smaller(side, quarters int64) int64 {
	step := o.Multiple
	if side%usual == 0 {
		step = max(step, usual)
	}
	return side * quarters / 4 / step * step
}

// With returns a spec with another value of an option, such as size; false if the model is not built in or has no
// such option.
func With(spec, option string, value int64) (string, bool) {
	if !IsSpec(spec) {
		return "", false
	}
	e, opts, err := Lookup(spec)
	if err != nil || !slices.ContainsFunc(e.Options, func(o Option) bool { return o.Name == option }) {
		return "", false
	}
	return e.spec(opts, option, strconv.FormatInt(value, 10)), true
}

// Resized returns a spec with images of another height and width; false if the model is not built in or has no images.
func Resized(spec string, height, width int64) (string, bool) {
	if !IsSpec(spec) {
		return "", false
	}
	e, opts, err := Lookup(spec)
	if err != nil || !slices.ContainsFunc(e.Options, func(o Option) bool { return o.Name == sizeOption }) {
		return "", false
	}
	return e.spec(opts, sizeOption, extent{height, width}.String()), true
}

// spec returns the spec of the entry with one option changed.
func (e *Entry) spec(opts values, name, text string) string {
	query := name + "=" + text
	for _, o := range e.Options {
		switch {
		case o.Name == name:
		case o.Name == sizeOption && opts.extent() != (extent{o.Default, o.Default}):
			query += "&size=" + opts.extent().String()
		case opts[o.Name] != o.Default:
			query += fmt.Sprintf("&%s=%d", o.Name, opts[o.Name])
		}
	}
	return Prefix + e.Name + "?" + query
}
