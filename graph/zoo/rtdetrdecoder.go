package zoo

import "fmt"

// The decoder of RT-DETR: the best places of all maps become queries, which six layers refine.
const (
	detrLayers = 6
	detrHeads  = 8
	detrPoints = 4 // places that a head looks at in each map
)

// decode ends the network over three maps.
func (r *rtdetr) decode(v values, levels []tensor) {
	p, classes := r.path(), v["classes"]
	// Beside the graph the model has a table of classes that noise is made of in training, and the scores of the first
	// five layers.
	r.absent += classes*detrWidth + (detrLayers-1)*(classes*detrWidth+classes)
	var parts []string
	n := int64(0)
	sides := make([]extent, len(levels))
	for i, x := range levels {
		sides[i] = v.extent().over(8 << i)
		n += sides[i].n()
		q := fmt.Sprintf("%s/input_proj.%d", p, i)
		x = r.convBN(x, q+"/0", detrWidth, 1, 1, 1)
		parts = append(parts, tokens(r.builder, x, q, sides[i]).name)
	}
	memory := tensor{r.node("Concat", p, parts, attr{"axis", int64(1)}), detrWidth}
	asked := min(v["queries"], n)
	query, box := r.choose(memory, p, n, asked, classes)
	t := postNorm{builder: r.builder, width: detrWidth, heads: detrHeads, hidden: 1024, act: "Relu"}
	for i := range detrLayers {
		l := fmt.Sprintf("%s/decoder/layers.%d", p, i)
		place := r.unary("Relu", r.shareLinear(box, l, p+"/query_pos_head/layers.0", 2*detrWidth), l)
		place = r.shareLinear(place, l, p+"/query_pos_head/layers.1", detrWidth)
		at := r.binary("Add", query, place, l)
		query = t.add(query, t.attend(at, at, query, l+"/self_attn", asked, asked), l+"/norm1")
		y := r.deformable(r.binary("Add", query, place, l), memory, box, l+"/cross_attn", asked, sides)
		query = t.feed(t.add(query, y, l+"/norm2"), l, "/norm3")
		moved := r.perceptron(query, fmt.Sprintf("%s/dec_bbox_head.%d", p, i))
		box = r.unary("Sigmoid", r.binary("Add", moved, r.logit(box, l), l), l)
	}
	scores := r.unary("Sigmoid", r.linear(query, fmt.Sprintf("%s/dec_score_head.%d", p, detrLayers-1), classes), p)
	out := r.node("Concat", p, []string{box.name, scores.name}, attr{"axis", int64(-1)})
	r.output(out, asked, 4+classes)
}

// choose gives features and boxes of the places of n whose best class scores highest.
func (r *rtdetr) choose(memory tensor, p string, n, asked, classes int64) (query, box tensor) {
	x := r.layerNorm(r.linear(memory, p+"/enc_output/0", detrWidth), p+"/enc_output/1", 1e-5)
	scores := r.linear(x, p+"/enc_score_head", classes)
	best := r.node("ReduceMax", p, []string{scores.name}, attr{"axes", []int64{-1}}, attr{"keepdims", int64(0)})
	top := r.nodeN("TopK", p, 2, []string{best, r.ints(p, asked)}, attr{"axis", int64(-1)})
	index := r.node("Unsqueeze", p, []string{top[1], r.ints(p, -1)})
	at := r.node("Expand", p, []string{index, r.ints(p, 1, 1, detrWidth)})
	query = tensor{r.node("GatherElements", p, []string{x.name, at}, attr{"axis", int64(1)}), detrWidth}
	anchors := tensor{r.node("Gather", p, []string{r.table(p, n, 4), top[1]}, attr{"axis", int64(0)}), 4}
	return query, r.unary("Sigmoid", r.binary("Add", r.perceptron(query, p+"/enc_bbox_head"), anchors, p), p)
}

// perceptron returns three layers that give a box.
func (r *rtdetr) perceptron(x tensor, path string) tensor {
	for i := range 2 {
		l := fmt.Sprintf("%s/layers.%d", path, i)
		x = r.unary("Relu", r.linear(x, l, detrWidth), l)
	}
	return r.linear(x, path+"/layers.2", 4)
}

// shareLinear returns a linear layer whose weights all layers of the decoder share: the first makes them.
func (r *rtdetr) shareLinear(x tensor, path, name string, out int64) tensor {
	w, bias := weightName(name), name[1:]+".bias"
	if r.used[name]++; r.used[name] == 1 {
		r.weight(w, x.c, out)
		r.weight(bias, out)
	}
	y := r.node("MatMul", path, []string{x.name, w})
	return tensor{r.node("Add", path, []string{bias, y}), out}
}

// logit returns ln(x / (1 - x)), the inverse of the sigmoid.
func (r *rtdetr) logit(x tensor, path string) tensor {
	rest := r.node("Sub", path, []string{r.scalar(path, 1), x.name})
	return r.unary("Log", r.binary("Div", x, tensor{rest, x.c}, path), path)
}

// deformable lets each query look at a few places of each map around its box: Zhu et al. 2020 (arXiv 2010.04159).
func (r *rtdetr) deformable(query, memory, box tensor, path string, asked int64, sides []extent) tensor {
	const size = detrWidth / detrHeads
	levels := int64(len(sides))
	looks := levels * detrPoints
	offsets := r.reshape(r.linear(query, path+"/sampling_offsets", detrHeads*looks*2), path, 2, 0, asked, detrHeads, looks, 2)
	weights := r.reshape(r.linear(query, path+"/attention_weights", detrHeads*looks), path, looks, 0, asked, detrHeads, looks)
	weights = r.unary("Softmax", weights, path, attr{"axis", int64(-1)})
	corners := r.nodeN("Split", path, 2, []string{r.reshape(box, path, 4, 0, asked, 1, 1, 4).name, r.ints(path, 2, 2)}, attr{"axis", int64(-1)})
	moved := r.binary("Mul", r.scale(offsets, path, 0.5/detrPoints), tensor{corners[1], 2}, path)
	places := r.binary("Add", moved, tensor{corners[0], 2}, path)
	grid := tensor{r.node("Sub", path, []string{r.scale(places, path, 2).name, r.scalar(path, 1)}), 2} // from -1 to 1
	grid = r.reshape(r.transpose(grid, path, 0, 2, 1, 3, 4), path, 2, -1, asked, looks, 2)             // samples and heads in one
	values := r.linear(memory, path+"/value_proj", detrWidth)
	values = r.transpose(values, path, 0, 2, 1)
	areas := make([]int64, levels)
	for i, s := range sides {
		areas[i] = s.n()
	}
	maps := r.nodeN("Split", path, len(sides), []string{values.name, r.ints(path, areas...)}, attr{"axis", int64(2)})
	grids := r.nodeN("Split", path, len(sides), []string{grid.name, r.ints(path, repeated(detrPoints, len(sides))...)}, attr{"axis", int64(2)})
	var seen []string
	for i, s := range sides {
		m := r.reshape(tensor{maps[i], 0}, path, size, -1, size, s.h, s.w)
		seen = append(seen, r.node("GridSample", path, []string{m.name, grids[i]}, attr{"mode", "bilinear"}, attr{"padding_mode", "zeros"}, attr{"align_corners", int64(0)}))
	}
	all := tensor{r.node("Concat", path, seen, attr{"axis", int64(3)}), looks} // samples and heads x size x queries x looks
	weights = r.reshape(r.transpose(weights, path, 0, 2, 1, 3), path, looks, -1, 1, asked, looks)
	y := r.node("ReduceSum", path, []string{r.binary("Mul", all, weights, path).name, r.ints(path, -1)}, attr{"keepdims", int64(0)})
	x := r.transpose(r.reshape(tensor{y, 0}, path, 0, -1, detrWidth, asked), path, 0, 2, 1)
	return r.linear(tensor{x.name, detrWidth}, path+"/output_proj", detrWidth)
}

// repeated returns n times a number.
func repeated(x int64, n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = x
	}
	return out
}
