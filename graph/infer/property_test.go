package infer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// A chain is two models of the same random nodes: one reads a tensor s of a size that only the run knows, the other
// one reads it as an input of its true size.
type chain struct {
	*rand.Rand
	bound, truth *maker
	at           string      // the last tensor
	shape        graph.Shape // of it, in truth
	n            int
}

// cuts make s of a true shape out of a larger x. Each returns a maker, and the true shape.
var cuts = []func(*rand.Rand) (*maker, graph.Shape){
	func(r *rand.Rand) (*maker, graph.Shape) {
		return cut(6+r.IntN(3), 4), graph.Shape{int64(1 + r.IntN(6)), 4}
	},
	func(r *rand.Rand) (*maker, graph.Shape) {
		return newMaker(13).input("x", f32, 3, 9).input("k", i64, 1).node("TopK", "x k", "s _", whole("axis", 1)),
			graph.Shape{3, int64(1 + r.IntN(9))}
	},
	func(r *rand.Rand) (*maker, graph.Shape) {
		return newMaker(13).input("x", f32, 2, 5).node("NonZero", "x", "n").node("Cast", "n", "s", whole("to", 1)),
			graph.Shape{2, int64(1 + r.IntN(10))}
	},
	func(r *rand.Rand) (*maker, graph.Shape) {
		return newMaker(13).input("x", f32, 7, 3).input("keep", dtype.Bool, 7).node("Compress", "x keep", "s",
				whole("axis", 0)),
			graph.Shape{int64(1 + r.IntN(7)), 3}
	},
	func(r *rand.Rand) (*maker, graph.Shape) {
		return newMaker(13).input("x", f32, 8, 3).node("Unique", "x", "s",
			whole("axis", 0)), graph.Shape{int64(1 + r.IntN(8)), 3}
	},
	func(r *rand.Rand) (*maker, graph.Shape) {
		return newMaker(13).input("x", f32, 1, 6, 4).input("p", f32, 1, 2, 6).ints("max", 6).
				node("NonMaxSuppression", "x p max", "n").node("Cast", "n", "s", whole("to", 1)), graph.Shape{int64(1 + r.IntN(12)),
				3}
	},
}

// apply adds a node to both models.
func (c *chain) apply(op, inputs string, shape graph.Shape, attrs ...graph.Attr) {
	c.n++
	out := fmt.Sprintf("t%d", c.n)
	for _, m := range []*maker{c.bound, c.truth} {
		m.node(op, inputs, out, attrs...)
	}
	c.at, c.shape = out, shape
}

// ints and weight add a constant to both models and return its name.
func (c *chain) ints(v ...int64) string {
	c.n++
	name := fmt.Sprintf("i%d", c.n)
	c.bound.ints(name, v...)
	c.truth.ints(name, v...)
	return name
}

func (c *chain) weight(shape ...int64) string {
	c.n++
	name := fmt.Sprintf("w%d", c.n)
	c.bound.weight(name, shape...)
	c.truth.weight(name, shape...)
	return name
}

// step adds a random node that is valid for the true shape.
func (c *chain) step() {
	s, rank := c.shape, len(c.shape)
	last := s[rank-1]
	axis := c.IntN(rank)
	switch c.IntN(13) {
	case 0:
		c.apply("Reshape", c.at+" "+c.ints(s.Elems()), graph.Shape{s.Elems()})
	case 1:
		c.apply("Reshape", c.at+" "+c.ints(-1, last), graph.Shape{s.Elems() / last, last})
	case 2:
		c.apply("Add", c.at+" "+c.weight(s...), s)
	case 3:
		c.apply("Mul", c.at+" "+c.weight(last), s)
	case 4:
		w := append(graph.Shape{2}, s...)
		c.apply("Where", "c "+c.at+" "+c.weight(w...), w)
	case 5:
		join := slices.Clone(s)
		join[axis] = 2
		out := slices.Clone(s)
		out[axis] += 2
		c.apply("Concat", c.at+" "+c.weight(join...), out, whole("axis", int64(axis)))
	case 6:
		if rank > 1 {
			c.apply("MatMul", c.at+" "+c.weight(last, 5), append(slices.Clone(s[:rank-1]), 5))
		}
	case 7:
		if rank == 2 {
			c.apply("Gemm", c.weight(3, s[0])+" "+c.at, graph.Shape{3, s[1]})
		}
	case 8:
		c.apply("Unsqueeze", c.at+" "+c.ints(0), append(graph.Shape{1}, s...))
	case 9:
		if s[axis] == 1 && rank > 1 {
			c.apply("Squeeze", c.at+" "+c.ints(int64(axis)), slices.Delete(slices.Clone(s), axis, axis+1))
		}
	case 10:
		c.apply("Gather", c.at+" "+c.ints(0, 0), slices.Concat(s[:axis], graph.Shape{2}, s[axis+1:]),
			whole("axis", int64(axis)))
	case 11:
		c.apply("Expand", c.at+" "+c.ints(append([]int64{3}, s...)...), append(graph.Shape{3}, s...))
	case 12:
		if rank == 3 {
			c.apply("Conv", c.at+" "+c.weight(4, s[1], 1), graph.Shape{s[0], 4, s[2]})
		}
	}
}

// TestCutsCover holds that a cut that depends on data can be replaced by its true size: nothing fails, what is exact
// stays, and bounds hold.
func TestCutsCover(t *testing.T) {
	sampling.Alone(t)
	random := rand.New(rand.NewPCG(17, 1))
	for i := range 3000 {
		bound, size := cuts[i%len(cuts)](random)
		var dims []any
		for _, d := range size {
			dims = append(dims, int(d))
		}
		truth := newMaker(13).input("s", f32, dims...)
		c := &chain{Rand: random, bound: bound, truth: truth, at: "s", shape: size}
		for _, m := range []*maker{bound, truth} {
			m.init("c", &graph.Const{Type: dtype.Bool, Shape: graph.Shape{}})
		}
		for range 1 + random.IntN(6) {
			if c.shape.Elems() < 1<<12 && len(c.shape) < 6 {
				c.step()
			}
		}
		want, err := truth.output(c.at, f32).run(t, infer.Bindings{})
		if err != nil {
			t.Fatalf("case %d is not valid: %v", i, err)
		}
		got, err := bound.output(c.at, f32).run(t, infer.Bindings{})
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		for _, n := range truth.m.Main.Nodes {
			name := truth.m.Tensors[n.Outputs[0]].Name
			if g, w := &got.Infos[bound.ids[name]], &want.Infos[truth.ids[name]]; !covers(g, w) {
				t.Errorf("case %d: %s of a %s is %s, in truth %s", i, name, n.Op, bound.is(got, name), truth.is(want, name))
			}
		}
	}
}

// covers reports whether a shape is the true one, or a bound of it.
func covers(got, want *graph.Info) bool {
	if !got.Known() || !got.Upper {
		return got.Known() && got.Shape.Equal(want.Shape)
	}
	if len(got.Shape) != len(want.Shape) {
		return false
	}
	for i := range got.Shape {
		if got.Shape[i] < want.Shape[i] {
			return false
		}
	}
	return true
}
