package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// wav2vec2s returns wav2vec 2.0 base (arXiv 2006.11477) for one second of sound at 16 kHz.
func wav2vec2s() []Entry {
	return []Entry{{
		Name: "wav2vec2-base", Family: "wav2vec 2.0", Task: "speech recognition", Doc: "wav2vec 2.0 base with the letters' output layer",
		Params: 94_396_320, MACs: 6_912_578_560, License: "Apache-2.0",
		Source:   "facebook/wav2vec2-base-960h on Hugging Face (parameters); multiply-adds by counting, one second of sound",
		Accuracy: Accuracy{"LibriSpeech test-clean word error rate", 3.4, "%", "model card"},
		Options:  []Option{{"samples", 16000, 400, 16000 * 60, 1, "samples of sound, 16000 a second"}, batchOption},
		build:    wav2vec2,
	}}
}

// wav2vec2Features lists the kernels and strides that turn samples into frames of 20 ms.
var wav2vec2Features = []line{{k: 10, stride: 5}, {k: 3, stride: 2}, {k: 3, stride: 2}, {k: 3, stride: 2}, {k: 3, stride: 2}, {k: 2, stride: 2}, {k: 2, stride: 2}}

// wav2vec2 builds the network of Baevski et al. 2020 (arXiv 2006.11477), as transformers exports it.
func wav2vec2(b *builder, v values) {
	const p, width, heads, letters, eps = "/wav2vec2", 768, 12, 32, 1e-5
	x, frames := wav2vec2Frames(b, v)
	x = b.layerNorm(b.transpose(x, p, 0, 2, 1), p+"/feature_projection/layer_norm", eps)
	x = b.linear(x, p+"/feature_projection/projection", width)
	x = b.binary("Add", x, wav2vec2Places(b, x, p+"/encoder/pos_conv_embed", frames), p+"/encoder")
	x = b.layerNorm(x, p+"/encoder/layer_norm", eps)
	a := attender{width: width, heads: heads, size: width / heads, q: "q_proj", k: "k_proj", v: "v_proj", out: "out_proj", scaled: true, project: b.linear, keys: b.linear}
	for i := range 12 {
		q := fmt.Sprintf("%s/encoder/layers.%d", p, i)
		x = b.layerNorm(b.binary("Add", x, a.self(b, x, q+"/attention", frames), q), q+"/layer_norm", eps)
		y := b.gelu(b.linear(x, q+"/feed_forward/intermediate_dense", 4*width), q+"/feed_forward")
		x = b.layerNorm(b.binary("Add", x, b.linear(y, q+"/feed_forward/output_dense", width), q), q+"/final_layer_norm", eps)
	}
	b.absent += width // the frame that stands for hidden ones in training
	b.output(b.linear(x, "/lm_head", letters).name, frames, int64(letters))
}

// wav2vec2Frames adds convolutions over the samples, the first with a norm of each channel over time.
func wav2vec2Frames(b *builder, v values) (x tensor, frames int64) {
	const width = 512
	frames = v["samples"]
	in := b.input("input_values", dtype.Float32, v.batch(), frames)
	x = tensor{b.node("Unsqueeze", "/wav2vec2", []string{in, b.ints("/wav2vec2", 1)}), 1}
	for i, l := range wav2vec2Features {
		p := fmt.Sprintf("/wav2vec2/feature_extractor/conv_layers.%d", i)
		x = b.conv1(x, p+"/conv", width, l)
		if i == 0 {
			norm := weightName(p + "/layer_norm")
			x.name = b.node("InstanceNormalization", p, []string{x.name, b.weight(norm, width), b.weight(norm+".bias", width)}, attr{"epsilon", float32(1e-5)})
		}
		x = b.gelu(x, p+"/activation")
		frames = (frames-l.k)/l.stride + 1
	}
	return x, frames
}

// wav2vec2Places adds a wide grouped convolution, which knows places; of its even kernel's frames the last is one too
// many. Its weights are published as 128 lengths and a direction, which exporters multiply.
func wav2vec2Places(b *builder, x tensor, path string, frames int64) tensor {
	const k = 128
	b.absent += k
	y := b.conv1(b.transpose(x, path, 0, 2, 1), path+"/conv", x.c, line{k: k, stride: 1, pad: k / 2, groups: 16, bias: true})
	y.name = b.node("Slice", path, []string{y.name, b.ints(path, 0), b.ints(path, frames), b.ints(path, 2)})
	return b.transpose(b.gelu(y, path+"/activation"), path, 0, 2, 1)
}
