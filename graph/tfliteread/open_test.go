package tfliteread_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/tfliteread"
)

// open makes dimensions of a tensor open: the file states 1 in their place, and -1 in the signature.
func (l *lite) open(g *liteGraph, i int32, signature ...int32) int32 {
	g.tensors[i][18] = signature
	return i
}

// TestOpenSizes: the 1 that a file states for an open size is no size. What the elements leave is taken for it, and
// else the stated result stands, as after a tokenizer.
func TestOpenSizes(t *testing.T) {
	const fullyConnected, reshape = 9, 22
	for _, c := range []struct {
		name          string
		from, to      []int64
		signs, signTo []int32
		width         int64 // of the product's weights
		macs          int64 // with 10 rows of weights
		unknown       int
		refused       string
	}{
		{"flattened", []int64{1, 8, 8}, []int64{1, 1}, []int32{-1, 8, 8}, []int32{-1, -1}, 64, 640, 0, ""},
		{"rows of four", []int64{1, 6, 4}, []int64{1, 4}, []int32{1, 6, 4}, []int32{-1, 4}, 4, 6 * 40, 0, ""},
		{"in the middle", []int64{1, 30}, []int64{1, 1, 5}, []int32{-1, 30}, []int32{-1, -1, 5}, 5, 6 * 50, 0, ""},
		{"padded at run time", []int64{1}, []int64{1, 3}, []int32{-1}, []int32{-1, 3}, 3, 30, 1, ""},
		{"no size of such", []int64{1, 7}, []int64{1, 3}, []int32{-1, 7}, []int32{-1, 3}, 3, 30, 1, ""},
		{"stated", []int64{1, 7}, []int64{1, 3}, nil, nil, 3, 0, 0, "turns [1 7] into [1 3]"},
	} {
		l := newLite()
		g := l.graphs[0]
		x := l.tensor(g, "x", float32s, nil, c.from...)
		h := l.tensor(g, "h", float32s, nil, c.to...)
		if c.signs != nil {
			l.open(g, x, c.signs...)
			l.open(g, h, c.signTo...)
		}
		w := l.tensor(g, "w", float32s, make([]byte, 4), 10, c.width)
		y := l.open(g, l.tensor(g, "y", float32s, nil, 1, 10), -1, 10)
		l.op(g, reshape, []int32{x}, []int32{h}, nil)
		l.op(g, fullyConnected, []int32{h, w, -1}, []int32{y}, nil)
		g.inputs, g.outputs = []int32{x}, []int32{y}
		data := l.bytes()
		m, err := tfliteread.Read("m.tflite", bytes.NewReader(data), int64(len(data)))
		if c.refused != "" {
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: found %v, expected %q", c.name, err, c.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		p, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(infer.Bindings{}, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		unknown := 0
		for i := range r.Steps {
			if r.Steps[i].Unknown {
				unknown++
			}
		}
		if r.MACs() != c.macs || unknown != c.unknown {
			t.Errorf("%s: %d MACs and %d unknown, expected %d and %d", c.name, r.MACs(), unknown, c.macs, c.unknown)
		}
	}
}
