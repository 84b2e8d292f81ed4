package dataflow

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
)

// TestReshaped holds that a reshape is a view exactly where torch.Tensor.view makes one.
func TestReshaped(t *testing.T) {
	plain := func(shape graph.Shape) strides { return inOrder(shape, plainOrder) }
	at := func(v ...int64) strides {
		s := strides{rank: int8(len(v))}
		copy(s.at[:], v)
		return s
	}
	for _, c := range []struct {
		name  string
		from  strides
		was   graph.Shape
		shape graph.Shape
		want  []int64 // nil: a copy
	}{
		{"flat", plain(graph.Shape{2, 3, 4}), graph.Shape{2, 3, 4}, graph.Shape{24}, []int64{1}},
		{"split", plain(graph.Shape{2, 12}), graph.Shape{2, 12}, graph.Shape{2, 3, 4}, []int64{12, 4, 1}},
		{"image to tokens", plain(graph.Shape{2, 8, 3, 3}), graph.Shape{2, 8, 3, 3}, graph.Shape{2, 8, 9}, []int64{72, 9, 1}},
		{"channels last to tokens", inOrder(graph.Shape{2, 8, 3, 3}, channelsLastOrder), graph.Shape{2, 8, 3, 3},
			graph.Shape{2, 8, 9}, []int64{72, 1, 8}},
		{"across transposed", at(12, 1, 4), graph.Shape{2, 4, 3}, graph.Shape{2, 12}, nil},
		{"beside transposed", at(12, 1, 4), graph.Shape{2, 4, 3}, graph.Shape{2, 2, 2, 3}, []int64{12, 2, 1, 4}},
		{"ones", at(7, 12, 99, 1), graph.Shape{1, 2, 1, 12}, graph.Shape{24, 1}, []int64{1, 1}},
		{"a slice", at(24, 1), graph.Shape{2, 12}, graph.Shape{24}, nil},
		{"repeated", at(0, 1), graph.Shape{2, 12}, graph.Shape{24}, nil},
		{"scalar", at(), graph.Shape{}, graph.Shape{1, 1}, []int64{1, 1}},
	} {
		got, ok := c.from.reshaped(c.was, c.shape)
		if ok != (c.want != nil) {
			t.Errorf("%s: view %v, want %v", c.name, ok, c.want != nil)
			continue
		}
		for d, want := range c.want {
			if c.shape[d] > 1 && got.at[d] != want {
				t.Errorf("%s: stride %d is %d, want %d", c.name, d, got.at[d], want)
			}
		}
	}
}

// TestOrder holds that a dense tensor is found to lie in the order it was given, whatever has one element.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		shape graph.Shape
		order order
	}{
		{graph.Shape{2, 3, 4, 5}, plainOrder}, {graph.Shape{2, 3, 4, 5}, channelsLastOrder},
		{graph.Shape{2, 3, 4, 5}, headsLastOrder},
		{graph.Shape{1, 3, 4, 5}, channelsLastOrder}, {graph.Shape{2, 1, 4, 1}, channelsLastOrder},
	} {
		s := inOrder(c.shape, c.order)
		if !s.lies(s.order(c.shape), c.shape) {
			t.Errorf("%v of strides %v is not dense in its own order", c.shape, s.at)
		}
		if s.lies(plainOrder, c.shape) != (c.order == plainOrder || c.shape[1] == 1) {
			t.Errorf("%v of strides %v: contiguous %v", c.shape, s.at, s.lies(plainOrder, c.shape))
		}
	}
}

// TestMultiplies holds which operands a matrix product reads without a copy.
func TestMultiplies(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     [maxRank]int64
		shape  graph.Shape
		weight bool
		want   bool
	}{
		{"rows", [maxRank]int64{48, 8, 1}, graph.Shape{2, 6, 8}, true, true},
		{"tokens of an image, folded", [maxRank]int64{48, 1, 6}, graph.Shape{2, 6, 8}, true, false},
		{"tokens of an image, in a batch", [maxRank]int64{48, 1, 6}, graph.Shape{2, 6, 8}, false, true},
		{"heads of several samples", [maxRank]int64{96, 4, 16, 1}, graph.Shape{2, 4, 6, 4}, false, false},
		{"heads of one sample", [maxRank]int64{96, 4, 16, 1}, graph.Shape{1, 4, 6, 4}, false, true},
		{"every other element", [maxRank]int64{96, 16, 2}, graph.Shape{2, 6, 8}, true, false},
	} {
		s := strides{rank: int8(len(c.shape)), at: c.at}
		if got := s.multiplies(c.shape, c.weight); got != c.want {
			t.Errorf("%s: reads without a copy %v, want %v", c.name, got, c.want)
		}
	}
}
