package infer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// Bindings say what a model's free dimensions are.
type Bindings struct {
	Batch  int64                  // 0: as exported, or 1 where the model leaves it open
	Dims   map[string]int64       // by symbol
	Shapes map[string]graph.Shape // by input name; overrides what the model declares
	Trip   int64                  // iterations of loops whose number depends on run-time data; 0: not said

	native, rebind int64 // set by runBatch: a first dimension of native becomes rebind
	empty          bool  // set by run: a first dimension that is declared as 0 is no free batch
}

// A Symbol is a named dimension of the inputs and what it was bound to.
type Symbol struct {
	Name    string // of the dimension
	Value   int64  // that it is bound to
	Default bool   // nobody said so: a batch axis taken as 1
}

// An UnboundError lists every free dimension that nothing was said about.
type UnboundError struct {
	Symbols  []string        // named dimensions
	Inputs   []string        // inputs with unnamed free dimensions, or none declared at all
	Examples []string        // a shape for each of the inputs, such as 1x3x224x224; "" where the rank is not known
	seen     map[string]bool // names that are listed already
}

// Error names the dimensions and the inputs.
func (e *UnboundError) Error() string {
	var msg []string
	if len(e.Symbols) > 0 {
		msg = append(msg, fmt.Sprintf("the model's inputs have free dimensions %s: set their sizes",
			strings.Join(e.Symbols, ", ")))
	}
	for i, in := range e.Inputs {
		what := "unnamed free dimensions"
		if i < len(e.Examples) && e.Examples[i] == "" {
			what = "no declared shape"
		}
		msg = append(msg, fmt.Sprintf("input %q has %s: set its whole shape", in, what))
	}
	return strings.Join(msg, "; ")
}

// batchName matches the names that exporters give to a batch axis.
var batchName = lazyexp.New(`(?i)^(n|b|bs|bsz|.*batch.*)$`)

// batchWord matches the names that can mean nothing else, wherever the dimension stands.
var batchWord = lazyexp.New(`(?i)^(b|bs|bsz|.*batch.*)$`)

// numbered matches names that TensorFlow's and PaddlePaddle's exporters number: in front of an input they are the
// batch, elsewhere any size.
var numbered = lazyexp.New(`^(unk__\d+|p2o\.DynamicDimension\.\d+)$`)

// traced matches names that torch.export numbers, in front of an input a batch or the size of something else.
var traced = lazyexp.New(`^s\d+$`)

// nameless matches what some exporters write for a size that they do not know.
var nameless = lazyexp.New(`(?i)^(none|unknown|\?)$`)

// partName matches the names of dimensions that count parts of one sample.
var partName = lazyexp.New(`(?i)(seq|time|frame|token|len|voxel|pillar|point|node|edge|width|height|pixel|box|roi)`)

// batchSymbol reports whether a symbol names a batch axis.
func batchSymbol(name string) bool { return batchName().MatchString(name) }

// bindInputs gives every input of the main graph its type and shape.
func (r *Result) bindInputs(b *Bindings) error {
	unbound := &UnboundError{}
	m := r.Plan.Model
	if err := r.checkNames(b); err != nil {
		return err
	}
	for name, v := range b.Dims {
		r.symbols[name] = v
	}
	for _, id := range m.Main.Inputs {
		t := &m.Tensors[id]
		if shape, ok := b.Shapes[t.Name]; ok && t.Decl != nil {
			if err := r.bindShape(t, shape); err != nil {
				return err
			}
		}
	}
	r.bindNumbered(b)
	for _, id := range m.Main.Inputs {
		t := &m.Tensors[id]
		if shape, ok := b.Shapes[t.Name]; ok && t.Decl != nil {
			r.Infos[id] = graph.Info{Kind: t.Decl.Kind, Type: t.Decl.Elem, Shape: b.batched(shape)}
			continue
		}
		r.Infos[id] = r.bindInput(t, b, unbound)
	}
	if len(unbound.Symbols)+len(unbound.Inputs) > 0 {
		return unbound
	}
	if at := r.Plan.batch; at.input != graph.None && at.dim < len(r.Infos[at.input].Shape) {
		r.Batch = r.Infos[at.input].Shape[at.dim]
	}
	r.noteZeros()
	return nil
}

// bindNumbered binds numbered names in front of inputs to the batch: the one asked for, else that of an input whose
// shape is told, else 1. Those of torch.export are bound only to one that is asked for.
func (r *Result) bindNumbered(b *Bindings) {
	batch, open := b.Batch, []string(nil)
	for _, id := range r.Plan.Model.Main.Inputs {
		t := &r.Plan.Model.Tensors[id]
		if t.Decl == nil || len(t.Decl.Dims) == 0 {
			continue
		}
		name := t.Decl.Dims[0].Symbol
		v, told := r.symbols[name]
		switch {
		case told && batch == 0 && numbered().MatchString(name):
			batch = v
		case !told && (numbered().MatchString(name) || b.Batch > 0 && traced().MatchString(name)):
			open = append(open, name)
		}
	}
	for _, name := range open {
		r.symbols[name] = max(batch, 1)
		r.bound(name, max(batch, 1), batch == 0)
	}
}

// batched returns a shape given for an input with the batch that is wanted in the place of the exported one.
func (b *Bindings) batched(shape graph.Shape) graph.Shape {
	if b.rebind == 0 || len(shape) == 0 || shape[0] != b.native {
		return shape
	}
	out := slices.Clone(shape)
	out[0] = b.rebind
	return out
}

// noteZeros notes inputs that are empty. That the user said so of an inner dimension, such as the length of a cache, is
// no cause for one.
func (r *Result) noteZeros() {
	var places []string
	for _, id := range r.Plan.Model.Main.Inputs {
		t := &r.Plan.Model.Tensors[id]
		for i, n := range r.Infos[id].Shape {
			if n == 0 && (i == 0 || i < len(t.Decl.Dims) && t.Decl.Dims[i] == graph.Dim{}) {
				places = append(places, fmt.Sprintf("%s (axis %d)", t.Name, i))
				break
			}
		}
	}
	if len(places) > 0 {
		r.Notes = append(r.Notes, note.New(note.ZeroDimension, places))
	}
}

// checkNames refuses a shape for an input that the model does not have. A dimension that no input names is the size of
// a cut that the file names; it is noted where no tensor has it.
func (r *Result) checkNames(b *Bindings) error {
	if len(b.Dims)+len(b.Shapes) == 0 {
		return nil
	}
	m := r.Plan.Model
	var symbols []string
	for _, id := range m.Main.Inputs {
		for t := m.Tensors[id].Decl; t != nil; t = t.Of {
			for _, d := range t.Dims {
				symbols = append(append(symbols, d.Symbol), symbolsOf(d.Symbol)...)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Shapes)) {
		if err := r.Plan.Takes(name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Dims)) {
		switch {
		case slices.Contains(symbols, name):
		case r.Plan.declares(name):
			r.cuts[name] = b.Dims[name]
		default:
			r.Notes = append(r.Notes, note.New(note.DimensionUnused, name))
		}
	}
	return nil
}

// Names returns the named dimensions of the inputs, each once, in their order.
func (p *Plan) Names() []string {
	var out []string
	for _, id := range p.Model.Main.Inputs {
		for t := p.Model.Tensors[id].Decl; t != nil; t = t.Of {
			for _, d := range t.Dims {
				for _, name := range append([]string{d.Symbol}, symbolsOf(d.Symbol)...) {
					if name != "" && !slices.Contains(out, name) {
						out = append(out, name)
					}
				}
			}
		}
	}
	return out
}

// Takes returns nil if the model has an input of a name. Its error names those that the model has.
func (p *Plan) Takes(name string) error {
	var inputs []string
	for _, id := range p.Model.Main.Inputs {
		inputs = append(inputs, p.Model.Tensors[id].Name)
	}
	if slices.Contains(inputs, name) {
		return nil
	}
	return fmt.Errorf("the model has no input %q to give a shape to; its inputs are %s", name, strings.Join(inputs, ", "))
}

// Knows returns nil if the model has a dimension of a name. Its error names those that the model has.
func (p *Plan) Knows(name string) error {
	all := p.Names()
	if slices.Contains(all, name) || p.declares(name) {
		return nil
	}
	if len(all) == 0 {
		return fmt.Errorf("found no dimension %q: all dimensions of the inputs are fixed", name)
	}
	hint := ""
	if near := spelling.Nearest(name, all, 2); len(near) > 0 && len(all) > 1 {
		hint = "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return fmt.Errorf("found no dimension %q, expected one of %s%s", name, strings.Join(all, ", "), hint)
}

// KnowsAll returns nil if the model has every dimension that bindings name, else the error of Knows for the first that
// it lacks. A batch of no samples is an error too: other dimensions, such as the length of a cache, may be 0.
func (p *Plan) KnowsAll(b *Bindings) error {
	for _, name := range slices.Sorted(maps.Keys(b.Dims)) {
		if err := p.Knows(name); err != nil {
			return err
		}
		if b.Dims[name] == 0 && p.leads(func(_, symbol string) bool { return symbol == name }) {
			return fmt.Errorf("dimension %q: found 0, expected a positive number of samples", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Shapes)) {
		if shape := b.Shapes[name]; len(shape) > 0 && shape[0] == 0 &&
			p.leads(func(input, _ string) bool { return input == name }) {
			return fmt.Errorf("input %q: found a batch of 0, expected a positive number of samples", name)
		}
	}
	return nil
}

// leads reports whether an input begins with a batch axis that is so: by the input's name and the axis's.
func (p *Plan) leads(is func(input, symbol string) bool) bool {
	return slices.ContainsFunc(p.Model.Main.Inputs, func(id graph.ID) bool {
		t := &p.Model.Tensors[id]
		if t.Decl == nil || len(t.Decl.Dims) == 0 {
			return false
		}
		axis := t.Decl.Dims[0].Symbol
		return batchSymbol(axis) && is(t.Name, axis)
	})
}

// declares reports whether the file declares a tensor with a dimension of a name.
func (p *Plan) declares(name string) bool {
	return slices.ContainsFunc(p.Model.Tensors, func(t graph.Tensor) bool {
		return t.Decl != nil && slices.ContainsFunc(t.Decl.Dims, func(d graph.Dim) bool { return d.Symbol == name })
	})
}

// bindShape checks a shape given by the user against the declaration and binds the symbols it fills.
func (r *Result) bindShape(t *graph.Tensor, shape graph.Shape) error {
	if !t.Decl.HasShape {
		return nil
	}
	if len(t.Decl.Dims) != len(shape) {
		return fmt.Errorf("input %q: the shape %v has rank %d, the model declares rank %d", t.Name, shape, len(shape),
			len(t.Decl.Dims))
	}
	for i, d := range t.Decl.Dims {
		r.stale = r.stale || d.Symbol == "" && d.Value > 0 && d.Value != shape[i]
		if d = r.plain(d); d.Symbol != "" {
			if was, ok := r.symbols[d.Symbol]; ok && was != shape[i] {
				return fmt.Errorf("input %q: dimension %q would be %d here and %d elsewhere", t.Name, d.Symbol, shape[i], was)
			}
			r.symbols[d.Symbol] = shape[i]
		}
	}
	return nil
}

// bindInput returns the type and shape of an input under the bindings; what is not bound is noted
// in unbound.
func (r *Result) bindInput(t *graph.Tensor, b *Bindings, unbound *UnboundError) graph.Info {
	if t.Decl == nil || t.Decl.Kind == graph.KindUnknown {
		unbound.addInput(t)
		return graph.Info{}
	}
	if t.Decl.Kind != graph.KindTensor && t.Decl.Kind != graph.KindSparse {
		return r.declared(t.Decl)
	}
	if !t.Decl.HasShape {
		unbound.addInput(t)
		return graph.Info{}
	}
	shape := r.arena.Shape(len(t.Decl.Dims))
	open := false
	for i, d := range t.Decl.Dims {
		if i == 0 && (d == graph.Dim{}) && !b.empty {
			r.freed = true
			// Converters from TensorFlow and Keras wrote 0 for a batch that is not known.
			r.Notes = append(r.Notes, note.New(note.ZeroBatch, t.Name, max(b.Batch, 1)))
			shape[i] = max(b.Batch, 1)
			continue
		}
		v, ok := r.bindDim(d, i == 0, b, unbound)
		shape[i] = v
		open = open || !ok
	}
	if open {
		unbound.addInput(t)
	}
	return graph.Info{Kind: t.Decl.Kind, Type: t.Decl.Elem, Shape: shape}
}

// bindDim returns the value of one dimension of an input; false if it is free and has no name.
func (r *Result) bindDim(d graph.Dim, first bool, b *Bindings, unbound *UnboundError) (int64, bool) {
	d = r.plain(d)
	switch {
	case d.Symbol == "" && d.Value >= 0:
		if first && b.rebind > 0 && d.Value == b.native {
			return b.rebind, true
		}
		return d.Value, true
	case d.Symbol == "" && !first:
		return 0, false
	case d.Symbol == "":
		v := max(b.Batch, 1)
		if b.Batch == 0 {
			r.Notes = note.Add(r.Notes, note.New(note.BatchAxis, v))
		}
		return v, true
	}
	if v, ok := r.eval(d.Symbol); ok {
		r.bound(d.Symbol, v, false)
		return v, true
	}
	if batchSymbol(d.Symbol) {
		v := max(b.Batch, 1)
		r.symbols[d.Symbol] = v
		r.bound(d.Symbol, v, b.Batch == 0)
		return v, true
	}
	for _, s := range symbolsOf(d.Symbol) {
		if _, ok := r.symbols[s]; !ok {
			unbound.add(s)
		}
	}
	return 0, true
}

// plain returns a dimension whose name is a number as that number, and one whose name says nothing, such as "-1", as
// one without a name.
func (r *Result) plain(d graph.Dim) graph.Dim {
	if d.Symbol == "" {
		return d
	}
	names := len(symbolsOf(d.Symbol))
	switch v, ok := r.eval(d.Symbol); {
	case ok && names == 0:
		return graph.Dim{Value: v}
	case !ok && (names == 0 || nameless().MatchString(d.Symbol)):
		return graph.Dim{Value: -1}
	}
	return d
}

// addInput adds an input whose shape is open, with an example of one: an image where it has four dimensions.
func (e *UnboundError) addInput(t *graph.Tensor) {
	var sizes []string
	for i, d := range exampleDims(t.Decl) {
		n := int64(128)
		switch {
		case d.Symbol == "" && d.Value > 0:
			n = d.Value
		case i == 0:
			n = 1
		case len(t.Decl.Dims) == 4 && i == 1:
			n = 3
		case len(t.Decl.Dims) == 4:
			n = 224
		}
		sizes = append(sizes, fmt.Sprint(n))
	}
	e.Inputs, e.Examples = append(e.Inputs, t.Name), append(e.Examples, strings.Join(sizes, "x"))
}

// exampleDims returns the declared dimensions, none if the rank is not declared.
func exampleDims(t *graph.Type) []graph.Dim {
	if t == nil {
		return nil
	}
	return t.Dims
}

// add adds a symbol, once.
func (e *UnboundError) add(s string) {
	if e.seen[s] {
		return
	}
	if e.seen == nil {
		e.seen = map[string]bool{}
	}
	e.seen[s], e.Symbols = true, append(e.Symbols, s)
}

// bound notes the value of a named dimension, once, and whether it is a default.
func (r *Result) bound(name string, v int64, byDefault bool) {
	if len(r.Bound) == 0 {
		clear(r.named)
	}
	if r.named[name] {
		return
	}
	if r.named == nil {
		r.named = map[string]bool{}
	}
	r.named[name] = true
	r.Bound = append(r.Bound, Symbol{name, v, byDefault})
	if byDefault {
		r.Notes = append(r.Notes, note.New(note.BatchDefault, name, v))
	}
}

// declared turns a declared type into what is known of a tensor: unknown unless every dim can be told.
func (r *Result) declared(t *graph.Type) graph.Info {
	switch {
	case t == nil:
		return graph.Info{}
	case t.Kind == graph.KindTensor || t.Kind == graph.KindSparse:
		if !t.HasShape {
			return graph.Info{}
		}
		shape := r.arena.Shape(len(t.Dims))
		for i, d := range t.Dims {
			v, ok := d.Value, d.Value >= 0
			if d.Symbol != "" {
				v, ok = r.eval(d.Symbol)
			}
			if !ok {
				return graph.Info{}
			}
			shape[i] = v
		}
		return graph.Info{Kind: t.Kind, Type: t.Elem, Shape: shape}
	}
	info := graph.Info{Kind: t.Kind, Type: t.Elem}
	if t.Of != nil {
		of := r.declared(t.Of)
		info.Of = &of
	}
	return info
}
