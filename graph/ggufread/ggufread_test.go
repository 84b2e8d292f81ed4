package ggufread_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/ggufread"
)

// A writer makes the header of a GGUF file.
type writer struct {
	bytes.Buffer
	keys, tensors bytes.Buffer
	nk, nt        uint64
}

func (w *writer) put(b *bytes.Buffer, v any) { _ = binary.Write(b, binary.LittleEndian, v) }
func (w *writer) str(b *bytes.Buffer, s string) {
	w.put(b, uint64(len(s)))
	b.WriteString(s)
}

func (w *writer) key(name string, v any) {
	w.nk++
	w.str(&w.keys, name)
	switch v := v.(type) {
	case string:
		w.put(&w.keys, uint32(8))
		w.str(&w.keys, v)
	case []string:
		w.put(&w.keys, uint32(9))
		w.put(&w.keys, uint32(8))
		w.put(&w.keys, uint64(len(v)))
		for _, s := range v {
			w.str(&w.keys, s)
		}
	case []uint32:
		w.put(&w.keys, uint32(9))
		w.put(&w.keys, uint32(4))
		w.put(&w.keys, uint64(len(v)))
		w.put(&w.keys, v)
	case int64:
		w.put(&w.keys, uint32(4))
		w.put(&w.keys, uint32(v))
	}
}

func (w *writer) tensor(name string, kind uint32, dims ...int64) {
	w.nt++
	w.str(&w.tensors, name)
	w.put(&w.tensors, uint32(len(dims)))
	for _, d := range dims {
		w.put(&w.tensors, uint64(d))
	}
	w.put(&w.tensors, kind)
	w.put(&w.tensors, uint64(0))
}

func (w *writer) file() []byte {
	var b bytes.Buffer
	b.WriteString("GGUF")
	w.put(&b, uint32(3))
	w.put(&b, w.nt)
	w.put(&b, w.nk)
	b.Write(w.keys.Bytes())
	b.Write(w.tensors.Bytes())
	return b.Bytes()
}

// ids are ggml's numbers of the formats that the tests write.
var ids = map[string]uint32{"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 8, "q4_k": 12, "q5_k": 13, "q6_k": 14, "mxfp4": 39}

// header returns the header of a published decoder in a quantisation; keep says which tensors are in it.
func header(t testing.TB, name, quant string, keep func(i int) bool) []byte {
	t.Helper()
	k, err := decoder.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	s := &k.Shape
	w := &writer{}
	w.key("general.architecture", s.Arch)
	w.key("general.name", name)
	w.key("tokenizer.ggml.tokens", []string{"a", "b", "c"})
	for key, v := range map[string]int64{
		"block_count": s.Layers, "embedding_length": s.Width, "attention.head_count": s.Heads, "context_length": s.Context,
		"attention.key_length": s.Head, "attention.value_length": s.Head, "expert_count": s.Experts, "expert_used_count": s.Active,
		"expert_feed_forward_length": s.ExpertFFN, "leading_dense_block_count": s.Dense, "attention.sliding_window": s.Window,
	} {
		if v > 0 {
			w.key(s.Arch+"."+key, v)
		}
	}
	w.key(s.Arch+".attention.head_count_kv", slices.Repeat([]uint32{uint32(s.KV)}, int(s.Layers))) // as lists by layer are
	if s.FFN > 0 {
		w.key(s.Arch+".feed_forward_length", s.FFN)
	}
	if l := s.Latent; l != nil {
		for key, v := range map[string]int64{"attention.kv_lora_rank": l.KV, "attention.q_lora_rank": l.Query, "rope.dimension_count": l.RoPE,
			"attention.key_length_mla": l.NoPE + l.RoPE, "attention.value_length_mla": l.Value} {
			w.key(s.Arch+"."+key, v)
		}
	}
	tensors, err := s.Store(quant)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tensors {
		if keep == nil || keep(i) {
			w.add(t, i, &tensors[i])
		}
	}
	return w.file()
}

func (w *writer) add(t testing.TB, i int, s *decoder.Stored) {
	name, dims := string(s.Role)+".weight", []int64{s.In, s.Out}
	if s.Experts > 0 {
		name, dims = string(s.Role)+"_exps.weight", []int64{s.In, s.Out, s.Experts}
	}
	if s.Vector() {
		name, dims = fmt.Sprintf("vector%d.weight", i), []int64{s.Out}
	}
	if s.Layer >= 0 {
		name = fmt.Sprintf("blk.%d.%s", s.Layer, name)
	}
	id, ok := ids[s.Format.Name]
	if !ok {
		t.Fatalf("no number of %s", s.Format.Name)
	}
	w.tensor(name, id, dims...)
}

// TestFamilies: of each family the file gives the parameters, the cache and the bytes of the decoder that it was made of.
func TestFamilies(t *testing.T) {
	for name, quant := range map[string]string{
		"llama3-8b": "q4_k_m", "llama3.2-1b": "q8_0", "qwen2.5-7b": "q8_0", "qwen3-4b": "q4_k_m", "qwen3-30b-a3b": "q8_0", "gemma2-2b": "q4_k_m",
		"gemma3-4b": "f16", "phi3-mini": "q4_k_m", "gpt-oss-20b": "mxfp4", "deepseek-v3": "q8_0", "glm-4.7-flash": "q8_0", "mixtral-8x7b": "q4_k_m",
		"gptj-6b": "q4_0", "falcon-7b": "f16", "chatglm2-6b": "q4_0",
	} {
		m, err := ggufread.Read(name, bytes.NewReader(header(t, name, quant, nil)))
		if err != nil {
			t.Error(err)
			continue
		}
		k, _ := decoder.Lookup(name)
		want, _ := k.Store(quant)
		var params, sum, wantSum int64
		for i := range m.Tensors {
			params += m.Tensors[i].Elems()
			sum += m.Tensors[i].Bytes()
			wantSum += want[i].Bytes()
		}
		if params != k.Params() || sum != wantSum {
			t.Errorf("%s: %d parameters and %d bytes, expected %d and %d", name, params, sum, k.Params(), wantSum)
		}
		s := &m.Shape
		if s.Cached(5000) != k.Cached(5000) || s.Vocabulary != k.Vocabulary || s.Tied != k.Tied || s.Touched(3) != k.Touched(3) || m.Name != name {
			t.Errorf("%s: %+v, expected %+v", name, s, k.Shape)
		}
	}
}

// TestCut: a header that ends anywhere is an error.
func TestCut(t *testing.T) {
	whole := header(t, "llama3.2-1b", "q8_0", func(i int) bool { return i < 12 })
	for n := range whole {
		if _, err := ggufread.Read("cut", bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("%d of %d bytes are read", n, len(whole))
		}
	}
	if _, err := ggufread.Read("whole", bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
}

// TestSplit: a file in two parts is read by the name of the first; a missing part or another first is an error.
func TestSplit(t *testing.T) {
	dir := t.TempDir()
	part := func(n int) string { return filepath.Join(dir, fmt.Sprintf("m-%05d-of-00002.gguf", n)) }
	for n := 1; n <= 2; n++ {
		if err := os.WriteFile(part(n), header(t, "llama3.2-1b", "q8_0", func(i int) bool { return (i < 60) == (n == 1) }), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m, err := ggufread.Open(part(1))
	if err != nil {
		t.Fatal(err)
	}
	params := int64(0)
	for i := range m.Tensors {
		params += m.Tensors[i].Elems()
	}
	if params != 1_235_814_400 {
		t.Errorf("%d parameters in two parts", params)
	}
	if _, err := ggufread.Open(part(2)); err == nil || !strings.Contains(err.Error(), "expected the first") {
		t.Errorf("the second part alone: %v", err)
	}
	if err := os.Remove(part(2)); err != nil {
		t.Fatal(err)
	}
	if _, err := ggufread.Open(part(1)); err == nil {
		t.Error("a missing part is no error")
	}
}

// TestUnknown: what is no known decoder is named, with what is near it.
func TestUnknown(t *testing.T) {
	for arch, want := range map[string]string{"qwen2vl": "qwen2", "mamba2": "not all attention", "": "no general.architecture", "clip": "not known"} {
		w := &writer{}
		w.key("general.architecture", arch)
		if _, err := ggufread.Read("x", bytes.NewReader(w.file())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one that says %q", arch, err, want)
		}
	}
}

// FuzzRead: no header panics, and what is read has sizes that can be counted.
func FuzzRead(f *testing.F) {
	f.Add(header(f, "llama3.2-1b", "q8_0", func(i int) bool { return i < 8 }))
	f.Add(header(f, "glm-4.7-flash", "q8_0", func(i int) bool { return i < 30 }))
	f.Add([]byte("GGUF\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ggufread.Read("fuzz", bytes.NewReader(data))
		if err != nil {
			return
		}
		if m.Shape.HeadSize() < 1 || m.Shape.Cached(1) < 0 || m.Shape.Vocabulary < 1 {
			t.Errorf("%+v", m.Shape)
		}
	})
}

// ExampleRead reads a header that was made here.
func ExampleRead() {
	w := &writer{}
	w.key("general.architecture", "llama")
	for key, v := range map[string]int64{"block_count": 1, "embedding_length": 64, "attention.head_count": 4, "feed_forward_length": 128} {
		w.key("llama."+key, v)
	}
	w.tensor("token_embd.weight", 8, 64, 1000)
	m, err := ggufread.Read("small.gguf", bytes.NewReader(w.file()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Shape.Arch, m.Shape.Vocabulary, m.Quant, m.Tensors[0].Bytes())
	// Output: llama 1000 q8_0 68000
}
