package zoo

import (
	"testing"

	"bytes"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// TestPublishedFigures holds every entry's parameters and multiply-adds to what is published. Exporters
// fold batch normalisation: of its two parameters a channel the convolution's bias keeps one, so the published
// count is that of the graph plus one for each normalised channel.
func TestPublishedFigures(t *testing.T) {
	for _, e := range Entries() {
		t.Run(e.Name, func(t *testing.T) {
			b := newBuilder()
			_, opts, err := Lookup(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			e.build(b, opts)
			var buf bytes.Buffer
			if err := b.write(&buf, e.Name); err != nil {
				t.Fatal(err)
			}
			m, err := onnxread.Read(e.Name, bytes.NewReader(buf.Bytes()), int64(buf.Len()))
			if err != nil {
				t.Fatal(err)
			}
			params := b.norms
			for i := range m.Tensors {
				if c := m.Tensors[i].Init; c != nil {
					params += c.Shape.Elems()
				}
			}
			if params != e.Params {
				t.Errorf("%d parameters, published are %d", params, e.Params)
			}
			p, err := infer.Prepare(m)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(infer.Bindings{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.MACs() != e.MACs {
				t.Errorf("%d MACs, expected %d", r.MACs(), e.MACs)
			}
			for i := range r.Steps {
				if r.Steps[i].Unknown {
					t.Errorf("%s is unknown", infer.Describe(r.Steps[i].Node))
				}
			}
		})
	}
}
