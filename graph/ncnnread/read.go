// Package ncnnread reads the .param of an ncnn model into a graph.Model. It names layers and blobs; sizes are inferred
// from those of the inputs, weights are in another file.
package ncnnread

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Magic begins a file.
const Magic = "7767517"

// The bounds of a file. spare is the memory beyond a multiple of its size that the model of a tiny file may take.
const (
	mostBytes = 16 << 20 // of a file
	mostLine  = 1 << 20  // bytes of a line
	mostList  = 64       // numbers of a list
	perByte   = 60       // memory for each byte of the file
	spare     = 64 << 10 // bytes of memory beyond
)

// A layer is one line of a file.
type layer struct {
	typ, name string          // ncnn's type and the layer's name
	ins, outs []string        // blobs by name
	ints      map[int]int64   // settings by number
	floats    map[int]float64 // settings by number
	lists     map[int][]int64 // settings by number
	exprs     map[int]string  // sizes that follow from those of blobs; nil: none
}

// int returns a setting, def where it is left out.
func (l *layer) int(key int, def int64) int64 {
	if v, ok := l.ints[key]; ok {
		return v
	}
	return def
}

// float returns the float setting of a key, def where it is not given.
func (l *layer) float(key int, def float64) float64 {
	if v, ok := l.floats[key]; ok {
		return v
	}
	return def
}

// A reader reads the lines of one file.
type reader struct {
	name  string                // of the file, for errors
	in    *bufio.Scanner        // the lines
	line  int                   // the last one read, from 1
	b     *compose.Builder      // the graph in the making
	blobs map[string]graph.ID   // tensors by name
	used  map[string]bool       // blobs that a layer reads
	ranks map[graph.ID]int      // dimensions of blobs beside the batch, where they are known
	known map[graph.ID][]int64  // sizes of blobs behind the batch, -1 for one that is not known
	free  map[graph.ID]graph.ID // inputs of no stated size by the blobs that are them
	told  map[graph.ID]bool     // those whose sizes a layer has told
	order []string              // blobs as they are made
}

// Read reads a model of size bytes from r. name stands for it in messages.
func Read(name string, r io.ReaderAt, size int64) (*graph.Model, error) {
	if size > mostBytes {
		return nil, fmt.Errorf("%s: found %d bytes, expected an ncnn .param of at most %d", name, size, mostBytes)
	}
	rd := &reader{name: name, in: bufio.NewScanner(io.NewSectionReader(r, 0, size)),
		b:     compose.New(size*perByte + spare),
		blobs: map[string]graph.ID{}, used: map[string]bool{}, ranks: map[graph.ID]int{},
		known: map[graph.ID][]int64{}, free: map[graph.ID]graph.ID{}, told: map[graph.ID]bool{}}
	rd.in.Buffer(make([]byte, 0, 4<<10), mostLine)
	if err := rd.read(size, r); err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", name, rd.line, err)
	}
	rd.b.Model.Producer = "ncnn"
	return rd.b.Model, nil
}

// next returns the next line that is not empty.
func (r *reader) next() (string, bool) {
	for r.in.Scan() {
		r.line++
		if text := strings.TrimSpace(r.in.Text()); text != "" {
			return text, true
		}
	}
	return "", false
}

// errCut tells of a file that ends early.
var errCut = errors.New("found the end of the file; expected a whole ncnn .param, with as many layers as it says")

// read reads a .param file: magic, counts and a line for each layer.
func (r *reader) read(size int64, src io.ReaderAt) error {
	if text, ok := r.next(); !ok || text != Magic {
		return fmt.Errorf("found %.20q in the place of %s", text, Magic)
	}
	head, _ := r.next()
	var layers, blobs int
	if n, err := fmt.Sscan(head, &layers, &blobs); n != 2 || err != nil || layers < 1 || blobs < 0 {
		return fmt.Errorf("found %.40q, expected the numbers of layers and blobs", head)
	}
	for i := range layers {
		text, ok := r.next()
		switch {
		case errors.Is(r.in.Err(), bufio.ErrTooLong):
			return fmt.Errorf("found a line longer than %d bytes, expected one of a layer", mostLine)
		case r.in.Err() != nil:
			return r.in.Err()
		case !ok:
			return errCut
		}
		l, err := parse(text)
		if err == nil {
			err = r.write(l)
		}
		if err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
		if err := r.b.Err(); err != nil {
			return err
		}
	}
	if len(r.blobs) != blobs {
		return fmt.Errorf("found %d blobs, the file says %d", len(r.blobs), blobs)
	}
	if err := r.ended(size, src); err != nil {
		return err
	}
	for _, name := range r.order { // what nothing reads is an output
		if !r.used[name] && r.b.Spend(4) {
			r.b.Model.Main.Outputs = append(r.b.Model.Main.Outputs, r.blobs[name])
		}
	}
	return r.b.Err()
}

// ended checks that the last line is whole: ncnn ends each with a line feed. Lines behind the last layer mean nothing.
func (r *reader) ended(size int64, src io.ReaderAt) error {
	var last [1]byte
	if _, err := src.ReadAt(last[:], size-1); err != nil && err != io.EOF || last[0] != '\n' {
		return errCut
	}
	return nil
}

// parse reads the line of a layer.
func parse(text string) (*layer, error) {
	words := strings.Fields(text)
	if len(words) < 4 {
		return nil, fmt.Errorf("found %.60q, expected a type, a name and two counts", text)
	}
	l := &layer{typ: words[0], name: words[1], ints: map[int]int64{}, floats: map[int]float64{},
		lists: map[int][]int64{}}
	n, err := strconv.Atoi(words[2])
	m, err2 := strconv.Atoi(words[3])
	words = words[4:]
	if err != nil || err2 != nil || n < 0 || m < 0 || n > len(words) || m > len(words)-n {
		return nil, fmt.Errorf("%.60q: found %d names behind its counts of blobs", l.name, len(words))
	}
	l.ins, l.outs = words[:n], words[n:n+m]
	for _, w := range words[n+m:] {
		if err := l.setting(w); err != nil {
			return nil, fmt.Errorf("%.60q: %w", l.name, err)
		}
	}
	return l, nil
}

// setting reads 3=1 or -23303=2,1,2. Hints of sizes, such as #0=(1,3), are passed over.
func (l *layer) setting(word string) error {
	key, value, ok := strings.Cut(word, "=")
	k, err := strconv.Atoi(key)
	switch {
	case strings.HasPrefix(word, "#") || strings.HasPrefix(word, "$") || strings.HasPrefix(word, "@"):
		return nil
	case !ok || err != nil:
		return fmt.Errorf("found %.40q, expected a setting such as 0=64", word)
	case k <= -23300:
		words := strings.Split(value, ",")
		if len(words) > mostList+1 {
			return nil // weights in text
		}
		for _, w := range words[1:] {
			f, err := strconv.ParseFloat(w, 64)
			if err != nil || math.Abs(f) > 1<<40 {
				return fmt.Errorf("found %.40q in a list of numbers", w)
			}
			l.lists[-23300-k] = append(l.lists[-23300-k], int64(f))
		}
		return nil
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		if text, ok := strings.CutPrefix(value, "\""); ok {
			if l.exprs == nil {
				l.exprs = map[int]string{}
			}
			l.exprs[k] = strings.TrimSuffix(text, "\"")
			return nil
		}
		if k < 0 {
			return nil
		}
		return fmt.Errorf("found %.40q, expected a number", word)
	}
	l.floats[k] = f
	if math.Abs(f) <= 1<<40 {
		l.ints[k] = int64(f)
	}
	return nil
}

// blob makes the blob that a layer's output names.
func (r *reader) blob(name string) (graph.ID, error) {
	if _, ok := r.blobs[name]; ok {
		return graph.None, fmt.Errorf("makes the blob %.60q, which is there already", name)
	}
	id := r.b.Value(name, dtype.Float32, nil)
	r.blobs[name] = id
	r.order = append(r.order, name)
	return id, nil
}

// inputs returns the values that a layer reads. A blob that no layer before makes is an error.
func (r *reader) inputs(l *layer) (out []graph.ID, err error) {
	for _, name := range l.ins {
		id, ok := r.blobs[name]
		if !ok {
			return nil, fmt.Errorf("reads the blob %.60q, which no layer before it makes", name)
		}
		r.used[name] = true
		out = append(out, id)
	}
	return out, nil
}

// write writes one layer.
func (r *reader) write(l *layer) error {
	ins, err := r.inputs(l)
	if err != nil {
		return err
	}
	if l.typ == "Input" || l.typ == "MemoryData" {
		return r.source(l)
	}
	if l.typ == "Noop" && len(l.outs) == 0 {
		return nil // it swallows blobs that nobody reads
	}
	o := &op{reader: r, layer: l, in: ins}
	for _, name := range l.outs {
		id, err := r.blob(name)
		if err != nil {
			return err
		}
		o.out = append(o.out, id)
	}
	w, ok := rows[l.typ]
	if !ok || len(l.exprs) > 0 && l.typ != "Reshape" { // sizes by expressions
		o.unknown()
		return nil
	}
	if len(ins) < 1 || len(o.out) < 1 {
		return fmt.Errorf("%.60q: found %d inputs and %d outputs", l.name, len(ins), len(o.out))
	}
	o.ranks[o.out[0]] = o.ranks[ins[0]] // most layers keep the number of dimensions; those that do not say so
	for _, id := range o.out[1:] {
		o.ranks[id] = o.ranks[ins[0]]
	}
	return w(o)
}

// source makes an input or a constant. Blobs have no batch; it stands in front of them here. A size that an input does
// not state is free.
func (r *reader) source(l *layer) error {
	var dims []int64
	for _, key := range []int{2, 1, 0} { // channels, height, width
		if n := l.int(key, 0); n > 0 {
			dims = append(dims, n)
		}
	}
	for _, name := range l.outs {
		if _, ok := r.blobs[name]; ok {
			return fmt.Errorf("makes the blob %.60q, which is there already", name)
		}
		id := r.given(l, name, dims)
		r.blobs[name], r.ranks[id] = id, len(dims)
		if len(dims) == 0 && l.typ == "Input" {
			r.ranks[id], r.free[id] = 3, id // an image
		}
		r.order = append(r.order, name)
	}
	return nil
}

// given makes one blob of an input or a constant.
func (r *reader) given(l *layer, name string, dims []int64) (id graph.ID) {
	switch {
	case l.typ == "MemoryData":
		id = r.b.Const(name, &graph.Const{Type: dtype.Float32, Shape: append([]int64{1}, dims...), External: true})
	case len(dims) == 0:
		id = r.b.Input(name, dtype.Float32, []int64{-1, 3, -1, -1}, "batch")
		if id != graph.None {
			d := r.b.Model.Tensors[id].Decl.Dims
			d[2].Symbol, d[3].Symbol = "height", "width"
		}
	default:
		id = r.b.Input(name, dtype.Float32, append([]int64{-1}, dims...), "batch")
	}
	return id
}
