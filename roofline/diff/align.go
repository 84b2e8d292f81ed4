package diff

import (
	"encoding/binary"
	"hash/fnv"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A token is what alignment sees of a kernel, as numbers that are equal where the texts are.
type token struct {
	at    int    // of its layer
	name  uint64 // of the kernel
	path  bool   // the name is one of a module, which exporters do not number through
	op    uint64 // operators fused
	kind  uint64 // operator of the main node
	shape uint64 // and the types and shapes of its operands and results
	near  uint64 // operators of the nodes before and behind
}

// kernelsOf returns the kernels of an estimate that run.
func kernelsOf(e *roofline.Estimate) []token {
	var out []token
	for i := range e.Layers {
		l := &e.Layers[i]
		if l.Times == 0 {
			continue
		}
		t := token{at: i, name: hash(l.Name), path: roofline.ModulePath(l.Name) != "", op: hash(l.Op), kind: hash(l.Op)}
		if len(l.Steps) > 0 {
			n := e.Inferred.Steps[lower.MainStep(e.Inferred, &l.Kernel)].Node
			t.kind = hash(n.Op.Type)
			t.shape = shapes(e, n)
		}
		out = append(out, t)
	}
	for i := range out {
		var before, behind uint64
		if i > 0 {
			before = out[i-1].kind
		}
		if i+1 < len(out) {
			behind = out[i+1].kind
		}
		out[i].near = before*3 + behind
	}
	return out
}

// hash returns a number for s.
func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// shapes returns a number of the types and shapes of a node's operands and results.
func shapes(e *roofline.Estimate, n *graph.Node) uint64 {
	h := fnv.New64a()
	var b []byte
	for _, list := range [][]graph.ID{n.Inputs, n.Outputs} {
		for _, id := range list {
			if id == graph.None {
				b = append(b, 0)
				continue
			}
			info := &e.Inferred.Infos[id]
			b = append(b, 1, byte(info.Type))
			for _, d := range info.Shape {
				b = binary.AppendVarint(b, d)
			}
			b = append(b, 2)
		}
		b = append(b, 3)
	}
	h.Write(b)
	return h.Sum64()
}

// What two kernels have in common, as points. The name of a module counts for most. A node that is the same but for its
// name counts for more than another name alone: exporters number nodes, and an insertion moves all numbers behind it.
const (
	samePath = 24 // name in a module, beside the operator
	sameNode = 20 // operator and shapes of the main node
	sameName = 14 // beside the operator
	sameKind = 4  // operator of the main node
	sameOp   = 2  // operators fused
	sameNear = 1  // operators around
)

// score returns how much two kernels have in common, 0 where they may not be one.
func score(a, b *token) int32 {
	if a.kind != b.kind {
		return 0
	}
	s := int32(sameKind)
	if a.shape == b.shape {
		s += sameNode
	}
	switch {
	case a.name != b.name:
	case a.path:
		s += samePath
	default:
		s += sameName
	}
	if a.op == b.op {
		s += sameOp
	}
	if a.near == b.near {
		s += sameNear
	}
	return s
}

// identical reports whether two kernels are the same in all that alignment sees.
func identical(a, b *token) bool { return a.kind == b.kind && a.shape == b.shape && a.name == b.name }

// A pair is the places of a kernel among the layers of two estimates, -1 where one lacks it.
type pair struct{ old, new int }

// align pairs kernels in their order so that they have most in common, then those left over that have one name.
func align(old, new []token) []pair {
	var out []pair
	head := 0
	for head < len(old) && head < len(new) && identical(&old[head], &new[head]) {
		out = append(out, pair{old[head].at, new[head].at})
		head++
	}
	a, b := old[head:], new[head:]
	tail := 0
	for tail < len(a) && tail < len(b) && identical(&a[len(a)-1-tail], &b[len(b)-1-tail]) {
		tail++
	}
	out = append(out, between(a[:len(a)-tail], b[:len(b)-tail])...)
	for i := tail; i > 0; i-- {
		out = append(out, pair{a[len(a)-i].at, b[len(b)-i].at})
	}
	return moved(out, old, new)
}

// maxCells bounds the table of an alignment: 6,000 kernels that differ beside as many. It takes a byte a cell.
const maxCells = 36 << 20

// between aligns what differs, by dynamic programming. Where that would be too much, kernels go by their names alone.
func between(a, b []token) []pair {
	if len(a)*len(b) > maxCells {
		return apart(a, b)
	}
	const fromOld, fromNew, both = 1, 2, 3
	way := make([]byte, len(a)*len(b))
	last, row := make([]int32, len(b)+1), make([]int32, len(b)+1)
	for i := range a {
		cells := way[i*len(b) : (i+1)*len(b)]
		for j := range b {
			best, step := last[j+1], byte(fromOld)
			if row[j] > best {
				best, step = row[j], fromNew
			}
			if s := score(&a[i], &b[j]); s > 0 && last[j]+s >= best {
				best, step = last[j]+s, both
			}
			row[j+1], cells[j] = best, step
		}
		last, row = row, last
	}
	var back []pair
	i, j := len(a), len(b)
	for i > 0 || j > 0 {
		step := byte(fromOld)
		if i > 0 && j > 0 {
			step = way[(i-1)*len(b)+j-1]
		} else if j > 0 {
			step = fromNew
		}
		p := pair{-1, -1}
		if step != fromNew {
			i--
			p.old = a[i].at
		}
		if step != fromOld {
			j--
			p.new = b[j].at
		}
		back = append(back, p)
	}
	for l, r := 0, len(back)-1; l < r; l, r = l+1, r-1 {
		back[l], back[r] = back[r], back[l]
	}
	return back
}

// apart pairs nothing: all of the old, then all of the new.
func apart(a, b []token) []pair {
	var out []pair
	for i := range a {
		out = append(out, pair{a[i].at, -1})
	}
	for i := range b {
		out = append(out, pair{-1, b[i].at})
	}
	return out
}

// moved pairs kernels that are left over on both sides under one name and operator, each the only one with it: they run
// in another order.
func moved(pairs []pair, old, new []token) []pair {
	type key struct{ name, kind uint64 }
	byAt := func(list []token) map[int]key {
		out := make(map[int]key, len(list))
		for i := range list {
			out[list[i].at] = key{list[i].name, list[i].kind}
		}
		return out
	}
	olds, news := byAt(old), byAt(new)
	free, twice := map[key]int{}, map[key]int{}
	for i, p := range pairs {
		switch {
		case p.new < 0:
			free[olds[p.old]] = i
			twice[olds[p.old]]++
		case p.old < 0:
			twice[news[p.new]] += 1 << 16
		}
	}
	gone := map[int]bool{}
	for i := range pairs {
		p := &pairs[i]
		if p.old >= 0 || twice[news[p.new]] != 1<<16+1 {
			continue
		}
		from := free[news[p.new]]
		p.old, gone[from] = pairs[from].old, true
	}
	var out []pair
	for i, p := range pairs {
		if !gone[i] {
			out = append(out, p)
		}
	}
	return out
}
