package hostile

import (
	"fmt"
	"slices"
	"strings"
)

// A File is a hostile file.
type File struct {
	Name   string // with a suffix
	Make   func() []byte
	Fits   bool              // it is large and no attack: it may be read
	Runs   []string          // the commands that are tried on it, with %s for its path; none: those of ONNX files
	Beside map[string]string // further files of its folder, by name
}

// chain returns a model of n nodes, one after the other.
func chain(n int) *Model {
	m := &Model{Name: "chain", Inputs: []string{Value("x", 1, 8)}}
	last := "x"
	for i := range n {
		next := fmt.Sprintf("%x", i)
		m.Nodes = append(m.Nodes, relu(last, next))
		last = next
	}
	m.Outputs = []string{Value(last)}
	return m
}

// graph returns a model of one node with further fields in its graph.
func graph(fields string) []byte {
	m := chain(1)
	m.Graph = fields
	return m.Encode()
}

// file returns a model of one node with further fields in the file.
func file(fields string) []byte {
	m := chain(1)
	m.File = fields
	return m.Encode()
}

// nodes returns a model of one input and these nodes, whose last output is the model's.
func nodes(all ...Node) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Nodes: all}
	m.Outputs = []string{Value(all[len(all)-1].Out[0])}
	return m.Encode()
}

// edges returns a node of n inputs and m outputs.
func edges(n, m int) []byte {
	in := make([]string, n)
	for i := range in {
		in[i] = "x"
	}
	return nodes(Node{Op: "Mystery", In: in, Out: names("y", m)})
}

// manyEdges returns nodes that each have n inputs and n outputs.
func manyEdges(nodeCount, n int) []byte {
	all := make([]Node, nodeCount)
	for i := range all {
		all[i] = Node{Op: "Mystery", In: slices.Repeat([]string{"x"}, n), Out: names(fmt.Sprintf("y%d-", i), n)}
	}
	return nodes(all...)
}

// longCalls returns a node with a long name that calls a function of many tensors.
func longCalls(name, tensors int) []byte {
	var body []Node
	last := "a"
	for i := range tensors {
		next := fmt.Sprintf("t%x", i)
		body = append(body, relu(last, next))
		last = next
	}
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value("y")}}
	m.Functions = []string{Function("F", []string{"a"}, []string{last}, body)}
	m.Nodes = []Node{{Name: strings.Repeat("n", name), Op: "F", Domain: "f", In: []string{"x"}, Out: []string{"y"}}}
	return m.Encode()
}

// doubling returns functions that each call the one before twice.
func doubling(depth int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value("y")}}
	m.Functions = []string{Function("F0", []string{"a"}, []string{"b"}, []Node{relu("a", "b")})}
	for i := 1; i <= depth; i++ {
		call := func(in, out string) Node {
			return Node{Op: fmt.Sprintf("F%d", i-1), Domain: "f", In: []string{in}, Out: []string{out}}
		}
		m.Functions = append(m.Functions, Function(fmt.Sprintf("F%d", i), []string{"a"}, []string{"c"},
			[]Node{call("a", "b"), call("b", "c")}))
	}
	m.Nodes = []Node{{Op: fmt.Sprintf("F%d", depth), Domain: "f", In: []string{"x"}, Out: []string{"y"}}}
	return m.Encode()
}

// calls returns n calls of n functions, the last ones first.
func calls(n int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}}
	for i := range n {
		name := fmt.Sprintf("F%x", i)
		m.Functions = append(m.Functions, Function(name, []string{"a"}, []string{"b"}, []Node{relu("a", "b")}))
		m.Nodes = append(m.Nodes, Node{Op: name, Domain: "f", In: []string{"x"}, Out: []string{fmt.Sprintf("y%x", i)}})
	}
	m.Outputs = []string{Value("y0")}
	return m.Encode()
}

// sequence returns a chain of nodes that put a tensor into a sequence, one element a node.
func sequence(n int) []byte {
	all := []Node{{Op: "SequenceEmpty", Out: []string{"s"}}}
	last := "s"
	for i := range n {
		next := fmt.Sprintf("s%x", i)
		all = append(all, Node{Op: "SequenceInsert", In: []string{last, "x"}, Out: []string{next}})
		last = next
	}
	return nodes(append(all, Node{Op: "ConcatFromSequence", In: []string{last}, Out: []string{"y"},
		Ints: map[string][]int64{"axis": {0}}})...)
}

// branches returns n nodes whose outputs one Concat joins.
func branches(n int) []byte {
	var all []Node
	outs := names("b", n)
	for _, out := range outs {
		all = append(all, relu("x", out))
	}
	return nodes(append(all, Node{Op: "Concat", In: outs, Out: []string{"y"}, Ints: map[string][]int64{"axis": {0}}})...)
}

// domains returns n nodes, each of a domain of its own that nothing imports.
func domains(n int) []byte {
	var all []Node
	for i, out := range names("y", n) {
		all = append(all, Node{Op: "Relu", Domain: fmt.Sprintf("d%x", i), In: []string{"x"}, Out: []string{out}})
	}
	return nodes(all...)
}

// symbols returns a model of n inputs, each with a dimension of its own.
func symbols(n int) []byte {
	m := chain(1)
	for _, s := range names("i", n) {
		m.Inputs = append(m.Inputs, Value(s, "d"+s, 8))
	}
	return m.Encode()
}

// fanout returns n readers of one tensor, and an Add tree over them.
func fanout(n int) []byte {
	var all []Node
	outs := names("b", n)
	for _, out := range outs {
		all = append(all, Node{Op: "Mul", In: []string{"x", "x"}, Out: []string{out}})
	}
	return nodes(append(all, Node{Op: "Sum", In: outs, Out: []string{"y"}})...)
}

// unpacked returns a tensor of n integers that are written one by one.
func unpacked(n int) []byte {
	t := number(number(nil, 1, uint64(n)), 2, 7)
	t = message(t, 8, "w")
	return graph(string(message(nil, 5, string(t)+strings.Repeat(string(number(nil, 7, 1)), n))))
}

// ranks returns n declared values of 64 dimensions.
func ranks(n int) []byte {
	dim := strings.Repeat("\x0a\x00", 64)
	value := func(name string) string {
		tensor := message(number(nil, 1, 1), 2, dim)
		return string(message(message(nil, 1, name), 2, string(message(nil, 1, string(tensor)))))
	}
	var b []byte
	for _, name := range names("v", n) {
		b = message(b, 13, value(name))
	}
	return graph(string(b))
}

// nested returns n loops within each other, or ifs.
func nested(n int) []byte {
	g := string(message(message(nil, 1, relu("x", "y").text()), 12, Value("y")))
	for range n {
		branch := func(name string) string {
			return string(message(nil, 5, string(number(message(message(nil, 1, name), 6, g), 20, 5))))
		}
		b := message(message(nil, 1, "x"), 2, "y")
		b = message(b, 4, "If")
		node := string(b) + branch("then_branch") + branch("else_branch")
		g = string(message(message(nil, 1, node), 12, Value("y")))
	}
	body := message([]byte(g), 11, Value("x", 1, 8))
	return message(number(nil, 1, 8), 7, string(body))
}

// text returns the bytes of a node as a string.
func (n Node) text() string { return n.encode() }

// zeros returns n bytes of 0, packed.
func zeros(n int) []byte { return Pack(make([]byte, n)) }

// Files returns every hostile file that is known, none over 10 MB but for those that say so.
func Files() []File {
	pack := func(make func() []byte) func() []byte { return func() []byte { return Pack(make()) } }
	const mi = 1 << 20
	return []File{
		{"edges-6000.onnx", func() []byte { return edges(6000, 6000) }, false, nil, nil},
		{"edges-20000.onnx", func() []byte { return edges(20000, 20000) }, false, nil, nil},
		{"edges-1000-of-100.onnx.gz", pack(func() []byte { return manyEdges(100, 1000) }), false, nil, nil},
		{"edges-750.onnx", func() []byte { return edges(750, 750) }, true, nil, nil},
		{"inputs-2Mi.onnx", func() []byte { return edges(2*mi, 1) }, false, nil, nil},
		{"outputs-300Ki.onnx", func() []byte { return edges(1, 300<<10) }, false, nil, nil},
		{"long-calls.onnx.gz", pack(func() []byte { return longCalls(4*mi, 1800) }), false, nil, nil},
		{"wide-calls.onnx.gz", pack(func() []byte { return longCalls(250, 100_000) }), false, nil, nil},
		{"doubling-13.onnx", func() []byte { return doubling(13) }, true, nil, nil},
		{"doubling-18.onnx", func() []byte { return doubling(18) }, false, nil, nil},
		{"doubling-60.onnx", func() []byte { return doubling(60) }, false, nil, nil},
		{"calls-8000.onnx", func() []byte { return calls(8_000) }, true, nil, nil},
		{"calls-16000.onnx", func() []byte { return calls(16_000) }, false, nil, nil},
		{"calls-50000.onnx", func() []byte { return calls(50_000) }, false, nil, nil},
		{"nodes-30000.onnx", func() []byte { return chain(30_000).Encode() }, true, nil, nil},
		{"nodes-100000.onnx", func() []byte { return chain(100_000).Encode() }, false, nil, nil},
		{"nodes-300000.onnx", func() []byte { return chain(300_000).Encode() }, false, nil, nil},
		{"nodes-1500000.onnx.gz", pack(func() []byte { return chain(1_500_000).Encode() }), false, nil, nil},
		{"functions-2M.onnx.gz", pack(func() []byte { return file(repeat(25, 2_000_000)) }), false, nil, nil},
		{"metadata-4M.onnx.gz", pack(func() []byte { return file(repeat(14, 4_000_000)) }), false, nil, nil},
		{"opsets-4M.onnx.gz", pack(func() []byte { return file(repeat(8, 4_000_000)) }), false, nil, nil},
		{"values-4M.onnx.gz", pack(func() []byte { return graph(repeat(13, 4_000_000)) }), false, nil, nil},
		{"inputs-of-graph-1M.onnx.gz", pack(func() []byte { return symbols(1_000_000) }), false, nil, nil},
		{"outputs-of-graph-4M.onnx.gz",
			pack(func() []byte { return graph(strings.Repeat(string(message(nil, 12, "\x0a\x010")), 1_500_000)) }), false,
			nil, nil},
		{"initializers-1M.onnx.gz", pack(func() []byte { return initializers(1_000_000) }), false, nil, nil},
		{"attributes-3M.onnx.gz", pack(func() []byte {
			return nodes(Node{Op: "Mystery", In: []string{"x"}, Out: []string{"y"}, Raw: repeat(5, 3_000_000)})
		}), false, nil, nil},
		{"texts-4M.onnx.gz", pack(func() []byte {
			return nodes(Node{Op: "Mystery", In: []string{"x"}, Out: []string{"y"},
				Raw: string(message(nil, 5, string(message(nil, 1, "a"))+repeat(9, 4_000_000)))})
		}), false, nil, nil},
		{"ints-5M.onnx.gz", pack(func() []byte {
			return nodes(Node{Op: "Mystery", In: []string{"x"}, Out: []string{"y"}, Raw: manyInts(20, 250_000)})
		}), false, nil, nil},
		{"unpacked-4M.onnx.gz", pack(func() []byte { return unpacked(4_000_000) }), true, nil, nil},
		{"ranks-60000.onnx.gz", pack(func() []byte { return ranks(60_000) }), false, nil, nil},
		{"sequence-3000.onnx", func() []byte { return sequence(3_000) }, true, nil, nil},
		{"sequence-30000.onnx", func() []byte { return sequence(30_000) }, true, nil, nil},
		{"branches-30000.onnx", func() []byte { return branches(30_000) }, true, nil, nil},
		{"fanout-30000.onnx", func() []byte { return fanout(30_000) }, true, nil, nil},
		{"domains-30000.onnx", func() []byte { return domains(30_000) }, true, nil, nil},
		{"symbols-30000.onnx", func() []byte { return symbols(30_000) }, false, nil, nil},
		{"nested-12.onnx", func() []byte { return nested(12) }, true, nil, nil},
		{"nested-16.onnx", func() []byte { return nested(16) }, false, nil, nil},
		{"einsum-16M.onnx.gz", pack(func() []byte {
			return nodes(Node{Op: "Einsum", In: []string{"x"}, Out: []string{"y"},
				Text: map[string]string{"equation": strings.Repeat("ab,", 5*mi)}})
		}), false, nil, nil},
		{"folds-5000.onnx", func() []byte { return folds(5000) }, true, nil, nil},
		{"splits-20000.onnx", func() []byte { return splits(20_000) }, true, nil, nil},
		{"name-15M.onnx.gz", pack(func() []byte {
			return nodes(Node{Name: strings.Repeat("n\n", 7*mi), Op: "Einsum", In: []string{"x"}, Out: []string{"y"},
				Text: map[string]string{"equation": "q"}})
		}), false, nil, nil},
		{"zeros-3G.onnx.gz", func() []byte { return zeros(3 << 30) }, false, nil, nil},
		{"payload-1G.onnx.gz", func() []byte { return Pack(payload(1 << 30)) }, true, nil, nil},
		{"twice.onnx.gz", func() []byte { return Pack(zeros(512 << 20)) }, false, nil, nil},
	}
}

// initializers returns n tensors of one element.
func initializers(n int) []byte {
	var b []byte
	for _, name := range names("w", n) {
		b = message(b, 5, string(message(message(number(number(nil, 1, 1), 2, 1), 8, name), 9, "abcd")))
	}
	return graph(string(b))
}

// manyInts returns n lists of integers, each as long as a list may be.
func manyInts(n, each int) string {
	var b []byte
	for range n {
		b = message(b, 5, string(message(message(nil, 1, "a"), 8, strings.Repeat("\x01", each))))
	}
	return string(b)
}

// payload returns a model with one weight of n bytes.
func payload(n int) []byte {
	t := number(number(number(nil, 1, uint64(n/32)), 1, 8), 2, 1)
	t = message(t, 8, "w")
	return graph(string(message(nil, 5, string(message(t, 9, string(make([]byte, n)))))))
}

// folds returns a chain of n nodes whose values are known, each as many as are carried.
func folds(n int) []byte {
	const most = 4096
	ints := func(v ...int64) string {
		b := number(number(nil, 1, uint64(len(v))), 2, 7)
		for _, x := range v {
			b = number(b, 7, uint64(x))
		}
		return string(message(b, 8, "c"))
	}
	all := []Node{{Op: "ConstantOfShape", In: []string{"c"}, Out: []string{"f"}}}
	last := "f"
	for _, next := range names("v", n) {
		all = append(all, Node{Op: "Add", In: []string{last, "f"}, Out: []string{next}})
		last = next
	}
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value(last)}, Nodes: all}
	m.Graph = string(message(nil, 5, ints(most)))
	return m.Encode()
}

// splits returns n nodes that cut a tensor into as many members as are listed one by one.
func splits(n int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("w", 4096, 1)}}
	for _, out := range names("s", n) {
		m.Nodes = append(m.Nodes, Node{Op: "SplitToSequence", In: []string{"w"}, Out: []string{out}})
	}
	m.Nodes = append(m.Nodes, Node{Op: "SequenceLength", In: []string{"s0"}, Out: []string{"y"}})
	m.Outputs = []string{Value("y")}
	return m.Encode()
}
