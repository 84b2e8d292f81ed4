// Package irread reads an OpenVINO IR, its .xml alone, into a graph.Model: shapes and types stand at every port,
// weights are in another file.
package irread

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// The bounds of a file. spare is the memory beyond a multiple of its size that the model of a tiny file may take.
const (
	mostBytes = 64 << 20 // of a file
	mostDepth = 64       // elements that hold each other
	mostToken = 1 << 20  // bytes of a tag or text
	mostRank  = 16       // dimensions of a port
	perByte   = 7        // memory for each byte of the file
	spare     = 64 << 10 // bytes of memory beyond
)

// types lists the element types by the words for them, in any case: of ports and of constants.
var types = map[string]dtype.Type{
	"fp32": dtype.Float32, "f32": dtype.Float32, "fp16": dtype.Float16, "f16": dtype.Float16, "bf16": dtype.BFloat16,
	"fp64": dtype.Float64, "f64": dtype.Float64, "i64": dtype.Int64, "i32": dtype.Int32, "i16": dtype.Int16,
	"i8": dtype.Int8, "u64": dtype.Uint64, "u32": dtype.Uint32, "u16": dtype.Uint16, "u8": dtype.Uint8,
	"i4": dtype.Int4, "u4": dtype.Uint4, "bool": dtype.Bool, "boolean": dtype.Bool, "bin": dtype.Uint8,
	"u1":     dtype.Uint8,
	"string": dtype.String,
}

// A port is one input or output of a layer.
type port struct {
	id   int        // unique within its layer
	typ  dtype.Type // of its elements
	dims []int64    // -1: free
}

// A layer is one operator of a file.
type layer struct {
	id, name, typ string            // names of the layer
	data          map[string]string // settings by key
	ins, outs     []port            // ports in order
	bodies        []*net            // of control flow
}

// An end is one side of an edge.
type end struct {
	layer string // its id
	port  int    // its id
}

// A net is a list of layers and what feeds their inputs.
type net struct {
	name   string      // of the model
	layers []*layer    // in the file's order
	from   map[end]end // by the input
}

// A reader follows the elements of a file.
type reader struct {
	name  string           // of the file, for errors
	dec   *xml.Decoder     // the XML
	in    *tokens          // the bytes below it
	b     *compose.Builder // the graph in the making
	depth int              // of elements
}

// Read reads a model of size bytes from r. name stands for it in messages.
func Read(name string, r io.ReaderAt, size int64) (*graph.Model, error) {
	if size > mostBytes {
		return nil, fmt.Errorf("%s: found %d bytes, expected the .xml of an OpenVINO IR of at most %d", name, size,
			mostBytes)
	}
	in := &tokens{in: bufio.NewReader(io.NewSectionReader(r, 0, size))}
	rd := &reader{name: name, dec: xml.NewDecoder(in), in: in, b: compose.New(size*perByte + spare)}
	rd.dec.Strict = true
	rd.dec.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) { return nil, encodingError(label) }
	n, err := rd.root()
	if err == nil {
		w := writer{reader: rd, g: rd.b.Model.Main}
		err = w.main(n)
	}
	if err == nil {
		err = rd.b.Err()
	}
	if err != nil {
		return nil, rd.explain(err)
	}
	rd.b.Model.GraphName, rd.b.Model.Producer = n.name, "OpenVINO"
	return rd.b.Model, nil
}

// tokens hand bytes to the parser of XML, which holds a whole tag, text or comment in memory, and refuse a long one.
type tokens struct {
	in *bufio.Reader // the file
	n  int           // bytes since the last token
}

// errLong tells of a token that would take too much memory.
var errLong = fmt.Errorf("found a tag, a text or a comment of more than %d bytes, expected shorter ones", mostToken)

// ReadByte returns the next byte.
func (t *tokens) ReadByte() (byte, error) {
	if t.n++; t.n > mostToken {
		return 0, errLong
	}
	return t.in.ReadByte()
}

// Read reads one byte: the parser takes bytes.
func (t *tokens) Read(p []byte) (int, error) { return t.in.Read(p[:min(len(p), 1)]) }

// token returns the next token.
func (r *reader) token() (xml.Token, error) {
	r.in.n = 0
	return r.dec.Token()
}

// An encodingError is the name of an encoding that is not read.
type encodingError string

// Error says what was found.
func (e encodingError) Error() string {
	return fmt.Sprintf("found the encoding %.40q, expected UTF-8", string(e))
}

// explain says where in the file an error is.
func (r *reader) explain(err error) error {
	line, _ := r.dec.InputPos()
	var syntax *xml.SyntaxError
	var encoding encodingError
	if errors.As(err, &encoding) {
		err = encoding
	}
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: line %d: found the end or what is no XML; expected a whole OpenVINO IR", r.name, line)
	}
	return fmt.Errorf("%s: line %d: %w", r.name, line, err)
}

// root reads the file up to its end.
func (r *reader) root() (*net, error) {
	var n *net
	for {
		t, err := r.token()
		switch {
		case err == io.EOF && n != nil:
			return n, nil
		case err != nil:
			return nil, err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local != "net" || n != nil {
			return nil, fmt.Errorf("found the element %q, expected one net", e.Name.Local)
		}
		if n, err = r.net(e); err != nil {
			return nil, err
		}
	}
}

// each calls f for every element inside the one that was begun, up to its end.
func (r *reader) each(f func(xml.StartElement) error) error {
	if r.depth++; r.depth > mostDepth {
		return fmt.Errorf("found elements more than %d deep", mostDepth)
	}
	defer func() { r.depth-- }()
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := f(e); err != nil {
				return err
			}
		}
		if err := r.b.Err(); err != nil {
			return err
		}
	}
}

// attr returns an attribute of an element, empty where it has none.
func attr(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value
		}
	}
	return ""
}

// textOf returns the bytes of an element's attributes.
func textOf(e *xml.StartElement) (n int64) {
	for i := range e.Attr {
		n += int64(len(e.Attr[i].Value))
	}
	return n
}

// net reads layers and edges.
func (r *reader) net(start xml.StartElement) (*net, error) {
	n := &net{name: attr(&start, "name"), from: map[end]end{}}
	return n, r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "layers":
			return r.each(func(e xml.StartElement) error {
				l, err := r.layer(e)
				n.layers = append(n.layers, l)
				return err
			})
		case "edges":
			return r.each(func(e xml.StartElement) error {
				r.b.Spend(150 + textOf(&e))
				from, to := number(attr(&e, "from-port")), number(attr(&e, "to-port"))
				n.from[end{attr(&e, "to-layer"), to}] = end{attr(&e, "from-layer"), from}
				return r.skip()
			})
		}
		return r.skip()
	})
}

// skip passes over the rest of an element.
func (r *reader) skip() error {
	return r.each(func(xml.StartElement) error { return r.skip() })
}

// number returns a whole number, -1 for anything else.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

// layer reads a layer: attributes, data and ports.
func (r *reader) layer(start xml.StartElement) (*layer, error) {
	r.b.Spend(400 + textOf(&start))
	l := &layer{id: attr(&start, "id"), name: attr(&start, "name"), typ: attr(&start, "type"), data: map[string]string{}}
	return l, r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "data":
			for _, a := range e.Attr {
				r.b.Spend(64 + int64(len(a.Value)))
				l.data[a.Name.Local] = a.Value
			}
		case "input":
			return r.ports(&l.ins)
		case "output":
			return r.ports(&l.outs)
		case "body", "then_body", "else_body":
			n, err := r.net(e)
			l.bodies = append(l.bodies, n)
			return err
		}
		return r.skip()
	})
}

// ports reads the ports of a layer, with types and dimensions.
func (r *reader) ports(into *[]port) error {
	return r.each(func(e xml.StartElement) error {
		r.b.Spend(100)
		p := port{id: number(attr(&e, "id")), typ: types[strings.ToLower(attr(&e, "precision"))]}
		err := r.each(func(e xml.StartElement) error {
			if e.Name.Local == "dim" {
				return r.dim(&p)
			}
			return r.skip()
		})
		if err != nil {
			return err
		}
		if elems(p.dims) > graph.MaxElems {
			return fmt.Errorf("found a tensor of %v, expected at most 2^46 elements", p.dims)
		}
		*into = append(*into, p)
		return nil
	})
}

// elems returns the elements of a tensor, those of free dimensions counted once.
func elems(dims []int64) int64 {
	n := int64(1)
	for _, d := range dims {
		n = sat.Mul(n, max(d, 1))
	}
	return n
}

// dim reads one dimension of a port.
func (r *reader) dim(p *port) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.CharData:
			if len(p.dims) == mostRank {
				return fmt.Errorf("found more than %d dimensions", mostRank)
			}
			n, err := strconv.ParseInt(strings.TrimSpace(string(e)), 10, 64)
			if err != nil || n < -1 {
				return fmt.Errorf("found the dimension %.20q, expected a number", e)
			}
			p.dims = append(p.dims, n)
		case xml.EndElement:
			return nil
		case xml.StartElement:
			return fmt.Errorf("found the element %q in a dimension", e.Name.Local)
		}
	}
}
