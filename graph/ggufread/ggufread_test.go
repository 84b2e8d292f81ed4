package ggufread_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/ggufread"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/gguftest"
)

// header returns the header of a published decoder in a quantisation; keep says which tensors are in it.
func header(t testing.TB, name, quant string, keep func(i int) bool) []byte {
	t.Helper()
	data, err := gguftest.Header(name, quant, keep)
	if err != nil {
		t.Fatal(err)
	}
	return data
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
		if s.Params() != k.Params() || s.ActiveParams() != k.ActiveParams() { // so the parts of a layer are known too
			t.Errorf("%s: its shape has %d parameters, %d active; expected %d and %d", name, s.Params(), s.ActiveParams(), k.Params(),
				k.ActiveParams())
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

// TestHybrids: of layers that are no attention the weights are counted and no cache; those beside attention have one.
func TestHybrids(t *testing.T) {
	for _, arch := range []string{"qwen3next", "jamba", "granitehybrid", "lfm2", "falcon-h1"} {
		beside := arch == "falcon-h1"
		m, err := ggufread.Read(arch, bytes.NewReader(gguftest.Hybrid(arch, beside)))
		if err != nil {
			t.Errorf("%s: %v", arch, err)
			continue
		}
		s := &m.Shape
		elems, cached := int64(64*192+128*64), int64(100*2*2*16)
		if beside {
			elems, cached = 128*64, 4*cached
		}
		if len(s.Mixers) != 3 || s.Mixers[0].Elems != elems || s.Attends(0) != beside || !s.Attends(3) || s.Packed {
			t.Errorf("%s: mixers %+v, packed %v", arch, s.Mixers, s.Packed)
		}
		if got := s.Cached(100); got != cached {
			t.Errorf("%s: %d elements are cached, want %d", arch, got, cached)
		}
	}
}

// TestFeedForwardAlone: a layer of a hybrid with neither attention nor a recurrence has no cache, and a decoder without
// any recurrence has no mixers.
func TestFeedForwardAlone(t *testing.T) {
	w := new(gguftest.Writer)
	arch, f16 := "nemotron_h", gguftest.Kinds["f16"]
	w.Key("general.architecture", arch)
	for key, v := range map[string]int64{"block_count": 3, "embedding_length": 64, "attention.head_count": 4, "attention.head_count_kv": 2,
		"feed_forward_length": 128} {
		w.Key(arch+"."+key, v)
	}
	w.Tensor("token_embd.weight", f16, 64, 1000)
	w.Tensor("blk.0.ssm_in.weight", f16, 64, 256)
	w.Tensor("blk.1.ffn_up.weight", f16, 64, 128)
	w.Tensor("blk.2.attn_k.weight", f16, 64, 32)
	m, err := ggufread.Read("x", bytes.NewReader(w.File()))
	if err != nil {
		t.Fatal(err)
	}
	if s := &m.Shape; s.Mixing() != 1 || s.Cached(10) != 10*2*2*16 || s.Attends(0) || s.Attends(1) || !s.Attends(2) {
		t.Errorf("mixers %+v, %d elements are cached", s.Mixers, s.Cached(10))
	}
	plain, err := ggufread.Read("x", bytes.NewReader(header(t, "llama3.2-1b", "q8_0", nil)))
	if err != nil || plain.Shape.Mixers != nil {
		t.Errorf("a decoder of attention alone has mixers %+v, %v", plain.Shape.Mixers, err)
	}
}

// TestUnknown: what is no known decoder is named, with what is near it.
func TestUnknown(t *testing.T) {
	for arch, want := range map[string]string{"qwen2vl": "qwen2",
		"mamba2": "has no attention", "": "no general.architecture",
		"clip": "not known; expected one of", "llama": "found a vocabulary and no weights"} {
		w := new(gguftest.Writer)
		w.Key("general.architecture", arch)
		if _, err := ggufread.Read("x", bytes.NewReader(w.File())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one that says %q", arch, err, want)
		}
	}
}

// bound is the memory that reading may allocate: a tensor of 24 bytes is one of the file and one of the decoder.
var bound = allocated.Bound{PerByte: 100, AtLeast: 1 << 20}

// TestHostile refuses sizes that no decoder has, without what they would cost.
func TestHostile(t *testing.T) {
	llama := func(sizes map[string]int64, dims ...int64) []byte {
		w := new(gguftest.Writer)
		w.Key("general.architecture", "llama")
		all := map[string]int64{"block_count": 2, "embedding_length": 64, "attention.head_count": 4, "feed_forward_length": 128}
		maps.Copy(all, sizes)
		for key, v := range all {
			w.Key("llama."+key, v)
		}
		w.Tensor("token_embd.weight", 8, dims...)
		return w.File()
	}
	many := new(gguftest.Writer)
	many.Key("general.architecture", "llama")
	for range 1 << 17 {
		many.Tensor("", 0)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a head of 2^32":       {llama(map[string]int64{"attention.key_length": 1 << 31}, 64, 1000), "size of a head"},
		"2^31 experts":         {llama(map[string]int64{"expert_count": 1 << 31}, 64, 1000), "as experts"},
		"shared experts":       {llama(map[string]int64{"expert_shared_count": 1 << 31, "expert_feed_forward_length": 1 << 31}, 64, 1000), "expert"},
		"more parameters":      {llama(map[string]int64{"block_count": 4096, "embedding_length": 1 << 20, "attention.key_length": 128, "feed_forward_length": 1 << 24}, 64, 1000), "parameters"},
		"a vocabulary of 2^40": {llama(nil, 1, 1<<40), "vocabulary"},
		"a dimension of 0":     {llama(nil, 0, 1), "dimension 0"},
		"many tensors":         {many.File(), "block_count"},
		"2^60 tensors":         {[]byte("GGUF\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00"), "tensors"},
		"a list of 2^60 texts": {append([]byte("GGUF\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"+
			"\x01\x00\x00\x00\x00\x00\x00\x00k\x09\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10"), make([]byte, 1<<20)...), "ends early"},
	} {
		var err error
		bound.Hold(t, len(c.data), func() { _, err = ggufread.Read("hostile", bytes.NewReader(c.data)) })
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 300 {
			t.Errorf("%s: found %.400v, want a short error that says %q", name, err, c.want)
		}
	}
}

// FuzzRead: no header panics or takes more memory than it is worth, and what is read has sizes that can be counted.
func FuzzRead(f *testing.F) {
	f.Add(header(f, "llama3.2-1b", "q8_0", func(i int) bool { return i < 8 }))
	f.Add(header(f, "glm-4.7-flash", "q8_0", func(i int) bool { return i < 30 }))
	f.Add([]byte("GGUF\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m *ggufread.Model
		bound.Hold(t, len(data), func() { m, _ = ggufread.Read("fuzz", bytes.NewReader(data)) })
		if m == nil {
			return
		}
		sum := int64(0)
		for i := range m.Tensors {
			n := m.Tensors[i].Bytes()
			if sum += n; n < 0 || sum < 0 {
				t.Fatalf("%+v", m.Tensors[i])
			}
		}
		if s := &m.Shape; s.HeadSize() < 1 || s.Cached(1<<20) < 0 || s.Vocabulary < 1 || s.Params() < 0 || s.ActiveParams() < 0 {
			t.Errorf("%+v", m.Shape)
		}
	})
}

// ExampleRead reads a header that was made here.
func ExampleRead() {
	w := new(gguftest.Writer)
	w.Key("general.architecture", "llama")
	for key, v := range map[string]int64{"block_count": 1, "embedding_length": 64, "attention.head_count": 4, "feed_forward_length": 128} {
		w.Key("llama."+key, v)
	}
	w.Tensor("token_embd.weight", 8, 64, 1000)
	m, err := ggufread.Read("small.gguf", bytes.NewReader(w.File()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Shape.Arch, m.Shape.Vocabulary, m.Quant, m.Tensors[0].Bytes())
	// Output: llama 1000 q8_0 68000
}
