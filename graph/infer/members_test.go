package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/room"
)

// mapped adds a SequenceMap of s that multiplies each member by a weight of 4 × 10.
func (b *maker) mapped(out string) *maker {
	x, w, y := b.id(out+"x"), b.id(out+"w"), b.id(out+"y")
	b.m.Tensors[w].Kind, b.m.Tensors[w].Init = graph.FromInitializer, &graph.Const{Type: f32, Shape: graph.Shape{4, 10}}
	g := &graph.Graph{Inputs: []graph.ID{x}, Outputs: []graph.ID{y}, Nodes: []graph.Node{
		{Op: graph.OpID{Type: "MatMul"}, Version: 17, Inputs: []graph.ID{x, w}, Outputs: []graph.ID{y}}}}
	return b.node("SequenceMap", "s", out, graph.Attr{Name: "body", Kind: graph.AttrGraph, Graph: g})
}

// several returns a model whose sequence s has inputs of 4 columns and so many rows.
func several(rows ...int) *maker {
	b, names := newMaker(17), ""
	for i, n := range rows {
		name := fmt.Sprint("i", i)
		b.input(name, f32, n, 4)
		names += name + " "
	}
	return b.node("SequenceConstruct", names, "s")
}

// TestMembers holds a body over a sequence to one run for members in a row that are alike, and to the work of them all.
func TestMembers(t *testing.T) {
	split := newMaker(17).input("x", f32, 200_000, 4).node("SplitToSequence", "x", "s", whole("axis", 0))
	for _, tc := range []struct {
		name  string
		m     *maker
		runs  int
		macs  int64
		whole string // the results side by side
	}{
		{"alike", several(3, 3, 3, 3).mapped("q"), 1, 4 * 3 * 40, "[12 10]"},
		{"two kinds", several(3, 3, 5, 3).mapped("q"), 3, 14 * 40, "[14 10]"},
		{"all different", several(1, 2, 3).mapped("q"), 3, 6 * 40, "[6 10]"},
		{"cut out of a tensor", newMaker(17).input("x", f32, 8, 4).ints("by", 3, 3, 2).
			node("SplitToSequence", "x by", "s", whole("axis", 0)).mapped("q"), 2, 8 * 40, "[8 10]"},
		{"more than are listed", split.mapped("q"), 1, 200_000 * 40, ""},
	} {
		tc.m.node("ConcatFromSequence", "q", "y", whole("axis", 0)).output("y", f32)
		r, err := tc.m.run(t, infer.Bindings{})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		runs := 0
		for i := range r.Steps {
			runs += r.Steps[i].Depth
		}
		if got := tc.m.is(r, "y"); runs != tc.runs || r.MACs() != tc.macs || got != tc.whole && tc.whole != "" {
			t.Errorf("%s: %d runs of %d MACs make %s, want %d of %d and %s", tc.name, runs, r.MACs(), got, tc.runs, tc.macs,
				tc.whole)
		}
	}
}

// TestRoom: where little memory is left, bodies and functions make fewer nodes.
func TestRoom(t *testing.T) {
	rows := make([]int, 1000)
	for i := range rows {
		rows[i] = i + 1
	}
	m := several(rows...).mapped("q").node("SequenceLength", "q", "y").output("y", i64)
	if _, err := m.run(t, infer.Bindings{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { room.Bound(1 << 40) })
	room.Bound(400 << 10)
	if _, err := m.run(t, infer.Bindings{}); err == nil || !strings.Contains(err.Error(), "more than 512 nodes") {
		t.Errorf("1,000 members in the room of 512: found %v", err)
	}
}
