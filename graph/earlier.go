package graph

// wide gives the number of inputs from which a list of them is no longer searched through for each.
const wide = 32

// An Earlier finds inputs of a node that repeat earlier ones. It is asked for the inputs of a node in order, and
// remembers those before. The zero Earlier is ready; it must not be used by two goroutines at once.
type Earlier struct {
	node *Node       // whose inputs were asked about last
	next int         // the first input that seen does not hold
	seen map[ID]bool // its inputs, where there are many
}

// Has reports whether an input before input k of a node is the same; by says of two inputs what is the same of them,
// nil compares the inputs themselves. Omitted inputs repeat nothing.
func (e *Earlier) Has(n *Node, k int, by []ID) bool {
	key := func(id ID) ID {
		if by == nil {
			return id
		}
		return by[id]
	}
	id := n.Inputs[k]
	if id == None {
		return false
	}
	if len(n.Inputs) <= wide {
		for _, other := range n.Inputs[:k] {
			if other != None && key(other) == key(id) {
				return true
			}
		}
		return false
	}
	if e.node != n || k < e.next {
		e.node, e.next, e.seen = n, 0, make(map[ID]bool, len(n.Inputs))
	}
	for ; e.next < k; e.next++ {
		if other := n.Inputs[e.next]; other != None {
			e.seen[key(other)] = true
		}
	}
	return e.seen[key(id)]
}
