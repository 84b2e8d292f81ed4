package zoo

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A whisperShape is one size of Whisper.
type whisperShape struct {
	depth        int
	width, heads int64
	mels         int64 // bands of the spectrogram
	vocabulary   int64
}

const (
	whisperFrames = 3000 // of 10 ms: it always hears half a minute
	whisperTokens = whisperFrames / 2
	whisperText   = 448 // longest text
	whisperEps    = 1e-5
)

// whisper returns the encoder and the decoder of one size.
func whisper(size string, whole, encoder, encoderMACs, decoder, decoderMACs int64, accuracy Accuracy, s whisperShape) []Entry {
	entry := func(part, doc, source string, params, macs int64, options []Option, build func(*builder, values)) Entry {
		return Entry{
			Name: "whisper-" + size + "-" + part, Family: "Whisper", Task: "speech recognition", Doc: "Whisper " + size + ", " + doc,
			Params: params, MACs: macs, License: "Apache-2.0", Options: options, Accuracy: accuracy, build: build,
			Source: fmt.Sprintf("openai/whisper-%s on Hugging Face: of its %d parameters %s; multiply-adds by counting", size, whole, source),
		}
	}
	return []Entry{
		entry("encoder", "encoder of 30 s of sound", "those of the encoder", encoder, encoderMACs, []Option{batchOption}, s.encode),
		entry("decoder", "decoder, one step with key-value cache; with past=0 the first, which reads the encoder's output",
			"those of the decoder without the projections of the encoder's output, which past steps have done", decoder, decoderMACs,
			stepOptions(whisperText, 128), func(b *builder, v values) { s.decode(newStep(b, v)) }),
	}
}

// wer returns a word error rate in per cent of table 8 of Whisper's paper, which is that of encoder
// and decoder together.
func wer(percent float64) Accuracy {
	return Accuracy{"LibriSpeech test-clean word error rate", percent, "%", "Radford et al. 2022 (arXiv 2212.04356), table 8, of the whole"}
}

// whispers returns encoder and decoder of five sizes of Whisper, each an entry of its own. The
// decoder makes one token after 128 others unless options say otherwise.
func whispers() []Entry {
	return append(append(append(append(
		whisper("tiny", 37_760_640, 8_208_384, 18_468_864_000, 28_371_072, 33_177_984, wer(7.6), whisperShape{4, 384, 6, 80, 51865}),
		whisper("base", 72_593_920, 20_590_592, 43_683_840_000, 48_854_528, 58_583_552, wer(5.0), whisperShape{6, 512, 8, 80, 51865})...),
		whisper("small", 241_734_912, 88_154_112, 172_081_152_000, 139_415_808, 168_948_480, wer(3.4), whisperShape{12, 768, 12, 80, 51865})...),
		whisper("medium", 763_857_920, 307_216_384, 569_032_704_000, 406_285_312, 485_499_904, wer(2.9), whisperShape{24, 1024, 16, 80, 51865})...),
		whisper("large-v3", 1_543_490_560, 636_968_960, 1_136_885_760_000, 801_623_040, 933_839_360, Accuracy{"LibriSpeech test-clean word error rate", 2.01, "%", "Hugging Face Open ASR Leaderboard, of the whole"}, whisperShape{32, 1280, 20, 128, 51866})...)
}

// attender returns attention whose keys have no bias.
func (s whisperShape) attender(b *builder) attender {
	return attender{width: s.width, heads: s.heads, size: s.width / s.heads, q: "q_proj", k: "k_proj", v: "v_proj", out: "out_proj", scaled: true, project: b.linear, keys: project(b)}
}

// encode builds the network of Radford et al. 2022, as transformers exports it: two convolutions over time, of which
// the second halves it, and blocks with their norms in front.
func (s whisperShape) encode(b *builder, v values) {
	const p = "/model/encoder"
	x := tensor{b.input("input_features", dtype.Float32, v.batch(), s.mels, int64(whisperFrames)), s.mels}
	x = b.gelu(b.conv1(x, p+"/conv1", s.width, line{k: 3, stride: 1, pad: 1, bias: true}), p)
	x = b.gelu(b.conv1(x, p+"/conv2", s.width, line{k: 3, stride: 2, pad: 1, bias: true}), p)
	x = b.transpose(x, p, 0, 2, 1)
	x.name = b.node("Add", p, []string{x.name, b.weight(weightName(p+"/embed_positions"), whisperTokens, s.width)})
	a := s.attender(b)
	for i := range s.depth {
		layer := fmt.Sprintf("%s/layers.%d", p, i)
		x = b.binary("Add", x, a.self(b, b.layerNorm(x, layer+"/self_attn_layer_norm", whisperEps), layer+"/self_attn", whisperTokens), layer)
		x = s.perceptron(b, x, layer)
	}
	b.output(b.layerNorm(x, p+"/layer_norm", whisperEps).name, int64(whisperTokens), s.width)
}

// perceptron adds a normalisation, two linear layers, the inner one of 4 x width channels, and the
// residual.
func (s whisperShape) perceptron(b *builder, x tensor, path string) tensor {
	y := b.gelu(b.linear(b.layerNorm(x, path+"/final_layer_norm", whisperEps), path+"/fc1", 4*s.width), path+"/activation_fn")
	return b.binary("Add", x, b.linear(y, path+"/fc2", s.width), path)
}

// decode builds one step of the decoder: causal attention to past tokens, attention to the 1,500
// places of the sound, perceptron, logits.
func (s whisperShape) decode(b *step) {
	const p = "/model/decoder"
	x, table := b.embed(b.ids("input_ids"), p+"/embed_tokens", s.vocabulary, s.width)
	place, _ := b.embed(b.ids("position_ids"), p+"/embed_positions", whisperText, s.width)
	x = b.binary("Add", x, place, p)
	source := b.source(whisperTokens, s.width)
	self, cross := s.attender(b.builder), s.attender(b.builder)
	self.bias = b.causal
	for i := range s.depth {
		layer := fmt.Sprintf("%s/layers.%d", p, i)
		x = b.binary("Add", x, self.cached(b, b.layerNorm(x, layer+"/self_attn_layer_norm", whisperEps), layer+"/self_attn", i), layer)
		x = b.binary("Add", x, cross.cross(b, b.layerNorm(x, layer+"/encoder_attn_layer_norm", whisperEps), source, layer+"/encoder_attn", i, whisperTokens), layer)
		x = s.perceptron(b.builder, x, layer)
	}
	b.tiedLogits(b.layerNorm(x, p+"/layer_norm", whisperEps), table, s.vocabulary)
}

// A line is the form of a convolution over one dimension; groups 0 is 1.
type line struct {
	k, stride, pad, groups int64
	bias                   bool
}

// conv1 adds a convolution over one dimension.
func (b *builder) conv1(x tensor, path string, out int64, l line) tensor {
	groups := max(l.groups, 1)
	w := weightName(path)
	in := []string{x.name, b.weight(w, out, x.c/groups, l.k)}
	if l.bias {
		in = append(in, b.weight(strings.TrimSuffix(w, "weight")+"bias", out))
	}
	y := b.node("Conv", path, in, attr{"dilations", []int64{1}}, attr{"group", groups}, attr{"kernel_shape", []int64{l.k}},
		attr{"pads", []int64{l.pad, l.pad}}, attr{"strides", []int64{l.stride}})
	return tensor{y, out}
}
