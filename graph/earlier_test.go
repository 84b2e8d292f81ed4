package graph

import "testing"

// TestEarlier asks for narrow and wide nodes, in order and again.
func TestEarlier(t *testing.T) {
	for _, n := range []int{4, 3 * wide} {
		node := &Node{Inputs: make([]ID, n)}
		roots := make([]ID, n)
		for i := range node.Inputs {
			node.Inputs[i], roots[i] = ID(i), ID(i/2*2)
		}
		node.Inputs[n-1] = 0
		node.Inputs[1] = None
		var e Earlier
		for range 2 {
			for k := range n {
				if got, want := e.Has(node, k, nil), k == n-1; got != want {
					t.Errorf("%d inputs: input %d repeats an earlier one: %v, expected %v", n, k, got, want)
				}
			}
		}
		for k := range n {
			if got, want := e.Has(node, k, roots), k > 2 && k%2 == 1; got != want {
				t.Errorf("%d inputs by their roots: input %d repeats an earlier one: %v, expected %v", n, k, got, want)
			}
		}
	}
}
