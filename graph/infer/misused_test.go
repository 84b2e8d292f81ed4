package infer_test

import (
	"regexp"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// goWords matches what Go says where a program is wrong.
var goWords = regexp.MustCompile(
	`runtime error|nil pointer|interface conversion|out of range \[|slice bounds|makeslice`)

// misuses returns lists of attributes that operators do not take: of sizes that are none, and that overflow; last
// none.
func misuses(b *maker) [][]graph.Attr {
	body := graph.Attr{Name: "body", Kind: graph.AttrGraph, Graph: b.branch("bo", func() { b.node("Relu", "m", "bo") })}
	empty := graph.Attr{Name: "body", Kind: graph.AttrGraph, Graph: &graph.Graph{}}
	bodies := func(a graph.Attr) (out []graph.Attr) {
		for _, name := range []string{"body", "then_branch", "else_branch", "decoder", "encoder", "init_decoder"} {
			a.Name = name
			out = append(out, a)
		}
		return out
	}
	wholes := func(v int64) (out []graph.Attr) {
		for _, name := range []string{"axis", "to", "blocksize", "block_size", "group", "groups", "num_groups", "num_heads",
			"q_num_heads", "kv_num_heads", "hidden_size", "k", "K", "N", "bits", "num_outputs", "num_scan_inputs", "keepdims",
			"layout", "n_targets", "batch_dims", "largest", "output_padding", "ceil_mode", "auto_pad", "max_length"} {
			out = append(out, whole(name, v))
		}
		return out
	}
	lists := func(v ...int64) (out []graph.Attr) {
		for _, name := range []string{"axes", "perm", "kernel_shape", "strides", "pads", "dilations", "split", "shape",
			"output_shape", "border", "scale", "ngram_indexes", "direction"} {
			out = append(out, list(name, v...))
		}
		return out
	}
	const large = 1 << 62
	text := graph.Attr{Name: "equation", Kind: graph.AttrString, Str: "ij->->"}
	return [][]graph.Attr{
		append(append(append(wholes(-3), lists(-9, 0, 7)...), bodies(body)...), text),
		append(append(wholes(0), lists()...), bodies(empty)...),
		append(append(wholes(large), lists(large, large, large, large)...), bodies(body)...),
		append(append(wholes(2), lists(1, 1)...), bodies(body)...),
		nil,
	}
}

// TestAllOperatorsMisused gives every operator of the table operands and attributes that it does not take: what is said
// is in our words, and comes soon.
func TestAllOperatorsMisused(t *testing.T) {
	var all []ops.Spec
	for _, family := range ops.Families() {
		all = append(all, family.Specs...)
	}
	tried := 0
	for i, spec := range sampling.Every(12, all) {
		for k, inputs := range []string{"", "s", "v", "m m", "m v s", "e e e e", "t", "q m", "m i i i", "_ _ m", "p w i m",
			"m m m m m m m m m m m m m m m m m m m m", "p p p p p p", "d d d i", "big big", "q q q"} {
			for set := range 5 {
				b := newMaker(max(spec.Since, 17)).input("s", f32).input("v", f32, 3).input("m", f32, 2, 3).
					input("e", f32, 0, 3).input("t", dtype.String, 2).input("p", f32, 1, 3, 8, 8).weight("w", 4, 3, 3, 3).
					ints("i", 1, -1, 1<<60).input("d", i64, 2, 4).input("big", f32, 1<<20, 1<<20).input("q", f32, 2, 3)
				b.m.Tensors[b.ids["q"]].Decl = &graph.Type{Kind: graph.KindSequence, Of: typed(f32, 2, 3)}
				op := spec.Op.Type
				if spec.Op.Domain != "" {
					op = spec.Op.Domain + "::" + op
				}
				outputs := []string{"y", "y z", "_ y", "", "y z z1 z2 z3"}[(i+k+set)%5]
				b.node(op, inputs, outputs, misuses(b)[set]...)
				tried++
				if _, err := b.run(t, infer.Bindings{}); err != nil && goWords.MatchString(err.Error()) {
					t.Errorf("%s of %q to %q, attributes %d: %v", op, inputs, outputs, set, err)
				}
			}
		}
	}
	t.Logf("%d uses", tried)
}
