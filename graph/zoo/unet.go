package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A unetShape is the network that takes noise from latent pictures, of one size.
type unetShape struct {
	widths   []int64 // channels at each resolution, each half the one before
	layers   []int   // transformer blocks behind each residual block there; 0: none
	heads    []int64
	text     int64 // width of the text that is looked at
	middle   int   // transformer blocks at the bottom
	straight bool  // transformers are entered by a matrix product, not a 1x1 convolution
	pooled   int64 // width of the summary of the text that goes with the time, and with the picture's size; 0: none
}

// A plane is a square of area x area positions.
type plane struct {
	tensor
	area extent
}

// textTokens says how many tokens CLIP writes, blanks included.
const textTokens = 77

// A unet is one such network being written: what every block sees.
type unet struct {
	*builder
	unetShape
	time    tensor // N x 1280, behind its activation
	context tensor // the text
	tokens  int64  // of it
}

const unetTime = 1280

// build builds the network of Rombach et al. 2021 (arXiv 2112.10752) and Podell et al. 2023 (2307.01952), as
// diffusers exports it.
func (s unetShape) build(b *builder, v values) {
	area := v.extent().over(8) // of the latent picture
	u := &unet{builder: b, unetShape: s, tokens: v["tokens"]}
	x := plane{tensor{b.input("sample", dtype.Float32, v.batch(), int64(4), area.h, area.w), 4}, area}
	u.time = b.silu(u.embedTime(v), "/time_embedding")
	u.context = tensor{b.input("encoder_hidden_states", dtype.Float32, v.batch(), u.tokens, s.text), s.text}

	x.tensor = b.conv(x.tensor, "/conv_in", s.widths[0], 3, 1, 1, true)
	x, skips := u.down(x)
	bottom := len(s.widths) - 1
	x = u.residual(x, "/mid_block/resnets.0", s.widths[bottom])
	x = u.transformer(x, "/mid_block/attentions.0", s.heads[bottom], s.middle)
	x = u.residual(x, "/mid_block/resnets.1", s.widths[bottom])
	x = u.up(x, skips)
	y := b.silu(b.groupNorm(x, "/conv_norm_out", 1e-5), "/conv_act")
	b.output(b.conv(y, "/conv_out", 4, 3, 1, 1, true).name, int64(4), area.h, area.w)
}

// embedTime turns the step of the diffusion, and the picture's sizes and the text's summary if it takes them, to a
// vector.
func (u *unet) embedTime(v values) tensor {
	b := u.builder
	t := b.node("Unsqueeze", "/time_proj", []string{b.input("timestep", dtype.Float32, v.batch()), b.ints("/time_proj", 1)})
	y := b.gemm(b.waves(t, "/time_proj", u.widths[0]), "/time_embedding/linear_1", unetTime)
	y = b.gemm(b.silu(y, "/time_embedding/act"), "/time_embedding/linear_2", unetTime)
	if u.pooled == 0 {
		return y
	}
	const p, sizes, width = "/add_embedding", 6, 256 // height and width of the original, the cut and the target
	ids := b.node("Unsqueeze", p, []string{b.input("time_ids", dtype.Float32, v.batch(), int64(sizes)), b.ints(p, 2)})
	flat := b.reshape(b.waves(ids, p, width), p, sizes*width, 0, sizes*width)
	z := b.concat(p, tensor{b.input("text_embeds", dtype.Float32, v.batch(), u.pooled), u.pooled}, flat)
	z = b.gemm(z, p+"/linear_1", unetTime)
	return b.binary("Add", y, b.gemm(b.silu(z, p+"/act"), p+"/linear_2", unetTime), "")
}

// waves adds sines and cosines of a number at half as many frequencies.
func (b *builder) waves(x, path string, width int64) tensor {
	angles := []string{b.node("Mul", path, []string{x, b.table(path, width/2)})}
	parts := []string{b.node("Cos", path, angles), b.node("Sin", path, angles)}
	return tensor{b.node("Concat", path, parts, attr{"axis", int64(-1)}), width}
}

// down keeps what every block makes for the way up.
func (u *unet) down(x plane) (plane, []plane) {
	skips := []plane{x}
	for i, width := range u.widths {
		p := fmt.Sprintf("/down_blocks.%d", i)
		for j := range 2 {
			x = u.residual(x, fmt.Sprintf("%s/resnets.%d", p, j), width)
			x = u.transformer(x, fmt.Sprintf("%s/attentions.%d", p, j), u.heads[i], u.layers[i])
			skips = append(skips, x)
		}
		if i < len(u.widths)-1 {
			x = plane{u.conv(x.tensor, p+"/downsamplers.0/conv", width, 3, 2, 1, true), x.area.over(2)}
			skips = append(skips, x)
		}
	}
	return x, skips
}

// up adds the way up: at each level three times a residual block, on the map joined with the last
// unused one of skips, and the level's attention; then an upsampling, but for the last level.
func (u *unet) up(x plane, skips []plane) plane {
	for k := range u.widths {
		i := len(u.widths) - 1 - k
		p := fmt.Sprintf("/up_blocks.%d", k)
		for j := range 3 {
			last := len(skips) - 1
			x.tensor = u.concat(p, x.tensor, skips[last].tensor)
			skips = skips[:last]
			x = u.residual(x, fmt.Sprintf("%s/resnets.%d", p, j), u.widths[i])
			x = u.transformer(x, fmt.Sprintf("%s/attentions.%d", p, j), u.heads[i], u.layers[i])
		}
		if i > 0 {
			x = u.double(x, p+"/upsamplers.0")
		}
	}
	return x
}

// residual adds the time between two convolutions.
func (u *unet) residual(x plane, path string, out int64) plane {
	return u.residualBlock(x, path, out, 1e-5, u.time)
}

// transformer looks at other positions, then at the text, then at each position alone.
func (u *unet) transformer(x plane, path string, heads int64, depth int) plane {
	if depth == 0 {
		return x
	}
	c, positions := x.c, x.area.n()
	y := u.groupNorm(x, path+"/norm", 1e-6)
	if !u.straight {
		y = u.conv(y, path+"/proj_in", c, 1, 1, 1, true)
	}
	y = u.transpose(u.reshape(y, path, c, 0, c, positions), path, 0, 2, 1)
	if u.straight {
		y = u.linear(y, path+"/proj_in", c)
	}
	a := attender{width: c, heads: heads, size: c / heads, q: "to_q", k: "to_k", v: "to_v", out: "to_out.0", scaled: true,
		project: project(u.builder), keys: project(u.builder), end: u.linear}
	for i := range depth {
		p := fmt.Sprintf("%s/transformer_blocks.%d", path, i)
		y = u.binary("Add", a.self(u.builder, u.layerNorm(y, p+"/norm1", 1e-5), p+"/attn1", positions), y, p)
		k, v := a.pair(u.builder, u.context, p+"/attn2", u.tokens)
		y = u.binary("Add", a.attend(u.builder, u.layerNorm(y, p+"/norm2", 1e-5), k, v, p+"/attn2", positions), y, p)
		y = u.binary("Add", u.gated(u.layerNorm(y, p+"/norm3", 1e-5), p+"/ff"), y, p)
	}
	if u.straight {
		y = u.linear(y, path+"/proj_out", c)
	}
	y = u.reshape(u.transpose(y, path, 0, 2, 1), path, c, 0, c, x.area.h, x.area.w)
	if !u.straight {
		y = u.conv(y, path+"/proj_out", c, 1, 1, 1, true)
	}
	return plane{u.binary("Add", y, x.tensor, path), x.area}
}

// gated returns a perceptron of which one half gates the other: Shazeer 2020 (arXiv 2002.05202).
func (u *unet) gated(x tensor, path string) tensor {
	both := u.linear(x, path+"/net.0/proj", 8*x.c)
	parts := u.nodeN("Split", path+"/net.0", 2, []string{both.name, u.ints(path, 4*x.c, 4*x.c)}, attr{"axis", int64(-1)})
	gate := u.gelu(tensor{parts[1], 4 * x.c}, path+"/net.0")
	return u.linear(u.binary("Mul", tensor{parts[0], 4 * x.c}, gate, path+"/net.0"), path+"/net.2", x.c)
}

// groupNorm builds the network of Wu and He 2018 (arXiv 1803.08494) with 32 groups, which exporters write as a norm
// of each group's instance.
func (b *builder) groupNorm(x plane, path string, eps float32) tensor {
	const groups = 32
	y := b.reshape(x.tensor, path, x.c, 0, groups, -1)
	y.name = b.node("InstanceNormalization", path, []string{y.name, b.filler(path, groups), b.filler(path, groups)},
		attr{"epsilon", eps})
	y = b.reshape(y, path, x.c, 0, x.c, x.area.h, x.area.w)
	w := weightName(path)
	y.name = b.node("Mul", path, []string{y.name, b.weight(w, x.c, 1, 1)})
	y.name = b.node("Add", path, []string{y.name, b.weight(w[:len(w)-len("weight")]+"bias", x.c, 1, 1)})
	return y
}

// residualBlock adds two convolutions with their norms in front, and between them the time, if it has a name.
func (b *builder) residualBlock(x plane, path string, out int64, eps float32, time tensor) plane {
	y := b.conv(b.silu(b.groupNorm(x, path+"/norm1", eps), path+"/nonlinearity"), path+"/conv1", out, 3, 1, 1, true)
	if time.name != "" {
		when := b.gemm(time, path+"/time_emb_proj", out)
		y.name = b.node("Add", path, []string{y.name, b.node("Unsqueeze", path, []string{when.name, b.ints(path, 2, 3)})})
	}
	y = b.conv(b.silu(b.groupNorm(plane{y, x.area}, path+"/norm2", eps), path+"/nonlinearity"), path+"/conv2", out, 3, 1,
		1, true)
	if x.c != out {
		x.tensor = b.conv(x.tensor, path+"/conv_shortcut", out, 1, 1, 1, true)
	}
	return plane{b.binary("Add", x.tensor, y, path), x.area}
}

// double repeats each position in a 2x2 square, then smooths.
func (b *builder) double(x plane, path string) plane {
	y := b.nearest(x.tensor, path)
	return plane{b.conv(y, path+"/conv", x.c, 3, 1, 1, true), x.area.times(2)}
}

// whole adds attention of one head among positions, with biases, as the autoencoder has it.
func (b *builder) whole(x plane, path string) plane {
	positions := x.area.n()
	y := b.transpose(b.reshape(b.groupNorm(x, path+"/group_norm", 1e-6), path, x.c, 0, x.c, positions), path, 0, 2, 1)
	q, k, v := b.linear(y, path+"/to_q", x.c), b.linear(y, path+"/to_k", x.c), b.linear(y, path+"/to_v", x.c)
	scores := tensor{b.node("MatMul", path, []string{q.name, b.transpose(k, path, 0, 2, 1).name}), positions}
	probs := b.unary("Softmax", b.scale(scores, path, float32(1/math.Sqrt(float64(x.c)))), path, attr{"axis", int64(-1)})
	y = b.linear(tensor{b.node("MatMul", path, []string{probs.name, v.name}), x.c}, path+"/to_out.0", x.c)
	y = b.reshape(b.transpose(y, path, 0, 2, 1), path, x.c, 0, x.c, x.area.h, x.area.w)
	return plane{b.binary("Add", y, x.tensor, path), x.area}
}
