package zoo

import "fmt"

// deit returns the Entry of a vision transformer that timm calls as; gmac and top1 are timm's.
func deit(name, doc, as string, params, macs int64, gmac, top1 float64, s vitShape) Entry {
	return timm(name, "ViT", doc, as, params, macs, gmac, top1, []Option{imageSize(224, s.patch), batchOption}, func(b *builder, v values) { s.build(b, v) })
}

// deits returns small vision transformers and DeiT (arXiv 2012.12877), with and without a
// distillation token.
func deits() []Entry {
	return []Entry{
		deit("vit-ti-16", "ViT tiny, 16x16 patches", "vit_tiny_patch16_224", 5_717_416, 1_253_683_200, 1.26, 75.452, vitShape{patch: 16, width: 192, heads: 3, depth: 12}),
		deit("vit-s-16", "ViT small, 16x16 patches", "vit_small_patch16_224", 22_050_664, 4_598_882_304, 4.61, 81.402, vitShape{patch: 16, width: 384, heads: 6, depth: 12}),
		deit("deit-tiny", "DeiT tiny", "deit_tiny_patch16_224", 5_717_416, 1_253_683_200, 1.26, 72.19, vitShape{patch: 16, width: 192, heads: 3, depth: 12}),
		deit("deit-small", "DeiT small", "deit_small_patch16_224", 22_050_664, 4_598_882_304, 4.61, 79.856, vitShape{patch: 16, width: 384, heads: 6, depth: 12}),
		deit("deit-base", "DeiT base", "deit_base_patch16_224", 86_567_656, 17_563_828_224, 17.58, 81.98, vitShape{patch: 16, width: 768, heads: 12, depth: 12}),
		deit("deit-tiny-distilled", "DeiT tiny with a distillation token", "deit_tiny_distilled_patch16_224", 5_910_800, 1_261_003_776, 1.27, 74.538, vitShape{patch: 16, width: 192, heads: 3, depth: 12, distilled: true}),
		deit("deit-small-distilled", "DeiT small with a distillation token", "deit_small_distilled_patch16_224", 22_436_432, 4_624_140_288, 4.63, 81.204, vitShape{patch: 16, width: 384, heads: 6, depth: 12, distilled: true}),
		deit("deit-base-distilled", "DeiT base with a distillation token", "deit_base_distilled_patch16_224", 87_338_192, 17_656_811_520, 17.68, 83.384, vitShape{patch: 16, width: 768, heads: 12, depth: 12, distilled: true}),
	}
}

// genericViTs returns the vision transformer whose sizes are options.
func genericViTs() []Entry {
	return []Entry{{
		Name: "vit", Family: "ViT", Task: "classification", Doc: "any vision transformer, by its sizes; by default those of ViT small",
		Params: 22_050_664, MACs: 4_598_882_304, Published: 4.61, License: "Apache-2.0",
		Source:   "timm vit_small_patch16_224 (results table: 22.05 M parameters, 4.61 GMAC, at the default sizes)",
		Accuracy: Accuracy{"ImageNet top-1 at the default sizes", 81.402, "%", "timm results table, vit_small_patch16_224"},
		Options: []Option{
			{"size", 224, 8, 8192, 1, "height and width of the image in pixels, multiples of patch"},
			{"patch", 16, 1, 1024, 1, "height and width of a patch in pixels"},
			{"dim", 384, 8, 16384, 8, "width of the residual stream"},
			{"depth", 12, 1, 256, 1, "blocks"},
			{"heads", 6, 1, 256, 1, "attention heads, a divisor of dim"},
			batchOption,
		},
		check: func(v values) error {
			switch {
			case v.height()%v["patch"] != 0 || v.width()%v["patch"] != 0:
				return fmt.Errorf("size %s is no multiple of patch %d", v.extent(), v["patch"])
			case v["dim"]%v["heads"] != 0:
				return fmt.Errorf("dim %d is no multiple of heads %d", v["dim"], v["heads"])
			}
			return nil
		},
		build: func(b *builder, v values) {
			vitShape{patch: v["patch"], width: v["dim"], heads: v["heads"], depth: int(v["depth"])}.build(b, v)
		},
	}}
}
