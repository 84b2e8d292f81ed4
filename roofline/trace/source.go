package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// What bounds a profile; a trace of a large model over many runs has some hundred megabytes. It is read record by
// record, so memory follows what is kept of it.
const (
	maxSize    = 1 << 30  // bytes of a file
	maxRecords = 4 << 20  // events, layers and lines
	maxRecord  = 4 << 20  // bytes of one of them
	maxNodes   = 1 << 18  // of different names
	maxRows    = 1 << 16  // of whole models
	maxText    = 32 << 20 // bytes of names that are kept
	maxDepth   = 1 << 10  // of values within each other
)

// Errors of profiles beyond the bounds.
var (
	errSize    = errors.New("found more than 1 GiB, expected a profile of fewer runs")
	errRecords = fmt.Errorf("found more than %d records, expected a profile of fewer runs", maxRecords)
	errRecord  = fmt.Errorf("found a record of more than %d MiB, expected one of a node or an inference", maxRecord>>20)
	errNodes   = fmt.Errorf("found more than %d nodes, expected those of one model", maxNodes)
	errRows    = fmt.Errorf("found more than %d models, expected fewer", maxRows)
	errDepth   = fmt.Errorf("found values nested %d deep, expected fewer", maxDepth)
	errText    = fmt.Errorf("found more than %d MiB of names, expected short ones", maxText>>20)
)

// A source gives a profile record by record, and holds one at a time.
type source struct {
	in      *bufio.Reader // the file
	size    int64         // bytes that were read
	left    int           // bytes that the present record may yet take
	records int           // so far
}

// newSource returns a source that reads r behind a mark of byte order.
func newSource(r io.Reader) *source {
	s := &source{in: bufio.NewReaderSize(r, headSize)}
	mark := []byte("\ufeff")
	if head, _ := s.in.Peek(len(mark)); bytes.Equal(head, mark) {
		s.in.Discard(len(mark))
	}
	return s
}

// Read reads for a decoder, as much as the present record may take.
func (s *source) Read(p []byte) (int, error) {
	switch {
	case s.left == 0:
		return 0, errRecord
	case s.size > maxSize:
		return 0, errSize
	}
	n, err := s.in.Read(p[:min(len(p), s.left)])
	s.left -= n
	s.size += int64(n)
	return n, err
}

// next begins a record.
func (s *source) next() error {
	s.left = maxRecord
	if s.records++; s.records > maxRecords {
		return errRecords
	}
	return nil
}

// lines calls f with each line and its number, from 1 on.
func (s *source) lines(f func(i int, line string) error) error {
	if err := s.next(); err != nil {
		return err
	}
	scan := bufio.NewScanner(s)
	scan.Buffer(nil, maxRecord)
	for i := 1; scan.Scan(); i++ {
		if err := f(i, scan.Text()); err != nil {
			return err
		}
		if err := s.next(); err != nil {
			return err
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return errRecord
	}
	return scan.Err()
}

// array calls f with each element of the JSON array that a source holds.
func array[T any](s *source, f func(i int, v *T) error) error {
	d := json.NewDecoder(s)
	if err := elements(s, d, f); err != nil {
		return err
	}
	return end(s, d)
}

// member calls f with each element of the array under a key of the JSON object that a source holds.
func member[T any](s *source, key string, f func(i int, v *T) error) error {
	d := json.NewDecoder(s)
	if err := open(s, d, '{'); err != nil {
		return err
	}
	for d.More() {
		name, err := token(s, d)
		if err != nil {
			return err
		}
		if name == key {
			err = elements(s, d, f)
		} else {
			err = skip(s, d)
		}
		if err != nil {
			return err
		}
	}
	if err := open(s, d, '}'); err != nil {
		return err
	}
	return end(s, d)
}

// elements calls f with each element of the array that comes next.
func elements[T any](s *source, d *json.Decoder, f func(i int, v *T) error) error {
	if err := open(s, d, '['); err != nil {
		return err
	}
	for i := 0; ; i++ {
		if err := s.next(); err != nil {
			return err
		}
		if !d.More() {
			return open(s, d, ']')
		}
		var v T
		if err := d.Decode(&v); err != nil {
			return damaged(err)
		}
		if err := f(i, &v); err != nil {
			return err
		}
	}
}

// token returns the next token. A skipped one is no record, but may take no more bytes than one.
func token(s *source, d *json.Decoder) (json.Token, error) {
	s.left = maxRecord
	t, err := d.Token()
	if err != nil {
		return nil, damaged(err)
	}
	return t, nil
}

// open reads a bracket.
func open(s *source, d *json.Decoder, want json.Delim) error {
	t, err := token(s, d)
	if err == nil && t != want {
		return fmt.Errorf("is cut short or damaged: at byte %d found %.40q, expected %s", d.InputOffset(), fmt.Sprint(t),
			want)
	}
	return err
}

// skip reads a value that nobody asks for.
func skip(s *source, d *json.Decoder) error {
	for depth := 0; ; {
		t, err := token(s, d)
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		switch depth {
		case 0:
			return nil
		case maxDepth:
			return errDepth
		}
	}
}

// end demands that nothing follows.
func end(s *source, d *json.Decoder) error {
	s.left = maxRecord
	if t, err := d.Token(); err == nil {
		return fmt.Errorf("is cut short or damaged: at byte %d found %.40q, expected its end", d.InputOffset(), fmt.Sprint(t))
	} else if err != io.EOF {
		return damaged(err)
	}
	return nil
}

// damaged says that JSON cannot be read, or returns the error of a bound.
func damaged(err error) error {
	if errors.Is(err, errRecord) || errors.Is(err, errSize) {
		return err
	}
	return fmt.Errorf("is cut short or damaged: %w", err)
}

// summed adds up what has the same name, in the order of first appearance.
type summed struct {
	at    map[string]int // place by name
	nodes []Node         // in order
	text  int            // bytes of names
}

// node returns the place of a name. Its operator is the one it had at first.
func (s *summed) node(name, op string) (int, error) {
	if s.at == nil {
		s.at = map[string]int{}
	}
	i, ok := s.at[name]
	if ok {
		return i, nil
	}
	if s.text += len(name) + len(op); s.text > maxText {
		return 0, errText
	}
	if i = len(s.nodes); i == maxNodes {
		return 0, errNodes
	}
	s.at[name] = i
	s.nodes = append(s.nodes, Node{Name: name, Op: op})
	return i, nil
}

// add adds seconds to a name.
func (s *summed) add(name, op string, seconds float64) error {
	i, err := s.node(name, op)
	if err == nil {
		s.nodes[i].Seconds += seconds
	}
	return err
}

// per returns the nodes with each time divided by a number of inferences.
func (s *summed) per(runs int) []Node {
	for i := range s.nodes {
		s.nodes[i].Seconds /= float64(runs)
	}
	return s.nodes
}

// An event is what one record of a trace took, on a thread.
type event struct {
	node, thread int32   // and the thread that ran it
	start, took  float64 // in the file's unit
}
