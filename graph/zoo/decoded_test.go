package zoo

import (
	"reflect"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestDecoders: the graph of every published decoder has its parameters to the last one; a decode step multiplies each
// active weight once, and in attention each key and value that a layer sees.
func TestDecoders(t *testing.T) {
	sampling.Alone(t)
	for i, k := range decoder.Catalogue() {
		if testing.Short() && i%4 != 3 && k.Latent == nil && !k.Sinks {
			continue
		}
		if k.Name == "llama3.1-405b" || k.Name == "deepseek-r1" {
			continue // as others, with more layers
		}
		s := k.Shape
		m, err := OpenDecoder(&Decoder{Name: k.Name, Shape: s}, "seq=1&past=2000")
		if err != nil {
			t.Error(err)
			continue
		}
		params := int64(0)
		for i := range m.Tensors {
			if c := m.Tensors[i].Init; c != nil {
				params += c.Shape.Elems()
			}
		}
		if params != s.Params() {
			t.Errorf("%s: the graph has %d parameters, the decoder %d: %d apart", k.Name, params, s.Params(), params-s.Params())
		}
		want := s.ActiveParams()
		for l := range s.Layers {
			n := s.Heads * (s.HeadSize() + s.ValueSize())
			if c := s.Latent; c != nil {
				n = s.Heads * (2*c.KV + c.RoPE)
			}
			want += n * s.Sees(l, 2001)
		}
		if r := inferred(t, m, nil); r.MACs() != want {
			t.Errorf("%s: %d MACs in a step, expected %d: %d apart", k.Name, r.MACs(), want, r.MACs()-want)
		}
	}
}

// TestSameGraph: a decoder that is read from a file has the graph that is built in.
func TestSameGraph(t *testing.T) {
	sampling.Alone(t)
	for _, name := range []string{"llama3-8b", "llama3.2-1b", "qwen2.5-7b", "qwen3-4b", "phi3-mini", "gemma2-2b", "mixtral-8x7b"} {
		for _, query := range []string{"", "seq=7&past=0"} {
			k, err := decoder.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := OpenDecoder(&Decoder{Name: name, Shape: k.Shape}, query)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Open(Prefix + name + "?" + query)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Main, want.Main) || !reflect.DeepEqual(got.Tensors, want.Tensors) {
				t.Errorf("%s?%s: the graph of its sizes is not the built-in one: %d and %d nodes", name, query, len(got.Main.Nodes), len(want.Main.Nodes))
			}
		}
	}
}

// TestPacked: matrices occupy what a quantisation stores, whatever the type of the graph, and so do prompts' graphs of
// compressed attention.
func TestPacked(t *testing.T) {
	sampling.Alone(t)
	for name, query := range map[string]string{"llama3-8b": "", "glm-4.7-flash": "seq=1&past=5", "gpt-oss-20b": "", "phi3-mini": "", "deepseek-v2-lite": "seq=4&past=0"} {
		k, err := decoder.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := k.Store("q4_k_m")
		if err != nil {
			t.Fatal(err)
		}
		m, err := OpenDecoder(&Decoder{Name: name, Shape: k.Shape, Stored: stored, Type: dtype.Float16}, query)
		if err != nil {
			t.Fatal(err)
		}
		var got, want int64
		for i := range m.Tensors {
			if c := m.Tensors[i].Init; c != nil && len(c.Shape) > 1 {
				got += c.Packed
			}
			if d := m.Tensors[i].Decl; d != nil && d.Elem == dtype.Float32 {
				t.Fatalf("%s: %s is fp32", name, m.Tensors[i].Name)
			}
		}
		for i := range stored {
			if !stored[i].Vector() {
				want += stored[i].Bytes()
			}
		}
		if d := got - want; d > want/10000 || -d > want/10000 {
			t.Errorf("%s: matrices take %d bytes in the graph, %d in the file", name, got, want)
		}
	}
}

// TestDecoderRefused: what no graph can be built of is an error.
func TestDecoderRefused(t *testing.T) {
	k, err := decoder.Lookup("llama3.2-1b")
	if err != nil {
		t.Fatal(err)
	}
	odd := k.Shape
	odd.Head = 63
	for query, s := range map[string]decoder.Shape{"seq=0": k.Shape, "size=3": k.Shape, "seq=1&seq=2": k.Shape, "past=999999999": k.Shape, "": odd} {
		if m, err := OpenDecoder(&Decoder{Name: "x", Shape: s}, query); err == nil {
			t.Errorf("%q: %d nodes, expected an error", query, len(m.Main.Nodes))
		}
	}
}
