package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// generation gives the task whose models may lack a published quality of their own: pictures are judged by people, or
// against a set of pictures, and then the whole system with its sampler is, not the network of one step.
const generation = "image generation"

// pictureBatch ends where one tensor of scores is beyond what inference allows.
var pictureBatch = Option{"batch", 0, 1, 4096, 1, batchOption.Doc}

// denoiser returns the Entry of a latent diffusion U-Net for one step. size is the picture's side
// in pixels, a multiple of multiple; the latent picture is an eighth of it.
func denoiser(name, doc string, params, macs int64, published float64, source, license string, size, multiple int64, s unetShape) Entry {
	return Entry{
		Name: name, Family: "Stable Diffusion", Task: generation, Doc: doc + ": one step for one picture; guidance takes twice the batch",
		Params: params, MACs: macs, Published: published, Source: source, License: license,
		Options: []Option{{"size", size, multiple, 4096, multiple, "height and width of the picture in pixels, 8 to one of the latent picture"},
			{"tokens", textTokens, 1, 1024, 1, "tokens of text"}, pictureBatch},
		build: s.build,
	}
}

// diffusions returns the U-Nets of Stable Diffusion 1.5 and XL, and the decoder of the autoencoder.
// Parameters come from the checkpoints; multiply-adds are counted on the graph.
func diffusions() []Entry {
	return []Entry{
		denoiser("sd15-unet", "Stable Diffusion 1.5's U-Net", 859_520_964, 401_636_720_640, 0,
			"stable-diffusion-v1-5/stable-diffusion-v1-5 on Hugging Face (parameters); multiply-adds by counting", "LicenseRef-CreativeML-OpenRAIL-M", 512, 64,
			unetShape{widths: []int64{320, 640, 1280, 1280}, layers: []int{1, 1, 1, 0}, heads: []int64{8, 8, 8, 8}, text: 768, middle: 1}),
		denoiser("sdxl-unet", "Stable Diffusion XL base's U-Net", 2_567_463_684, 3_380_618_199_040, 0,
			"stabilityai/stable-diffusion-xl-base-1.0 on Hugging Face (parameters); multiply-adds by counting", "LicenseRef-CreativeML-OpenRAIL-PlusPlus-M", 1024, 32,
			unetShape{widths: []int64{320, 640, 1280}, layers: []int{0, 2, 10}, heads: []int64{5, 10, 20}, text: 2048, middle: 10, straight: true, pooled: 1280}),
		{
			Name: "sd-vae-decoder", Family: "Stable Diffusion", Task: generation, Doc: "decoder of Stable Diffusion's autoencoder: latent picture to picture",
			Params: 49_490_199, MACs: 1_257_259_466_752, License: "LicenseRef-CreativeML-OpenRAIL-M",
			Source:   "stable-diffusion-v1-5/stable-diffusion-v1-5 on Hugging Face: of its autoencoder's 83653863 parameters the decoder's and those of the convolution in front of it; multiply-adds by counting",
			Accuracy: Accuracy{"COCO 2017 reconstruction PSNR", 23.4, "dB", "model card of stabilityai/sd-vae-ft-mse, of the original with its encoder"},
			Options:  []Option{{"size", 512, 8, 4096, 8, "height and width of the picture in pixels"}, pictureBatch},
			build:    decodeLatent,
		},
	}
}

// decodeLatent builds the network of Rombach et al. 2021 (arXiv 2112.10752), as diffusers exports it.
func decodeLatent(b *builder, v values) {
	const p, eps = "/decoder", 1e-6
	widths := []int64{512, 512, 256, 128}
	area := v.extent().over(8)
	block := func(x plane, path string, out int64) plane { return b.residualBlock(x, path, out, eps, tensor{}) }
	y := tensor{b.input("latent_sample", dtype.Float32, v.batch(), int64(4), area.h, area.w), 4}
	x := plane{b.conv(b.conv(y, "/post_quant_conv", 4, 1, 1, 1, true), p+"/conv_in", widths[0], 3, 1, 1, true), area}
	x = block(x, p+"/mid_block/resnets.0", x.c)
	x = block(b.whole(x, p+"/mid_block/attentions.0"), p+"/mid_block/resnets.1", x.c)
	for i, width := range widths {
		path := fmt.Sprintf("%s/up_blocks.%d", p, i)
		for j := range 3 {
			x = block(x, fmt.Sprintf("%s/resnets.%d", path, j), width)
		}
		if i < len(widths)-1 {
			x = b.double(x, path+"/upsamplers.0")
		}
	}
	y = b.silu(b.groupNorm(x, p+"/conv_norm_out", eps), p+"/conv_act")
	b.output(b.conv(y, p+"/conv_out", 3, 3, 1, 1, true).name, int64(3), x.area.h, x.area.w)
}
