// Package gguftest writes headers of GGUF files for tests: of published decoders, without their weights.
package gguftest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
)

// A Writer makes the header of a GGUF file.
type Writer struct {
	keys, tensors bytes.Buffer
	nk, nt        uint64
}

// put writes v, little-endian.
func put(b *bytes.Buffer, v any) { _ = binary.Write(b, binary.LittleEndian, v) }

// text writes a string with its length.
func text(b *bytes.Buffer, s string) {
	put(b, uint64(len(s)))
	b.WriteString(s)
}

// The types of metadata.
const (
	typeUint32 = 4
	typeString = 8
	typeArray  = 9
)

// Key adds a line of metadata: a string, an int64, or a list of strings or uint32.
func (w *Writer) Key(name string, v any) {
	w.nk++
	text(&w.keys, name)
	switch v := v.(type) {
	case string:
		put(&w.keys, uint32(typeString))
		text(&w.keys, v)
	case []string:
		put(&w.keys, []uint32{typeArray, typeString})
		put(&w.keys, uint64(len(v)))
		for _, s := range v {
			text(&w.keys, s)
		}
	case []uint32:
		put(&w.keys, []uint32{typeArray, typeUint32})
		put(&w.keys, uint64(len(v)))
		put(&w.keys, v)
	case int64:
		put(&w.keys, []uint32{typeUint32, uint32(v)})
	}
}

// Tensor adds a tensor of one of ggml's types.
func (w *Writer) Tensor(name string, kind uint32, dims ...int64) {
	w.nt++
	text(&w.tensors, name)
	put(&w.tensors, uint32(len(dims)))
	put(&w.tensors, dims)
	put(&w.tensors, kind)
	put(&w.tensors, uint64(0))
}

// File returns the header.
func (w *Writer) File() []byte {
	var b bytes.Buffer
	b.WriteString("GGUF")
	put(&b, uint32(3))
	put(&b, []uint64{w.nt, w.nk})
	b.Write(w.keys.Bytes())
	b.Write(w.tensors.Bytes())
	return b.Bytes()
}

// Kinds lists ggml's numbers of formats.
var Kinds = map[string]uint32{
	"f32": 0, "f16": 1, "q4_0": 2, "q5_0": 6, "q8_0": 8, "q4_k": 12, "q5_k": 13, "q6_k": 14, "mxfp4": 39,
}

// Header returns the header of a published decoder in a quantisation; keep says which of its tensors are in it.
func Header(name, quant string, keep func(i int) bool) ([]byte, error) {
	k, err := decoder.Lookup(name)
	if err != nil {
		return nil, err
	}
	s := &k.Shape
	w := new(Writer)
	w.Key("general.architecture", s.Arch)
	w.Key("general.name", name)
	w.Key("tokenizer.ggml.tokens", []string{"a", "b", "c"})
	w.sizes(s)
	tensors, err := s.Store(quant)
	if err != nil {
		return nil, err
	}
	for i := range tensors {
		if keep != nil && !keep(i) {
			continue
		}
		if err := w.add(s, &tensors[i]); err != nil {
			return nil, err
		}
	}
	return w.File(), nil
}

// sizes adds what the tensors of a decoder do not tell.
func (w *Writer) sizes(s *decoder.Shape) {
	keys := map[string]int64{
		"block_count": s.Layers, "embedding_length": s.Width, "attention.head_count": s.Heads, "context_length": s.Context,
		"attention.key_length": s.Head, "attention.value_length": s.Head, "expert_count": s.Experts,
		"expert_used_count": s.Active, "expert_feed_forward_length": s.ExpertFFN,
		"leading_dense_block_count": s.Dense, "attention.sliding_window": s.Window, "feed_forward_length": s.FFN,
	}
	if l := s.Latent; l != nil {
		keys["attention.kv_lora_rank"], keys["attention.q_lora_rank"], keys["rope.dimension_count"] = l.KV, l.Query, l.RoPE
		keys["attention.key_length_mla"], keys["attention.value_length_mla"] = l.NoPE+l.RoPE, l.Value
	}
	for key, v := range keys {
		if v > 0 {
			w.Key(s.Arch+"."+key, v)
		}
	}
	w.Key(s.Arch+".attention.head_count_kv", slices.Repeat([]uint32{uint32(s.KV)}, int(s.Layers))) // as lists by layer are
}

// add adds a tensor under the name that llama.cpp gives it.
func (w *Writer) add(s *decoder.Shape, t *decoder.Stored) error {
	name, dims := string(t.Role)+".weight", []int64{t.In, t.Out}
	switch {
	case t.Vector():
		name, dims = t.Name, []int64{t.Out}
	case t.Experts > 0:
		name, dims = string(t.Role)+"_exps.weight", []int64{t.In, t.Out, t.Experts}
	case s.Sparse(t.Layer) && (t.Role == decoder.Gate || t.Role == decoder.Up || t.Role == decoder.Down):
		name = string(t.Role) + "_shexp.weight"
	}
	if t.Layer >= 0 {
		name = fmt.Sprintf("blk.%d.%s", t.Layer, name)
	}
	kind, ok := Kinds[t.Format.Name]
	if !ok {
		return fmt.Errorf("found format %s of %s, which tests do not write", t.Format.Name, name)
	}
	w.Tensor(name, kind, dims...)
	return nil
}

// Hybrid returns the header of a decoder of four layers: the last has attention, the others a recurrence, with
// attention beside it where that is asked for.
func Hybrid(arch string, beside bool) []byte {
	w := new(Writer)
	w.Key("general.architecture", arch)
	for key, v := range map[string]int64{"block_count": 4, "embedding_length": 64, "attention.head_count": 4,
		"feed_forward_length": 128, "context_length": 4096} {
		w.Key(arch+"."+key, v)
	}
	w.Key(arch+".attention.head_count_kv", []uint32{0, 0, 0, 2})
	q8 := Kinds["q8_0"]
	w.Tensor("token_embd.weight", q8, 64, 1000)
	for i := range 4 {
		name := func(s string) string { return fmt.Sprintf("blk.%d.%s.weight", i, s) }
		if attends := i == 3; attends || beside {
			w.Tensor(name("attn_q"), q8, 64, 64)
			w.Tensor(name("attn_k"), q8, 64, 32)
			w.Tensor(name("attn_v"), q8, 64, 32)
			w.Tensor(name("attn_output"), q8, 64, 64)
		} else {
			w.Tensor(name("attn_qkv"), q8, 64, 192)
		}
		if i < 3 {
			w.Tensor(name("ssm_out"), q8, 128, 64)
			w.Tensor(name("ssm_a"), Kinds["f32"], 8)
		}
		w.Tensor(name("ffn_gate"), q8, 64, 128)
		w.Tensor(name("ffn_up"), q8, 64, 128)
		w.Tensor(name("ffn_down"), q8, 128, 64)
	}
	w.Tensor("output.weight", q8, 64, 1000)
	return w.File()
}
