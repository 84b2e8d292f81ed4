package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// cameras lists networks that programs behind cameras run beside a detector: of faces, poses, plates, of who is who, of
// what happens in a clip, and of more pixels.
func cameras() []Entry {
	one := []Option{batchOption}
	return []Entry{
		{Name: "scrfd-10g-kps", Family: "SCRFD", Task: detection.name, build: scrfd,
			Doc:    "SCRFD of faces and their five points, 10 G at 640 x 480, boxes not decoded",
			Params: 4_229_905, MACs: 13_340_684_800, Published: 26.74 / 2, License: "MIT",
			Source:   "deepinsight/insightface detection/scrfd (parameters of its configuration, 4.23 M; 26.74 GFLOP at 640 x 640 are Hailo model zoo's)",
			Accuracy: Accuracy{"WiderFace hard AP", 82.8, "%", "deepinsight/insightface detection/scrfd README"},
			Options:  []Option{imageSize(640, 32), batchOption}},
		{Name: "openpose-coco", Family: "OpenPose", Task: "pose estimation", build: openPose,
			Doc:    "OpenPose of 18 points, six stages on ten layers of VGG-19",
			Params: 52_311_446, MACs: 135_934_006_784, License: "custom, not for commercial use",
			Source:  "CMU-Perceptual-Computing-Lab/openpose pose_deploy_linevec.prototxt (parameters and multiply-adds by counting)",
			Options: []Option{imageSize(368, 8), batchOption}},
		{Name: "lprnet", Family: "LPRNet", Task: "text recognition", build: lprNet,
			Doc:    "LPRNet of number plates of 24 x 94 pixels, 68 characters",
			Params: 446_976, MACs: 144_411_264, License: "Apache-2.0",
			Source: "sirius-ai/LPRNet_Pytorch model/LPRNet.py (parameters and multiply-adds by counting)", Options: one},
		{Name: "deepsort-extractor", Family: "DeepSORT", Task: "re-identification", build: deepSort,
			Doc:    "features of persons of 128 x 64 pixels, by which DeepSORT knows them again",
			Params: 11_168_896, MACs: 1_121_452_032, License: "MIT",
			Source: "ZQPei/deep_sort_pytorch deep_sort/deep/model.py (parameters and multiply-adds by counting)", Options: one},
		{Name: "c3d", Family: "C3D", Task: "action recognition", build: c3d,
			Doc:    "C3D of 16 frames of 112 x 112 pixels, 101 actions",
			Params: 78_409_573, MACs: 38_547_378_176, License: "MIT",
			Source: "jfzhang95/pytorch-video-recognition network/C3D_model.py (parameters and multiply-adds by counting)", Options: one},
		{Name: "realesr-general-x4v3", Family: "Real-ESRGAN", Task: "super-resolution", build: realESR,
			Doc:    "Real-ESRGAN's small network, four times as many rows and columns",
			Params: 1_213_296, MACs: 19_808_649_216, License: "BSD-3-Clause",
			Source:  "xinntao/Real-ESRGAN realesrgan/archs/srvgg_arch.py (1.21 M parameters; multiply-adds by counting)",
			Options: []Option{imageSize(128, 4), batchOption}},
	}
}

// scrfd builds the network of Guo et al. 2021 (arXiv 2105.04714) as its configuration scrfd_10g_bnkps has it: a ResNet of
// pairs with a deep stem and averaged shortcuts, maps that meet twice, and heads of three convolutions.
func scrfd(b *builder, v values) {
	shape := resnetShape{depths: [4]int{3, 4, 2, 3}}
	relu := func(x tensor, path string, out, stride int64) tensor {
		return b.unary("Relu", b.convBN(x, path, out, 3, stride, 1), path+"/relu")
	}
	x := relu(relu(relu(image(b, v), "/stem/0", 28, 2), "/stem/1", 28, 1), "/stem/2", 56, 1)
	x = b.maxPool(x, "/stem", 3, 2)
	var maps []tensor
	for i, out := range []int64{56, 88, 88, 224} {
		for j := range shape.depths[i] {
			p, stride := fmt.Sprintf("/layer%d/%d", i, j), int64(1)
			if i > 0 && j == 0 {
				stride = 2
			}
			y := b.convBN(relu(x, p+"/conv1", out, stride), p+"/conv2", out, 3, 1, 1)
			if stride == 2 {
				x = b.convBN(b.pool("AveragePool", x, p, square(2, 2, 0), true), p+"/downsample", out, 1, 1, 1)
			}
			x = b.unary("Relu", b.binary("Add", y, x, p), p)
		}
		maps = append(maps, x)
	}
	for i, x := range aggregated(b, maps[1:], 56) {
		scrfdHead(b, x, fmt.Sprintf("/head%d", i))
	}
}

// aggregated returns maps of one width that are added from coarse to fine and back: Liu et al. 2018 (arXiv 1803.01534).
func aggregated(b *builder, maps []tensor, width int64) []tensor {
	side := make([]tensor, len(maps))
	for i, x := range maps {
		side[i] = b.conv(x, fmt.Sprintf("/neck/lateral%d", i), width, 1, 1, 1, true)
	}
	for i := len(side) - 2; i >= 0; i-- {
		p := fmt.Sprintf("/neck/up%d", i)
		side[i] = b.binary("Add", side[i], b.nearest(side[i+1], p), p)
	}
	for i := range side {
		side[i] = b.conv(side[i], fmt.Sprintf("/neck/fpn%d", i), width, 3, 1, 1, true)
	}
	for i := 1; i < len(side); i++ {
		p := fmt.Sprintf("/neck/down%d", i)
		side[i] = b.binary("Add", side[i], b.conv(side[i-1], p, width, 3, 2, 1, true), p)
	}
	for i := 1; i < len(side); i++ {
		side[i] = b.conv(side[i], fmt.Sprintf("/neck/pan%d", i), width, 3, 1, 1, true)
	}
	return side
}

// scrfdHead adds the scores, boxes and points of two anchors at each place of a map.
func scrfdHead(b *builder, x tensor, p string) {
	for i := range 3 {
		q := fmt.Sprintf("%s/%d", p, i)
		x = b.unary("Relu", b.convBN(x, q, 80, 3, 1, 1), q)
	}
	for _, r := range []struct {
		name string
		each int64
	}{{"score", 1}, {"box", 4}, {"points", 10}} {
		q := p + "/" + r.name
		y := b.conv(x, q, 2*r.each, 3, 1, 1, true)
		switch r.name {
		case "score":
			y = b.unary("Sigmoid", y, q)
		case "box": // a factor that is learned for each map
			y = tensor{b.node("Mul", q, []string{y.name, b.weight(weightName(q)+".scale", 1)}), y.c}
		}
		y = b.reshape(b.transpose(y, q, 0, 2, 3, 1), q, r.each, 0, -1, r.each)
		b.output(y.name, symbol("places"+p[1:]), r.each)
	}
}

// openPose builds the network of Cao et al. 2017 (arXiv 1611.08050) with the 18 points of COCO: two branches, maps of
// limbs and of points, in six stages that each see the features and the maps before.
func openPose(b *builder, v values) {
	x := image(b, v)
	relu := func(x tensor, path string, out, k int64) tensor {
		return b.unary("Relu", b.conv(x, path, out, k, 1, 1, true), path)
	}
	for i, stage := range [][]int64{{64, 64}, {128, 128}, {256, 256, 256, 256}, {512, 512, 256, 128}} {
		if i > 0 {
			x = b.halve(x, fmt.Sprintf("/pool%d", i))
		}
		for j, out := range stage {
			x = relu(x, fmt.Sprintf("/conv%d_%d", i+1, j+1), out, 3)
		}
	}
	const limbs, points = 38, 19
	seen := x
	for stage := range 6 {
		var maps []tensor
		for branch, out := range []int64{limbs, points} {
			p, y := fmt.Sprintf("/stage%d/L%d", stage+1, branch+1), seen
			layers, k, wide := 3, int64(3), int64(512)
			if stage > 0 {
				layers, k, wide = 5, 7, 128
			}
			for i := range layers {
				y = relu(y, fmt.Sprintf("%s/%d", p, i), 128, k)
			}
			y = relu(y, p+"/wide", wide, 1)
			maps = append(maps, b.conv(y, p+"/out", out, 1, 1, 1, true))
		}
		if stage < 5 {
			seen = b.concat(fmt.Sprintf("/stage%d", stage+1), maps[0], maps[1], x)
			continue
		}
		b.output(b.concat("/maps", maps...).name, int64(limbs+points), symbol("rows"), symbol("columns"))
	}
}

// lprNet builds the network of Zherzdev and Gruzdev 2018 (arXiv 1806.10447) as LPRNet_Pytorch does: pools that leave
// channels out too, and maps of four depths joined, each divided by the mean of its squares.
func lprNet(b *builder, v values) {
	const classes = 68
	conv := func(x tensor, path string, out, h, w, padH, padW int64) tensor {
		return b.convolve(x, path, out, kernel{h, w, 1, padH, padW, 1, 1}, true)
	}
	normed := func(x tensor, path string) tensor { // the bias is the model's own
		b.absent += 2 * x.c
		return b.unary("Relu", x, path)
	}
	block := func(x tensor, p string, out int64) tensor {
		y := b.unary("Relu", conv(x, p+"/0", out/4, 1, 1, 0, 0), p+"/0")
		y = b.unary("Relu", conv(y, p+"/1", out/4, 3, 1, 1, 0), p+"/1")
		y = b.unary("Relu", conv(y, p+"/2", out/4, 1, 3, 0, 1), p+"/2")
		return normed(conv(y, p+"/3", out, 1, 1, 0, 0), p+"/bn")
	}
	pool := func(x tensor, p string, channels, columns int64) tensor {
		y := b.node("Unsqueeze", p, []string{x.name, b.ints(p, 1)})
		y = b.node("MaxPool", p, []string{y}, attr{"kernel_shape", []int64{1, 3, 3}},
			attr{"strides", []int64{channels, 1, columns}})
		return tensor{b.node("Squeeze", p, []string{y, b.ints(p, 1)}), x.c / channels}
	}
	input := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(24), int64(94)), 3}
	first := normed(conv(input, "/backbone/0", 64, 3, 3, 0, 0), "/backbone/1")
	second := block(pool(first, "/pool0", 1, 1), "/backbone/4", 128)
	third := block(block(pool(second, "/pool1", 2, 2), "/backbone/8", 256), "/backbone/11", 256)
	x := normed(conv(pool(third, "/pool2", 4, 2), "/backbone/16", 256, 1, 4, 0, 0), "/backbone/17")
	last := normed(conv(x, "/backbone/20", classes, 13, 1, 0, 0), "/backbone/21")
	average := func(x tensor, p string, k, strides []int64) tensor {
		return b.unary("AveragePool", x, p, attr{"kernel_shape", k}, attr{"strides", strides})
	}
	five := []int64{5, 5}
	context := []tensor{average(first, "/context0", five, five), average(second, "/context1", five, five),
		average(third, "/context2", []int64{4, 10}, []int64{4, 2}), last}
	for i, x := range context {
		p := fmt.Sprintf("/context%d", i)
		mean := b.node("ReduceMean", p, []string{b.node("Mul", p, []string{x.name, x.name})}, attr{"keepdims", int64(0)})
		context[i] = tensor{b.node("Div", p, []string{x.name, mean}), x.c}
	}
	x = conv(b.concat("/context", context...), "/container/0", classes, 1, 1, 0, 0)
	y := b.unary("ReduceMean", x, "/rows", attr{"axes", []int64{2}}, attr{"keepdims", int64(0)})
	b.output(y.name, int64(classes), int64(18))
}

// deepSort builds the network by which deep_sort_pytorch knows persons again: four stages of two pairs of convolutions.
func deepSort(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(128), int64(64)), 3}
	b.absent += 64 // the bias before the normalisation
	x = b.unary("Relu", b.convBN(x, "/conv/0", 64, 3, 1, 1), "/conv")
	x = b.maxPool(x, "/conv", 3, 2)
	for i, out := range []int64{64, 128, 256, 512} {
		for j := range 2 {
			p, stride := fmt.Sprintf("/layer%d/%d", i+1, j), int64(1)
			if i > 0 && j == 0 {
				stride = 2
			}
			y := b.unary("Relu", b.convBN(x, p+"/conv1", out, 3, stride, 1), p+"/relu")
			y = b.convBN(y, p+"/conv2", out, 3, 1, 1)
			if stride == 2 {
				x = b.convBN(x, p+"/downsample", out, 1, 2, 1)
			}
			x = b.unary("Relu", b.binary("Add", x, y, p), p)
		}
	}
	x = b.unary("Flatten", b.unary("AveragePool", x, "/avgpool", attr{"kernel_shape", []int64{8, 4}}), "", attr{"axis", int64(1)})
	length := b.node("ReduceL2", "", []string{x.name}, attr{"axes", []int64{1}}, attr{"keepdims", int64(1)})
	b.output(b.node("Div", "", []string{x.name, length}), int64(512))
}

// c3d builds the network of Tran et al. 2015 (arXiv 1412.0767): eight convolutions over rows, columns and frames.
func c3d(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(16), int64(112), int64(112)), 3}
	ones := []int64{1, 1, 1}
	for i, stage := range [][]int64{{64}, {128}, {256, 256}, {512, 512}, {512, 512}} {
		for j, out := range stage {
			p := fmt.Sprintf("/conv%d/%d", i+1, j)
			in := []string{x.name, b.weight(weightName(p), out, x.c, 3, 3, 3), b.weight(weightName(p)+".bias", out)}
			y := b.node("Conv", p, in, attr{"kernel_shape", []int64{3, 3, 3}}, attr{"pads", []int64{1, 1, 1, 1, 1, 1}},
				attr{"strides", ones}, attr{"dilations", ones}, attr{"group", int64(1)})
			x = b.unary("Relu", tensor{y, out}, p)
		}
		window, pads := []int64{2, 2, 2}, []int64{0, 0, 0, 0, 0, 0}
		if i == 0 {
			window = []int64{1, 2, 2}
		}
		if i == 4 {
			pads = []int64{0, 1, 1, 0, 1, 1}
		}
		x = b.unary("MaxPool", x, fmt.Sprintf("/pool%d", i+1), attr{"kernel_shape", window}, attr{"strides", window},
			attr{"pads", pads})
	}
	x = tensor{b.unary("Flatten", x, "", attr{"axis", int64(1)}).name, 512 * 4 * 4}
	x = b.unary("Relu", b.gemm(x, "/fc6", 4096), "/fc6")
	x = b.unary("Relu", b.gemm(x, "/fc7", 4096), "/fc7")
	b.output(b.gemm(x, "/fc8", 101).name, int64(101))
}

// realESR builds the small network of Wang et al. 2021 (arXiv 2107.10833): 34 convolutions at the size of the picture,
// channels that become pixels, and the enlarged picture added.
func realESR(b *builder, v values) {
	const width, layers, by = 64, 32, 4
	x := image(b, v)
	y := x
	for i := range layers + 1 {
		p := fmt.Sprintf("/body.%d", i)
		y = b.conv(y, p, width, 3, 1, 1, true)
		y = tensor{b.node("PRelu", p, []string{y.name, b.weight(weightName(p)+".slope", width, 1, 1)}), width}
	}
	y = b.conv(y, "/body.last", 3*by*by, 3, 1, 1, true)
	y = tensor{b.unary("DepthToSpace", y, "/upsampler", attr{"blocksize", int64(by)}, attr{"mode", "CRD"}).name, 3}
	y = b.binary("Add", y, b.magnify(x, "/base", by), "/sum")
	b.output(y.name, int64(3), symbol("rows"), symbol("columns"))
}
