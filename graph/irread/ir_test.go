package irread_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/irread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/twins"
)

// An ir is a file being written.
type ir struct {
	layers, edges strings.Builder
	n             int
	made          map[graph.ID]int // the layer that makes a tensor
	res           *infer.Result
}

func ports(kind string, from int, shapes ...[]int64) string {
	if len(shapes) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%s>\n", kind)
	for i, s := range shapes {
		fmt.Fprintf(&b, `<port id="%d" precision="FP32">`, from+i)
		for _, d := range s {
			fmt.Fprintf(&b, "<dim>%d</dim>", d)
		}
		b.WriteString("</port>\n")
	}
	fmt.Fprintf(&b, "</%s>\n", kind)
	return b.String()
}

// layer writes a layer that reads layers, and returns its number. Input ports come first.
func (w *ir) layer(typ, data string, ins []int, inShapes [][]int64, outs ...[]int64) int {
	id := w.n
	w.n++
	fmt.Fprintf(&w.layers, `<layer id="%d" name="l%d" type="%s" version="opset1">`+"\n", id, id, typ)
	if data != "" {
		fmt.Fprintf(&w.layers, "<data %s/>\n", data)
	}
	w.layers.WriteString(ports("input", 0, inShapes...))
	w.layers.WriteString(ports("output", len(ins), outs...))
	w.layers.WriteString("</layer>\n")
	for i, from := range ins {
		fmt.Fprintf(&w.edges, `<edge from-layer="%d" from-port="%d" to-layer="%d" to-port="%d"/>`+"\n", from&0xffff,
			from>>16, id, i)
	}
	return id | len(ins)<<16 // with the port of its output
}

func (w *ir) constant(dims ...int64) int {
	return w.layer("Const", fmt.Sprintf(`element_type="f32" shape="" offset="0" size="%d"`,
		4*graph.Shape(dims).Elems()), nil, nil, dims)
}

func join(list []int64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
}

func ints(n *graph.Node, name string, def ...int64) []int64 {
	if a := n.Attr(name); a != nil && len(a.Ints) > 0 {
		return a.Ints
	}
	return def
}

// node writes a node of a built-in model.
func (w *ir) node(t *testing.T, n *graph.Node) {
	t.Helper()
	shape := func(id graph.ID) []int64 { return w.res.Infos[id].Shape }
	x, in, out := w.made[n.Inputs[0]], shape(n.Inputs[0]), shape(n.Outputs[0])
	unary := func(typ, data string) int { return w.layer(typ, data, []int{x}, [][]int64{in}, out) }
	biased := func(id int, c ...int64) int {
		return w.layer("Add", "", []int{id, w.constant(c...)}, [][]int64{out, c}, out)
	}
	var id int
	switch n.Op.Type {
	case "Conv":
		k := shape(n.Inputs[1])
		pads := ints(n, "pads", 0, 0, 0, 0)
		data := fmt.Sprintf(`strides="%s" dilations="1,1" pads_begin="%s" pads_end="%s" auto_pad="explicit"`,
			join(ints(n, "strides", 1, 1)),
			join(pads[:2]), join(pads[2:]))
		typ, dims := "Convolution", k
		if g := in[1] / k[1]; g > 1 {
			typ, dims = "GroupConvolution", append([]int64{g, k[0] / g}, k[1:]...)
		}
		c := w.constant(dims...)
		id = biased(w.layer(typ, data, []int{x, c}, [][]int64{in, dims}, out), 1, k[0], 1, 1)
	case "Relu":
		id = unary("ReLU", "")
	case "Clip":
		id = unary("Clamp", `min="0" max="6"`)
	case "Add":
		id = w.layer("Add", "", []int{x, w.made[n.Inputs[1]]}, [][]int64{in, shape(n.Inputs[1])}, out)
	case "GlobalAveragePool":
		id = w.layer("ReduceMean", `keep_dims="true"`, []int{x, w.constant(2)}, [][]int64{in, {2}}, out)
	case "Flatten":
		id = w.layer("Reshape", `special_zero="true"`, []int{x, w.constant(2)}, [][]int64{in, {2}}, out)
	case "MaxPool":
		pads := ints(n, "pads", 0, 0, 0, 0)
		id = unary("MaxPool", fmt.Sprintf(`strides="%s" kernel="%s" pads_begin="%s" pads_end="%s" rounding_type="floor"`,
			join(ints(n, "strides", 1, 1)), join(ints(n, "kernel_shape")), join(pads[:2]), join(pads[2:])))
	case "Gemm":
		k := shape(n.Inputs[1])
		id = biased(w.layer("MatMul", `transpose_a="false" transpose_b="true"`, []int{x, w.constant(k...)}, [][]int64{in,
			k}, out), 1, k[0])
	default:
		t.Fatalf("no way to write %s", n.Label())
	}
	w.made[n.Outputs[0]] = id
}

func (w *ir) bytes() []byte {
	const head = "<?xml version=\"1.0\"?>\n<net name=\"net\" version=\"11\">\n<layers>\n"
	return []byte(head + w.layers.String() + "</layers>\n<edges>\n" +
		w.edges.String() + "</edges>\n<rt_info><MO_version value=\"x\"/></rt_info>\n</net>\n")
}

// write rewrites a built-in model.
func write(t *testing.T, spec string) ([]byte, *infer.Result) {
	t.Helper()
	m, err := zoo.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	w := &ir{made: map[graph.ID]int{}, res: twins.Run(t, m)}
	m = w.res.Plan.Model
	in := m.Main.Inputs[0]
	w.made[in] = w.layer("Parameter", `element_type="f32"`, nil, nil, w.res.Infos[in].Shape)
	for i := range m.Main.Nodes {
		if n := &m.Main.Nodes[i]; n.Op.Type != "Constant" {
			w.node(t, n)
		}
	}
	out := m.Main.Outputs[0]
	w.layer("Result", "", []int{w.made[out]}, [][]int64{w.res.Infos[out].Shape})
	return w.bytes(), w.res
}

func read(data []byte) (*graph.Model, error) {
	return irread.Read("m.xml", bytes.NewReader(data), int64(len(data)))
}

// TestTwins holds that a network counts the same in ONNX and in an IR, at its own batch and at another.
func TestTwins(t *testing.T) {
	for _, spec := range []string{"zoo:mobilenetv1?batch=1", "zoo:mobilenetv2?batch=1", "zoo:resnet18?batch=1"} {
		data, want := write(t, spec)
		m, err := read(data)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		res := twins.Run(t, m)
		have, unknown := twins.Sum(res)
		expect, _ := twins.Sum(want)
		if have.MACs != expect.MACs || off(have.FLOPs(), expect.FLOPs()) > 0.01 || off(have.Weights,
			expect.Weights) > 0.01 ||
			len(unknown) > 0 {
			t.Errorf("%s: %d MACs, %d FLOP, %d bytes of weights, want %d, %d and %d; unknown are %v", spec, have.MACs,
				have.FLOPs(),
				have.Weights, expect.MACs, expect.FLOPs(), expect.Weights, unknown)
		}
		if at, err := res.Plan.Run(infer.Bindings{Batch: 3}, nil); err != nil || at.MACs() != 3*have.MACs {
			t.Errorf("%s at batch 3: %v", spec, err)
		}
	}
}

func off(a, b int64) float64 { return math.Abs(float64(a)/float64(b) - 1) }

// small is a file of a few layers, one of them unknown.
func small() []byte {
	w := &ir{}
	x := w.layer("Parameter", `element_type="f32"`, nil, nil, []int64{1, 3, 8, 8})
	y := w.layer("Proposal", "", []int{x}, [][]int64{{1, 3, 8, 8}}, []int64{1, 3, 8, 8})
	y = w.layer("ReLU", "", []int{y}, [][]int64{{1, 3, 8, 8}}, []int64{1, 3, 8, 8})
	w.layer("Result", "", []int{y}, [][]int64{{1, 3, 8, 8}})
	return w.bytes()
}

// TestUnknown holds that a layer without a row is visible, and charged.
func TestUnknown(t *testing.T) {
	m, err := read(small())
	if err != nil {
		t.Fatal(err)
	}
	k, unknown := twins.Sum(twins.Run(t, m))
	if len(unknown) != 1 || !strings.Contains(unknown[0], "openvino::Proposal") || k.Read != 2*768 {
		t.Errorf("unknown are %v, read are %d bytes; want one and %d", unknown, k.Read, 2*768)
	}
}

// TestCut holds that a file which ends early is an error, wherever it ends.
func TestCut(t *testing.T) {
	data := small()
	for n := range len(data) - 1 { // the last byte is a line feed behind the end
		if m, err := read(data[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes read as %v", n, len(data), m)
		}
	}
}

// TestBad names what is wrong with a file.
func TestBad(t *testing.T) {
	whole := string(small())
	for _, c := range []struct{ from, to, want string }{
		{"<net ", "<html ", "expected one net"}, {`type="ReLU"`, `type="Concat"`, ""}, {"<dim>8</dim>", "<dim>x</dim>",
			"expected a number"},
		{`to-layer="2"`, `to-layer="9"`, "nothing at its input"}, {`id="2" name`, `id="1" name`, "two layers"},
		{"<dim>3</dim>", strings.Repeat("<dim>3</dim>", 20), "dimensions"},
		{"<layers>", strings.Repeat("<a>", 100) + "<layers>", "deep"},
	} {
		_, err := read([]byte(strings.Replace(whole, c.from, c.to, 1)))
		if c.want == "" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.xml: line ") {
			t.Errorf("%s: found %v, want the file's name, a line and %q", c.to[:min(20, len(c.to))], err, c.want)
		}
	}
}

// bound is the memory that reading may allocate. The parser of XML throws most of it away at once; what is kept is at
// most 8 bytes for each of the file.
var bound = allocated.Bound{PerByte: 48, AtLeast: 1 << 20}

// TestMemory holds that a file takes memory in proportion, however it is written.
func TestMemory(t *testing.T) {
	data, _ := write(t, "zoo:mobilenetv2?batch=1")
	many := []byte(strings.Replace(string(small()), "</layers>", strings.Repeat("<layer/>", 1<<17)+"</layers>", 1))
	for _, d := range [][]byte{data, many} {
		bound.Hold(t, len(d), func() { _, _ = read(d) })
	}
	if _, err := read(many); err == nil {
		t.Error("a file of empty layers is taken")
	}
}

// TestHostile refuses, in time and memory that the file is worth, what no exporter writes.
func TestHostile(t *testing.T) {
	long := strings.Repeat("n", 1<<19)
	port := `<port id="0" precision="FP32"><dim>1</dim></port>`
	for name, c := range map[string]struct{ from, to, want string }{
		"a long name with many outputs": {"</layers>", `<layer id="9" name="` + long + `" type="Split"><output>` +
			strings.Repeat(port, 5000) + "</output></layer></layers>", "more graph than"},
		"a long tag":       {"</layers>", "<a b='" + strings.Repeat("n", 1<<21) + "'/></layers>", "of more than 1048576"},
		"a long comment":   {"</layers>", "<!--" + strings.Repeat("n", 1<<21) + "--></layers>", "of more than 1048576"},
		"2^80 elements":    {"<dim>3</dim>", "<dim>1099511627776</dim><dim>1099511627776</dim>", "2^46 elements"},
		"another encoding": {`version="1.0"`, `version="1.0" encoding="utf-16"`, `the encoding "utf-16"`},
		"many layers": {"</layers>", strings.Repeat(`<layer id="9" name="n" type="a"></layer>`, 200_000) + "</layers>",
			""},
	} {
		data := []byte(strings.Replace(string(small()), c.from, c.to, 1))
		var err error
		bound.Hold(t, len(data), func() { _, err = read(data) })
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 400 {
			t.Errorf("%s: found %.500v, want a short error that says %q", name, err, c.want)
		}
	}
}

// kinds are layers of one input, of most ways in which layers are written: type, settings and the sizes that come out
// of [1, 8, 6, 6].
var kinds = []struct {
	typ, data string
	weights   []int64
	out       []int64
}{
	{"Convolution", `strides="1,1" dilations="1,1" pads_begin="1,1" pads_end="1,1"`, []int64{4, 8, 3, 3}, []int64{1, 4, 6,
		6}},
	{"GroupConvolution", `strides="2,2" auto_pad="same_upper"`, []int64{8, 1, 1, 3, 3}, []int64{1, 8, 3, 3}},
	{"ConvolutionBackpropData", `strides="2,2"`, []int64{8, 4, 2, 2}, []int64{1, 4, 12, 12}},
	{"MatMul", `transpose_b="true"`, []int64{1, 8, 5, 6}, []int64{1, 8, 6, 5}},
	{"Clamp", `min="0" max="6"`, nil, []int64{1, 8, 6, 6}}, {"Swish", "", nil, []int64{1, 8, 6, 6}},
	{"MaxPool", `strides="2,2" kernel="2,2" rounding_type="ceil"`, nil, []int64{1, 8, 3, 3}},
	{"ReduceMean", `keep_dims="false"`, []int64{2}, []int64{1, 8}}, {"Split", "", []int64{1}, []int64{1, 8, 6, 6}},
	{"StridedSlice", "", []int64{4}, []int64{1, 4, 6, 6}}, {"Reshape", "", []int64{2}, []int64{1, 288}},
	{"Transpose", "", []int64{4}, []int64{1, 6, 6, 8}}, {"Gather", "", []int64{3}, []int64{1, 3, 6, 6}},
	{"Pad", "", []int64{4}, []int64{1, 8, 8, 8}}, {"Interpolate", `mode="nearest"`, []int64{2}, []int64{1, 8, 12, 12}},
	{"Tile", "", []int64{4}, []int64{1, 16, 6, 6}}, {"Broadcast", "", []int64{4}, []int64{2, 8, 6, 6}},
	{"FakeQuantize", "", nil, []int64{1, 8, 6, 6}}, {"MVN", "", nil, []int64{1, 8, 6, 6}},
	{"MVN", "", []int64{1}, []int64{1, 8, 6, 6}}, {"MVN", "", []int64{2}, []int64{1, 8, 6, 6}},
	{"NotEqual", "", []int64{1, 8, 1, 1}, []int64{1, 8, 6, 6}}, {"CumSum", "", []int64{1}, []int64{1, 8, 6, 6}},
	{"DepthToSpace", `block_size="2"`, nil, []int64{1, 2, 12, 12}}, {"SquaredDifference", "", []int64{1, 8, 1, 1},
		[]int64{1, 8, 6, 6}},
	{"Concat", `axis="1"`, []int64{1, 2, 6, 6}, []int64{1, 10, 6, 6}}, {"Convert", "", nil, []int64{1, 8, 6, 6}},
	{"TensorIterator", "", nil, []int64{1, 8, 6, 6}},
}

// kind returns the file of one layer.
func kind(i int) []byte {
	k, w := &kinds[i], &ir{}
	in := []int64{1, 8, 6, 6}
	x := []int{w.layer("Parameter", `element_type="f32"`, nil, nil, in)}
	shapes := [][]int64{in}
	if k.weights != nil {
		x, shapes = append(x, w.constant(k.weights...)), append(shapes, k.weights)
	}
	y := w.layer(k.typ, k.data, x, shapes, k.out)
	w.layer("Result", "", []int{y}, [][]int64{k.out})
	return w.bytes()
}

// TestKinds holds that every kind of layer is read with the sizes that its file states.
func TestKinds(t *testing.T) {
	for i, k := range kinds {
		m, err := read(kind(i))
		if err != nil {
			t.Errorf("%s: %v", k.typ, err)
			continue
		}
		res := twins.Run(t, m)
		_, unknown := twins.Sum(res)
		if out := res.Infos[m.Main.Outputs[0]].Shape; !out.Equal(k.out) || (len(unknown) > 0) != (k.typ == "TensorIterator") {
			t.Errorf("%s: found %v, want %v; unknown are %v", k.typ, out, k.out, unknown)
		}
	}
}

// TestFree holds that what no operator has sizes for has those of the inputs' symbols, and what is made of it: a text
// of 5 tokens, of which a layer without a row makes numbers. With two further symbols they stay open.
func TestFree(t *testing.T) {
	text, eight := []int64{-1, -1, 8}, func(n int64) []int64 { return []int64{-1, -1, n} }
	of := func(inputs ...[]int64) []byte {
		w := &ir{}
		x := w.layer("Parameter", `element_type="f32"`, nil, nil, inputs[0])
		for _, more := range inputs[1:] {
			w.layer("Parameter", `element_type="f32"`, nil, nil, more)
		}
		y := w.layer("Proposal", "", []int{x}, [][]int64{inputs[0]}, text)
		y = w.layer("CumSum", "", []int{y, w.constant(1)}, [][]int64{text, {1}}, text)
		y = w.layer("MVN", "", []int{y, w.constant(1)}, [][]int64{text, {1}}, text)
		y = w.layer("Unsqueeze", "", []int{y, w.constant(1)}, [][]int64{text, {1}}, []int64{1, -1, -1, 8})
		y = w.layer("Squeeze", "", []int{y, w.constant(1)}, [][]int64{{1, -1, -1, 8}, {1}}, text)
		y = w.layer("MatMul", `transpose_b="true"`, []int{y, w.constant(4, 8)}, [][]int64{text, {4, 8}}, eight(4))
		y = w.layer("ReduceMean", `keep_dims="true"`, []int{y, w.constant(1)}, [][]int64{eight(4), {1}}, eight(1))
		w.layer("Result", "", []int{y}, [][]int64{eight(1)})
		return w.bytes()
	}
	m, err := read(of([]int64{-1, -1}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(infer.Bindings{Dims: map[string]int64{"batch": 2, "dim1": 5}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, unknown := twins.Sum(res); res.MACs() != 2*5*4*8 || len(unknown) != 1 {
		t.Errorf("found %d MACs, want %d; unknown are %v", res.MACs(), 2*5*4*8, unknown)
	}
	if m, err = read(of([]int64{-1, -1}, []int64{-1, -1, -1})); err != nil {
		t.Fatal(err)
	}
	for _, d := range m.Tensors[m.Main.Nodes[0].Outputs[0]].Decl.Dims {
		if d.Symbol != "" {
			t.Errorf("two further symbols: found %v, expected none", d)
		}
	}
}

// FuzzRead looks for files that break the reader or inference, or that take more memory than they may.
func FuzzRead(f *testing.F) {
	f.Add(small())
	for i := range kinds {
		f.Add(kind(i))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m *graph.Model
		bound.Hold(t, len(data), func() { m, _ = read(data) })
		if m == nil {
			return
		}
		if p, err := infer.Prepare(m); err == nil {
			_, _ = p.Run(infer.Bindings{}, nil)
		}
	})
}
