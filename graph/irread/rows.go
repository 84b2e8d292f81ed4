package irread

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/compose"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A row says how a layer is written, and how many inputs it has at least.
type row struct {
	ins   int             // inputs at least
	write func(*op) error // adds the nodes
}

// same returns the row of a layer that is an operator of ONNX with the same inputs.
func same(typ string, ins int, attrs ...graph.Attr) row {
	return row{ins, func(o *op) error { o.node(typ, o.ids(o.in), attrs...); return nil }}
}

// first returns the row of a layer that is an operator of ONNX on its first inputs; what follows are settings.
func first(typ string, n int, attrs ...graph.Attr) row {
	return row{n, func(o *op) error { o.node(typ, o.ids(o.in[:n]), attrs...); return nil }}
}

// along returns the row of a layer with an axis.
func along(typ string, ins int, def int64) row {
	return row{ins, func(o *op) error { o.node(typ, o.ids(o.in), compose.Int("axis", o.int("axis", def))); return nil }}
}

// rows lists the layers that are known.
var rows = map[string]row{
	"Convolution":                  {2, convolution(false)},
	"GroupConvolution":             {2, convolution(true)},
	"ConvolutionBackpropData":      {2, backprop(false)},
	"GroupConvolutionBackpropData": {2, backprop(true)},
	"MatMul":                       {2, matMul},
	"FullyConnected":               {2, matMul},
	"Add":                          same("Add", 2), "Multiply": same("Mul", 2), "Subtract": same("Sub", 2),
	"Divide": same("Div", 2),
	"Power":  same("Pow", 2), "Maximum": same("Max", 2), "Minimum": same("Min", 2), "Mod": same("Mod", 2),
	"FloorMod": same("Mod", 2), "SquaredDifference": {2, squaredDifference}, "PReLU": same("PRelu", 2),
	"Equal": same("Equal", 2), "Less": same("Less", 2), "LessEqual": same("LessOrEqual", 2),
	"Greater":      same("Greater", 2),
	"GreaterEqual": same("GreaterOrEqual", 2), "LogicalAnd": same("And", 2), "LogicalOr": same("Or", 2),
	"NotEqual": {2, notEqual}, "CumSum": {1, runningSum},
	"LogicalXor": same("Xor", 2), "LogicalNot": same("Not", 1), "Select": same("Where", 3),
	"ReLU": same("Relu", 1), "Clamp": {1, clamp}, "Sigmoid": same("Sigmoid", 1), "Tanh": same("Tanh", 1),
	"HSwish": same("HardSwish", 1), "HSigmoid": same("HardSigmoid", 1), "HardSigmoid": first("HardSigmoid", 1),
	"Swish": {1, swish}, "Mish": same("Mish", 1), "SoftPlus": same("Softplus", 1), "SoftSign": same("Softsign", 1),
	"Gelu": same("Gelu", 1), "Elu": same("Elu", 1), "Selu": first("Selu", 1), "Exp": same("Exp", 1),
	"Log":  same("Log", 1),
	"Sqrt": same("Sqrt", 1), "Sin": same("Sin", 1), "Cos": same("Cos", 1), "Tan": same("Tan", 1), "Abs": same("Abs", 1),
	"Floor": same("Floor", 1), "Ceiling": same("Ceil", 1), "Negative": same("Neg", 1), "Erf": same("Erf", 1),
	"Round": same("Round", 1), "Sign": same("Sign", 1), "Convert": {1, convert}, "ConvertLike": {1, convert},
	"SoftMax": along("Softmax", 1, 1), "Softmax": along("Softmax", 1, 1), "LogSoftmax": along("LogSoftmax", 1, 1),
	"MaxPool": {1, pool("MaxPool")}, "AvgPool": {1, pool("AveragePool")},
	"ReduceMean": {1, reduce("ReduceMean")}, "ReduceSum": {1, reduce("ReduceSum")}, "ReduceMax": {1,
		reduce("ReduceMax")},
	"ReduceMin": {1, reduce("ReduceMin")}, "ReduceProd": {1, reduce("ReduceProd")}, "ReduceL1": {1, reduce("ReduceL1")},
	"ReduceL2": {1, reduce("ReduceL2")},
	"Concat":   along("Concat", 1, 0), "Split": {1, split}, "VariadicSplit": {1, split},
	"StridedSlice": {1, slice}, "Slice": {1, slice}, "Crop": {1, slice},
	"Reshape": {1, reshape}, "Squeeze": {1, squeeze}, "Unsqueeze": {1, unsqueeze},
	"Transpose": {1, transpose}, "Gather": {2, gather}, "Pad": {1, pad},
	"Interpolate": {1, interpolate}, "Tile": {1, expand}, "Broadcast": {1, expand}, "ShapeOf": same("Shape", 1),
	"FakeQuantize": {1, fakeQuantize}, "MVN": {1, meanVariance},
	"NormalizeL2": first("LpNormalization", 1),
	"LRN":         first("LRN", 1, compose.Int("size", 5)), "BatchNormInference": same("BatchNormalization", 5),
	"DepthToSpace": {1, blocks("DepthToSpace")}, "SpaceToDepth": {1, blocks("SpaceToDepth")},
	"GatherND": same("GatherND", 2), "GatherElements": along("GatherElements", 2, 0),
	"ScatterNDUpdate": same("ScatterND", 3),
}

// weights returns the weights of a convolution and its number of groups. Those of a grouped one are [groups, order, …].
func (o *op) weights(grouped bool, order string) (w graph.ID, group int64, err error) {
	if !grouped {
		return o.use(o.in[1]), 1, nil
	}
	d := o.in[1].dims
	if len(d) < 4 || d[0] < 1 {
		return graph.None, 1, fmt.Errorf("found weights %v, expected [groups, %s, …]", d, order)
	}
	return o.view(o.in[1], append([]int64{d[0] * d[1]}, d[2:]...)), d[0], nil
}

// convolution returns the writer of a convolution; the weights of a grouped one are [groups, out, in, …].
func convolution(grouped bool) func(*op) error {
	return func(o *op) error {
		attrs, err := o.window([2]string{"strides", "strides"}, [2]string{"dilations", "dilations"})
		if err != nil {
			return err
		}
		w, group, err := o.weights(grouped, "out, in")
		if err != nil {
			return err
		}
		o.node("Conv", []graph.ID{o.use(o.in[0]), w}, append(attrs, compose.Int("group", group))...)
		return nil
	}
}

// backprop returns the writer of a transposed convolution; the weights of a grouped one are [groups, in, out, …].
func backprop(grouped bool) func(*op) error {
	return func(o *op) error {
		strides, err := o.list("strides")
		if err != nil {
			return err
		}
		to := o.out[0].dims
		if len(to) < 3 || !known(o.out[0]) {
			o.unknown()
			return nil
		}
		w, group, err := o.weights(grouped, "in, out")
		if err != nil {
			return err
		}
		attrs := []graph.Attr{compose.Int("group", group), compose.Ints("output_shape", to[2:]...)}
		if strides != nil {
			attrs = append(attrs, compose.Ints("strides", strides...))
		}
		o.node("ConvTranspose", []graph.ID{o.use(o.in[0]), w}, attrs...)
		return nil
	}
}

// matMul makes a MatMul, or ONNX Runtime's FusedMatMul where an operand is transposed.
func matMul(o *op) error {
	a, b := o.yes("transpose_a"), o.yes("transpose_b")
	if !a && !b {
		o.node("MatMul", o.ids(o.in[:2]))
		return nil
	}
	flag := map[bool]int64{true: 1}
	o.b.Node(o.g, graph.OpID{Domain: "com.microsoft", Type: "FusedMatMul"}, o.layer.name, o.ids(o.in[:2]),
		o.ids(o.out[:1]),
		compose.Int("transA", flag[a]), compose.Int("transB", flag[b]))
	return nil
}

// squaredDifference makes (a - b)^2 of two nodes.
func squaredDifference(o *op) error {
	mid := o.b.Value(o.layer.name+"/difference", o.out[0].typ, o.out[0].dims)
	o.b.Node(o.g, graph.OpID{Type: "Sub"}, o.layer.name, o.ids(o.in[:2]), []graph.ID{mid})
	o.node("Mul", []graph.ID{mid, mid})
	return nil
}

// clamp makes a Clip. The limits cost the same whatever they are.
func clamp(o *op) error {
	t := o.in[0].typ
	o.node("Clip", []graph.ID{o.use(o.in[0]), o.b.Scalar(t, 0), o.b.Scalar(t, 6)})
	return nil
}

// swish makes x sigmoid(x) of two nodes.
func swish(o *op) error {
	mid := o.b.Value(o.layer.name+"/sigmoid", o.out[0].typ, o.out[0].dims)
	o.b.Node(o.g, graph.OpID{Type: "Sigmoid"}, o.layer.name, o.ids(o.in[:1]), []graph.ID{mid})
	o.node("Mul", []graph.ID{o.use(o.in[0]), mid})
	return nil
}

// convert makes a Cast to the output's type.
func convert(o *op) error {
	o.node("Cast", o.ids(o.in[:1]), compose.Int("to", int64(o.out[0].typ)))
	return nil
}

// pool returns the writer of a pool. Its other outputs, the places of maxima, are left out where nothing reads them.
func pool(typ string) func(*op) error {
	return func(o *op) error {
		attrs, err := o.window([2]string{"strides", "strides"}, [2]string{"kernel", "kernel_shape"},
			[2]string{"dilations", "dilations"})
		if err != nil {
			return err
		}
		if o.data["rounding_type"] == "ceil" {
			attrs = append(attrs, compose.Int("ceil_mode", 1))
		}
		o.node(typ, o.ids(o.in[:1]), attrs...)
		return nil
	}
}

// reduce returns the writer of a reduction: its axes are those whose sizes differ, since their values are in another
// file.
func reduce(typ string) func(*op) error {
	return func(o *op) error {
		in, out := o.in[0].dims, o.out[0].dims
		axes, ok := reduced(in, out)
		if !ok || !known(o.in[0]) && len(in) != len(out) {
			o.unknown()
			return nil
		}
		kept := slices.Clone(in)
		for _, a := range axes {
			kept[a] = 1
		}
		keep, to := compose.Int("keepdims", 1), o.out[0].id
		if len(out) != len(in) {
			to = o.b.Value(o.layer.name+"/kept", o.out[0].typ, kept)
		}
		if typ == "ReduceMean" && len(in) == 4 && slices.Equal(axes, []int64{2, 3}) {
			o.b.Node(o.g, graph.OpID{Type: "GlobalAveragePool"}, o.layer.name, o.ids(o.in[:1]), []graph.ID{to})
		} else {
			o.b.Node(o.g, graph.OpID{Type: typ}, o.layer.name, []graph.ID{o.use(o.in[0]), o.b.Ints(axes...)},
				[]graph.ID{to}, keep)
		}
		if len(out) != len(in) {
			o.node("Reshape", []graph.ID{to, o.b.Ints(target(kept, out)...)})
		}
		return nil
	}
}

// reduced returns the axes of a reduction from what is left.
func reduced(in, out []int64) (axes []int64, ok bool) {
	next := 0
	for i, d := range in {
		switch {
		case next < len(out) && out[next] == d:
			next++
		case len(in) == len(out) && out[next] == 1:
			axes = append(axes, int64(i))
			next++
		case len(in) != len(out):
			axes = append(axes, int64(i))
		default:
			return nil, false
		}
	}
	return axes, next == len(out) && len(axes) > 0
}

// split makes a Split along the axis whose parts add up.
func split(o *op) error {
	in := o.in[0].dims
	axis := -1
	var sizes []int64
	for i := range in {
		var sum int64
		for _, v := range o.out {
			if len(v.dims) != len(in) {
				return fmt.Errorf("cuts %d dimensions into %d", len(in), len(v.dims))
			}
			sum += v.dims[i]
		}
		if sum == in[i] && (o.out[0].dims[i] != in[i] || len(o.out) == 1) {
			axis = i
		}
	}
	if axis < 0 || !known(o.in[0]) {
		o.unknown()
		return nil
	}
	for _, v := range o.out {
		sizes = append(sizes, v.dims[axis])
	}
	o.b.Node(o.g, graph.OpID{Type: "Split"}, o.layer.name, []graph.ID{o.use(o.in[0]), o.b.Ints(sizes...)}, o.ids(o.out),
		compose.Int("axis", int64(axis)))
	return nil
}

// slice writes a range: what it takes follows from the sizes.
func slice(o *op) error {
	in, out := o.in[0].dims, o.out[0].dims
	if len(in) != len(out) || !known(o.in[0]) || !known(o.out[0]) {
		o.unknown()
		return nil
	}
	var starts, ends, axes []int64
	for i := range in {
		if in[i] != out[i] {
			starts, ends, axes = append(starts, 0), append(ends, out[i]), append(axes, int64(i))
		}
	}
	if len(axes) == 0 {
		o.node("Identity", o.ids(o.in[:1]))
		return nil
	}
	o.node("Slice", []graph.ID{o.use(o.in[0]), o.b.Ints(starts...), o.b.Ints(ends...), o.b.Ints(axes...)})
	return nil
}

// reshape makes a Reshape to the declared shape, of which one free dimension follows from the others.
func reshape(o *op) error {
	to := target(o.in[0].dims, o.out[0].dims)
	free := 0
	for _, d := range to {
		if d < 0 {
			free++
		}
	}
	if free > 1 {
		o.unknown()
		return nil
	}
	o.node("Reshape", []graph.ID{o.use(o.in[0]), o.b.Ints(to...)})
	return nil
}

// unsqueeze makes an Unsqueeze of the axes of one that the declared shapes differ by, else a reshape.
func unsqueeze(o *op) error { return o.ones("Unsqueeze", o.in[0].dims, o.out[0].dims) }

// squeeze makes a Squeeze, in the same way.
func squeeze(o *op) error { return o.ones("Squeeze", o.out[0].dims, o.in[0].dims) }

// ones writes a node that inserts or leaves out axes of one; few dimensions are those without them.
func (o *op) ones(typ string, few, many []int64) error {
	var axes []int64
	next := 0
	for i, d := range many {
		switch {
		case next < len(few) && few[next] == d:
			next++
		case d == 1:
			axes = append(axes, int64(i))
		default:
			return reshape(o)
		}
	}
	if next < len(few) || len(axes) == 0 {
		return reshape(o)
	}
	o.node(typ, []graph.ID{o.use(o.in[0]), o.b.Ints(axes...)})
	return nil
}

// transpose finds an order of dimensions that fits the sizes.
func transpose(o *op) error {
	in, out := o.in[0].dims, o.out[0].dims
	used := make([]bool, len(in))
	var perm []int64
	for _, d := range out {
		i := -1
		for k := range in {
			if in[k] == d && !used[k] {
				i = k
				break
			}
		}
		if i < 0 {
			return fmt.Errorf("turns %v into %v", in, out)
		}
		used[i] = true
		perm = append(perm, int64(i))
	}
	o.node("Transpose", o.ids(o.in[:1]), compose.Ints("perm", perm...))
	return nil
}

// gather makes a Gather along the axis that the declared shapes agree with.
func gather(o *op) error {
	data, index, out := o.in[0].dims, o.in[1].dims, o.out[0].dims
	for axis := range data {
		want := slices.Concat(data[:axis], index, data[axis+1:])
		if slices.Equal(want, out) {
			o.node("Gather", o.ids(o.in[:2]), compose.Int("axis", int64(axis)))
			return nil
		}
	}
	o.unknown()
	return nil
}

// pad makes a Pad by the difference of declared shapes.
func pad(o *op) error {
	in, out := o.in[0].dims, o.out[0].dims
	if len(in) != len(out) || !known(o.in[0]) || !known(o.out[0]) {
		o.unknown()
		return nil
	}
	pads := make([]int64, 2*len(in))
	for i := range in {
		pads[len(in)+i] = out[i] - in[i]
	}
	o.node("Pad", []graph.ID{o.use(o.in[0]), o.b.Ints(pads...)})
	return nil
}

// interpolate makes a Resize to the declared size.
func interpolate(o *op) error {
	to := o.out[0].dims
	if len(to) < 3 || !known(o.out[0]) {
		o.unknown()
		return nil
	}
	mode := "linear"
	if o.data["mode"] == "nearest" {
		mode = "nearest"
	}
	axes := make([]int64, 0, len(to)-2)
	for i := 2; i < len(to); i++ {
		axes = append(axes, int64(i))
	}
	o.node("Resize", []graph.ID{o.use(o.in[0]), graph.None, graph.None, o.b.Ints(to[2:]...)}, compose.Str("mode", mode),
		compose.Ints("axes", axes...))
	return nil
}

// expand makes a Tile or an Expand to the declared shape.
func expand(o *op) error {
	if slices.ContainsFunc(o.out[0].dims, func(d int64) bool { return d < 0 }) {
		o.unknown()
		return nil
	}
	from, to := o.in[0].dims, o.out[0].dims
	if len(from) == len(to) && o.typ == "Tile" {
		times := slices.Clone(to)
		for i := range from {
			if from[i] < 1 || to[i]%from[i] != 0 {
				return fmt.Errorf("repeats %v to %v", from, to)
			}
			times[i] /= from[i]
		}
		o.node("Tile", []graph.ID{o.use(o.in[0]), o.b.Ints(times...)})
		return nil
	}
	o.node("Expand", []graph.ID{o.use(o.in[0]), o.b.Ints(to...)})
	return nil
}

// fakeQuantize writes the rounding of numbers to integers and back.
func fakeQuantize(o *op) error {
	mid, one := o.b.Value(o.layer.name+"/quantised", dtype.Int8, o.out[0].dims), o.b.Scalar(dtype.Float32, 1)
	o.b.Node(o.g, graph.OpID{Type: "QuantizeLinear"}, o.layer.name, []graph.ID{o.use(o.in[0]), one,
		o.b.Scalar(dtype.Int8, 0)},
		[]graph.ID{mid})
	o.node("DequantizeLinear", []graph.ID{mid, one})
	return nil
}

// meanVariance makes a normalisation without learnt parameters: of as many axes at the end as the layer has, or of the
// pixels of each channel.
func meanVariance(o *op) error {
	dims, axes := o.in[0].dims, int64(0)
	if len(o.in) > 1 && len(o.in[1].dims) == 1 {
		axes = min(o.in[1].dims[0], int64(len(dims)))
	}
	flat := func(name string, shape ...int64) graph.ID {
		return o.b.Const(o.layer.name+name, &graph.Const{Type: o.in[0].typ, Shape: shape})
	}
	last := dims[max(len(dims)-int(max(axes, 0)), 0):]
	pixels := len(dims) > 3 && axes == int64(len(dims))-2
	switch {
	case axes > 0 && !pixels && !slices.ContainsFunc(last, func(d int64) bool { return d < 1 }):
		o.node("LayerNormalization", []graph.ID{o.use(o.in[0]), flat("/scale", last...)}, compose.Int("axis", -axes))
	case len(dims) > 2 && dims[1] > 0:
		o.node("InstanceNormalization", []graph.ID{o.use(o.in[0]), flat("/scale", dims[1]), flat("/shift", dims[1])})
	default:
		o.unknown()
	}
	return nil
}

// notEqual makes the opposite of an Equal.
func notEqual(o *op) error {
	mid := o.b.Value(o.layer.name+"/equal", o.out[0].typ, o.out[0].dims)
	o.b.Node(o.g, graph.OpID{Type: "Equal"}, o.layer.name, o.ids(o.in[:2]), []graph.ID{mid})
	o.node("Not", []graph.ID{mid})
	return nil
}

// runningSum makes a CumSum. Its axis costs the same whichever it is.
func runningSum(o *op) error {
	o.node("CumSum", []graph.ID{o.use(o.in[0]), o.b.Ints(0)})
	return nil
}

// blocks returns a row that moves blocks of pixels to channels or back.
func blocks(typ string) func(*op) error {
	return func(o *op) error {
		o.node(typ, o.ids(o.in[:1]), compose.Int("blocksize", o.int("block_size", 1)))
		return nil
	}
}
