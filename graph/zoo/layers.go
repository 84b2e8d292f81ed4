package zoo

import "strings"

// The layers that architectures are written in. Each names its nodes under the path given.

// A kernel is the window of a convolution or pool: height, width, stride, padding above and below, and to the sides,
// groups, and dilation.
type kernel struct{ h, w, stride, padH, padW, groups, dilation int64 }

// square returns a k x k window of that stride and padding, in elements, of one group and without
// dilation.
func square(k, stride, pad int64) kernel { return kernel{k, k, stride, pad, pad, 1, 1} }

// dilated returns a 3x3 window whose pixels are so far apart, which keeps the size of a map.
func dilated(by int64) kernel { return kernel{3, 3, 1, by, by, 1, by} }

// convolve adds a convolution; weights are named as torch names them.
func (b *builder) convolve(x tensor, path string, out int64, k kernel, bias bool) tensor {
	inputs := []string{x.name, b.weight(weightName(path), out, x.c/k.groups, k.h, k.w)}
	if bias {
		inputs = append(inputs, b.weight(strings.TrimSuffix(weightName(path), "weight")+"bias", out))
	}
	y := b.node("Conv", path, inputs,
		attr{"dilations", []int64{k.dilation, k.dilation}}, attr{"group", k.groups}, attr{"kernel_shape", []int64{k.h, k.w}},
		attr{"pads", []int64{k.padH, k.padW, k.padH, k.padW}}, attr{"strides", []int64{k.stride, k.stride}})
	return tensor{y, out}
}

// normConv adds a convolution with the batch normalisation behind it folded in, as exporters and runtimes do:
// scale and shift of each channel become part of the weights and a bias.
func (b *builder) normConv(x tensor, path string, out int64, k kernel) tensor {
	if b.norm != nil {
		return b.norm(b, b.convolve(x, path, out, k, false), path+"/norm")
	}
	if b.frozen {
		b.absent -= out // nor is the bias that it becomes
	} else {
		b.absent += out
	}
	return b.convolve(x, path, out, k, true)
}

// conv adds a square convolution with padding k/2.
func (b *builder) conv(x tensor, path string, out, k, stride, groups int64, bias bool) tensor {
	return b.convolve(x, path, out, kernel{k, k, stride, k / 2, k / 2, groups, 1}, bias)
}

// convBN adds a square convolution with padding k/2 and batch normalisation.
func (b *builder) convBN(x tensor, path string, out, k, stride, groups int64) tensor {
	return b.normConv(x, path, out, kernel{k, k, stride, k / 2, k / 2, groups, 1})
}

// batchNorm adds a batch normalisation that no convolution can take in. Its running mean and variance are
// no parameters of the published model, though exporters write them beside its scale and shift.
func (b *builder) batchNorm(x tensor, path string) tensor {
	name := strings.TrimSuffix(weightName(path), "weight")
	in := []string{x.name}
	for _, w := range []string{"weight", "bias", "running_mean", "running_var"} {
		in = append(in, b.weight(name+w, x.c))
	}
	b.stats += 2 * x.c
	return tensor{b.node("BatchNormalization", path, in, attr{"epsilon", float32(1e-5)}), x.c}
}

// weightName turns "/layer1/layer1.0/conv1" into "layer1.0.conv1.weight".
func weightName(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	name := ""
	for _, p := range parts {
		if strings.HasPrefix(p, name+".") || name == "" {
			name = p
			continue
		}
		name += "." + p
	}
	return name + ".weight"
}

// unary adds a node of one operand that keeps the channels of x, and returns its output.
func (b *builder) unary(op string, x tensor, path string, attrs ...attr) tensor {
	return tensor{b.node(op, path, []string{x.name}, attrs...), x.c}
}

// binary adds a node of two operands and returns its output, with the channels of x. Shapes
// broadcast as ONNX has it.
func (b *builder) binary(op string, x, y tensor, path string) tensor {
	return tensor{b.node(op, path, []string{x.name, y.name}), x.c}
}

// silu adds x sigmoid(x), which exporters write as two nodes.
func (b *builder) silu(x tensor, path string) tensor {
	return b.binary("Mul", x, b.unary("Sigmoid", x, path), path)
}

// concat joins along the channels.
func (b *builder) concat(path string, xs ...tensor) tensor {
	names, c := make([]string, len(xs)), int64(0)
	for i, x := range xs {
		names[i], c = x.name, c+x.c
	}
	return tensor{b.node("Concat", path, names, attr{"axis", int64(1)}), c}
}

// halves splits the channels in two.
func (b *builder) halves(x tensor, path string) (tensor, tensor) {
	out := b.nodeN("Split", path, 2, []string{x.name, b.ints(path, x.c/2, x.c/2)}, attr{"axis", int64(1)})
	return tensor{out[0], x.c / 2}, tensor{out[1], x.c / 2}
}

// pool adds a MaxPool or AveragePool; ceil keeps what a window sees only a part of.
func (b *builder) pool(op string, x tensor, path string, k kernel, ceil bool) tensor {
	mode := int64(0)
	if ceil {
		mode = 1
	}
	attrs := []attr{{"ceil_mode", mode}, {"kernel_shape", []int64{k.h, k.w}}, {"pads", []int64{k.padH, k.padW, k.padH, k.padW}}, {"strides", []int64{k.stride, k.stride}}}
	if op == "AveragePool" {
		attrs = append(attrs, attr{"count_include_pad", int64(1)})
	}
	return b.unary(op, x, path, attrs...)
}

// maxPool adds a square MaxPool with padding k/2.
func (b *builder) maxPool(x tensor, path string, k, stride int64) tensor {
	return b.pool("MaxPool", x, path, square(k, stride, k/2), false)
}

// classifier adds the end of an image network: mean over positions, one linear layer.
func (b *builder) classifier(x tensor, path string, classes int64) {
	x = b.unary("GlobalAveragePool", x, "/avgpool")
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, path, classes).name, classes)
}

// gemm adds x W + b for a matrix x, as exporters write it.
func (b *builder) gemm(x tensor, path string, out int64) tensor {
	w := weightName(path)
	in := []string{x.name, b.weight(w, out, x.c), b.weight(strings.TrimSuffix(w, "weight")+"bias", out)}
	return tensor{b.node("Gemm", path, in, attr{"transB", int64(1)}), out}
}

// halve keeps the largest of each 2x2 square.
func (b *builder) halve(x tensor, path string) tensor {
	return b.pool("MaxPool", x, path, square(2, 2, 0), false)
}

// nearest doubles rows and columns.
func (b *builder) nearest(x tensor, path string) tensor { return b.magnify(x, path, 2) }

// magnify repeats rows and columns.
func (b *builder) magnify(x tensor, path string, by float32) tensor {
	scales := b.node("Constant", path, nil, attr{"value_floats", []float32{1, 1, by, by}})
	return tensor{b.node("Resize", path, []string{x.name, "", scales},
		attr{"coordinate_transformation_mode", "asymmetric"}, attr{"mode", "nearest"}, attr{"nearest_mode", "floor"}), x.c}
}

// enlarge scales a map to so many rows and columns, between pixels linearly.
func (b *builder) enlarge(x tensor, path string, area extent) tensor {
	batch := b.node("Shape", path, []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	sizes := b.node("Concat", path, []string{batch, b.ints(path, x.c, area.h, area.w)}, attr{"axis", int64(0)})
	return tensor{b.node("Resize", path, []string{x.name, "", "", sizes}, attr{"coordinate_transformation_mode", "half_pixel"}, attr{"mode", "linear"}), x.c}
}

// reshape gives x a shape in which 0 keeps a dim and -1 takes what is left.
func (b *builder) reshape(x tensor, path string, c int64, shape ...int64) tensor {
	return tensor{b.node("Reshape", path, []string{x.name, b.ints(path, shape...)}), c}
}

// transpose permutes the dimensions of x: output dimension i is dimension perm[i] of x.
func (b *builder) transpose(x tensor, path string, perm ...int64) tensor {
	return b.unary("Transpose", x, path, attr{"perm", perm})
}

// scale multiplies by a constant.
func (b *builder) scale(x tensor, path string, by float32) tensor {
	return tensor{b.node("Mul", path, []string{x.name, b.scalar(path, by)}), x.c}
}

// linear adds x W + b over the last dim.
func (b *builder) linear(x tensor, path string, out int64) tensor {
	w := weightName(path)
	y := b.node("MatMul", path, []string{x.name, b.weight(w, x.c, out)})
	return tensor{b.node("Add", path, []string{b.weight(strings.TrimSuffix(w, "weight")+"bias", out), y}), out}
}

// layerNorm adds a normalisation over the last dimension of x, with a learnt scale and bias of x.c
// elements each.
func (b *builder) layerNorm(x tensor, path string, eps float32) tensor {
	w := weightName(path)
	in := []string{x.name, b.weight(w, x.c), b.weight(strings.TrimSuffix(w, "weight")+"bias", x.c)}
	return tensor{b.node("LayerNormalization", path, in, attr{"axis", int64(-1)}, attr{"epsilon", eps}), x.c}
}

// gelu adds x/2 (1 + erf(x/sqrt 2)), which exporters write as five nodes.
func (b *builder) gelu(x tensor, path string) tensor {
	inner := b.node("Div", path, []string{x.name, b.scalar(path, 1.4142135)})
	erf := b.node("Erf", path, []string{inner})
	sum := b.node("Add", path, []string{erf, b.scalar(path, 1)})
	prod := b.node("Mul", path, []string{x.name, sum})
	return b.scale(tensor{prod, x.c}, path, 0.5)
}
