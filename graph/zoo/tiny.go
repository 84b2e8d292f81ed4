package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// tinySource says where the reference networks of MLPerf Tiny are described.
const tinySource = "mlcommons/tiny benchmark/training (reference models in Keras: parameters without running means " +
	"and variances; multiply-adds of the .tflite beside them by counting)"

// tinyTargets says where the quality targets stand.
const tinyTargets = "Banbury et al. 2021 (arXiv 2106.07597), table 1: quality target"

// tinies returns the four reference networks of MLPerf Tiny, which run on microcontrollers.
func tinies() []Entry {
	tiny := func(name, task, doc string, params, macs int64, a Accuracy, build func(*builder, values)) Entry {
		return Entry{Name: name, Family: "MLPerf Tiny", Task: task, Doc: doc, Params: params, MACs: macs,
			Source:   tinySource,
			Accuracy: a, License: "Apache-2.0", Options: []Option{batchOption}, build: build}
	}
	return []Entry{
		tiny("mlperf-tiny-ad", "anomaly detection", "autoencoder of MLPerf Tiny: 640 numbers of a spectrogram", 267_928,
			264_192,
			Accuracy{"AUC", 0.85, "", tinyTargets}, tinyAutoencoder),
		tiny("mlperf-tiny-ic", "classification", "ResNet-8 of MLPerf Tiny: pictures of 32 x 32, 10 classes", 78_186,
			12_501_632,
			Accuracy{"CIFAR-10 top-1", 85, "%", tinyTargets}, tinyResNet),
		tiny("mlperf-tiny-kws", "keyword spotting", "DS-CNN of MLPerf Tiny: spectrograms of 49 x 10, 12 words", 23_756,
			2_656_768,
			Accuracy{"Speech Commands top-1", 90, "%", tinyTargets}, tinyKeywords),
		tiny("mlperf-tiny-vww", "classification",
			"MobileNetV1 0.25 of MLPerf Tiny: pictures of 96 x 96, is a person there", 216_322, 7_489_664,
			Accuracy{"Visual Wake Words top-1", 80, "%", tinyTargets}, tinyPerson),
	}
}

// biased adds a convolution with a bias of its own beside the normalisation that is folded into it.
func biased(b *builder, x tensor, path string, out int64, k kernel) tensor {
	b.absent += out
	return b.normConv(x, path, out, k)
}

// relu applies max(x, 0).
func relu(b *builder, x tensor, path string) tensor { return b.unary("Relu", x, path) }

// tinyAutoencoder builds MLPerf Tiny's anomaly detector: ten linear layers from 640 features
// through 8 and back.
func tinyAutoencoder(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(640)), 640}
	for i, n := range []int64{128, 128, 128, 128, 8, 128, 128, 128, 128} {
		path := fmt.Sprintf("/dense_%d", i)
		b.absent += 2 * n // the normalisation folded into it
		x = relu(b, b.gemm(x, path, n), path+"/activation")
	}
	b.output(b.gemm(x, "/output", 640).name, int64(640))
}

// tinyResNet builds MLPerf Tiny's image classifier: a ResNet of three stacks for 32x32 pixels and
// ten classes.
func tinyResNet(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(32), int64(32)), 3}
	x = relu(b, biased(b, x, "/conv", 16, square(3, 1, 1)), "/relu")
	for i, n := range []int64{16, 32, 64} {
		path, stride := fmt.Sprintf("/stack_%d", i), int64(1)
		if i > 0 {
			stride = 2
		}
		y := relu(b, biased(b, x, path+"/conv1", n, square(3, stride, 1)), path+"/relu1")
		y = biased(b, y, path+"/conv2", n, square(3, 1, 1))
		if i > 0 {
			x = b.convolve(x, path+"/shortcut", n, square(1, stride, 0), true)
		}
		x = relu(b, b.binary("Add", x, y, path), path+"/relu2")
	}
	tinyHead(b, x, 10)
}

// tinyKeywords builds MLPerf Tiny's keyword spotter: a 10x4 convolution over 49 frames of ten
// coefficients, then four separable ones.
func tinyKeywords(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(1), int64(49), int64(10)), 1}
	x = relu(b, biased(b, x, "/conv", 64, kernel{10, 4, 2, 5, 1, 1, 1}), "/relu")
	for i := range 4 {
		x = separated(b, x, fmt.Sprintf("/block_%d", i), 64, 1)
	}
	tinyHead(b, x, 12)
}

// tinyPerson builds MLPerf Tiny's person detector: MobileNetV1 of width 1/4 for 96x96 pixels and
// two classes.
func tinyPerson(b *builder, v values) {
	x := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(96), int64(96)), 3}
	x = relu(b, biased(b, x, "/conv", 8, square(3, 2, 1)), "/relu")
	for i, row := range [][2]int64{{16, 1}, {32, 2}, {32, 1}, {64, 2}, {64, 1}, {128, 2}, {128, 1}, {128, 1}, {128,
		1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}} {
		x = separated(b, x, fmt.Sprintf("/block_%d", i), row[0], row[1])
	}
	tinyHead(b, x, 2)
}

// separated adds a depthwise and a pointwise convolution, each with a rectifier.
func separated(b *builder, x tensor, path string, out, stride int64) tensor {
	x = relu(b, biased(b, x, path+"/depthwise", x.c, kernel{3, 3, stride, 1, 1, x.c, 1}), path+"/relu1")
	return relu(b, biased(b, x, path+"/pointwise", out, square(1, 1, 0)), path+"/relu2")
}

// tinyHead adds a pool over the whole picture, a layer and a softmax.
func tinyHead(b *builder, x tensor, classes int64) {
	x = b.unary("GlobalAveragePool", x, "/avgpool")
	x = b.gemm(b.unary("Flatten", x, "", attr{"axis", int64(1)}), "/classifier", classes)
	b.output(b.unary("Softmax", x, "/softmax", attr{"axis", int64(1)}).name, classes)
}
