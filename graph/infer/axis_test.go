package infer_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// TestBatchOfOthers holds where the batch is in files whose names do not tell it, or tell something else.
func TestBatchOfOthers(t *testing.T) {
	dims := func(pairs ...any) infer.Bindings {
		b := infer.Bindings{Dims: map[string]int64{}}
		for i := 0; i < len(pairs); i += 2 {
			b.Dims[pairs[i].(string)] = int64(pairs[i+1].(int))
		}
		return b
	}
	shape := func(v ...int64) infer.Bindings { return infer.Bindings{Shapes: map[string]graph.Shape{"x": v}} }
	relu := func(m *maker) *maker { return m.node("Relu", "x", "y").output("y", f32) }
	state := func(name string) *maker {
		return newMaker(17).input("s", f32, 2, name, 64).input("x", f32, name, "q").node("Relu", "x", "y").
			output("y", f32, name, "q")
	}
	lstm := func(attrs ...graph.Attr) *maker {
		return newMaker(17).input("x", f32, 100, 1, 8).weight("w", 1, 24, 8).weight("r", 1, 24, 6).
			node("LSTM", "x w r", "y", append(attrs, whole("hidden_size", 6))...).output("y", f32)
	}
	paddle := newMaker(17).input("size", f32, "p2o.DynamicDimension.0", 2).
		input("x", f32, "p2o.DynamicDimension.1", 3, 8, 8).input("scale", f32, "p2o.DynamicDimension.2", 2)
	torch := state("s0")
	torchAt := dims("q", 7)
	torchAt.Batch = 3
	for _, tc := range []struct {
		name string
		m    *maker
		bind infer.Bindings
		want int64
	}{
		{"an output that the file does not declare", relu(newMaker(17).input("s", f32, 2, 1, 64).input("x", f32, 1, 9)),
			infer.Bindings{}, 1},
		{"the same with a shape", relu(newMaker(17).input("s", f32, 2, 1, 64).input("x", f32, 1, 9)), shape(3, 9), 3},
		{"time in front of a recurrent layer", lstm(), infer.Bindings{}, 1},
		{"time in front, four sequences", lstm(), infer.Bindings{Batch: 4}, 4},
		{"the batch in front of a recurrent layer", lstm(whole("layout", 1)), infer.Bindings{}, 100},
		{"points of one sample", relu(newMaker(17).input("x", f32, "voxels", 32, 9)), dims("voxels", 50), 0},
		{"numbered by TensorFlow", state("unk__3"), dims("q", 7), 1},
		{"numbered by torch.export", torch, torchAt, 3},
		{"numbered by PaddlePaddle", relu(paddle), shape(2, 3, 8, 8), 2},
	} {
		r, err := tc.m.run(t, tc.bind)
		if err != nil || r.Batch != tc.want {
			t.Errorf("%s: batch %d, want %d: %v", tc.name, r.Batch, tc.want, err)
		}
	}
}

// TestNamelessSizes holds that a name that says nothing is a free size: a file that names the height and the width "?"
// has no image of one pixel.
func TestNamelessSizes(t *testing.T) {
	model := func(names ...any) *maker {
		return newMaker(17).input("x", f32, names...).node("Relu", "x", "y").output("y", f32)
	}
	for _, tc := range []struct {
		names []any
		want  string // of the error
	}{
		{[]any{"unk__10", "unk__11", "unk__12", 3}, "free dimensions unk__11, unk__12"},
		{[]any{"?", "?"}, `input "x" has unnamed free dimensions`},
		{[]any{"None", "None", 3}, `input "x" has unnamed free dimensions`},
		{[]any{"-1", "-1"}, `input "x" has unnamed free dimensions`},
		{[]any{"s0", "s1"}, "free dimensions s0, s1"},
		{[]any{"p2o.DynamicDimension.0", 3, "p2o.DynamicDimension.1"}, "free dimensions p2o.DynamicDimension.1"},
	} {
		if r, err := model(tc.names...).run(t, infer.Bindings{}); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v: %v, want an error with %q", tc.names, r.Batch, tc.want)
		}
	}
	for _, tc := range []struct {
		names []any
		bind  infer.Bindings
		want  string
	}{
		{[]any{"?", 4}, infer.Bindings{Batch: 3}, "[3 4]"},
		{[]any{"-1", 4}, infer.Bindings{}, "[1 4]"},
		{[]any{"2", "8"}, infer.Bindings{}, "[2 8]"},
		{[]any{"None", "None", 3}, infer.Bindings{Shapes: map[string]graph.Shape{"x": {1, 5, 3}}}, "[1 5 3]"},
	} {
		m := model(tc.names...)
		if r, err := m.run(t, tc.bind); err != nil || m.is(r, "y") != tc.want {
			t.Errorf("%v: %v, want %s", tc.names, err, tc.want)
		}
	}
}
