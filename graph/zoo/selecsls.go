package zoo

import "fmt"

// A selecShape is one size of SelecSLS: channels within and behind the blocks of each stage, and those of the head.
type selecShape struct {
	stages [3][][2]int64
	head   [4]int64
}

// buildSelec builds the network of Mehta et al. 2019 (arXiv 1907.00837), as timm builds it: blocks put their maps, and
// that of a stage's first block, side by side.
func buildSelec(b *builder, v values, s selecShape) {
	conv := func(x tensor, p string, out, k, stride int64) tensor {
		return b.unary("Relu", b.convBN(x, p, out, k, stride, 1), p+"/act")
	}
	x := conv(image(b, v), "/stem", 32, 3, 2)
	for i, stage := range s.stages {
		var first tensor
		for j, c := range stage {
			p, stride := fmt.Sprintf("/features/%d/%d", i, j), int64(1)
			if j == 0 {
				stride = 2
			}
			one := conv(x, p+"/conv1", c[0], 3, stride)
			two := conv(conv(one, p+"/conv2", c[0], 1, 1), p+"/conv3", c[0]/2, 3, 1)
			three := conv(conv(two, p+"/conv4", c[0], 1, 1), p+"/conv5", c[0]/2, 3, 1)
			maps := []tensor{one, two, three}
			if j > 0 {
				maps = append(maps, first)
			}
			x = conv(b.concat(p, maps...), p+"/conv6", c[1], 1, 1)
			if j == 0 {
				first = x
			}
		}
	}
	for i, k := range [][2]int64{{3, 2}, {3, 1}, {3, 2}, {1, 1}} {
		x = conv(x, fmt.Sprintf("/head/%d", i), s.head[i], k[0], k[1])
	}
	b.classifier(x, "/fc", 1000)
}

// selecNets returns SelecSLS, the backbones of XNect (arXiv 1907.00837), with timm's figures.
func selecNets() []Entry {
	small := [3][][2]int64{{{64, 64}, {64, 128}}, {{144, 144}, {144, 288}}, {{304, 304}, {304, 480}}}
	large := [3][][2]int64{{{64, 64}, {64, 128}}, {{128, 128}, {128, 128}, {128, 288}},
		{{288, 288}, {288, 288}, {288, 288}, {288, 416}}}
	return networks("SelecSLS", "SelecSLS", 1, buildSelec, []network[selecShape]{
		{"selecsls42", 224, 30_354_952, 2_934_431_744, 2.94, 0, selecShape{small, [4]int64{960, 1024, 1024, 1280}}},
		{"selecsls42b", 224, 32_458_248, 2_971_924_480, 2.98, 77.184, selecShape{small, [4]int64{960, 1024, 1280, 1024}}},
		{"selecsls60", 224, 30_670_768, 3_581_005_952, 3.59, 77.974, selecShape{large, [4]int64{756, 1024, 1024, 1280}}},
		{"selecsls60b", 224, 32_774_064, 3_618_498_688, 3.63, 78.41, selecShape{large, [4]int64{756, 1024, 1280, 1024}}},
	})
}
