package zoo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A mixedShape is one size of CoAtNet or MaxViT: channels and blocks of the four stages, channels of the stem's two
// convolutions, and how its blocks are made.
type mixedShape struct {
	widths   [4]int64
	depths   [4]int
	stem     [2]int64
	kinds    [4]string // of blocks: c convolution, t attention to all, m both within windows
	head     int64     // channels of a layer before the classifier; 0: none
	original bool      // as published: convolutions widen what they give, not what they take, and the stem has biases
	biased   bool      // the last convolution of a block has a bias
	pooled   bool      // blocks pool before their first convolution, and do not stride
	biggest  bool      // pools take the largest
	part     float64   // of the widened channels that gates have inside; 0: 1/4
	bare     bool      // shortcuts of attention have no bias
	batch    bool      // attention is normalised over the batch
	scaled   bool      // what blocks add is scaled
	hidden   int64     // channels of the network that makes the biases by distance; 0: they are learnt
	next     bool      // convolutions are those of ConvNeXt
	grid     bool      // attention within the grid alone
	classes  int64     // 0: 1000
}

// buildMixed builds the network of Dai et al. 2021 (arXiv 2106.04803) and Tu et al. 2022 (arXiv 2204.01697), as timm builds them.
func buildMixed(b *builder, v values, s mixedShape) {
	x := b.normConv(image(b, v), "/stem/conv1", s.stem[0], square(3, 2, 1))
	if s.original {
		b.absent += s.stem[0] // the bias before the normalisation
	}
	x = b.convolve(s.activate(b, x, "/stem/act"), "/stem/conv2", s.stem[1], square(3, 1, 1), s.original)
	area := v.extent().ceil(2)
	for i, depth := range s.depths {
		stride := int64(2)
		for j := range depth {
			if stride == 2 {
				area = area.ceil(2)
			}
			p := fmt.Sprintf("/stages/stages.%d/blocks.%d", i, j)
			switch s.kinds[i] {
			case "c":
				x = s.convolve(b, x, p, s.widths[i], stride)
			case "t":
				x = s.attend(b, x, p, s.widths[i], stride, area)
			default:
				x = s.convolve(b, x, p+"/conv", s.widths[i], stride)
				x = s.windows(b, x, p, area, v.extent().over(32))
			}
			stride = 1
		}
	}
	if s.head > 0 {
		x = b.unary("GlobalAveragePool", x, "/head/pool")
		x = b.unary("Flatten", s.norm(b, x, "/head/norm"), "/head", attr{"axis", int64(1)})
		x = b.unary("Tanh", b.gemm(x, "/head/pre_logits", s.head), "/head/act")
		b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
		return
	}
	b.classifier(s.norm(b, x, "/norm"), "/head/fc", cmp.Or(s.classes, 1000))
}

func (s mixedShape) activate(b *builder, x tensor, path string) tensor {
	if s.original || s.next {
		return b.gelu(x, path)
	}
	return b.silu(x, path)
}

// norm normalises a map before attention.
func (s mixedShape) norm(b *builder, x tensor, path string) tensor {
	if s.batch {
		return b.batchNorm(x, path)
	}
	return channelNorm(b, x, path, 1e-6)
}

// down halves a map, to so many channels.
func (s mixedShape) down(b *builder, x tensor, path string, out int64, bias bool) tensor {
	if s.biggest {
		x = b.maxPool(x, path+"/pool", 3, 2)
	} else {
		x = b.average(x, path+"/pool", 2)
	}
	if x.c == out {
		return x
	}
	return b.conv(x, path+"/expand", out, 1, 1, 1, bias)
}

// convolve adds an inverted residual, normalised before its first convolution.
func (s mixedShape) convolve(b *builder, x tensor, p string, out, stride int64) tensor {
	if s.next {
		return s.nextBlock(b, x, p, out, stride)
	}
	short, mid := x, 4*x.c
	if s.original {
		mid = 4 * out
	}
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, s.original || s.biased)
	}
	y := b.batchNorm(x, p+"/pre_norm")
	if !s.original {
		y = s.activate(b, y, p+"/pre_norm/act")
	}
	if s.pooled && stride > 1 {
		y, stride = s.down(b, y, p+"/down", y.c, false), 1
	}
	y = s.activate(b, b.convBN(y, p+"/conv1_1x1", mid, 1, 1, 1), p+"/norm1/act")
	y = s.activate(b, b.convBN(y, p+"/conv2_kxk", mid, 3, stride, mid), p+"/norm2/act")
	gated := float64(mid)
	if s.original {
		gated = float64(out)
	}
	y = b.squeeze(y, p+"/se", int64(gated*cmp.Or(s.part, 0.25)), "SiLU", "Sigmoid")
	y = b.conv(y, p+"/conv3_1x1", out, 1, 1, 1, s.original || s.biased)
	return b.binary("Add", y, short, p)
}

// nextBlock adds a block of ConvNeXt whose first convolution may stride and widen.
func (s mixedShape) nextBlock(b *builder, x tensor, p string, out, stride int64) tensor {
	short := x
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, true)
	} else if x.c != out {
		short = b.conv(x, p+"/shortcut", out, 1, 1, 1, true)
	}
	y := b.transpose(b.conv(x, p+"/conv_dw", out, 7, stride, x.c, true), p, 0, 2, 3, 1)
	y = b.perceptron(b.layerNorm(y, p+"/norm", 1e-6), p+"/mlp", 4*out)
	y = b.transpose(y, p, 0, 3, 1, 2)
	return s.add(b, short, y, p, 1, 1)
}

// add adds y, in some networks with its channels scaled.
func (s mixedShape) add(b *builder, x, y tensor, path string, dims ...int64) tensor {
	if s.scaled {
		y.name = b.node("Mul", path, []string{y.name, b.weight(weightName(path+"/ls"), append([]int64{y.c}, dims...)...)})
	}
	return b.binary("Add", y, x, path)
}

// attend adds self-attention of all places of a map and a perceptron.
func (s mixedShape) attend(b *builder, x tensor, p string, out, stride int64, area extent) tensor {
	short, y := x, s.norm(b, x, p+"/norm1")
	if stride > 1 {
		short = s.down(b, x, p+"/shortcut", out, !s.bare)
		y = s.down(b, y, p+"/norm1/down", y.c, false)
	}
	first := y.c
	if s.original {
		first = out // widened before attention and not behind it
	}
	heads, tokens, size := first/32, area.n(), int64(32)
	y = b.reshape(b.conv(y, p+"/attn/qkv", 3*first, 1, 1, 1, true), p, size, 0, heads, 3*size, tokens)
	parts := b.nodeN("Split", p, 3, []string{y.name, b.ints(p, size, size, size)}, attr{"axis", int64(2)})
	scores := b.node("MatMul", p, []string{b.transpose(tensor{parts[0], size}, p, 0, 1, 3, 2).name, parts[1]})
	scores = b.node("Mul", p, []string{scores, b.scalar(p, float32(1/math.Sqrt(float64(size))))})
	scores = b.node("Add", p, []string{scores, s.distances(b, p+"/attn", area, heads)})
	probs := b.transpose(tensor{b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)}), tokens}, p, 0, 1, 3, 2)
	y = b.reshape(tensor{b.node("MatMul", p, []string{parts[2], probs.name}), tokens}, p, first, 0, first, area.h, area.w)
	x = s.add(b, short, b.conv(y, p+"/attn/proj", out, 1, 1, 1, true), p+"/1", 1, 1)
	y = b.gelu(b.conv(s.norm(b, x, p+"/norm2"), p+"/mlp/fc1", 4*out, 1, 1, 1, true), p+"/mlp/act")
	return s.add(b, x, b.conv(y, p+"/mlp/fc2", out, 1, 1, 1, true), p+"/2", 1, 1)
}

// distances adds the biases of pairs of places in a window.
func (s mixedShape) distances(b *builder, path string, w extent, heads int64) string {
	n := w.distances()
	if s.hidden > 0 {
		return b.byDistance(b.farness(path+"/rel_pos", n, s.hidden, heads, true).name, path, w.n(), heads).name
	}
	return b.byDistance(b.weight(weightName(path+"/rel_pos"), n, heads), path, w.n(), heads).name
}

// windows adds self-attention within windows, and then among places at the same distance from each other.
func (s mixedShape) windows(b *builder, x tensor, p string, area, w extent) tensor {
	y, rows := b.transpose(x, p, 0, 2, 3, 1), extent{area.h / w.h, area.w / w.w}
	if !s.grid {
		z := b.reshape(b.layerNorm(y, p+"/attn_block/norm1", 1e-6), p, x.c, 0, rows.h, w.h, rows.w, w.w, x.c)
		z = s.within(b, b.transpose(z, p, 0, 1, 3, 2, 4, 5), p+"/attn_block", w)
		z = b.transpose(b.reshape(z, p, x.c, -1, rows.h, rows.w, w.h, w.w, x.c), p, 0, 1, 3, 2, 4, 5)
		y = s.feed(b, y, b.reshape(z, p, x.c, -1, area.h, area.w, x.c), p+"/attn_block")
	}
	z := b.reshape(b.layerNorm(y, p+"/attn_grid/norm1", 1e-6), p, x.c, 0, w.h, rows.h, w.w, rows.w, x.c)
	z = s.within(b, b.transpose(z, p, 0, 2, 4, 1, 3, 5), p+"/attn_grid", w)
	z = b.transpose(b.reshape(z, p, x.c, -1, rows.h, rows.w, w.h, w.w, x.c), p, 0, 3, 1, 4, 2, 5)
	y = s.feed(b, y, b.reshape(z, p, x.c, -1, area.h, area.w, x.c), p+"/attn_grid")
	return b.transpose(y, p, 0, 3, 1, 2)
}

// within adds self-attention of windows.
func (s mixedShape) within(b *builder, x tensor, p string, w extent) tensor {
	heads, tokens := x.c/32, w.n()
	x = b.reshape(x, p, x.c, -1, tokens, x.c)
	q, k, v := queriesKeysValues(b, x, p+"/attn", tokens, heads)
	scores := b.node("MatMul", p, []string{b.scale(q, p, float32(1/math.Sqrt(32))).name, k.name})
	scores = b.node("Add", p, []string{scores, s.distances(b, p+"/attn", w, heads)})
	probs := b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", p, []string{probs, v.name}), 32}, p, 0, 2, 1, 3)
	return b.linear(b.reshape(y, p, x.c, 0, tokens, x.c), p+"/attn/proj", x.c)
}

// feed adds attention and a perceptron.
func (s mixedShape) feed(b *builder, x, y tensor, p string) tensor {
	x = s.add(b, x, y, p+"/1")
	return s.add(b, x, b.perceptron(b.layerNorm(x, p+"/norm2", 1e-6), p+"/mlp", 4*x.c), p+"/2")
}

// mixed returns a shape whose stages double their channels.
func mixed(kinds [4]string, stem0, stem1, width int64, depths ...int) mixedShape {
	return mixedShape{widths: [4]int64{width, 2 * width, 4 * width, 8 * width}, depths: [4]int(depths),
		stem: [2]int64{stem0, stem1}, kinds: kinds}
}

var (
	coatKinds = [4]string{"c", "c", "t", "t"}
	maxKinds  = [4]string{"m", "m", "m", "m"}
)

func mixedKin() []Entry {
	coat := func(stem0, stem1, width int64, depths ...int) mixedShape {
		return mixed(coatKinds, stem0, stem1, width, depths...)
	}
	maxvit := func(stem0, stem1, width int64, depths ...int) mixedShape {
		s := mixed(maxKinds, stem0, stem1, width, depths...)
		s.part = 1.0 / 16
		return s
	}
	published := func(s mixedShape, head int64) mixedShape { s.original, s.head, s.part = true, head, 0.25; return s }
	with := func(s mixedShape, change func(*mixedShape)) mixedShape { change(&s); return s }
	small := func(s *mixedShape) { s.biased, s.part = true, 0.25 }
	made := func(n int64) func(*mixedShape) { return func(s *mixedShape) { s.hidden = n } }
	pool := func(s *mixedShape) { s.pooled = true }
	bare := func(s *mixedShape) { s.bare = true }
	scaled := func(s *mixedShape) { s.scaled = true }
	next := func(s mixedShape) mixedShape { s.next, s.scaled, s.hidden = true, true, 512; return s }
	grid := func(s mixedShape) mixedShape { s = next(s); s.grid = true; return s }
	five := published(coat(192, 192, 256, 2, 12, 28, 2), 2048)
	five.widths = [4]int64{256, 512, 1280, 2048}
	return slices.Concat(
		networks("CoAtNet", "CoAtNet", 32, buildMixed, []network[mixedShape]{
			{"coatnet_0_224", 224, 25_036_948, 4_546_507_776, 4.58, 0, published(coat(64, 64, 96, 2, 3, 5, 2), 768)},
			{"coatnet_1_224", 224, 42_225_904, 8_643_499_008, 8.7, 0, published(coat(64, 64, 96, 2, 6, 14, 2), 768)},
			{"coatnet_2_224", 224, 74_685_000, 16_427_134_976, 16.5, 0, published(coat(128, 128, 128, 2, 6, 14, 2), 1024)},
			{"coatnet_3_224", 224, 166_966_648, 36_453_156_864, 36.56, 0, published(coat(192, 192, 192, 2, 6, 14, 2), 1536)},
			{"coatnet_4_224", 224, 275_425_672, 62_316_840_960, 62.48, 0, published(coat(192, 192, 192, 2, 12, 28, 2), 1536)},
			{"coatnet_5_224", 224, 687_472_392, 145_264_287_744, 145.49, 0, five},
		}),
		networks("CoAtNet", "CoAtNet, timm's", 32, buildMixed, []network[mixedShape]{
			{"coatnet_pico_rw_224", 224, 10_851_364, 2_028_459_520, 2.05, 0, with(coat(32, 64, 64, 2, 3, 5, 2), small)},
			{"coatnet_nano_rw_224", 224, 15_141_244, 2_382_715_392, 2.41, 81.704,
				with(with(coat(32, 64, 64, 3, 4, 6, 3), small), pool)},
			{"coatnet_0_rw_224", 224, 27_435_562, 4_406_300_928, 4.43, 82.396,
				with(with(coat(32, 64, 96, 2, 3, 7, 2), bare), pool)},
			{"coatnet_1_rw_224", 224, 41_721_502, 7_992_160_512, 8.04, 83.62, with(coat(32, 64, 96, 2, 6, 14, 2), bare)},
			{"coatnet_2_rw_224", 224, 73_868_400, 15_019_256_832, 15.09, 86.582, coat(64, 128, 128, 2, 6, 14, 2)},
			{"coatnet_3_rw_224", 224, 181_805_305, 33_337_614_336, 33.44, 0,
				with(with(coat(96, 192, 192, 2, 6, 14, 2), scaled), func(s *mixedShape) { s.classes = 11821 })},
			{"coatnet_bn_0_rw_224", 224, 27_435_562, 4_647_145_728, 4.67, 82.394,
				with(with(coat(32, 64, 96, 2, 3, 7, 2), bare), func(s *mixedShape) { s.batch = true })},
			{"coatnet_rmlp_nano_rw_224", 224, 15_145_116, 2_594_052_864, 2.62, 82.064,
				with(with(coat(32, 64, 64, 3, 4, 6, 3), small), made(384))},
			{"coatnet_rmlp_0_rw_224", 224, 27_446_074, 4_684_945_664, 4.72, 0, with(coat(32, 64, 96, 2, 3, 7, 2), made(512))},
			{"coatnet_rmlp_1_rw_224", 224, 41_691_982, 7_807_099_392, 7.85, 83.35,
				with(with(with(coat(32, 64, 96, 2, 6, 14, 2), bare), made(384)),
					func(s *mixedShape) { s.pooled, s.biggest = true, true })},
			{"coatnet_rmlp_1_rw2_224", 224, 41_724_622, 8_066_538_752, 8.11, 84.94,
				with(coat(32, 64, 96, 2, 6, 14, 2), made(512))},
			{"coatnet_rmlp_2_rw_224", 224, 73_881_264, 15_114_828_800, 15.18, 86.538,
				with(with(coat(64, 128, 128, 2, 6, 14, 2), scaled), made(512))},
			{"coatnet_rmlp_2_rw_384", 384, 73_881_264, 47_488_266_240, 47.69, 87.388,
				with(with(coat(64, 128, 128, 2, 6, 14, 2), scaled), made(512))},
			{"coatnet_rmlp_3_rw_224", 224, 165_152_788, 33_458_952_704, 33.56, 0,
				with(with(coat(96, 192, 192, 2, 6, 14, 2), scaled), made(512))},
			{"coatnext_nano_rw_224", 224, 14_700_540, 2_461_268_480, 2.47, 81.998,
				with(next(coat(32, 64, 64, 3, 4, 6, 3)), func(s *mixedShape) { s.hidden, s.scaled = 0, false })},
		}),
		networks("MaxViT", "MaxViT", 32, buildMixed, []network[mixedShape]{
			{"maxvit_tiny_tf_224", 224, 30_916_528, 5_545_201_664, 5.6, 83.426, published(maxvit(64, 64, 64, 2, 2, 5, 2), 512)},
			{"maxvit_tiny_tf_384", 384, 30_977_008, 17_299_738_624, 17.53, 85.106,
				published(maxvit(64, 64, 64, 2, 2, 5, 2), 512)},
			{"maxvit_tiny_tf_512", 512, 31_049_584, 32_867_028_992, 33.49, 85.658,
				published(maxvit(64, 64, 64, 2, 2, 5, 2), 512)},
			{"maxvit_small_tf_224", 224, 68_927_956, 11_579_172_864, 11.66, 84.452,
				published(maxvit(64, 64, 96, 2, 2, 5, 2), 768)},
			{"maxvit_small_tf_384", 384, 69_018_676, 35_531_065_344, 35.87, 85.534,
				published(maxvit(64, 64, 96, 2, 2, 5, 2), 768)},
			{"maxvit_small_tf_512", 512, 69_127_540, 66_333_050_880, 67.26, 86.102,
				published(maxvit(64, 64, 96, 2, 2, 5, 2), 768)},
			{"maxvit_base_tf_224", 224, 119_467_708, 23_901_935_616, 24.04, 84.884,
				published(maxvit(64, 64, 96, 2, 6, 14, 2), 768)},
			{"maxvit_base_tf_384", 384, 119_653_468, 73_168_029_696, 73.8, 87.93,
				published(maxvit(64, 64, 96, 2, 6, 14, 2), 768)},
			{"maxvit_base_tf_512", 512, 119_876_380, 136_235_649_024, 138.02, 88.214,
				published(maxvit(64, 64, 96, 2, 6, 14, 2), 768)},
			{"maxvit_large_tf_224", 224, 211_785_560, 43_492_564_992, 43.68, 84.938,
				published(maxvit(128, 128, 128, 2, 6, 14, 2), 1024)},
			{"maxvit_large_tf_384", 384, 212_033_240, 131_709_181_952, 132.55, 87.994,
				published(maxvit(128, 128, 128, 2, 6, 14, 2), 1024)},
			{"maxvit_large_tf_512", 512, 212_330_456, 242_359_246_848, 244.75, 88.236,
				published(maxvit(128, 128, 128, 2, 6, 14, 2), 1024)},
			{"maxvit_xlarge_tf_224", 224, 474_951_952, 97_213_845_504, 97.52, 0,
				published(maxvit(192, 192, 192, 2, 6, 14, 2), 1536)},
			{"maxvit_xlarge_tf_384", 384, 475_323_472, 291_511_578_624, 292.78, 88.302,
				published(maxvit(192, 192, 192, 2, 6, 14, 2), 1536)},
			{"maxvit_xlarge_tf_512", 512, 475_769_296, 530_549_354_496, 534.14, 88.54,
				published(maxvit(192, 192, 192, 2, 6, 14, 2), 1536)},
		}),
		networks("MaxViT", "MaxViT, timm's", 32, buildMixed, []network[mixedShape]{
			{"maxvit_pico_rw_256", 256, 7_457_996, 1_802_452_992, 1.83, 0, maxvit(24, 32, 32, 2, 2, 5, 2)},
			{"maxvit_nano_rw_256", 256, 15_451_148, 4_416_999_424, 4.46, 82.934, maxvit(32, 64, 64, 1, 2, 3, 1)},
			{"maxvit_tiny_rw_224", 224, 29_057_312, 5_068_002_304, 5.11, 83.522, maxvit(32, 64, 64, 2, 2, 5, 2)},
			{"maxvit_tiny_rw_256", 256, 29_066_720, 6_689_665_024, 6.74, 0, maxvit(32, 64, 64, 2, 2, 5, 2)},
			{"maxvit_rmlp_pico_rw_256", 256, 7_515_980, 1_817_198_592, 1.85, 80.55,
				with(maxvit(24, 32, 32, 2, 2, 5, 2), made(512))},
			{"maxvit_rmlp_nano_rw_256", 256, 15_501_452, 4_431_745_024, 4.47, 82.978,
				with(maxvit(32, 64, 64, 1, 2, 3, 1), made(512))},
			{"maxvit_rmlp_tiny_rw_256", 256, 29_148_896, 6_714_087_424, 6.77, 84.226,
				with(maxvit(32, 64, 64, 2, 2, 5, 2), made(512))},
			{"maxvit_rmlp_small_rw_224", 224, 64_895_044, 10_691_100_160, 10.75, 84.488,
				with(with(maxvit(32, 64, 96, 2, 2, 5, 2), made(512)), scaled)},
			{"maxvit_rmlp_small_rw_256", 256, 64_895_044, 14_069_594_112, 14.15, 0,
				with(with(maxvit(32, 64, 96, 2, 2, 5, 2), made(512)), scaled)},
			{"maxvit_rmlp_base_rw_224", 224, 116_135_788, 23_041_795_584, 23.15, 86.908,
				with(with(maxvit(32, 64, 96, 2, 6, 14, 2), made(512)), func(s *mixedShape) { s.head = 768 })},
			{"maxvit_rmlp_base_rw_384", 384, 116_135_788, 70_652_678_144, 70.97, 87.81,
				with(with(maxvit(32, 64, 96, 2, 6, 14, 2), made(512)), func(s *mixedShape) { s.head = 768 })},
		}),
		networks("MaxViT", "MaxViT with convolutions of ConvNeXt", 32, buildMixed, []network[mixedShape]{
			{"maxxvit_rmlp_nano_rw_256", 256, 16_779_628, 4_344_532_992, 4.37, 83.036, next(maxvit(32, 64, 64, 1, 2, 3, 1))},
			{"maxxvit_rmlp_tiny_rw_256", 256, 29_636_528, 6_631_618_560, 6.66, 0, next(maxvit(32, 64, 64, 2, 2, 5, 2))},
			{"maxxvit_rmlp_small_rw_256", 256, 66_010_516, 14_619_445_248, 14.67, 84.634, next(maxvit(48, 96, 96, 2, 2, 5, 2))},
			{"maxxvitv2_nano_rw_256", 256, 23_696_611, 6_243_022_848, 6.26, 83.108,
				with(grid(maxvit(48, 96, 96, 1, 2, 3, 1)), made(0))},
			{"maxxvitv2_rmlp_base_rw_224", 224, 116_092_512, 24_149_524_480, 24.2, 86.64,
				grid(maxvit(64, 128, 128, 2, 6, 12, 2))},
			{"maxxvitv2_rmlp_base_rw_384", 384, 116_092_512, 72_823_040_000, 72.98, 87.48,
				grid(maxvit(64, 128, 128, 2, 6, 12, 2))},
			{"maxxvitv2_rmlp_large_rw_224", 224, 215_417_166, 44_069_372_416, 44.14, 0,
				with(grid(maxvit(80, 160, 160, 2, 6, 16, 2)), func(s *mixedShape) { s.head = 1280 })},
		}))
}
