package zoo

import "math"

// A gate scales the channels of a map by what it sees in all of it.
type gate func(b *builder, x tensor, path string) tensor

// A norm is a normalisation of a map.
type norm func(b *builder, x tensor, path string) tensor

// gatedBy returns squeeze and excitation to a part of the channels, rounded to a multiple of 8.
func gatedBy(part float64) gate {
	return func(b *builder, x tensor, path string) tensor {
		return b.squeeze(x, path, nearest8(float64(x.c)*part), "Relu", "Sigmoid")
	}
}

// nearest8 returns the multiple of 8 nearest to n, at least 8.
func nearest8(n float64) int64 { return max(8, int64(n+4)/8*8) }

// efficientGate lets each channel see the means of its neighbours: Wang et al. 2019 (arXiv 1910.03151).
func efficientGate(b *builder, x tensor, path string) tensor {
	k := int64(math.Abs(math.Log2(float64(x.c))+1) / 2)
	k += 1 - k%2
	k = max(3, k)
	y := b.reshape(b.unary("GlobalAveragePool", x, path), path, 1, 0, 1, x.c)
	in := []string{y.name, b.weight(weightName(path+"/conv"), 1, 1, k)}
	y.name = b.node("Conv", path+"/conv", in, attr{"kernel_shape", []int64{k}}, attr{"pads", []int64{k / 2, k / 2}})
	y = b.reshape(b.unary("Sigmoid", y, path), path, x.c, 0, x.c, 1, 1)
	return b.binary("Mul", x, y, path)
}

// average averages squares of a side, those cut off at the border as well.
func (b *builder) average(x tensor, path string, side int64) tensor {
	return b.unary("AveragePool", x, path, attr{"ceil_mode", int64(1)}, attr{"kernel_shape", []int64{side, side}},
		attr{"strides", []int64{side, side}})
}

// groupNormalise adds a normalisation over groups of the channels of a map, written as exporters write it.
func (b *builder) groupNormalise(x tensor, path string, groups int64, eps float32) tensor {
	y := b.reshape(x, path, x.c, 0, groups, -1)
	y.name = b.node("InstanceNormalization", path, []string{y.name, b.table(path, groups), b.table(path, groups)},
		attr{"epsilon", eps})
	y.name = b.node("Reshape", path, []string{y.name, b.node("Shape", path, []string{x.name})})
	w := weightName(path)
	y.name = b.node("Mul", path, []string{y.name, b.weight(w, x.c, 1, 1)})
	y.name = b.node("Add", path, []string{y.name, b.weight(w[:len(w)-len("weight")]+"bias", x.c, 1, 1)})
	return y
}
