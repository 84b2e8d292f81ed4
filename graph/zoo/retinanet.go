package zoo

import "fmt"

// retinaNets returns torchvision's RetinaNet (arXiv 1708.02002) and FCOS on ResNet-50, at 800
// pixels.
func retinaNets() []Entry {
	return []Entry{
		torchDetector("retinanet-resnet50", "RetinaNet", "RetinaNet on ResNet-50 with feature pyramid, 800 pixels", 34_014_999, 151_540_437_248, 151.54, 36.4, []Option{imageSize(800, 32)}, retinaNet),
		torchDetector("fcos-resnet50", "FCOS", "FCOS on ResNet-50 with feature pyramid, 800 pixels", 32_269_600, 128_207_052_800, 128.207, 39.2, []Option{imageSize(800, 32)}, fcos),
	}
}

// pyramid adds the feature pyramid of Lin et al. 2016 (arXiv 1612.03144) over the last three maps of a ResNet, with two
// further levels by strided convolutions: maps of an eighth to a hundred and twenty-eighth of the image.
func pyramid(b *builder, v values) []tensor {
	b.frozen = true
	stages := resnet50.features(b, image(b, v), "/backbone/body", 0)
	levels := make([]tensor, 3)
	var above tensor
	for i := 2; i >= 0; i-- {
		x := b.conv(stages[i+1], fmt.Sprintf("/backbone/fpn/inner_blocks.%d", i), 256, 1, 1, 1, true)
		if i < 2 {
			x = b.binary("Add", x, b.nearest(above, "/backbone/fpn"), "/backbone/fpn")
		}
		above = x
		levels[i] = b.conv(x, fmt.Sprintf("/backbone/fpn/layer_blocks.%d", i), 256, 3, 1, 1, true)
	}
	p6 := b.conv(levels[2], "/backbone/fpn/extra_blocks/p6", 256, 3, 2, 1, true)
	p7 := b.conv(b.unary("Relu", p6, "/backbone/fpn/extra_blocks"), "/backbone/fpn/extra_blocks/p7", 256, 3, 2, 1, true)
	return append(levels, p6, p7)
}

// retinaNet builds the network of Lin et al. 2017 (arXiv 1708.02002), as torchvision builds it: nine boxes a place,
// heads of four convolutions that all maps share.
func retinaNet(b *builder, v values) {
	levels := pyramid(b, v)
	heads := shared{builder: b}
	tower := func(x tensor, name string) tensor {
		for i := range 4 {
			x = b.unary("Relu", heads.conv(x, fmt.Sprintf("/head/%s/conv/conv.%d", name, i), 256), "/head/"+name)
		}
		return x
	}
	scores := heads.flat(levels, "/head/classification_head", v["classes"], func(x tensor) tensor {
		return heads.conv(tower(x, "classification_head"), "/head/classification_head/cls_logits", 9*v["classes"])
	})
	boxes := heads.flat(levels, "/head/regression_head", 4, func(x tensor) tensor {
		return heads.conv(tower(x, "regression_head"), "/head/regression_head/bbox_reg", 9*4)
	})
	b.output(b.node("Sigmoid", "/head", []string{scores}), symbol("places"), v["classes"])
	b.output(boxes, symbol("places"), int64(4))
}

// fcos builds the network of Tian et al. 2019 (arXiv 1904.01355), as torchvision builds it: one box a place, its
// distance to the centre, and group normalisation in the heads.
func fcos(b *builder, v values) {
	levels := pyramid(b, v)
	heads := shared{builder: b}
	tower := func(x tensor, name string) tensor {
		for i := range 4 {
			p := fmt.Sprintf("/head/%s/conv/conv.%d", name, 3*i)
			x = b.unary("Relu", heads.groupNorm(heads.conv(x, p, 256), p+"/norm", 32), p)
		}
		return x
	}
	scores := heads.flat(levels, "/head/classification_head", v["classes"], func(x tensor) tensor {
		return heads.conv(tower(x, "classification_head"), "/head/classification_head/cls_logits", v["classes"])
	})
	var centres []tensor
	boxes := heads.flat(levels, "/head/regression_head", 4, func(x tensor) tensor {
		x = tower(x, "regression_head")
		centres = append(centres, heads.conv(x, "/head/regression_head/bbox_ctrness", 1))
		return b.unary("Relu", heads.conv(x, "/head/regression_head/bbox_reg", 4), "/head/regression_head")
	})
	next := 0
	centre := heads.flat(levels, "/head/regression_head", 1, func(tensor) tensor { next++; return centres[next-1] })
	b.output(b.node("Sigmoid", "/head", []string{scores}), symbol("places"), v["classes"])
	b.output(boxes, symbol("places"), int64(4))
	b.output(b.node("Sigmoid", "/head", []string{centre}), symbol("places"), int64(1))
}

// shared builds layers whose weights several maps share: they are made once.
type shared struct {
	*builder
	made map[string]bool
}

// once makes weights unless they are there.
func (s *shared) once(name string, shape ...int64) string {
	if s.made == nil {
		s.made = map[string]bool{}
	}
	if !s.made[name] {
		s.made[name] = true
		s.weight(name, shape...)
	}
	return name
}

// conv returns a 3x3 convolution.
func (s *shared) conv(x tensor, path string, out int64) tensor {
	w := weightName(path)
	in := []string{x.name, s.once(w, out, x.c, 3, 3), s.once(path[1:]+".bias", out)}
	return tensor{s.node("Conv", path, in, attr{"kernel_shape", []int64{3, 3}}, attr{"pads", []int64{1, 1, 1, 1}}), out}
}

// groupNorm returns Wu and He 2018 (arXiv 1803.08494), which exporters write as a normalisation of instances.
func (s *shared) groupNorm(x tensor, path string, groups int64) tensor {
	y := s.reshape(x, path, groups, 0, groups, -1)
	y.name = s.node("InstanceNormalization", path, []string{y.name, s.filler(path, groups), s.filler(path, groups)},
		attr{"epsilon", float32(1e-5)})
	shape := s.node("Shape", path, []string{x.name})
	y = tensor{s.node("Reshape", path, []string{y.name, shape}), x.c}
	y = tensor{s.node("Mul", path, []string{y.name, s.once(path[1:]+".weight", x.c, 1, 1)}), x.c}
	return tensor{s.node("Add", path, []string{y.name, s.once(path[1:]+".bias", x.c, 1, 1)}), x.c}
}

// flat joins what a head gives of all maps, so many numbers a place.
func (s *shared) flat(levels []tensor, path string, each int64, head func(tensor) tensor) string {
	var parts []string
	for _, x := range levels {
		y := s.transpose(head(x), path, 0, 2, 3, 1)
		parts = append(parts, s.reshape(y, path, each, 0, -1, each).name)
	}
	return s.node("Concat", path, parts, attr{"axis", int64(1)})
}
