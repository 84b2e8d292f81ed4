package infer_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

const (
	f32 = dtype.Float32
	i64 = dtype.Int64
)

// cut is a model whose tensor s is a cut of x that only the run knows.
func cut(rows, columns int) *maker {
	return newMaker(13).input("x", f32, rows, columns).input("i", i64, 1).input("j", i64, 1).ints("axes", 0).
		node("Slice", "x i j axes", "s")
}

// cutChannels is a model whose tensor s is a cut of the channels of x.
func cutChannels() *maker {
	return newMaker(17).input("x", f32, 1, 8, 6, 6).input("c", dtype.Bool, 8).node("Compress", "x c", "s",
		whole("axis", 1))
}

// cutRows is a model whose tensor s is a cut of the rows of x.
func cutRows() *maker {
	return newMaker(17).input("x", f32, 5, 4).input("c", dtype.Bool, 4).node("Compress", "x c", "s", whole("axis", 1))
}

// TestBoundsGoOn holds that a bound contradicts nothing: the exact side wins, and what the rows cannot resolve is
// unknown, no error.
func TestBoundsGoOn(t *testing.T) {
	for _, tc := range []struct {
		name string
		m    *maker
		want string // of y
		macs int64
	}{
		{"reshape", cut(2, 4).ints("to", 4).node("Reshape", "s to", "y"), "[4]", 0},
		{"squeeze", cut(2, 4).node("Squeeze", "s axes", "y"), "[4]?", 0},
		{"where", cut(5, 4).input("c", dtype.Bool, 3, 4).input("b", f32, 3, 4).node("Where", "c s b", "y"), "[3 4]", 0},
		{"matmul", cut(8, 4).weight("w", 6, 3).node("MatMul", "w s", "y"), "[6 4]?", 72},
		{"nonzero", newMaker(13).input("x", f32, 2, 3).ints("to", 4).node("NonZero", "x", "n").node("Reshape", "n to", "y"),
			"[4]", 0},
		{"topk and gemm", newMaker(13).input("x", f32, 1, 100).input("k", i64, 1).weight("w", 7, 10).
			node("TopK", "x k", "v _", whole("axis", 1)).node("Gemm", "v w", "y", whole("transB", 1)), "[1 7]?", 70},
		{"compress and concat", newMaker(13).input("x", f32, 5, 4).input("c", dtype.Bool, 4).input("b", f32, 2, 3).
			node("Compress", "x c", "s", whole("axis", 1)).node("Concat", "s b", "y", whole("axis", 0)), "[7 3]?", 0},
		{"unique and add", newMaker(13).input("x", f32, 9).input("b", f32, 4).
			node("Unique", "x", "s").node("Add", "s b", "y"), "[4]", 0},
		{"nms and gather", newMaker(13).input("x", f32, 1, 20, 4).input("p", f32, 1, 3, 20).ints("max", 5).input("b", f32, 7,
			3).
			node("NonMaxSuppression", "x p max", "s").node("Mul", "s b", "y"), "[7 3]", 0},
		{"conv", newMaker(13).input("x", f32, 1, 8, 6, 6).input("c", dtype.Bool, 8).weight("w", 16, 4, 3, 3).
			node("Compress", "x c", "s", whole("axis", 1)).node("Conv", "s w", "y"), "[1 16 4 4]?", 9216},
		{"batch normalisation", cutChannels().weight("a", 5).node("BatchNormalization", "s a a a a", "y"), "[1 5 6 6]?", 0},
		{"instance normalisation", cutChannels().weight("a", 5).node("InstanceNormalization", "s a a", "y"), "[1 5 6 6]?", 0},
		{"layer normalisation", cutRows().weight("a", 3).node("LayerNormalization", "s a", "y"), "[5 3]?", 0},
		{"RMS normalisation", cutRows().weight("a", 3).node("com.microsoft::SimplifiedLayerNormalization", "s a", "y"),
			"[5 3]?", 0},
		{"skip and layer normalisation", newMaker(17).input("x", f32, 1, 5, 4).input("c", dtype.Bool, 4).weight("a", 3).
			node("Compress", "x c", "s", whole("axis", 2)).
			node("com.microsoft::SkipLayerNormalization", "s s a", "y"), "[1 5 3]?", 0},
		{"group normalisation", cutRows().weight("a", 3).
			node("com.microsoft::GroupNorm", "s a a", "y", whole("groups", 1)), "[5 3]?", 0},
		{"group normalisation of channels", newMaker(21).input("x", f32, 1, 8, 6, 6).input("c", dtype.Bool, 8).weight("a", 5).
			node("Compress", "x c", "s", whole("axis", 1)).
			node("GroupNormalization", "s a a", "y", whole("num_groups", 1)), "[1 5 6 6]?", 0},
		{"projected attention", newMaker(17).input("x", f32, 1, 5, 8).input("c", dtype.Bool, 8).weight("w", 6, 18).
			node("Compress", "x c", "s", whole("axis", 2)).
			node("com.microsoft::Attention", "s w", "y", whole("num_heads", 2)), "[1 5 6]?", 840},
		{"attention of heads", newMaker(17).input("x", f32, 5, 3, 8).input("c", dtype.Bool, 5).input("k", f32, 2, 4, 8).
			input("v", f32, 2, 4, 6).node("Compress", "x c", "s", whole("axis", 0)).
			node("com.microsoft::MultiHeadAttention", "s k v", "y", whole("num_heads", 2)), "[2 3 6]?", 336},
		{"rectifier with slopes", cutChannels().weight("a", 5, 1, 1).node("PRelu", "s a", "y"), "[1 5 6 6]?", 0},
		{"rectifier with one slope", cutChannels().weight("a", 1).node("PRelu", "s a", "y"), "[1 8 6 6]?", 0},
		{"expand", cut(5, 4).ints("to", 3, 4).node("Expand", "s to", "y"), "[3 4]", 0},
		{"nothing fits", cut(5, 4).node("DepthToSpace", "s", "y", whole("blocksize", 2)), "?", 0},
	} {
		r, err := tc.m.output("y", f32).run(t, infer.Bindings{})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := tc.m.is(r, "y"); got != tc.want || r.MACs() != tc.macs {
			t.Errorf("%s: y is %s with %d MACs, want %s with %d", tc.name, got, r.MACs(), tc.want, tc.macs)
		}
	}
}

// TestDeclaredTightens holds that a shape that the file declares replaces a bound, unless the inputs have other sizes
// than the file declares.
func TestDeclaredTightens(t *testing.T) {
	for _, tc := range []struct {
		name string
		dims []any
		bind infer.Bindings
		want string
	}{
		{"whole", []any{3, 4}, infer.Bindings{}, "[3 4]"},
		{"one dimension", []any{3, "n"}, infer.Bindings{}, "[3 4]?"},
		{"a name", []any{"kept", 4}, infer.Bindings{}, "[5 4]?"},
		{"a name that the user tells", []any{"kept", 4}, infer.Bindings{Dims: map[string]int64{"kept": 2}}, "[2 4]"},
		{"one of two names", []any{"kept", "n"}, infer.Bindings{Dims: map[string]int64{"kept": 2}}, "[2 4]?"},
		{"a name of more than the bound", []any{"kept", 4}, infer.Bindings{Dims: map[string]int64{"kept": 6}}, "[5 4]?"},
		{"larger than the bound", []any{9, 4}, infer.Bindings{}, "[5 4]?"},
		{"another rank", []any{3}, infer.Bindings{}, "[5 4]?"},
		{"another batch", []any{3, 4}, infer.Bindings{Batch: 10}, "[10 4]?"},
		{"another shape", []any{3, 4}, infer.Bindings{Shapes: map[string]graph.Shape{"x": {7, 4}}}, "[7 4]?"},
	} {
		m := cut(5, 4).output("s", f32, tc.dims...)
		r, err := m.run(t, tc.bind)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		} else if got := m.is(r, "s"); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// TestUnknownOperators holds that an unknown operator does not blank a model, and that operators are found under the
// names that converters gave them.
func TestUnknownOperators(t *testing.T) {
	conv := func(opset int, op, inputs string, attrs ...graph.Attr) *maker {
		return newMaker(opset).input("x", f32, 1, 3, 224, 224).weight("scale", 3).weight("table", 3, 224).weight("w", 64, 3,
			3, 3).
			node(op, inputs, "h", attrs...).node("Conv", "h w", "y", list("pads", 1, 1, 1, 1)).output("y", f32)
	}
	const right = 86_704_128
	for _, tc := range []struct {
		name    string
		m       *maker
		macs    int64
		unknown int
		note    note.Code
	}{
		{"of early ONNX", conv(7, "ImageScaler", "x"), right, 0, ""},
		{"of QONNX", conv(9, "qonnx.custom_op.general::Quant", "x scale"), right, 0, ""},
		{"before its opset", conv(11, "HardSwish", "x"), right, 0, note.OpsetEarly},
		{"without its domain", conv(11, "QuickGelu", "x"), right, 0, note.DomainMissing},
		{"custom", conv(11, "my.ops::Frob", "x"), right, 1, note.ShapeAssumed},
		{"custom with a scale for each channel", conv(11, "my.ops::Frob", "x scale"), right, 1, note.ShapeAssumed},
		{"custom of two tensors", conv(11, "my.ops::Frob", "x table"), 0, 2, ""},
	} {
		r, err := tc.m.run(t, infer.Bindings{})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if r.MACs() != tc.macs || unknown(r) != tc.unknown || tc.note != "" && !hasNote(r, tc.note) {
			t.Errorf("%s: %d MACs, %d unknown, notes %q; want %d, %d and %s", tc.name, r.MACs(), unknown(r), note.Texts(r.Notes),
				tc.macs, tc.unknown, tc.note)
		}
	}
	// A declared result and known weights tell the work, whatever the input is.
	m := conv(11, "my.ops::Frob", "x table")
	m.m.Tensors[m.ids["y"]].Decl = typed(f32, 1, 64, 224, 224)
	if r, err := m.run(t, infer.Bindings{}); err != nil || r.MACs() != right {
		t.Errorf("declared result: %d MACs, want %d: %v", r.MACs(), right, err)
	}
	// A size that is known wins over an assumed one.
	m = newMaker(11).input("x", f32, 1, 8).weight("w", 4, 2).node("my.ops::Half", "x", "h").node("MatMul", "h w",
		"y").output("y", f32)
	if r, err := m.run(t, infer.Bindings{}); err != nil || r.MACs() != 8 || m.is(r, "y") != "[1 2]?" {
		t.Errorf("an assumed size: %v", err)
	}
}

// TestMisfits holds that a node with operands that no row expects is told without Go's own words.
func TestMisfits(t *testing.T) {
	for _, m := range []*maker{
		newMaker(11).input("x", f32, 2).node("Constant", "", "", graph.Attr{Name: "value", Kind: graph.AttrTensor}),
		newMaker(11).input("x", f32, 1, 4, 8).node("com.microsoft::MultiHeadAttention", "x", "y", whole("num_heads", 2)),
		newMaker(11).input("x", f32).input("z", f32).node("Range", "x z z", "y").output("y", f32, 2),
	} {
		_, err := m.run(t, infer.Bindings{})
		if err != nil && (strings.Contains(err.Error(), "runtime") || strings.Contains(err.Error(), "nil pointer")) {
			t.Errorf("%s: %v", m.m.Main.Nodes[0].Op, err)
		}
	}
	empty := newMaker(11).node("Constant", "", "",
		graph.Attr{Name: "value", Kind: graph.AttrTensor, Tensor: &graph.Const{Type: f32}})
	if _, err := empty.run(t, infer.Bindings{}); err != nil {
		t.Errorf("a model without tensors: %v", err)
	}
	m := newMaker(11).input("x", f32).input("z", f32).node("Range", "x z z", "y").output("y", f32, 2)
	if r, err := m.run(t, infer.Bindings{}); err != nil || m.is(r, "y") != "[2]" {
		t.Errorf("a range of run-time bounds is not as declared: %v", err)
	}
	stft := newMaker(17).input("x", f32, 1, 128, 1).input("step", i64).input("length", i64).
		node("STFT", "x step _ length", "y").output("y", f32, 1, 15, 9, 2)
	r, err := stft.run(t, infer.Bindings{})
	if err != nil || stft.is(r, "y") != "[1 15 9 2]" ||
		r.Steps[0].Cost.FLOPs() != 15*160 { // 15 frames of 16: 5/2 x 16 x 4
		t.Errorf("STFT of run-time frames: %v, %+v", err, r.Steps[0].Cost)
	}
}

// TestBatchFound holds that the batch is the dimension that is named so, or that input and output share.
func TestBatchFound(t *testing.T) {
	pass := func(m *maker) *maker { return m.node("Identity", "x", "y") }
	named := func() *maker { return newMaker(17).input("x", f32, "batch", "seq").input("s", f32, 2, "batch", 64) }
	state := newMaker(17).input("s", f32, 2, 1, 64).input("x", f32, 1, 576)
	for _, tc := range []struct {
		name string
		m    *maker
		bind infer.Bindings
		want int64
	}{
		{"a shape", named(), infer.Bindings{Shapes: map[string]graph.Shape{"x": {1, 576}}}, 1},
		{"a shape of four", named(), infer.Bindings{Shapes: map[string]graph.Shape{"x": {4, 576}}}, 4},
		{"a shape and a batch", named(), infer.Bindings{Batch: 1, Shapes: map[string]graph.Shape{"x": {1, 576}}}, 1},
		{"a dimension", named(), infer.Bindings{Dims: map[string]int64{"seq": 576}}, 1},
		{"a state first", newMaker(17).input("s", f32, 2, "batch", 64).input("x", f32, "batch", 576),
			infer.Bindings{Batch: 3}, 3},
		{"a sequence first", newMaker(17).input("x", f32, "seq", "batch", 80),
			infer.Bindings{Dims: map[string]int64{"seq": 9}, Batch: 3}, 3},
		{"shared with the output", state.output("y", f32, 1, 576), infer.Bindings{}, 1},
		{"nothing shared", newMaker(17).input("x", f32, 5, 576), infer.Bindings{}, 5},
	} {
		if len(tc.m.m.Main.Outputs) == 0 {
			tc.m.output("y", f32)
		}
		r, err := pass(tc.m).run(t, tc.bind)
		if err != nil || r.Batch != tc.want {
			t.Errorf("%s: batch %d, want %d: %v", tc.name, r.Batch, tc.want, err)
		}
	}
}

// TestZeroDimensions holds that a 0 in front is a free batch, and that any other is said.
func TestZeroDimensions(t *testing.T) {
	for _, tc := range []struct {
		name string
		dims []any
		bind infer.Bindings
		want string
		note note.Code
	}{
		{"in front", []any{0, 64}, infer.Bindings{}, "[1 64]", note.ZeroBatch},
		{"in front, with a batch", []any{0, 64}, infer.Bindings{Batch: 4}, "[4 64]", note.ZeroBatch},
		{"inside", []any{1, 0}, infer.Bindings{}, "[1 0]", note.ZeroDimension},
		{"asked for", []any{"batch", 64}, infer.Bindings{Dims: map[string]int64{"batch": 0}}, "[0 64]", note.ZeroDimension},
		{"a cache that is empty", []any{1, "past"}, infer.Bindings{Dims: map[string]int64{"past": 0}}, "[1 0]", ""},
	} {
		m := newMaker(17).input("x", f32, tc.dims...).node("Relu", "x", "y").output("y", f32)
		r, err := m.run(t, tc.bind)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := m.is(r, "y"); got != tc.want || tc.note != "" && !hasNote(r, tc.note) || tc.note == "" && len(r.Notes) > 0 {
			t.Errorf("%s: %s, notes %q; want %s and %s", tc.name, got, note.Texts(r.Notes), tc.want, tc.note)
		}
	}
	m := newMaker(14).input("x", f32, 0, 3, 4).init("to",
		&graph.Const{Type: i64, Shape: graph.Shape{3}, Value: &graph.Value{Ints: []int64{3, 4, 0}}}).
		node("Reshape", "x to", "y", whole("allowzero", 1)).output("y", f32)
	if r, err := m.run(t, infer.Bindings{}); err != nil || m.is(r, "y") != "[3 4 0]" {
		t.Errorf("a 0 that is meant: %v", err)
	}
}

// TestConstantWeights holds that weights in Constant nodes are initializers to all that follows, those in branches
// included, and that shapes and scalars are not.
func TestConstantWeights(t *testing.T) {
	held := func(b *maker, name string, shape ...int64) *maker {
		c := &graph.Const{Type: f32, Shape: shape}
		return b.node("Constant", "", name, graph.Attr{Name: "value", Kind: graph.AttrTensor, Tensor: c})
	}
	count := func(p *infer.Plan) (n int64) {
		for i := range p.Model.Tensors {
			if c := p.Model.Tensors[i].Init; c != nil {
				n += c.Shape.Elems()
			}
		}
		return n
	}
	b := newMaker(17).input("x", f32, 1, 64).input("c", dtype.Bool)
	held(b, "w", 64, 64).node("Transpose", "w", "wt").node("MatMul", "x wt", "h")
	held(b, "one").node("Mul", "h one", "k")
	held(b, "scale", 64).node("LayerNormalization", "k scale", "n").node("Add", "n n", "m")
	b.node("Constant", "", "zeros", graph.Attr{Name: "value", Kind: graph.AttrTensor, Tensor: &graph.Const{Type: f32,
		Shape: graph.Shape{64}, Filler: true}}).
		node("LayerNormalization", "m zeros", "q")
	held(b, "mask", 1, 64).node("Add", "m mask", "o")
	held(b, "table", 10, 8).input("ids", i64, 2).node("Gather", "table ids", "g")
	before := len(b.m.Main.Nodes)
	held(b, "v", 64, 2).node("MatMul", "o v", "y1")
	then := &graph.Graph{Nodes: append([]graph.Node{}, b.m.Main.Nodes[before:]...), Outputs: []graph.ID{b.id("y1")}}
	b.m.Main.Nodes = b.m.Main.Nodes[:before]
	held(b, "u", 64, 2).node("MatMul", "o u", "y2")
	other := &graph.Graph{Nodes: append([]graph.Node{}, b.m.Main.Nodes[before:]...), Outputs: []graph.ID{b.id("y2")}}
	b.m.Main.Nodes = b.m.Main.Nodes[:before]
	b.node("If", "c", "y", graph.Attr{Name: "then_branch", Kind: graph.AttrGraph, Graph: then},
		graph.Attr{Name: "else_branch", Kind: graph.AttrGraph, Graph: other}).output("y", f32).output("g", f32)
	p, err := infer.Prepare(b.m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := count(p), int64(64*64+64+10*8+2*64*2); got != want {
		t.Errorf("%d parameters, want %d", got, want)
	}
	r, err := p.Run(infer.Bindings{}, nil)
	if err != nil || unknown(r) != 0 {
		t.Fatalf("%d unknown: %v", unknown(r), err)
	}
	if b.m.Tensors[b.ids["w"]].Init != nil {
		t.Error("the caller's model has changed")
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Node.Op.Type == "Gather" && s.Cost.Weights != 64 {
			t.Errorf("the gather reads %d bytes of weights, want 2 rows of 8", s.Cost.Weights)
		}
	}
}

// TestSearch holds that a generation costs its encoder once and its decoder once a token, and has the shape of its
// inputs.
func TestSearch(t *testing.T) {
	body := func(b *maker, prefix string, symbols ...any) *graph.Graph {
		x, w, y := b.id(prefix+"x"), b.id(prefix+"w"), b.id(prefix+"y")
		b.m.Tensors[x].Decl = typed(f32, symbols...)
		b.m.Tensors[w].Kind, b.m.Tensors[w].Init = graph.FromInitializer, &graph.Const{Type: f32, Shape: graph.Shape{4, 10}}
		return &graph.Graph{Inputs: []graph.ID{x}, Outputs: []graph.ID{y}, Nodes: []graph.Node{
			{Op: graph.OpID{Type: "MatMul"}, Version: 17, Inputs: []graph.ID{x, w}, Outputs: []graph.ID{y}}}}
	}
	attr := func(name string, g *graph.Graph) graph.Attr {
		return graph.Attr{Name: name, Kind: graph.AttrGraph, Graph: g}
	}
	decoder := func(b *maker) graph.Attr { return attr("decoder", body(b, "d", "batch_size", "seq_len", 4)) }
	ids := func() *maker { return newMaker(17).input("ids", dtype.Int32, 2, 8).input("min", dtype.Int32, 1) }
	beam := ids().ints("max", 20).ints("beams", 3).ints("returned", 2)
	beam.node("com.microsoft::BeamSearch", "ids max min beams returned", "y", decoder(beam))
	greedy := ids().input("max", dtype.Int32, 1)
	greedy.node("com.microsoft::GreedySearch", "ids max min", "y", decoder(greedy),
		attr("init_decoder", body(greedy, "i", "batch_size", "seq_len", 4)))
	sampling := ids().input("max", dtype.Int32, 1)
	sampling.node("com.microsoft::Sampling", "ids max min", "y", decoder(sampling))
	whisper := newMaker(17).input("f", f32, 2, 80, 30).input("max", dtype.Int32, 1).input("min", dtype.Int32, 1)
	whisper.node("com.microsoft::WhisperBeamSearch", "f max min", "y", decoder(whisper),
		attr("encoder", body(whisper, "e", "batch_size", "enc_len", 4)))
	for _, tc := range []struct {
		name  string
		m     *maker
		trip  int64
		shape string
		macs  int64
	}{
		{"beams", beam, 0, "[2 2 20]", 6 * 40 * 12},
		{"greedy", greedy, 5, "[2 13]?", 2*40*5 + 2*8*40},
		{"sampling", sampling, 5, "[2 13]?", 2 * 40 * 5},
		{"speech", whisper, 5, "[2 1 6]?", 2*40*5 + 2*80*40},
	} {
		r, err := tc.m.output("y", dtype.Int32).run(t, infer.Bindings{Trip: tc.trip})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := tc.m.is(r, "y"); got != tc.shape || r.MACs() != tc.macs || unknown(r) != 0 {
			t.Errorf("%s: %s, %d MACs, %d unknown; want %s, %d", tc.name, got, r.MACs(), unknown(r), tc.shape, tc.macs)
		}
	}
}
