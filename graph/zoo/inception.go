package zoo

import "fmt"

// inceptions returns GoogLeNet and Inception v3 without the classifiers that only training uses.
func inceptions() []Entry {
	return []Entry{
		torchvision("googlenet", "Inception", "GoogLeNet (Inception v1) without auxiliary classifiers", 6_624_904, 1_498_376_192, 1.498, 69.778, weightsV1,
			[]Option{anySize(224), batchOption}, googLeNet),
		{
			Name: "inception-v3", Family: "Inception", Task: "classification", Doc: "Inception v3 without auxiliary classifier, 299 pixels",
			Params: 23_834_568, MACs: 5_713_216_096, Published: 5.713, License: "BSD-3-Clause",
			Source:   "torchvision (weights' meta data: 5.713 GMAC printed as GFLOPS); parameters of timm inception_v3, which leaves the auxiliary classifier out",
			Accuracy: Accuracy{"ImageNet top-1", 77.294, "%", weightsV1},
			Options:  []Option{{sizeOption, 299, 75, 8192, 1, imageDoc}, batchOption}, build: inceptionV3,
		},
	}
}

// reluConv adds a convolution with batch normalisation and ReLU.
func reluConv(b *builder, x tensor, path string, out int64, k kernel) tensor {
	return b.unary("Relu", b.normConv(x, path+"/conv", out, k), path)
}

// googLeNet builds the network of Szegedy et al. 2014 (arXiv 1409.4842), table 1, as torchvision builds it: 3x3 where
// the paper has 5x5.
func googLeNet(b *builder, v values) {
	x := reluConv(b, image(b, v), "/conv1", 64, square(7, 2, 3))
	x = b.pool("MaxPool", x, "/maxpool1", square(3, 2, 0), true)
	x = reluConv(b, reluConv(b, x, "/conv2", 64, square(1, 1, 0)), "/conv3", 192, square(3, 1, 1))
	x = b.pool("MaxPool", x, "/maxpool2", square(3, 2, 0), true)
	for _, m := range []struct {
		name                              string
		one, red3, out3, red5, out5, proj int64
	}{
		{"3a", 64, 96, 128, 16, 32, 32}, {"3b", 128, 128, 192, 32, 96, 64}, {"pool3", 3, 0, 0, 0, 0, 0},
		{"4a", 192, 96, 208, 16, 48, 64}, {"4b", 160, 112, 224, 24, 64, 64}, {"4c", 128, 128, 256, 24, 64, 64},
		{"4d", 112, 144, 288, 32, 64, 64}, {"4e", 256, 160, 320, 32, 128, 128}, {"pool4", 2, 0, 0, 0, 0, 0},
		{"5a", 256, 160, 320, 32, 128, 128}, {"5b", 384, 192, 384, 48, 128, 128},
	} {
		if m.red3 == 0 {
			x = b.pool("MaxPool", x, "/max"+m.name, square(m.one, 2, 0), true)
			continue
		}
		p := "/inception" + m.name
		one := reluConv(b, x, p+"/branch1", m.one, square(1, 1, 0))
		three := reluConv(b, reluConv(b, x, p+"/branch2/branch2.0", m.red3, square(1, 1, 0)), p+"/branch2/branch2.1", m.out3, square(3, 1, 1))
		five := reluConv(b, reluConv(b, x, p+"/branch3/branch3.0", m.red5, square(1, 1, 0)), p+"/branch3/branch3.1", m.out5, square(3, 1, 1))
		pooled := reluConv(b, b.pool("MaxPool", x, p+"/branch4/branch4.0", square(3, 1, 1), true), p+"/branch4/branch4.1", m.proj, square(1, 1, 0))
		x = b.concat(p, one, three, five, pooled)
	}
	b.classifier(x, "/fc", 1000)
}

// A chain is convolutions one after the other.
type chain []struct {
	out int64
	kernel
}

// add builds a chain; layers are named by their place.
func (c chain) add(b *builder, x tensor, path string) tensor {
	for i, l := range c {
		x = reluConv(b, x, fmt.Sprintf("%s_%d", path, i+1), l.out, l.kernel)
	}
	return x
}

// Kernels of Inception v3. Those that are wide or high keep the size of the map.
var (
	point  = square(1, 1, 0)
	three  = square(3, 1, 1)
	three2 = square(3, 2, 0)
	wide7  = kernel{1, 7, 1, 0, 3, 1, 1}
	high7  = kernel{7, 1, 1, 3, 0, 1, 1}
	wide3  = kernel{1, 3, 1, 0, 1, 1, 1}
	high3  = kernel{3, 1, 1, 1, 0, 1, 1}
)

// inceptionV3 builds the network of Szegedy et al. 2015 (arXiv 1512.00567), as torchvision builds it.
func inceptionV3(b *builder, v values) {
	x := chain{{32, three2}, {32, square(3, 1, 0)}, {64, three}}.add(b, image(b, v), "/stem1")
	x = b.pool("MaxPool", x, "/maxpool1", three2, false)
	x = chain{{80, point}, {192, square(3, 1, 0)}}.add(b, x, "/stem2")
	x = b.pool("MaxPool", x, "/maxpool2", three2, false)
	for i, pooled := range []int64{32, 64, 64} {
		x = branches(b, x, fmt.Sprintf("/Mixed_5%c", 'b'+i), pooled, chain{{64, point}}, chain{{48, point}, {64, square(5, 1, 2)}}, chain{{64, point}, {96, three}, {96, three}})
	}
	x = shrink(b, x, "/Mixed_6a", chain{{384, three2}}, chain{{64, point}, {96, three}, {96, three2}})
	for i, c := range []int64{128, 160, 160, 192} {
		x = branches(b, x, fmt.Sprintf("/Mixed_6%c", 'b'+i), 192, chain{{192, point}}, chain{{c, point}, {c, wide7}, {192, high7}},
			chain{{c, point}, {c, high7}, {c, wide7}, {c, high7}, {192, wide7}})
	}
	x = shrink(b, x, "/Mixed_7a", chain{{192, point}, {320, three2}}, chain{{192, point}, {192, wide7}, {192, high7}, {192, three2}})
	for _, p := range []string{"/Mixed_7b", "/Mixed_7c"} {
		one := reluConv(b, x, p+"/branch1x1", 320, point)
		short := fork(b, reluConv(b, x, p+"/branch3x3_1", 384, point), p+"/branch3x3_2")
		long := fork(b, chain{{448, point}, {384, three}}.add(b, x, p+"/branch3x3dbl"), p+"/branch3x3dbl_3")
		pooled := reluConv(b, b.pool("AveragePool", x, p, three, false), p+"/branch_pool", 192, point)
		x = b.concat(p, one, short, long, pooled)
	}
	b.classifier(x, "/fc", 1000)
}

// branches joins chains over one map and a pooled branch.
func branches(b *builder, x tensor, path string, pooled int64, chains ...chain) tensor {
	var parts []tensor
	for i, c := range chains {
		parts = append(parts, c.add(b, x, fmt.Sprintf("%s/branch%d", path, i+1)))
	}
	p := b.pool("AveragePool", x, path, three, false)
	return b.concat(path, append(parts, reluConv(b, p, path+"/branch_pool", pooled, point))...)
}

// shrink joins chains that end in stride 2 and a pool of stride 2.
func shrink(b *builder, x tensor, path string, chains ...chain) tensor {
	var parts []tensor
	for i, c := range chains {
		parts = append(parts, c.add(b, x, fmt.Sprintf("%s/branch%d", path, i+1)))
	}
	return b.concat(path, append(parts, b.pool("MaxPool", x, path, three2, false))...)
}

// fork joins a wide and a high convolution of one map.
func fork(b *builder, x tensor, path string) tensor {
	return b.concat(path, reluConv(b, x, path+"a", 384, wide3), reluConv(b, x, path+"b", 384, high3))
}
