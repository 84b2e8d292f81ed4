package ops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// maxEquation gives the most bytes of an equation that an error quotes.
const maxEquation = 200

// einsum is an equation with its labels bound to sizes. An ellipsis becomes
// one label for each dimension it stands for, counted from the right: "0", "1", ….
type einsum struct {
	terms [][]string // labels of each operand
	out   []string
	size  map[string]size
}

// parseEinsum returns the labels of an Einsum and their sizes. A wrong number of operands, a label
// of two sizes and an output label of no operand are errors.
func parseEinsum(c *Call) (*einsum, error) {
	eq := strings.ReplaceAll(c.Str("equation", ""), " ", "")
	left, right, explicit := strings.Cut(eq, "->")
	if n := strings.Count(left, ",") + 1; eq == "" || n != c.NumIn() {
		return nil, fmt.Errorf("equation %q has %d operands, the node has %d inputs", visible.Clip(eq, maxEquation), n,
			c.NumIn())
	}
	parts := strings.Split(left, ",")
	e := &einsum{size: make(map[string]size)}
	dots := 0
	for i, part := range parts {
		labels, n, err := einsumTerm(part, c.Rank(i))
		if err != nil {
			return nil, fmt.Errorf("equation %q, operand %d of shape %v: %w", eq, i, c.Shape(i), err)
		}
		dots = max(dots, n)
		if err := e.bind(labels, c.extent(i)); err != nil {
			return nil, fmt.Errorf("equation %q: %w", eq, err)
		}
		e.terms = append(e.terms, labels)
	}
	if !explicit {
		e.out = implicitOutput(e.terms, dots)
		return e, nil
	}
	rank := len(strings.ReplaceAll(right, "...", ""))
	if strings.Contains(right, "...") {
		rank += dots
	}
	labels, _, err := einsumTerm(right, rank)
	if err != nil {
		return nil, fmt.Errorf("equation %q, output: %w", eq, err)
	}
	for _, l := range labels {
		if _, ok := e.size[l]; !ok {
			return nil, fmt.Errorf("equation %q: output label %q is in no operand", eq, l)
		}
	}
	e.out = labels
	return e, nil
}

// einsumTerm splits a term such as "b...hd" into labels, one a dimension.
func einsumTerm(term string, rank int) (labels []string, dots int, err error) {
	before, after, has := strings.Cut(term, "...")
	dots = rank - len(before) - len(after)
	if dots < 0 || dots > 0 && !has {
		return nil, 0, fmt.Errorf("term %q does not fit rank %d", term, rank)
	}
	for _, l := range before {
		labels = append(labels, string(l))
	}
	for i := range dots {
		labels = append(labels, fmt.Sprint(dots-1-i))
	}
	for _, l := range after {
		labels = append(labels, string(l))
	}
	return labels, dots, nil
}

// bind gives each label the size of its dimension; a size of 1 stretches to the others.
func (e *einsum) bind(labels []string, in extent) error {
	for i, l := range labels {
		was, ok := e.size[l]
		if !ok {
			e.size[l] = in.size(i)
			continue
		}
		if e.size[l], ok = stretch(was, in.size(i)); !ok {
			return fmt.Errorf("label %q is %d and %d", l, was.n, in.shape[i])
		}
	}
	return nil
}

// implicitOutput returns the ellipsis, then the labels that occur once, in alphabetical order.
func implicitOutput(terms [][]string, dots int) []string {
	var out, single []string
	for i := range dots {
		out = append(out, fmt.Sprint(dots-1-i))
	}
	count := map[string]int{}
	for _, t := range terms {
		for _, l := range t {
			count[l]++
		}
	}
	for l, n := range count {
		if n == 1 && !slices.Contains(out, l) {
			single = append(single, l)
		}
	}
	slices.Sort(single)
	return append(out, single...)
}

// inferEinsum sets the output, whose dimensions are the sizes of the output's labels.
func inferEinsum(c *Call) error {
	e, err := parseEinsum(c)
	if err != nil {
		return err
	}
	out := extent{shape: c.NewShape(len(e.out))}
	for i, l := range e.out {
		out.shape[i], out.upper = e.size[l].n, out.upper || e.size[l].upper
	}
	c.setExtent(0, c.Type(0), out)
	return nil
}

// einsumWork contracts the operands from left to right. Each pair costs the product of the sizes
// of all labels in it: multiply-adds if it is a matrix product (an outer product is one with inner
// dimension 1), multiplications if both operands have the same labels and none is summed away.
func einsumWork(c *Call, k *cost.Cost) {
	e, err := parseEinsum(c)
	if err != nil {
		return
	}
	acc := e.terms[0]
	if len(e.terms) == 1 && len(e.out) < len(acc) {
		k.AddWork(cost.Vector, c.Type(0), c.Shape(0).Elems())
	}
	for i, term := range e.terms[1:] {
		rest := slices.Concat(append([][]string{e.out}, e.terms[i+2:]...)...)
		n, product := int64(1), len(acc) != len(term)
		var next []string
		for _, l := range slices.Concat(acc, term) {
			if slices.Contains(next, l) {
				continue
			}
			next = append(next, l)
			n = sat.Mul(n, e.size[l].n)
			product = product || !slices.Contains(rest, l) || !slices.Contains(acc, l) || !slices.Contains(term, l)
		}
		if product {
			k.AddMACs(c.Type(0), n)
		} else {
			k.AddWork(cost.Vector, c.Type(0), n)
		}
		acc = slices.DeleteFunc(next, func(l string) bool { return !slices.Contains(rest, l) })
	}
}
