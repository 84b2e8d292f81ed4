package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A clipShape is one size of CLIP: a tower for pictures, one for text, and the width of what both end in.
type clipShape struct {
	patch      int64
	picture    clipTower
	text       clipTower
	projection int64
	name       string
	checkpoint string
	whole      int64 // its parameters: both towers and the scale of their product
}

// A clipTower is a stack of transformer blocks.
type clipTower struct {
	depth        int
	width, heads int64
}

// clip returns two entries, CLIP's tower for pictures and the one for text, each with its own
// parameters and multiply-adds. top1 is the zero-shot accuracy of both together, in per cent.
func clip(s clipShape, picture, pictureMACs, text, textMACs int64, top1 float64) []Entry {
	entry := func(part, doc string, params, macs int64, options []Option, build func(*builder, values)) Entry {
		return Entry{
			Name: "clip-" + s.name + "-" + part, Family: "CLIP", Task: "image and text matching", Doc: doc,
			Params: params, MACs: macs, License: "MIT", Options: options, build: build,
			Source:   fmt.Sprintf("%s on Hugging Face: this tower's of its %d parameters, projection included; multiply-adds by counting", s.checkpoint, s.whole),
			Accuracy: Accuracy{"ImageNet-1k zero-shot top-1", top1, "%", "Radford et al. 2021 (arXiv 2103.00020), table 11, of both towers"},
		}
	}
	return []Entry{
		entry("vision", fmt.Sprintf("CLIP's tower for pictures in %dx%d patches", s.patch, s.patch), picture, pictureMACs,
			[]Option{{sizeOption, 224, 2 * s.patch, 8192, s.patch, imageDoc}, batchOption}, s.see),
		entry("text", "CLIP's tower for text beside that of "+s.name, text, textMACs, []Option{{"seq", clipTokens, 1, clipTokens, 1, "tokens"},
			{"projection", 1, 0, 1, 1, "0: without the projection, as Stable Diffusion reads its text"}, batchOption}, s.read),
	}
}

const (
	clipTokens     = 77
	clipVocabulary = 49408
	clipEps        = 1e-5
)

// clips returns the towers of CLIP's ViT-B/32 and ViT-L/14. Each is half a model: matching takes
// both and a product of their outputs.
func clips() []Entry {
	return append(
		clip(clipShape{32, clipTower{12, 768, 12}, clipTower{12, 512, 8}, 512, "vit-b-32", "openai/clip-vit-base-patch32", 151_277_313}, 87_849_216, 4_408_811_520, 63_428_096, 2_979_770_368, 63.2),
		clip(clipShape{14, clipTower{24, 1024, 16}, clipTower{12, 768, 12}, 768, "vit-l-14", "openai/clip-vit-large-patch14", 427_616_513}, 303_966_208, 81_012_768_768, 123_650_304, 6_649_841_664, 75.3)...)
}

// see builds the network of Radford et al. 2021, as transformers exports it.
func (s clipShape) see(b *builder, v values) {
	const p = "/vision_model"
	t := s.picture
	area := v.extent().over(s.patch)
	x := tensor{b.input("pixel_values", dtype.Float32, v.batch(), int64(3), v.height(), v.width()), 3}
	in := []string{x.name, b.weight(weightName(p+"/embeddings/patch_embedding"), t.width, 3, s.patch, s.patch)}
	x = tensor{b.node("Conv", p+"/embeddings/patch_embedding", in, attr{"kernel_shape", []int64{s.patch, s.patch}}, attr{"strides", []int64{s.patch, s.patch}}), t.width}
	x = b.transpose(b.reshape(x, p, t.width, 0, t.width, area.n()), p, 0, 2, 1)
	x.name = b.node("Concat", p, []string{vitShape{width: t.width}.token(b, x, "class_token", 1), x.name},
		attr{"axis", int64(1)})
	x.name = b.node("Add", p,
		[]string{x.name, b.weight(weightName(p+"/embeddings/position_embedding"), area.n()+1, t.width)})
	x = b.layerNorm(x, p+"/pre_layrnorm", clipEps)
	x = t.blocks(b, x, p, area.n()+1, nil)
	first := b.node("Gather", p, []string{x.name, b.node("Constant", p, nil, attr{"value_int", int64(0)})}, attr{"axis", int64(1)})
	y := b.layerNorm(tensor{first, t.width}, p+"/post_layernorm", clipEps)
	b.output(b.project(y, "/visual_projection", s.projection).name, s.projection)
}

// read takes what the token of the highest number, the end of the text, has become.
func (s clipShape) read(b *builder, v values) {
	const p = "/text_model"
	t, seq := s.text, v["seq"]
	ids := b.input("input_ids", dtype.Int64, v.batch(), seq)
	x, _ := b.embed(ids, p+"/embeddings/token_embedding", clipVocabulary, t.width)
	table := b.weight(weightName(p+"/embeddings/position_embedding"), clipTokens, t.width)
	x.name = b.node("Add", p, []string{x.name, b.node("Slice", p, []string{table, b.ints(p, 0), b.ints(p, seq), b.ints(p, 0)})})
	mask := tensor{b.table(p, seq, seq), seq}
	x = t.blocks(b, x, p, seq, func(scores tensor, path string) tensor { return b.binary("Add", scores, mask, path) })
	x = b.layerNorm(x, p+"/final_layer_norm", clipEps)
	b.output(x.name, seq, t.width)
	end := b.node("ArgMax", p, []string{ids}, attr{"axis", int64(-1)}, attr{"keepdims", int64(1)})
	y := tensor{b.node("GatherND", p, []string{x.name, end}, attr{"batch_dims", int64(1)}), t.width}
	if v["projection"] == 1 {
		y = b.project(y, "/text_projection", s.projection)
	}
	b.output(y.name, y.c)
}

// blocks adds the blocks, with their norms in front.
func (t clipTower) blocks(b *builder, x tensor, path string, tokens int64, bias func(tensor, string) tensor) tensor {
	a := attender{width: t.width, heads: t.heads, size: t.width / t.heads, q: "q_proj", k: "k_proj", v: "v_proj", out: "out_proj",
		scaled: true, project: b.linear, keys: b.linear, bias: bias}
	for i := range t.depth {
		p := fmt.Sprintf("%s/encoder/layers.%d", path, i)
		x = b.binary("Add", x, a.self(b, b.layerNorm(x, p+"/layer_norm1", clipEps), p+"/self_attn", tokens), p)
		y := b.quickGELU(b.linear(b.layerNorm(x, p+"/layer_norm2", clipEps), p+"/mlp/fc1", 4*t.width), p+"/mlp/activation_fn")
		x = b.binary("Add", x, b.linear(y, p+"/mlp/fc2", t.width), p)
	}
	return x
}

// quickGELU adds x sigmoid(1.702 x): Hendrycks and Gimpel 2016 (arXiv 1606.08415).
func (b *builder) quickGELU(x tensor, path string) tensor {
	return b.binary("Mul", x, b.unary("Sigmoid", b.scale(x, path, 1.702), path), path)
}
