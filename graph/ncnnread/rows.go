package ncnnread

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// An op is one layer, being written.
type op struct {
	*reader
	*layer
	in, out []graph.ID // tensors in order
}

// rows say how layers are written; those without one stay visibly unknown.
var rows = map[string]func(*op) error{
	"Convolution": convolution(false), "ConvolutionDepthWise": convolution(false),
	"Deconvolution": convolution(true), "DeconvolutionDepthWise": convolution(true),
	"InnerProduct": innerProduct, "Pooling": pooling, "BatchNorm": channels("BatchNormalization", 4, 0), "Scale": scale,
	"ReLU": relu, "PReLU": channelSlopes, "Sigmoid": same("Sigmoid"), "TanH": same("Tanh"), "Swish": swish,
	"Mish":      same("Mish"),
	"HardSwish": same("HardSwish"), "HardSigmoid": same("HardSigmoid"), "GELU": same("Gelu"), "ELU": same("Elu"),
	"SELU": same("Selu"), "Softplus": same("Softplus"), "Exp": same("Exp"), "Log": same("Log"), "AbsVal": same("Abs"),
	"Clip": clip, "Eltwise": eltwise, "BinaryOp": binaryOp, "UnaryOp": unaryOp, "Concat": concat, "Slice": slice,
	"Split": split, "Reshape": reshape, "Flatten": flatten, "Permute": permute, "Softmax": softmax, "Interp": interp,
	"Padding": padding, "Dropout": same("Identity"), "Noop": same("Identity"), "ShuffleChannel": shuffle,
	"InstanceNorm": channels("InstanceNormalization", 2, 0), "LRN": lrn, "PixelShuffle": pixelShuffle,
	"MatMul":    same("MatMul"),
	"LayerNorm": layerNorm, "Crop": crop, "RMSNorm": rmsNorm, "GroupNorm": groupNorm, "Gemm": gemm,
	"RotaryEmbed": rotary, "SDPA": attention,
	"MultiHeadAttention": projected, "ExpandDims": axes("Unsqueeze", 1), "Squeeze": axes("Squeeze", -1), "Tile": tile,
	"Reduction": reduction, "Erf": same("Erf"), "CELU": same("Celu"),
}

// node writes a node of ONNX that makes output 0.
func (o *op) node(typ string, ins []graph.ID, attrs ...graph.Attr) {
	o.b.Node(o.b.Model.Main, graph.OpID{Type: typ}, o.layer.name, ins, o.out[:1], attrs...)
}

// through writes a node into a value of its own and returns it.
func (o *op) through(typ string, ins []graph.ID, attrs ...graph.Attr) graph.ID {
	return o.value(typ, typ, ins, attrs...)
}

// value writes a node into a value with a name of its own and returns it.
func (o *op) value(name, typ string, ins []graph.ID, attrs ...graph.Attr) graph.ID {
	id := o.b.Value(o.layer.name+"/"+name, dtype.Float32, nil)
	o.b.Node(o.b.Model.Main, graph.OpID{Type: typ}, o.layer.name, ins, []graph.ID{id}, attrs...)
	return id
}

// unknown writes the layer as one that is visibly unknown.
func (o *op) unknown() {
	o.b.Node(o.b.Model.Main, graph.OpID{Domain: "ncnn", Type: o.layer.typ}, o.layer.name, o.in, o.out)
}

// weight returns a weight of that shape, whose numbers are in another file.
func (o *op) weight(suffix string, dims ...int64) graph.ID {
	return o.b.Const(o.layer.name+suffix, &graph.Const{Type: dtype.Float32, Shape: dims, External: true})
}

// same returns the writer of a layer that is an operator of ONNX.
func same(typ string) func(*op) error {
	return func(o *op) error { o.node(typ, o.in); return nil }
}

// activated writes a node whose result an activation follows, as settings 9 and 10 say.
func (o *op) activated(typ string, ins []graph.ID, attrs ...graph.Attr) error {
	code := o.int(9, 0)
	if code == 0 {
		o.node(typ, ins, attrs...)
		return nil
	}
	x := o.through(typ, ins, attrs...)
	switch code {
	case 1:
		o.node("Relu", []graph.ID{x})
	case 2:
		o.node("LeakyRelu", []graph.ID{x})
	case 3:
		o.node("Clip", []graph.ID{x, o.b.Scalar(dtype.Float32, 0), o.b.Scalar(dtype.Float32, 6)})
	case 4:
		o.node("Sigmoid", []graph.ID{x})
	case 5:
		o.node("Mish", []graph.ID{x})
	case 6:
		o.node("HardSwish", []graph.ID{x})
	default:
		return fmt.Errorf("%.60q: found the activation %d, known are 0 to 6", o.layer.name, code)
	}
	return nil
}

// The settings of padding that stand for the two ways of keeping the size.
const (
	sameUpper = -233 // ncnn's padding that keeps the size, more at the end
	sameLower = -234 // ncnn's padding that keeps the size, more at the beginning
)

// pads returns padding from the settings of left, top, right and bottom.
func (o *op) pads(left, top, right, bottom int) graph.Attr {
	l := o.int(left, 0)
	switch l {
	case sameUpper:
		return compose.Str("auto_pad", "SAME_UPPER")
	case sameLower:
		return compose.Str("auto_pad", "SAME_LOWER")
	}
	t := o.int(top, l)
	return compose.Ints("pads", t, l, o.int(bottom, t), o.int(right, l))
}

// convolution returns the writer of a convolution: how many channels come in follows from the number of weights.
func convolution(transposed bool) func(*op) error {
	return func(o *op) error {
		out, kw, group, size := o.int(0, 0), o.int(1, 0), o.int(7, 1), o.int(6, 0)
		kh := o.int(11, kw)
		if out < 1 || kw < 1 || kh < 1 || group < 1 || out > 1<<24 || kw > 1<<12 || kh > 1<<12 || size%(out*kw*kh) != 0 ||
			size < out*kw*kh || out%group != 0 {
			return fmt.Errorf("%.60q: found %d weights for %d channels of %d x %d in %d groups", o.layer.name, size, out,
				kw, kh, group)
		}
		per := size / (out * kw * kh)
		dilation, stride := o.int(2, 1), o.int(3, 1)
		attrs := []graph.Attr{compose.Int("group", group), compose.Ints("strides", o.int(13, stride), stride),
			compose.Ints("dilations", o.int(12, dilation), dilation), o.pads(4, 14, 15, 16)}
		typ, w := "Conv", o.weight(".weight", out, per, kh, kw)
		if transposed {
			typ, w = "ConvTranspose", o.weight(".weight", per*group, out/group, kh, kw)
			right := o.int(18, 0)
			attrs = append(attrs, compose.Ints("output_padding", o.int(19, right), right))
		}
		ins := []graph.ID{o.in[0], w}
		if o.int(5, 0) != 0 {
			ins = append(ins, o.weight(".bias", out))
		}
		return o.activated(typ, ins, attrs...)
	}
}

// innerProduct makes a Gemm over flattened input, of as many weights as the layer says.
func innerProduct(o *op) error {
	out, size := o.int(0, 0), o.int(2, 0)
	if out < 1 || size < out || size%out != 0 {
		return fmt.Errorf("%.60q: found %d weights for %d results", o.layer.name, size, out)
	}
	o.ranks[o.out[0]] = 1
	rows := o.through("Reshape", []graph.ID{o.in[0], o.b.Ints(-1, size/out)})
	ins := []graph.ID{rows, o.weight(".weight", out, size/out)}
	if o.int(1, 0) != 0 {
		ins = append(ins, o.weight(".bias", out))
	}
	return o.activated("Gemm", ins, compose.Int("transB", 1))
}

// pooling makes a pool of a window or of the whole map.
func pooling(o *op) error {
	typ := "MaxPool"
	if o.int(0, 0) == 1 {
		typ = "AveragePool"
	}
	if o.int(4, 0) != 0 { // the result keeps its dimensions of one here
		o.node("Global"+typ, o.in[:1])
		return nil
	}
	if o.int(7, 0) != 0 {
		o.unknown()
		return nil
	}
	k, s := o.int(1, 1), o.int(2, 1)
	attrs := []graph.Attr{compose.Ints("kernel_shape", o.int(11, k), k), compose.Ints("strides", o.int(12, s), s)}
	switch o.int(5, 0) {
	case 2:
		attrs = append(attrs, compose.Str("auto_pad", "SAME_UPPER"))
	case 3:
		attrs = append(attrs, compose.Str("auto_pad", "SAME_LOWER"))
	default:
		attrs = append(attrs, o.pads(3, 13, 14, 15), compose.Int("ceil_mode", map[bool]int64{true: 1}[o.int(5, 0) == 0]))
	}
	o.node(typ, o.in[:1], attrs...)
	return nil
}

// channels returns the writer of a normalisation with n parameters a channel, whose number is a setting.
func channels(typ string, n, key int) func(*op) error {
	return func(o *op) error {
		c := o.int(key, 0)
		if c < 1 {
			return fmt.Errorf("%.60q: found %d channels", o.layer.name, c)
		}
		ins := o.in[:1:1]
		for i := range n {
			ins = append(ins, o.weight(fmt.Sprint(".", i), c))
		}
		o.node(typ, ins)
		return nil
	}
}

// scale writes a product with a factor for each channel, and a sum where there is a shift.
func scale(o *op) error {
	c := o.int(0, 0)
	if len(o.in) > 1 {
		o.node("Mul", o.spread(o.in[:2]))
		return nil
	}
	if c < 1 {
		return fmt.Errorf("%.60q: found %d factors, expected one for each channel", o.layer.name, c)
	}
	if o.int(1, 0) == 0 {
		o.node("Mul", []graph.ID{o.in[0], o.weight(".scale", c, 1, 1)})
		return nil
	}
	x := o.through("Mul", []graph.ID{o.in[0], o.weight(".scale", c, 1, 1)})
	o.node("Add", []graph.ID{x, o.weight(".shift", c, 1, 1)})
	return nil
}

// relu makes a ReLU, leaky where the layer has a slope.
func relu(o *op) error {
	if o.float(0, 0) != 0 {
		o.node("LeakyRelu", o.in[:1])
		return nil
	}
	o.node("Relu", o.in[:1])
	return nil
}

// channelSlopes makes a PRelu with a slope for each channel.
func channelSlopes(o *op) error {
	o.node("PRelu", []graph.ID{o.in[0], o.weight(".slope", max(o.int(0, 1), 1), 1, 1)})
	return nil
}

// swish makes x sigmoid(x) of two nodes.
func swish(o *op) error {
	o.node("Mul", []graph.ID{o.in[0], o.through("Sigmoid", o.in[:1])})
	return nil
}

// clip makes a Clip to the layer's limits.
func clip(o *op) error {
	o.node("Clip", []graph.ID{o.in[0], o.b.Scalar(dtype.Float32, o.float(0, 0)), o.b.Scalar(dtype.Float32, o.float(1,
		0))})
	return nil
}

// eltwise makes products, sums or maxima of two and more operands.
func eltwise(o *op) error {
	typ, ok := map[int64]string{0: "Mul", 1: "Add", 2: "Max"}[o.int(0, 0)]
	if !ok {
		return fmt.Errorf("%.60q: found the operation %d, known are 0 to 2", o.layer.name, o.int(0, 0))
	}
	x := o.in[0]
	for i := 1; i < len(o.in)-1; i++ {
		x = o.through(typ, []graph.ID{x, o.in[i]})
	}
	o.node(typ, []graph.ID{x, o.in[len(o.in)-1]})
	return nil
}

// binaries and unaries are operations by their numbers.
var (
	// ONNX's operators by ncnn's number
	binaries = []string{"Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Sub", "Div"}
	// ONNX's operators by ncnn's number
	unaries = []string{"Abs", "Neg", "Floor", "Ceil", "Mul", "Sqrt", "Reciprocal", "Exp", "Log", "Sin", "Cos", "Tan",
		"Asin",
		"Acos", "Atan", "Reciprocal", "Tanh"}
)

// binaryOp makes an elementwise node of two operands, or of one and a number.
func binaryOp(o *op) error {
	code := o.int(0, 0)
	if code < 0 || code >= int64(len(binaries)) {
		o.unknown()
		return nil
	}
	ins := o.in
	if o.int(1, 0) != 0 || len(ins) == 1 {
		ins = []graph.ID{o.in[0], o.b.Scalar(dtype.Float32, o.float(2, 0))}
	}
	o.node(binaries[code], o.spread(ins[:2]))
	return nil
}

// spread gives a blob of one dimension the dimensions of an image beside one: ncnn lays it over the channels.
func (o *op) spread(ins []graph.ID) []graph.ID {
	a, b := ins[0], ins[1]
	if (o.ranks[a] == 1) == (o.ranks[b] == 1) || len(o.in) < 2 {
		return ins
	}
	o.ranks[o.out[0]] = 0 // that of the image, which may not be known
	if o.ranks[a] != 0 && o.ranks[b] != 0 {
		o.ranks[o.out[0]] = max(o.ranks[a], o.ranks[b])
	}
	image := func(id graph.ID) graph.ID {
		if o.ranks[id] != 1 {
			return id
		}
		batch := int64(0)
		if o.b.Model.Tensors[id].Init != nil {
			batch = 1
		}
		return o.through("Reshape", []graph.ID{id, o.b.Ints(batch, -1, 1, 1)})
	}
	return []graph.ID{image(a), image(b)}
}

// unaryOp makes an elementwise node of one operand.
func unaryOp(o *op) error {
	code := o.int(0, 0)
	if code < 0 || code >= int64(len(unaries)) {
		o.unknown()
		return nil
	}
	ins := o.in[:1:1]
	if unaries[code] == "Mul" { // the square
		ins = append(ins, o.in[0])
	}
	o.node(unaries[code], ins)
	return nil
}

// axis returns an axis behind the batch.
func axis(n int64) int64 {
	if n < 0 {
		return n
	}
	return n + 1
}

// concat joins maps along the layer's axis.
func concat(o *op) error {
	ins := slices.Clone(o.in)
	like := slices.IndexFunc(ins, func(id graph.ID) bool { return o.b.Model.Tensors[id].Init == nil })
	for i, id := range ins {
		if like >= 0 && o.b.Model.Tensors[id].Init != nil {
			ins[i] = o.batched(id, ins[like], i)
		}
	}
	o.node("Concat", ins, compose.Int("axis", axis(o.int(0, 0))))
	return nil
}

// batched repeats a constant for the batch of another blob.
func (o *op) batched(id, like graph.ID, i int) graph.ID {
	shape := o.value(fmt.Sprint("Shape", i), "Shape", []graph.ID{like}, compose.Int("end", 1))
	ones := o.b.Ints(slices.Repeat([]int64{1}, len(o.b.Model.Tensors[id].Init.Shape)-1)...)
	to := o.value(fmt.Sprint("Target", i), "Concat", []graph.ID{shape, ones}, compose.Int("axis", 0))
	return o.value(fmt.Sprint("Repeated", i), "Expand", []graph.ID{id, to})
}

// rest stands for what other slices leave.
const rest = -233

// split gives one blob several names.
func split(o *op) error {
	for i := range o.out {
		o.b.Node(o.b.Model.Main, graph.OpID{Type: "Identity"}, o.layer.name, o.in[:1:1], o.out[i:i+1])
		o.known[o.out[i]] = o.known[o.in[0]]
		if id, ok := o.free[o.in[0]]; ok {
			o.free[o.out[i]] = id
		}
	}
	return nil
}

// flatten makes a vector of a map.
func flatten(o *op) error {
	o.ranks[o.out[0]] = 1
	o.node("Flatten", o.in[:1], compose.Int("axis", 1))
	return nil
}

// orders lists the orders of channels, height and width of three dimensions by their numbers.
var orders = [][]int64{{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1}}

// permute makes a Transpose by ncnn's number of an order.
func permute(o *op) error {
	n := o.int(0, 0)
	if n < 0 || n >= int64(len(orders)) {
		return fmt.Errorf("%.60q: found the order %d, known are 0 to 5", o.layer.name, n)
	}
	perm := orders[n]
	if o.ranks[o.in[0]] == 2 {
		perm = [][]int64{{0, 1, 2}, {0, 2, 1}}[min(n, 1)]
	}
	if s := o.known[o.in[0]]; len(s) == len(perm)-1 {
		for _, from := range perm[1:] {
			o.known[o.out[0]] = append(o.known[o.out[0]], s[from-1])
		}
	}
	o.node("Transpose", o.in[:1], compose.Ints("perm", perm...))
	return nil
}

// softmax makes a Softmax along the layer's axis.
func softmax(o *op) error {
	o.node("Softmax", o.in[:1], compose.Int("axis", axis(o.int(0, 0))))
	return nil
}

// interp makes a Resize to a size or by factors.
func interp(o *op) error {
	mode := "linear"
	if o.int(0, 0) == 1 {
		mode = "nearest"
	}
	attrs := []graph.Attr{compose.Str("mode", mode), compose.Ints("axes", 2, 3)}
	if h, w := o.int(3, 0), o.int(4, 0); h > 0 && w > 0 {
		o.node("Resize", []graph.ID{o.in[0], graph.None, graph.None, o.b.Ints(h, w)}, attrs...)
		return nil
	}
	scales := o.b.Const(o.layer.name+".scales", &graph.Const{Type: dtype.Float32, Shape: graph.Shape{2},
		Value: &graph.Value{Floats: []float64{o.float(1, 1), o.float(2, 1)}}})
	o.node("Resize", []graph.ID{o.in[0], graph.None, scales}, attrs...)
	return nil
}

// padding makes a Pad of the layer's borders.
func padding(o *op) error {
	o.node("Pad", []graph.ID{o.in[0], o.b.Ints(0, o.int(7, 0), o.int(0, 0), o.int(2, 0), 0, o.int(8, 0), o.int(1, 0),
		o.int(3, 0))})
	return nil
}

// shuffle writes an exchange of groups of channels: two views around a transposition.
func shuffle(o *op) error {
	g := o.int(0, 1)
	if g < 1 {
		return fmt.Errorf("%.60q: found %d groups", o.layer.name, g)
	}
	shape := o.through("Shape", o.in[:1])
	flat := o.through("Reshape", []graph.ID{o.in[0], o.b.Ints(0, g, -1)})
	turned := o.through("Transpose", []graph.ID{flat}, compose.Ints("perm", 0, 2, 1))
	o.node("Reshape", []graph.ID{turned, shape})
	return nil
}

// lrn makes a local response normalisation.
func lrn(o *op) error {
	o.node("LRN", o.in[:1], compose.Int("size", o.int(1, 5)))
	return nil
}

// pixelShuffle makes a DepthToSpace.
func pixelShuffle(o *op) error {
	o.node("DepthToSpace", o.in[:1], compose.Int("blocksize", o.int(0, 1)))
	return nil
}

// layerNorm makes a normalisation of the last numbers, with scale and shift.
func layerNorm(o *op) error {
	c := o.int(0, 0)
	if c < 1 {
		return fmt.Errorf("%.60q: found %d numbers to normalise", o.layer.name, c)
	}
	o.node("LayerNormalization", []graph.ID{o.in[0], o.weight(".scale", c), o.weight(".shift", c)},
		compose.Int("axis", -1))
	return nil
}

// end returns where a range ends by the settings of its start, its size and what is left behind it.
func (o *op) end(start, size, left int) int64 {
	switch n := o.int(size, rest); {
	case n > 0:
		return o.int(start, 0) + n
	case o.int(left, 0) > 0:
		return -o.int(left, 0)
	}
	return rest
}

// crop writes a range of the axes that lists of starts, ends and axes name; other ways to crop stay unknown.
func crop(o *op) error {
	starts, ends, axes := o.lists[9], o.lists[10], o.lists[11]
	if len(o.in) == 2 && len(starts) == 0 { // to the size of another image
		from := []int64{o.int(1, 0), o.int(0, 0)}
		shape := o.through("Shape", []graph.ID{o.in[1]}, compose.Int("start", -2))
		to := o.through("Add", []graph.ID{shape, o.b.Ints(from...)})
		o.node("Slice", []graph.ID{o.in[0], o.b.Ints(from...), to, o.b.Ints(2, 3)})
		return nil
	}
	for i := range starts {
		if len(o.lists[11]) == 0 { // all axes in order
			axes = append(axes, int64(i))
		}
	}
	if len(o.in) == 1 && len(starts) == 0 && o.ranks[o.in[0]] == 3 {
		starts, axes = []int64{o.int(2, 0), o.int(1, 0), o.int(0, 0)}, []int64{0, 1, 2}
		ends = []int64{o.end(2, 5, 8), o.end(1, 4, 7), o.end(0, 3, 6)}
	}
	if len(starts) == 0 || len(ends) != len(starts) || len(axes) != len(starts) || len(o.in) != 1 {
		o.unknown()
		return nil
	}
	to, on := make([]int64, len(ends)), make([]int64, len(ends))
	for i := range ends {
		to[i], on[i] = ends[i], axis(axes[i])
		if ends[i] == rest {
			to[i] = 1 << 40
		}
	}
	o.node("Slice", []graph.ID{o.in[0], o.b.Ints(starts...), o.b.Ints(to...), o.b.Ints(on...)})
	return nil
}
