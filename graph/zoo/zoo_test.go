package zoo

import (
	"bytes"
	"math"
	"strings"
	"testing"

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

// TestYOLOConvolutions: Ultralytics publishes 2 x the multiply-adds of what thop sees, the convolutions, in
// GFLOPs: 3.24, 10.73, 33.99, 43.46 and 97.45 GMAC at 640.
func TestYOLOConvolutions(t *testing.T) {
	for name, want := range map[string]float64{"yolo11n": 3.24, "yolo11s": 10.73, "yolo11m": 33.99, "yolo11l": 43.46, "yolo11x": 97.45} {
		m, err := Open(Prefix + name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(infer.Bindings{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		convs := int64(0)
		for i := range r.Steps {
			if s := &r.Steps[i]; s.Node.Op.Type == "Conv" {
				convs += s.Cost.MACs
			}
		}
		if got := math.Round(float64(convs)/1e7) / 100; got != want {
			t.Errorf("%s: %.2f GMAC of convolutions, published are %.2f", name, got, want)
		}
	}
}

func TestLookupErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"zoo:resnet51":             "there is no built-in model",
		"zoo:resnet50?depth=3":     "has no option",
		"zoo:yolo11n?size=100":     "multiple of 32",
		"zoo:bert-base?seq=x":      "expected",
		"zoo:resnet50?size=999999": "expected",
	} {
		if _, _, err := Lookup(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup(%q): error %v, want one that says %q", spec, err, want)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Entries() {
		if seen[e.Name] || e.Source == "" || e.Doc == "" {
			t.Errorf("entry %q is listed twice or says no source", e.Name)
		}
		seen[e.Name] = true
	}
}
